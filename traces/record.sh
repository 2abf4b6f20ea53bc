#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Records the scheduling of a parallel compile: record.sh OUT.txt.gz
#
# Needs root (tracefs).  It works in a trace instance of its own, which it removes
# again, so the machine's own tracing settings are never touched.  Everything is
# logged, as only a whole log shows where a line is missing; whoever is not one of the
# compile's tasks, found by following their forks, is renamed "other".
set -eu

out=$1
tracefs=/sys/kernel/tracing
instance=$tracefs/instances/corun-$$
scratch=$(mktemp -d)

[ -e $tracefs/instances ] || mount -t tracefs tracefs $tracefs
mkdir "$instance"
trap 'echo 0 > "$instance/tracing_on"; rmdir "$instance"; rm -r "$scratch"' EXIT

cd "$instance"
echo 0 > tracing_on
echo 8192 > buffer_size_kb
echo mono > trace_clock
echo 1 > events/sched/sched_switch/enable
echo 1 > events/sched/sched_waking/enable
echo 1 > events/sched/sched_wakeup_new/enable
echo 1 > events/sched/sched_process_fork/enable
cd "$OLDPWD"

# the shell leaves its pid behind and becomes make
sh -c 'echo $$ > "$2/root"; echo 1 > "$1/tracing_on"
	exec make -s -j4 -f traces/compile.mk OUT="$2" all' record "$instance" "$scratch"
echo 0 > "$instance/tracing_on"

cat "$instance/trace" > "$scratch/log"
awk -v root="$(cat "$scratch/root")" -f traces/anonymise.awk "$scratch/log" "$scratch/log" |
	gzip -9 -n > "$out"
