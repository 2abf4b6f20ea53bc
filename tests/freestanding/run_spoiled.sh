#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run_spoiled.sh BUILD GCC: rr with one thing wrong at a time.  The line that is meant
# to say so must say so, or the check is worth nothing.
set -u
build=$1 gcc=$2
. tests/lib/spoil.sh

# spoil NAME EXPECTED SED: EXPECTED is matched against the lines that are not ok.
spoil() {
	spoiled=$build/$1
	rm -rf "$spoiled"
	mkdir -p "$spoiled/policies"
	cp policies/policy.h policies/sp_*.h "$spoiled/policies/"
	spoiled_rr "$1" "$3" "$spoiled/policies/rr.c" || return
	{
		"$gcc" -std=gnu11 -w -I"$spoiled/policies" -DPOLICY_FILE_NAME='"rr"' \
			tests/freestanding/test_table.c "$spoiled/policies/rr.c" -lcmocka -lm \
			-o "$spoiled/test_table_rr" && "$spoiled/test_table_rr"
		POLICY_DIR=$spoiled/policies tests/freestanding/run_freestanding.sh rr "$spoiled" \
			"$gcc" ""
	} >"$spoiled/log" 2>&1
	caught "$1" "$2" "$spoiled/log" '^not ok'
}

spoil counter 'no writable data' "$at_top\\nstatic sp_u32 rr_nr;/; $in_pick rr->zero += rr_nr++ \\& 0;/"
spoil initialised 'no writable data' "$at_top\\nsp_u32 rr_nr = 1;/; $in_pick rr_nr++;/"
spoil undefined 'nothing undefined' "$at_top\\nextern void printk(const char *);/; $in_pick printk(\"pick\");/"
spoil wide_division 'nothing undefined' "$in_pick now_ns = (sp_u64)((unsigned __int128)now_ns * 3 \\/ (rr->slice_ns + 1));/"
spoil padding 'strict warnings' 's/^	sp_u16 state;.*/&\n	sp_u64 since_ns;\n	sp_u16 odd;/'
spoil sign 'strict warnings' "$in_pick int less = now_ns; rr->zero += less \\& 0;/"
spoil shadow 'strict warnings' "$in_pick { sp_u32 vcpu = 0; (void)vcpu; }/"
spoil stack 'strict warnings' "$in_pick volatile sp_u64 big[256]; big[pcpu \\& 255] = 1; (void)big[1];/"
spoil system_header 'names no other header' 's/^#include "policy.h"/#include <stdint.h>\n&/'
spoil float 'with Xen.s flags|strict warnings' "$in_pick rr->slice_ns = (sp_u64)((double)rr->slice_ns * 1.5);/"
spoil untagged 'endbr64' 's/^static SP_CALLBACK void rr_pick_next/static void rr_pick_next/'
spoil square 'state: ' 's/^	sp_u64 slice_ns;/&\n	sp_u8 seen[SP_NR_PCPUS][SP_NR_VCPUS];/'
spoil pointer 'strict warnings' "$in_pick sp_id *first = rr->running; SP_AT(first, pcpu) = SP_NONE;/"
spoil odd_length 'strict warnings' "s/^	sp_u64 slice_ns;/&\n	sp_u64 odd[3];/; $in_pick SP_AT(rr->odd, pcpu) = 0;/"
spoil long_name 'test_identity' 's/\.name = "rr"/.name = "roundrobin"/'
spoil old_contract 'test_identity' 's/\.contract = SP_CONTRACT_VERSION/.contract = 0/'
spoil no_pick 'test_mandatory' 's/\.pick_next = rr_pick_next/.pick_next = (void *)0/'
spoil preset 'test_tunables' 's/\.preset = SP_MS(10)/.preset = SP_US(10)/'
spoil picky 'test_init' 's/rr->slice_ns = config->tunables\[RR_SLICE\];/& if (rr->slice_ns) return -9;/'
spoil odd_size 'test_state_size' 's/\.state_size = sizeof(struct rr)/.state_size = sizeof(struct rr) + 1/'

# A header that leaves it to others to include what it needs.
rm -rf "$build/header"
mkdir -p "$build/header/policies"
cp policies/policy.h policies/sp_*.h "$build/header/policies/"
sed -i '/^#include "sp_types.h"/d' "$build/header/policies/sp_heap.h"
if POLICY_DIR=$build/header/policies tests/freestanding/run_headers.sh "$gcc" >"$build/header/log" 2>&1 ||
	! grep -q '^not ok headers: sp_heap.h does not compile alone' "$build/header/log"; then
	echo "not ok spoiled header: nobody says that sp_heap.h does not compile alone"
	failed=1
else
	echo "ok spoiled header: caught (sp_heap.h does not compile alone)"
fi
exit $failed
