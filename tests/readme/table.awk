# SPDX-License-Identifier: BSD-2-Clause
# table.awk RESULT.md README.md: each figure of the README's first table is that of the result,
# rounded to the digits that the README gives.
BEGIN {
	FS = "[ ]*[|][ ]*"
	nr_rows = split("throughput spin lwp_spin corun utilisation wait_p99", rows, " ")
}

NR == FNR {
	gsub(/\\/, "")
	if ($2 == "metric")
		for (i = 4; i < NF; i++) {
			sub(/ .*/, "", $i)
			policy[i] = $i
		}
	else
		for (i = 4; i < NF; i++)
			result[$2, policy[i]] = $i
	next
}

/^## / { inside = /What the demo says/ }
!inside || !/^[|]/ || /^[|]---/ { next }
$2 == "" {
	for (i = 3; i < NF; i++)
		column[i] = $i
	next
}
{
	row++
	for (i = 3; i < NF; i++)
		same(rows[row], column[i], $i)
}

# The next number of the text, its decimals in `decimals`.
function number(text) {
	if (!match(text, /[0-9]+([.][0-9]+)?/))
		return ""
	text = substr(text, RSTART, RLENGTH)
	decimals = index(text, ".") ? length(text) - index(text, ".") : 0
	return text
}

function rounded(said, is) {
	said = number(said)
	return said != "" && sprintf("%." decimals "f", number_of(is)) == said
}

function number_of(text) {
	return match(text, /[0-9]+([.][0-9]+)?/) ? substr(text, RSTART, RLENGTH) + 0 : -1
}

function same(metric, policy, said,   is, said_parts, is_parts, ok) {
	is = result[metric, policy]
	gsub(/[*]/, "", said)
	nr++
	ok = rounded(said, is) && (said !~ /exact/ || is ~ /exact/)
	if (split(said, said_parts, "±") == 2)
		ok = ok && split(is, is_parts, "±") == 2 && rounded(said_parts[2], is_parts[2])
	if (!ok) {
		printf "README.md: %s of %s: '%s', and the demo says '%s'\n", metric, policy, said, is
		wrong++
	}
}

END {
	if (row != nr_rows || nr != 4 * nr_rows) {
		printf "README.md: %d rows with %d figures, expected %d with %d\n", row, nr, nr_rows, 4 * nr_rows
		wrong++
	}
	exit wrong > 0
}
