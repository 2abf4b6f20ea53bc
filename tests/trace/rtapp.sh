#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# rtapp.sh CORUN SCRATCH: workloads of rt-app, good and broken.  A broken one says in its
# first line where and how; all must end with status 2.
set -u
corun=$1
scratch=$2
here=$(cd "$(dirname "$0")" && pwd)/rtapp
nr=0 failed=0

fail() {
	echo "FAIL: rtapp: $*"
	failed=$((failed + 1))
}

for f in "$here"/broken/*.json; do
	nr=$((nr + 1))
	expected=$(sed -n '1s|^// expect: ||p' "$f")
	said=$("$corun" import --format rt-app "$f" 2>&1 >"$scratch/rtapp.out")
	status=$?
	[ $status = 2 ] && [ ! -s "$scratch/rtapp.out" ] && [ -n "$expected" ] &&
		[ "$said" = "corun: error[scenario]: $f:$expected" ] ||
		fail "$f: status $status, said '$said', expected '$expected'"
done

# the whole grammar, to the byte; and it runs, strictly, to its end
"$corun" import --format rt-app "$here/studio.json" >"$scratch/studio.yaml" 2>"$scratch/rtapp.err" ||
	fail "studio.json is refused"
tail -n +2 "$here/studio.yaml" | diff - "$scratch/studio.yaml" || fail "studio.yaml differs"
grep -q '5 threads of 4 kinds, 3 mutexes and barriers' "$scratch/rtapp.err" || fail "no summary"
grep -q 'runtime is taken as run' "$scratch/rtapp.err" || fail "no note of runtime"
"$corun" run "$scratch/studio.yaml" --strict >"$scratch/rtapp.out" || fail "studio.yaml does not run"
grep -q '^mutex_sleeps' "$scratch/rtapp.out" || fail "nobody slept for the desk"

# us and s: 300 us of every 1000 us for 2 s are 30 % of a pCPU, and 2,000 rounds
cat >"$scratch/units.json" <<'JSON'
{ "tasks": { "beat": { "run": 300, "timer": { "ref": "unique", "period": 1000 } } },
  "global": { "duration": 2 } }
JSON
"$corun" import --format rt-app "$scratch/units.json" --vcpus 1 >"$scratch/units.yaml" 2>/dev/null
"$corun" run "$scratch/units.yaml" --set host.noise.level=0 --format csv >"$scratch/units.csv" ||
	fail "units.yaml does not run"
awk -F, '/,all,throughput,/ {for (i = 1; i <= NF; i++) if ($i > 990 && $i < 1001) found = 1}
	END {exit !found}' "$scratch/units.csv" || fail "not 1,000 rounds a second"
grep -q 'duration: 2s' "$scratch/units.yaml" || fail "not 2 s"

# on a host that costs nothing, threads that start together: rounds and CPU time by hand
free='--set host.irregularity=regular --set run.starts=interleaved --set run.start_spread=0 --set host.noise.level=0 --set host.tick.period=0
	--set vms.app.guest_tick=false --set host.costs.context_switch=0 --set host.costs.kick=0
	--set host.costs.migration=0 --set host.costs.cold_cache.max=0
	--set host.costs.thread_switch=0 --set host.costs.handoff=0'
# exact NAME ROUNDS MS
exact() {
	nr_exact=$((nr_exact + 1))
	"$corun" import --format rt-app "$here/good/$1.json" >"$scratch/$1.yaml" 2>"$scratch/$1.said" ||
		fail "$1 is refused: $(cat "$scratch/$1.said")"
	# shellcheck disable=SC2086
	"$corun" run "$scratch/$1.yaml" --policy cfs --strict $free --format csv >"$scratch/$1.csv" 2>&1 ||
		fail "$1 does not run: $(tail -n 1 "$scratch/$1.csv")"
	got=$(awk -F, '$5 == "all" && $6 == "throughput" { rounds = $9; s = $10 }
		$5 == "all" && $6 == "utilisation" { ms = 1000 * $9 / 1e9 }
		END { printf "%d %.1f\n", rounds, ms }' "$scratch/$1.csv")
	[ "$got" = "$2 $3" ] || fail "$1: rounds and ms $got, expected $2 $3"
}
nr_exact=0
exact two_phase_timer 20 340.0
exact producer 222 556.0
exact bare_suspend 0 0.0
exact comment_key 500 500.0
exact float_duration 250 250.0
exact condition 222 556.0
exact sync 1000 1000.0
exact fork 7 33.0
exact late 9 235.0
exact kept 10 240.0
exact delay 99 100.0
exact several 200 400.0
exact broad 397 297.0
exact alone 500 500.0
grep -q '2 keys passed over: _comment, logsize' "$scratch/comment_key.said" || fail "no note of keys"
grep -q 'duration: 500ms' "$scratch/float_duration.yaml" || fail "not half a second"
grep -q '3 threads wait from the start for being forked' "$scratch/fork.said" || fail "no note of forks"
grep -q '2 nice levels and sets of CPUs left out' "$scratch/broad.said" || fail "no note of nice levels"
grep -q 'a real-time class is none for a thread alone' "$scratch/alone.said" || fail "no note of a class"

# each thread a VM: nice levels and CPUs
cat >"$scratch/apart.json" <<'JSON'
{ "tasks": { "a b": { "priority": -5, "cpus": [1, 2], "instance": 2, "run": 100, "yield": "" },
	     "a_b": { "run": 50, "sleep": 50 } } }
JSON
"$corun" import --format rt-app "$scratch/apart.json" --separate -o "$scratch/apart" 2>"$scratch/rtapp.err" ||
	fail "--separate is refused"
grep -q 'a_b: {count: 2, vcpus: 1, nice: -5, program: a_b, pin: \[1-2\]}' "$scratch/apart/rt-app.yaml" ||
	fail "no nice level, no pin"
grep -q 'a_b_2: {count: 1' "$scratch/apart/rt-app.yaml" || fail "two threads of one name"
grep -q 'no duration: taken as 10 s' "$scratch/rtapp.err" || fail "no note of the duration"
"$corun" validate "$scratch/apart/rt-app.yaml" >/dev/null || fail "apart.yaml is no scenario"
"$corun" import --format rt-app "$scratch/apart.json" --separate -o "$scratch/apart" 2>/dev/null
[ $? = 2 ] || fail "a scenario was overwritten"
"$corun" import --format rt-app "$scratch/apart.json" --separate -o "$scratch/apart" --force 2>/dev/null ||
	fail "--force"

# options that do not go together, and files that are not there
for options in '--format json' '--format rt-app --top 3' '--separate' '--format rt-app --vcpus 0'; do
	# shellcheck disable=SC2086
	"$corun" import $options "$here/studio.json" >/dev/null 2>&1
	[ $? = 2 ] || fail "import $options is not refused"
done
"$corun" import --format rt-app /nowhere.json >/dev/null 2>&1
[ $? = 2 ] || fail "a file that is not there"

[ $nr -ge 40 ] || fail "only $nr broken workloads"
[ $failed = 0 ] && echo "rtapp.sh: $nr broken workloads, each refused at its place; $nr_exact exact; the others run"
exit $failed
