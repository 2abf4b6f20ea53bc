#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Init of dom0: starts the tools, does the job named on the kernel's command line
# (corun.job=NAME), says what came out in lines that begin with CORUN, and reboots,
# which ends the emulator.
export PATH=/bin:/usr/sbin LD_LIBRARY_PATH=/lib/xen
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /run /var/run/xen /var/run/xenstored /var/lib/xen /var/lib/xenstored \
	/var/log/xen/console /var/lock /tmp /root
mount -t devpts devpts /dev/pts
for m in /modules/*.ko; do insmod "$m" 2>/dev/null; done
for m in /modules/*.ko; do insmod "$m" 2>/dev/null; done # in whatever order they need
mount -t xenfs xenfs /proc/xen

say() { echo "CORUN $*"; }

leave() {
	say "end $1"
	sleep 1
	reboot -f
}

parameter() { tr ' ' '\n' </proc/cmdline | sed -n "s/^corun\.$1=//p"; }

xenstored --pid-file /var/run/xenstored.pid
i=0
until xenstore-exists / 2>/dev/null || [ $i = 50 ]; do
	i=$((i + 1))
	sleep 0.1
done
xen-init-dom0 >/dev/null 2>&1
xenconsoled --log=guest --log-dir=/var/log/xen/console
window=$(parameter window)
width=$(parameter width)

# start_guest NAME: a PV guest, up and waiting for "go" when this returns.
start_guest() {
	cat >"/tmp/$1.cfg" <<-END
		name = "$1"
		type = "pv"
		kernel = "/guest/vmlinux"
		ramdisk = "/guest/initrd"
		memory = 96
		vcpus = $width
		extra = "console=hvc0 quiet corun.window=$window"
	END
	xl create -q "/tmp/$1.cfg" >"/tmp/$1.log" 2>&1 || {
		say "failed create $1: $(tail -n 1 "/tmp/$1.log")"
		return 1
	}
	wait_guest "$1" '^GUEST up' 120
}

# go NAME...: their consoles say so, one right after the other.
go() {
	ttys=
	for name in "$@"; do
		ttys="$ttys $(xenstore-read "/local/domain/$(xl domid "$name")/console/tty")"
	done
	for tty in $ttys; do echo go >"$tty"; done
}

guest_log() { cat "/var/log/xen/console/guest-$1.log" 2>/dev/null; }

# wait_guest NAME TEXT SECONDS
wait_guest() {
	i=0
	until guest_log "$1" | grep -q "$2"; do
		i=$((i + 1))
		[ $i -le $(($3 * 2)) ] || { say "failed wait $1 '$2'"; return 1; }
		sleep 0.5
	done
}

report() { # WHAT NAME
	guest_log "$2" | tr -d '\r' | grep '^GUEST' | while read -r _ line; do
		say "guest $1 $2 $line"
	done
}

# shellcheck source=/dev/null
. /jobs.sh
job=$(parameter job)
say "begin $job"
if "job_$job"; then leave ok; else leave failed; fi
