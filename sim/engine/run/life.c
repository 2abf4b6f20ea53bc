/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * life.c - pCPUs come and go, or are taken for a while; VMs start and stop.
 */
#include "life.h"

#include <stdlib.h>

#include "engine/book/account.h"
#include "engine/book/entitle.h"
#include "engine/book/smt.h"
#include "engine/core/fail.h"
#include "engine/core/pcpu.h"
#include "engine/core/sleepers.h"
#include "engine/core/trace_put.h"
#include "engine/guest/threads.h"
#include "engine/host/port.h"
#include "engine/host/stolen.h"
#include "engine/wait/wait.h"
#include "starts.h"
#include "vcpu_off.h"
#include "window.h"

/* -- pCPUs --------------------------------------------------------------------- */

void life_pcpu_off(struct sim *sim, uint32_t pcpu)
{
	struct pcpu *p = &sim->pcpus[pcpu];

	if (p->state == PS_OFFLINE)
		return;
	stolen_end(sim, p);
	pcpu_vacate(sim, p, SP_STOP_PREEMPTED);
	entitle_online(sim, p, false);
	account_pcpu_state(sim, p, PS_OFFLINE);
	p->kick_ns = p->until_ns = NEVER;
	trace_put(sim, TR_PCPU_OFF, 0, pcpu, SP_NONE, 0);
	port_pcpu_offline(sim, p);
	pcpu_arm(sim, p);
}

void life_pcpu_on(struct sim *sim, uint32_t pcpu)
{
	struct pcpu *p = &sim->pcpus[pcpu];

	if (p->state != PS_OFFLINE)
		return;
	entitle_online(sim, p, true);
	account_pcpu_state(sim, p, PS_IDLE);
	p->until_ns = NEVER;
	p->kick_ns = sim->now;
	p->busy_ns = sim->now;
	trace_put(sim, TR_PCPU_ON, 0, pcpu, SP_NONE, 0);
	port_pcpu_online(sim, p);
	pcpu_arm(sim, p);
}

void life_stolen(struct sim *sim, struct pcpu *p)
{
	uint64_t run_ns = stolen_next(sim, p);

	if (p->state != PS_OFFLINE && run_ns) {
		pcpu_vacate(sim, p, SP_STOP_STOLEN);
		trace_put(sim, TR_STOLEN, 1, (uint32_t)(p - sim->pcpus), SP_NONE, 0);
		entitle_online(sim, p, false);
		account_pcpu_state(sim, p, PS_STOLEN);
		p->busy_ns = sim->now + run_ns;
		p->kick_ns = sim->now; /* it picks as soon as it may */
	}
	pcpu_arm(sim, p);
}

/* -- VMs ----------------------------------------------------------------------- */

/* For law 13. */
static void note_load(struct sim *sim, uint32_t vm, uint64_t at_ns)
{
	if (starts_apart(sim, vm) && !sim->world->vms[vm].start_ns && at_ns > sim->last_load_ns)
		sim->last_load_ns = at_ns;
}

/* A thread that is to start, in the order in which a vCPU keeps those that sleep. */
struct starter {
	uint64_t at_ns;
	uint16_t tie, thread;
};

/* The last one first. */
static int by_start(const void *a, const void *b)
{
	const struct starter *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? 1 : -1;
	return x->tie < y->tie ? 1 : -(x->tie > y->tie);
}

/* All its threads are asleep until their offsets.  Its vCPUs' timers are set. */
static void threads_vm_start(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];
	struct guest *g = m->guest;
	struct starter *starters = calloc(g->nr_threads, sizeof(*starters));

	if (!starters) {
		sim_fail(sim, STATUS_IO, "memory", "out of memory for %u threads", g->nr_threads);
		return;
	}
	for (uint32_t i = 0; i < g->nr_threads; i++) {
		struct thread *t = thread_of(sim, g->first_thread + i);
		uint64_t at_ns = starts_runner_ns(sim, vm, i);

		note_load(sim, vm, at_ns);
		thread_set_state(sim, t, TT_ASLEEP);
		t->arrivals.from_ns = at_ns;
		starters[i] = (struct starter){at_ns, t->tie, (uint16_t)(g->first_thread + i)};
	}
	/* in descending order each is the first of its vCPU: its place is found at once */
	qsort(starters, g->nr_threads, sizeof(*starters), by_start);
	for (uint32_t i = 0; i < g->nr_threads; i++)
		thread_sleep(sim, thread_of(sim, starters[i].thread)->vcpu, starters[i].thread,
			     starters[i].at_ns);
	free(starters);
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++) {
		sim->vcpus[v].act = ACT_IDLE;
		sim->vcpus[v].timer_ns = starts_apart(sim, vm) ? starts_boot_ns(sim, vm, v)
							       : threads_timer_ns(sim, v);
	}
	g->nr_halted = m->width;
}

/* A vCPU that is no more than its program: it comes up, and begins then or later. */
static void vcpu_start(struct sim *sim, uint32_t vm, uint32_t vcpu)
{
	struct vcpu *c = &sim->vcpus[vcpu];
	uint64_t begin_ns = starts_runner_ns(sim, vm, vcpu - sim->vms[vm].first_vcpu);

	note_load(sim, vm, begin_ns);
	sim->cold[vcpu].arrivals.from_ns = c->timer_ns = begin_ns;
	if (!starts_apart(sim, vm))
		return;
	c->act = ACT_BOOT;
	sim->cold[vcpu].want_ns = begin_ns;
	c->timer_ns = starts_boot_ns(sim, vm, vcpu);
}

void life_vm_start(struct sim *sim, uint32_t vm)
{
	struct vm *m = &sim->vms[vm];

	if (port_vm_start(sim, vm))
		return;
	m->present = true;
	m->started_ns = starts_load_ns(sim, vm);
	trace_put(sim, TR_VM_START, 0, SP_NONE, SP_NONE, vm);
	if (m->threaded)
		threads_vm_start(sim, vm);
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++) {
		struct vcpu *c = &sim->vcpus[v];
		struct pcpu *p = &sim->pcpus[c->pcpu];

		account_vcpu(sim, v);
		c->state = VS_BLOCKED;
		if (!m->threaded)
			vcpu_start(sim, vm, v);
		if (c->timer_ns == NEVER)
			continue; /* not even one thread starts there */
		nap_push(sim, p, v);
		pcpu_arm(sim, p);
	}
}

/* Its vCPUs have been evicted. */
static void threads_vm_stop(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];
	struct guest *g = m->guest;

	window_book_threads(sim, vm);
	for (uint32_t i = 0; i < g->nr_threads; i++)
		thread_of(sim, g->first_thread + i)->state = TT_OVER;
	for (uint32_t i = 0; i < m->nr_objects; i++) {
		struct mutex *mutex = &sim->threads->mutexes[m->first_object + i];

		mutex->owner = mutex->head = mutex->tail = SP_NONE;
	}
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++)
		sim->threads->cpus[v].thread = sim->threads->cpus[v].sleepers = SP_NONE;
	g->head = g->tail = SP_NONE;
	g->nr_ready = g->nr_seeking = g->nr_halted = g->nr_loaded = 0;
}

void life_vm_stop(struct sim *sim, uint32_t vm)
{
	struct vm *m = &sim->vms[vm];

	if (!m->present)
		return;
	trace_put(sim, TR_VM_STOP, 0, SP_NONE, SP_NONE, vm);
	window_open_vm(sim, vm);
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++)
		vcpu_evict(sim, v);
	account_vm(sim, m);
	sync_reset(sim, vm);
	if (m->threaded)
		threads_vm_stop(sim, vm);
	m->present = false;
	port_vm_stop(sim, vm);
}
