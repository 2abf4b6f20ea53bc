#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# record.sh FOLDER: three recordings of load.c, each in all layouts of its tool: of trace-cmd
# (3.1.6), of perf (6.1), of tracefs itself.  As root; packages trace-cmd, linux-perf, gcc.
# What is reported are the load's own threads, so that the texts stay small.
#
# Where the kernel lets nobody write to ftrace_enabled, trace-cmd, which sets it though it
# wants events only, is given a file of its own in that place (in a mount namespace).
set -eu
out=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
tracefs=/sys/kernel/tracing
instance=$tracefs/instances/corun-$$
trap 'rm -rf "$work"; rmdir "$instance" 2>/dev/null || true' EXIT
mkdir -p "$out"
gcc -O2 -pthread -o "$work/load" "$here/load.c"

# -- trace-cmd ---------------------------------------------------------------------------
: >"$work/nothing"
echo 1 >"$work/one"
cat >"$work/trace-cmd.sh" <<'END'
work=$1
shift
if ! echo 1 2>/dev/null >/proc/sys/kernel/ftrace_enabled; then
	mount --bind "$work/one" /proc/sys/kernel/ftrace_enabled
	mount --bind "$work/nothing" /proc/kallsyms
	for name in set_ftrace_pid set_graph_function stack_trace_filter; do
		file=/sys/kernel/tracing/$name
		[ ! -e $file ] || mount --bind "$work/nothing" $file
	done
fi
trace-cmd record "$@" || true # what it cannot put back afterwards
END
unshare -m sh "$work/trace-cmd.sh" "$work" -q -e sched_switch -e sched_waking \
	-e sched_wakeup_new -e sched_migrate_task -o "$work/trace.dat" "$work/load" >/dev/null 2>&1

# report NAME OPTION...
report() {
	name=$1
	shift
	trace-cmd report "$@" \
		-F 'sched_switch: prev_comm =~ "CPU" || next_comm =~ "CPU"' \
		-F 'sched_waking, sched_wakeup_new, sched_migrate_task: comm =~ "CPU"' \
		-F 'print: common_pid > 0' -i "$work/trace.dat" >"$out/$name" 2>/dev/null
}
report tracecmd.txt
report tracecmd_r.txt -r sched_switch
report tracecmd_R.txt -R
report tracecmd_N.txt -N
report tracecmd_t.txt -t
report tracecmd_Nt.txt -N -t
report tracecmd_l.txt -l
report tracecmd_lR.txt -l -R
report tracecmd_diff.txt --ts-diff
cp "$work/trace.dat" "$work/other.dat"
(cd "$work" && trace-cmd report -i trace.dat -i other.dat 2>/dev/null) |
	grep -E 'cpus=|CPU [01]/KVM|: print:' >"$out/tracecmd_two.txt"

# -- perf ----------------------------------------------------------------------------------
perf record -q -a -g -o "$work/perf.data" \
	-e sched:sched_switch --filter 'prev_comm ~ "CPU*" || next_comm ~ "CPU*"' \
	-e sched:sched_waking --filter 'comm ~ "CPU*"' \
	-e sched:sched_migrate_task --filter 'comm ~ "CPU*"' "$work/load" 2>/dev/null
script() {
	name=$1
	shift
	perf script "$@" -i "$work/perf.data" >"$out/$name" 2>/dev/null
}
script perf.txt -G
script perf_stacks.txt
sed -i -E "s,\\(/([^)]*/)?([^/)]+)\\)\$,(\\2)," "$out/perf_stacks.txt" # whose programs were where
script perf_ns.txt -G --ns
script perf_pid.txt --ns -F comm,pid,tid,cpu,time,event,trace
script perf_notid.txt -F comm,cpu,time,event,trace
script perf_count.txt -F comm,tid,cpu,time,period,event,trace

# -- tracefs -------------------------------------------------------------------------------
mkdir "$instance"
echo mono >"$instance/trace_clock"
echo 1 >"$instance/options/record-tgid"
for event in sched_switch sched_waking sched_wakeup_new; do
	echo 1 >"$instance/events/sched/$event/enable"
done
echo 1 >$tracefs/tracing_on # trace-cmd leaves 0
"$work/load"
echo 0 >"$instance/tracing_on"
ours() {
	grep -E '^#|comm=CPU|mark_write' "$instance/trace" >"$out/$1"
}
ours tracefs_tgid.txt
echo 0 >"$instance/options/record-tgid"
ours tracefs.txt
echo 1 >"$instance/options/latency-format"
ours tracefs_latency.txt
