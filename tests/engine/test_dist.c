/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Draws: our own log, exp and normal quantile against GSL's, the distributions'
 * moments against theory, and keys that keep streams apart.
 */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../../sim/base/dist.h"
#include "../../sim/base/fpmath.h"
#include "../../sim/base/rng.h"

#define NR_DRAWS 400000

static double spread(uint64_t i)
{
	return (rng_unit(7, i) - 0.5) * 2;
}

static void test_fpmath(void **state)
{
	double worst_log = 0, worst_exp = 0, worst_normal = 0;

	(void)state;
	for (uint64_t i = 0; i < 200000; i++) {
		double x = exp(spread(i) * 500), e = spread(i) * 650;
		double p = i % 3 ? rng_open_unit(8, i) : exp(-600 * rng_unit(9, i));
		double q = gsl_cdf_ugaussian_Pinv(p);
		double scale = fabs(log(x)) > 1e-3 ? fabs(log(x)) : 1e-3;

		worst_log = fmax(worst_log, fabs(fp_log(x) - log(x)) / scale);
		worst_exp = fmax(worst_exp, fabs(fp_exp(e) / exp(e) - 1));
		worst_normal =
			fmax(worst_normal, fabs(fp_normal_quantile(p) - q) / fmax(1, fabs(q)));
	}
	print_message("worst error: log %.1e, exp %.1e, normal quantile %.1e\n", worst_log,
		      worst_exp, worst_normal);
	assert_true(worst_log < 1e-13);
	assert_true(worst_exp < 1e-14);
	assert_true(worst_normal < 1e-14);
	assert_true(fp_log(1) == 0);
	assert_true(fp_exp(0) == 1);
	assert_true(fp_exp(-800) == 0);
}

/* Mean and standard deviation of many draws, in units of the expected mean. */
static void expect_moments(const char *name, struct dist dist, double mean, double sd)
{
	double sum = 0, sum2 = 0, got_mean, got_sd;

	dist.max_ns = DIST_MAX_NS;
	for (uint64_t i = 0; i < NR_DRAWS; i++) {
		double x = (double)dist_draw(&dist, rng_key(3, 4), i);

		sum += x;
		sum2 += x * x;
	}
	got_mean = sum / NR_DRAWS;
	got_sd = sqrt(sum2 / NR_DRAWS - got_mean * got_mean);
	print_message("%-12s mean %.5g (theory %.5g), sd %.5g (%.5g)\n", name, got_mean, mean,
		      got_sd, sd);
	/* five standard errors; the sd itself is looser, its error hangs on the tail */
	assert_true(fabs(got_mean - mean) <= 5 * sd / sqrt(NR_DRAWS) + 1);
	assert_true(fabs(got_sd - sd) <= 0.05 * sd + 1);
	if (dist.kind != DIST_NORMAL)
		assert_true(fabs(dist_mean(&dist) - mean) <= 1e-9 * mean);
}

static void test_moments(void **state)
{
	(void)state;
	expect_moments("const", (struct dist){.kind = DIST_CONST, .a = 5000}, 5000, 0);
	expect_moments("uniform", (struct dist){.kind = DIST_UNIFORM, .a = 1e4, .b = 3e4}, 2e4,
		       2e4 / sqrt(12));
	expect_moments("exponential", (struct dist){.kind = DIST_EXPONENTIAL, .a = 6e4}, 6e4, 6e4);
	expect_moments("lognormal", (struct dist){.kind = DIST_LOGNORMAL, .a = 1e5, .b = 0.5},
		       1e5 * exp(0.125), 1e5 * exp(0.125) * sqrt(exp(0.25) - 1));
	expect_moments("normal", (struct dist){.kind = DIST_NORMAL, .a = 1e5, .b = 1e4}, 1e5, 1e4);
	expect_moments("gamma", (struct dist){.kind = DIST_GAMMA, .a = 3, .b = 1e4}, 3e4,
		       sqrt(3) * 1e4);
	expect_moments("weibull", (struct dist){.kind = DIST_WEIBULL, .a = 2, .b = 1e5},
		       1e5 * sqrt(M_PI) / 2, 1e5 * sqrt(1 - M_PI / 4));
	expect_moments("pareto", (struct dist){.kind = DIST_PARETO, .a = 6, .b = 1e5}, 1.2e5,
		       1e5 * sqrt(6.0 / (25 * 4)));
}

/*
 * What the loader holds against the mean that was asked for is what is drawn, for short ones
 * (rounded to whole ns, none negative) as for long ones: to 5 standard errors, below 1 %.
 */
static void expect_drawn_mean(struct dist dist)
{
	double sum = 0, sum2 = 0, got, error, said = dist_drawn_mean(&dist);

	dist.max_ns = DIST_MAX_NS;
	for (uint64_t i = 0; i < NR_DRAWS; i++) {
		double x = (double)dist_draw(&dist, rng_key(5, 6), i);

		sum += x;
		sum2 += x * x;
	}
	got = sum / NR_DRAWS;
	error = sqrt((sum2 / NR_DRAWS - got * got) / NR_DRAWS) + 1e-9 * got;
	if (fabs(got - said) > 5 * error || error > 0.002 * got)
		print_message("kind %d, %g, %g: draws have the mean %.5g (+- %.2g), said %.5g\n",
			      (int)dist.kind, dist.a, dist.b, got, error, said);
	assert_true(fabs(got - said) <= 5 * error);
	assert_true(error <= 0.002 * got);
}

static void test_drawn_mean(void **state)
{
	static const double sizes[] = {3, 10, 57, 179, 1000, 1e6, 1e9};

	(void)state;
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		double ns = sizes[i];

		expect_drawn_mean((struct dist){.kind = DIST_EXPONENTIAL, .a = ns});
		expect_drawn_mean((struct dist){.kind = DIST_NORMAL, .a = ns, .b = ns / 3});
		expect_drawn_mean((struct dist){.kind = DIST_NORMAL, .a = ns, .b = ns});
		expect_drawn_mean((struct dist){.kind = DIST_GAMMA, .a = 4, .b = ns / 4});
		expect_drawn_mean((struct dist){.kind = DIST_GAMMA, .a = 0.7, .b = ns});
		expect_drawn_mean((struct dist){.kind = DIST_WEIBULL, .a = 2, .b = ns});
		expect_drawn_mean((struct dist){.kind = DIST_WEIBULL, .a = 0.9, .b = ns});
	}
}

static void test_samples(void **state)
{
	uint64_t values[] = {10, 20, 30};
	struct dist replay = {.kind = DIST_REPLAY,
			      .samples = values,
			      .nr_samples = 3,
			      .max_ns = DIST_MAX_NS};
	struct dist samples = replay;
	uint32_t seen[31] = {0};

	(void)state;
	for (uint64_t i = 0; i < 9; i++)
		assert_int_equal(dist_draw(&replay, 1, i), values[i % 3]);
	samples.kind = DIST_SAMPLES;
	for (uint64_t i = 0; i < 30000; i++)
		seen[dist_draw(&samples, 1, i)]++;
	for (int i = 0; i < 3; i++)
		assert_in_range(seen[values[i]], 9500, 10500);
}

static void test_limits(void **state)
{
	struct dist d = {.kind = DIST_EXPONENTIAL, .a = 1000, .min_ns = 500, .max_ns = 1500};

	(void)state;
	for (uint64_t i = 0; i < 10000; i++) {
		assert_in_range(dist_draw(&d, 1, i), 500, 1500);
		assert_in_range(dist_draw_exponential(&d, 1, i), 500, 1500);
		assert_int_equal(dist_draw(&d, 1, i), dist_draw_exponential(&d, 1, i));
	}
	d = (struct dist){.kind = DIST_PARETO, .a = 0.01, .b = 1e9, .max_ns = DIST_MAX_NS};
	for (uint64_t i = 0; i < 1000; i++)
		assert_in_range(dist_draw(&d, 1, i), 1, DIST_MAX_NS);
}

/* Neighbouring keys and counters: no correlation to speak of. */
static void test_streams(void **state)
{
	double worst = 0;

	(void)state;
	for (uint64_t lag = 1; lag < 6; lag++) {
		double key = 0, counter = 0;

		for (uint64_t i = 0; i < 100000; i++) {
			uint64_t a = rng_key(1, i);

			key += (rng_unit(a, 0) - 0.5) * (rng_unit(rng_key(1, i + lag), 0) - 0.5);
			counter += (rng_unit(5, i) - 0.5) * (rng_unit(5, i + lag) - 0.5);
		}
		worst = fmax(worst, fmax(fabs(key), fabs(counter)) * 12 / 100000);
	}
	print_message("largest correlation of neighbouring draws: %.4f\n", worst);
	assert_true(worst < 0.02);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fpmath),	   cmocka_unit_test(test_moments),
		cmocka_unit_test(test_drawn_mean), cmocka_unit_test(test_samples),
		cmocka_unit_test(test_limits),	   cmocka_unit_test(test_streams),
	};

	return cmocka_run_group_tests_name("draws", tests, NULL, NULL);
}
