#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# run.sh XEN IMAGES LOG PCPUS JOB XEN_ARGS...: boot Xen under QEMU in virtual time (one
# instruction is 4 ns: the same run twice is the same to the byte), let dom0 do JOB,
# and leave the console in LOG.  Status 0 if the job said that it ended well.
set -u
xen=$1 images=$2 log=$3 pcpus=$4 job=$5
shift 5
timeout "${XEN_TIMEOUT:-300}" qemu-system-x86_64 -accel tcg,thread=single \
	-icount shift=2,sleep=off -rtc base=2024-01-01T00:00:00,clock=vm \
	-cpu qemu64,+rdtscp -smp "$pcpus" -m 1536 -display none -nodefaults \
	-serial stdio -monitor none -no-reboot -kernel "$xen" \
	-append "console=com1 com1=115200 loglvl=all guest_loglvl=all noreboot=0 dom0_mem=640M \
dom0_max_vcpus=$pcpus spec-ctrl=no $*" \
	-initrd "$images/vmlinux console=hvc0 quiet panic=-1 corun.job=$job \
corun.width=${XEN_WIDTH:-$pcpus} corun.window=${XEN_WINDOW:-2000},$images/dom0.img" \
	</dev/null >"$log" 2>&1
grep -q 'CORUN end ok' "$log"
