/* SPDX-License-Identifier: BSD-2-Clause */
/* As long as anyone runs, who wakes waits for the end of a slice. */
#include "spoil.h"

static void wake_lazily(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			struct sp_out *out)
{
	struct rr *rr = st;
	sp_u32 i, busy = 0;

	for (i = 0; i < SP_NR_PCPUS; i++)
		busy |= rr->running[i] != SP_NONE;
	if (!busy)
		rr_vcpu_wake(st, vcpu, wake, now_ns, out);
	else if (rr_vcpu(rr, vcpu)->state == RR_BLOCKED)
		rr_enqueue(rr, vcpu);
}

SPOILED("conserve", .vcpu_wake = wake_lazily);
