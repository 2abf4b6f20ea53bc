/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.c - pCPUs and what runs on them: stints, switches, kicks, wake-ups.
 */
#include "ipi.h"
#include "threads.h"

/* -- the pCPU's slot in the event queue ---------------------------------------- */

static uint64_t earlier(uint64_t key, uint64_t at_ns, uint32_t class, uint32_t tie)
{
	uint64_t other = queue_key(at_ns, class, tie);

	return other < key ? other : key;
}

void pcpu_arm(struct sim *sim, struct pcpu *p)
{
	uint64_t key = QUEUE_NEVER, resched_ns;

	if (p->naps != SP_NONE)
		key = earlier(key, sim->vcpus[p->naps].timer_ns, EV_WAKE, p->tie);
	if (p->stolen_ns != NEVER) /* not within a switch */
		key = earlier(key, sp_max(p->stolen_ns, p->busy_ns), EV_STOLEN, p->tie);
	if (p->state != PS_OFFLINE) {
		resched_ns = p->kick_ns < p->until_ns ? p->kick_ns : p->until_ns;
		if (resched_ns < p->busy_ns)
			resched_ns = p->busy_ns;
		key = earlier(key, resched_ns, EV_RESCHED, p->tie);
	}
	if (p->state == PS_BUSY) {
		key = earlier(key, p->tick_ns, EV_TICK, p->tie);
		key = earlier(key, p->guest_tick_ns, EV_GUEST_TICK, p->tie);
		key = earlier(key, p->irq_ns, EV_IPI, p->tie);
	}
	p->other_key = key;
	pcpu_arm_step(sim, p); /* NEVER unless somebody runs */
}

void pcpu_kick(struct sim *sim, struct pcpu *p, uint64_t at_ns)
{
	if (at_ns >= p->kick_ns)
		return; /* coalesces with one that comes earlier */
	p->kick_ns = at_ns;
	pcpu_arm(sim, p);
}

uint64_t host_next_tick(uint64_t now, uint64_t period_ns, uint64_t phase_ns)
{
	if (!period_ns)
		return NEVER;
	return now + period_ns - (now + period_ns - phase_ns % period_ns) % period_ns;
}

void pcpu_arm_guest(struct sim *sim, struct pcpu *p)
{
	uint32_t vcpu = p->current;
	const struct vm *m = &sim->vms[sim->vcpus[vcpu].vm];

	p->guest_tick_ns =
		host_next_tick(sim->now, m->guest_tick_ns, sim->cold[vcpu].tick_phase_ns);
	if (m->threaded)
		p->guest_tick_ns =
			sp_min(p->guest_tick_ns, sp_max(threads_timer_ns(sim, vcpu), sim->now));
	pcpu_arm(sim, p);
}

/* -- a vCPU gets and leaves a pCPU ----------------------------------------------- */

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

static void vcpu_on(struct sim *sim, struct pcpu *p, uint32_t vcpu)
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
			host_next_tick(sim->now, m->guest_tick_ns, sim->cold[vcpu].tick_phase_ns);
	if (p->tick_ns <= sim->now)
		p->tick_ns = host_next_tick(sim->now, sim->world->host.tick_ns, p->tick_phase_ns);
	ple_sched_in(sim, vcpu);
	trace_put(sim, TR_SWITCH_IN, 1, id, vcpu, 0);
	if (v->granted)
		lock_granted_runs(sim, vcpu);
	if (sim->ipi)
		ipi_vcpu_on(sim, p, vcpu);
	sync_vcpu_moved(sim, vcpu, true);
}

static void book_stint(struct sim *sim, const struct pcpu *p, uint32_t vcpu)
{
	uint64_t from_ns = p->busy_ns - sim->world->host.context_switch_ns;

	hist_add(account_hist(sim, sim->vcpus[vcpu].vm, GH_STINT), sp_sub0(sim->now, from_ns));
}

/* A lock's holder loses its pCPU: lock-holder preemption. */
static void book_lhp(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	uint64_t held = v->held;

	sim->vms[v->vm].count[VC_LHP]++;
	for (; held; held &= held - 1) {
		uint32_t index = (uint32_t)__builtin_ctzll(held);

		trace_put(sim, TR_LHP, sync_of(sim, v->vm, index)->nr_listed != 0, v->pcpu, vcpu,
			  index);
	}
}

void vcpu_halts(struct sim *sim, uint32_t vcpu, uint32_t mode)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];

	account_vcpu(sim, vcpu);
	account_vm(sim, m);
	m->nr_running--;
	m->nr_unblocked--;
	v->state = VS_BLOCKED;
	v->mode = (uint8_t)mode;
	entitle_unblocked(sim, vcpu, false);
	if (m->threaded)
		threads_vcpu_blocked(sim, vcpu);
}

/* RUNNING -> RUNNABLE or BLOCKED; the context is saved by `saved_ns`. */
static void vcpu_off(struct sim *sim, struct pcpu *p, uint32_t why)
{
	uint32_t vcpu = p->current;
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];
	bool polled = v->state == VS_BLOCKED; /* halted already, as far as the guest goes */

	account_vcpu(sim, vcpu);
	if (v->listed)
		sync_spin_end(sim, vcpu);
	account_vm(sim, m);
	book_stint(sim, p, vcpu);
	trace_put(sim, TR_SWITCH_OUT, why, v->pcpu, vcpu, 0);
	p->current = SP_NONE;
	p->step_ns = NEVER;
	p->guest_tick_ns = NEVER;
	p->irq_ns = NEVER;
	v->saved_ns = sim->now;
	if (why == SP_STOP_BLOCKED) {
		if (!polled)
			vcpu_halts(sim, vcpu, VT_BLOCKED);
		v->mode = VT_BLOCKED;
		if (sim->ipi)
			ipi_vcpu_blocks(sim, vcpu);
		if (v->timer_ns != NEVER)
			nap_push(sim, p, vcpu);
	} else {
		m->nr_running--;
		v->state = VS_RUNNABLE;
		v->mode = v->held_back ? VT_HELD : VT_STEAL;
		account_wait_begin(sim, vcpu);
		if (why != SP_STOP_YIELDED)
			m->count[VC_PREEMPTIONS]++;
		if (v->held)
			book_lhp(sim, vcpu);
	}
	if (!polled)
		sync_vcpu_moved(sim, vcpu, false);
}

/* -- picking --------------------------------------------------------------------- */

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

/* -- wake-ups ----------------------------------------------------------------------- */

/* Takes it out of its sleep, if it sleeps, without waking it. */
static void drop_nap(struct sim *sim, uint32_t vcpu)
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
	drop_nap(sim, vcpu); /* something is earlier than its timer, or its kick */
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
	drop_nap(sim, vcpu);
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

void host_nap_over(struct sim *sim, struct pcpu *p)
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

/* -- ticks ---------------------------------------------------------------------------- */

void pcpu_charge(struct sim *sim, struct pcpu *p, uint64_t cost_ns)
{
	uint32_t vcpu = p->current;
	struct vcpu *v = &sim->vcpus[vcpu];

	if (!cost_ns || is_polling(sim, p))
		return; /* who polls looks a little later */
	account_vcpu(sim, vcpu);
	v->debt_ns += cost_ns;
	if (v->listed) {
		sync_spin_end(sim, vcpu);
		p->step_ns = sim->now + v->debt_ns;
	} else {
		p->step_ns += cost_ns;
	}
	if (sim->ipi)
		ipi_put_off(sim, p, cost_ns);
}

void host_tick(struct sim *sim, struct pcpu *p)
{
	const struct host_spec *host = &sim->world->host;

	p->tick_ns = sim->now + host->tick_ns;
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

void host_guest_tick(struct sim *sim, struct pcpu *p)
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

/* -- host events ------------------------------------------------------------------------ */

void pcpu_vacate(struct sim *sim, struct pcpu *p, uint32_t why)
{
	uint32_t vcpu = p->current;

	if (vcpu == SP_NONE)
		return;
	if (is_polling(sim, p))
		why = SP_STOP_BLOCKED;
	account_vcpu(sim, vcpu);
	port_stopped(sim, p, vcpu, why, sp_sub0(sim->now, p->stint_ns));
	vcpu_off(sim, p, why);
}

void host_pcpu_off(struct sim *sim, uint32_t pcpu)
{
	struct pcpu *p = &sim->pcpus[pcpu];

	if (p->state == PS_OFFLINE)
		return;
	stolen_end(sim, p);
	pcpu_vacate(sim, p, SP_STOP_PREEMPTED);
	entitle_online(sim, &sim->pools[p->pool], -1);
	account_pcpu_state(sim, p, PS_OFFLINE);
	p->kick_ns = p->until_ns = NEVER;
	trace_put(sim, TR_PCPU_OFF, 0, pcpu, SP_NONE, 0);
	port_pcpu_offline(sim, p);
	pcpu_arm(sim, p);
}

void host_pcpu_on(struct sim *sim, uint32_t pcpu)
{
	struct pcpu *p = &sim->pcpus[pcpu];

	if (p->state != PS_OFFLINE)
		return;
	entitle_online(sim, &sim->pools[p->pool], 1);
	account_pcpu_state(sim, p, PS_IDLE);
	p->until_ns = NEVER;
	p->kick_ns = sim->now;
	p->busy_ns = sim->now;
	trace_put(sim, TR_PCPU_ON, 0, pcpu, SP_NONE, 0);
	port_pcpu_online(sim, p);
	pcpu_arm(sim, p);
}

void host_vm_start(struct sim *sim, uint32_t vm)
{
	struct vm *m = &sim->vms[vm];
	const struct vm_spec *spec = &sim->world->vms[vm];

	if (port_vm_start(sim, vm))
		return;
	m->present = true;
	m->started_ns = sim->now;
	trace_put(sim, TR_VM_START, 0, SP_NONE, SP_NONE, vm);
	if (m->threaded)
		threads_vm_start(sim, vm);
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++) {
		struct vcpu *c = &sim->vcpus[v];
		struct pcpu *p = &sim->pcpus[c->pcpu];
		uint64_t spread_ns = sim->world->run.start_spread_ns;
		uint64_t key =
			rng_key(rng_key(sim->seed_key, RNG_START) ^ spec->key, v - m->first_vcpu);

		account_vcpu(sim, v);
		c->state = VS_BLOCKED;
		if (!m->threaded)
			c->timer_ns = sim->now + (spread_ns ? rng_bits(key, 0) % spread_ns : 0);
		sim->cold[v].arrivals.from_ns = c->timer_ns;
		if (c->timer_ns == NEVER)
			continue; /* not even one thread starts there */
		nap_push(sim, p, v);
		pcpu_arm(sim, p);
	}
}

void vcpu_evict(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];

	if (v->state == VS_RUNNING || v->mode == VT_HALT_POLL) {
		struct pcpu *p = &sim->pcpus[v->pcpu];

		v->timer_ns = NEVER;
		pcpu_vacate(sim, p, SP_STOP_BLOCKED);
		pcpu_kick(sim, p, sim->now);
		account_pcpu_state(sim, p, PS_IDLE);
		pcpu_arm(sim, p);
	} else if (v->state == VS_RUNNABLE) {
		account_vcpu(sim, vcpu);
		account_wait_end(sim, vcpu);
		account_vm(sim, m);
		m->nr_unblocked--;
		entitle_unblocked(sim, vcpu, false);
		v->state = VS_BLOCKED;
		v->mode = VT_BLOCKED;
		port_block(sim, vcpu);
	} else {
		drop_nap(sim, vcpu);
	}
	account_vcpu(sim, vcpu);
	v->state = VS_ABSENT;
	v->mode = VT_BLOCKED;
	v->held = 0;
	v->granted = v->held_back = v->woken = false;
	sim->cold[vcpu].kicker = SP_NONE;
	sim->cold[vcpu].nr_reads = 0;
	v->act = ACT_ADVANCE;
	v->debt_ns = 0;
	sim->cold[vcpu].halted_ns = NEVER;
}

void host_vm_stop(struct sim *sim, uint32_t vm)
{
	struct vm *m = &sim->vms[vm];

	if (!m->present)
		return;
	trace_put(sim, TR_VM_STOP, 0, SP_NONE, SP_NONE, vm);
	account_open_vm(sim, vm);
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++)
		vcpu_evict(sim, v);
	account_vm(sim, m);
	sync_reset(sim, vm);
	if (m->threaded)
		threads_vm_stop(sim, vm);
	m->present = false;
	port_vm_stop(sim, vm);
}
