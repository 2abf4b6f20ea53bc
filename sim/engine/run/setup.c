/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup.c - from a world to a struct sim at time 0, and back to nothing.
 */
#include "base/error.h"
#include "setup.h"

#include "engine/book/asked.h"
#include "engine/book/smt.h"
#include "engine/core/guard.h"
#include "engine/guest/threads.h"
#include "engine/host/ple.h"
#include "engine/host/port.h"
#include "engine/host/yield.h"
#include "engine/wait/ipi_box.h"
#include "engine/wait/lock.h"
#include "setup_parts.h"
#include "starts.h"

static int make_arrays(struct sim *sim)
{
	const struct world *world = sim->world;
	uint32_t slots, leaves = 1, objects = 0;

	for (uint32_t i = 0; i < world->nr_vms; i++)
		objects += setup_count_objects(world, &world->vms[i]);
	sim->vcpus = setup_make(world->nr_vcpus, sizeof(*sim->vcpus));
	sim->cold = setup_make(world->nr_vcpus, sizeof(*sim->cold));
	sim->vcpu_ties = setup_make(world->nr_vcpus, sizeof(*sim->vcpu_ties));
	if (world->nr_vcpus > FETCH_AHEAD_VCPUS) /* without the memory it works, too */
		sim->last_on = setup_make(world->host.nr_pcpus, sizeof(*sim->last_on));
	sim->pcpu_of_tie = setup_make(1u << QUEUE_TIE_BITS, sizeof(*sim->pcpu_of_tie));
	sim->pool_of_tie = setup_make(1u << QUEUE_TIE_BITS, sizeof(*sim->pool_of_tie));
	sim->pcpus = setup_make(world->host.nr_pcpus, sizeof(*sim->pcpus));
	sim->vms = setup_make(world->nr_vms, sizeof(*sim->vms));
	sim->syncs = setup_make(objects, sizeof(*sim->syncs));
	sim->pools = setup_make(world->host.nr_pools, sizeof(*sim->pools));
	sim->groups = setup_make(world->nr_groups, sizeof(*sim->groups));
	sim->affinities = setup_make(world->nr_vcpus, sizeof(*sim->affinities));
	if (guarded_make(&sim->out_guarded, sizeof(*sim->out)))
		return -1;
	sim->out = (struct sp_out *)sim->out_guarded.data;
	sim->slot_pools = world->host.nr_pcpus;
	sim->slot_host = sim->slot_pools + world->host.nr_pools;
	slots = sim->slot_host + 2;
	while (leaves < slots)
		leaves *= 2;
	sim->queue.leaves = leaves;
	sim->queue.key = setup_make(2 * (size_t)leaves, sizeof(*sim->queue.key));
	sim->agenda = setup_make(2 * (size_t)world->nr_vms + world->host.nr_events + 2,
				 sizeof(*sim->agenda));
	if (!sim->vcpus || !sim->cold || !sim->vcpu_ties || !sim->pcpu_of_tie ||
	    !sim->pool_of_tie || !sim->pcpus || !sim->vms || !sim->syncs || !sim->pools ||
	    !sim->groups || !sim->affinities || !sim->queue.key || !sim->agenda)
		return -1;
	for (uint32_t i = 0; i < 2 * leaves; i++)
		sim->queue.key[i] = QUEUE_NEVER;
	return 0;
}

/* -- agenda -------------------------------------------------------------------- */

static void agenda_add(struct sim *sim, uint64_t at_ns, uint32_t kind, uint32_t id)
{
	struct agenda_item *item = &sim->agenda[sim->nr_agenda++];

	item->at_ns = at_ns;
	item->kind = kind;
	item->id = id;
}

static int agenda_order(const void *a, const void *b)
{
	const struct agenda_item *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void make_agenda(struct sim *sim)
{
	const struct world *world = sim->world;
	uint64_t origin_ns = starts_origin_ns(sim), window_ns = origin_ns + world->run.warmup_ns;

	for (uint32_t i = 0; i < world->nr_vms; i++) {
		uint64_t start_ns = world->vms[i].start_ns;

		agenda_add(sim, start_ns ? origin_ns + start_ns : 0, AGENDA_VM_START, i);
		if (world->vms[i].stop_ns < WORLD_MAX_NS)
			agenda_add(sim, origin_ns + world->vms[i].stop_ns, AGENDA_VM_STOP, i);
	}
	for (uint32_t i = 0; i < world->host.nr_events; i++) {
		const struct host_event *event = &world->host.events[i];

		agenda_add(sim, origin_ns + event->at_ns,
			   event->kind == HOST_PCPU_OFF ? AGENDA_PCPU_OFF : AGENDA_PCPU_ON,
			   event->pcpu);
	}
	agenda_add(sim, window_ns, AGENDA_WINDOW, 0);
	if (sim->job->half && world->run.duration_ns > 1)
		agenda_add(sim, window_ns + world->run.duration_ns / 2, AGENDA_HALF, 0);
	sim->end_ns = window_ns + world->run.duration_ns;
	qsort(sim->agenda, sim->nr_agenda, sizeof(*sim->agenda), agenda_order);
}

/* -- all of it ----------------------------------------------------------------- */

/* What may end a spin; whoever is off is not asked. */
static void make_spin_sources(struct sim *sim)
{
	const struct host_spec *host = &sim->world->host;
	struct spin_source *at = sim->spin_sources;

	*at++ = (struct spin_source){lock_spin_left_ns, lock_spin_over};
	if (host->pv_yield.lock_ns || host->pv_yield.ipi)
		*at++ = (struct spin_source){pv_yield_left_ns, pv_yield_act};
	if (host->ple.window)
		*at++ = (struct spin_source){ple_left_ns, ple_act};
	sim->nr_spin_sources = (uint32_t)(at - sim->spin_sources);
}

int sim_setup(struct sim *sim, const struct sim_job *job, struct error *err)
{
	const struct world *world = job->world;
	uint32_t next_object = 0;

	memset(sim, 0, sizeof(*sim));
	sim->world = world;
	sim->job = job;
	sim->err = err;
	sim->trace = job->trace;
	sim->where = job->where ? job->where : &sim->own_where;
	guard_begin(sim);
	sim->here = SP_NONE;
	sim->count_home = world->host.halt_poll.max_ns || world->host.ple.window ||
			  world->host.pv_yield.lock_ns || world->host.pv_yield.ipi;
	sim->seed_key = rng_key(rng_key(0, world->run.seed), job->rep);
	sim->instant_limit = 10000 + 100 * ((uint64_t)world->nr_vcpus + world->host.nr_pcpus);
	if (make_arrays(sim) || setup_code(sim) || setup_pools(sim) || ipi_setup(sim))
		return error_set(err, STATUS_IO, "memory", "out of memory for %u vCPUs on %u pCPUs",
				 world->nr_vcpus, world->host.nr_pcpus);
	for (uint32_t i = 0; i < world->nr_vms; i++)
		setup_vm(sim, i, &next_object);
	for (uint32_t i = 0; i < world->nr_vcpus; i++) {
		setup_vcpu(sim, i);
		sim->pools[world->vms[world->vcpus[i].vm].pool].vcpu_of[sim->vcpus[i].local] =
			(uint16_t)i;
	}
	if (threads_setup(sim))
		return error_set(err, STATUS_IO, "memory", "out of memory for threads");
	smt_setup(sim);
	make_spin_sources(sim);
	if (setup_pcpu_groups(sim))
		return error_set(err, STATUS_IO, "memory", "out of memory for pinned vCPUs");
	setup_find_classes(sim);
	if (asked_setup(sim))
		return error_set(err, STATUS_IO, "memory", "out of memory for fairness by demand");
	make_agenda(sim);
	for (uint32_t i = 0; i < world->host.nr_pools; i++)
		if (port_init(sim, &sim->pools[i], err))
			return -1;
	return 0;
}

void sim_free(struct sim *sim)
{
	for (uint32_t i = 0; sim->pools && i < sim->world->host.nr_pools; i++) {
		struct pool *pool = &sim->pools[i];

		if (pool->state != pool->guarded.data)
			free(pool->state);
		guarded_free(&pool->guarded);
		free(pool->vcpu_of);
		free(pool->class_weight);
		free(pool->class_count);
		free(pool->class_clock);
		free(pool->class_rate);
		free(pool->class_cap);
	}
	threads_free(sim);
	asked_free(sim);
	ipi_free(sim);
	free(sim->vcpus);
	free(sim->cold);
	free(sim->code);
	free(sim->code_of);
	free(sim->vcpu_ties);
	free(sim->last_on);
	free(sim->pcpu_of_tie);
	free(sim->pool_of_tie);
	free(sim->pcpus);
	free(sim->vms);
	free(sim->syncs);
	free(sim->pools);
	free(sim->groups);
	free(sim->affinities);
	free(sim->pcpu_groups);
	guarded_free(&sim->out_guarded);
	free(sim->queue.key);
	free(sim->agenda);
}
