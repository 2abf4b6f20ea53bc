# SPDX-License-Identifier: BSD-2-Clause
# claims-keep.awk METRICS SUMMARY RESULTS: of a result folder with one policy what claims look
# at, tabs between: replication, metric or metric@group, value; and * for all together.
# METRICS: a scenario and a name a line; -v scenario=FILE.

function name_of(metric, scope, of) {
	return scope == "host" ? metric : scope == "group" ? metric "@" of : ""
}

function quoted(line) {
	sub(/^[^:]*: *"?/, "", line)
	sub(/"?,?$/, "", line)
	return line
}

FILENAME == ARGV[1] {
	if ($1 == scenario)
		wanted[$2] = 1
	next
}

FILENAME == ARGV[2] {
	if ($1 == "\"metric\":")
		metric = quoted($0)
	else if ($1 == "\"scope\":")
		scope = quoted($0)
	else if ($1 == "\"name\":")
		of = quoted($0)
	else if ($1 == "\"value\":" && (name_of(metric, scope, of) in wanted)) {
		print "*\t" name_of(metric, scope, of) "\t" quoted($0)
		metric = "" # what follows is the median run's
	}
	next
}

{
	n = split($0, f, ",")
	if (name_of(f[6], f[4], f[5]) in wanted)
		print f[2] "\t" name_of(f[6], f[4], f[5]) "\t" f[7]
}
