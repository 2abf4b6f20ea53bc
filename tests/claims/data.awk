# SPDX-License-Identifier: BSD-2-Clause
# data.awk FILE POLICY METRIC [COLUMN=VALUE[,VALUE]...]: does the data have a line for each
# value?  The metric is a value of the column `metric`, or a column.  Status 1: no.
BEGIN {
	policy = ARGV[2]
	metric = ARGV[3]
	for (i = 4; i < ARGC; i++) {
		at = index(ARGV[i], "=")
		need[substr(ARGV[i], 1, at - 1)] = substr(ARGV[i], at + 1)
	}
	ARGC = 2
}
/^#/ { next }
!header {
	for (i = 1; i <= NF; i++)
		column[$i] = i
	who = "scheduler" in column ? column["scheduler"] : column["policy"]
	for (c in need)
		if (!(c in column))
			exit
	if (!("metric" in column) && !(metric in column))
		exit
	header = 1
	next
}
$who == policy && (!("metric" in column) || $column["metric"] == metric) {
	for (c in need) {
		n = split(need[c], value, ",")
		for (i = 1; i <= n; i++)
			if ($column[c] == value[i])
				seen[c, i] = 1
	}
	lines++
}
END {
	for (c in need) {
		n = split(need[c], value, ",")
		for (i = 1; i <= n; i++)
			if (!((c, i) in seen))
				exit 1
	}
	exit !lines
}
