# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154,SC2034 # window, width: of the init that reads this
# dom0_jobs.sh - what dom0 is asked to do; read by its init.

# What both windows of a guest last, with what comes before them, and some more.
seconds=$(((2 * ${window:-0}) / 1000 + 12))

# trace_corun LABEL SECONDS: how much of that time the guests' vCPUs run, and together.
trace_corun() {
	xentrace -D -S 256 -T "$2" -e 0x21000 /tmp/trace >/tmp/xentrace.log 2>&1 ||
		say "failed xentrace: $(tail -n 1 /tmp/xentrace.log)"
	corun_trace /tmp/trace | sed "s/^/CORUN trace $1 /"
	rm -f /tmp/trace
}

# What the pool's lock cost so far: the console has it after this line.
counters() { # LABEL
	say "counters $1"
	xl debug-keys r
}

# One guest, as wide as the host.
alone() {
	start_guest alone || return 1
	go alone
	wait_guest alone lock= $seconds || return 1
	report alone alone
	xl destroy alone
}

# Two of them beside each other; they go on spinning for the lock.
both() {
	start_guest one && start_guest two || return 1
	go one two
	sleep 1.1
	counters barrier-begin
	trace_corun barrier 2
	counters barrier-end
	wait_guest one lock= $seconds && wait_guest two lock= 10 || return 1
	report both one
	report both two
}

# One gets twice the other's weight, through the stock xl.
weights() {
	xl sched-credit -d one -w 512 || return 1
	xl sched-credit | sed 's/^/CORUN xl /'
	sleep 0.5
	trace_corun lock-2to1 4
}

job_both() {
	both && xl destroy one && xl destroy two
}

job_all() {
	alone && both && weights && xl destroy one && xl destroy two
}

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
# A guest that spins costs the emulator time, so it is paused where others boot.
job_life() {
	start_guest one && start_guest two || return 1
	go one two
	sleep 1
	step pause xl pause one
	sleep 0.5
	step unpause xl unpause one
	step pin xl vcpu-pin one 0 0
	step unpin xl vcpu-pin one 0 all
	step weight xl sched-credit -d one -w 100
	step destroy xl destroy two
	life_pools
	trace_corun returned 1
	life_pcpu
	counters end
	xl dmesg | grep -E 'corun:.*contract broken|Assertion|BUG|WARN' | sed 's/^/CORUN log /'
	step destroy-small xl destroy small
	step destroy-one xl destroy one
}

# The last pCPU leaves the pool for one of its own; a guest goes there and comes back.
life_pools() {
	last=$(($(xl info | sed -n 's/^nr_cpus *: //p') - 1))
	step pool-remove xl cpupool-cpu-remove Pool-0 "$last"
	sleep 0.5
	trace_corun folded 1
	xl pause one
	printf 'name = "second"\nsched = "credit"\ncpus = ["%s"]\n' "$last" >/tmp/pool.cfg
	step pool-create xl cpupool-create /tmp/pool.cfg
	xl cpupool-list | sed 's/^/CORUN pool /'
	width=1
	start_guest small || return 1
	step migrate xl cpupool-migrate small second
	go small
	sleep 0.5
	trace_corun second 1
	step migrate-back xl cpupool-migrate small Pool-0
	sleep 0.2
	xl pause small
	step pool-destroy xl cpupool-destroy second
	step pool-add xl cpupool-cpu-add Pool-0 "$last"
	xl unpause one
	sleep 0.5
}

# CPU seconds of each vCPU of a guest, as NAME=VALUE.
vcpu_times() { xl vcpu-list "$1" | awk 'NR > 1 { printf "v%d=%s ", $3, $6 }'; }

# It goes off and comes back under load.  Xen does not trace a pCPU that has come back,
# so what is told is how long each vCPU ran.
life_pcpu() {
	step cpu-off xen-hptool cpu-offline "$last"
	sleep 0.5
	step cpu-on xen-hptool cpu-online "$last"
	# Xen puts it back into Pool-0.
	xl cpupool-list | sed 's/^/CORUN pool /'
	sleep 0.5
	say "before $(vcpu_times one)"
	sleep 2
	say "after $(vcpu_times one)"
}
