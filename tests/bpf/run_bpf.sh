#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_bpf.sh NAME CLANGS CC BUILD EVENTS MAKE...: build for every clang there is, load,
# compare.  What is missing on this machine is a skip, anything else a failure.
set -u
name=$1 clangs=$2 cc=$3 build=$4 events=$5
shift 5

skip() {
	echo "SKIP bpf: $1"
	exit 0
}

found=
for clang in $clangs; do
	if command -v "$clang" >/dev/null; then
		found="$found $clang"
	else
		echo "SKIP bpf $name: $clang is not installed"
	fi
done
[ -n "$found" ] || skip "no clang of: $clangs"
for header in bpf/libbpf.h linux/bpf.h; do
	echo "#include <$header>" | $cc -E - >/dev/null 2>&1 || skip "no <$header>"
done

check=$build/bpf_check_$name
objects=
for clang in $found; do
	objects="$objects $build/$name.$clang.o"
done
"$@" "$check" $objects || exit 1
"$check" --events "$events" $objects
status=$?
[ $status -ne 77 ] || exit 0
exit $status
