#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# load.sh CORUN DIR: the offered load that validate and show tell, against what a run of it on
# pCPUs enough takes, and against sums made by hand.
corun=$(realpath "$1") dir=$2 top=$PWD
export CORUN_SHARE="$top"
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1

cat >loads.yaml <<'EOS'
corun: 2
host:
  irregularity: regular
  cores: 16
  costs: {context_switch: 0, kick: 0, migration: 0, cold_cache: {max: 0}}
  noise: {level: 0}
  tick: {cost: 0}
run: {duration: 2s, warmup: 100ms}
policies: {cfs: {}}
vms:
  busy: {vcpus: 2, program: busy}
  half: {vcpus: 2, program: half}
  open: {vcpus: 1, program: open}
  flood: {vcpus: 1, program: flood}
  ways: {vcpus: 1, program: ways}
  short: {vcpus: 1, program: short}
programs:
  busy: {repeat: [{compute: 1ms}]}
  half: {repeat: [{compute: {exponential: 1ms}}, {sleep: 1ms}]}
  open: {arrivals: {poisson: 4ms, do: [{compute: 1ms}]}}
  flood: {arrivals: {every: 1ms, do: [{compute: 2ms}]}}
  ways:
    repeat:
      - choose:
          - {weight: 3, do: [{compute: 1ms}]}
          - {weight: 1, do: [{repeat: {times: 3, do: [{sleep: 1ms}]}}]}
  short: {steps: [{compute: 1ms}, {repeat: {times: 8, do: [{sleep: 1ms}]}}, {compute: 1ms}]}
EOS
# vcpus, percent of each; by hand
wanted='busy 2 100
half 2 50
open 1 25
flood 1 200
ways 1 50
short 1 20'
expect 0 '^   load of all: 5.95 of 16 pCPUs, 37.2 % of each while it lasts$' "$corun" validate loads.yaml
mv said validated
"$corun" show loads.yaml >shown.yaml || fail "show"
echo "$wanted" | while read -r vm vcpus percent; do
	grep -q "load of $vm: $vcpus vCPUs\{0,1\}, $percent % each" validated || fail "load of $vm: $(grep " $vm:" validated)"
	grep -q "^# load of $vm: $vcpus vCPUs\{0,1\}, $percent % each" shown.yaml || fail "show: load of $vm"
	[ $failed = 0 ] || exit 1
done || failed=1
# what is shown is the same scenario still, comments and all
"$corun" show shown.yaml | cmp -s - shown.yaml || fail "what show prints changes when it is shown"
# and what a run takes: 1 % of the window is what a few exponential draws may be off
"$corun" run loads.yaml --quiet --format csv >run.csv || fail "run"
for vm in busy half open ways; do
	percent=$(echo "$wanted" | awk -v vm=$vm '$1 == vm { print $3 }')
	useful=$(awk -F, -v vm=$vm 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i }
		$c["metric"] == "time_useful" && $c["scope"] == "vm" && $c["name"] == vm { print 100 * $c["value"]; exit }' run.csv)
	awk -v a="$useful" -v b="$percent" 'BEGIN { exit !(a > b - 3 && a < b + 3) }' ||
		fail "$vm: a run takes $useful % of each vCPU, told are $percent %"
done

# who waits for others may want less; and more threads than vCPUs take turns
expect 0 'load of pipe: 2 vCPUs, at most [0-9.]* % each' "$corun" validate "$top/workloads/reschedule.yaml"
expect 0 'load of each mixed: 4 vCPUs, 100 % each' "$corun" validate "$top/workloads/steal-time.yaml"
# the seed problem: two guests of 4 vCPUs on 4 pCPUs
expect 0 'load of all: 8.02 of 4 pCPUs, 200 % of each' "$corun" validate "$top/workloads/seed.yaml"
[ $failed = 0 ] && echo "ok load: as by hand, and as a run takes it"
exit $failed
