#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# kills.sh CORUN DIR NR SEED: every verb that writes is killed NR times, at a random instant, by
# a random signal.  After each the folder is whole or no result, the baseline old or new; and
# the next run leaves nothing beside.
corun=$(realpath "$1") dir=$2 nr=$3 seed=$4 top=$PWD
failed=0
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
export CORUN_PLOTS="$top/plots" CORUN_SHARE="$top"

fail() {
	echo "FAILED: kill $i, $what by SIG$signal after $wait s: $*"
	failed=1
}

cat >s.yaml <<EOS
corun: 1
host: {cores: 4}
run: {duration: 300ms, warmup: 0, seed: 1}
policies: {rr: {}, cfs: {}}
vms: {a: {count: 3, vcpus: 2, program: p}}
programs: {p: {locks: {z: ticket}, repeat: [compute: {exponential: 50us}, critical: {lock: z, hold: 10us}]}}
EOS
suite() { # REPS: others are another baseline
	cat <<EOS
suite: 1
reps: {min: 5, max: $1}
baseline: gate.baseline
scenarios: {s: s.yaml}
checks: {one: {scenario: s, policy: cfs, metric: throughput, margin: {relative: 50%}}}
EOS
}
suite 5 >five.yaml
suite 8 >eight.yaml
"$corun" check five.yaml --bless --quiet >/dev/null || exit 1
cp gate.baseline kept5
"$corun" check eight.yaml --bless --quiet >/dev/null || exit 1
cp gate.baseline kept8
"$corun" compare s.yaml --reps 2 --trace --quiet -o a >/dev/null || exit 1
"$corun" compare s.yaml --reps 2 --seed 2 --quiet -o b >/dev/null || exit 1
"$corun" trace a/trace-rr.bin -f ftrace >log || exit 1
cp -R a out
mkdir swept drawn
cp -R a/. drawn/

# one WHICH: the command line, in words that hold no blanks
one() {
	case $1 in
	0) echo "compare s.yaml --reps 3 --trace --quiet -o out --force --seed $2" ;;
	1) echo "run s.yaml --quiet -o out --force --seed $2" ;;
	2) echo "run s.yaml --quiet --trace t.bin" ;;
	3) echo "run s.yaml --quiet --record r.bin" ;;
	4) echo "sweep s.yaml --over run.seed=1,2,3 --reps 2 --quiet -o swept --force" ;;
	5) echo "diff a b -o out --force" ;;
	6) echo "check eight.yaml --quiet --bless" ;;
	7) echo "check five.yaml --quiet --bless" ;;
	8) echo "check eight.yaml --quiet -o out --force" ;;
	9) echo "import log -o replay --force" ;;
	10) echo "trace a/trace-rr.bin -f perfetto -o p.json" ;;
	11) echo "plot drawn" ;;
	12) echo "show s.yaml -o shown.yaml" ;;
	13) echo "report a -o page.html" ;;
	14) echo "upgrade s.yaml -o upgraded.yaml" ;;
	*) echo "init mine --force" ;;
	esac
}

check_state() {
	for d in out drawn swept/point-0000 swept/point-0001; do
		[ ! -e $d/study.json ] || "$corun" diff $d $d >said 2>&1 || fail "$d is not whole: $(head -n 1 said)"
	done
	cmp -s gate.baseline kept5 || cmp -s gate.baseline kept8 || fail "the baseline is neither old nor new"
	[ ! -e swept/sweep.json ] || (rm -rf s && cp -R swept s && "$corun" plot s --only time) >said 2>&1 ||
		! grep -q 'error.results' said || fail "swept is not whole: $(head -n 1 said)"
	[ ! -e replay/replay.yaml ] || "$corun" validate replay/replay.yaml >said 2>&1 || fail "replay: $(cat said)"
	[ ! -e p.json ] || [ "$(tail -c 2 p.json | tr -d '\n')" = ']' ] || [ "$(tail -c 2 p.json | tr -d '\n')" = '}' ] ||
		fail "p.json is cut short"
	[ ! -e upgraded.yaml ] || "$corun" validate upgraded.yaml >said 2>&1 || fail "upgraded.yaml: $(cat said)"
	[ ! -e page.html ] || tail -n 1 page.html | grep -q '</html>' || fail "page.html is cut short"
	for picture in drawn/plots/*.png; do
		[ ! -e "$picture" ] || tail -c 12 "$picture" | grep -q IEND || fail "$picture is cut short"
	done
	[ ! -e shown.yaml ] || "$corun" validate shown.yaml >said 2>&1 || fail "shown.yaml: $(cat said)"
	[ ! -e t.bin ] || "$corun" trace t.bin >/dev/null 2>said || fail "t.bin: $(cat said)"
}

awk -v seed="$seed" -v nr="$nr" 'BEGIN {
	srand(seed)
	split("KILL KILL TERM INT HUP PIPE", signals)
	for (i = 0; i < nr; i++)
		printf "%d %d %s %.3f\n", i, int(rand() * 16), signals[1 + int(rand() * 6)], rand() * rand() * rand() * 0.6
}' >plan
hits=0
while read -r i which signal wait; do
	what=$(one "$which" "$i")
	# shellcheck disable=SC2086
	env --default-signal=INT,PIPE "$corun" $what >out.txt 2>&1 &
	pid=$!
	sleep "$wait"
	kill -"$signal" $pid 2>/dev/null
	wait $pid 2>/dev/null
	[ $? -lt 128 ] || hits=$((hits + 1))
	check_state
	if [ "$signal" != KILL ] && [ -n "$(find . -name '*.tmp')" ]; then
		fail "left $(find . -name '*.tmp')"
		find . -name '*.tmp' -exec rm -f {} +
	fi
	[ "$signal" = KILL ] || continue
	# a second run of the same kind cleans up what the first has left
	# shellcheck disable=SC2086
	"$corun" $what >out.txt 2>&1 || { [ "$which" = 11 ] && ! command -v gnuplot >/dev/null; } ||
		fail "the next run: $(grep '^corun: ' out.txt)"
	check_state
	[ -z "$(find . -name '*.tmp')" ] || fail "the next run left $(find . -name '*.tmp')"
done <plan
[ "$(wc -l <plan)" = "$nr" ] || { echo "FAILED: $(wc -l <plan) kills, not $nr"; failed=1; }
[ $((hits * 10)) -ge "$nr" ] || { echo "FAILED: only $hits of $nr signals found somebody to kill"; failed=1; }
[ $failed = 0 ] && echo "ok: $nr kills at random ($hits in time): folders whole, baselines old or new, nothing left"
exit $failed
