/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock_rwlock.c - the spinning reader-writer lock: many readers or one writer.
 *
 * `prefer: nobody` (Linux 6.1, qrwlock): readers enter while nobody waits; otherwise
 * readers and writers stand in one line.  A release that frees the lock passes it to the
 * first in line, running or not.  A reader lets in the readers right behind it, as soon as
 * it runs: while it is off CPU, they spin for it (LWP).
 *
 * `prefer: readers` (Linux's rwlock until 3.15): readers enter whenever no writer has the
 * lock, past writers that wait; a free lock goes to all readers that spin for it, else to the
 * first writer in line that does.  Nobody waits for a preempted waiter, and a stream of
 * readers starves writers.
 *
 * Every reader holds the lock for itself: in lhp_wall the lock counts once while any
 * of them is off CPU; lock_held counts each.
 */
#include "engine/core/state.h"
#include "lock_kind.h"
#include "lock_line.h"

static bool reads(const struct sim *sim, uint32_t vcpu)
{
	return sim->cold[vcpu].reads;
}

/* Without a line to keep, whoever finds it free takes it; in line, the lock is passed. */
static bool rwlock_may_take(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	return o->spec->prefers_readers && (reads(sim, vcpu) || !o->nr_readers);
}

static bool rwlock_may_enter(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	if (o->spec->prefers_readers)
		return rwlock_may_take(sim, vcpu, o);
	return o->head == SP_NONE && (reads(sim, vcpu) || !o->nr_readers);
}

/* The first in line that spins, and is a reader or writer; SP_NONE: none. */
static uint32_t first_spinner(const struct sim *sim, const struct sync *o, bool reader)
{
	for (uint32_t w = o->head; w != SP_NONE; w = sim->vcpus[w].next)
		if (sim->vcpus[w].listed && reads(sim, w) == reader)
			return w;
	return SP_NONE;
}

static uint32_t rwlock_next(struct sim *sim, uint32_t vm, struct sync *o)
{
	uint32_t w = o->head;

	(void)vm;
	if (o->holder != SP_NONE || w == SP_NONE)
		return SP_NONE;
	if (o->spec->prefers_readers) {
		w = first_spinner(sim, o, true);
		return w == SP_NONE && !o->nr_readers ? first_spinner(sim, o, false) : w;
	}
	if (o->pending)
		return SP_NONE;
	return reads(sim, w) || !o->nr_readers ? w : SP_NONE;
}

LOCK_KIND(rwlock, 70, LOCK_SHARED) = {
	.wait = line_join,
	.leave = line_leave,
	.next = rwlock_next,
	.may_enter = rwlock_may_enter,
	.may_take = rwlock_may_take,
};
