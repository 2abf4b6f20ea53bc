# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: BSD-2-Clause
# check.sh: sourced; checks pictures.  The caller has $failed and fail() of expect.sh.

# boxes PDF NAME: every text on the page, none on another, none below 6 points; words to $bag
bag=bag.txt
boxes() {
	pdftotext -bbox "$1" boxes.html || fail "$2: no PDF"
	awk -v name="$2" -f "$top/tests/figures/boxes.awk" boxes.html >seen.txt
	sed -n 's/^word //p' seen.txt | sed 'p; s/[,)]*$//; s/^(//' >$bag
	[ -z "$(grep -v '^word ' seen.txt)" ] || fail "$(grep -v '^word ' seen.txt | head -n 4)"
	# 1.5 times as many pixels as points, and rounded
	pdftohtml -xml -stdout "$1" | sed -n 's/.*<fontspec .*size="\([0-9]*\)".*/\1/p' >sizes.txt
	[ -s sizes.txt ] && awk -v name="$2" '$1 < 9 { print name ": letters of " $1 / 1.5 " points" }' sizes.txt >small.txt
	[ ! -s small.txt ] || fail "$(head -n 2 small.txt)"
}

# has NAME WORD...: each is among the words of the last picture
has() {
	name=$1
	shift
	for word; do
		grep -qxF -e "$word" $bag || fail "$name: '$word' is not to be read"
	done
}

# named VARS LIST...: what the figure's data call by name
named() {
	vars=$1
	shift
	for list; do
		sed -n "s/^$list = \"\(.*\)\"$/\1/p" "$vars"
	done
}
