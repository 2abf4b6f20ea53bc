#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# spoiled.sh COMPILE BUILD RECORDS: what replay is worth.  A policy that decides
# otherwise in one respect must be found out, by the call where it does; a record of
# another policy must be refused.
compile=$1 build=$2 records=$3
dir=$build/spoiled
rm -rf "$dir"
mkdir -p "$dir"
status=0

# NAME, sed expression, what must be said of which call
caught() {
	sed "$2" policies/rr.c >"$dir/$1.c"
	if cmp -s policies/rr.c "$dir/$1.c"; then
		echo "not ok: $1 changes nothing in policies/rr.c"
		status=1
		return
	fi
	# shellcheck disable=SC2086
	$compile -Wno-unused-parameter "$dir/$1.c" "$build"/native/*.o -o "$dir/$1" || status=1
	if "$dir/$1" "$records/rr-comings.rec" >"$dir/$1.log"; then
		echo "not ok: $1 is not found out"
		status=1
	elif ! grep -q 'answers otherwise' "$dir/$1.log" || ! grep -q " $3 " "$dir/$1.log"; then
		echo "not ok: $1 is found out, but not by $3:"
		cat "$dir/$1.log"
		status=1
	else
		echo "ok $1: found out by $3"
	fi
}

caught one_ns_more 's/now_ns + rr->slice_ns/now_ns + rr->slice_ns + 1/' pick_next
caught no_kick 's/^\tsp_idle_kick(rr->idle, out);$//' vcpu_wake
caught from_the_tail 's/vcpu = rr->queue.head;/vcpu = rr->queue.tail;/' pick_next
caught refuses_width '/static SP_CALLBACK sp_s32 rr_vm_add/,/^}/s/return config->quota_ns/return config->width == 5 || config->quota_ns/' vm_add

if "$build/native/conform_nice" "$records/rr-comings.rec" >"$dir/other.log" ||
	! grep -q 'is of policy rr, not nice' "$dir/other.log"; then
	echo "not ok: a record of rr is replayed into nice"
	status=1
fi
exit $status
