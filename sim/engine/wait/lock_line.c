/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock_line.c - waiters in line: the first of them is o->head, a newcomer goes
 * behind o->tail.  A place in line is kept while off CPU.
 */
#include "lock_line.h"

void line_join(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	v->next = SP_NONE;
	v->prev = o->tail;
	if (o->tail == SP_NONE)
		o->head = (uint16_t)vcpu;
	else
		sim->vcpus[o->tail].next = (uint16_t)vcpu;
	o->tail = (uint16_t)vcpu;
}

void line_leave(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	if (v->prev == SP_NONE)
		o->head = v->next;
	else
		sim->vcpus[v->prev].next = v->next;
	if (v->next == SP_NONE)
		o->tail = v->prev;
	else
		sim->vcpus[v->next].prev = v->prev;
	v->next = v->prev = SP_NONE;
}
