#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# table.sh CSV PAGE: the tables of a page of docs, from the figures, to stdout.  What
# stands between a line "<!-- figures TARGET... -->" and the next "<!-- end -->" is
# replaced by a table of those targets' VMs, "<!-- locks TARGET... -->" by one of what
# their calls cost.
set -eu
LC_ALL=C sort -t, -s -k1,1 -k4,4n -k5,5 -k3,3 "$1" | awk -F, -v page="$2" '
function known(list, item) { return index(" " list " ", " " item " ") }

function begin(key) {
	if (key in is_seen)
		return
	is_seen[key]
	rows[++nr_rows] = key
}

$1 ~ /^#/ || $1 == "target" { next }
{
	key = $1 "," $5 "," $3 "," $4
	begin(key)
	value[key, $6, $7] = $8
	if ($6 != "" && !((key, $6) in is_vm)) {
		is_vm[key, $6]
		vms[key] = vms[key] " " $6
	}
}

function figures(targets,  i, k, n, f, vm, both, corun, sum, least) {
	print "| target | pCPUs | load | scheduler | operations/s, by VM | sum | pCPUs, by VM | co-run |"
	print "|---|---|---|---|---|---|---|---|"
	for (i = 1; i <= nr_rows; i++) {
		split(rows[i], f, ",")
		n = split(vms[rows[i]], vm, " ")
		if (!known(targets, f[1]) || !n)
			continue
		both = shares = ""
		sum = 0
		least = ""
		for (k = 1; k <= n; k++) {
			if ((rows[i], vm[k], "ops") in value)
				both = both (k > 1 ? " + " : "") sprintf("%.0f", value[rows[i], vm[k], "ops"])
			sum += value[rows[i], vm[k], "ops"]
			if ((rows[i], vm[k], "cpu") in value)
				shares = shares (k > 1 ? " + " : "") sprintf("%.2f", value[rows[i], vm[k], "cpu"])
			corun = value[rows[i], vm[k], "corun"]
			if (corun != "" && (least == "" || corun < least))
				least = corun
		}
		printf "| %s | %d | %s | %s | %s | %s | %s | %s |\n", f[1], f[4], f[2], f[3], both,
			both == "" ? "" : sprintf("%.0f", sum), shares,
			least == "" ? "" : sprintf("%.3f", least)
	}
}

function locks(targets,  i, k, f, held, calls) {
	print "| target | pCPUs | load | scheduler | picks/s | pick | stopped | other | any | lock held |"
	print "|---|---|---|---|---|---|---|---|---|---|"
	for (i = 1; i <= nr_rows; i++) {
		split(rows[i], f, ",")
		if (!known(targets, f[1]) || !((rows[i], "", "pick_rate") in value))
			continue
		held = 0
		split("pick stopped wake other call", calls, " ")
		for (k = 1; k <= 5; k++)
			held += value[rows[i], "", calls[k] "_rate"] * value[rows[i], "", calls[k] "_hold_mean"]
		printf "| %s | %d | %s | %s | %.0f | %s | %s | %s | %s | %.3f %% |\n", f[1], f[4], f[2],
			f[3], value[rows[i], "", "pick_rate"], two(rows[i], "pick"),
			two(rows[i], "stopped"), two(rows[i], "other"), one(rows[i], "call"),
			held * 1e-7
	}
}

function one(row, call) {
	return value[row, "", call "_rate"] != "" ? \
		sprintf("%d ns", value[row, "", call "_hold_mean"]) : ""
}

function two(row, call) {
	return value[row, "", call "_hold_median"] != "" ? \
		sprintf("%d / %d ns", value[row, "", call "_hold_median"], value[row, "", call "_hold_mean"]) : ""
}

END {
	while ((getline line <page) > 0) {
		if (line == "<!-- end -->")
			is_inside = 0
		if (!is_inside)
			print line
		if (line !~ /^<!-- (figures|locks) /)
			continue
		targets = line
		sub(/^<!-- [a-z]+ /, "", targets)
		sub(/ -->$/, "", targets)
		if (line ~ /figures/)
			figures(targets)
		else
			locks(targets)
		is_inside = 1
	}
	if (is_inside) {
		print page ": a table has no end" >"/dev/stderr"
		exit 1
	}
}'
