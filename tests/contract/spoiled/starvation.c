/* SPDX-License-Identifier: BSD-2-Clause */
/* Whoever ran goes first again: the rest waits until it sleeps. */
#include "spoil.h"

static void stop_and_stay(void *st, const struct sp_stint *stint, sp_u64 now_ns, struct sp_out *out)
{
	struct rr *rr = st;
	struct rr_vcpu *v = rr_vcpu(rr, stint->vcpu);

	rr_vcpu_stopped(st, stint, now_ns, out);
	if (v->state != RR_QUEUED || rr->queue.head == stint->vcpu)
		return;
	sp_list_remove(&rr->queue, rr->vcpus, v);
	sp_list_prepend(&rr->queue, rr->vcpus, stint->vcpu, v);
}

SPOILED("starvation", .vcpu_stopped = stop_and_stay);
