/* SPDX-License-Identifier: BSD-2-Clause */
/* Weighted max-min at one instant: by hand, and what must hold of any. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../sim/base/rng.h"
#include "../../sim/fair/level.h"

#define CLASSES 8
#define LIMITS 5

static void expect(double is, double should)
{
	if (fabs(is - should) > 1e-9)
		fail_msg("%.12f instead of %.12f", is, should);
}

/* One limit for all. */
static void expect_rates(double pcpus, uint32_t n, const double *weight, const uint32_t *nr,
			 const double *rate)
{
	struct level_class classes[CLASSES] = {{0}};
	struct level_limit limit = {.pcpus = pcpus};
	uint32_t under[CLASSES] = {0};
	struct level level = {classes, &limit, under, n, 1};

	for (uint32_t k = 0; k < n; k++)
		classes[k] = (struct level_class){.weight = weight[k],
						  .nr = nr[k],
						  .first = k,
						  .nr_limits = 1};
	level_find(&level);
	for (uint32_t k = 0; k < n; k++)
		expect(classes[k].rate, rate[k]);
}

static void test_by_hand(void **state)
{
	(void)state;
	expect_rates(1, 2, (double[]){1024, 3072}, (uint32_t[]){1, 1}, (double[]){0.25, 0.75});
	/* the heavy one has a whole pCPU, and the others share what is left */
	expect_rates(2, 2, (double[]){4096, 1024}, (uint32_t[]){1, 2}, (double[]){1, 0.5});
	/* enough for all */
	expect_rates(4, 2, (double[]){1, 100}, (uint32_t[]){2, 1}, (double[]){1, 1});
	/* who does not want to run has no rate, and takes nothing */
	expect_rates(1, 2, (double[]){1024, 1024}, (uint32_t[]){0, 2}, (double[]){0, 0.5});
	expect_rates(0, 1, (double[]){1024}, (uint32_t[]){3}, (double[]){0});
}

/* -- any: no limit is exceeded, and whoever has less is bound --------------------------- */

static double used(const struct level *l, uint32_t limit)
{
	double sum = 0;

	for (uint32_t k = 0; k < l->nr_classes; k++)
		for (uint32_t i = 0; i < l->classes[k].nr_limits; i++)
			if (l->under[l->classes[k].first + i] == limit)
				sum += l->classes[k].rate * l->classes[k].nr;
	return sum;
}

/* A class can have no more unless one of its limits takes that from a class that is no better off. */
static void expect_bound(const struct level *l, uint32_t k)
{
	const struct level_class *c = &l->classes[k];

	if (!c->nr || c->rate > 1 - 1e-9)
		return;
	for (uint32_t i = 0; i < c->nr_limits; i++) {
		uint32_t j = l->under[c->first + i];
		bool best = used(l, j) > l->limits[j].pcpus - 1e-9;

		for (uint32_t o = 0; best && o < l->nr_classes; o++)
			for (uint32_t n = 0; n < l->classes[o].nr_limits; n++)
				if (l->under[l->classes[o].first + n] == j && l->classes[o].nr)
					best &= l->classes[o].rate / l->classes[o].weight <=
						c->rate / c->weight * (1 + 1e-6) + 1e-12;
		if (best)
			return;
	}
	fail_msg("class %u has %g and could have more", k, c->rate);
}

static void test_any(void **state)
{
	(void)state;
	for (uint64_t world = 0; world < 2000; world++) {
		struct level_class classes[CLASSES];
		struct level_limit limits[LIMITS];
		uint32_t under[CLASSES * LIMITS], n = 0;
		struct level l = {classes, limits, under, CLASSES, LIMITS};
		uint64_t draw = 0;

		for (uint32_t j = 0; j < LIMITS; j++)
			limits[j].pcpus = 4 * rng_unit(world, draw++);
		for (uint32_t k = 0; k < CLASSES; k++) {
			classes[k] =
				(struct level_class){.weight =
							     15 +
							     1e5 * pow(rng_unit(world, draw++), 4),
						     .nr = (uint32_t)(4 * rng_unit(world, draw++)),
						     .first = n};
			under[n++] = 0; /* the pool */
			for (uint32_t j = 1; j < LIMITS; j++)
				if (rng_unit(world, draw++) < 0.3)
					under[n++] = j;
			classes[k].nr_limits = n - classes[k].first;
		}
		level_find(&l);
		for (uint32_t j = 0; j < LIMITS; j++)
			assert_true(used(&l, j) < limits[j].pcpus + 1e-9);
		for (uint32_t k = 0; k < CLASSES; k++)
			expect_bound(&l, k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_any),
	};

	return cmocka_run_group_tests_name("level", tests, NULL, NULL);
}
