#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# pages.sh CORUN DIR: README.md, docs/headline.md and their figure are those of the tracked table.
corun=$1 dir=$2
rm -rf "$dir"
mkdir -p "$dir"
status=0
stale() {
	echo "$1 is not what paper/data/headline.csv says: make headline-doc"
	status=1
}
paper/headline.sh "$corun" "$dir" || exit 1
cmp -s "$dir/README.md" README.md || stale README.md
cmp -s "$dir/headline.md" docs/headline.md || stale docs/headline.md
paper/headline-sum.sh "$dir/figure/sweep.csv" | cmp -s - paper/data/headline.sum || stale docs/pictures/headline.png

# Nothing passes if the table says otherwise.  One cell of a row that is worse in all is better:
awk 'BEGIN { FS = OFS = "," }
	$1 == "linux-together" && $2 == 32 && $3 == "none" && $4 == "cfs" && $6 == "throughput" {
		for (i = 10; i <= 12; i++) $i = 100 + i
	}
	{ print }' paper/data/headline.csv >"$dir/other.csv"
paper/headline.sh "$corun" "$dir/other" "$dir/other.csv" || exit 1
for page in README headline; do
	cmp -s "$dir/other/$page.md" "$dir/$page.md" && { echo "FAILED: another table, the same $page.md"; status=1; }
done
grep -q '^| none | 32 | [^|]*, undecided |' "$dir/other/README.md" ||
	{ echo "FAILED: a sign that differs in one cell is not told"; status=1; }
paper/headline-sum.sh "$dir/other/figure/sweep.csv" | cmp -s - paper/data/headline.sum &&
	{ echo "FAILED: another table, the same figure"; status=1; }
[ $status = 0 ] && echo "ok headline: README, docs/headline.md and their figure are those of the table"
exit $status
