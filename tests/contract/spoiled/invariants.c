/* SPDX-License-Identifier: BSD-2-Clause */
/* Loses count of its queue. */
#include "spoil.h"

static void wake_uncounted(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			   struct sp_out *out)
{
	struct rr *rr = st;
	sp_u32 before = rr->nr_queued;

	rr_vcpu_wake(st, vcpu, wake, now_ns, out);
	rr->nr_queued = before;
}

SPOILED("invariants", .vcpu_wake = wake_uncounted);
