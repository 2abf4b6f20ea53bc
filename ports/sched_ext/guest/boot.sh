#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# boot.sh KERNEL_DIR ROOT_DIR LOG [QEMU_OPTION...]: boots the kernel with ROOT_DIR as its
# initramfs, which is packed anew, until it powers off or 1500 s have passed.
set -u
kernel=$1 root=$2 log=$3
shift 3
# Not compressed: the guest is slow at that.
(cd "$root" && find . | LC_ALL=C sort | cpio -o -H newc --quiet --reproducible) >"$root.cpio" ||
	exit 1
timeout 1500 qemu-system-x86_64 -accel tcg,thread=single -icount shift=2,sleep=off -cpu max \
	-m 1024 -smp 4 -nographic -vga none -net none -no-reboot \
	-rtc base=2024-01-01T00:00:00,clock=vm "$@" \
	-kernel "$(echo "$kernel"/boot/vmlinuz-*)" -initrd "$root.cpio" \
	-append "console=ttyS0 quiet panic=-1 oops=panic" </dev/null >"$log" 2>&1
