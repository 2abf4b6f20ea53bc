/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock_ticket.c - the ticket lock: strictly first come, first served.
 *
 * An unlock passes the lock to the next in line whether that one runs or not: if
 * it does not, everybody behind it spins for a lock that nobody uses (LWP).
 */
#include "engine.h"

static void ticket_wait(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	v->next = NONE16;
	v->prev = o->tail;
	if (o->tail == NONE16)
		o->head = (uint16_t)vcpu;
	else
		sim->vcpus[o->tail].next = (uint16_t)vcpu;
	o->tail = (uint16_t)vcpu;
}

static uint32_t ticket_next(struct sim *sim, uint32_t vm, struct sync *o)
{
	uint32_t first = o->head;

	(void)vm;
	o->head = sim->vcpus[first].next;
	if (o->head == NONE16)
		o->tail = NONE16;
	else
		sim->vcpus[o->head].prev = NONE16;
	sim->vcpus[first].next = NONE16;
	return first;
}

const struct lock_kind lock_ticket = {
	.name = "ticket",
	.wait = ticket_wait,
	.moved = NULL, /* a place in line is kept while off CPU */
	.next = ticket_next,
};
