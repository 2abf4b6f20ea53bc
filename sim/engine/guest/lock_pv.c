/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock_pv.c - the paravirtual queue lock (Linux 6.1 and 6.12, pvqspinlock).
 *
 * A native queue lock stops everybody when the next in line is off CPU.  This one
 * has four parts against that, each a switch of the scenario:
 *
 *	steal	A newcomer may take a free lock past the line, and goes on trying, as a
 *		thief outside the line, while the first in line does not actively spin
 *		(pending is off: it has halted, or has not run since it became first).
 *		Once that one spins, newcomers and thieves go to the end of the line.
 *	halt	A waiter in line that has spun for `spin` halts: its pCPU is free for
 *		others.  So does the first in line, whose patience begins anew when it
 *		becomes first, and each time it wakes.
 *	early	A waiter behind somebody who has halted (or is preempted, if the
 *		hypervisor tells) does not wait that long: it looks every 2^8 of its 2^15
 *		turns, and halts.
 *	kick	An unlock that finds the first in line halted wakes it, which costs the
 *		unlocking vCPU a hypercall.  A halted waiter further back sleeps on until
 *		it is first and the next unlock comes: waking it before would be of no use.
 *		Without kicks, waiters wake by themselves (recheck).
 *
 * Example, one holder H preempted for 10 ms, spin 0.5 ms: the first waiter A spins for
 * 0.5 ms and halts; B behind it, early, halts within 4 us of that.  A newcomer C finds
 * pending off and spins as a thief.  H is back and unlocks: C takes the lock at once,
 * and A is kicked, becomes pending, and is next.
 *
 * What it costs: thieves spin without end; every halt and kick is a switch and a
 * hypercall.  On a host with pCPUs to spare nothing is gained by halting, and who has
 * halted is passed by newcomers: the longest waits grow by 40 % and more
 * (workloads/pv-undercommit.yaml).  Under very frequent sections the waiters halt and are
 * kicked one after the other, a convoy of its own (docs/locks.md).
 */
#include "engine/book/account.h"
#include "engine/core/trace_put.h"
#include "engine/host/late.h"
#include "engine/host/vcpu.h"
#include "engine/wait/lock_kind.h"
#include "engine/wait/lock_line.h"
#include "engine/wait/spin.h"

/* A waiter looks at the one before it once in so many parts of its patience. */
#define CHECKS 128 /* 2^15 turns of patience, 2^8 between two looks */

static bool is_in_line_first(const struct sync *o, uint32_t vcpu)
{
	return o->head == vcpu;
}

/* -- thieves: in no order but that of their coming ------------------------------- */

static void thieves_join(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	uint32_t last = o->thieves;

	sim->cold[vcpu].thief = true;
	v->next = SP_NONE;
	if (last == SP_NONE) {
		v->prev = SP_NONE;
		o->thieves = (uint16_t)vcpu;
		return;
	}
	while (sim->vcpus[last].next != SP_NONE)
		last = sim->vcpus[last].next;
	v->prev = (uint16_t)last;
	sim->vcpus[last].next = (uint16_t)vcpu;
}

static void thieves_leave(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	sim->cold[vcpu].thief = false;
	if (v->prev == SP_NONE)
		o->thieves = v->next;
	else
		sim->vcpus[v->prev].next = v->next;
	if (v->next != SP_NONE)
		sim->vcpus[v->next].prev = v->prev;
	v->next = v->prev = SP_NONE;
}

/* One of those that spin, all equally likely; SP_NONE: none does. */
static uint32_t thieves_draw(struct sim *sim, uint32_t vm, const struct sync *o)
{
	uint64_t index = (uint64_t)(o - sync_of(sim, vm, 0));
	uint64_t key = rng_key(rng_key(sim->seed_key, RNG_LOCK) ^ sim->world->vms[vm].key, index);
	uint32_t n = 0, skip;

	for (uint32_t w = o->thieves; w != SP_NONE; w = sim->vcpus[w].next)
		n += sim->vcpus[w].listed;
	if (!n)
		return SP_NONE;
	skip = (uint32_t)(rng_bits(key, o->taken) % n);
	for (uint32_t w = o->thieves;; w = sim->vcpus[w].next)
		if (sim->vcpus[w].listed && skip-- == 0)
			return w;
}

/* -- the line ---------------------------------------------------------------------- */

/* Its patience begins anew. */
static void begin_stage(struct sim *sim, uint32_t vcpu)
{
	account_vcpu(sim, vcpu);
	sim->cold[vcpu].stage_ns = sim->cold[vcpu].spun_ns;
	spin_rearm(sim, vcpu);
}

/* The waiter behind it may have reason to halt, or none any more. */
static void alert_next(struct sim *sim, uint32_t vcpu)
{
	uint32_t next = sim->vcpus[vcpu].next;

	if (next != SP_NONE && !sim->cold[vcpu].thief)
		spin_rearm(sim, next);
}

static void join(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	line_join(sim, vcpu, o);
	begin_stage(sim, vcpu);
}

/* The first in line is on its pCPU: it spins for the lock from now on, nobody steals. */
static void set_pending(struct sim *sim, struct sync *o)
{
	uint32_t w = o->thieves;

	o->pending = true;
	begin_stage(sim, o->head);
	while (w != SP_NONE) {
		uint32_t next = sim->vcpus[w].next;

		if (sim->vcpus[w].state == VS_RUNNING) {
			thieves_leave(sim, w, o);
			join(sim, w, o);
		}
		w = next;
	}
}

/* Somebody else is first in line, or nobody. */
static void new_first(struct sim *sim, struct sync *o)
{
	uint32_t w = o->thieves;

	o->pending = false;
	/* without a line there is nothing to be gained outside it */
	while (o->head == SP_NONE && w != SP_NONE) {
		uint32_t next = sim->vcpus[w].next;

		if (sim->vcpus[w].state == VS_RUNNING) {
			thieves_leave(sim, w, o);
			line_join(sim, w, o);
		}
		w = next;
	}
	if (o->head != SP_NONE && sim->vcpus[o->head].state == VS_RUNNING)
		set_pending(sim, o);
}

static void pv_wait(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	sim->cold[vcpu].thief = false;
	if (o->spec->steal && o->head != SP_NONE && !o->pending) {
		thieves_join(sim, vcpu, o);
		return;
	}
	join(sim, vcpu, o);
	if (is_in_line_first(o, vcpu))
		set_pending(sim, o);
}

static void pv_leave(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	bool first = is_in_line_first(o, vcpu);

	if (!first && o->head != SP_NONE)
		sim->vms[sim->vcpus[vcpu].vm].count[VC_LOCK_STEALS]++;
	if (sim->cold[vcpu].thief) {
		thieves_leave(sim, vcpu, o);
		return;
	}
	line_leave(sim, vcpu, o);
	if (first)
		new_first(sim, o);
}

static void pv_moved(struct sim *sim, uint32_t vcpu, struct sync *o, bool runs)
{
	if (runs && sim->cold[vcpu].thief && (o->pending || o->head == SP_NONE)) {
		thieves_leave(sim, vcpu, o);
		join(sim, vcpu, o);
	}
	if (runs && is_in_line_first(o, vcpu) && !o->pending)
		set_pending(sim, o);
	alert_next(sim, vcpu);
}

/* -- who gets it --------------------------------------------------------------------- */

static bool pv_may_enter(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	if (o->head != SP_NONE && (o->pending || !o->spec->steal))
		return false;
	if (o->head != SP_NONE)
		sim->vms[sim->vcpus[vcpu].vm].count[VC_LOCK_STEALS]++;
	return true;
}

static bool pv_may_take(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	return is_in_line_first(o, vcpu) || (sim->cold[vcpu].thief && !o->pending);
}

static uint32_t pv_next(struct sim *sim, uint32_t vm, struct sync *o)
{
	if (o->pending)
		return sim->vcpus[o->head].listed ? o->head : SP_NONE;
	return thieves_draw(sim, vm, o);
}

static uint32_t pv_heir(const struct sync *o)
{
	return o->head;
}

static void pv_released(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	uint32_t first = o->head;

	if (!o->spec->kick || first == SP_NONE || sim->vcpus[first].state != VS_BLOCKED ||
	    sim->cold[first].kicker != SP_NONE)
		return;
	sim->vms[sim->vcpus[vcpu].vm].count[VC_LOCK_KICKS]++;
	sim->vcpus[vcpu].debt_ns += o->spec->kick_cost_ns;
	vcpu_kick(sim, first, SP_WAKE_KICK, vcpu, o->spec->kick_latency_ns);
}

/* -- patience -------------------------------------------------------------------------- */

/* Is the one before it in line in a state that makes waiting pointless? */
static bool is_hopeless(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	uint32_t before = sim->vcpus[vcpu].prev;

	if (before == SP_NONE || o->spec->early == LOCK_EARLY_OFF)
		return false;
	if (o->spec->early == LOCK_EARLY_PREEMPTED)
		return sim->vcpus[before].state != VS_RUNNING;
	return sim->vcpus[before].state == VS_BLOCKED;
}

static uint64_t pv_spin_left_ns(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	uint64_t spun_ns = sim->cold[vcpu].spun_ns - sim->cold[vcpu].stage_ns;
	uint64_t left_ns = sp_sub0(o->spec->spin_ns, spun_ns), period_ns;

	if (!o->spec->halt || sim->cold[vcpu].thief)
		return NEVER;
	if (!is_hopeless(sim, vcpu, o))
		return left_ns;
	period_ns = o->spec->spin_ns / CHECKS + 1;
	return sp_min(left_ns, (period_ns - spun_ns % period_ns) % period_ns);
}

static enum spin_outcome pv_spin_over(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	if (is_in_line_first(o, vcpu))
		o->pending = false;
	sim->cold[vcpu].stage_ns = sim->cold[vcpu].spun_ns; /* when it wakes */
	v->timer_ns = late_timer(sim, v->pcpu, sp_add_sat(sim->now, o->spec->recheck_ns));
	sim->vms[v->vm].count[VC_LOCK_HALTS]++;
	trace_put(sim, TR_LOCK_HALT, 0, v->pcpu, vcpu, v->waits);
	return SPIN_BLOCKS;
}

LOCK_KIND(pv, 50, LOCK_PLAIN) = {
	.wait = pv_wait,
	.moved = pv_moved,
	.leave = pv_leave,
	.next = pv_next,
	.may_enter = pv_may_enter,
	.may_take = pv_may_take,
	.heir = pv_heir,
	.released = pv_released,
	.spin_left_ns = pv_spin_left_ns,
	.spin_over = pv_spin_over,
};
