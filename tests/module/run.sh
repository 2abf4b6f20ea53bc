#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh CORUN DIR: a policy from a shared object is as good as a built-in one, wherever a
# policy may be named, and which text of it was run can be seen in everything that is kept.
corun=$(realpath "$1") dir=$2 top=$PWD
. tests/lib/expect.sh
export CORUN_SHARE="$top"
rm -rf "$dir"
mkdir -p "$dir/a" "$dir/b/deep" "$dir/suite"
cd "$dir" || exit 1
mk=$("$corun" policies --makefile) || exit 1

# -- building: one line, and one text gives one file, wherever ------------------------------
for d in a b/deep; do
	cp -R "$top/policies/gang" $d/
	(cd $d && make -s -f "$mk" gang.so) || exit 1
	for o in "$d"/*.o; do
		[ ! -e "$o" ] || fail "$o is left"
	done
done
cmp a/gang.so b/deep/gang.so || fail "the same text in another folder is another file"
touch a/gang.c
expect 2 'found gang.c and gang/gang.c, expected one of them' make -s -C a -f "$mk" gang.so
rm a/gang.c
cp "$top/docs/example/lottery.c" a/
(cd a && make -s -f "$mk" lottery.so) || exit 1

# -- the same as built in -------------------------------------------------------------------
short="--reps 2 --duration 200ms --set run.warmup=100ms --quiet"
seed=$top/workloads/seed.yaml
# shellcheck disable=SC2086
expect 0 gang "$corun" compare "$seed" --policy cfs,gang $short -o inside
# shellcheck disable=SC2086
expect 0 'gang is gang, build' "$corun" compare "$seed" --policy cfs,./a/gang.so $short -o outside
cmp inside/results.csv outside/results.csv || fail "gang.so and gang differ"
grep -q '"build": "[0-9a-f]\{16\}"' outside/summary.json || fail "no build in summary.json"
hash() {
	sed -n 's/^# hash //p' "$1/scenario.yaml"
}
[ "$(hash inside)" = "$(hash outside)" ] || fail "where a policy is from has changed the hash"
# as one more beside the built-in one, and beside all
# shellcheck disable=SC2086
expect 0 'mine is gang' "$corun" compare "$seed" --policy gang,mine=./a/gang.so $short --format table
grep -q '^throughput .* exact' said || grep -q '^throughput .*=' said || fail "mine differs from gang"
# shellcheck disable=SC2086
expect 2 'stands there twice; NAME=FILE.so' "$corun" compare "$seed" --policy gang,./a/gang.so $short
# shellcheck disable=SC2086
expect 0 'lottery' "$corun" run "$seed" --policy a/lottery.so --duration 100ms --set run.warmup=0
# many vCPUs: another size of the same text
# shellcheck disable=SC2086
expect 0 'lottery' "$corun" run "$seed" --policy a/lottery.so --duration 100ms --set run.warmup=0 \
	--set vms.build.count=40
expect 0 'how long the winner runs' "$corun" policies ./a/lottery.so
expect 2 "found as a name '../x'" "$corun" run "$seed" --policy ../x=./a/lottery.so
expect 2 "expected a shared object" "$corun" run "$seed" --policy x=lottery
expect 2 'nothing to read' "$corun" run "$seed" --policy ./nix.so

# -- in a scenario, relative to its file ------------------------------------------------------
sed 's|^policies:|policies:\n  mine: {policy: lottery.so, slice: 5ms}|' "$seed" >a/mine.yaml
cat >a/over.yaml <<EOS
corun: 1
include: mine.yaml
EOS
expect 0 '^ok a/over.yaml' "$corun" validate a/over.yaml
"$corun" show a/mine.yaml -o shown.yaml || fail "show"
expect 0 '^ok' "$corun" validate shown.yaml
"$corun" show shown.yaml | cmp - shown.yaml || fail "the resolved scenario is not its own image"
expect 2 'a/mine.yaml:[0-9]*:.*found the key .slize., expected a tunable of lottery (slice)' \
	sh -c "sed -i 's/slice: 5ms/slize: 5ms/' a/mine.yaml && '$corun' validate a/mine.yaml"
sed -i 's/slize: 5ms/slice: 5ms/' a/mine.yaml
# another text: a resolved scenario says so, and the file as it was written does not mind
sed -i 's/runnable: fair/runnable, fair/' a/lottery.c
(cd a && make -s -f "$mk" lottery.so) || exit 1
expect 2 'shown.yaml:[0-9]*:.*which the file has now' "$corun" validate shown.yaml
expect 0 '^ok' "$corun" validate a/mine.yaml

# -- in a gate ----------------------------------------------------------------------------------
cat >suite/gate.yaml <<EOS
suite: 1
reps: {min: 5, max: 10}
scenarios:
  seed: {file: $seed, set: {run.duration: 300ms}}
checks:
  holds: {scenario: seed, policy: gang, metric: throughput, margin: {relative: 2%}}
EOS
expect 0 'renewed' "$corun" check suite/gate.yaml --bless --quiet
expect 0 'gang: build [0-9a-f]*, was built in' "$corun" check suite/gate.yaml --policy ./a/gang.so
expect 0 'gang: build [0-9a-f]*, was built in' \
	"$corun" check suite/gate.yaml --policy ./a/gang.so --format markdown
expect 2 "no scenario of suite/gate.yaml has a policy 'lottery'" \
	"$corun" check suite/gate.yaml --policy ./a/lottery.so
expect 2 'tests are chosen by --only' "$corun" check suite/gate.yaml --policy gang
# a recorded build, and a changed one that is worse: the command that shows it names it
expect 0 'build [0-9a-f]*, was built in' \
	"$corun" check suite/gate.yaml --policy ./a/gang.so --bless --quiet
grep -q '^      gang: [0-9a-f]\{16\}$' suite/gate.baseline || fail "no build in the baseline"
expect 0 '1 held' "$corun" check suite/gate.yaml --policy ./a/gang.so
grep -q 'was' said && fail "an unchanged build is called another one"
sed -i 's/vcpu = gang_owner(g, col);/vcpu = pcpu == 3 ? SP_NONE : gang_owner(g, col);/' a/gang/gang.c
(cd a && make -s -f "$mk" gang.so) || exit 1
expect 1 '--policy gang=./a/gang.so' "$corun" check suite/gate.yaml --policy ./a/gang.so
[ $failed = 0 ] && echo "ok: policies from shared objects, on the command line, in scenarios and in a gate"
exit $failed
