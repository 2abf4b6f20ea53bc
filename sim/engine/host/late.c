/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * late.c - how late: a draw for each instant that somebody asked for.
 */
#include "late.h"

enum { LATE_TIMER, LATE_KICK };

static uint64_t late_drawn(const struct sim *sim, const struct dist *dist, uint32_t what,
			   uint32_t pcpu, uint64_t at_ns)
{
	uint64_t key = rng_key(rng_key(rng_key(sim->seed_key, RNG_LATE), what), pcpu);

	return dist_draw(dist, key, at_ns);
}

uint64_t late_timer_drawn(const struct sim *sim, uint32_t pcpu, uint64_t at_ns)
{
	if (at_ns == NEVER)
		return NEVER;
	return sp_add_sat(at_ns,
			  late_drawn(sim, &sim->world->host.late_timer, LATE_TIMER, pcpu, at_ns));
}

uint64_t late_kick_drawn(const struct sim *sim, uint32_t pcpu, uint64_t sent_ns)
{
	return late_drawn(sim, &sim->world->host.late_kick, LATE_KICK, pcpu, sent_ns);
}
