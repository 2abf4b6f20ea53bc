/* SPDX-License-Identifier: BSD-2-Clause */
/* Intervals against textbook numbers, pairing, exactness, the stopping rule. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../../sim/study/stats.h"

static void near(double x, double y, double tolerance)
{
	if (fabs(x - y) > tolerance)
		fail_msg("%.12g is not %.12g", x, y);
}

/* The 0.975 column of any table of Student's t. */
static void t_is_in_the_book(void **state)
{
	(void)state;
	near(stats_t(2), 12.7062, 1e-4);
	near(stats_t(3), 4.3027, 1e-4);
	near(stats_t(5), 2.7764, 1e-4);
	near(stats_t(10), 2.2622, 1e-4);
	near(stats_t(20), 2.0930, 1e-4);
	near(stats_t(31), 2.0423, 1e-4);
	near(stats_t(121), 1.9799, 1e-4);
}

#define ONE(x)                                                                                     \
	{                                                                                          \
		(x), 1                                                                             \
	}

static void mean_of_five(void **state)
{
	/* mean 12, s^2 = 2.5, half = 2.7764 * sqrt(2.5 / 5) */
	const struct sample x[] = {ONE(10), ONE(11), ONE(12), ONE(13), ONE(14)};
	struct estimate e;

	(void)state;
	stats_mean(x, 5, &e);
	assert_int_equal(e.kind, EST_INTERVAL);
	assert_int_equal(e.nr_reps, 5);
	near(e.value, 12, 1e-12);
	near(estimate_half(&e), 1.96324, 1e-4);
	near(e.low, 10.03676, 1e-4);
}

/* Student's own sleep data (1908): ten patients, two drugs; paired half width 0.8799. */
static void pairs_beat_unpaired(void **state)
{
	const struct sample one[] = {ONE(0.7), ONE(-1.6), ONE(-0.2), ONE(-1.2), ONE(-0.1),
				     ONE(3.4), ONE(3.7),  ONE(0.8),  ONE(0.0),	ONE(2.0)};
	const struct sample two[] = {ONE(1.9), ONE(0.8), ONE(1.1), ONE(0.1), ONE(-0.1),
				     ONE(4.4), ONE(5.5), ONE(1.6), ONE(4.6), ONE(3.4)};
	struct estimate e;

	(void)state;
	stats_mean_difference(two, one, 10, &e);
	near(e.value, 1.58, 1e-9);
	near(e.low, 0.7001, 1e-4);
	near(e.high, 2.4599, 1e-4);
	stats_mean(one, 10, &e);
	near(e.value, 0.75, 1e-9);
	near(estimate_half(&e), 1.2798, 1e-4);
}

static void equal_values_are_exact(void **state)
{
	const struct sample x[] = {{1, 8}, {2, 16}, {4, 32}}, y[] = {{1, 4}, {2, 8}, {3, 12}};
	const struct sample jump[] = {ONE(3), ONE(5), ONE(3)}, more[] = {ONE(5), ONE(7), ONE(5)};
	struct estimate e;

	(void)state;
	stats_mean(x, 3, &e);
	assert_int_equal(e.kind, EST_EXACT);
	assert_true(e.value == 0.125 && e.low == 0.125 && e.high == 0.125);
	stats_ratio(x, 3, &e);
	assert_int_equal(e.kind, EST_EXACT);
	assert_true(e.value == 0.125);
	stats_ratio_difference(x, y, 3, &e);
	assert_int_equal(e.kind, EST_EXACT);
	assert_true(e.value == -0.125);
	stats_mean_difference(x, x, 3, &e);
	assert_int_equal(e.kind, EST_EXACT);
	assert_true(e.value == 0);
	/* neither is exact, their difference is */
	stats_mean_difference(more, jump, 3, &e);
	assert_int_equal(e.kind, EST_EXACT);
	assert_true(e.value == 2);
	stats_ratio_difference(jump, jump, 3, &e);
	assert_int_equal(e.kind, EST_EXACT);
	assert_true(e.value == 0);
	/* one replication says nothing about spread */
	stats_mean(x, 1, &e);
	assert_int_equal(e.kind, EST_POINT);
	stats_ratio(x, 1, &e);
	assert_int_equal(e.kind, EST_POINT);
}

/* Waits of 1, 3 and 8 units over 1, 2 and 3 sections: 12 / 6, not the mean of ratios. */
static void ratio_of_sums(void **state)
{
	const struct sample x[] = {{1, 1}, {3, 2}, {8, 3}};
	/* left out in turn: 11/5, 9/4, 4/3; their mean 5.78333/3 */
	const double left[] = {11.0 / 5, 9.0 / 4, 4.0 / 3};
	double mean = (left[0] + left[1] + left[2]) / 3, squares = 0;
	struct estimate e;
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		squares += (left[i] - mean) * (left[i] - mean);
	stats_ratio(x, 3, &e);
	assert_int_equal(e.kind, EST_INTERVAL);
	near(e.value, 2, 1e-12);
	near(estimate_half(&e), 4.302653 * sqrt(squares * 2 / 3), 1e-5);
}

/* With equal denominators the jackknife of a ratio is the t interval of the mean. */
static void ratio_agrees_with_mean(void **state)
{
	const struct sample x[] = {{10, 4}, {11, 4}, {12, 4}, {13, 4}, {17, 4}};
	const struct sample y[] = {{1, 2}, {5, 2}, {2, 2}, {2, 2}, {3, 2}};
	struct estimate ratio, mean;

	(void)state;
	stats_ratio(x, 5, &ratio);
	stats_mean(x, 5, &mean);
	near(ratio.value, mean.value, 1e-12);
	near(ratio.low, mean.low, 1e-12);
	near(ratio.high, mean.high, 1e-12);
	stats_ratio_difference(x, y, 5, &ratio);
	stats_mean_difference(x, y, 5, &mean);
	near(ratio.low, mean.low, 1e-12);
	near(ratio.high, mean.high, 1e-12);
}

static void nothing_gives_no_number(void **state)
{
	const struct sample none[] = {{0, 0}, {0, 0}, {5, 0}}, some[] = {{1, 1}, {0, 0}, {2, 1}};
	const struct sample one[] = {{3, 2}, {0, 0}, {0, 0}}, below[] = {{1, -1}, {1, -2}, {2, -3}};
	const struct sample full[] = {{1, 1}, {1, 1}, {2, 1}};
	struct estimate e;

	(void)state;
	stats_mean(none, 3, &e);
	assert_true(e.kind == EST_NA && e.reason == NA_EMPTY);
	stats_ratio(none, 3, &e);
	assert_true(e.kind == EST_NA && e.reason == NA_EMPTY);
	stats_mean(below, 3, &e);
	assert_true(e.kind == EST_NA);
	stats_ratio(below, 3, &e);
	assert_true(e.kind == EST_NA);
	stats_mean(full, 0, &e);
	assert_true(e.kind == EST_NA);
	/* the mean of those that have a value would mislead */
	stats_mean(some, 3, &e);
	assert_true(e.kind == EST_NA && e.reason == NA_MISSING);
	stats_mean_difference(full, some, 3, &e);
	assert_true(e.kind == EST_NA && e.reason == NA_MISSING);
	stats_ratio_difference(full, none, 3, &e);
	assert_true(e.kind == EST_NA && e.reason == NA_EMPTY);
	/* a ratio takes what there is ... */
	stats_ratio(some, 3, &e);
	assert_true(e.kind == EST_INTERVAL && e.value == 1.5);
	/* ... but one replication alone gives no interval */
	stats_ratio(one, 3, &e);
	assert_true(e.kind == EST_POINT && e.value == 1.5);
}

/* -- stopping --------------------------------------------------------------- */

static void a_fixed_number_is_fixed(void **state)
{
	struct stop_rule rule;

	(void)state;
	stop_init(&rule, 3, 3, 0);
	assert_int_equal(rule.goal, 3);
	assert_int_equal(stop_judge(&rule, 1e9, 0), STOP_FIXED);
	stop_init(&rule, 0, 0, 0);
	assert_int_equal(rule.goal, 1);
}

/* 10, 20, 40: met at 20, so 40 decide; what they say does not matter any more. */
static void batches_double_and_confirm(void **state)
{
	struct stop_rule rule;

	(void)state;
	stop_init(&rule, 1, 1000, 0.02);
	assert_int_equal(rule.goal, 10);
	assert_int_equal(stop_judge(&rule, 3, 100), STOP_MORE);
	assert_int_equal(rule.goal, 20);
	assert_int_equal(stop_judge(&rule, 2, 100), STOP_MORE);
	assert_int_equal(rule.goal, 40);
	assert_int_equal(stop_judge(&rule, 50, 100), STOP_TARGET);
	assert_int_equal(rule.goal, 40);
}

static void the_cap_is_said(void **state)
{
	struct stop_rule rule;

	(void)state;
	stop_init(&rule, 10, 30, 0.02);
	assert_int_equal(stop_judge(&rule, 3, 100), STOP_MORE);
	assert_int_equal(stop_judge(&rule, 3, 100), STOP_MORE);
	assert_int_equal(rule.goal, 30); /* not 40 */
	assert_int_equal(stop_judge(&rule, 3, 100), STOP_CAP);
	stop_init(&rule, 10, 30, 0.02);
	rule.goal = 30;
	assert_int_equal(stop_judge(&rule, 1, 100), STOP_TARGET);
	/* fewer than ten decide nothing */
	stop_init(&rule, 2, 5, 0.02);
	assert_int_equal(rule.goal, 5);
	assert_int_equal(stop_judge(&rule, 0, 100), STOP_CAP);
	/* a value of exactly zero is precise enough */
	stop_init(&rule, 10, 100, 0.02);
	assert_int_equal(stop_judge(&rule, 0, 0), STOP_MORE);
	assert_int_equal(stop_judge(&rule, 0, 0), STOP_TARGET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_is_in_the_book),
		cmocka_unit_test(mean_of_five),
		cmocka_unit_test(pairs_beat_unpaired),
		cmocka_unit_test(equal_values_are_exact),
		cmocka_unit_test(ratio_of_sums),
		cmocka_unit_test(ratio_agrees_with_mean),
		cmocka_unit_test(nothing_gives_no_number),
		cmocka_unit_test(a_fixed_number_is_fixed),
		cmocka_unit_test(batches_double_and_confirm),
		cmocka_unit_test(the_cap_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
