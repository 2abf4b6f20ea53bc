/* SPDX-License-Identifier: BSD-2-Clause */
/* Rather than idle, a pCPU is given a vCPU that sleeps. */
#include "spoil.h"

static void pick_a_sleeper(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct rr *rr = st;
	sp_u32 i;

	rr_pick_next(st, pcpu, now_ns, out);
	for (i = 0; i < SP_NR_VCPUS && out->next == SP_NONE; i++)
		if (rr->vcpus[i].state == RR_BLOCKED)
			out->next = i;
}

SPOILED("answer", .pick_next = pick_a_sleeper);
