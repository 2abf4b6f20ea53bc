#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# predictions.sh [TREE]: docs/predictions.md of TREE (.) is what its table gives, and no row
# of the table has gone or changed what it said.  Status 1 and a line on standard error: not.
tree=${1:-.}
csv=$tree/paper/data/predictions.csv
page=$(find "$tree/docs" -name predictions.md)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
bad=0
"$tree/paper/page.sh" "$page" "$csv" "$tree/paper/predictions.awk" >"$work/page" || bad=1
if [ $bad = 0 ] && ! cmp -s "$work/page" "$page"; then
	echo "$page is not what the table gives: make predictions-doc" >&2
	bad=1
fi
"$tree/paper/kept.sh" "$csv" 11 || bad=1
exit $bad
