/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ceilings: what a quota in a period leaves, to hogs, to siblings, and after a sleep.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/make_world.h"

#define RUN_NS (60 * SEC)

static const char *const policies[] = {"nice", "cfs", "balance", "eevdf"};
#define NR_POLICIES (sizeof(policies) / sizeof(policies[0]))

/*
 * Experiment 1: cap 50 is half a pCPU, a quota of 20 ms in 100 is a fifth; and half a
 * percent, also by short and by long periods.  Each to 1 %.
 */
static const struct {
	uint64_t quota_us, period_ms;
} caps[] = {{50000, 100}, {20000, 100}, {500, 100}, {50, 10}, {5000, 1000}, {2000, 10}};

static void expect_cap(const char *policy, uint32_t at, bool contended)
{
	struct made *made = made_new(1, RUN_NS, policy);
	uint32_t hog = made_hog(made), capped = made_vm(made, "capped", 1, 1024, hog);
	double due = (double)caps[at].quota_us / (double)caps[at].period_ms / 10, got;
	struct sim_result result;

	if (contended)
		made_vm(made, "free", 1, 1024, hog);
	made_cap(made, capped, caps[at].quota_us * 1000, caps[at].period_ms * MS, 0);
	made_run(made, 0, &result);
	got = (double)result.vms[capped].received_ns / (double)RUN_NS * 100;
	print_message("%s, cap %.4g %% of %u ms%s: %.4f %%\n", policy, due,
		      (unsigned)caps[at].period_ms, contended ? ", beside a hog" : "", got);
	assert_true(got > due * 0.99 && got < due * 1.01);
	sim_result_free(&result);
	made_free(made);
}

static void test_caps(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NR_POLICIES; i++)
		for (uint32_t at = 0; at < sizeof(caps) / sizeof(caps[0]); at++) {
			expect_cap(policies[i], at, false);
			expect_cap(policies[i], at, true);
		}
}

/*
 * Siblings of a capped guest, equal hogs, a pCPU for each: all alike, to the one grant (5 ms)
 * that the first to run has before anybody was parked.  Of a quota below that it has all, and
 * some may be a turn of 0.1 ms ahead.
 */
static void expect_siblings(const char *policy, uint32_t width, uint64_t quota_us, uint64_t cost_ns)
{
	struct made *made = made_new(width, RUN_NS, policy);
	uint32_t vm = made_vm(made, "capped", width, 1024, made_hog(made));
	struct sim_result result;
	double skew_ns;

	made->world.host.context_switch_ns = made->world.host.kick_ns = cost_ns;
	made_cap(made, vm, quota_us * 1000, 100 * MS, 0);
	made_run(made, 0, &result);
	skew_ns = (double)result.vms[vm].max_skew_ns;
	print_message("%s, %u siblings, cap %.4g %%: %.3f ms each, %.3f apart\n", policy, width,
		      (double)quota_us / 1e3, (double)result.vms[vm].received_ns / 1e6 / width,
		      skew_ns / 1e6);
	assert_true(skew_ns <= (quota_us < 5000 ? (double)quota_us * 1e3 + 1e5 : 5e6));
	sim_result_free(&result);
	made_free(made);
}

static void test_siblings(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NR_POLICIES; i++) {
		expect_siblings(policies[i], 2, 5000, 0);
		expect_siblings(policies[i], 2, 500, 0);
		expect_siblings(policies[i], 2, 20000, 0);
		expect_siblings(policies[i], 8, 20000, 0);
		expect_siblings(policies[i], 8, 500, 0);
		expect_siblings(policies[i], 3, 6000, 0); /* by whole grants: 5, 1 and 0 */
		expect_siblings(policies[i], 3, 35000, 0); /* 15, 10 and 10 */
		expect_siblings(policies[i], 8, 500, 2000); /* late by a kick, owed afterwards */
	}
}

/* The quota is there from the first period on, also one below a least grant (0.1 ms). */
static void test_first(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NR_POLICIES; i++) {
		struct made *made = made_new(1, 5 * MS, policies[i]);
		uint32_t vm = made_vm(made, "capped", 1, 1024, made_hog(made));
		struct sim_result result;

		made->world.run.start_spread_ns = 0;
		made_cap(made, vm, 50000, 10 * MS, 0);
		made_run(made, 0, &result);
		assert_int_equal(result.vms[vm].received_ns, 50000);
		sim_result_free(&result);
		made_free(made);
	}
}

/* Works, sleeps, and then works for ever. */
static uint32_t make_sleepy_hog(struct made *made, uint64_t work_ns, uint64_t sleep_ns)
{
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_SLEEP, .dist = 1},
			       {.op = STEP_COMPUTE, .dist = 2},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = (double)work_ns, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST, .a = (double)sleep_ns, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST,
				.a = (double)WORLD_MAX_NS,
				.max_ns = WORLD_MAX_NS}};
	struct program p = {.steps = steps, .nr_steps = 5, .dists = dists, .nr_dists = 3};

	return made_program(made, &p);
}

/* A quota of 20 ms in 100.  What it leaves while it sleeps is its own once, up to the burst. */
static const struct {
	uint64_t work_ms, sleep_ms, burst_ms;
	uint64_t due_ms; /* in 5 s, that is 50 periods */
} bursts[] = {
	{20, 1000, 0, 820}, /* one period, and 40 from 1.0 s on */
	{20, 1000, 10, 830}, {20, 1000, 20, 840},
	{20, 90, 10, 1000}, /* there was nothing to leave: 20 ms each */
	{13, 90, 10, 1000}, /* 7 ms of the first are carried into the second */
	{13, 90, 5, 998}, /* of which 5 are kept */
	{5, 130, 10, 995}, /* 15 ms left, 10 kept: 5, 30, and 48 times 20 */
};

static void test_burst(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NR_POLICIES; i++)
		for (uint32_t at = 0; at < sizeof(bursts) / sizeof(bursts[0]); at++) {
			struct made *made = made_new(1, 5 * SEC, policies[i]);
			uint32_t program = make_sleepy_hog(made, bursts[at].work_ms * MS,
							   bursts[at].sleep_ms * MS);
			uint32_t vm = made_vm(made, "capped", 1, 1024, program);
			struct sim_result result;
			double got;

			made->world.run.start_spread_ns = 0;
			made_cap(made, vm, 20 * MS, 100 * MS, bursts[at].burst_ms * MS);
			made_run(made, 0, &result);
			got = (double)result.vms[vm].received_ns / 1e6;
			print_message("%s, %u ms, a sleep of %u, burst %u: %.3f ms, due %u\n",
				      policies[i], (unsigned)bursts[at].work_ms,
				      (unsigned)bursts[at].sleep_ms, (unsigned)bursts[at].burst_ms,
				      got, (unsigned)bursts[at].due_ms);
			assert_true(got > (double)bursts[at].due_ms - 0.2 &&
				    got < (double)bursts[at].due_ms + 0.2);
			sim_result_free(&result);
			made_free(made);
		}
}

/*
 * Grants of 5 ms that begin in one period of 10 ms and end in the next: beside others, a
 * guest of four hogs gets its cap of 150 % all the same, to 1 %.
 */
static void test_across(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NR_POLICIES; i++) {
		struct made *made = made_new(4, RUN_NS, policies[i]);
		uint32_t hog = made_hog(made), vm = made_vm(made, "capped", 4, 1024, hog);
		struct sim_result result;
		double got;

		made_vm(made, "free", 4, 1024, hog);
		made_cap(made, vm, 15 * MS, 10 * MS, 0);
		made_run(made, 0, &result);
		got = (double)result.vms[vm].received_ns / (double)RUN_NS * 100;
		print_message("%s, four hogs, cap 150 %% of 10 ms: %.3f %%\n", policies[i], got);
		assert_true(got > 148.5 && got < 151.5);
		sim_result_free(&result);
		made_free(made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_caps),   cmocka_unit_test(test_siblings),
		cmocka_unit_test(test_first),  cmocka_unit_test(test_burst),
		cmocka_unit_test(test_across),
	};

	return cmocka_run_group_tests_name("closed form: caps", tests, NULL, NULL);
}
