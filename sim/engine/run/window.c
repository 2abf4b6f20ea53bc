/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * window.c - the measured window begins, and ends.  What is open at an end (waits, locks
 * held, arrivals not served) enters with the age that it has.
 */
#include "window.h"

#include <string.h>

#include "engine/book/account.h"
#include "engine/book/arrivals.h"
#include "engine/book/asked.h"
#include "engine/book/entitle.h"
#include "engine/guest/threads.h"
#include "engine/wait/cause.h"
#include "engine/wait/ipi_box.h"

void window_book_threads(struct sim *sim, uint32_t vm)
{
	struct guest *g = sim->vms[vm].guest;

	for (uint32_t i = 0; i < g->nr_threads; i++) {
		struct thread *t = thread_of(sim, g->first_thread + i);

		thread_set_state(sim, t, t->state);
	}
	g->loaded_ns += g->nr_loaded * (sim->now - g->loaded_clock_ns);
	g->loaded_clock_ns = sim->now;
}

/* Everything is booked up to now, nothing changes otherwise. */
void window_book(struct sim *sim)
{
	for (uint32_t i = 0; i < sim->world->nr_vcpus; i++) {
		struct vcpu *v = &sim->vcpus[i];

		account_vcpu(sim, i);
		if (v->state == VS_RUNNING || v->state == VS_RUNNABLE)
			entitle_book(sim, i);
		if (v->state == VS_RUNNABLE) {
			uint64_t since_ns = v->wait_ns;

			account_wait_end(sim, i);
			account_wait_begin(sim, i);
			v->wait_ns = since_ns;
		}
	}
	for (uint32_t i = 0; i < sim->world->nr_vms; i++) {
		account_vm(sim, &sim->vms[i]);
		if (sim->vms[i].guest)
			window_book_threads(sim, i);
	}
	for (uint32_t i = 0; i < sim->world->host.nr_pcpus; i++)
		account_pcpu(sim, &sim->pcpus[i]);
	for (uint32_t i = 0; i < sim->world->host.nr_pools; i++)
		account_pool(sim, &sim->pools[i]);
}

/* -- it begins ----------------------------------------------------------------- */

static void threads_window(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];
	struct guest *g = m->guest;

	for (uint32_t i = 0; i < NR_TT; i++)
		g->time[i] = 0;
	g->loaded_ns = 0;
	/* as all running time counts from here on */
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++)
		sim->threads->cpus[v].slice_ran_ns = 0;
}

void window_begin(struct sim *sim)
{
	window_book(sim);
	for (uint32_t i = 0; i < sim->world->nr_vms; i++) {
		struct vm *m = &sim->vms[i];

		memset(m->time, 0, sizeof(m->time));
		memset(m->count, 0, sizeof(m->count));
		m->corun_any_ns = m->corun_all_ns = m->corun_all_n_ns = 0;
		m->lhp_wall_ns = m->lhp_exposed_ns = 0;
		m->lock_held_ns = m->lock_wait_ns = 0;
		m->frag_wait_ns = 0;
		m->entitled = 0;
		for (uint32_t k = 0; k < m->nr_objects; k++)
			sim->syncs[m->first_object + k].held_ran_ns = 0;
		if (m->guest)
			threads_window(sim, i);
	}
	for (uint32_t i = 0; i < sim->world->nr_vcpus; i++) {
		sim->vcpus[i].ran_ns = 0;
		memset(sim->cold[i].read_ran_ns, 0, sizeof(sim->cold[i].read_ran_ns));
	}
	for (uint32_t i = 0; i < sim->world->host.nr_pcpus; i++)
		memset(sim->pcpus[i].time, 0, sizeof(sim->pcpus[i].time));
	for (uint32_t i = 0; i < sim->world->host.nr_pools; i++)
		sim->pools[i].frag_idle_ns = sim->pools[i].forced_idle_ns = 0;
	if (sim->ipi)
		ipi_window(sim);
	memset(sim->groups, 0, sim->world->nr_groups * sizeof(*sim->groups));
	sim->nr_events = sim->nr_switches = sim->nr_picks = sim->nr_kicks = 0;
	sim->window_start_ns = sim->now;
	sim->measuring = true;
	if (sim->asked)
		asked_window(sim);
}

/* -- what is open at the end --------------------------------------------------- */

/* Of all the locks that it holds: their time ends. */
static void book_held(struct sim *sim, uint32_t vcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	const struct vcpu_cold *cold = &sim->cold[vcpu];
	uint64_t *booked = &sim->vms[v->vm].lock_held_ns;

	for (uint64_t held = v->held; held; held &= held - 1) {
		struct sync *o = sync_of(sim, v->vm, (uint32_t)__builtin_ctzll(held));

		if (!lock_is_read_by(o, vcpu))
			*booked += v->ran_ns - o->held_ran_ns;
	}
	for (uint32_t i = 0; i < cold->nr_reads; i++)
		*booked += v->ran_ns - cold->read_ran_ns[i];
}

/* Arrivals that are not answered yet enter the response times. */
static void book_backlog(struct sim *sim, uint32_t vm, uint32_t program, uint64_t key,
			 const struct arrivals *from)
{
	struct arrivals ahead = *from, *arrivals = &ahead; /* they have not come yet */
	const struct op *code = &sim->code[sim->code_of[program]], *arrive = NULL;

	for (uint32_t i = 0; i < sim->world->programs[program].nr_steps; i++)
		if (code[i].op == STEP_ARRIVE)
			arrive = &code[i];
	if (!arrive)
		return;
	/* at_ns is served, or waited for; at most one a ns can follow */
	if (!arrivals->responding)
		arrivals_next(arrivals, key, arrive);
	while (arrivals->at_ns < sim->now) {
		struct hist *h = account_hist(sim, vm, GH_RESPONSE);
		uint64_t before_ns = arrivals->at_ns;

		hist_add(h, sim->now - arrivals->at_ns);
		h->censored++;
		if (arrivals_next(arrivals, key, arrive) == before_ns)
			break;
	}
}

static void account_open(struct sim *sim, uint32_t vcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];

	account_vcpu(sim, vcpu);
	if (v->state == VS_ABSENT)
		return;
	sync_settle_harm(sim, vcpu);
	if (v->state == VS_RUNNABLE) {
		account_censored(sim, v->vm, GH_WAIT, v->wait_ns);
		if (v->woken)
			account_censored(sim, v->vm, GH_WAKEUP, v->wait_ns);
	}
	if (v->act == ACT_LOCK || v->granted) {
		account_censored(sim, v->vm, GH_LOCK_WAIT, sim->cold[vcpu].want_ns);
		sim->vms[v->vm].lock_wait_ns += sim->now - sim->cold[vcpu].want_ns;
	}
	if (v->act == ACT_IPI)
		account_censored(sim, v->vm, GH_IPI, sim->cold[vcpu].want_ns);
	book_held(sim, vcpu);
	if (v->act != ACT_IDLE)
		book_backlog(sim, v->vm, v->program, v->key, &sim->cold[vcpu].arrivals);
}

static void threads_open(struct sim *sim, uint32_t vm)
{
	const struct guest *g = sim->vms[vm].guest;

	for (uint32_t i = 0; i < g->nr_threads; i++) {
		struct thread *t = thread_of(sim, g->first_thread + i);

		if (t->in_line) {
			uint64_t want_ns =
				t->state == TT_LOADED ? sim->cold[t->vcpu].want_ns : t->want_ns;

			account_censored(sim, vm, GH_LOCK_WAIT, want_ns);
			sim->vms[vm].lock_wait_ns += sim->now - want_ns;
		}
		if (t->state != TT_LOADED)
			book_backlog(sim, vm, t->program, t->key, &t->arrivals);
	}
}

void window_open_vm(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];

	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++)
		account_open(sim, v);
	if (m->guest && m->present)
		threads_open(sim, vm);
}
