#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_spoiled.sh BUILD CC CLANG OBJECTS: rr with one thing wrong at a time, which the
# verifier or the comparison with the native build must say.  OBJECTS: bpf_check.o and
# what it is linked with, but for the policy.
set -u
build=$1 cc=$2 clang=$3
shift 3
objects=$*
. tests/lib/spoil.sh

# spoil NAME EXPECTED SED: EXPECTED is matched against the lines that are not ok.
spoil() {
	spoiled=$build/spoiled/$1
	rm -rf "$spoiled"
	mkdir -p "$spoiled"
	spoiled_rr "$1" "$3" "$spoiled/rr.c" || return
	# shellcheck disable=SC2086 # objects are words
	{
		"$clang" -g -O2 -w -target bpf -mcpu=v3 -Ipolicies -Itests/contract \
			-I/usr/include/"$(uname -m)"-linux-gnu \
			-DSP_POLICY_FILE="\"$(realpath "$spoiled")/rr.c\"" \
			-c tests/bpf/policy_bpf.c -o "$spoiled/rr.bpf.o" &&
			$cc -std=gnu11 -O2 -w -Ipolicies -c "$spoiled/rr.c" -o "$spoiled/rr.o" &&
			$cc $objects "$spoiled/rr.o" -lbpf -lelf -lz -o "$spoiled/bpf_check" &&
			"$spoiled/bpf_check" --events 20000 "$spoiled/rr.bpf.o"
	} >"$spoiled/log" 2>&1
	status=$?
	[ $status != 0 ] || echo "all is fine" >"$spoiled/log"
	caught "$1" "$2" "$spoiled/log" '^not ok|too many'
}

spoil index 'the verifier refuses' "$in_pick rr->vcpus[rr->queue.head].pcpu = 0;/"
spoil endless 'the verifier refuses' "$in_pick while (rr->vcpus[rr->queue.head \\& 63].link.next != rr->queue.head) rr->queue.head++;/"
spoil dear 'too many' "$in_pick { sp_u32 i; for (i = 0; i < 140000; i++) __asm__ volatile(\"\" : \"+r\"(i)); }/"
spoil answer 'the answers differ' 's/out->run_until_ns = now_ns + rr->slice_ns;/&\n#ifdef __bpf__\n	out->run_until_ns++;\n#endif/'
spoil state 'the states differ' "$in_pick\\n#ifdef __bpf__\\n	rr->vcpus[SP_NR_VCPUS - 1].link.next ^= 1;\\n#endif/"
exit $failed
