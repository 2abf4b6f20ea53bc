/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the shipped scenarios say, as conditions: the seed problem at its sourced
 * defaults and around them, what strict gangs leave idle, and the controls in
 * which gang scheduling must not win.
 *
 * Runs the scenario files of workloads/ with shorter windows; the bounds have
 * margins of many intervals, so the fixed replications decide.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "verdict.h"

#define REPS 10

/* -- the seed problem ------------------------------------------------------------------ */

static void expect_seed(const char *set)
{
	struct world *w = verdict_load("workloads/seed.yaml", set);
	double gang_corun = verdict_metric(w, "gang", "corun", REPS);
	double cfs_corun = verdict_metric(w, "cfs", "corun", REPS);
	double gang_ops = verdict_metric(w, "gang", "throughput", REPS);
	double cfs_ops = verdict_metric(w, "cfs", "throughput", REPS);
	double gang_waste = verdict_metric(w, "gang", "lhp_spin", REPS) +
			    verdict_metric(w, "gang", "lwp_spin", REPS);
	double cfs_waste = verdict_metric(w, "cfs", "lhp_spin", REPS) +
			   verdict_metric(w, "cfs", "lwp_spin", REPS);

	print_message("seed, %s: co-run gang %.3f, cfs %.3f; throughput gang / cfs %.2f; spin "
		      "for LHP and LWP gang %.6f, cfs %.4f\n",
		      set ? set : "as shipped", gang_corun, cfs_corun, gang_ops / cfs_ops,
		      gang_waste, cfs_waste);
	assert_true(gang_corun >= 0.97);
	assert_true(cfs_corun <= 0.25);
	assert_true(gang_ops >= 1.3 * cfs_ops);
	assert_true(gang_waste <= cfs_waste / 10);
	scenario_free(w);
}

static void test_seed(void **state)
{
	(void)state;
	expect_seed(NULL);
}

static void test_seed_noise(void **state)
{
	(void)state;
	expect_seed("host.noise.level=0");
	expect_seed("host.noise.level=0.5");
	expect_seed("host.noise.level=2");
}

static void test_seed_ties(void **state)
{
	(void)state;
	expect_seed("run.ties=reverse");
}

/* -- the price ------------------------------------------------------------------------- */

static void test_mixed_widths(void **state)
{
	static const char *const files[] = {"workloads/mixed-widths.yaml",
					    "workloads/mixed-widths-half.yaml"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct world *w = verdict_load(files[i], NULL);
		double gang = verdict_metric(w, "gang", "utilisation", REPS);
		double relaxed = verdict_metric(w, "relaxed", "utilisation", REPS);

		print_message("%s: utilisation gang %.4f, relaxed %.4f\n", files[i], gang, relaxed);
		assert_true(relaxed >= 0.98);
		assert_true(gang < 0.80);
		scenario_free(w);
	}
}

/* -- controls: no gain to be had, so none may be seen ------------------------------------ */

static void expect_no_win(const char *file)
{
	struct world *w = verdict_load(file, NULL);
	double gang = verdict_metric(w, "gang", "throughput", REPS);
	double cfs = verdict_metric(w, "cfs", "throughput", REPS);

	print_message("%s: throughput gang / cfs %.4f\n", file, gang / cfs);
	assert_true(gang <= cfs * 1.01);
	assert_true(gang >= cfs * 0.90); /* nor is it a disaster */
	scenario_free(w);
}

static void test_controls(void **state)
{
	(void)state;
	expect_no_win("workloads/control-no-locks.yaml");
	expect_no_win("workloads/control-no-overcommit.yaml");
	expect_no_win("workloads/control-one-vcpu.yaml");
	expect_no_win("workloads/control-coarse.yaml");
}

/* Experiment 10: gangs win at fine grain only. */
static void test_grain(void **state)
{
	struct world *fine = verdict_load("workloads/barriers-500us.yaml", NULL);
	struct world *coarse = verdict_load("workloads/barriers-50ms.yaml", NULL);
	double fine_gain = verdict_metric(fine, "gang", "throughput", REPS) /
			   verdict_metric(fine, "cfs", "throughput", REPS);
	double coarse_gain = verdict_metric(coarse, "gang", "throughput", REPS) /
			     verdict_metric(coarse, "cfs", "throughput", REPS);

	(void)state;
	print_message("barriers: gang / cfs %.2f at 500 us, %.3f at 50 ms\n", fine_gain,
		      coarse_gain);
	assert_true(fine_gain > 2);
	assert_true(coarse_gain < 1.02);
	scenario_free(fine);
	scenario_free(coarse);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seed),	  cmocka_unit_test(test_seed_noise),
		cmocka_unit_test(test_seed_ties), cmocka_unit_test(test_mixed_widths),
		cmocka_unit_test(test_controls),  cmocka_unit_test(test_grain),
	};

	return cmocka_run_group_tests_name("verdicts of the shipped scenarios", tests, NULL, NULL);
}
