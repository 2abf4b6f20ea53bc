#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# coverage.sh BUILD: a table of the lines of sim/, by folder, that were run by what was built
# in BUILD with --coverage; BUILD/unrun.txt lists those that were not.  A file may be in
# several programs: a line counts as run if it was in one of them.
set -e
build=$1
find "$build" -name '*.gcda' | sort | while read -r counts; do
	gcov --stdout "$counts" 2>/dev/null
done | awk -F: '
	$2 ~ /^ *0$/ && $3 == "Source" { file = $4; next }
	file !~ /^sim\// { next }
	{
		count = $1
		gsub(/ /, "", count)
		line = $2 + 0
		if (line == 0 || count == "-")
			next
		at = file ":" line
		if (!(at in run))
			run[at] = 0
		if (count !~ /^[#=]/)
			run[at] = 1
	}
	END {
		for (at in run)
			print at ":" run[at]
	}' | sort -t: -k1,1 -k2,2n >"$build/lines.txt"
[ -s "$build/lines.txt" ] || { echo "nothing was counted in $build"; exit 1; }
sed -n 's/:0$//p' "$build/lines.txt" >"$build/unrun.txt"
awk -F: '
	{
		split($1, part, "/")
		folder = part[3] == "" ? "sim" : "sim/" part[2]
		nr[folder]++
		ran[folder] += $3
		nr["sim/ in all"]++
		ran["sim/ in all"] += $3
	}
	END {
		for (folder in nr)
			printf "%-14s %6d lines %6.1f %% run\n", folder, nr[folder], 100 * ran[folder] / nr[folder]
	}' "$build/lines.txt" | sort
echo "lines that were not run: $build/unrun.txt"
