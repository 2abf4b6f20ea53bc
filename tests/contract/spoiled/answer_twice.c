/* SPDX-License-Identifier: BSD-2-Clause */
/* A running vCPU is given to a second pCPU. */
#include "spoil.h"

static void pick_a_runner(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct rr *rr = st;
	sp_u32 i;

	rr_pick_next(st, pcpu, now_ns, out);
	for (i = 0; i < SP_NR_PCPUS && out->next == SP_NONE; i++)
		out->next = rr->running[i];
}

SPOILED("answer", .pick_next = pick_a_runner);
