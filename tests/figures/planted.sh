#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# planted.sh CORUN DIR: scripts with a mistake each, drawn from what figures.sh has left in DIR:
# its checks see them.
corun=$(realpath "$1") dir=$2 top=$PWD
. tests/lib/expect.sh
. tests/figures/check.sh
cd "$dir" || exit 1
export CORUN_PLOTS="$PWD/plots"
nr=0

# seen WORDS SCRIPT SED CHECK...: with that change in the script, the check says WORDS
seen() {
	says=$1 script=$2 change=$3
	shift 3
	rm -rf plots planted
	cp -R "$top/plots" plots
	sed -i "$change" "plots/$script"
	cmp -s "plots/$script" "$top/plots/$script" && fail "'$change' changes nothing in $script"
	"$corun" plot a --only time --width 3.3in --format pdf,svg -o planted >/dev/null || fail "$change: not drawn"
	found=$failed
	failed=0
	"$@" >log 2>&1
	[ $failed = 1 ] && grep -q "$says" log || { found=1; echo "nobody sees '$change' in $script: $(cat log)"; }
	failed=$found
	nr=$((nr + 1))
}
pdf="boxes planted/time.pdf it"
# shellcheck disable=SC2086
{
	seen 'is not on the page' time.gp 's/^left = .*/left = 0.2/' $pdf
	seen "lies on" time.gp 's/^panel_height = .*/panel_height = above + bars_height + 0.15/' $pdf
	seen 'letters of' lib/layout.gp 's/^pt = .*/pt = 6/' $pdf
}
legend() {
	boxes planted/time.pdf it
	has it idle
}
seen "'idle' is not to be read" time.gp 's/do for \[i = 1:fig_nr_used\]/do for [i = 1:fig_nr_used - 1]/' legend
hover() {
	grep -o '<title>[^<]*' planted/time.svg | grep -qE 'using|\$[0-9]' && fail "no words"
}
seen "no words" time.gp 's/ notitle//' hover
[ $failed = 0 ] && echo "ok planted: $nr mistakes in scripts are seen"
exit $failed
