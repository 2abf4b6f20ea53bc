/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Experiment 10 (P18, P19): gang and spin wins at fine grain and even work only, and
 * blocking without a gang elsewhere; uneven work and guest threads are for blocking.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "verdict.h"

#define REPS 4

static const char *const even = "workloads/grain.yaml", *const uneven =
								"workloads/grain-uneven.yaml";
static const char *const threads = "workloads/grain-threads.yaml";

/* Share of the host's time that was work. */
static double useful(const char *file, const char *grain, const char *wait, const char *policy)
{
	char set[128];

	snprintf(set, sizeof(set), "vms.job.program=%s programs.%s.barriers.meet=%s", grain, grain,
		 wait);
	return verdict_of(file, set, policy, "host_useful", REPS);
}

static void test_even(void **state)
{
	static const char *const grains[] = {"50us", "150us", "500us", "5ms", "50ms"};
	static const double us[] = {50, 150, 500, 5000, 50000};
	double ahead[5], cross = 0;

	(void)state;
	for (int i = 0; i < 5; i++) {
		double gang = useful(even, grains[i], "spin", "gang");
		double spin = useful(even, grains[i], "spin", "cfs");
		double block = useful(even, grains[i], "block", "cfs");

		print_message("even %s: gang, spin %.3f; cfs, spin %.3f; cfs, block %.3f\n",
			      grains[i], gang, spin, block);
		/* the gang does not care for the grain; without it, spinning does */
		assert_in_range((int)(gang * 1000), 850, 920);
		if (us[i] <= 500)
			assert_true(spin < 0.3 * gang);
		ahead[i] = block - gang;
		if (i && ahead[i] > 0 && ahead[i - 1] <= 0)
			cross = us[i - 1] *
				pow(us[i] / us[i - 1], -ahead[i - 1] / (ahead[i] - ahead[i - 1]));
	}
	print_message("gang and spin against cfs and block: they cross at %.0f us\n", cross);
	assert_true(ahead[0] < -0.04);
	for (int i = 2; i < 5; i++)
		assert_true(ahead[i] > 0.04);
	assert_true(cross > 50 && cross < 250);
}

/* 1 / (1 + 1/2 + 1/3 + 1/4) = 0.48 is what a gang that waits for the longest of four has. */
static void test_uneven(void **state)
{
	static const char *const grains[] = {"50us", "500us", "5ms"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		double gang = useful(uneven, grains[i], "spin", "gang");
		double block = useful(uneven, grains[i], "block", "cfs");

		print_message("uneven %s: gang, spin %.3f; cfs, block %.3f\n", grains[i], gang,
			      block);
		assert_true(fabs(gang - 0.48 * 0.984) < 0.035);
		assert_true(block > 1.2 * gang);
	}
}

/* With 8 threads on 4 vCPUs, blocking is ahead even where it was not; spinning is lost. */
static void test_threads(void **state)
{
	static const char *const grains[] = {"50us", "500us", "5ms"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		double block = useful(threads, grains[i], "block", "cfs");
		double gang = useful(threads, grains[i], "block", "gang");
		double spin = useful(threads, grains[i], "spin", "gang");
		double fewer = useful(uneven, grains[i], "block", "cfs");

		print_message("8 threads, uneven %s: block: cfs %.3f, gang %.3f; gang, spin %.3f; "
			      "4 threads: cfs, block %.3f\n",
			      grains[i], block, gang, spin, fewer);
		assert_true(block > 1.08 * fewer);
		assert_true(block > 1.25 * gang);
		assert_true(gang > 1.25 * useful(uneven, grains[i], "spin", "gang"));
		assert_true(spin < 0.8 * gang);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_even),
		cmocka_unit_test(test_uneven),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests_name("verdict: grain", tests, NULL, NULL);
}
