/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads_setup.c - threads from a world, their start and stop, their accounts.
 */
#include "threads.h"

#include <stdio.h>
#include <stdlib.h>

/* -- from a world ---------------------------------------------------------------- */

static void make_thread(struct sim *sim, uint32_t id)
{
	const struct thread_spec *spec = &sim->world->threads[id];
	const struct vm_spec *vm = &sim->world->vms[spec->vm];
	struct thread *t = thread_of(sim, id);

	t->key = rng_key(rng_key(sim->seed_key, RNG_DEMAND) ^ vm->key, spec->index);
	t->vm = (uint16_t)spec->vm;
	t->program = (uint16_t)spec->program;
	t->pc = sim->code_of[spec->program];
	t->tie = (uint16_t)sim_tie(sim, id, 16);
	t->next = t->beside = SP_NONE;
	t->state = TT_OVER;
	t->vcpu = (uint16_t)(vm->first_vcpu + spec->index % vm->width);
	if (sim->world->programs[spec->program].finite)
		sim->to_finish++;
	else
		sim->endless = true;
}

static void make_guest(struct sim *sim, uint32_t vm)
{
	const struct vm_spec *spec = &sim->world->vms[vm];
	struct guest *g = &sim->threads->guests[vm];

	g->first_thread = spec->first_thread;
	g->nr_threads = (uint16_t)spec->nr_threads;
	g->head = g->tail = SP_NONE;
	g->slice_ns = spec->thread_slice_ns;
	g->switch_ns = spec->thread_switch_ns;
	g->counts_steal = spec->counts_steal;
	for (uint32_t i = 0; i < sim->vms[vm].nr_objects; i++)
		if (object_has(sync_of(sim, vm, i)->kind, LOCK_SLEEPS))
			g->mutexes |= UINT64_C(1) << i;
	sim->vms[vm].guest = g;
	sim->vms[vm].threaded = true;
	sim->vms[vm].nr_threads = (uint16_t)spec->nr_threads;
}

static uint32_t nr_syncs(const struct sim *sim)
{
	const struct vm *last = &sim->vms[sim->world->nr_vms - 1];

	return last->first_object + last->nr_objects;
}

int threads_setup(struct sim *sim)
{
	const struct world *world = sim->world;
	struct threads *all;

	if (!world->nr_threads)
		return 0;
	sim->threads = all = calloc(1, sizeof(*all));
	if (!all)
		return -1;
	all->threads = calloc(world->nr_threads, sizeof(*all->threads));
	all->guests = calloc(world->nr_vms, sizeof(*all->guests));
	all->cpus = calloc(world->nr_vcpus, sizeof(*all->cpus));
	all->mutexes = calloc(nr_syncs(sim) + 1, sizeof(*all->mutexes));
	if (!all->threads || !all->guests || !all->cpus || !all->mutexes)
		return -1;
	for (uint32_t i = 0; i < nr_syncs(sim); i++)
		all->mutexes[i].owner = all->mutexes[i].head = all->mutexes[i].tail = SP_NONE;
	for (uint32_t i = 0; i < world->nr_threads; i++)
		make_thread(sim, i);
	for (uint32_t i = 0; i < world->nr_vms; i++)
		if (world->vms[i].nr_threads)
			make_guest(sim, i);
	for (uint32_t i = 0; i < world->nr_vcpus; i++)
		all->cpus[i].thread = all->cpus[i].last = all->cpus[i].sleepers = SP_NONE;
	return 0;
}

void threads_free(struct sim *sim)
{
	if (!sim->threads)
		return;
	free(sim->threads->threads);
	free(sim->threads->guests);
	free(sim->threads->cpus);
	free(sim->threads->mutexes);
	free(sim->threads);
}

/* -- start and stop --------------------------------------------------------------- */

static void book(struct sim *sim, struct thread *t)
{
	sim->vms[t->vm].guest->time[t->state] += sim->now - t->since_ns;
	t->since_ns = sim->now;
}

void threads_vm_start(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];
	struct guest *g = m->guest;
	uint64_t key = rng_key(sim->seed_key, RNG_START) ^ sim->world->vms[vm].key;
	uint64_t spread_ns = sim->world->run.start_spread_ns;

	for (uint32_t i = 0; i < g->nr_threads; i++) {
		struct thread *t = thread_of(sim, g->first_thread + i);
		uint64_t wait_ns = spread_ns ? rng_bits(rng_key(key, i), 0) % spread_ns : 0;

		book(sim, t);
		t->state = TT_ASLEEP;
		t->arrivals.from_ns = sim->now + wait_ns;
		thread_sleep(sim, t->vcpu, g->first_thread + i, sim->now + wait_ns);
	}
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++) {
		sim->vcpus[v].act = ACT_IDLE;
		sim->vcpus[v].timer_ns = threads_timer_ns(sim, v);
	}
	g->nr_halted = m->width;
}

void threads_vm_stop(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];
	struct guest *g = m->guest;

	threads_book(sim, vm);
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

/* -- accounts ---------------------------------------------------------------------- */

void threads_book(struct sim *sim, uint32_t vm)
{
	struct guest *g = sim->vms[vm].guest;

	for (uint32_t i = 0; i < g->nr_threads; i++)
		book(sim, thread_of(sim, g->first_thread + i));
	g->loaded_ns += g->nr_loaded * (sim->now - g->loaded_clock_ns);
	g->loaded_clock_ns = sim->now;
}

void threads_window(struct sim *sim, uint32_t vm)
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

void threads_open(struct sim *sim, uint32_t vm)
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
			guest_book_backlog(sim, vm, t->program, t->key, &t->arrivals);
	}
}

/* -- messages ----------------------------------------------------------------------- */

uint32_t threads_stuck(const struct sim *sim, uint32_t vm)
{
	const struct guest *g = sim->vms[vm].guest;

	for (uint32_t i = g->first_thread; i < g->first_thread + g->nr_threads; i++) {
		const struct thread *t = thread_of(sim, i);

		if (t->state == TT_WAITING || (t->state == TT_READY && t->act == ACT_BARRIER))
			return i;
	}
	return SP_NONE;
}

const char *thread_name(const struct sim *sim, uint32_t thread, char *buf)
{
	const struct thread *t = thread_of(sim, thread);

	snprintf(buf, 128, "%s thread %u", sim->world->vms[t->vm].name,
		 thread - sim->vms[t->vm].guest->first_thread);
	return buf;
}

uint32_t thread_line(const struct sim *sim, uint32_t thread)
{
	const struct thread *t = thread_of(sim, thread);

	return sim->world->programs[t->program].steps[t->pc - sim->code_of[t->program]].line;
}
