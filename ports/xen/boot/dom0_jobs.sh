# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154,SC2034 # window, width: of the init that reads this
# dom0_jobs.sh - what dom0 is asked to do; read by its init.

# Seconds until the windows open: guests boot slowly, and waiting costs an emulator
# with virtual time nothing.
early_one=40
early_two=70

# What both windows of a guest last, with what comes before them.
seconds=$(((2 * ${window:-0}) / 1000 + 5))

# One guest, as wide as the host.
job_alone() {
	at=$(($(date +%s) + early_one))
	start_guest alone $at || return 1
	wait_guest alone lock= $((seconds + early_one + 10)) || return 1
	report alone alone
	xl destroy alone
}

# Two of them beside each other.
job_both() {
	at=$(($(date +%s) + early_two))
	start_guest one $at && start_guest two $at || return 1
	sleep_until $((at + 3))
	trace_corun 1
	wait_guest one barrier= 20 && wait_guest two barrier= 10 || return 1
	wait_guest one lock= $((seconds + 20)) && wait_guest two lock= 10 || return 1
	report both one
	report both two
	xl destroy one
	xl destroy two
}

sleep_until() {
	while [ "$(date +%s)" -lt "$1" ]; do sleep 0.1; done
}

# trace_corun SECONDS: how much of that time the guests' vCPUs run together.
trace_corun() {
	xentrace -D -S 256 -T "$1" -e 0x21000 /tmp/trace >/tmp/xentrace.log 2>&1 ||
		say "failed xentrace: $(tail -n 1 /tmp/xentrace.log)"
	corun_trace /tmp/trace | sed 's/^/CORUN trace /'
	rm -f /tmp/trace
}

# Two guests, one with twice the other's weight, through the stock xl.
job_weights() {
	at=$(($(date +%s) + early_two))
	start_guest one $at && start_guest two $at || return 1
	xl sched-credit -d one -w 512 || return 1
	xl sched-credit | sed 's/^/CORUN xl /'
	sleep_until $((at + 2))
	xl list >/tmp/before
	sleep 20
	xl list >/tmp/after
	say "weights one=$(ran one) two=$(ran two)"
	xl destroy one
	xl destroy two
}

# CPU seconds that a domain had between two lists.
ran() {
	awk -v name="$1" '$1 == name { s = $NF - s } END { print s }' /tmp/before /tmp/after
}

# CPU seconds that a domain has had, as xl list shows them.
cpu_time() { xl list "$1" | tail -n 1 | awk '{ print $NF }'; }

delta() { awk -v a="$1" -v b="$2" 'BEGIN { print b - a }'; }

step() { # TEXT COMMAND...
	text=$1
	shift
	if "$@" >/tmp/step.log 2>&1; then
		say "step ok $text"
	else
		say "step failed $text: $(tail -n 1 /tmp/step.log)"
	fi
}

# Whatever an administrator does to guests and pCPUs; the debug build's ASSERTs look on.
job_life() {
	at=$(($(date +%s) + early_two))
	start_guest one $at && start_guest two $at || return 1
	sleep_until $((at + 1))
	step pause xl pause one
	sleep 1
	step unpause xl unpause one
	step pin xl vcpu-pin one 0 0
	step unpin xl vcpu-pin one 0 all
	step destroy xl destroy two
	step weight xl sched-credit -d one -w 100
	last=$(($(xl info | sed -n 's/^nr_cpus *: //p') - 1))
	step pool-remove xl cpupool-cpu-remove Pool-0 $last
	sleep 1
	printf 'name = "second"\nsched = "credit"\ncpus = ["%s"]\n' $last >/tmp/pool.cfg
	step pool-create xl cpupool-create /tmp/pool.cfg
	xl cpupool-list | sed 's/^/CORUN pool /'
	xl pause one # waiting is free only while nobody spins
	width=1
	start_guest small $(($(date +%s) + early_one)) || return 1
	step migrate xl cpupool-migrate small second
	sleep $((early_one + 2))
	step migrate-back xl cpupool-migrate small Pool-0
	step pool-destroy xl cpupool-destroy second
	step pool-add xl cpupool-cpu-add Pool-0 $last
	sleep 1
	step cpu-off xen-hptool cpu-offline $last
	sleep 1
	step cpu-on xen-hptool cpu-online $last
	step pool-has-it xl cpupool-cpu-add Pool-0 $last
	sleep 1
	xl unpause one
	before=$(cpu_time one)
	sleep 2
	say "after one=$(delta "$before" "$(cpu_time one)")"
	xl debug-keys r
	xl dmesg | grep -E 'corun:|Assertion|BUG|WARN' | sed 's/^/CORUN log /'
	step destroy-small xl destroy small
	step destroy-one xl destroy one
}
