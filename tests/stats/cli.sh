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

expect 0 '' "$corun" --version
grep -q '^corun [0-9]' "$scratch/out" || fail "--version"
expect 2 'error\[usage\]: no verb given' "$corun"
expect 2 "no verb 'comparee', did you mean 'compare'?" "$corun" comparee
expect 2 "no verb 'xyzzy'; see" "$corun" xyzzy
expect 0 '' "$corun" help compare
grep -q '^usage: corun compare SCENARIO' "$scratch/out" || fail "help compare"
expect 0 '' "$corun" run --help
grep -q '^usage: corun run SCENARIO' "$scratch/out" || fail "run --help"
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
# shellcheck disable=SC2086
expect 5 'error\[io\]' "$corun" compare $seed $short -o "$scratch/no/such/folder"

# One replication is the same in run and in compare.
# shellcheck disable=SC2086
"$corun" run $seed $short --policy gang --rep 1 --format csv | grep ',host,all,' >"$scratch/run"
grep '^gang,1,.*,host,all,' "$scratch/j2/results.csv" | cmp -s - "$scratch/run" ||
	fail "run --rep 1 is not replication 1 of compare"

# Ctrl-C: what is complete is shown, status 130; asked to end, the same with 143.
for signal in INT/130 TERM/143; do
	timeout --foreground -k 20 -s ${signal%/*} --preserve-status 1 "$corun" compare $seed --reps 100000 \
		--duration 100ms --quiet -j 2 >"$scratch/out" 2>"$scratch/err"
	status=$?
	[ $status = ${signal#*/} ] || fail "${signal%/*}: status $status"
	grep -q 'interrupted: [0-9]* of at most 100000 were complete' "$scratch/out" ||
		fail "${signal%/*}: no table"
done

[ $failed = 0 ] && echo "command line: fine"
exit $failed
