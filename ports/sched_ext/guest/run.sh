#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh BUILD KERNEL_DIR CLANGS POLICIES: boots the guest and judges what it said.
# The log stays in BUILD/boot.log, the figures in BUILD/../boot/sched_ext.csv.
# SCX_CASES, a regular expression: only those cases, and no judgement (for development).
set -u
build=$1 kernel=$2 clangs=$3 policies=$4
dir=$(dirname "$0")
root=$build/root
last=$(echo "$clangs" | awk '{print $NF}')
first=$(echo "$clangs" | awk '{print $1}')

rm -rf "$root"
mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/run"
cp "$(dpkg -L busybox-static | grep 'bin/busybox$' | head -n 1)" "$root/bin/busybox"
for applet in sh mount echo cat uname nproc dmesg grep tail poweroff sleep insmod; do
	ln -sf busybox "$root/bin/$applet"
done
cp "$build/guest/bench" "$root/bin/bench"
for clang in $clangs; do
	cp "$build/corun-scx-test.$clang" "$root/bin/corun-scx.$clang"
done
# KVM, in the order in which its modules need each other.
for module in irqbypass kvm kvm-amd; do
	file=$(find "$kernel" -name "$module.ko.xz")
	xz -dc "$file" >"$root/$module.ko" || exit 1
done
cp "$dir/init.sh" "$root/init"

# NAME COMMAND; check.sh knows the names.
scx=/bin/corun-scx
{
	for load in barrier lock kvm-barrier kvm-lock; do
		kind="--kind ${load#kvm-} --seconds 1.5"
		[ "$load" = "${load#kvm-}" ] || kind="--kvm $kind"
		# Its co-run is a matter of ticks in phase or not: over longer, less of luck.
		echo "$load-pinned bench $kind --seconds 3 --pin $scx.$last stock"
		echo "$load-gang bench $kind $scx.$last gang"
		echo "$load-relaxed bench $kind $scx.$last relaxed"
	done
	# Weights for whoever honours them, tagged by cgroup; the others are only loaded.
	# What each program costs the verifier is judged, too.
	for policy in $policies; do
		loud="bench --verbose --kind"
		weights="--tag cgroup --weights 2048:1024 --seconds 2"
		grep -qs SP_CAP_WEIGHT "policies/$policy.c" "policies/$policy/$policy.c" ||
			 weights="--seconds 0.5"
		echo "load-$policy-$last $loud barrier $weights $scx.$last $policy"
		[ "$last" = "$first" ] ||
			echo "load-$policy-$first $loud lock --seconds 0.5 $scx.$first $policy"
	done
	echo "live-gang bench --kind barrier --live 1024:2048 --interrupt $scx.$last gang"
	echo "hang-bad bench --kind lock --seconds 60 $scx.$last bad_hang"
	echo "after-hang bench --kind lock --seconds 1 $scx.$last gang"
} >"$root/cases"

if [ -n "${SCX_CASES:-}" ]; then
	grep -E "^($SCX_CASES) " "$root/cases" >"$root/some"
	mv "$root/some" "$root/cases"
	"$dir/boot.sh" "$kernel" "$root" "$build/some.log"
	exit
fi
"$dir/boot.sh" "$kernel" "$root" "$build/boot.log"
"$dir/check.sh" "$build/boot.log" "$build/../boot/sched_ext.csv" "$root/cases"
