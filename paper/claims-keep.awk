# SPDX-License-Identifier: BSD-2-Clause
# claims-keep.awk METRICS SUMMARY RESULTS: of a result folder with one policy what claims look
# at, tabs between: replication, metric or metric@group, value; and * for all together.
# METRICS: a name a line.

function name_of(metric, scope, of) {
	return scope == "host" ? metric : metric "@" of
}

function quoted(line) {
	sub(/^[^:]*: *"?/, "", line)
	sub(/"?,?$/, "", line)
	return line
}

FILENAME == ARGV[1] { wanted[$1] = 1; next }

FILENAME == ARGV[2] {
	if ($1 == "\"metric\":")
		metric = quoted($0)
	else if ($1 == "\"scope\":")
		scope = quoted($0)
	else if ($1 == "\"name\":")
		of = quoted($0)
	else if ($1 == "\"value\":" && metric in wanted && (scope == "host" || scope == "group")) {
		print "*\t" name_of(metric, scope, of) "\t" quoted($0)
		metric = "" # what follows is the median run's
	}
	next
}

{
	n = split($0, f, ",")
	if (f[6] in wanted && (f[4] == "host" || f[4] == "group"))
		print f[2] "\t" name_of(f[6], f[4], f[5]) "\t" f[7]
}
