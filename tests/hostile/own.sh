#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# own.sh CORUN DIR: objects with state of their own, where own_process says so: each
# replication is as if it were the only one, for any number of workers.  And hostile ones
# where a gate or a sweep runs them.
# shellcheck disable=SC2016
corun=$(realpath "$1") dir=$2 top=$PWD
failed=0
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
world=$top/tests/hostile/world.yaml

fail() {
	echo "FAILED: $*"
	failed=1
}

# expect STATUS WORDS COMMAND...: its output stays in `said`
expect() {
	want=$1 words=$2
	shift 2
	"$@" >said 2>&1
	got=$?
	if [ $got != "$want" ] || ! grep -q -- "$words" said; then
		fail "$*: status $got, expected $want and '$words'; it said: $(head -n 3 said)"
	fi
}

# object NAME CALLBACK BODY [OUTSIDE [LIBS]]
object() {
	{
		echo "#define AT_$2"
		echo "#define BODY $3"
		echo "#define OUTSIDE $4"
	} >"$1.h"
	# shellcheck disable=SC2086
	gcc -std=gnu11 -O1 -w -fPIC -shared -nostartfiles -Wl,-z,relro,-z,now -I "$top/policies" \
		-I "$top/policies/module" -DSP_OUT_PCPUS=4096 -DSP_NR_PCPUS=16 -DSP_NR_VCPUS=64 \
		"-DLOTTERY=\"$top/docs/example/lottery.c\"" -include "$1.h" -o "$1.so" \
		"$top/tests/hostile/hostile.c" $5 || exit 1
}

# grows slower with every pick it has ever made: what it answers hangs on its static data
object counts pick_next 'calls++; out->run_until_ns = now_ns + 1000000 + 1000 * calls' 'static sp_u64 calls;'
object fills pick_next 'if (!table) table = malloc(4096); table[calls++ % 512] = now_ns' \
	'static sp_u64 *table; static sp_u64 calls;'
object threads pick_next '__atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED)' \
	'static sp_u64 calls; static void *run(void *a) { for (;;) usleep(1000); } __attribute__((constructor)) static void begin(void) { pthread_t t; pthread_create(&t, 0, run, 0); }'
object crashes pick_next 'if (LATE) *(volatile int *)8 = 1' ''
object hangs pick_next 'if (LATE) for (;;) __asm__ volatile("")' ''
# (by the kernel's call: one of the C library would be refused without own_process)
object exits pick_next 'if (LATE) __asm__ volatile("syscall" : : "a"(231), "D"(0) : "rcx", "r11", "memory")' ''
object behaves tick '' ''

# -- own_process -------------------------------------------------------------------------------
for name in counts fills threads; do
	expect 2 "expected none.* or own_process: yes" "$corun" compare "$world" --policy "rr,x=./$name.so" --quiet
	for j in 1 2 8; do
		rm -rf "$name$j"
		expect 0 'x is hostile' "$corun" compare "$world" --policy "rr,x=./$name.so" --own-process \
			--reps 4 --quiet -j $j -o "$name$j"
		diff -r "${name}1" "$name$j" >differ || fail "$name: -j $j shows: $(cat differ)"
	done
	# a replication alone is the same one
	"$corun" run "$world" --policy "x=./$name.so" --own-process --rep 2 --quiet --format csv >alone
	grep '^x,2,' "${name}1/results.csv" >third
	grep '^x,2,' alone | cmp - third || fail "$name: replication 2 alone is another one"
done
# (in one process they would hang on each other: the second is slower than the first)
expect 0 'the lottery\|hostile: what it does' "$corun" policies ./counts.so --own-process
sed 's|^policies:.*|policies: {rr: {}, x: {policy: ./counts.so, own_process: yes}}|' "$world" >own.yaml
expect 0 'x is hostile' "$corun" compare own.yaml --reps 4 --quiet -o scenario
diff -r counts1/results.csv scenario/results.csv >differ || fail "the key is not the option: $(head -n 3 differ)"
expect 0 'own_process: true' "$corun" show own.yaml
"$corun" show own.yaml >shown.yaml && expect 0 '^ok' "$corun" validate shown.yaml
h1=$("$corun" show own.yaml | sed -n 's/^# hash //p')
sed 's|, own_process: yes||; s|counts.so|behaves.so|' own.yaml >not.yaml
h2=$("$corun" show not.yaml | sed -n 's/^# hash //p')
[ -n "$h1" ] && [ "$h1" = "$h2" ] || fail "own_process counts for the hash: $h1 $h2"
sed 's|own_process: yes|own_process: maybe|' own.yaml >bad.yaml
expect 2 "own_process" "$corun" validate bad.yaml
sed 's|^policies:.*|policies: {rr: {own_process: yes}, cfs: {}}|' "$world" >builtin.yaml
expect 0 throughput "$corun" compare builtin.yaml --quiet -o builtin
"$corun" compare "$world" --quiet -o shared >/dev/null
cmp builtin/results.csv shared/results.csv || fail "own_process changes a policy that needs none"

# -- in a gate ----------------------------------------------------------------------------------
cat >suite.yaml <<EOS
suite: 1
reps: {min: 5, max: 10}
scenarios: {w: not.yaml}
checks:
  ours: {scenario: w, policy: rr, metric: throughput, at_least: 1/s}
  theirs: {scenario: w, policy: x, metric: throughput, at_least: 1/s}
  both: {scenario: w, policy: x, metric: throughput, at_least: {times: 0.1, of: rr}}
  kept: {scenario: w, policy: x, metric: throughput, margin: {relative: 50%}}
EOS
expect 0 renewed "$corun" check suite.yaml --bless --quiet
cp suite.baseline kept
expect 0 '4 tests: 0 regressions, 0 undecided, 4 held' "$corun" check suite.yaml --quiet
for name in crashes hangs exits; do
	for format in table tap junit markdown; do
		expect 4 . "$corun" check suite.yaml --quiet --policy "x=./$name.so" --patience 300ms \
			--format $format
		cp said "$name.$format"
	done
	grep -q '4 tests: 3 void, 0 regressions, 0 undecided, 1 held' $name.table || fail "$name: $(tail -n 2 $name.table)"
	grep -q '^VOID theirs/w/x/throughput' $name.table || fail "$name: no line of what is void"
	grep -q 'no results: policy x, replication 0, seed 7: pick_next at [0-9]* ns' $name.table || fail "$name: why is missing"
	[ "$(grep -c '^ok ' $name.tap)" = 1 ] && [ "$(grep -c '^not ok ' $name.tap)" = 3 ] || fail "$name: TAP"
	[ "$(grep -c 'type="void"' $name.junit)" = 3 ] || fail "$name: JUnit"
	grep -q '### corun check: void' $name.markdown || fail "$name: Markdown"
	expect 4 'pick_next at [0-9]* ns' "$corun" check suite.yaml --quiet --policy "x=./$name.so" \
		--patience 300ms --bless
	cmp -s kept suite.baseline || fail "$name: a baseline was made of it"
done

# -- in a sweep, in validate, as the only one, as the baseline --------------------------------------
expect 4 'error.crash.: policy x, replication 0' "$corun" sweep "$world" --over run.seed=7,8 --reps 2 \
	--policy rr,x=./crashes.so --quiet -o swept
[ "$(grep -c ',rr,' swept/sweep.csv)" -gt 1 ] || fail "the sweep has lost rr"
grep -q ',x,[^,]*,throughput,[^,]*,[0-9]' swept/sweep.csv && fail "the sweep has results of x"
expect 4 'error.crash.: policy x, replication 0, seed 7: pick_next' "$corun" run "$world" --policy x=./crashes.so --quiet
[ "$(grep -c . said)" = 1 ] || fail "run: more than a line: $(cat said)"
expect 4 'the baseline: there are no differences' "$corun" compare "$world" --policy rr,cfs,x=./exits.so \
	--set baseline=x --quiet -o nobase
grep -q '"baseline"' nobase/summary.json && fail "a baseline that is void"
grep -q '"difference"' nobase/summary.json && fail "differences to nothing"
expect 0 throughput "$corun" diff nobase nobase
object init init '*(volatile int *)8 = 1' ''
sed 's|behaves.so|init.so|' not.yaml >init.yaml
expect 4 'policy x: init at 0 ns crashed' "$corun" validate init.yaml

# -- a policy that hangs is no reason to wait: the first signal ends it, with what there is -----------
for signal in INT:130 TERM:143; do
	env --default-signal=INT "$corun" compare "$world" --policy rr,x=./hangs.so --reps 40 --patience 3600s -j 2 \
		--quiet >said 2>&1 &
	pid=$!
	sleep 1
	kill -"${signal%:*}" $pid
	wait $pid
	got=$?
	[ $got = "${signal#*:}" ] || fail "SIG${signal%:*} at an endless pick_next: status $got: $(head -n 2 said)"
	pgrep -f "$PWD" >/dev/null && fail "a worker is left"
done
[ $failed = 0 ] && echo "ok: state of their own, a process each; gates, sweeps and signals beside hostile policies"
exit $failed
