#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# sample.sh CORUN DIR: a few cells of the headline again, ten replications: none says the
# opposite of the tracked table, and no difference to gang lies elsewhere.
corun=$1 dir=$2
rm -rf "$dir"
mkdir -p "$dir"
workloads/headline.sh -r 10 -p none-8,none-16,kvm-8 -c linux-spread,busy-together "$corun" "$dir/runs" >/dev/null || exit 1
workloads/headline.sh -r 10 -p none-32 -c linux-spread "$corun" "$dir/runs" >/dev/null || exit 1
paper/headline-table.sh "$dir/runs" >"$dir/sample.csv" || exit 1
awk -f tests/headline/sample.awk paper/data/headline.csv "$dir/sample.csv" || exit 1

# A table of other signs, one of other sizes is seen; so is one without these cells.
for change in '$10 = -$10; x = $11; $11 = -$12; $12 = -x; $13 = $13 == "better" ? "worse" : "better"' \
	'$10 *= 3; $11 *= 3; $12 *= 3' '$1 = "other"'; do
	awk "BEGIN { FS = OFS = \",\" } \$10 != \"\" && \$10 != 0 { $change } { print }" paper/data/headline.csv >"$dir/other.csv"
	awk -f tests/headline/sample.awk "$dir/other.csv" "$dir/sample.csv" >"$dir/said" &&
		{ echo "FAILED: passes: $change"; exit 1; }
done
exit 0
