#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# init.sh: the first process of the guest.  Runs each line of /cases, says what it does,
# and powers off.  Lines of its own start with "@", for check.sh.
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
mount -t bpf bpf /sys/fs/bpf 2>/dev/null
mount -t devtmpfs dev /dev 2>/dev/null
mount -t cgroup2 cgroup /sys/fs/cgroup
for module in irqbypass kvm kvm-amd; do
	insmod /$module.ko || echo "@trouble no $module"
done
echo "@boot $(uname -r) cpus=$(nproc) state=$(cat /sys/kernel/sched_ext/state)"

while read -r name command; do
	[ -n "$name" ] || continue
	echo "@case $name"
	sh -c "$command"
	echo "@end $name status=$? state=$(cat /sys/kernel/sched_ext/state)"
done </cases

echo "@trouble $(dmesg | grep -c -E 'WARNING:|BUG:|Oops|lockdep|rcu.*stall|soft lockup|hung task')"
dmesg | grep -E 'WARNING:|BUG:|Oops|lockdep|rcu.*stall|soft lockup|sched_ext' | tail -n 40
echo "@done"
poweroff -f
