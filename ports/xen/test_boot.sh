#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# test_boot.sh CACHE BUILD CSV: Xen with the glue under QEMU in virtual time, on 2 pCPUs
# and on 4: two guests as wide as the host under gang and relaxed, credit2 with and without
# sched-gran=socket, and the stock hypervisor's credit; weights through xl; a repeat
# that must be the same to the byte; and a build with Xen's assertions, whose pools and pCPUs
# come and go.  Logs are left in BUILD/logs, figures in CSV.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cache=$1 build=$2 csv=$3
logs=$build/logs
jobs=${XEN_JOBS:-$(nproc)}

# hypervisor TREE: built there with a fixed date, so that a rebuild is the same program.
hypervisor() {
	make -j"$jobs" -C "$1/xen" XEN_BUILD_DATE="Thu Jan  1 00:00:00 UTC 1970" \
		XEN_BUILD_TIME=00:00:00 XEN_BUILD_HOST=corun XEN_WHOAMI=corun \
		XEN_DOMAIN=corun >"$1/corun-build.log" 2>&1 && return 0
	tail -n 20 "$1/corun-build.log"
	echo "not ok Xen does not build in $1"
	exit 1
}

"$here/prepare.sh" "$cache" "$build/tree" || exit $?
XEN_DEBUG=y "$here/prepare.sh" "$cache" "$build/debug" || exit $?
"$here/boot/image.sh" "$cache" "$build/image" || exit $?
hypervisor "$build/tree"
hypervisor "$build/debug"
echo "ok Xen builds with the glue and every policy, as a release and with assertions"

rm -rf "$logs"
mkdir -p "$logs"
# One clock for all pCPUs.  Not in "life": it is for machines whose pCPUs stay.
one=clocksource=tsc
ours=$build/tree/xen/xen debug=$build/debug/xen/xen stock=$build/image/xen-stock

# Two vCPUs under credit2 run together as the phases of their pCPUs' turns happen to be,
# and a word to Xen that is said twice is enough to change those: four draws are judged
# by their mean.
#
# NAME XEN PCPUS JOB XEN_ARGS..., longest first; an emulator has one thread, so as many
# at a time as there are CPUs (or XEN_JOBS).
xargs -P "$jobs" -L 1 "$here/boot/run.sh" "$build/image" "$logs" <<END
life-2 $debug 2 life sched=corun corun=gang
gang-4 $ours 4 all sched=corun corun=gang $one
relaxed-4 $ours 4 both sched=corun corun=relaxed $one
credit2-4 $ours 4 both sched=credit2 $one
credit2-socket-4 $ours 4 both sched=credit2 sched-gran=socket $one
gang-2 $ours 2 all sched=corun corun=gang $one
gang-2-again $ours 2 all sched=corun corun=gang $one
relaxed-2 $ours 2 both sched=corun corun=relaxed $one
credit2-2 $ours 2 both sched=credit2 $one
credit2-b-2 $ours 2 both sched=credit2 $one $one
credit2-c-2 $ours 2 both sched=credit2 $one $one $one
credit2-d-2 $ours 2 both sched=credit2 $one $one $one $one
credit2-socket-2 $ours 2 both sched=credit2 sched-gran=socket $one
credit-2 $stock 2 both sched=credit $one
END
"$here/boot/figures.sh" "$logs" "${XEN_WINDOW:-2000}" >"$csv"
"$here/boot/judge.sh" "$logs" "$csv"
