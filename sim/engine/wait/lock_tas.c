/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock_tas.c - the test-and-set lock: whoever runs and is lucky.
 *
 * The list holds the waiters that are on a pCPU.  A free lock goes to one of
 * those that spin, all equally likely, drawn from the lock's own stream; if none of them
 * runs it stays free for the first who does.  Nobody ever waits for a preempted
 * waiter.
 */
#include "engine/core/state.h"
#include "lock_kind.h"

static void tas_join(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	v->prev = SP_NONE;
	v->next = o->head;
	if (o->head != SP_NONE)
		sim->vcpus[o->head].prev = (uint16_t)vcpu;
	o->head = (uint16_t)vcpu;
}

static void tas_leave(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	if (v->prev == SP_NONE)
		o->head = v->next;
	else
		sim->vcpus[v->prev].next = v->next;
	if (v->next != SP_NONE)
		sim->vcpus[v->next].prev = v->prev;
	v->next = v->prev = SP_NONE;
}

static void tas_moved(struct sim *sim, uint32_t vcpu, struct sync *o, bool runs)
{
	if (runs)
		tas_join(sim, vcpu, o);
	else
		tas_leave(sim, vcpu, o);
}

static uint32_t tas_next(struct sim *sim, uint32_t vm, struct sync *o)
{
	uint64_t index = (uint64_t)(o - sync_of(sim, vm, 0));
	uint64_t key = rng_key(rng_key(sim->seed_key, RNG_LOCK) ^ sim->world->vms[vm].key, index);
	uint64_t skip;
	uint32_t w;

	if (!o->nr_listed)
		return SP_NONE;
	skip = rng_bits(key, o->taken) % o->nr_listed;
	for (w = o->head;; w = sim->vcpus[w].next) {
		if (!sim->vcpus[w].listed)
			continue; /* still pays overhead: does not look at the lock yet */
		if (skip-- == 0)
			break;
	}
	return w;
}

LOCK_KIND(tas, 10, LOCK_PLAIN) = {
	.wait = tas_join,
	.moved = tas_moved,
	.leave = tas_leave,
	.next = tas_next,
};
