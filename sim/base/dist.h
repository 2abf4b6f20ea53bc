/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dist.h - durations drawn at random.
 */
#ifndef CORUN_DIST_H
#define CORUN_DIST_H

#include <stdint.h>

#include "fpmath.h"
#include "rng.h"

/* 24 h: instants share 64 bits with the tie breakers of the event queue. */
#define DIST_MAX_NS (UINT64_C(86400) * 1000000000)

enum dist_kind {
	DIST_CONST, /* a */
	DIST_UNIFORM, /* a = min, b = max */
	DIST_EXPONENTIAL, /* a = mean */
	DIST_LOGNORMAL, /* a = median, b = sigma */
	DIST_NORMAL, /* a = mean, b = sd; negative draws become 0 */
	DIST_GAMMA, /* a = shape, b = scale (ns) */
	DIST_WEIBULL, /* a = shape, b = scale (ns) */
	DIST_PARETO, /* a = shape, b = minimum (ns) */
	DIST_SAMPLES, /* drawn at random from samples[] */
	DIST_REPLAY, /* samples[] in order, over again at the end */
};

struct dist {
	enum dist_kind kind;
	double a, b;
	uint64_t min_ns, max_ns; /* every draw is clamped to these */
	uint64_t *samples; /* DIST_SAMPLES, DIST_REPLAY; owned by the world */
	uint32_t nr_samples;
};

/* A real duration in ns, rounded and clamped to the distribution's limits. */
static inline uint64_t dist_round(const struct dist *dist, double real)
{
	uint64_t ns = 0;

	if (real >= (double)DIST_MAX_NS)
		ns = DIST_MAX_NS;
	else if (real > 0)
		ns = (uint64_t)(real + 0.5);
	if (ns < dist->min_ns)
		return dist->min_ns;
	return ns > dist->max_ns ? dist->max_ns : ns;
}

/* dist_draw for DIST_EXPONENTIAL, the commonest, without a call. */
static inline uint64_t dist_draw_exponential(const struct dist *dist, uint64_t key,
					     uint64_t counter)
{
	return dist_round(dist, -dist->a * fp_log(rng_open_unit(key, counter)));
}

/* A duration, clamped to the distribution's limits and rounded to ns. */
uint64_t dist_draw(const struct dist *dist, uint64_t key, uint64_t counter);

/* Its mean in ns, before clamping; 0 where it has none. */
double dist_mean(const struct dist *dist);

/*
 * Of an exponential, normal, gamma or Weibull one: the mean of its draws, which are whole
 * ns and at most a day, without its own limits (dist_mean.c).
 */
double dist_drawn_mean(const struct dist *dist);

#endif
