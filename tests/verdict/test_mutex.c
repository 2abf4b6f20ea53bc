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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_mutex)};

	return cmocka_run_group_tests_name("verdict: mutex", tests, NULL, NULL);
}
