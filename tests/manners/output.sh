#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# output.sh CORUN DIR: where output goes, and how wide it is.
corun=$(realpath "$1") dir=$2 top=$PWD
# the build may lie elsewhere
export CORUN_SHARE="$top"
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
seed=$top/workloads/seed.yaml
short='--reps 2 --duration 50ms --set run.warmup=0 --quiet'

# -- -o makes what is above it, and leaves nothing where it fails --------------------------
# shellcheck disable=SC2086
{
	expect 0 '' "$corun" compare "$seed" $short --policy cfs,gang --trace -o a/b/c/
	expect 0 '' "$corun" run "$seed" --duration 50ms --set run.warmup=0 --quiet --trace t/u/x.bin
	expect 2 '' "$corun" sweep "$seed" $short --over vms.build.count=1,0 -o never/deep
}
expect 0 '' "$corun" show "$seed" -o d/e/f.yaml
expect 0 '' "$corun" trace a/b/c/trace-cfs.bin -o g/h/t.txt
expect 0 '' "$corun" init i/j
for f in a/b/c/study.json t/u/x.bin d/e/f.yaml g/h/t.txt i/j/gate.yaml; do
	[ -s $f ] || fail "$f is missing"
done
expect 2 '' "$corun" show nix.yaml -o never/deep.yaml
echo 'corun: 1' >bad.yaml
# shellcheck disable=SC2086
expect 5 'CORUN_SHARE' env CORUN_SHARE=/nix "$corun" init never/deep
[ ! -e never ] || fail "folders are left of what failed: $(find never)"
# -- init's folder is there whole or not at all ---------------------------------------------
if command -v strace >/dev/null && strace -f true 2>/dev/null; then
	# (a leak checker does not work under strace)
	ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=rename,renameat,renameat2,mkdir,mkdirat "$corun" init whole 2>calls >said || fail "init whole"
	[ "$(grep -c '^\(\[pid.*\] \)\?mkdir.*"whole"' calls)" = 0 ] || fail "the folder's own name is made empty"
	[ "$(grep -c 'rename.*, "whole")' calls)" = 1 ] || fail "not one rename: $(grep rename calls)"
	# killed at each of its renames: not there, and gone the next time
	for n in 1 4 8; do
		strace -f -e trace=rename -e inject=rename:signal=KILL:when=$n "$corun" init killed >said 2>&1
		[ ! -e killed ] || [ $n = 8 ] || fail "killed at rename $n: half a folder"
		rm -rf killed
	done
	expect 0 '' "$corun" init killed
	[ -z "$(find . -maxdepth 1 -name 'killed.*.tmp')" ] || fail "a killed one's folder stays: $(ls -d killed.*)"
else
	echo "SKIP init under strace: it is missing"
fi
expect 2 'not empty' "$corun" init i/j
expect 0 '' "$corun" init --force i/j/
mkdir empty
expect 0 '' sh -c "cd empty && '$corun' init ."
[ -x empty/ci.sh ] || fail "init . wrote nothing"
echo x >file
expect 5 'file/x: Not a directory' "$corun" init file/x

# -- tables ----------------------------------------------------------------------------------
# Rows of a table that are wider than WIDTH; characters are counted, not bytes.
wide() { # WIDTH FILE
	sed 's/±/+/g' "$2" | grep -E '^ *(metric|[a-z_0-9]+  +(%|us|ms|/s|k/s|s|ns|% pt)? )' |
		awk -v width="$1" 'length > width { print length ": " $0 }'
}
more=$(for p in cfs nice gang relaxed; do
	for q in 1 2; do printf '  %s-quite-a-long-name-%s: {policy: %s}\\n' $p $q $p; done
done)
sed "s/^policies:/&\\n$more/" "$seed" >many.yaml
# shellcheck disable=SC2086
{
	"$corun" compare many.yaml $short >table || fail "eight more policies: $(head -n 3 table)"
	"$corun" sweep many.yaml $short --over run.seed=1,2 >sweep || fail "a sweep of them"
}
[ -z "$(wide 100 table)" ] || fail "a table is wider than 100 columns: $(wide 100 table | head -n 3)"
grep -q '^throughput' table || fail "no table"
# each policy's column is there, in both tables
for p in cfs nice gang relaxed; do
	for q in 1 2; do
		[ "$(grep -c "^metric.* $p-quite-a-long-name-$q" table)" -ge 2 ] || fail "no column of $p-$q"
	done
done
[ "$(grep -c '^throughput' table)" -gt 4 ] || fail "the table was not folded"
[ -z "$(sed 's/±/+/g' sweep | awk '/^seed/, /^$/ { if (length > 100) print }')" ] || fail "a sweep's table is too wide"
# a terminal: as wide as that is, and a wide one takes all
if command -v script >/dev/null && command -v stty >/dev/null; then
	echo "stty cols 70; '$corun' compare '$seed' $short; stty cols 200; '$corun' compare many.yaml $short" >in-terminal.sh
	script -qec 'sh in-terminal.sh' /dev/null 2>/dev/null </dev/null | tr -d '\r' >terminal
	awk '/^two 4-vCPU/ { nr++ } { print >("terminal." nr) }' terminal
	[ -z "$(wide 70 terminal.1)" ] || fail "wider than the terminal of 70: $(wide 70 terminal.1 | head -n 2)"
	[ -n "$(wide 100 terminal.2)" ] || fail "a terminal of 200 columns is not used"
	[ -z "$(wide 200 terminal.2)" ] || fail "wider than the terminal of 200"
else
	echo "SKIP in a terminal: script or stty is missing"
fi
[ $failed = 0 ] && echo "ok output: folders are made, tables fit"
exit $failed
