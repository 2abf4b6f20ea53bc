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

static void release_vcpu(struct sim *sim, uint32_t vcpu, uint32_t by)
{
	bool blocked = sim->vcpus[vcpu].state == VS_BLOCKED;

	sim->vcpus[vcpu].next = SP_NONE;
	account_vcpu(sim, vcpu);
	sync_wait_end(sim, vcpu, 0);
	if (blocked)
		vcpu_wake(sim, vcpu, SP_WAKE_IPI, by, sim->vcpus[by].pcpu);
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

		release_vcpu(sim, w, vcpu);
		w = next;
	}
}

/* Those who came last stand first in the list: the one at its end goes on. */
static void open_for_one(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	uint16_t *at = &o->head;
	uint32_t w;

	if (sim->vms[sim->vcpus[vcpu].vm].threaded) {
		threads_release_one(sim, vcpu, o);
		return;
	}
	while (sim->vcpus[*at].next != SP_NONE)
		at = &sim->vcpus[*at].next;
	w = *at;
	*at = SP_NONE;
	release_vcpu(sim, w, vcpu);
}

void barrier_wake(struct sim *sim, uint32_t vcpu, uint32_t index, uint32_t how)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);

	if (o->head == SP_NONE) {
		o->kept += (how & WAKE_KEPT) != 0;
		return;
	}
	/* readers of traces take all to go on: nothing that spins hangs on who does */
	trace_put(sim, TR_BARRIER_OPEN, 0, v->pcpu, vcpu, index);
	if (how & WAKE_ONE)
		open_for_one(sim, vcpu, o);
	else
		barrier_open(sim, vcpu, o);
	sync_update(sim, v->vm, o);
}

bool barrier_arrive(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);

	if (o->kept) {
		o->kept--;
		return true;
	}
	if (o->parties && o->nr_waiting + 1u >= o->parties) {
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
