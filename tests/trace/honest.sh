#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# honest.sh CORUN SCRATCH: what was recorded under a policy, imported and simulated under it,
# comes to the same; under another one it does not, and that is said.  The recordings are
# the simulator's own, in the kernel's words, with the names that QEMU gives vCPUs.
set -u
# shellcheck source=tests/trace/begin.sh
. "$(dirname "$0")/begin.sh"

cat >host.yaml <<'END'
corun: 1
host: {cores: 2, noise: {level: 0}}
run: {duration: 20s}
policies: {cfs: {}, gang: {}}
vms:
  a: {vcpus: 2, program: w}
  b: {vcpus: 2, program: v}
  c: {vcpus: 1, program: v, nice: 5}
programs:
  w: {repeat: [{compute: {exponential: 5ms}}, {sleep: {exponential: 6ms}}]}
  v: {repeat: [{compute: {exponential: 3ms}}, {sleep: {exponential: 4ms}}]}
END

for recorded in cfs gang; do
	"$corun" run host.yaml --policy $recorded --trace log.bin >/dev/null || not_ok "run $recorded"
	"$corun" trace log.bin --format ftrace --ns |
		sed 's/\([abc]\)\/\([01]\)/CPU \2\/KVM/g
			s/pid=1004 \(prev_\|next_\|\)prio=120/pid=1004 \1prio=125/g' >log.txt
	for simulated in cfs gang; do
		nr=$((nr + 1))
		says='^the simulation is not this host'
		[ $recorded != $simulated ] || says='^within 5 % of CPU time and 15 % of waiting'
		"$corun" import log.txt -o out --force --check $simulated >said 2>notes ||
			not_ok "$recorded, $simulated: $(tail -n 1 notes)"
		grep -q "$says" said || not_ok "$recorded, $simulated: $(cat said)"
		[ "$(grep -c '^guest_' said)" = 3 ] || not_ok "$recorded, $simulated: not three guests"
		grep -q "^  $simulated: {}  # as recorded" out/replay.yaml ||
			not_ok "$recorded, $simulated: the scenario does not say so"
		# what another policy would do comes behind how far off this one was
		"$corun" compare out/replay.yaml --reps 1 --quiet >compared 2>notes ||
			not_ok "$recorded, $simulated: compare: $(tail -n 1 notes)"
		says="^recorded  $simulated, which was recorded, simulated is up to "
		[ $recorded = $simulated ] || says="^NOT THE RECORDED HOST: $simulated, which was recorded, "
		head -n 1 compared | grep -q "${says}[^;]* % of CPU time (guest_[0-9]*) and .* % of waiting (guest_" ||
			not_ok "$recorded, $simulated: in front of the comparison: $(head -n 3 compared)"
		# the errors are those of the check, and leave the scenario's hash as it was
		awk '/^guest_/ { off = $4 + 0 > off ? $4 + 0 : off } END { printf "up to %.1f %% of CPU\n", off }' said >off
		grep -q "$(cat off)" compared || not_ok "$recorded, $simulated: $(cat off): $(head -n 1 compared)"
		"$corun" show out/replay.yaml >with 2>&1
		sed '/^recorded:/,/^vms:/{/^vms:/!d;}' out/replay.yaml >out/without.yaml
		"$corun" show out/without.yaml >without 2>&1
		{ grep -q '^recorded:' with && ! grep -q '^recorded:' without; } ||
			not_ok "$recorded, $simulated: the errors are not in the scenario, or stay"
		[ "$(grep -m 1 '^# hash' with)" = "$(grep -m 1 '^# hash' without)" ] ||
			not_ok "$recorded, $simulated: the hash hangs on them"
		"$corun" compare out/without.yaml --reps 1 --quiet 2>&1 | grep -i 'recorded' &&
			not_ok "$recorded, $simulated: says so of a scenario without errors"
		sed 's/^recorded:/&\n  nobody: {policy: cfs}/' out/replay.yaml >out/nobody.yaml
		"$corun" validate out/nobody.yaml 2>&1 | grep -q 'found nobody in recorded, expected the name of a VM' ||
			not_ok "$recorded, $simulated: a VM that is not there"
	done
done
# a task's wait, by hand: 10 us before its first run, 30 us while preempted, of 50 us of CPU time
cat >wait.txt <<'END'
 x-1 [000] d..2 1.000100: sched_waking: comm=a pid=7 prio=120 target_cpu=000
 x-1 [000] d..2 1.000110: sched_switch: prev_comm=x prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=a next_pid=7 next_prio=120
 x-1 [000] d..2 1.000140: sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=R+ ==> next_comm=x next_pid=0 next_prio=120
 x-1 [000] d..2 1.000170: sched_switch: prev_comm=x prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=a next_pid=7 next_prio=120
 x-1 [000] d..2 1.000190: sched_switch: prev_comm=a prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=x next_pid=0 next_prio=120
 x-1 [000] d..2 1.000300: sched_waking: comm=a pid=7 prio=120 target_cpu=000
END
"$corun" import wait.txt -o out --force --check cfs 2>/dev/null >said || not_ok "by hand: status"
# 50 of 200 us ran, 40 of 90 us waited, two stints in 200 us
grep -q '^a_7 *25.00 .* 44.44 .* 10000.00 ' said || not_ok "by hand: $(cat said)"
"$corun" import wait.txt --check cfs >said 2>&1
{ [ $? = 2 ] && grep -q 'needs -o' said; } || not_ok "without -o: $(cat said)"
"$corun" import wait.txt -o out --force --check none >said 2>&1
{ [ $? = 2 ] && grep -q "found the policy 'none'" said; } || not_ok "no such policy: $(cat said)"
echo "honest.sh: $nr checks of a recording, $failed failed"
exit $failed
