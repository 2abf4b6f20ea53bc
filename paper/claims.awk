# SPDX-License-Identifier: BSD-2-Clause
# claims.awk: the list of paper/claims.md from paper/data/claims.csv.  With csv.awk.

# One comparison in words.
function told(    s, name, against) {
	name = F[5]
	sub(/^workloads\//, "", name)
	s = name ~ /^none/ ? name : "`" name "`"
	if (F[6] != "")
		s = s " `" F[6] "`"
	s = s ":"
	if (F[7] != "")
		s = s " a = " F[7]
	against = F[8] == "same" ? "the same policy" : F[8]
	if (against != "")
		s = s "; b = " against
	if (F[9] != "")
		s = s " with `" F[9] "`"
	if (F[10] != "")
		s = s "; " F[10]
	return s ": `" F[11] "`. *" F[12] "*"
}

/^#/ || /^claim,/ { next }

{
	if (csv_split($0, F) != 12) {
		print "claims.csv:" NR ": not 12 fields" > "/dev/stderr"
		exit 1
	}
	split(F[1], id, ".")
	if (id[1] != claim) {
		claim = id[1]
		page_of[claim] = F[2]
		head[claim] = "**" claim "** (" F[3] ") “" F[4] "”"
		order[++claims] = claim
	} else if (F[4] != quote)
		line = "“" F[4] "” "
	quote = F[4]
	body[claim] = body[claim] "- " F[1] " " line told() "\n"
	line = ""
	nr[claim]++
	last[claim] = F[1]
	count[claim, F[12]]++
	if (!((claim, F[12]) in seen)) {
		seen[claim, F[12]] = 1
		states[claim] = states[claim] (states[claim] ? "\n" : "") F[12]
	}
	scenario[claim] = F[5]
}

END {
	for (i = 1; i <= claims; i++) {
		c = order[i]
		if (page_of[c] != page) {
			page = page_of[c]
			print "\n## " page
		}
		print "\n" head[c] "\n"
		if (nr[c] <= 30) {
			printf "%s", body[c]
			continue
		}
		# A table's cells: the tracked file has them.
		printf "- %s.1 to %s: %d cells of `%s`, in the tracked file:", c, last[c], nr[c], scenario[c]
		n = split(states[c], state, "\n")
		for (j = 1; j <= n; j++)
			printf "%s %d *%s*", (j > 1 ? "," : ""), count[c, state[j]], state[j]
		print "."
	}
}
