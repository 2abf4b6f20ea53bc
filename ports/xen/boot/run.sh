#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# run.sh IMAGES LOGS NAME XEN PCPUS JOB XEN_ARGS...: boot the hypervisor XEN under QEMU in
# virtual time (one instruction is 4 ns: the same run twice is the same to the byte), let
# dom0 do JOB, and leave the console in LOGS/NAME.log.  Status 0 always: who reads the
# log asks whether the job said that it ended well.
set -u
images=$1 logs=$2 name=$3 xen=$4 pcpus=$5 job=$6
shift 6
log=$logs/$name.log

# Without an invariant TSC Xen keeps a clock for each pCPU and sets it once a second by
# what the emulator lets it see, 0.4 ms wrong: slots then end apart.  The emulator's TSCs
# are one, but it does not say so unless it is forced to.
cpu=qemu64,+rdtscp,+invtsc,x-force-features=on

# The emulator goes on to the next pCPU when one pauses, halts, or some timer of the
# machine is due.  Interrupts that are due on all pCPUs at once are thus served one
# after the other, each with all that the guest does in its handler, 70 us apart: three
# times 70 us are 2 % of a slot.  A filter without traffic has a timer of its own that no
# guest sees; so nobody runs for longer while others wait.
fair=
[ "$pcpus" -le 2 ] || fair="-netdev hubport,hubid=0,id=a -netdev hubport,hubid=0,id=b \
-object filter-buffer,id=fair,netdev=a,queue=all,interval=${XEN_QUANTUM_US:-30}"
# shellcheck disable=SC2086 # $fair is words
timeout "${XEN_TIMEOUT:-1200}" qemu-system-x86_64 -accel tcg,thread=single \
	-icount shift=2,sleep=off -rtc base=2024-01-01T00:00:00,clock=vm \
	-cpu "$cpu" -smp "$pcpus" -m 1536 -display none -nodefaults \
	$fair -serial stdio -monitor none -no-reboot -kernel "$xen" \
	-append "console=com1 com1=115200 loglvl=all guest_loglvl=all noreboot=0 dom0_mem=640M \
dom0_max_vcpus=$pcpus spec-ctrl=no $*" \
	-initrd "$images/vmlinux console=hvc0 quiet panic=-1 corun.job=$job \
corun.width=$pcpus corun.window=${XEN_WINDOW:-2000},$images/dom0.img" \
	</dev/null >"$log.part" 2>&1
mv "$log.part" "$log"
