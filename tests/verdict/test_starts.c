/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What hangs on how guests were started on a regular host does not on an irregular one:
 * nobody is a gang at weights of 2:1, and pinned siblings with a ticket lock lose what they
 * lose on real hosts, however they were started.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/engine/sim.h"
#include "verdict.h"

#define STARTS "tests/verdict/starts/"
#define REPS 11

/* -- weights ---------------------------------------------------------------------- */

static void expect_phases_of_their_own(const struct world *world, const char *policy)
{
	double heavier = verdict_group(world, policy, "vm0", "corun", REPS);
	double lighter = verdict_group(world, policy, "vm1", "corun", REPS);

	print_message("%s on %s: co-run %.3f of the heavier and %.3f of the lighter guest "
		      "(phases of their own: 0.200, 0.015)\n",
		      policy, world_irregularity_name(world), heavier, lighter);
	assert_true(heavier > 0.100 && heavier < 0.300);
	assert_true(lighter < 0.115);
}

static void test_weights(void **state)
{
	static const char *const policies[] = {"nice", "core", "hybrid", "cfs", "balance"};
	static const char *const hosts[] =
		{"host.irregularity=linux run.duration=2s",
		 "host.irregularity=busy run.duration=2s",
		 "host.irregularity=linux run.duration=2s run.starts=spread run.load_spread=300ms",
		 "host.irregularity=regular run.duration=2s"};
	struct world *world;
	double corun;

	(void)state;
	for (int h = 0; h < 3; h++) {
		world = verdict_load(STARTS "weights-2to1.yaml", hosts[h]);
		for (int i = 0; i < 5; i++)
			expect_phases_of_their_own(world, policies[i]);
		assert_true(verdict_group(world, "gang", "vm0", "corun", 2) > 0.95);
		scenario_free(world);
	}
	world = verdict_load(STARTS "weights-2to1.yaml", hosts[3]);
	corun = verdict_group(world, "nice", "vm0", "corun", REPS);
	print_message("nice on a regular host: %.3f of the heavier guest\n", corun);
	assert_true(corun > 0.35); /* the check above can fail */
	scenario_free(world);
}

static double corun_of_heavier(const char *policy, const char *set)
{
	struct world *world = verdict_load(STARTS "measured-2to1.yaml", set);
	double corun = verdict_group(world, policy, "vm0", "corun", 40);

	print_message("%s as booted %s: co-run %.3f of the heavier guest\n", policy, set, corun);
	scenario_free(world);
	return corun;
}

/*
 * As it was booted: who wakes at one instant stays in step for some seconds, where turns are
 * taken on each pCPU apart; one queue for all forgets it at once.
 */
static void test_measured(void **state)
{
	static const char *const forget[] = {"nice", "core", "hybrid"};
	static const char *const keep[] = {"cfs", "balance"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		double corun = corun_of_heavier(forget[i], "");

		assert_true(corun > 0.05 && corun < 0.20);
	}
	for (int i = 0; i < 2; i++) {
		double corun = corun_of_heavier(keep[i], "");

		assert_true(corun > 0.55 && corun < 0.85);
	}
	/* It is the start: later, and from siblings that wake apart, there is less of it. */
	assert_true(corun_of_heavier("cfs", "run.warmup=4400ms") < 0.65);
	assert_true(corun_of_heavier("cfs", "run.load_spread=300ms") < 0.30);
}

/* -- a lock ----------------------------------------------------------------------- */

static double ops_of(const struct world *world, uint32_t policy, uint32_t rep)
{
	struct sim_job job = {.world = world, .policy = policy, .rep = rep, .strict = true};
	struct sim_result r;
	struct error err;
	double ops = 0;

	if (sim_run(&job, &r, &err))
		fail_msg("error[%s]: %s", err.kind, err.text);
	for (uint32_t i = 0; i < r.nr_vms; i++)
		ops += world->vms[i].noise ? 0 : (double)r.vms[i].count[VC_OPS];
	sim_result_free(&r);
	return ops;
}

static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* cfs over the gang, replication by replication: the median. */
static double median_ratio(const char *set)
{
	struct world *cfs = verdict_load(STARTS "measured-lock.yaml", set);
	struct world *gang = verdict_load(STARTS "measured-lock-gang.yaml", set);
	double ratio[REPS];

	for (uint32_t rep = 0; rep < REPS; rep++)
		ratio[rep] = ops_of(cfs, 0, rep) / ops_of(gang, 0, rep);
	scenario_free(cfs);
	scenario_free(gang);
	qsort(ratio, REPS, sizeof(ratio[0]), ascending);
	print_message("%s: cfs with pinned siblings makes %.3f of the gang's (median of %d)\n", set,
		      ratio[REPS / 2], REPS);
	return ratio[REPS / 2];
}

#define REGULAR                                                                                    \
	"host.irregularity=regular host.noise.level=0 host.tick.period=0 "                         \
	"run.starts=interleaved "

static void test_lock(void **state)
{
	static const char *const starts[] = {"run.starts=together", "run.starts=interleaved",
					     "run.starts=sequential", "run.starts=spread"};

	(void)state;
	for (int i = 0; i < 4; i++) {
		double ratio = median_ratio(starts[i]);

		assert_true(ratio > 0.05 && ratio < 0.5);
	}
	/* on a regular host it is the start that says what comes out */
	assert_true(median_ratio(REGULAR "run.start_spread=0") > 0.9);
	assert_true(median_ratio(REGULAR "run.start_spread=100ms") < 0.05);
}

/* -- the seed problem -------------------------------------------------------------- */

/* Runs of cfs that make less than half of the gang's median; the gang makes all alike. */
static int count_convoys(const char *file, const char *set)
{
	struct world *world = verdict_load(file, set);
	double cfs[REPS], gang[REPS];
	int nr = 0;

	for (uint32_t p = 0; p < world->nr_policies; p++)
		for (uint32_t rep = 0; rep < REPS; rep++)
			if (!strcmp(world->policies[p].name, "cfs"))
				cfs[rep] = ops_of(world, p, rep);
			else if (!strcmp(world->policies[p].name, "gang"))
				gang[rep] = ops_of(world, p, rep);
	scenario_free(world);
	qsort(gang, REPS, sizeof(gang[0]), ascending);
	assert_true(gang[0] > 0.95 * gang[REPS / 2]);
	for (int i = 0; i < REPS; i++)
		nr += cfs[i] < gang[REPS / 2] / 2;
	print_message("%s %s: %d of %d runs of cfs make less than half of the gang's\n", file, set,
		      nr, REPS);
	return nr;
}

/*
 * docs/model.md: under cfs a convoy hangs on where siblings are.  Guests that have come up on
 * an idle host go back there, some to one pCPU; one that comes up while all pCPUs are taken is
 * put on one each, and hardly ever gets into a convoy.  The gang does not care.
 */
static void test_seed(void **state)
{
	(void)state;
	assert_true(count_convoys("workloads/seed.yaml",
				  "host.irregularity=linux run.starts=spread") >= 2);
	assert_true(count_convoys(STARTS "seed-sequential.yaml", "") <= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_measured),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_seed),
	};

	return cmocka_run_group_tests_name("verdicts: no matter how it was started", tests, NULL,
					   NULL);
}
