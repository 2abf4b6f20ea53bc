/* SPDX-License-Identifier: BSD-2-Clause */
/* Whoever ran goes first again: the rest waits until he sleeps. */
#include "spoil.h"

static void stop_and_stay(void *st, const struct sp_stint *stint, sp_u64 now_ns, struct sp_out *out)
{
	struct rr *rr = st;
	struct rr_vcpu *v = rr_vcpu(rr, stint->vcpu);

	rr_vcpu_stopped(st, stint, now_ns, out);
	if (v->state != RR_QUEUED || rr->head == stint->vcpu)
		return;
	rr_dequeue(rr, stint->vcpu);
	v->next = rr->head;
	rr_vcpu(rr, rr->head)->prev = (sp_id)stint->vcpu;
	rr->head = (sp_id)stint->vcpu;
	rr->nr_queued++;
}

SPOILED("starvation", .vcpu_stopped = stop_and_stay);
