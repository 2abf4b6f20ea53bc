#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cli.sh CORUN SCRATCH: exit statuses, messages and result folders of run, compare
# and metrics, with the real engine.
set -u
corun=$1
scratch=$2
seed=workloads/seed.yaml
short="--duration 200ms --set run.warmup=100ms --quiet"
failed=0
rm -rf "$scratch"
mkdir -p "$scratch"

fail()
{
	echo "FAIL: $*"
	failed=1
}

# expect STATUS PATTERN COMMAND...: its exit status, and a line of its stderr
expect()
{
	status=$1
	pattern=$2
	shift 2
	"$@" >"$scratch/out" 2>"$scratch/err"
	found=$?
	[ $found = "$status" ] || fail "status $found, not $status: $*"
	[ -z "$pattern" ] || grep -q -e "$pattern" "$scratch/err" || {
		fail "no '$pattern' on stderr: $*"
		cat "$scratch/err"
	}
	[ "$status" != 2 ] || [ "$(grep -c '^corun: error\[' "$scratch/err")" = 1 ] ||
		fail "not one error line: $*"
}

expect 0 '' env CORUN_SHARE="$PWD" "$corun" --share
grep -q '^/' "$scratch/out" || fail "--share"
expect 5 'no policies/policy.h' env CORUN_SHARE=nix "$corun" --share
expect 0 '' "$corun" --version
grep -q '^corun [0-9]' "$scratch/out" || fail "--version"
expect 2 'error\[usage\]: no verb given' "$corun"
expect 2 "no verb 'comparee', did you mean 'compare'?" "$corun" comparee
expect 2 "no verb 'xyzzy'; see" "$corun" xyzzy
expect 0 '' "$corun" help compare
grep -q '^usage: corun compare SCENARIO' "$scratch/out" || fail "help compare"
expect 0 '' "$corun" run --help
grep -q '^usage: corun run SCENARIO' "$scratch/out" || fail "run --help"
# shellcheck disable=SC2086
expect 0 '' "$corun" compare $seed --reps 2 $short
grep -q '^placement no vCPU ever slept' "$scratch/out" || fail "hogs that slept"
# shellcheck disable=SC2086
expect 0 '' "$corun" compare workloads/mutex.yaml --reps 2 $short
grep -q '^placement' "$scratch/out" && fail "no sleepers at a sleeping mutex"
expect 2 "expected one scenario, found 0" "$corun" run
expect 2 "expected one scenario, found 2" "$corun" run a b
expect 2 "unknown option '--durration=1s', did you mean '--duration'" "$corun" run $seed --durration=1s
expect 2 "unknown option '-z'" "$corun" run $seed -z
expect 2 "a value is missing after '--seed'" "$corun" run $seed --seed
expect 2 "a value is missing after '-j'" "$corun" run $seed -j
expect 2 "no value belongs to '--force=1'" "$corun" run $seed --force=1
expect 2 "several options start with '--for'" "$corun" run $seed --for
expect 2 "^corun: error.usage.: --reps: found '0'" "$corun" run $seed --reps 0
expect 2 "^corun: error.usage.: --reps: found '5..3'" "$corun" run $seed --reps 5..3
expect 2 "^corun: error.usage.: -j: found 'x'" "$corun" run $seed -j x
expect 2 "^corun: error.usage.: --format: found 'xml'" "$corun" compare $seed --format xml
expect 2 "no policy 'gnag'; did you mean 'gang'?" "$corun" run $seed --policy gnag
expect 2 "'gang' stands there twice" "$corun" compare $seed --policy gang,gang
expect 2 "one policy at a time" "$corun" run $seed --policy gang,cfs
expect 2 "exclude each other" "$corun" run $seed --rep 1 --reps 3
expect 2 "needs -o DIR" "$corun" compare $seed --trace
sed 's/until: {[a-z_0-9]*:/until: {lhp_spinn:/' $seed >"$scratch/until.yaml"
expect 2 "no metric 'lhp_spinn'; did you mean 'lhp_spin'" "$corun" compare "$scratch/until.yaml"
expect 2 "no metric 'corrun'; did you mean 'corun'?" "$corun" metrics corrun
expect 2 "found 'yaml', expected table, markdown or json" "$corun" metrics --format yaml

# The registry is what the docs say.
"$corun" metrics --format markdown | cmp - docs/metrics.md || fail "docs/metrics.md is stale"

# Output that goes nowhere: a full disk is an error, a reader that left is not.
# shellcheck disable=SC2086
"$corun" run $seed $short >/dev/full 2>"$scratch/err"
[ $? = 5 ] || fail "full disk: not status 5"
grep -q 'error\[io\]: cannot write standard output: No space left' "$scratch/err" || fail "full disk"
"$corun" metrics --format json >/dev/full 2>"$scratch/err"
[ $? = 5 ] || fail "full disk, long output: not status 5"
# shellcheck disable=SC2086
{ "$corun" compare $seed $short --reps 2 --format csv 2>"$scratch/err"; echo $? >"$scratch/status"; } |
	head -n 1 >/dev/null
case $(cat "$scratch/status") in
0 | 141) ;;
*) fail "| head: status $(cat "$scratch/status")" ;;
esac
[ -s "$scratch/err" ] && fail "| head is not quiet"
(
	trap '' PIPE
	# shellcheck disable=SC2086
	{ "$corun" compare $seed $short --reps 2 --format csv 2>"$scratch/err"; echo $? >"$scratch/status"; } |
		head -n 1 >/dev/null
)
[ "$(cat "$scratch/status")" = 141 ] || fail "| head, SIGPIPE ignored: not status 141"
[ -s "$scratch/err" ] && fail "| head, SIGPIPE ignored, is not quiet"

# The same bytes for any number of workers.
for j in 1 2 5; do
	# shellcheck disable=SC2086
	"$corun" compare $seed $short --reps 3 -j $j -o "$scratch/j$j" \
		>"$scratch/j$j.txt" || fail "compare -j $j"
done
for j in 2 5; do
	cmp "$scratch/j1.txt" "$scratch/j$j.txt" || fail "-j $j shows"
	diff -r "$scratch/j1" "$scratch/j$j" || fail "-j $j shows in files"
done

# The same without the fused multiply-add of the C library.
# shellcheck disable=SC2086
GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-FMA4 \
	"$corun" compare $seed $short --reps 3 -o "$scratch/nofma" >"$scratch/nofma.txt" ||
	fail "compare without FMA"
cmp "$scratch/j1.txt" "$scratch/nofma.txt" || fail "FMA shows"
diff -r "$scratch/j1" "$scratch/nofma" || fail "FMA shows in files"

# A result folder: complete, not overwritten unasked, runnable again from its scenario.
for f in scenario.yaml results.csv summary.json time.csv shares.csv cdf.csv; do
	[ -s "$scratch/j1/$f" ] || fail "no $f"
done
# shellcheck disable=SC2086
expect 2 "not empty; --force" "$corun" compare $seed $short -o "$scratch/j1"
touch "$scratch/j1/trace-old.bin"
# shellcheck disable=SC2086
expect 0 '' "$corun" compare $seed $short --reps 2 --trace --force -o "$scratch/j1"
[ -e "$scratch/j1/trace-old.bin" ] && fail "an old trace stays"
for p in cfs gang; do
	[ -s "$scratch/j1/trace-$p.bin" ] || fail "no trace of $p"
done
expect 0 '' "$corun" trace "$scratch/j1/trace-gang.bin"
find "$scratch/j1" | grep -q '~\|\.tmp\|\.part' && fail "something is left beside the files"
expect 0 '' "$corun" compare "$scratch/j1/scenario.yaml" --reps 2 --quiet -o "$scratch/again"
cmp "$scratch/j1/results.csv" "$scratch/again/results.csv" || fail "the resolved scenario differs"
touch "$scratch/file"
# shellcheck disable=SC2086
expect 5 'error\[io\]: cannot make .*: Not a directory' "$corun" compare $seed $short -o "$scratch/file/such/folder"

# One replication is the same in run and in compare.
# shellcheck disable=SC2086
"$corun" run $seed $short --policy gang --rep 1 --format csv | grep ',host,all,' >"$scratch/run"
grep '^gang,1,.*,host,all,' "$scratch/j2/results.csv" | grep -v ',convoy,' | cmp -s - "$scratch/run" ||
	fail "run --rep 1 is not replication 1 of compare"

# Ctrl-C: what is complete is shown, status 130; asked to end, the same with 143.
for signal in INT/130 TERM/143; do
	env --default-signal timeout --foreground -k 20 -s ${signal%/*} --preserve-status 1 \
		"$corun" compare $seed --reps 100000 --duration 100ms --quiet -j 2 >"$scratch/out" 2>"$scratch/err"
	status=$?
	[ $status = ${signal#*/} ] || fail "${signal%/*}: status $status"
	grep -q 'interrupted: [0-9]* of at most 100000 were complete' "$scratch/out" ||
		fail "${signal%/*}: no table"
done

# A sweep: a grid of points, each one the same as compare there.
# shellcheck disable=SC2086
expect 0 '' "$corun" sweep $seed $short --reps 2 --over vms.build.count=1,2 \
	--over lock:programs.kernbench.locks.zone=tas,ticket --metric throughput,build:wait_p99 \
	-o "$scratch/sweep"
grep -q 'wait_p99 of build' "$scratch/out" || fail "sweep: no table of a group's metric"
[ "$(wc -l <"$scratch/sweep/sweep.csv")" = 33 ] || fail "sweep: not 4 points x 4 policies x 2 metrics"
# shellcheck disable=SC2086
"$corun" compare $seed $short --reps 2 --set vms.build.count=2 \
	--set programs.kernbench.locks.zone=tas --format csv |
	cmp - "$scratch/sweep/point-0002/results.csv" || fail "sweep: point 2 is not what compare gives"
# shellcheck disable=SC2086
sweep="$corun sweep $seed $short --reps 2"
expect 2 "sweep: expected --over" $sweep
expect 2 "found 'vms.build.count', expected .LABEL:.PATH=VALUE" $sweep --over vms.build.count
expect 2 "expected a value between the commas" $sweep --over vms.build.count=1,,2
expect 2 "expected each value once" $sweep --over vms.build.count=1,1
expect 2 "expected a path on both sides" $sweep --over vms.build.count+=1
expect 2 "a column of sweep.csv has this name" $sweep --over policy:vms.build.count=1
expect 2 "labels that differ" $sweep --over vms.build.count=1 --over count:host.cores=4
expect 2 "no metric 'spinn'; did you mean 'spin'?" $sweep --over vms.build.count=1 --metric spinn
expect 2 "no VMs called 'buil'; did you mean 'build'?" $sweep --over vms.build.count=1 --metric buil:spin
expect 2 "did you mean count?" $sweep --over vms.build.cuont=1
# the last point is checked before the first one runs: nothing is written
expect 2 "" $sweep --over vms.build.count=1,0 -o "$scratch/never"
[ ! -e "$scratch/never" ] || fail "sweep: a folder in spite of a mistake"
expect 2 "sweep writes table or csv" $sweep --over vms.build.count=1 --format json
# brackets and quotes keep their commas; paths can be tied
expect 0 '' $sweep --over 'work:programs.kernbench.repeat[0].compute={uniform: [1us, 2us]},50us' \
	--over 'width:vms.build.vcpus+host.cores=2,4' --format csv
[ "$(cut -d, -f1-3 "$scratch/out" | grep -c uniform)" = 24 ] || fail "sweep: brackets are split"
# Asked to end after some points: those are shown, status 143.  (Not INT: a shell has its
# background commands ignore that.)
"$corun" sweep $seed --reps 2 --duration 100ms --over run.seed="$(seq -s, 1 64)" \
	--over 'spread:run.start_spread=1ms,2ms,3ms,4ms,5ms,6ms,7ms,8ms' \
	--quiet -o "$scratch/cut" >"$scratch/out" 2>"$scratch/err" &
pid=$!
while kill -0 $pid 2>/dev/null && [ ! -e "$scratch/cut/point-0003" ]; do sleep 0.05; done
kill -TERM $pid
wait $pid
[ $? = 143 ] || fail "sweep: asked to end is not status 143"
grep -q 'of 512 points: interrupted' "$scratch/out" || fail "sweep: what was done is lost"
[ "$(wc -l <"$scratch/cut/sweep.csv")" -ge 13 ] || fail "sweep: no rows of what was done"

# No row of any kind shows a quantile above its largest.
above()
{
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["metric"] == "wakeup_p99" { p99 = $at["mean"] }
		$at["metric"] == "wakeup_max" { n++; if (!(p99 > 0 && p99 <= $at["mean"])) bad = 1 }
		END { exit bad || n != 3 }' "$1"
}
"$corun" sweep tests/stats/uneven.yaml --over run.seed=1,2,3 --metric wakeup_p99,wakeup_max \
	--format csv --quiet >"$scratch/uneven.csv" 2>/dev/null
above "$scratch/uneven.csv" || fail "a row of sweep has a p99 above its max"
"$corun" run tests/stats/uneven.yaml --reps 8 --quiet -o "$scratch/uneven" >/dev/null 2>&1
"$corun" diff "$scratch/uneven" "$scratch/uneven" --all >"$scratch/uneven.txt" 2>/dev/null
awk '$1 == "wakeup_p99" { p99 = $3 } $1 == "wakeup_max" { n++; if (!(p99 > 0 && $3 >= int(p99))) bad = 1 }
	END { exit bad || !n }' "$scratch/uneven.txt" || fail "diff has a p99 above its max"

[ $failed = 0 ] && echo "command line: fine"
exit $failed
