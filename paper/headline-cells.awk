# SPDX-License-Identifier: BSD-2-Clause
# headline-cells.awk: the tables of docs/headline.md from paper/data/headline.csv.  With csv.awk.
/^#/ { next }

csv_split($0, F) && !n {
	for (n = 1; n in F; n++)
		column[F[n]] = n
	next
}

F[column["metric"]] == "convoy" {
	note(convoy, F[column["mean"]])
	next
}

F[column["difference"]] != "" {
	cell = F[column["cell"]]
	if (!(cell in reps)) {
		reps[cell] = 1
		cells[++nr_cells] = cell
	}
	policy = F[column["policy"]]
	if (!(policy in known)) {
		known[policy] = 1
		policies[++nr_policies] = policy
	}
	mean = F[column["mean"]]
	mark = F[column["verdict"]] == "better" ? "+" : F[column["verdict"]] == "worse" ? "-" : \
		F[column["verdict"]] == "same" ? "=" : "?"
	said[cell, F[column["hints"]], F[column["width"]], policy] = \
		sprintf("%.1f %s", 100 * mean / (mean - F[column["difference"]]), mark)
	note(ahead, F[column["ahead"]])
	note(half, F[column["half"]])
}

# The least and most over the cells of one row.
function note(what, x,    row) {
	row = F[column["hints"]] SUBSEP F[column["width"]] SUBSEP F[column["policy"]]
	if (!((row, "least") in what) || x < what[row, "least"])
		what[row, "least"] = x
	if (!((row, "most") in what) || x > what[row, "most"])
		what[row, "most"] = x
}

function range(what, row,    least, most) {
	least = sprintf("%.0f", 100 * what[row, "least"])
	most = sprintf("%.0f", 100 * what[row, "most"])
	return least == most ? least : least " to " most
}

# Of cfs, flat and with a group a VM, which are what hosts run.
function by_cell(hints, title,    c, p, w, nr, nr_rivals, width, rival) {
	nr = split("4 8 16 32", width, " ")
	nr_rivals = split("cfs cfs-vm", rival, " ")
	printf "\n%s\n\n| cell |", title
	for (p = 1; p <= nr_rivals; p++)
		for (w = 1; w <= nr; w++)
			printf " `%s` %s |", rival[p], width[w]
	printf "\n|---|"
	for (p = 1; p <= nr_rivals * nr; p++)
		printf "---|"
	for (c = 1; c <= nr_cells; c++) {
		printf "\n| `%s` |", cells[c]
		for (p = 1; p <= nr_rivals; p++)
			for (w = 1; w <= nr; w++)
				printf " %s |", said[cells[c], hints, width[w], rival[p]]
	}
	print ""
}

function run_by_run(    h, w, p, row, hints, width) {
	print "\nRun by run, in percent of the runs, least and most over the cells: ahead of gang; at half of gang's throughput or less; guests with a lock in a convoy for more than half of the window.\n"
	print "| hints | width | policy | ahead | half or less | convoy |\n|---|---|---|---|---|---|"
	split("none kvm", hints, " ")
	split("4 8 16 32", width, " ")
	for (h = 1; h <= 2; h++)
		for (w = 1; w <= 4; w++)
			for (p = 1; p <= nr_policies; p++) {
				row = hints[h] SUBSEP width[w] SUBSEP policies[p]
				printf "| %s | %s | `%s` | %s | %s | %s |\n", hints[h] == "none" ? "none" : "KVM's", width[w], \
					policies[p], range(ahead, row), range(half, row), range(convoy, row)
			}
}

END {
	by_cell("none", "No hints; throughput in percent of gang's (+ more than gang, - less, ? undecided):")
	by_cell("kvm", "With KVM's hints:")
	run_by_run()
}
