/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What runs say of fairness by demand: in closed form, and over random worlds.
 *
 * The property: the same demand is entitled to the same, whoever served it and how late, be
 * the rest of it foreseen or run.  So whoever is given less has the worse score.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/base/rng.h"
#include "../lib/make_world.h"

#define WORLDS 200

static void expect_share(const char *what, double is, double should, double within)
{
	if (fabs(is - should) > within)
		fail_msg("%s: %.6f instead of %.6f", what, is, should);
}

static double entitled(const struct sim_result *r, uint32_t vm)
{
	return r->vms[vm].entitled_ns / (double)r->window_ns;
}

static double received(const struct sim_result *r, uint32_t vm)
{
	return (double)r->vms[vm].received_ns / (double)r->window_ns;
}

static struct made *by_demand(uint32_t nr_pcpus, uint64_t duration_ns, const char *policy)
{
	struct made *made = made_new(nr_pcpus, duration_ns, policy);

	made->world.fairness = FAIRNESS_VCPU;
	return made;
}

/* Open arrivals of work, one after the other however late. */
static uint32_t make_server(struct made *made, uint64_t every_ns, uint64_t work_ns)
{
	struct step steps[] = {{.op = STEP_ARRIVE},
			       {.op = STEP_COMPUTE, .dist = 1},
			       {.op = STEP_RESPOND},
			       {.op = STEP_JUMP}};
	struct dist dists[] =
		{{.kind = DIST_EXPONENTIAL, .a = (double)every_ns, .max_ns = WORLD_MAX_NS},
		 {.kind = DIST_EXPONENTIAL, .a = (double)work_ns, .max_ns = WORLD_MAX_NS}};
	struct program p = {.steps = steps, .nr_steps = 4, .dists = dists, .nr_dists = 2};

	return made_program(made, &p);
}

/* -- in closed form ----------------------------------------------------------------- */

static void test_hogs(void **state)
{
	struct made *made = by_demand(2, 10 * SEC, "cfs");
	uint32_t hog = made_hog(made);
	struct sim_result r;

	(void)state;
	made->world.run.warmup_ns = 1 * SEC;
	made_vm(made, "heavy", 2, 2048, hog);
	made_vm(made, "light", 2, 1024, hog);
	made_run(made, 0, &r);
	expect_share("heavy", entitled(&r, 0), 4.0 / 3, 1e-9);
	expect_share("light", entitled(&r, 1), 2.0 / 3, 1e-9);
	sim_result_free(&r);
	made->world.fairness = FAIRNESS_VM;
	made_vm(made, "third", 4, 1024, hog);
	made_run(made, 0, &r);
	expect_share("heavy", entitled(&r, 0), 1, 1e-9);
	expect_share("third", entitled(&r, 2), 0.5, 1e-9);
	sim_result_free(&r);
	made_free(made);
}

/* Alone on its pCPU everybody gets what it asks for at once. */
static void test_alone(void **state)
{
	(void)state;
	for (int open = 0; open < 2; open++) {
		struct made *made = by_demand(1, 20 * SEC, "cfs");
		struct sim_result r;

		made->world.run.warmup_ns = 1 * SEC;
		made_vm(made, "alone", 1, 1024,
			open ? make_server(made, 10 * MS, 3 * MS)
			     : made_sleeper(made, 1 * MS, 3 * MS, true));
		made_run(made, 0, &r);
		assert_true(received(&r, 0) > 0.2);
		expect_share("alone", entitled(&r, 0), received(&r, 0), 1e-9);
		sim_result_free(&r);
		made_free(made);
	}
}

/* 2 ms of 5 beside a hog: run / (2 run + sleep).  Slices of 20 ms serve it late. */
static void test_sleeper(void **state)
{
	(void)state;
	for (int late = 0; late < 2; late++) {
		struct made *made = by_demand(1, 20 * SEC, late ? "rr" : "cfs");
		struct sim_result r;

		if (late)
			made_tunable(made, "slice", 20 * MS);
		made->world.run.warmup_ns = 1 * SEC;
		made_vm(made, "sleeper", 1, 1024, made_sleeper(made, 2 * MS, 6 * MS, false));
		made_vm(made, "hog", 1, 1024, made_hog(made));
		made_run(made, 0, &r);
		expect_share("sleeper", entitled(&r, 0), 0.2, 1e-3);
		expect_share("hog", entitled(&r, 1), 0.8, 1e-3);
		if (late)
			assert_true(received(&r, 0) < 0.1);
		sim_result_free(&r);
		made_free(made);
	}
}

static void test_cap_and_pins(void **state)
{
	struct made *made = by_demand(2, 10 * SEC, "cfs");
	uint32_t hog = made_hog(made);
	struct sim_result r;

	(void)state;
	made_vm(made, "capped", 2, 1024, hog);
	made_cap(made, 0, 50 * MS, 100 * MS, 0);
	made_vm(made, "free", 2, 1024, hog);
	made_run(made, 0, &r);
	expect_share("capped", entitled(&r, 0), 0.5, 1e-3);
	expect_share("free", entitled(&r, 1), 1.5, 2e-3);
	sim_result_free(&r);
	made_free(made);
	/* three pinned to one pCPU have a third of it each, and the fourth has the other one */
	made = by_demand(2, 10 * SEC, "cfs");
	hog = made_hog(made);
	for (uint32_t i = 0; i < 4; i++) {
		made_vm(made, (const char *[]){"a", "b", "c", "d"}[i], 1, 1024, hog);
		made_pin(made, i, 0, i == 3, 1);
	}
	made_run(made, 0, &r);
	expect_share("crowded", entitled(&r, 0), 1.0 / 3, 1e-3);
	expect_share("alone", entitled(&r, 3), 1, 1e-3);
	sim_result_free(&r);
	made_free(made);
}

/* A slice as long as the window: one sibling has all, and the other one nothing. */
static void test_siblings(void **state)
{
	(void)state;
	for (int fair = 0; fair < 2; fair++) {
		struct made *made = by_demand(1, 100 * MS, "rr");
		struct sim_result r;

		made->world.run.start_spread_ns = 0;
		made_tunable(made, "slice", fair ? 1 * MS : 100 * MS);
		made_vm(made, "pair", 2, 1024, made_hog(made));
		made_run(made, 0, &r);
		expect_share("pair", entitled(&r, 0), received(&r, 0), 1e-6);
		expect_share("sibling", r.vms[0].sibling_short, fair ? 0 : 1, 1e-6);
		sim_result_free(&r);
		made_free(made);
	}
}

/* Stolen time is nobody's, and a VM that stops wants nothing more. */
static void test_what_is_there(void **state)
{
	struct made *made = by_demand(2, 20 * SEC, "cfs");
	uint32_t hog = made_hog(made);
	struct sim_result r;
	double all;

	(void)state;
	made->world.host.stolen_run = (struct dist){.kind = DIST_CONST, .a = 1e6, .max_ns = 1e6};
	made->world.host.stolen_every =
		(struct dist){.kind = DIST_EXPONENTIAL, .a = 4e6, .max_ns = WORLD_MAX_NS};
	made_vm(made, "stays", 2, 1024, hog);
	made_vm(made, "goes", 2, 1024, hog);
	made_vm(made, "comes", 2, 1024, hog);
	made->world.vms[1].stop_ns = 10 * SEC;
	made->world.vms[2].start_ns = 15 * SEC;
	made_run(made, 0, &r);
	all = received(&r, 0) + received(&r, 1) + received(&r, 2);
	assert_true(all > 1.5 && all < 1.7); /* a fifth is stolen */
	expect_share("all", entitled(&r, 0) + entitled(&r, 1) + entitled(&r, 2), all, 1e-3);
	expect_share("goes", entitled(&r, 1), all / 4, 5e-3);
	expect_share("comes", entitled(&r, 2), all / 8, 5e-3);
	sim_result_free(&r);
	made_free(made);
}

/* Four threads that sleep half of their time, on two vCPUs: these are what is entitled. */
static void test_threads(void **state)
{
	struct made *made = by_demand(2, 20 * SEC, "cfs");
	struct sim_result r;
	uint32_t vm;

	(void)state;
	vm = made_vm(made, "threads", 2, 1024, made_sleeper(made, 1 * MS, 1 * MS, true));
	made_threads(made, vm, 4, 4 * MS, 0);
	made_run(made, 0, &r);
	assert_true(received(&r, vm) > 1.2);
	expect_share("threads", entitled(&r, vm), received(&r, vm), 0.02);
	sim_result_free(&r);
	made_free(made);
}

/* The half of the window is that of the demand, too. */
static void test_half(void **state)
{
	struct made *made = by_demand(1, 10 * SEC, "cfs");
	struct sim_result r, half = {0};
	struct sim_job job = {.world = &made->world, .strict = true, .half = &half};
	struct error err;

	(void)state;
	made_vm(made, "hog", 1, 1024, made_hog(made));
	made_vm(made, "comes", 1, 1024, made_hog(made));
	made->world.vms[1].start_ns = 5 * SEC;
	assert_int_equal(sim_run(&job, &r, &err), 0);
	expect_share("first half", half.vms[0].entitled_ns / 5e9, 1, 5e-3);
	expect_share("both", entitled(&r, 0), 0.75, 5e-3);
	sim_result_free(&r);
	sim_result_free(&half);
	made_free(made);
}

/* -- over random worlds -------------------------------------------------------------- */

struct dice {
	uint64_t key, n;
};

static uint32_t roll(struct dice *d, uint32_t sides)
{
	return (uint32_t)(rng_bits(d->key, d->n++) % sides);
}

static uint32_t random_program(struct made *made, struct dice *d)
{
	uint64_t run_ns = (1 + roll(d, 50)) * MS / 10, wait_ns = (1 + roll(d, 100)) * MS / 10;

	switch (roll(d, 4)) {
	case 0:
		return made_hog(made);
	case 1:
		return make_server(made, run_ns + wait_ns, run_ns);
	default:
		return made_sleeper(made, run_ns, wait_ns, roll(d, 2));
	}
}

/* Costs nothing and begins at once, so the demand is the same to the ns. */
static struct made *random_world(uint64_t world, const char *policy)
{
	struct dice d = {rng_key(4711, world), 0};
	uint32_t nr_pcpus = 1 + roll(&d, 3), nr = 1 + roll(&d, 4);
	struct made *made = by_demand(nr_pcpus, (200 + roll(&d, 800)) * MS, policy);

	if (roll(&d, 2))
		made->world.fairness = FAIRNESS_VM;
	for (uint32_t i = 0; i < nr; i++) {
		uint32_t weight = roll(&d, 2) ? 1024 : nice_weights[roll(&d, 40)];
		uint32_t vm = made_vm(made, (const char *[]){"a", "b", "c", "d"}[i],
				      1 + roll(&d, 3), weight, random_program(made, &d));

		if (roll(&d, 4) == 0)
			made_cap(made, vm, (10 + roll(&d, 100)) * MS, 100 * MS, 0);
	}
	return made;
}

/* The same demand is the same, under whatever policy. */
static void test_same_demand(void **state)
{
	static const char *const policies[] = {"cfs", "nice", "balance"};
	double worst = 0, latest = 0;

	(void)state;
	for (uint64_t world = 0; world < WORLDS; world++) {
		struct sim_result first = {0};

		for (int p = 0; p < 3; p++) {
			struct made *made = random_world(world, policies[p]);
			struct sim_result r;

			made_run(made, 0, &r);
			for (uint32_t i = 0; p && i < r.nr_vms; i++) {
				double off = fabs(entitled(&r, i) - entitled(&first, i));

				worst = fmax(worst, off);
				latest = fmax(latest, fabs(received(&r, i) - received(&first, i)));
				if (off > 1e-6)
					fail_msg("world %d, VM %u: %s entitles it to %.6f, %s "
						 "to %.6f",
						 (int)world, i, policies[p], entitled(&r, i),
						 policies[0], entitled(&first, i));
			}
			if (p == 0)
				first = r;
			else
				sim_result_free(&r);
			made_free(made);
		}
		sim_result_free(&first);
	}
	print_message("%d worlds: entitlements differ by %.1e at most, what was received by %.3f\n",
		      WORLDS, worst, latest);
	assert_true(latest > 0.05); /* they do differ */
}

/*
 * With small costs demands differ a little.  Whoever is clearly given less still has no
 * better score.
 */
static void test_late_is_no_better(void **state)
{
	static const char *const policies[] = {"cfs", "nice", "rr"};
	uint32_t nr = 0;

	(void)state;
	for (uint64_t world = 0; world < WORLDS / 2; world++) {
		double got[3][4] = {{0}}, score[3][4] = {{0}};
		uint32_t nr_vms = 0;

		for (int p = 0; p < 3; p++) {
			struct made *made = random_world(world, policies[p]);
			struct sim_result r;

			for (uint32_t i = 0; i < made->world.nr_vms; i++) {
				made->world.vms[i].cap_quota_ns = 0; /* rr has neither */
				made->world.vms[i].weight = 1024;
			}
			made->world.run.duration_ns = 2 * SEC;
			made->world.host.context_switch_ns = 500;
			made->world.host.kick_ns = 500;
			made_run(made, 0, &r);
			nr_vms = r.nr_vms;
			for (uint32_t i = 0; i < nr_vms; i++) {
				got[p][i] = received(&r, i);
				score[p][i] = fmin(1, got[p][i] / entitled(&r, i));
			}
			sim_result_free(&r);
			made_free(made);
		}
		for (int p = 0; p < 3; p++)
			for (int q = 0; q < 3; q++)
				for (uint32_t i = 0; i < nr_vms; i++) {
					if (got[p][i] > 0.95 * got[q][i])
						continue;
					nr++;
					if (score[p][i] > score[q][i])
						fail_msg("world %d, VM %u: %s gives it less than "
							 "%s, and scores better (%f %f, %f %f)",
							 (int)world, i, policies[p], policies[q],
							 got[p][i], score[p][i], got[q][i],
							 score[q][i]);
				}
	}
	print_message("%u times somebody was given less, and never for a better score\n", nr);
	assert_true(nr > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hogs),	    cmocka_unit_test(test_alone),
		cmocka_unit_test(test_sleeper),	    cmocka_unit_test(test_cap_and_pins),
		cmocka_unit_test(test_siblings),    cmocka_unit_test(test_what_is_there),
		cmocka_unit_test(test_threads),	    cmocka_unit_test(test_half),
		cmocka_unit_test(test_same_demand), cmocka_unit_test(test_late_is_no_better),
	};

	return cmocka_run_group_tests_name("fairness by demand", tests, NULL, NULL);
}
