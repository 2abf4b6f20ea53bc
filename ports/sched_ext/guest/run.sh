#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh BUILD KERNEL_DIR CLANGS POLICIES: boots the guest and judges what it said.
# The log stays in BUILD/boot.log, the figures in BUILD/boot.csv.
set -u
build=$1 kernel=$2 clangs=$3 policies=$4
dir=$(dirname "$0")
root=$build/root
last=$(echo "$clangs" | awk '{print $NF}')
first=$(echo "$clangs" | awk '{print $1}')

rm -rf "$root"
mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev" "$root/tmp"
cp "$(dpkg -L busybox-static | grep 'bin/busybox$' | head -n 1)" "$root/bin/busybox"
for applet in sh mount echo cat uname nproc dmesg grep tail poweroff sleep; do
	ln -sf busybox "$root/bin/$applet"
done
cp "$build/guest/bench" "$root/bin/bench"
for clang in $clangs; do
	cp "$build/corun-scx-test.$clang" "$root/bin/corun-scx.$clang"
done
cp "$dir/init.sh" "$root/init"

# NAME COMMAND; check.sh knows the names.
scx=/bin/corun-scx
{
	for kind in barrier lock; do
		echo "$kind-pinned bench --kind $kind --pin $scx.$last stock"
		echo "$kind-gang bench --kind $kind $scx.$last gang"
		echo "$kind-relaxed bench --kind $kind $scx.$last relaxed"
	done
	echo "weights-gang bench --kind barrier --weights 2048:1024 $scx.$last gang"
	for policy in $policies; do
		for clang in $clangs; do
			echo "load-$policy-$clang bench --kind lock --seconds 1 $scx.$clang $policy"
		done
	done
	echo "hang-bad bench --kind lock --seconds 60 $scx.$last bad_hang"
	echo "after-hang bench --kind lock --seconds 1 $scx.$first gang"
} >"$root/cases"

"$dir/boot.sh" "$kernel" "$root" "$build/boot.log"
"$dir/check.sh" "$build/boot.log" "$build/boot.csv" "$root/cases" "$policies" "$clangs"
