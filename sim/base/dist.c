/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dist.c - durations from counters.
 *
 * The common distributions are inverted with fpmath.h, the same to the bit on
 * every machine.  The rest goes to GSL through a gsl_rng_type whose state is the
 * draw's own key, so that there, too, nothing runs along.
 */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "dist.h"

/* -- the counter generator as a gsl_rng ------------------------------------- */

struct counter_state {
	uint64_t key;
	uint64_t counter;
};

static void counter_set(void *state, unsigned long seed)
{
	struct counter_state *s = state;

	s->key = seed;
	s->counter = 0;
}

static double counter_double(void *state)
{
	struct counter_state *s = state;

	return rng_unit(s->key, s->counter++);
}

static unsigned long counter_long(void *state)
{
	struct counter_state *s = state;

	return (unsigned long)(rng_bits(s->key, s->counter++) >> 32);
}

static const gsl_rng_type counter_type =
	{"counter",    0xffffffffUL,  0, sizeof(struct counter_state), counter_set,
	 counter_long, counter_double};

static double draw_gamma(const struct dist *dist, uint64_t key, uint64_t counter)
{
	struct counter_state state = {.key = rng_bits(key, counter), .counter = 0};
	gsl_rng rng = {.type = &counter_type, .state = &state};

	return gsl_ran_gamma(&rng, dist->a, dist->b);
}

/* -- draws ------------------------------------------------------------------- */

static double draw_real(const struct dist *dist, uint64_t key, uint64_t counter)
{
	switch (dist->kind) {
	case DIST_UNIFORM:
		return dist->a + (dist->b - dist->a) * rng_unit(key, counter);
	case DIST_EXPONENTIAL:
		return -dist->a * fp_log(rng_open_unit(key, counter));
	case DIST_LOGNORMAL:
		return dist->a * fp_exp(dist->b * fp_normal_quantile(rng_open_unit(key, counter)));
	case DIST_NORMAL:
		return dist->a + dist->b * fp_normal_quantile(rng_open_unit(key, counter));
	case DIST_GAMMA:
		return draw_gamma(dist, key, counter);
	case DIST_WEIBULL:
		return dist->b * fp_pow(-fp_log(rng_open_unit(key, counter)), 1 / dist->a);
	case DIST_PARETO:
		return dist->b * fp_pow(rng_open_unit(key, counter), -1 / dist->a);
	default:
		return dist->a;
	}
}

static uint64_t draw_sample(const struct dist *dist, uint64_t key, uint64_t counter)
{
	if (dist->nr_samples == 0)
		return 0;
	if (dist->kind == DIST_REPLAY)
		return dist->samples[counter % dist->nr_samples];
	return dist->samples[rng_bits(key, counter) % dist->nr_samples];
}

uint64_t dist_draw(const struct dist *dist, uint64_t key, uint64_t counter)
{
	if (dist->kind == DIST_SAMPLES || dist->kind == DIST_REPLAY)
		return dist_round(dist, (double)draw_sample(dist, key, counter));
	return dist_round(dist, draw_real(dist, key, counter));
}

static double samples_mean(const struct dist *dist)
{
	double sum = 0;

	for (uint32_t i = 0; i < dist->nr_samples; i++)
		sum += (double)dist->samples[i];
	return dist->nr_samples ? sum / dist->nr_samples : 0;
}

double dist_mean(const struct dist *dist)
{
	switch (dist->kind) {
	case DIST_UNIFORM:
		return (dist->a + dist->b) / 2;
	case DIST_LOGNORMAL:
		return dist->a * fp_exp(dist->b * dist->b / 2);
	case DIST_GAMMA:
		return dist->a * dist->b;
	case DIST_WEIBULL:
		return dist->b * tgamma(1 + 1 / dist->a);
	case DIST_PARETO:
		return dist->a > 1 ? dist->a * dist->b / (dist->a - 1) : 0;
	case DIST_SAMPLES:
	case DIST_REPLAY:
		return samples_mean(dist);
	default:
		return dist->a;
	}
}
