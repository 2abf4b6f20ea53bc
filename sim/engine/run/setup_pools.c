/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup_pools.c - pools and their pCPUs, from a world.
 */
#include "setup_parts.h"

#include "engine/core/pcpu.h"
#include "engine/core/tie.h"
#include "engine/host/stolen.h"

static int heavier(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* A class for each VM with a ceiling, behind the others. */
static int make_caps(struct sim *sim, uint32_t id)
{
	const struct world *world = sim->world;
	struct pool *pool = &sim->pools[id];
	uint32_t n = pool->nr_classes;

	for (uint32_t i = 0; i < world->nr_vms; i++)
		n += world->vms[i].pool == id && world->vms[i].cap_quota_ns;
	if (n == pool->nr_classes)
		return 0;
	pool->class_cap = setup_make(n, sizeof(*pool->class_cap));
	if (!pool->class_cap)
		return -1;
	for (uint32_t i = 0; i < world->nr_vms; i++)
		if (world->vms[i].pool == id && world->vms[i].cap_quota_ns) {
			struct entitled_cap *cap = &pool->class_cap[pool->nr_classes];

			cap->vm = i;
			cap->pcpus = (double)world->vms[i].cap_quota_ns /
				     (double)world->vms[i].cap_period_ns;
			cap->most_ns = cap->pcpus * (double)world->vms[i].cap_period_ns +
				       (double)world->vms[i].cap_burst_ns;
			pool->class_weight[pool->nr_classes++] = world->vms[i].weight;
		}
	return 0;
}

/* The distinct weights of a pool, heaviest first, with their clocks. */
static int make_classes(struct sim *sim, uint32_t id)
{
	const struct world *world = sim->world;
	struct pool *pool = &sim->pools[id];
	uint32_t n = 0;

	pool->class_weight = setup_make(world->nr_vms, sizeof(*pool->class_weight));
	if (!pool->class_weight)
		return -1;
	for (uint32_t i = 0; i < world->nr_vms; i++)
		if (world->vms[i].pool == id && !world->vms[i].cap_quota_ns)
			pool->class_weight[n++] = world->vms[i].weight;
	qsort(pool->class_weight, n, sizeof(*pool->class_weight), heavier);
	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || pool->class_weight[i] != pool->class_weight[pool->nr_classes - 1])
			pool->class_weight[pool->nr_classes++] = pool->class_weight[i];
	if (make_caps(sim, id))
		return -1;
	pool->class_count = setup_make(pool->nr_classes, sizeof(*pool->class_count));
	pool->class_clock = setup_make(pool->nr_classes, sizeof(*pool->class_clock));
	pool->class_rate = setup_make(pool->nr_classes, sizeof(*pool->class_rate));
	return pool->class_count && pool->class_clock && pool->class_rate ? 0 : -1;
}

void setup_find_classes(struct sim *sim)
{
	for (uint32_t i = 0; i < sim->world->nr_vcpus; i++) {
		uint32_t id = sim->world->vcpus[i].vm, k = 0;
		const struct vm_spec *vm = &sim->world->vms[id];
		const struct pool *pool = &sim->pools[vm->pool];

		if (vm->cap_quota_ns)
			while (!(pool->class_cap[k].pcpus > 0) || pool->class_cap[k].vm != id)
				k++;
		else
			while (pool->class_weight[k] != vm->weight)
				k++;
		sim->cold[i].weight_class = (uint16_t)k;
	}
}

/* For each pCPU the affinity groups that it is in. */
int setup_pcpu_groups(struct sim *sim)
{
	uint32_t total = 0, at = 0;

	for (uint32_t i = 0; i < sim->nr_affinities; i++)
		total += sim->affinities[i].nr;
	sim->pcpu_groups = setup_make(total, sizeof(*sim->pcpu_groups));
	if (!sim->pcpu_groups)
		return -1;
	for (uint32_t p = 0; sim->nr_affinities && p < sim->world->host.nr_pcpus; p++) {
		sim->pcpus[p].first_group = at;
		for (uint32_t i = 0; i < sim->nr_affinities; i++)
			if (p - sim->affinities[i].first < sim->affinities[i].nr)
				sim->pcpu_groups[at++] = (uint16_t)i;
		sim->pcpus[p].nr_groups = (uint16_t)(at - sim->pcpus[p].first_group);
	}
	return 0;
}

static void make_pcpu(struct sim *sim, uint32_t id, uint32_t pool)
{
	struct pcpu *p = &sim->pcpus[id];
	uint64_t tick_ns = sim->world->host.tick_ns;

	p->step_ns = p->until_ns = p->kick_ns = p->guest_tick_ns = p->irq_ns = NEVER;
	p->tick_ns = tick_ns ? 0 : NEVER;
	p->current = p->naps = SP_NONE;
	p->pool = (uint16_t)pool;
	p->local = (uint16_t)(id - sim->pools[pool].first_pcpu);
	p->tie = (uint16_t)sim_tie(sim, id, QUEUE_TIE_BITS);
	sim->pcpu_of_tie[p->tie] = (uint16_t)id;
	p->state = PS_OFFLINE;
	stolen_start(sim, p);
	p->tick_phase_ns =
		pcpu_tick_phase(sim->world->run.phases, tick_ns, id, sim->world->host.nr_pcpus,
				rng_bits(rng_key(sim->seed_key, RNG_TICK), id));
}

int setup_pools(struct sim *sim)
{
	const struct world *world = sim->world;

	for (uint32_t i = 0; i < world->host.nr_pools; i++) {
		struct pool *pool = &sim->pools[i];

		pool->first_pcpu = world->host.pools[i].first_pcpu;
		pool->nr_pcpus = world->host.pools[i].nr_pcpus;
		pool->timer_ns = NEVER;
		pool->tie = (uint16_t)sim_tie(sim, i, QUEUE_TIE_BITS);
		sim->pool_of_tie[pool->tie] = (uint16_t)i;
		pool->vcpu_of = setup_make(world->nr_vcpus, sizeof(*pool->vcpu_of));
		if (!pool->vcpu_of || make_classes(sim, i))
			return -1;
		for (uint32_t p = 0; p < pool->nr_pcpus; p++)
			make_pcpu(sim, pool->first_pcpu + p, i);
	}
	return 0;
}
