/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arrivals.c - the instants at which work arrives.
 */
#include "arrivals.h"

/* Open loop: the next arrival is due when it is due, however late we are. */
uint64_t arrivals_next(struct arrivals *arrivals, uint64_t key, const struct op *op)
{
	if (arrivals->nr == 0)
		arrivals->at_ns = arrivals->from_ns;
	arrivals->at_ns += dist_draw(op->dist, rng_key(key + op->key, RNG_ARRIVAL), arrivals->nr++);
	return arrivals->at_ns;
}
