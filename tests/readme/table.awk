# SPDX-License-Identifier: BSD-2-Clause
# table.awk TABLE README.md: each figure of README's table of the stress case is what the demo
# prints: shares of convoys, medians with quantiles, and means, rounded to the digits that README
# gives.
BEGIN {
	nr_rows = split("convoys median:throughput median:spin median:lwp_spin median:corun utilisation wait_p99", \
		rows, " ")
}

FNR != NR { readme(); next }

/^Two kinds of runs/ { prefix = "median:" }
/^Difference to/ { prefix = "difference:" }

# "cfs: 83 % of the runs (77 to 88) have a lock in a convoy ...", and the others by the same rule
/have a lock in a convoy/ && !convoys_of { convoys_of = $1 }
/% of the runs \(/ && convoys_of && !convoys_done {
	if (/^[^ ]/ && $1 != convoys_of)
		convoys_done = 1
	else {
		name = $1
		sub(/:$/, "", name)
		sub(/^[^:]*: /, "")
		result["convoys", name] = $0
	}
	next
}

/^metric / {
	sub(/ +$/, "")
	nr_policies = split($0, policy, /  +/)
	next
}

nr_policies && NF {
	line = $0
	sub(/ +$/, "", line)
	name = $1
	if ((prefix name, policy[nr_policies]) in result)
		next
	n = split(line, value, /  +/)
	for (i = 0; i < nr_policies - 1; i++) {
		who = policy[nr_policies - i]
		sub(/ .*/, "", who)
		result[prefix name, who] = value[n - i]
	}
}

function readme(    n, i, part) {
	if (/^## /)
		inside = /What the demo says/
	if (!inside || !/^[|]/ || /^[|]---/)
		return
	n = split($0, part, /[ ]*[|][ ]*/)
	if (part[2] == "") {
		for (i = 3; i < n; i++)
			column[i] = part[i]
		return
	}
	row++
	for (i = 3; i < n; i++)
		same(rows[row], column[i], part[i])
}

# The numbers of a text, its decimals in decimals[1] and so on.
function numbers(text, number,    nr) {
	delete number
	delete decimals
	while (match(text, /[0-9]+([.][0-9]+)?/)) {
		number[++nr] = substr(text, RSTART, RLENGTH)
		decimals[nr] = index(number[nr], ".") ? RLENGTH - index(number[nr], ".") : 0
		text = substr(text, RSTART + RLENGTH)
	}
	return nr
}

function same(name, who, said,    n, m, i, ok, is_number, said_number) {
	nr++
	# the percentage sign and words stay out; the share's interval comes in brackets
	m = numbers(result[name, who], is_number)
	n = numbers(said, said_number)
	ok = n > 0 && n <= m
	for (i = 1; ok && i <= n; i++)
		ok = sprintf("%." decimals[i] "f", is_number[i]) == said_number[i]
	if (!ok) {
		printf "README.md: %s of %s: '%s', and the demo says '%s'\n", name, who, said, result[name, who]
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
