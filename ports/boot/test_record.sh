#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test_record.sh DIR: record.sh replaces a target's figures, keeps the others', and
# leaves everything as it was when a line is wrong.
set -u
here=$(dirname "$0")
dir=$1
failed=0
rm -rf "$dir"
mkdir -p "$dir"
csv=$dir/boot.csv

check() { # WHAT FOUND WANTED
	[ "$2" = "$3" ] && return
	echo "not ok: $1: \"$2\", should be \"$3\""
	failed=1
}
lines() { grep -v -e '^#' -e '^target,' "$csv" | tr '\n' ' '; }

a='linux,6.18,gang,4,barrier,vm0,ops,12.5,1/s'
b='linux,6.18,gang,4,barrier,vm1,ops,1e3,1/s'
x='xen,4.17,gang,2,lock,,corun,97,%'
echo "$a" >"$dir/a"
echo "$b" >"$dir/b"
echo "$x" >"$dir/x"
"$here/record.sh" "$csv" "$dir/a" "$dir/x"
check "first figures" "$(lines)" "$a $x "
"$here/record.sh" "$csv" "$dir/b"
check "one target anew" "$(lines)" "$b $x "
before=$(cat "$csv")
for line in "$a,more" "linux,6.18,gang,4,barrier,vm0,ops,many,1/s" "linux,6.18,gang,0,l,,m,1,s" \
	"linux,6.18,,4,l,,m,1,s" "$b
$b"; do
	echo "$line" >"$dir/bad"
	! "$here/record.sh" "$csv" "$dir/x" "$dir/bad" 2>/dev/null
	check "refuses $line" "$?" 0
	check "unchanged after $line" "$(cat "$csv")" "$before"
done
[ $failed = 1 ] || echo "ok: figures are replaced by target, and refused whole"
exit $failed
