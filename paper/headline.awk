# SPDX-License-Identifier: BSD-2-Clause
# headline.awk: the table of README.md from what `corun cells --by width,hints` says of
# paper/data/headline.csv.  With csv.awk.

# Of gang's throughput in percent: three digits, and the least and most as one if they agree.
function percent(x) {
	return sprintf(x < 0.0995 ? "%.1f" : "%.0f", 100 * x)
}

function told(least, most, verdict, better, worse,    range) {
	range = percent(least) == percent(most) ? percent(least) " %" : percent(least) " to " percent(most) " %"
	if (verdict == "worse")
		return "**" range "**"
	if (verdict == "better")
		return range
	return range ", " verdict
}

NR == 1 {
	n = csv_split($0, F)
	for (i = 1; i <= n; i++)
		column[F[i]] = i
	next
}

{
	csv_split($0, F)
	row = F[column["hints"]] SUBSEP F[column["width"]]
	if (!(row in seen)) {
		seen[row] = 1
		rows[++nr_rows] = row
	}
	if (F[column["cells"]] > nr_cells)
		nr_cells = F[column["cells"]]
	policy = F[column["policy"]]
	if (!(policy in known)) {
		known[policy] = 1
		policies[++nr_policies] = policy
	}
	cell[row, policy] = told(F[column["least"]], F[column["most"]], F[column["verdict"]])
}

END {
	printf "\nIn percent of gang's throughput, least and most of %d cells:\n", nr_cells
	printf "\n| hints | width |"
	for (p = 1; p <= nr_policies; p++)
		printf " `%s` |", policies[p]
	printf "\n|---|---|"
	for (p = 1; p <= nr_policies; p++)
		printf "---|"
	for (h = 1; h <= 2; h++) {
		hints = h == 1 ? "none" : "kvm"
		for (r = 1; r <= nr_rows; r++) {
			split(rows[r], at, SUBSEP)
			if (at[1] != hints)
				continue
			printf "\n| %s | %s |", hints == "none" ? "none" : "KVM's", at[2]
			for (p = 1; p <= nr_policies; p++)
				printf " %s |", cell[rows[r], policies[p]]
		}
	}
	print ""
}
