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

/* Periods follow one another from the thread's start on; a late one may begin anew. */
uint64_t arrivals_timer(struct arrivals *arrivals, const struct op *op, uint64_t now_ns)
{
	uint64_t *at_ns = &arrivals->timer_ns[op->object];

	if (!*at_ns)
		*at_ns = arrivals->from_ns;
	*at_ns += (uint64_t)op->dist->a;
	if (op->count && *at_ns < now_ns)
		*at_ns = now_ns;
	return *at_ns;
}
