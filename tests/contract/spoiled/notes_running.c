/* SPDX-License-Identifier: BSD-2-Clause */
/* Says of a running vCPU that it is held back. */
#include "spoil.h"

static void wake_and_blame(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			   struct sp_out *out)
{
	struct rr *rr = st;
	sp_u32 i, was = rr_vcpu(rr, vcpu)->state;

	rr_vcpu_wake(st, vcpu, wake, now_ns, out);
	for (i = 0; i < SP_NR_PCPUS && was == RR_BLOCKED; i++)
		if (rr->running[i] != SP_NONE) {
			sp_note(out, rr->running[i], SP_COSTOP, 0);
			sp_note(out, rr->running[i], SP_COSTART, 0);
		}
}

SPOILED("notes", .vcpu_wake = wake_and_blame);
