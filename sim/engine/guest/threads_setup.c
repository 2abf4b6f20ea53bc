/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads_setup.c - threads from a world.
 */
#include "threads.h"

#include <stdlib.h>

#include "engine/core/tie.h"

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
