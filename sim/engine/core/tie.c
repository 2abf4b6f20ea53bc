/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tie.c - what decides between equals: the scenario says, that nothing may hang on it.
 */
#include "tie.h"

uint32_t sim_tie(const struct sim *sim, uint32_t id, uint32_t bits)
{
	uint32_t mask = (1u << bits) - 1;
	uint64_t key = rng_key(sim->seed_key, RNG_TIES);

	switch (sim->world->run.ties) {
	case TIES_REVERSE:
		return mask - (id & mask);
	case TIES_HASH:
		/* times an odd number, plus a constant: one to one on these bits */
		return (uint32_t)((id * (key | 1) + (key >> 32)) & mask);
	default:
		return id & mask;
	}
}
