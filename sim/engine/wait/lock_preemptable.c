/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock_preemptable.c - the preemptable ticket lock: in order, unless the order stops.
 *
 * After Ouyang and Lange, "Preemptable Ticket Spinlocks", VEE 2013, of which only the
 * abstract was readable: waiters stand in line as at a ticket lock, a waiter at
 * distance d from the first loses patience after d times `timeout`, and may then take a
 * free lock out of order.  How it does that is our reading:
 *
 *	- Patience is counted in spinning, over the whole wait; d is the present distance,
 *	  so it shortens as the line moves up.  The first in line needs none.
 *	- An unlock frees the lock.  If the first in line spins, it has it, however many
 *	  have lost patience: they are there only for the case that it is off CPU.
 *	- If not, the lock goes to the first in line of those who spin and have lost
 *	  patience, or to the first who does while it is free.  Nobody comes in from outside.
 *
 * Example: A, B and C wait, in this order, timeout 10 us; A is off CPU at the unlock.
 * If B has waited for more than 10 us, it takes the lock at once; otherwise the lock is
 * free, and kept for A, until it has.  A ticket lock would wait for A's next slice.
 *
 * It is bad where timeout is shorter than a section: then everybody has lost patience,
 * and whoever is off CPU loses its turn; still, it can starve nobody that runs.
 */
#include "engine/book/account.h"
#include "engine/core/state.h"
#include "lock.h"
#include "lock_kind.h"
#include "lock_line.h"
#include "spin.h"

static void preemptable_wait(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	uint32_t last = o->tail;

	line_join(sim, vcpu, o);
	sim->cold[vcpu].place = last == SP_NONE ? 0 : (uint16_t)(sim->cold[last].place + 1);
}

static void preemptable_leave(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	uint32_t w = sim->vcpus[vcpu].next;

	if (o->head != vcpu)
		sim->vms[sim->vcpus[vcpu].vm].count[VC_LOCK_STEALS]++;
	line_leave(sim, vcpu, o);
	for (; w != SP_NONE; w = sim->vcpus[w].next)
		sim->cold[w].place--;
}

/* The spinning that its patience lasts, from the beginning of its wait. */
static uint64_t patience_ns(const struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	return sim->cold[vcpu].place * o->spec->timeout_ns;
}

static bool is_impatient(const struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	return sim->cold[vcpu].spun_ns >= patience_ns(sim, vcpu, o);
}

static uint32_t preemptable_next(struct sim *sim, uint32_t vm, struct sync *o)
{
	(void)vm;
	for (uint32_t w = o->head; w != SP_NONE; w = sim->vcpus[w].next) {
		if (!sim->vcpus[w].listed)
			continue;
		account_vcpu(sim, w);
		if (is_impatient(sim, w, o))
			return w;
	}
	return SP_NONE;
}

static bool preemptable_may_enter(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	(void)sim;
	(void)vcpu;
	return o->head == SP_NONE;
}

static bool preemptable_may_take(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	return is_impatient(sim, vcpu, o);
}

static uint32_t preemptable_heir(const struct sync *o)
{
	return o->head;
}

/* Only a free lock makes an event of it: with a held one the unlock looks. */
static uint64_t preemptable_spin_left_ns(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	if (o->holder != SP_NONE)
		return NEVER;
	return sp_sub0(patience_ns(sim, vcpu, o), sim->cold[vcpu].spun_ns);
}

static enum spin_outcome preemptable_spin_over(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	(void)o;
	lock_retry(sim, vcpu);
	return SPIN_OVER;
}

/* The lock stays free: those who spin for it wait for their patience to end. */
static void preemptable_kept(struct sim *sim, struct sync *o)
{
	for (uint32_t w = o->head; w != SP_NONE; w = sim->vcpus[w].next)
		spin_rearm(sim, w);
}

LOCK_KIND(preemptable, 60, LOCK_PLAIN) = {
	.wait = preemptable_wait,
	.leave = preemptable_leave,
	.next = preemptable_next,
	.may_enter = preemptable_may_enter,
	.may_take = preemptable_may_take,
	.heir = preemptable_heir,
	.kept = preemptable_kept,
	.spin_left_ns = preemptable_spin_left_ns,
	.spin_over = preemptable_spin_over,
};
