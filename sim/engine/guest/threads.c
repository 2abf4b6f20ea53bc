/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads.c - which thread of a VM each of its vCPUs runs; the rules are in
 * threads.h, how to get there from a world in threads_setup.c.
 */
#include "threads.h"

#include <string.h>

#include "engine/book/account.h"
#include "engine/core/pcpu.h"
#include "engine/core/trace_put.h"
#include "engine/host/vcpu.h"
#include "engine/wait/mutex_owner.h"
#include "engine/wait/mutex_wait.h"
#include "engine/wait/wait.h"

/* -- a thread and its vCPU change places --------------------------------------- */

void thread_set_state(struct sim *sim, struct thread *t, enum thread_time state)
{
	sim->vms[t->vm].guest->time[t->state] += sim->now - t->since_ns;
	t->since_ns = sim->now;
	t->state = (uint8_t)state;
}

/* The vCPUs' side of the same account: see law 8. */
static void count_loaded(struct sim *sim, struct guest *g, int by)
{
	g->loaded_ns += g->nr_loaded * (sim->now - g->loaded_clock_ns);
	g->loaded_clock_ns = sim->now;
	g->nr_loaded = (uint16_t)(g->nr_loaded + by);
}

static bool waits(uint32_t act)
{
	return act == ACT_LOCK || act == ACT_BARRIER;
}

/* The vCPU, running and booked up to now, becomes this thread. */
static void load(struct sim *sim, uint32_t vcpu, uint32_t thread)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vcpu_cold *cold = &sim->cold[vcpu];
	struct thread_cpu *cpu = &sim->threads->cpus[vcpu];
	struct thread *t = thread_of(sim, thread);
	struct guest *g = sim->vms[v->vm].guest;

	v->program = t->program;
	v->pc = t->pc;
	v->key = t->key;
	v->draws = t->draws;
	v->ops = t->ops;
	v->left_ns = t->left_ns;
	v->held = t->held;
	v->act = t->act;
	v->waits = t->waits;
	cold->want_ns = t->want_ns;
	cold->irq_draws = t->irq_draws;
	cold->arrivals = t->arrivals;
	cold->done = t->done;
	memcpy(cold->loops, t->loops, sizeof(cold->loops));
	t->vcpu = (uint16_t)vcpu;
	thread_set_state(sim, t, TT_LOADED);
	count_loaded(sim, g, 1);
	if (cpu->last != thread) {
		v->debt_ns += g->switch_ns;
		sim->vms[v->vm].count[VC_THREAD_SWITCHES]++;
	}
	cpu->thread = cpu->last = (uint16_t)thread;
	cpu->slice_ran_ns = v->ran_ns;
	cpu->slice_at_ns = sim->now;
	if (waits(v->act)) {
		sync_of(sim, v->vm, v->waits)->nr_on++;
		sync_of(sim, v->vm, v->waits)->nr_parked--;
	}
	trace_put(sim, TR_THREAD_ON, 0, v->pcpu, vcpu, thread - g->first_thread);
	if (v->held)
		mutex_owner_on(sim, vcpu);
	if (v->act == ACT_BARRIER)
		trace_put(sim, TR_BARRIER_WAIT, 0, v->pcpu, vcpu, v->waits);
}

/* The vCPU's thread leaves it, to be in that state. */
static void park(struct sim *sim, uint32_t vcpu, enum thread_time state)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vcpu_cold *cold = &sim->cold[vcpu];
	struct thread_cpu *cpu = &sim->threads->cpus[vcpu];
	struct thread *t = thread_of(sim, cpu->thread);
	struct guest *g = sim->vms[v->vm].guest;

	if (v->held)
		mutex_owner_off(sim, vcpu);
	trace_put(sim, TR_THREAD_OFF, state, v->pcpu, vcpu, cpu->thread - g->first_thread);
	if (waits(v->act)) {
		sync_of(sim, v->vm, v->waits)->nr_on--;
		sync_of(sim, v->vm, v->waits)->nr_parked++;
	}
	t->pc = v->pc;
	t->draws = v->draws;
	t->ops = v->ops;
	t->left_ns = v->left_ns;
	t->held = v->held;
	t->act = v->act;
	t->waits = v->waits;
	t->want_ns = cold->want_ns;
	t->irq_draws = cold->irq_draws;
	t->arrivals = cold->arrivals;
	t->done = cold->done;
	memcpy(t->loops, cold->loops, sizeof(t->loops));
	thread_set_state(sim, t, state);
	count_loaded(sim, g, -1);
	cpu->thread = SP_NONE;
	v->held = 0;
	v->act = ACT_IDLE;
}

/* -- the ready queue ----------------------------------------------------------- */

static void enqueue(struct sim *sim, struct guest *g, uint32_t thread)
{
	thread_of(sim, thread)->next = SP_NONE;
	if (g->tail == SP_NONE)
		g->head = (uint16_t)thread;
	else
		thread_of(sim, g->tail)->next = (uint16_t)thread;
	g->tail = (uint16_t)thread;
	g->nr_ready++;
}

/* The vCPU takes the head of the queue; false: it is empty. */
static bool take_ready(struct sim *sim, uint32_t vcpu)
{
	struct guest *g = sim->vms[sim->vcpus[vcpu].vm].guest;
	uint32_t thread = g->head;

	if (thread == SP_NONE)
		return false;
	g->head = thread_of(sim, thread)->next;
	if (g->head == SP_NONE)
		g->tail = SP_NONE;
	g->nr_ready--;
	load(sim, vcpu, thread);
	return true;
}

/* A halted vCPU, best the one that the thread was on, comes for it. */
static void wake_one(struct sim *sim, const struct thread *t, uint32_t by)
{
	const struct vm *m = &sim->vms[t->vm];
	uint32_t first = t->vcpu - m->first_vcpu;

	for (uint32_t i = 0; i < m->width; i++) {
		uint32_t vcpu = m->first_vcpu + (first + i) % m->width;
		const struct vcpu *v = &sim->vcpus[vcpu];

		if (v->state != VS_BLOCKED || v->act != ACT_IDLE)
			continue;
		vcpu_wake(sim, vcpu, SP_WAKE_IPI, by,
			  by == SP_NONE ? SP_NONE : sim->vcpus[by].pcpu);
		return;
	}
}

void thread_ready(struct sim *sim, uint32_t thread, uint32_t by)
{
	struct thread *t = thread_of(sim, thread);
	struct guest *g = sim->vms[t->vm].guest;

	thread_set_state(sim, t, TT_READY);
	enqueue(sim, g, thread);
	trace_put(sim, TR_THREAD_READY, 0, SP_NONE, t->vcpu, thread - g->first_thread);
	if (g->nr_halted && g->nr_ready > g->nr_seeking)
		wake_one(sim, t, by);
	g->nr_forgotten += g->nr_halted && g->nr_ready > g->nr_seeking;
}

/* -- timers -------------------------------------------------------------------- */

static bool sleeps_before(const struct thread *a, const struct thread *b)
{
	return a->timer_ns != b->timer_ns ? a->timer_ns < b->timer_ns : a->tie < b->tie;
}

void thread_sleep(struct sim *sim, uint32_t vcpu, uint32_t thread, uint64_t until_ns)
{
	struct thread *t = thread_of(sim, thread);
	uint16_t *at = &sim->threads->cpus[vcpu].sleepers;

	t->vcpu = (uint16_t)vcpu;
	t->timer_ns = until_ns;
	while (*at != SP_NONE && sleeps_before(thread_of(sim, *at), t))
		at = &thread_of(sim, *at)->next;
	t->next = *at;
	*at = (uint16_t)thread;
}

/* The timers of this vCPU that are due go off. */
static void expire(struct sim *sim, uint32_t vcpu)
{
	struct thread_cpu *cpu = &sim->threads->cpus[vcpu];

	while (threads_timer_ns(sim, vcpu) <= sim->now) {
		uint32_t thread = cpu->sleepers;

		cpu->sleepers = thread_of(sim, thread)->next;
		thread_ready(sim, thread, vcpu);
	}
}

/* -- what the vCPU does next --------------------------------------------------- */

bool thread_find(struct sim *sim, uint32_t vcpu)
{
	expire(sim, vcpu);
	if (!take_ready(sim, vcpu))
		return false;
	sim->vms[sim->vcpus[vcpu].vm].guest->nr_seeking--;
	return true;
}

bool thread_stop(struct sim *sim, uint32_t vcpu, enum thread_time state)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	uint32_t thread = sim->threads->cpus[vcpu].thread;

	park(sim, vcpu, state);
	if (state == TT_ASLEEP)
		thread_sleep(sim, vcpu, thread, v->timer_ns);
	v->timer_ns = NEVER;
	if (state == TT_WAITING)
		sync_check_stuck(sim, v->vm);
	sim->vms[v->vm].guest->nr_seeking++;
	if (!thread_find(sim, vcpu)) /* timers may be due: it may have waited for its pCPU */
		return false;
	pcpu_arm_guest(sim, &sim->pcpus[v->pcpu]);
	return true;
}

/* May the vCPU's thread be taken off it? */
static bool gives_way(const struct guest *g, const struct vcpu *v)
{
	if (v->held & ~g->mutexes)
		return false;
	return v->act == ACT_ADVANCE || v->act == ACT_TIMED || v->act == ACT_BARRIER ||
	       (v->act == ACT_LOCK && g->mutexes >> v->waits & 1);
}

/* Of the slice under way, as the guest measures it. */
static uint64_t slice_spent_ns(const struct sim *sim, const struct guest *g, uint32_t vcpu)
{
	const struct thread_cpu *cpu = &sim->threads->cpus[vcpu];

	return g->counts_steal ? sim->now - cpu->slice_at_ns
			       : sim->vcpus[vcpu].ran_ns - cpu->slice_ran_ns;
}

bool thread_interrupt(struct sim *sim, uint32_t vcpu, bool tick)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct guest *g = sim->vms[v->vm].guest;
	struct thread_cpu *cpu = &sim->threads->cpus[vcpu];
	uint32_t thread = cpu->thread;
	bool waits_on = false;

	account_vcpu(sim, vcpu);
	expire(sim, vcpu);
	if (!tick || !g->slice_ns || !g->nr_ready || thread == SP_NONE || !gives_way(g, v) ||
	    slice_spent_ns(sim, g, vcpu) < g->slice_ns)
		return false;
	if (v->act == ACT_LOCK)
		waits_on = mutex_spin_stop(sim, vcpu);
	else if (v->listed)
		sync_spin_end(sim, vcpu);
	park(sim, vcpu, waits_on ? TT_WAITING : TT_READY);
	if (!waits_on)
		enqueue(sim, g, thread);
	sim->vms[v->vm].count[VC_THREAD_PREEMPTIONS]++;
	return take_ready(sim, vcpu);
}

void threads_vcpu_blocked(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct guest *g = sim->vms[v->vm].guest;

	if (v->act != ACT_IDLE)
		expire(sim, vcpu); /* or who halts at once when woken would never see them */
	v->timer_ns = sp_min(v->timer_ns, threads_timer_ns(sim, vcpu));
	if (v->act != ACT_IDLE)
		return; /* halted with a thread: waits for a spinlock */
	g->nr_seeking--;
	g->nr_halted++;
}

/* -- barriers: their lists hold threads ---------------------------------------- */

void threads_join(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	uint32_t thread = sim->threads->cpus[vcpu].thread;

	thread_of(sim, thread)->beside = o->head;
	o->head = (uint16_t)thread;
}

/* A thread that waits, and is no longer in the list, goes on. */
static void release_thread(struct sim *sim, uint32_t thread, struct sync *o, uint32_t by)
{
	struct thread *t = thread_of(sim, thread);
	struct vm *m = &sim->vms[t->vm];

	if (t->state == TT_LOADED) {
		account_vcpu(sim, t->vcpu);
		sync_wait_end(sim, t->vcpu, 0);
		return;
	}
	o->nr_waiting--;
	o->nr_parked--;
	o->nr_nesting = (uint16_t)(o->nr_nesting - (t->held != 0));
	m->nr_stuck--;
	m->count[VC_STEPS]++;
	t->act = ACT_ADVANCE;
	t->pc++;
	if (t->state == TT_WAITING)
		thread_ready(sim, thread, by);
}

void threads_release(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	uint32_t at = o->head;

	o->head = SP_NONE;
	while (at != SP_NONE) {
		uint32_t thread = at;

		at = thread_of(sim, at)->beside;
		release_thread(sim, thread, o, vcpu);
	}
}

void threads_release_one(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	uint16_t *at = &o->head;
	uint32_t thread;

	while (thread_of(sim, *at)->beside != SP_NONE)
		at = &thread_of(sim, *at)->beside;
	thread = *at;
	*at = SP_NONE;
	release_thread(sim, thread, o, vcpu);
}
