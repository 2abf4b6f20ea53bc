/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two kinds of runs: are they told, and is one skewed kind left alone?  A thousand seeded
 * sets a case: the same answer every time.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "../../sim/study/groups.h"

#define SETS 1000u
#define MOST 160u

/* What 160 runs of the stress seed made; see the file. */
static double stress[MOST];

static void read_stress(void)
{
	FILE *file = fopen("groups-stress.txt", "r");
	char line[200];
	uint32_t nr = 0;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (line[0] != '#' && nr < MOST)
			stress[nr++] = strtod(line, NULL);
	fclose(file);
	assert_int_equal(nr, MOST);
}

/* Two normals, 6 standard deviations apart; share is the upper one's. */
static double two_normals(gsl_rng *rng, double share)
{
	return (gsl_rng_uniform(rng) < share ? 6 : 0) + gsl_ran_gaussian(rng, 1);
}

static double draw_20(gsl_rng *rng)
{
	return two_normals(rng, 0.2);
}

static double draw_40(gsl_rng *rng)
{
	return two_normals(rng, 0.4);
}

static double draw_50(gsl_rng *rng)
{
	return two_normals(rng, 0.5);
}

static double draw_stress(gsl_rng *rng)
{
	return stress[gsl_rng_uniform_int(rng, MOST)];
}

static double draw_exponential(gsl_rng *rng)
{
	return gsl_ran_exponential(rng, 1);
}

static double draw_lognormal(gsl_rng *rng)
{
	return gsl_ran_lognormal(rng, 0, 1);
}

static double draw_gamma(gsl_rng *rng)
{
	return gsl_ran_gamma(rng, 2, 1);
}

static double draw_uniform(gsl_rng *rng)
{
	return gsl_rng_uniform(rng);
}

static double draw_beta(gsl_rng *rng)
{
	return gsl_ran_beta(rng, 0.5, 3);
}

static double draw_normal(gsl_rng *rng)
{
	return gsl_ran_gaussian(rng, 1);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Percent of the sets in which two groups are told; x -> scale x + shift. */
static double told(double (*draw)(gsl_rng *rng), uint32_t nr, double scale, double shift)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	uint32_t set, i, nr_told = 0;
	double x[MOST];

	assert_non_null(rng);
	gsl_rng_set(rng, 11);
	for (set = 0; set < SETS; set++) {
		struct groups g;

		for (i = 0; i < nr; i++)
			x[i] = scale * draw(rng) + shift;
		qsort(x, nr, sizeof(*x), by_value);
		groups_find(x, nr, &g);
		nr_told += g.two;
	}
	gsl_rng_free(rng);
	return 100.0 * nr_told / SETS;
}

static const uint32_t sizes[] = {40, 160};

static void operating_points(void **state)
{
	static const struct {
		const char *name;
		double (*draw)(gsl_rng *rng);
		bool two;
	} cases[] = {
		{"two normals, 0.2", draw_20, true},
		{"two normals, 0.4", draw_40, true},
		{"two normals, 0.5", draw_50, true},
		{"stress seed", draw_stress, true},
		{"exponential", draw_exponential, false},
		{"lognormal, sigma 1", draw_lognormal, false},
		{"gamma 2", draw_gamma, false},
		{"uniform", draw_uniform, false},
		{"beta(0.5, 3)", draw_beta, false},
		{"normal", draw_normal, false},
	};
	unsigned i, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (k = 0; k < 2; k++) {
			double percent = told(cases[i].draw, sizes[k], 1, 0);

			print_message("groups: %s, n = %u: told in %.1f %%\n", cases[i].name,
				      sizes[k], percent);
			if (cases[i].two)
				assert_true(percent >= 95);
			else
				assert_true(percent <= 5);
		}
	}
}

/* Neither the unit, nor the origin, nor which way is up matters. */
static void any_scale(void **state)
{
	(void)state;
	assert_true(told(draw_20, 40, 1e-6, 1e3) == told(draw_20, 40, 1, 0));
	assert_true(told(draw_20, 40, -1, 0) >= 95);
	assert_true(told(draw_exponential, 40, -1, 5) <= 5);
	assert_true(told(draw_lognormal, 160, -1e9, 0) <= 5);
}

static void zero_variance(void **state)
{
	double x[MOST];
	struct groups g;
	uint32_t i;

	(void)state;
	for (i = 0; i < MOST; i++)
		x[i] = 0.1 + 0.2;
	for (i = 0; i <= MOST; i++) {
		groups_find(x, i, &g);
		assert_false(g.two);
	}
}

/* What it says of two groups; and few are none. */
static void what_is_told(void **state)
{
	double x[40];
	struct groups g;
	uint32_t i;

	(void)state;
	for (i = 0; i < 40; i++)
		x[i] = i < 30 ? i / 10.0 : i < 32 ? 10 + i : 100 + i / 10.0;
	groups_find(x, 40, &g);
	assert_true(g.two);
	assert_int_equal(g.nr_below, 32);
	assert_true(fabs(g.border - (41 + 103.2) / 2) < 1e-12);
	assert_true(fabs(g.median_below - 1.55) < 1e-12);
	assert_true(fabs(g.median_above - 103.55) < 1e-12);
	assert_int_equal(g.nr_between, 2);
	/* two values apart from 38 are no group */
	for (i = 0; i < 40; i++)
		x[i] = i < 38 ? 1 + i / 100.0 : 100 + i;
	groups_find(x, 40, &g);
	assert_false(g.two);
	/* values that are equal within their groups */
	for (i = 0; i < 40; i++)
		x[i] = i < 20 ? 0 : 1;
	groups_find(x, 40, &g);
	assert_true(g.two && g.nr_below == 20 && g.border == 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operating_points),
		cmocka_unit_test(any_scale),
		cmocka_unit_test(zero_variance),
		cmocka_unit_test(what_is_told),
	};

	read_stress();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
