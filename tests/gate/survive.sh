#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# survive.sh CORUN SPOILED DIR: the gate on the command line, and what may befall it: a
# scenario that changed, a baseline that is damaged, a run that is killed, a full disk, two
# at once.  Every time a clear error and the right status, and the old baseline intact.
corun=$(realpath "$1") spoiled=$(realpath "$2") dir=$3 top=$PWD
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1

# intact WHAT: is the baseline as it was, with nothing left beside it?
intact() {
	if ! cmp -s kept gate.baseline || ls gate.baseline.* >/dev/null 2>&1; then
		echo "FAILED: after $1 the baseline is not intact"
		ls
		failed=1
		cp kept gate.baseline
		rm -f gate.baseline.*
	fi
}

suite() {
	cat <<EOS
suite: 1
reps: {min: 5, max: $1}
scenarios:
  seed: {file: $top/workloads/seed.yaml, set: {run.duration: $2}}
checks:
  cure: {scenario: seed, policy: gang, metric: lwp_spin, at_most: 0.5%}
  pays: {scenario: seed, policy: gang, metric: throughput, at_least: {times: 1.01, of: cfs}}
  holds: {scenario: seed, policy: gang, metric: throughput, margin: {relative: 2%}}
EOS
}

# -- in order ---------------------------------------------------------------------------
suite 10 300ms >gate.yaml
expect 2 'there is no baseline yet' "$corun" check gate.yaml
expect 0 '1 new' "$corun" check gate.yaml --bless --dry-run
[ ! -e gate.baseline ] || { echo "FAILED: --dry-run wrote"; failed=1; }
expect 0 'renewed' "$corun" check gate.yaml --bless
cp gate.baseline kept
expect 0 'the baseline stands' "$corun" check gate.yaml --bless
expect 0 '3 held' "$corun" check gate.yaml
expect 0 '^ok 3 - holds/seed/gang/throughput' "$corun" check gate.yaml --format tap
expect 0 '<testcase classname="corun.holds"' "$corun" check gate.yaml --format junit
expect 0 '### corun check: passed' "$corun" check gate.yaml --format markdown
expect 0 '^3 tests: .* 3 held' "$corun" check gate.yaml --format github
grep -q '^::' said && fail "an annotation where all tests hold"
expect 0 '1 held' "$corun" check gate.yaml --only 'cure/*'
expect 2 "matches 'nix'" "$corun" check gate.yaml --only nix
expect 2 'does not go with it' "$corun" check gate.yaml --bless --only 'cure/*'
expect 0 held "$corun" check gate.yaml -o out
for f in check.txt check.tap junit.xml summary.md; do
	[ -s out/$f ] || { echo "FAILED: out/$f is missing"; failed=1; }
done
expect 2 'is not empty' "$corun" check gate.yaml -o out
expect 0 held "$corun" check gate.yaml -o out --force

# -- a finding, and the command that shows it ---------------------------------------------
spoil='env GATE_SPOIL=gang-hole GATE_SEVERITY=300'
# shellcheck disable=SC2086
expect 1 'REGRESSION' $spoil "$spoiled" check gate.yaml
command=$(sed -n 's/^ *\(corun compare .* --force\)$/\1/p' said | head -n 1)
# shellcheck disable=SC2086
expect 1 'failure type="regression"' $spoil "$spoiled" check gate.yaml --format junit
# shellcheck disable=SC2086
expect 1 '^not ok 3' $spoil "$spoiled" check gate.yaml --format tap
# annotations: an error with the test as its title, and the command on lines of its own
# shellcheck disable=SC2086
expect 1 '^::error file=gate.yaml,title=[a-z]*/seed/gang/throughput::.*; see it:%0Acorun compare ' \
	$spoil "$spoiled" check gate.yaml --format github
grep '^::' said | grep -q '[^%]%[^02]' && fail "a % stands unescaped in: $(grep '^::' said)"
# shellcheck disable=SC2086
expect 0 'throughput .*-' $spoil "$spoiled" check gate.yaml --bless --dry-run
intact 'showing a difference'
# the command as printed, but for the pictures, which need gnuplot
command=$(echo "$command" | sed "s|^corun|$corun|; s| --plot||")
expect 0 '^runs      replication [0-9]*$' sh -c "$command"
cat seed-gang-*/trace-gang.bin >trace 2>&1
[ "$(wc -c <trace)" -gt 1000 ] || { echo "FAILED: the command left no trace"; failed=1; }

# -- changed or damaged ---------------------------------------------------------------------
suite 10 301ms >changed.yaml
sed -i 's/^reps/baseline: gate.baseline\nreps/' changed.yaml
expect 2 'has changed since it was recorded' "$corun" check changed.yaml
head -c 300 kept >gate.baseline
expect 2 'cut short' "$corun" check gate.yaml
sed 's/seed: 42/seed: 43/' kept >gate.baseline
expect 2 'edited by hand' "$corun" check gate.yaml
: >gate.baseline
expect 2 'cut short' "$corun" check gate.yaml
head -c 100000 /dev/urandom >gate.baseline
expect 2 'baseline' "$corun" check gate.yaml
expect 0 'replacing what is no baseline' "$corun" check gate.yaml --bless
intact 'repairing it'
{ echo '# a note'; cat kept; } >gate.baseline
expect 0 '3 held' "$corun" check gate.yaml
cp kept gate.baseline

# -- killed, and a full disk ------------------------------------------------------------------
suite 10000 500s >long.yaml
sed -i 's/^reps/baseline: gate.baseline\nreps/' long.yaml
# (A shell has its background jobs ignore INT.)
interrupt() { # SIGNAL STATUS OPTION...
	signal=$1 want=$2
	shift 2
	rm -rf half
	env --default-signal=INT "$corun" check long.yaml "$@" >said 2>&1 &
	pid=$!
	# until it has workers: before that the shell's INT may still be ignored
	while kill -0 $pid && ! grep -qs "^PPid:[[:space:]]*$pid\$" /proc/[0-9]*/status; do
		sleep 0.05
	done
	kill -"$signal" $pid
	wait $pid
	got=$?
	[ $got = "$want" ] || { echo "FAILED: SIG$signal $*: status $got, not $want"; failed=1; }
	if [ "$want" = 130 ] && ! grep -q '^corun: error\[interrupted\]: ' said; then
		echo "FAILED: SIGINT $*: it said:"
		head -n 3 said
		failed=1
	fi
	[ -z "$(ls -A half 2>/dev/null)" ] || { echo "FAILED: SIG$signal left"; ls -A half; failed=1; }
	intact "SIG$signal $*"
}
interrupt KILL 137 --bless
interrupt TERM 143 --bless
interrupt INT 130 --bless
interrupt INT 130 -o half --only 'cure/*'
# a limit on the size of files stands for the full disk: the write fails half-way
suite 400 300ms >full.yaml
sed -i 's/^reps/baseline: gate.baseline\nreps/' full.yaml
expect 5 'cannot write' sh -c "trap '' XFSZ; ulimit -f 1; exec '$corun' check full.yaml --bless"
intact 'a full disk'
expect 5 'cannot write standard output' sh -c "'$corun' check full.yaml --bless >/dev/full"
intact 'an output that could not be shown'

# -- two at once --------------------------------------------------------------------------------
"$corun" check gate.yaml >said1 2>&1 &
one=$!
"$corun" check gate.yaml >said2 2>&1 &
two=$!
wait $one || { echo "FAILED: two checks at once, the first"; failed=1; }
wait $two || { echo "FAILED: two checks at once, the second"; failed=1; }
intact 'two checks at once'
suite 40 300ms >more.yaml
sed -i 's/^reps/baseline: gate.baseline\nreps/' more.yaml
"$corun" check more.yaml --bless >said1 2>&1 &
one=$!
"$corun" check more.yaml --bless >said2 2>&1 &
two=$!
wait $one
got1=$?
wait $two
got2=$?
# both read the old one: the second to write is told so; or it came late and found it new
case $got1$got2 in
00 | 05 | 50) ;;
*) echo "FAILED: renewed twice at once: $got1 and $got2"; failed=1 ;;
esac
expect 0 '3 held' "$corun" check more.yaml
if ls gate.baseline.* >/dev/null 2>&1; then
	echo "FAILED: something was left beside the baseline"
	failed=1
fi
[ $failed = 0 ] && echo "ok: the gate on the command line, damage, signals, a full disk, two at once"
exit $failed
