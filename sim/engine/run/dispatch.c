/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dispatch.c - pCPUs pick: who goes on, who comes, and what comes of ticks.
 */
#include "dispatch.h"

#include "engine/book/account.h"
#include "engine/book/smt.h"
#include "engine/core/fail.h"
#include "engine/core/pcpu.h"
#include "engine/core/trace_put.h"
#include "engine/guest/program.h"
#include "engine/guest/threads.h"
#include "engine/host/charge.h"
#include "engine/host/halt_poll.h"
#include "engine/host/port.h"
#include "engine/host/stolen.h"
#include "engine/host/vcpu.h"
#include "engine/wait/ipi_target.h"
#include "vcpu_off.h"

/* -- picking ------------------------------------------------------------------- */

/* v goes on where it is: a new stint, no switch. */
static enum guest_outcome go_on(struct sim *sim, struct pcpu *p, uint32_t why)
{
	if (p->stint_ns < sim->now)
		p->stint_ns = sim->now;
	if (why != SP_STOP_YIELDED)
		return GUEST_RUNS;
	sim->cold[p->current].in_spin_loop = false; /* nobody else was to run */
	return guest_resume(sim, p->current);
}

/* Siblings share a queue, if the policy has queues: one gives way to the other. */
static void book_turn(struct sim *sim, const struct vcpu *left, uint32_t next)
{
	if (left->state == VS_RUNNABLE && left->vm == sim->vcpus[next].vm)
		sim->vms[left->vm].count[VC_SIBLING_TURNS]++;
}

/* `next` replaces what ran on p (left, or SP_NONE). */
static enum guest_outcome switch_to(struct sim *sim, struct pcpu *p, uint32_t left, uint32_t next)
{
	if (left != SP_NONE) {
		sim->vcpus[left].saved_ns = sim->now + sim->world->host.context_switch_ns;
		book_turn(sim, &sim->vcpus[left], next);
	}
	vcpu_on(sim, p, next);
	return guest_resume(sim, next);
}

/* One pick.  why: how the current vCPU, if any, stopped. */
static enum guest_outcome pick(struct sim *sim, struct pcpu *p, uint32_t why)
{
	uint32_t before = p->current, next;

	if (before != SP_NONE) {
		account_vcpu(sim, before);
		port_stopped(sim, p, before, why, sp_sub0(sim->now, p->stint_ns));
		if (why == SP_STOP_BLOCKED)
			vcpu_off(sim, p, why);
	}
	if (p->kick_ns <= sim->now)
		p->kick_ns = NEVER;
	next = port_pick(sim, p);
	if (next != SP_NONE && next == p->current)
		return go_on(sim, p, why);
	if (p->current != SP_NONE)
		vcpu_off(sim, p, why);
	if (next != SP_NONE)
		return switch_to(sim, p, before, next);
	account_pcpu_state(sim, p, PS_IDLE);
	return GUEST_RUNS;
}

void pcpu_resched(struct sim *sim, struct pcpu *p, uint32_t why)
{
	enum guest_outcome outcome;

	stolen_end(sim, p);
	if (is_polling(sim, p))
		why = SP_STOP_BLOCKED; /* the pCPU is wanted */
	for (;;) {
		outcome = pick(sim, p, why);
		if (outcome == GUEST_RUNS || sim->failed)
			break;
		if (outcome == GUEST_BLOCKS && halt_poll_begin(sim, p))
			break;
		why = outcome == GUEST_BLOCKS ? SP_STOP_BLOCKED : SP_STOP_YIELDED;
		if (++sim->instant_events > sim->instant_limit) {
			char name[128];

			sim_fail(sim, STATUS_MODEL, "livelock",
				 "livelock at %llu ns: %s blocks or yields without time passing",
				 (unsigned long long)sim->now,
				 sim_vcpu_name(sim, p->current, name));
			break;
		}
	}
	pcpu_arm(sim, p);
}

void halt_poll_step(struct sim *sim, struct pcpu *p)
{
	uint32_t vcpu = p->current;
	uint64_t timer_ns = sim->vcpus[vcpu].timer_ns, until_ns = sim->cold[vcpu].poll_until_ns;

	if (timer_ns <= sim->now) {
		uint32_t kicker = sim->cold[vcpu].kicker;

		sim->cold[vcpu].kicker = SP_NONE;
		halt_poll_wake(sim, vcpu,
			       kicker == SP_NONE ? SP_WAKE_TIMER : sim->cold[vcpu].kick_reason,
			       kicker);
	} else if (until_ns <= sim->now || p->nr_home) {
		pcpu_resched(sim, p, SP_STOP_BLOCKED);
	} else { /* somebody waited here, and does no more */
		p->step_ns = sp_min(until_ns, timer_ns);
		pcpu_arm_step(sim, p);
	}
}

/* -- ticks --------------------------------------------------------------------- */

void dispatch_tick(struct sim *sim, struct pcpu *p)
{
	const struct host_spec *host = &sim->world->host;

	vcpu_next_tick(sim, p);
	pcpu_charge(sim, p, host->tick_cost_ns);
	trace_put(sim, TR_TICK, 0, (uint32_t)(p - sim->pcpus), SP_NONE, 0);
	port_tick(sim, p);
	pcpu_arm(sim, p);
}

/* The same in a VM with threads: a tick, a timer of one of them, or both. */
static void guest_interrupt(struct sim *sim, struct pcpu *p)
{
	uint32_t vcpu = p->current;
	const struct vm *m = &sim->vms[sim->vcpus[vcpu].vm];
	uint64_t phase_ns = sim->cold[vcpu].tick_phase_ns;
	bool tick =
		m->guest_tick_ns &&
		(sim->now + m->guest_tick_ns - phase_ns % m->guest_tick_ns) % m->guest_tick_ns == 0;
	enum guest_outcome outcome = GUEST_RUNS;

	if (tick)
		pcpu_charge(sim, p, m->guest_tick_cost_ns);
	if (thread_interrupt(sim, vcpu, tick))
		outcome = guest_resume(sim, vcpu);
	pcpu_arm_guest(sim, p);
	if (outcome != GUEST_RUNS)
		pcpu_resched(sim, p, outcome == GUEST_BLOCKS ? SP_STOP_BLOCKED : SP_STOP_YIELDED);
}

void dispatch_guest_tick(struct sim *sim, struct pcpu *p)
{
	const struct vm *m = &sim->vms[sim->vcpus[p->current].vm];

	if (m->threaded) {
		guest_interrupt(sim, p);
		return;
	}
	p->guest_tick_ns = sim->now + m->guest_tick_ns;
	if (!sim->ipi || !ipi_delays_tick(sim, p->current))
		pcpu_charge(sim, p, m->guest_tick_cost_ns);
	pcpu_arm(sim, p);
}
