#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# sample.sh CORUN DIR [CLAIMS [CELLS]]: of what `make claims` wrote a fixed sample is tried again:
# of each claim the first comparison that was tried, in the default and in the corners (cells.csv
# marks them), by the replications that decide it.  The verdict must be the one that the table
# has.  DIR keeps the runs.  Status 1: a verdict is another.
corun=$1 dir=$2 list=${3:-paper/data/claims.csv} cells=${4:-paper/data/cells.csv}
table=${list%.csv}-cells.csv
if [ ! -f "$table" ]; then
	echo "sample: nothing was tried yet (make claims)"
	exit 0
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
bad=0

awk -f paper/csv.awk -f tests/verdict/sample.awk -v out="$work" "$cells" "$table" "$list" || exit 1
for chosen in "$work"/claims-*; do
	[ -f "$chosen" ] || continue
	nr=${chosen##*-}
	nr=${nr%.csv}
	paper/claims.sh -1 -d "$dir" -r "$nr" -t "$chosen" -c "$work/cells.csv" "$corun" \
		>"$work/said" 2>&1 || { cat "$work/said" >&2; bad=1; }
	cat "$dir/tried.csv" >>"$work/tried"
done
: >>"$work/tried"
awk -F, '
	/^(#|claim,)/ { next }
	FILENAME == ARGV[1] { verdict[$1 " in " $2] = $7; next }
	{
		at = $1 " in " $2
		if (!(at in verdict)) {
			print "sample: " at ": was not tried" > "/dev/stderr"
			bad = 1
		} else if (verdict[at] != $7) {
			print "sample: " at ": " verdict[at] ", the table has " $7 > "/dev/stderr"
			bad = 1
		}
		if (!(at in seen))
			nr++
		if (!($1 in claim))
			claims++
		seen[at] = claim[$1] = 1
	}
	END {
		print "sample: " nr + 0 " verdicts of " claims + 0 " claims are tried again"
		exit bad
	}' "$work/tried" "$work/sampled" || bad=1
exit $bad
