/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a strict gang leaves idle, to the nanosecond (experiment 9).
 *
 * Hogs on 4 pCPUs.  A 4-wide and a 1-wide VM need two rows; with equal slots the
 * pCPUs are busy (4 + 1) / (2 * 4) = 62.5 % of the time, a 4-wide and a 2-wide
 * one (4 + 2) / 8 = 75 %.  Relaxed coscheduling fills what a co-stop empties.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/make_world.h"

static uint64_t busy_ns(const struct sim_result *r)
{
	uint64_t busy = 0;

	for (uint32_t p = 0; p < r->nr_pcpus; p++)
		busy += r->pcpus[p][PT_USEFUL] + r->pcpus[p][PT_SPIN] + r->pcpus[p][PT_OVERHEAD];
	return busy;
}

static void mixed(const char *policy, uint32_t narrow, struct sim_result *result)
{
	struct made *made = made_new(4, 10 * SEC, policy);
	uint32_t hog = made_hog(made);

	made->world.run.start_spread_ns = 0;
	made->world.run.warmup_ns = 1 * SEC;
	made_vm(made, "wide", 4, 1024, hog);
	made_vm(made, "narrow", narrow, 1024, hog);
	made_run(made, 0, result);
	made_free(made);
}

static void gang_uses(uint32_t narrow)
{
	struct sim_result r;
	uint64_t expected = 10 * SEC * (4 + narrow) / 2;

	mixed("gang", narrow, &r);
	print_message("gang, 4 + %u wide: busy %llu ns, predicted %llu ns\n", narrow,
		      (unsigned long long)busy_ns(&r), (unsigned long long)expected);
	assert_int_equal(busy_ns(&r), expected);
	sim_result_free(&r);
}

static void relaxed_uses(uint32_t narrow)
{
	struct sim_result r;
	double share;

	mixed("relaxed", narrow, &r);
	share = (double)busy_ns(&r) / (double)(40 * SEC);
	print_message("relaxed, 4 + %u wide: %.4f busy, narrow co-stops %llu\n", narrow, share,
		      (unsigned long long)r.vms[1].count[VC_COSTOPS]);
	assert_true(share >= 0.99);
	if (narrow == 1) /* co-stop is for SMP VMs only */
		assert_int_equal(r.vms[1].count[VC_COSTOPS], 0);
	sim_result_free(&r);
}

static void test_gang(void **state)
{
	(void)state;
	gang_uses(1);
	gang_uses(2);
}

static void test_relaxed(void **state)
{
	(void)state;
	relaxed_uses(1);
	relaxed_uses(2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gang),
		cmocka_unit_test(test_relaxed),
	};

	return cmocka_run_group_tests_name("closed form: utilisation", tests, NULL, NULL);
}
