/* SPDX-License-Identifier: BSD-2-Clause */
/* Whoever is woken goes to the tail, awake already or not. */
#include "spoil.h"

static void wake_again(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
		       struct sp_out *out)
{
	struct rr *rr = st;

	if (rr_vcpu(rr, vcpu)->state == RR_QUEUED && rr->queue.tail != vcpu) {
		sp_list_remove(&rr->queue, rr->vcpus, rr_vcpu(rr, vcpu));
		rr_enqueue(rr, vcpu);
	}
	rr_vcpu_wake(st, vcpu, wake, now_ns, out);
}

SPOILED("races", .vcpu_wake = wake_again);
