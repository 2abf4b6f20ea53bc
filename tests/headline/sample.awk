# SPDX-License-Identifier: BSD-2-Clause
# sample.awk TRACKED SAMPLE: both as paper/data/headline.csv.  Intervals of the differences meet, and
# no verdict is the opposite.
BEGIN { FS = "," }

/^#/ || $1 == "cell" || $6 != "throughput" || $10 == "" { next }

{ key = $1 " " $2 " " $3 " " $4 }

FNR == NR {
	low[key] = $11
	high[key] = $12
	verdict[key] = $13
	next
}

{
	nr++
	if (!(key in verdict)) {
		print "not in the table: " key
		wrong++
	} else if ($11 > high[key] || $12 < low[key]) {
		printf "%s: %s to %s, and the table says %s to %s\n", key, $11, $12, low[key], high[key]
		wrong++
	} else if ($13 != verdict[key] && $13 ~ /^(better|worse)$/ && verdict[key] ~ /^(better|worse)$/) {
		print key ": " $13 ", and the table says " verdict[key]
		wrong++
	}
}

END {
	if (nr < 20) {
		print "only " nr + 0 " rows"
		wrong++
	}
	if (!wrong)
		print "ok headline: " nr " rows again, as the table has them"
	exit wrong > 0
}
