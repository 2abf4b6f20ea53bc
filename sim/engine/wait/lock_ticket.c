/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock_ticket.c - the ticket lock: strictly first come, first served.
 *
 * An unlock passes the lock to the next in line whether that one runs or not: if
 * it does not, everybody behind it spins for a lock that nobody uses (LWP).
 * All waiters read the same cache line, so a handoff costs more the more of them
 * spin (handoff_spinner).
 */
#include "engine/core/state.h"
#include "lock_kind.h"
#include "lock_line.h"

static uint32_t ticket_next(struct sim *sim, uint32_t vm, struct sync *o)
{
	(void)sim;
	(void)vm;
	return o->head;
}

LOCK_KIND(ticket, 20, LOCK_PLAIN) = {
	.wait = line_join,
	.moved = NULL, /* a place in line is kept while off CPU */
	.leave = line_leave,
	.next = ticket_next,
};
