/* SPDX-License-Identifier: BSD-2-Clause */
/* What was asked for: nothing is lost, however little room there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../sim/fair/demand.h"

static uint64_t sum_of_runs(const struct demand *d)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < d->nr; i++)
		sum += d->asks[i].run_ns;
	return sum;
}

static uint64_t sum_of_waits(const struct demand *d)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < d->nr; i++)
		sum += d->asks[i].wait_ns;
	return sum;
}

static void test_kept(void **state)
{
	struct demand d = {.most = 64};

	(void)state;
	for (uint64_t i = 0; i < 64; i++) {
		assert_int_equal(demand_wait(&d, (struct ask){100 * i, 0, i & 1}), 0);
		demand_ran(&d, i);
		demand_ran(&d, 1000);
	}
	assert_int_equal(d.nr, 64);
	for (uint64_t i = 0; i < 64; i++) {
		assert_int_equal(d.asks[i].wait_ns, 100 * i);
		assert_int_equal(d.asks[i].run_ns, 1000 + i);
		assert_int_equal(d.asks[i].at, i & 1);
	}
	free(d.asks);
}

/* However many: at most so much memory, the same sums, and even steps. */
static void test_folded(void **state)
{
	struct demand d = {.most = 16};
	uint64_t n = 100000;

	(void)state;
	for (uint64_t i = 0; i < n; i++) {
		assert_int_equal(demand_wait(&d, (struct ask){3, 0, 0}), 0);
		demand_ran(&d, 2);
		assert_true(d.nr <= 16 && d.room <= 16);
	}
	assert_int_equal(sum_of_waits(&d), 3 * n);
	assert_int_equal(sum_of_runs(&d), 2 * n);
	for (uint32_t i = 1; i + 1 < d.nr; i++)
		assert_int_equal(d.asks[i].run_ns, d.asks[0].run_ns);
	free(d.asks);
}

/* Arrivals that become one are there from the first of them on. */
static void test_folded_arrivals(void **state)
{
	struct demand d = {.most = 2};

	(void)state;
	for (uint64_t i = 0; i < 4; i++) {
		assert_int_equal(demand_wait(&d, (struct ask){1000 * (i + 1), 0, 1}), 0);
		demand_ran(&d, 10);
	}
	assert_int_equal(d.nr, 2);
	assert_int_equal(d.asks[0].wait_ns, 1000);
	assert_int_equal(d.asks[1].wait_ns, 3000);
	assert_int_equal(sum_of_runs(&d), 40);
	free(d.asks);
}

/* A sleep that was cut short, alone and as part of one that was folded. */
static void test_mended(void **state)
{
	struct demand d = {.most = 2};
	const struct ask sleep = {500, 0, 0}, shorter = {200, 0, 0};

	(void)state;
	assert_int_equal(demand_wait(&d, sleep), 0);
	demand_mend(&d, sleep, shorter);
	assert_int_equal(d.asks[0].wait_ns, 200);
	for (int i = 0; i < 3; i++)
		assert_int_equal(demand_wait(&d, sleep), 0);
	demand_mend(&d, sleep, shorter);
	assert_int_equal(sum_of_waits(&d), 200 + 500 + 500 + 200);
	free(d.asks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_folded),
		cmocka_unit_test(test_folded_arrivals),
		cmocka_unit_test(test_mended),
	};

	return cmocka_run_group_tests_name("demand", tests, NULL, NULL);
}
