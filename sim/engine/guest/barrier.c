/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * barrier.c - barriers: who has come waits, spinning or blocked, for the last.
 */
#include "barrier.h"

#include "engine/book/account.h"
#include "engine/core/trace_put.h"
#include "engine/host/vcpu.h"
#include "engine/wait/cause.h"
#include "engine/wait/wait.h"
#include "threads.h"

static void barrier_join(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	if (sim->vms[v->vm].threaded) {
		threads_join(sim, vcpu, o);
		return;
	}
	v->next = o->head;
	v->prev = SP_NONE;
	o->head = (uint16_t)vcpu;
}

/* The last one has come: all others may go on. */
static void barrier_open(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	uint32_t w = o->head;

	if (sim->vms[sim->vcpus[vcpu].vm].threaded) {
		threads_release(sim, vcpu, o);
		return;
	}
	o->head = SP_NONE;
	while (w != SP_NONE) {
		uint32_t next = sim->vcpus[w].next;
		bool blocked = sim->vcpus[w].state == VS_BLOCKED;

		sim->vcpus[w].next = SP_NONE;
		account_vcpu(sim, w);
		sync_wait_end(sim, w, 0);
		if (blocked)
			vcpu_wake(sim, w, SP_WAKE_IPI, vcpu, sim->vcpus[vcpu].pcpu);
		w = next;
	}
}

bool barrier_arrive(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);

	if (o->nr_waiting + 1u >= o->parties) {
		trace_put(sim, TR_BARRIER_OPEN, 0, v->pcpu, vcpu, index);
		barrier_open(sim, vcpu, o);
		return true;
	}
	trace_put(sim, TR_BARRIER_WAIT, 0, v->pcpu, vcpu, index);
	barrier_join(sim, vcpu, o);
	sync_wait_begin(sim, vcpu, index, ACT_BARRIER);
	sync_update(sim, v->vm, o);
	sync_check_stuck(sim, v->vm);
	return false;
}
