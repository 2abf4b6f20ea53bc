#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# long_import.sh CORUN LINES: a recording of so many lines, through a pipe, in 1 GiB of address
# space: 50 tasks that run 20 us and sleep 4,970 us, the last of whose bursts is cut off.
set -eu
corun=$1 lines=$2
said=$(mktemp)
trap 'rm -f "$said"' EXIT
# shellcheck disable=SC3045 # a limit that dash and bash both know
ulimit -v 1048576
awk -v lines="$lines" 'BEGIN {
	for (i = 0; 3 * i < lines; i++) {
		s = 10 + int(i / 10000)
		us = i % 10000 * 100
		pid = 100 + i % 50
		cpu = i % 4
		at = sprintf(" [%03d] d..2 %d.", cpu, s)
		printf "  <idle>-0%s%06d: sched_waking: comm=w pid=%d prio=120 target_cpu=000\n", at, us, pid
		printf "  <idle>-0%s%06d: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=w next_pid=%d next_prio=120\n", at, us + 10, pid
		printf "       w-%d%s%06d: sched_switch: prev_comm=w prev_pid=%d prev_prio=120 prev_state=S ==> next_comm=swapper/0 next_pid=0 next_prio=120\n", pid, at, us + 30, pid
	}
}' | "$corun" import - 2>"$said" | awk -v lines="$lines" '
	NR > 1 && $2 == 20000 && $3 == 4970000 { nr++ }
	END {
		expected = int((lines + 2) / 3) - 50
		printf "long_import.sh: %d bursts of 20 us and 4,970 us of sleep, expected %d\n", nr, expected
		exit nr != expected
	}'
grep ' lines: ' "$said"
