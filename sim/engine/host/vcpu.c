/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vcpu.c - a vCPU gets a pCPU, and wakes; what that costs it.
 */
#include "vcpu.h"

#include "engine/book/account.h"
#include "engine/book/entitle.h"
#include "engine/book/smt.h"
#include "engine/core/pcpu.h"
#include "engine/core/sleepers.h"
#include "engine/core/thread.h"
#include "engine/core/trace_put.h"
#include "engine/wait/cause.h"
#include "engine/wait/ipi_target.h"
#include "engine/wait/lock.h"
#include "engine/wait/wait.h"
#include "halt_poll.h"
#include "late.h"
#include "ple.h"
#include "port.h"

/* Refilling a cache that went cold in the time away; what is still owed counts. */
static uint64_t refill_cost(const struct sim *sim, const struct vcpu *v, bool moved)
{
	const struct host_spec *host = &sim->world->host;
	uint64_t away_ns = sim->now - v->saved_ns, cost_ns = host->cold_cache_max_ns;

	if (!moved && host->cold_cache_full_ns && away_ns < host->cold_cache_full_ns)
		cost_ns = (uint64_t)((double)cost_ns * (double)away_ns /
				     (double)host->cold_cache_full_ns);
	return sp_min(cost_ns, sp_sub0(host->cold_cache_max_ns, v->debt_ns));
}

/* Overhead of starting v on p: the switch, a move, a cold cache. */
static uint64_t switch_in_cost(const struct sim *sim, const struct vcpu *v, const struct pcpu *p)
{
	const struct host_spec *host = &sim->world->host;
	bool moved = v->pcpu != (uint16_t)(p - sim->pcpus);

	if (!v->saved_ns)
		return host->context_switch_ns; /* its first stint: nothing was warm */
	return host->context_switch_ns + (moved ? host->migration_ns : 0) +
	       refill_cost(sim, v, moved);
}

static void book_wait(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	uint64_t waited_ns = sim->now - v->wait_ns;

	hist_add(account_hist(sim, v->vm, GH_WAIT), waited_ns);
	if (v->woken) {
		hist_add(account_hist(sim, v->vm, GH_WAKEUP), waited_ns);
		halt_poll_adapt(sim, vcpu);
	}
	v->woken = false;
}

void vcpu_next_tick(const struct sim *sim, struct pcpu *p)
{
	uint64_t at_ns = pcpu_next_tick(sim->now, sim->world->host.tick_ns, p->tick_phase_ns);

	p->tick_ns = late_timer(sim, (uint32_t)(p - sim->pcpus), at_ns);
}

void vcpu_on(struct sim *sim, struct pcpu *p, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];
	uint16_t id = (uint16_t)(p - sim->pcpus);

	account_vcpu(sim, vcpu);
	account_wait_end(sim, vcpu);
	book_wait(sim, vcpu);
	account_vm(sim, m);
	account_pcpu_state(sim, p, PS_BUSY);
	v->debt_ns += switch_in_cost(sim, v, p);
	if (v->pcpu != id && v->saved_ns)
		m->count[VC_MIGRATIONS]++;
	m->count[VC_SWITCHES]++;
	m->nr_running++;
	sim->nr_switches++;
	v->state = VS_RUNNING;
	v->mode = VT_OVERHEAD;
	v->pcpu = id;
	sync_settle_harm(sim, vcpu);
	v->harm = HARM_NONE;
	p->current = (uint16_t)vcpu;
	if (sim->last_on)
		sim->last_on[id] = (struct last_on){p->current, v->vm, m->first_object};
	p->busy_ns = sim->now + sim->world->host.context_switch_ns;
	p->stint_ns = p->busy_ns;
	if (m->threaded)
		pcpu_arm_guest(sim, p);
	else
		p->guest_tick_ns =
			pcpu_next_tick(sim->now, m->guest_tick_ns, sim->cold[vcpu].tick_phase_ns);
	if (p->tick_ns <= sim->now)
		vcpu_next_tick(sim, p);
	ple_sched_in(sim, vcpu);
	trace_put(sim, TR_SWITCH_IN, 1, id, vcpu, 0);
	if (v->granted)
		lock_granted_runs(sim, vcpu);
	if (sim->ipi)
		ipi_vcpu_on(sim, p, vcpu);
	sync_vcpu_moved(sim, vcpu, true);
}

/* -- wake-ups ------------------------------------------------------------------ */

/* Takes it out of its sleep, if it sleeps, without waking it. */
void vcpu_drop_nap(struct sim *sim, uint32_t vcpu)
{
	struct pcpu *p = &sim->pcpus[sim->vcpus[vcpu].pcpu];

	if (!sim->vcpus[vcpu].napping)
		return;
	nap_remove(sim, p, vcpu);
	pcpu_arm(sim, p);
}

void vcpu_wake(struct sim *sim, uint32_t vcpu, uint32_t reason, uint32_t waker, uint32_t pcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];

	if (v->state != VS_BLOCKED)
		return;
	if (v->mode == VT_HALT_POLL) {
		halt_poll_wake(sim, vcpu, reason, waker);
		return;
	}
	vcpu_drop_nap(sim, vcpu); /* something is earlier than its timer, or its kick */
	account_vcpu(sim, vcpu);
	account_vm(sim, m);
	if (m->threaded)
		threads_vcpu_woke(sim, vcpu);
	m->nr_unblocked++;
	m->count[VC_WAKEUPS]++;
	v->state = VS_RUNNABLE;
	v->mode = v->held_back ? VT_HELD : VT_STEAL;
	v->timer_ns = NEVER;
	v->woken = true;
	entitle_unblocked(sim, vcpu, true);
	account_wait_begin(sim, vcpu);
	trace_put(sim, TR_WAKE, reason, pcpu, vcpu, waker);
	sync_vcpu_woke(sim, vcpu);
	port_wake(sim, vcpu, reason, waker, pcpu);
	if (sim->world->host.halt_poll.max_ns)
		halt_poll_look(sim, &sim->pcpus[v->pcpu]);
}

void vcpu_kick(struct sim *sim, uint32_t vcpu, uint32_t reason, uint32_t waker, uint64_t after_ns)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct pcpu *p = &sim->pcpus[v->pcpu];

	if (v->state != VS_BLOCKED || sim->cold[vcpu].kicker != SP_NONE)
		return;
	vcpu_drop_nap(sim, vcpu);
	if (!after_ns) {
		vcpu_wake(sim, vcpu, reason, waker, sim->vcpus[waker].pcpu);
		return;
	}
	sim->cold[vcpu].kicker = (uint16_t)waker;
	sim->cold[vcpu].kick_reason = (uint8_t)reason;
	v->timer_ns = sim->now + after_ns;
	if (v->mode == VT_HALT_POLL) {
		p->step_ns = sp_min(p->step_ns, v->timer_ns);
		pcpu_arm_step(sim, p);
		return;
	}
	nap_push(sim, p, vcpu);
	pcpu_arm(sim, p);
}

void vcpu_nap_over(struct sim *sim, struct pcpu *p)
{
	uint32_t vcpu = nap_pop(sim, p);
	uint32_t where = p->state == PS_OFFLINE ? SP_NONE : (uint32_t)(p - sim->pcpus);
	uint32_t kicker = sim->cold[vcpu].kicker;

	sim->cold[vcpu].kicker = SP_NONE;
	if (kicker != SP_NONE)
		vcpu_wake(sim, vcpu, sim->cold[vcpu].kick_reason, kicker, sim->vcpus[kicker].pcpu);
	else
		vcpu_wake(sim, vcpu, SP_WAKE_TIMER, SP_NONE, where);
	pcpu_arm(sim, p);
}
