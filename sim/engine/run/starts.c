/* SPDX-License-Identifier: BSD-2-Clause */
#include "starts.h"

#include "base/rng.h"

static uint64_t draw_within(uint64_t key, uint64_t range_ns)
{
	return range_ns ? rng_bits(key, 0) % range_ns : 0;
}

/* Of a VM that is there from the beginning. */
static uint64_t first_load_ns(const struct sim *sim, const struct vm_spec *vm)
{
	const struct run_spec *run = &sim->world->run;
	uint64_t key = rng_key(sim->seed_key, RNG_LOAD) ^ vm->key;

	return run->boot_ns + vm->load_ns + draw_within(rng_key(key, 0), run->load_range_ns);
}

bool starts_apart(const struct sim *sim, uint32_t vm)
{
	return sim->world->run.starts != STARTS_INTERLEAVED && !sim->world->vms[vm].noise;
}

uint64_t starts_origin_ns(const struct sim *sim)
{
	const struct world *world = sim->world;
	uint64_t last_ns = 0;

	for (uint32_t i = 0; i < world->nr_vms; i++)
		if (starts_apart(sim, i) && !world->vms[i].start_ns)
			last_ns = sp_max(last_ns, first_load_ns(sim, &world->vms[i]) +
							  world->run.load_spread_ns);
	return last_ns;
}

uint64_t starts_boot_ns(const struct sim *sim, uint32_t vm, uint32_t vcpu)
{
	return sim->now + (vcpu - sim->vms[vm].first_vcpu) * sim->world->run.boot_gap_ns;
}

uint64_t starts_load_ns(const struct sim *sim, uint32_t vm)
{
	const struct vm_spec *spec = &sim->world->vms[vm];

	if (!starts_apart(sim, vm))
		return sim->now;
	if (spec->start_ns) /* as soon as it is up */
		return sim->now + spec->width * sim->world->run.boot_gap_ns;
	return first_load_ns(sim, spec);
}

uint64_t starts_runner_ns(const struct sim *sim, uint32_t vm, uint32_t i)
{
	const struct run_spec *run = &sim->world->run;
	uint64_t key = rng_key(rng_key(sim->seed_key, RNG_START) ^ sim->world->vms[vm].key, i);

	return starts_load_ns(sim, vm) +
	       draw_within(key, starts_apart(sim, vm) ? run->load_spread_ns : run->start_spread_ns);
}
