#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# inputs.sh CORUN DIR: no file that is read is written over, by whatever name; and what
# cannot be the name of an output is answered.
corun=$(realpath "$1") dir=$2
export CORUN_SHARE="$PWD"
failed=0 nr=0
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1

cat >zero.inc.yaml <<EOS
host: {cores: 1}
EOS
cat >s.yaml <<EOS
corun: 1
include: zero.inc.yaml
run: {duration: 10ms, warmup: 0, seed: 1}
policies: {rr: {}, cfs: {}}
vms: {a: {vcpus: 1, program: p}}
programs: {p: {replay: {file: naps.txt}}}
EOS
printf '# corun bursts 1\nt 100000 100000\nt 200000 100000\n' >naps.txt
"$corun" compare s.yaml --reps 2 --trace --quiet -o r >/dev/null || exit 1
"$corun" trace r/trace-rr.bin -f ftrace >log || exit 1
cp r/trace-rr.bin t.bin
"$corun" sweep s.yaml --over run.seed=1,2 --quiet --reps 2 -o swept >/dev/null || exit 1
mkdir r/plots
cp s.yaml zero.inc.yaml naps.txt r/plots/
mv r/plots/s.yaml r/plots/s.png
for over in s.yaml over-suite.yaml link.yaml; do
	name=${over%.yaml}
	[ "$over" != s.yaml ] || name="over-scenario"
	[ "$over" != link.yaml ] || name="over-link"
	cat >"$name.yaml" <<EOS
suite: 1
baseline: $over
scenarios: {s: s.yaml}
checks: {one: {scenario: s, policy: cfs, metric: throughput, margin: {relative: 50%}}}
EOS
done
ln -s s.yaml link.yaml
ln s.yaml hard.yaml
find . -type f ! -name said ! -name before | sort | xargs sha256sum >before

# refused COMMAND...: status 2, one line, and every file as it was
refused() {
	"$@" >said 2>&1
	got=$?
	nr=$((nr + 1))
	[ $got = 2 ] || { echo "FAILED: $*: status $got: $(head -n 2 said)"; failed=1; }
	grep -q 'found a file that is read' said || { echo "FAILED: $*: $(head -n 2 said)"; failed=1; }
	find . -type f ! -name said ! -name before ! -name after | sort | xargs sha256sum >after
	cmp -s before after || { echo "FAILED: $*: files have changed"; diff before after; failed=1; }
}
short='--duration 5ms --quiet'
# shellcheck disable=SC2086
{
	refused "$corun" run s.yaml $short --trace s.yaml
	refused "$corun" run s.yaml $short --trace link.yaml
	refused "$corun" run s.yaml $short --trace hard.yaml
	refused "$corun" run s.yaml $short --trace ./zero.inc.yaml
	refused "$corun" run s.yaml $short --trace naps.txt
	refused "$corun" run s.yaml $short --record s.yaml
	refused "$corun" run link.yaml $short --record s.yaml
}
refused "$corun" show s.yaml -o s.yaml
refused "$corun" show s.yaml -o "$PWD/s.yaml"
refused "$corun" show s.yaml -o zero.inc.yaml
refused "$corun" trace t.bin -o t.bin
refused "$corun" import log --bursts log
# shellcheck disable=SC2086
refused "$corun" compare r/scenario.yaml $short --reps 2 -o r --force
refused "$corun" sweep r/scenario.yaml --over run.seed=1,2 --quiet --reps 2 --duration 5ms -o r --force
refused "$corun" diff r r -o r --force
# what --force takes away below: a sweep's points, pictures, traces
refused "$corun" compare swept/point-0000/scenario.yaml --quiet --reps 2 -o swept --force
refused "$corun" diff swept/point-0000 swept/point-0001 -o swept --force
refused "$corun" compare r/plots/s.png --quiet --reps 2 -o r --force
refused "$corun" trace r/trace-rr.bin -o r/trace-rr.bin
# what a page is made of, and what it is of
for f in results.csv study.json scenario.yaml time.csv trace-rr.bin; do
	refused "$corun" report r -o r/$f --no-figures
done
cp r/trace-rr.bin kept && "$corun" report r -o r/page.html --no-figures >said 2>&1 || { echo "FAILED: report: $(cat said)"; failed=1; }
rm -f r/page.html kept
refused "$corun" upgrade s.yaml -o s.yaml
refused "$corun" upgrade s.yaml -o link.yaml
refused "$corun" upgrade s.yaml -o zero.inc.yaml
# a baseline that is the suite, or one of its scenarios
refused "$corun" check over-scenario.yaml --bless --quiet
refused "$corun" check over-suite.yaml --bless --quiet
refused "$corun" check over-link.yaml --bless --quiet

# answered WORDS COMMAND...: status 2 and one line with these words; nothing is made
answered() {
	words=$1
	shift
	"$@" >said 2>&1
	got=$?
	nr=$((nr + 1))
	if [ $got != 2 ] || ! grep -q "^corun: error.usage.: .*$words" said; then
		echo "FAILED: $*: status $got, expected 2 and '$words': $(head -n 2 said)"
		failed=1
	fi
	[ ! -e ./- ] || { echo "FAILED: $*: made '-'"; failed=1; rm -rf ./-; }
}
cat >suite.yaml <<EOS
suite: 1
scenarios: {s: s.yaml}
checks: {one: {scenario: s, policy: cfs, metric: throughput, at_least: 1/s}}
EOS
for out in - ''; do
	# shellcheck disable=SC2086
	{
		answered "found '$out', expected the name of a folder" "$corun" compare s.yaml $short --reps 2 -o "$out"
		answered "found '$out', expected the name of a folder" "$corun" run s.yaml $short -o "$out"
		answered "found '$out', expected the name of a folder" "$corun" sweep s.yaml --over run.seed=1 $short --reps 2 -o "$out"
		answered "found '$out', expected the name of a file" "$corun" run s.yaml $short --trace "$out"
		answered "found '$out', expected the name of a file" "$corun" run s.yaml $short --record "$out"
	}
	answered "found '$out', expected the name of a folder" "$corun" check suite.yaml --quiet -o "$out"
	answered "found '$out', expected the name of a folder" "$corun" diff r r -o "$out"
	answered "found '$out', expected the name of a folder" "$corun" plot r -o "$out"
	answered "found '$out', expected the name of a folder" "$corun" import log -o "$out"
	answered "found '$out', expected the name of a folder" "$corun" init "$out"
done
answered 'expected that of a file to write' "$corun" show s.yaml -o ''
answered 'expected that of a file to write' "$corun" trace t.bin -o ''
"$corun" show s.yaml -o - >said 2>&1 && grep -q '^# resolved' said || { echo "FAILED: show -o -"; failed=1; }
"$corun" trace t.bin -o - >said 2>&1 && [ -s said ] || { echo "FAILED: trace -o -"; failed=1; }
[ ! -e ./- ] || { echo "FAILED: '-' was made"; failed=1; }
[ $failed = 0 ] && echo "ok: $nr outputs that would have been wrong, each answered, no input touched"
exit $failed
