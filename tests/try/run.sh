#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh CORUN DIR: an author's loop, with changes that matter, that do not, and that are wrong.
corun=$(realpath "$1") dir=$2 top=$PWD
. tests/lib/expect.sh
# an author's make has no parent that passes it flags
unset MAKEFLAGS MFLAGS MAKELEVEL
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
CORUN_SHARE="$top"
export CORUN_SHARE

try() { # STATUS WORDS OPTION...
	status=$1 words=$2
	shift 2
	expect "$status" "$words" "$corun" try my --duration 300ms "$@"
}

"$corun" init my >/dev/null || fail "init"
cp my/mine.c kept.c

# -- a first build, and the same again: nothing to compare with -------------------------------------
try 0 'no other build to compare with'
try 0 '^throughput'
grep -q 'now - before' said && fail "the same build is compared"

# -- another text that does the same: another build, and nothing has moved --------------------------
sed 's/^enum mine_state/\n&/' kept.c >my/mine.c
try 0 '^0 of [1-9][0-9]* figures moved'
grep -q '^mine: build \([0-9a-f]*\), was \([0-9a-f]*\); ' said || fail "builds are not named"

# -- a mistake: it shows, and shows again; all that is shown is beyond chance by itself, too --------
sed '/mine_kick_idle(m, SP_NR_PCPUS, out);/d' kept.c >my/mine.c
cmp -s kept.c my/mine.c && fail "no mistake was planted"
try 0 '^throughput .* worse *$'
cp said first
grep -q '^lhp_spin' said && fail "lhp_spin, 0 before and after, is shown"
try 0 '^throughput .* worse *$'
cmp first said || fail "a second look differs"
"$corun" diff my/mine.try/scenario/before my/mine.try/scenario/now >whole
sed -n '/^metric/,/^[0-9]* of/ { /^[a-z]/p; }' first | grep -v '^metric' | while read -r metric rest; do
	grep -q "^$metric .* \(better\|worse\) *$" whole || echo "FAILED: $metric: $rest"
done >odd
[ -s odd ] && { cat odd; failed=1; }
[ "$(grep -c 'better *$\|worse *$' first)" = "$(sed -n 's/ of .* figures moved.*//p' first)" ] ||
	fail "the count is not that of the rows"

# -- another scenario: a comparison of its own ---------------------------------------------------------
try 0 'no other build' --set vms.guest.count=3
try 0 'no other build'

# -- what does not build, and what breaks the contract -----------------------------------------------
cp -r my/mine.try kept.try
sed 's/^enum mine_state/no such thing;\n&/' kept.c >my/mine.c
try 2 "error: unknown type name 'no'\|error: unknown type name .no"
grep -q '^corun: error\[build\]: .*/mine.c does not build' said || fail "no error of kind build"
diff -r kept.try my/mine.try || fail "a text that does not build has touched the results"
sed 's/^\(static SP_CALLBACK void mine_pick_next(.*\)$/\1/; s/out->next = .*;/out->next = 63;/' kept.c >my/mine.c
cmp -s kept.c my/mine.c && fail "no broken pick was planted"
try 4 '^corun: error\[contract\]'
diff -r kept.try my/mine.try || fail "a policy that breaks the contract has left results"

# -- files, folders, and what is neither ---------------------------------------------------------------
mkdir own
cp "$top/policies/rr.c" own/rr.c
expect 0 '^throughput' "$corun" try own/rr.c "$top/workloads/seed.yaml" --duration 200ms --reps 2
[ -e own/rr.try/seed/now/study.json ] || fail "results are not beside the text"
expect 0 '^throughput' "$corun" try own --duration 200ms --reps 2 --seed 3
cp own/rr.c own/two.c
expect 2 'found 2 files \*.c' "$corun" try own
cp own/rr.c own/own.c
expect 0 '^throughput' "$corun" try own --duration 200ms --reps 2
expect 2 'found 0 names' "$corun" try
expect 2 'No such file' "$corun" try none.c
expect 2 'expected a policy' "$corun" try said
expect 2 "did you mean '--reps'" "$corun" try own/rr.c --repz 3
# ... and the contract: rr keeps it; one that looks at no tunable breaks a promise
expect 0 '^ok  *tunables' "$corun" try own/rr.c --duration 200ms --reps 2 --test
sed 's/config->tunables\[RR_SLICE\]/SP_MS(10)/' "$top/policies/rr.c" >own/rr.c
cmp -s "$top/policies/rr.c" own/rr.c && fail "no deaf policy was planted"
expect 1 'tunables  *every tunable' "$corun" try own/rr.c --duration 200ms --reps 2 --test
exit $failed
