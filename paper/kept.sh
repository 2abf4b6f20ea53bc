#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# kept.sh [--append] TABLE COLUMNS: rows of TABLE (paper/data/NAME.csv) are only ever added
# at its end, and their first COLUMNS columns never change.  Held in two ways:
# - by NAME.sum beside it: lines `ROWS CHECKSUM`, one for each time that rows were added;
# - where the history is at hand, by every commit that has the table.
# --append: writes the line for rows that are new, unless an older one no longer fits.
# Status 1: something is gone or changed.
append=
[ "$1" = --append ] && append=1 && shift
table=$1 columns=$2
here=$(dirname "$0")
sums=${table%.csv}.sum
name=$(basename "$table")
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
bad=0

# rows: the kept columns of a table on standard input
rows() {
	awk -v keep="$columns" -f "$here/csv.awk" -f "$here/kept.awk"
}

sum_of() { # ROWS
	head -n "$1" "$work/now" | cksum | cut -d' ' -f1
}

rows <"$table" >"$work/now" || exit 1
nr=$(wc -l <"$work/now")
last=0
[ -f "$sums" ] || : >"$work/none"
while read -r upto sum; do
	case $upto in '#'*) continue ;; esac
	if [ "$upto" -gt "$nr" ]; then
		echo "$name: $upto rows were there, $nr are left" >&2
		bad=1
	elif [ "$(sum_of "$upto")" != "$sum" ]; then
		echo "$name: one of the rows up to $upto is not what it was" >&2
		bad=1
	fi
	last=$upto
done <"$([ -f "$sums" ] && echo "$sums" || echo "$work/none")"
if [ $bad = 0 ] && [ "$last" != "$nr" ]; then
	if [ "$append" ]; then
		[ -f "$sums" ] || echo '# SPDX-License-Identifier: BSD-2-Clause' >"$sums"
		echo "$nr $(sum_of "$nr")" >>"$sums"
	else
		echo "$name: rows behind $last have no line in $(basename "$sums"): make claims-doc predictions-doc" >&2
		bad=1
	fi
fi

# All commits that touched it; in an unpacked archive there are none.
dir=$(dirname "$table")
commits=$(git -C "$dir" log --format=%H -- "$name" 2>/dev/null) || commits=
seen=0
for commit in $commits; do
	git -C "$dir" show "$commit:./$name" 2>/dev/null | rows >"$work/then" 2>/dev/null || continue
	[ -s "$work/then" ] || continue
	seen=$((seen + 1))
	head -n "$(wc -l <"$work/then")" "$work/now" | cmp -s - "$work/then" && continue
	echo "$name: rows of $(git -C "$dir" log -1 --format=%h "$commit") are gone or changed" >&2
	bad=1
done
echo "$name: $nr rows, held by $(grep -c '^[0-9]' "$sums") sums and $seen commits"
exit $bad
