/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sleeping mutex under overcommit: it needs no gang; spinning for it on what the
 * guest alone can see is worse; a hint of the hypervisor mends that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "verdict.h"

#define REPS 4

static double rate(const char *lock, const char *policy)
{
	char set[128];

	snprintf(set, sizeof(set), "programs.work.locks.m%s", lock);
	return verdict_of("workloads/mutex.yaml", set, policy, "throughput", REPS);
}

static void test_mutex(void **state)
{
	double sleeps = rate("=mutex", "cfs"), ticket = rate("=ticket", "cfs");
	double gang = rate("=ticket", "gang");
	double loaded = rate(".spin_on_owner=loaded", "cfs");
	double running = rate(".spin_on_owner=running", "cfs");

	(void)state;
	print_message("sections/s under cfs: mutex %.0f, ticket %.0f, spinning on an owner that is "
		      "loaded %.0f, running %.0f; gang with ticket locks %.0f\n",
		      sleeps, ticket, loaded, running, gang);
	assert_true(sleeps > 5 * ticket);
	assert_true(sleeps > 0.9 * gang);
	assert_true(loaded < 0.8 * sleeps);
	assert_true(running > sleeps);
}

static double steal(const char *known, const char *metric)
{
	char set[128];

	snprintf(set, sizeof(set), "run.duration=3s vms.mixed.steal_time=%s", known);
	return verdict_of("workloads/steal-time.yaml", set, "cfs", metric, 8);
}

/* A guest that knows of stolen time lets its threads finish their slices: who waits, waits. */
static void test_steal_time(void **state)
{
	double response = steal("true", "response_mean") / steal("false", "response_mean");
	double changes = steal("true", "thread_preemptions") / steal("false", "thread_preemptions");

	(void)state;
	print_message("steal time known to the guest: response x %.2f, threads preempted x %.2f\n",
		      response, changes);
	assert_true(changes < 0.85);
	assert_true(response > 1.08);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_mutex),
					   cmocka_unit_test(test_steal_time)};

	return cmocka_run_group_tests_name("verdict: guest threads", tests, NULL, NULL);
}
