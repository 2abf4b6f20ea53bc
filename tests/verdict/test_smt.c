/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two threads a core, a fifth more than one can do: worth having where there is enough
 * to do, and a loss for who puts two vCPUs on one core beside an idle one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "verdict.h"

#define REPS 4

/* Throughput with SMT over that without, for so many guests of two vCPUs on four cores. */
static double on_over_off(unsigned guests, const char *policy)
{
	static const char *const file = "workloads/smt.yaml";
	char on[64], off[96];

	snprintf(on, sizeof(on), "vms.guest.count=%u", guests);
	snprintf(off, sizeof(off), "vms.guest.count=%u host.threads=1", guests);
	return verdict_of(file, on, policy, "throughput", REPS) /
	       verdict_of(file, off, policy, "throughput", REPS);
}

static void test_smt(void **state)
{
	static const unsigned guests[] = {1, 2, 4, 8};

	(void)state;
	for (int i = 0; i < 4; i++) {
		double cfs = on_over_off(guests[i], "cfs"), rr = on_over_off(guests[i], "rr");

		print_message("%u vCPUs on 8 threads of 4 cores, against 4: cfs x %.3f, rr x "
			      "%.3f\n",
			      2 * guests[i], cfs, rr);
		if (guests[i] >= 4) { /* all threads busy: 2 * 0.6 */
			assert_true(cfs > 1.15 && cfs < 1.25);
			assert_true(rr > 1.15 && rr < 1.25);
		} else { /* rr takes pCPUs in order: both threads of a core */
			assert_true(cfs > 0.97 && cfs < 1.03);
			assert_true(rr > 0.57 && rr < 0.63);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_smt)};

	return cmocka_run_group_tests_name("verdicts: SMT", tests, NULL, NULL);
}
