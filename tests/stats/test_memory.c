/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does a run remember its start?  Windows of an AR(1) series, whose halves have a known
 * correlation: it is to lie within the interval in 93 to 97 of 100 studies.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "../../sim/study/memory.h"
#include "fixture.h"

#define STUDIES 1000u
#define HALF 50u /* values in half a window */
#define MOST 160u

/*
 * Of a stationary series x[t] = phi x[t-1] + e: corr(x[s], x[t]) = phi^|s-t|, so that the
 * means of 2 x HALF neighbouring values have the correlation of these sums.
 */
static double known_correlation(double phi)
{
	double within = 0, across = 0;
	int s, t;

	for (s = 0; s < (int)HALF; s++) {
		for (t = 0; t < (int)HALF; t++) {
			within += pow(phi, abs(s - t));
			across += pow(phi, (int)HALF + t - s);
		}
	}
	return across / within;
}

static void draw_window(gsl_rng *rng, double phi, double *first, double *second)
{
	double x = gsl_ran_gaussian(rng, 1), sums[2] = {0, 0};
	uint32_t t;

	for (t = 0; t < 2 * HALF; t++) {
		sums[t / HALF] += x;
		x = phi * x + gsl_ran_gaussian(rng, sqrt(1 - phi * phi));
	}
	*first = sums[0] / HALF;
	*second = sums[1] / HALF;
}

static void intervals_hold_the_known_correlation(void **state)
{
	static const double phis[] = {0, 0.9, 0.98, 0.995};
	static const uint32_t sizes[] = {10, 40, 160};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double x[MOST], y[MOST];
	unsigned i, k, study;
	uint32_t r;

	(void)state;
	assert_non_null(rng);
	for (i = 0; i < 4; i++) {
		double known = known_correlation(phis[i]);

		for (k = 0; k < 3; k++) {
			uint32_t nr = 0, spoke = 0;

			gsl_rng_set(rng, 5);
			for (study = 0; study < STUDIES; study++) {
				struct memory m;

				for (r = 0; r < sizes[k]; r++)
					draw_window(rng, phis[i], &x[r], &y[r]);
				memory_of_pairs(x, y, sizes[k], &m);
				assert_true(m.known && m.low < m.correlation &&
					    m.correlation < m.high);
				nr += m.low <= known && known <= m.high;
				spoke += m.speaks;
			}
			print_message("AR(1), correlation %.3f, n = %u: held in %.1f %%, said to "
				      "remember in %.1f %%\n",
				      known, sizes[k], 100.0 * nr / STUDIES,
				      100.0 * spoke / STUDIES);
			assert_true(nr >= 930 && nr <= 970);
			if (known > 0.7 && sizes[k] >= 40)
				assert_true(spoke > 990);
			if (known < 0.001)
				assert_true(spoke <= 35);
		}
	}
	gsl_rng_free(rng);
}

static void nothing_to_correlate(void **state)
{
	double x[40], y[40];
	struct memory m;
	uint32_t i;

	(void)state;
	for (i = 0; i < 40; i++) {
		x[i] = 0.1 * 3;
		y[i] = i;
	}
	memory_of_pairs(x, y, 40, &m);
	assert_false(m.known || m.speaks);
	memory_of_pairs(y, x, 40, &m);
	assert_false(m.known);
	memory_of_pairs(y, y, MEMORY_LEAST - 1, &m);
	assert_false(m.known);
	memory_of_pairs(y, y, 40, &m); /* the same: 1, and an interval below it */
	assert_true(m.known && m.speaks && m.correlation > 1 - 1e-12 && m.high <= 1);
	for (i = 0; i < 40; i++)
		x[i] = -y[i];
	memory_of_pairs(x, y, 40, &m); /* the opposite is no memory */
	assert_true(m.known && !m.speaks && m.correlation < -1 + 1e-12);
}

/* By hand: the second half is what the whole window has beyond the first. */
static void halves_of_a_window(void **state)
{
	static const uint32_t policies[] = {0};
	struct fixture fixture;
	struct study study;
	struct sim_result all, first;
	struct scope host;
	struct study_rep *rep;
	struct sample *half;
	struct error err;
	uint32_t vm;

	(void)state;
	fixture_init(&fixture);
	host = scope_host(&fixture.world);
	assert_int_equal(study_init(&study, &fixture.world, policies, 1, 1, &err), 0);
	fixture_result_init(&all);
	fixture_result_init(&first);
	first.window_ns = all.window_ns / 2;
	for (vm = 0; vm < FIXTURE_VMS; vm++) {
		all.vms[vm].count[VC_OPS] = 5000;
		first.vms[vm].count[VC_OPS] = 2000;
		all.vms[vm].time[VT_USEFUL] = 1000, all.vms[vm].time[VT_SPIN_LHP] = 1000;
		first.vms[vm].time[VT_USEFUL] = 1000;
	}
	hist_add(&first.groups[0].hist[GH_WAIT], 20);
	hist_add(&all.groups[0].hist[GH_WAIT], 20);
	hist_add(&all.groups[0].hist[GH_WAIT], 30);
	rep = study_digest(&study, &all);
	assert_non_null(rep);
	assert_int_equal(memory_digest(&study, rep, &all, &first), 0);
	/* three guests, in a second each */
	half = rep->halves[study_column(&study, metric_find("throughput"), &host)];
	assert_true(half[0].num / half[0].den == 6000 && half[1].num / half[1].den == 9000);
	half = rep->halves[study_column(&study, metric_find("spin"), &host)];
	assert_true(half[0].num == 0 && half[1].num / half[1].den == 1);
	half = rep->halves[study_column(&study, metric_find("wait_mean"), &host)];
	assert_true(half[0].num / half[0].den == 0.020 && half[1].num / half[1].den == 0.030);
	half = rep->halves[study_column(&study, metric_find("wait_max"), &host)];
	assert_true(half[0].den == 0 && half[1].den == 0);
	study_rep_free(&study, rep);
	/* it ended before half of the window: there are none */
	first.window_ns = 0;
	rep = study_digest(&study, &all);
	assert_int_equal(memory_digest(&study, rep, &all, &first), 0);
	assert_null(rep->halves);
	study_rep_free(&study, rep);
	fixture_result_fini(&all);
	fixture_result_fini(&first);
	study_fini(&study);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_hold_the_known_correlation),
		cmocka_unit_test(nothing_to_correlate),
		cmocka_unit_test(halves_of_a_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
