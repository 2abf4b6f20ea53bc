/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock_mcs.c - queue locks: first come, first served, each waiter on a line of its own.
 *
 * mcs (Mellor-Crummey and Scott, 1991): an unlock writes to the next waiter's own
 * cache line, so a handoff costs the same however many spin; nothing else tells it
 * from a ticket lock in this model, and a next waiter that is off CPU stops everybody
 * all the same (LWP).
 *
 * qspinlock (Linux 6.1, native): the first waiter spins on the lock word (pending),
 * those behind it are an MCS queue.  An unlock only clears the word: the lock is free,
 * and it is kept for the first in line, for newcomers find the word in use.  So it is
 * not *passed* to somebody off CPU, but nobody else can have it either, which is LWP
 * again.  The second hop, from the queue to the lock word, is made while the lock
 * is held and costs nothing here.
 *
 * Linux takes a test-and-set lock instead when it finds itself on a hypervisor that
 * offers no paravirtual locks (x86 and, since 6.12, LoongArch): that is tas.
 */
#include "engine/core/state.h"
#include "lock_kind.h"
#include "lock_line.h"

static uint32_t mcs_next(struct sim *sim, uint32_t vm, struct sync *o)
{
	(void)sim;
	(void)vm;
	return o->head;
}

static uint32_t qspinlock_next(struct sim *sim, uint32_t vm, struct sync *o)
{
	(void)vm;
	return sim->vcpus[o->head].listed ? o->head : SP_NONE;
}

static bool qspinlock_may_enter(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	(void)sim;
	(void)vcpu;
	return o->head == SP_NONE;
}

static bool qspinlock_may_take(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	(void)sim;
	return o->head == vcpu;
}

static uint32_t qspinlock_heir(const struct sync *o)
{
	return o->head;
}

LOCK_KIND(mcs, 30, LOCK_PLAIN) = {
	.wait = line_join,
	.leave = line_leave,
	.next = mcs_next,
};

LOCK_KIND(qspinlock, 40, LOCK_PLAIN) = {
	.wait = line_join,
	.leave = line_leave,
	.next = qspinlock_next,
	.may_enter = qspinlock_may_enter,
	.may_take = qspinlock_may_take,
	.heir = qspinlock_heir,
};
