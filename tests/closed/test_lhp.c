/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How often a lock's holder is off CPU: n rho (R - 1) / R, under every policy.
 *
 * n vCPUs each hold lock L for a share rho of their running time, n rho << 1, and
 * run 1/R of the time.  A preemption finds the lock held with probability n rho,
 * and lasts (R - 1) slices; so the share of wall time in which a held lock's
 * holder is off CPU is n rho (R - 1) / R, whatever the slice, and whatever the
 * policy: a gang preempts holders, too.  What a gang removes is the part with a
 * sibling running, lhp_exposed.
 *
 * Conditions: costs, ticks and noise off, phases random, hold = slice / 100,
 * test-and-set (a ticket lock changes rho itself), rho as measured.
 */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/make_world.h"

#define N 4 /* vCPUs a VM */
#define R 2 /* overcommit */
#define RHO 0.005
#define MAX_REPS 200

/* Over replications: how lhp_wall compares with its prediction, and what is exposed. */
struct outcome {
	double ratio, half; /* lhp_wall / prediction, half width of its 95 % interval */
	double exposed; /* lhp_exposed / lhp_wall */
	uint32_t reps;
};

static struct outcome measure(const char *policy, const char *tunable, uint64_t slice_ns)
{
	uint64_t hold_ns = slice_ns / 100;
	uint64_t run_ns = 8000 * slice_ns;
	double sum = 0, sum2 = 0, wall = 0, exposed = 0;
	struct outcome o = {0};

	do {
		struct made *made = made_new(N, run_ns, policy);
		uint32_t program =
			made_locker(made, OBJECT_TAS, (uint64_t)(hold_ns / RHO), hold_ns);
		struct sim_result r;
		double ratio, predicted = 0, seen = 0, mean;

		made_tunable(made, tunable, slice_ns);
		if (slice_ns < MS && tunable[1] == 'l' && tunable[2] == 'o')
			made_tunable(made, "min_slot", slice_ns);
		made->world.run.warmup_ns = 20 * slice_ns;
		made->world.run.start_spread_ns = 2 * slice_ns;
		made_vm(made, "a", N, 1024, program);
		made_vm(made, "b", N, 1024, program);
		made_run(made, o.reps, &r);
		for (int vm = 0; vm < R; vm++) {
			double rho = (double)r.vms[vm].lock_held_ns / (double)r.vms[vm].received_ns;

			predicted += N * rho * (R - 1) / R;
			seen += (double)r.vms[vm].lhp_wall_ns / (double)r.window_ns;
			wall += (double)r.vms[vm].lhp_wall_ns;
			exposed += (double)r.vms[vm].lhp_exposed_ns;
		}
		ratio = seen / predicted;
		sum += ratio;
		sum2 += ratio * ratio;
		o.reps++;
		mean = sum / o.reps;
		o.ratio = mean;
		if (o.reps >= 10)
			o.half = gsl_cdf_tdist_Pinv(0.975, o.reps - 1) *
				 sqrt((sum2 / o.reps - mean * mean) / (o.reps - 1));
		sim_result_free(&r);
		made_free(made);
	} while (o.reps < 10 || (o.half > 0.025 && o.reps < MAX_REPS));
	o.exposed = exposed / wall;
	return o;
}

static struct outcome expect_prediction(const char *policy, const char *tunable, uint64_t slice_ns)
{
	struct outcome o = measure(policy, tunable, slice_ns);

	print_message("%s, slice %.1f ms: lhp_wall / (n rho (R-1)/R) = %.3f +- %.3f (%u "
		      "replications), exposed %.4f of it\n",
		      policy, (double)slice_ns / 1e6, o.ratio, o.half, o.reps, o.exposed);
	assert_true(o.half <= 0.025);
	assert_true(fabs(o.ratio - 1) <= 0.05);
	/* the prediction is first order in rho: its own error, n rho, widens the interval */
	assert_true(fabs(o.ratio - 1) <= o.half + N * RHO);
	return o;
}

static void test_independent(void **state)
{
	(void)state;
	static const uint64_t slices_ns[] = {100000, 3 * MS, 30 * MS};

	for (int i = 0; i < 3; i++)
		assert_true(expect_prediction("rr", "slice", slices_ns[i]).exposed > 0.5);
}

static void test_gang(void **state)
{
	(void)state;
	static const uint64_t slots_ns[] = {100000, 3 * MS, 30 * MS};

	for (int i = 0; i < 3; i++)
		assert_true(expect_prediction("gang", "slot", slots_ns[i]).exposed < 0.001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_independent),
		cmocka_unit_test(test_gang),
	};

	return cmocka_run_group_tests_name("closed form: lock-holder preemption", tests, NULL,
					   NULL);
}
