/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Halt polling where it pays and where it costs; time that the host steals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "verdict.h"

#define REPS 6

static double with_over_without(const char *file, const char *policy, const char *metric,
				const char *off)
{
	return verdict_of(file, NULL, policy, metric, REPS) /
	       verdict_of(file, off, policy, metric, REPS);
}

/* A pCPU for everybody: who is woken goes on at once, and the iterations are shorter. */
static void test_polling_pays(void **state)
{
	static const char *const file = "workloads/halt-poll.yaml", *const off =
									    "host.halt_poll.max=0";
	double ops = with_over_without(file, "cfs", "throughput", off);
	double wakeup = with_over_without(file, "cfs", "wakeup_mean", off);
	double idle = verdict_of(file, NULL, "cfs", "pcpu_idle", REPS);

	(void)state;
	print_message("%s: with polling throughput x %.3f, wake-ups x %.3f, idle %.3f\n", file, ops,
		      wakeup, idle);
	assert_true(ops > 1.03);
	assert_true(wakeup < 0.3);
	assert_true(idle < 0.05); /* this is its price: nothing sleeps any more */
}

/* Others want the pCPUs that poll. */
static void test_polling_costs(void **state)
{
	static const char *const policies[] = {"cfs", "rr"};
	static const char *const file = "workloads/halt-poll-busy.yaml",
				 *const off = "host.halt_poll.max=0";

	(void)state;
	for (int i = 0; i < 2; i++) {
		double ops = with_over_without(file, policies[i], "throughput", off);
		double wakeup = with_over_without(file, policies[i], "wakeup_mean", off);

		print_message("%s, %s: with polling throughput x %.3f, wake-ups x %.3f\n", file,
			      policies[i], ops, wakeup);
		assert_true(ops < 1);
		assert_true(wakeup > 1.2);
	}
}

/*
 * A round of 500 us ends when the last of four is there, and 1 in 10 has lost 50 us:
 * 4 * 50 us * 500 us / 5050 us = 20 us, less what overlaps, or nearly 4 % for the
 * 1 % that is stolen.
 */
static void test_stolen(void **state)
{
	static const char *const file = "workloads/stolen.yaml";
	double ops = with_over_without(file, "gang", "throughput", "host.stolen.level=0");
	double stolen = verdict_of(file, NULL, "gang", "pcpu_stolen", REPS);

	(void)state;
	print_message("%s: %.4f of each pCPU stolen, throughput of the gang x %.4f\n", file, stolen,
		      ops);
	assert_true(stolen > 0.0095 && stolen < 0.0103);
	assert_true(1 - ops > 0.030 && 1 - ops < 0.042);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_polling_pays),
		cmocka_unit_test(test_polling_costs),
		cmocka_unit_test(test_stolen),
	};

	return cmocka_run_group_tests_name("verdicts: halt polling and stolen time", tests, NULL,
					   NULL);
}
