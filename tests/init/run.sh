#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh CORUN INSTALLED DIR: corun init, and what its README says to do next.
corun=$(realpath "$1") installed=$(realpath "$2") dir=$3 top=$PWD
. tests/lib/expect.sh
# A newcomer's make has no parent: without this it warns of the parent's job server, and
# takes the parent's CFLAGS.
unset MAKEFLAGS MFLAGS MAKELEVEL
mkdir -p "$dir"
cd "$dir" || exit 1

# gate FOLDER: all that a newcomer does in it
gate() {
	expect 0 'renewed' make -C "$1" bless
	expect 0 '16 held' make -C "$1" check
	expect 0 '16 held' sh -c "cd $1 && sh ci.sh"
	[ -s "$1/report/junit.xml" ] || { echo "FAILED: no report"; failed=1; }
	cp "$1/mine.c" mine.c.kept
	# the mistake that its README proposes
	sed -i '/mine_kick_idle(m, SP_NR_PCPUS, out);/d' "$1/mine.c"
	cmp -s mine.c.kept "$1/mine.c" && { echo "FAILED: no mistake was planted"; failed=1; }
	expect 1 'holds/locks/mine/throughput' sh -c "cd $1 && sh ci.sh"
	expect 1 'policy    mine: build [0-9a-f]*, was [0-9a-f]*' sh -c "cd $1 && sh ci.sh"
	expect 2 'REGRESSION' make -C "$1" check
	cp mine.c.kept "$1/mine.c"
	expect 0 '16 held' sh -c "cd $1 && sh ci.sh"
	grep -q 'policy    mine' said && { echo "FAILED: the same text is another build"; failed=1; }
}

expect 2 'found 0 folders' "$corun" init
expect 2 'found 2 folders' "$corun" init a b
expect 2 "unknown option '--forse'" "$corun" init --forse a
touch file
expect 5 'cannot make' "$corun" init file/deep

export CORUN_SHARE="$top"
expect 0 'tree has a policy of your own' "$corun" init tree
expect 2 'tree is not empty; --force' "$corun" init tree
expect 0 'tree has a policy' "$corun" init tree --force
gate tree
unset CORUN_SHARE

# installed, and found by the shell: the folder then says just "corun"
PATH=$(dirname "$installed"):$PATH
export PATH
expect 0 'here has' corun init here
grep -q '^CORUN ?= corun$' here/Makefile || { echo "FAILED: CORUN of here/Makefile"; failed=1; }
gate here
expect 2 "does not run; say where corun is" make -C here CORUN=nix
# the skeleton: it compiles without a warning, runs, and idles
expect 0 'make compare$' corun init --empty bare
grep -q 'every pCPU idles' bare/README.md || { echo "FAILED: README.md of --empty"; failed=1; }
expect 0 '' make -C bare
grep -q warning said && { echo "FAILED: the skeleton has warnings"; failed=1; }
expect 0 '^utilisation  *%  *0 *$' sh -c 'cd bare && corun run scenario.yaml --policy ./mine.so --strict'
expect 0 'steal .*100' make -C bare compare
expect 2 'no baseline yet' make -C bare check
# a copy of a shipped policy in its place, by the commands of README.md
sed -n '/^corun init gate && cd gate$/,/^make bless check$/p' "$top/README.md" >commands
[ "$(wc -l <commands)" = 3 ] || { echo "FAILED: README.md does not say how to copy a policy"; failed=1; }
expect 0 '16 held' sh -e ./commands
sed -i 's/sp_max(len_ns, g->min_slot_ns);/sp_max(len_ns * 3, g->min_slot_ns);/' gate/mine/slots.c
cmp -s gate/mine/slots.c "$top/policies/gang/slots.c" && { echo "FAILED: no mistake was planted"; failed=1; }
expect 2 'REGRESSION' make -C gate check
mkdir 'a b'
cp "$installed" 'a b/corun'
expect 2 'cannot stand in a Makefile' 'a b/corun' init other
[ $failed = 0 ] && echo "ok: corun init, from the tree and installed; the gate catches the mistake"
exit $failed
