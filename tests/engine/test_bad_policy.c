/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bad policies in the simulator: the host survives, counts and says so; --strict
 * ends the run; a policy that starves somebody looks bad on every latency metric.
 *
 * The registry of this program holds bad policies only.  Each is rr with one
 * callback replaced.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SP_POLICY_SYMBOL rr_policy
#include "../../policies/rr.c"

#include "../../sim/registry/policies.h"
#include "../../sim/study/metrics.h"
#include "../lib/make_world.h"

/* -- the bad ones ------------------------------------------------------------------ */

/* Answers with a vCPU that nobody has. */
static void wild_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	rr_pick_next(st, pcpu, now_ns, out);
	if (now_ns % 7 == 0)
		out->next = 60;
}

/* Answers with vCPU 0 whatever it does: blocked, or running elsewhere. */
static void stubborn_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	rr_pick_next(st, pcpu, now_ns, out);
	out->next = 0;
}

/* Its slices end before they begin. */
static void hasty_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	rr_pick_next(st, pcpu, now_ns, out);
	out->run_until_ns = now_ns;
}

/* Queues whoever wakes, and tells nobody. */
static void mute_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			   struct sp_out *out)
{
	rr_vcpu_wake(st, vcpu, wake, now_ns, out);
	sp_out_reset(out);
}

/* Never takes vCPU 3, as long as anybody else wants to run. */
static void cruel_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct rr *rr = st;

	rr_pick_next(st, pcpu, now_ns, out);
	if (out->next == 3 && rr->queue.head != SP_NONE)
		rr_pick_next(st, pcpu, now_ns, out); /* puts 3 back at the tail */
}

static struct sp_policy wild, stubborn, hasty, mute, cruel;

#define ENTRY(policy)                                                                              \
	{                                                                                          \
#policy,                                                                           \
		{                                                                                  \
			{SP_NR_PCPUS, SP_NR_VCPUS, &policy}, {SP_NR_PCPUS, SP_NR_VCPUS, &policy},  \
			{                                                                          \
				SP_NR_PCPUS, SP_NR_VCPUS, &policy                                  \
			}                                                                          \
		}                                                                                  \
	}

const struct policy_entry policy_registry[] = {
	{"rr", {{SP_NR_PCPUS, SP_NR_VCPUS, &rr_policy}}},
	ENTRY(wild),
	ENTRY(stubborn),
	ENTRY(hasty),
	ENTRY(mute),
	ENTRY(cruel),
};
const uint32_t nr_policy_registry = 6;

static int make_policies(void **state)
{
	(void)state;
	wild = stubborn = hasty = mute = cruel = rr_policy;
	wild.pick_next = wild_pick_next;
	stubborn.pick_next = stubborn_pick_next;
	hasty.pick_next = hasty_pick_next;
	mute.vcpu_wake = mute_vcpu_wake;
	cruel.pick_next = cruel_pick_next;
	return 0;
}

/* -- what must come of it -------------------------------------------------------------- */

static struct made *busy_world(const char *policy)
{
	struct made *made = made_new(2, 1 * SEC, policy);

	made_vm(made, "a", 2, 1024, made_hog(made));
	made_vm(made, "b", 1, 1024, made_sleeper(made, 2 * MS, 3 * MS, true));
	made_vm(made, "c", 1, 1024, made_sleeper(made, 2 * MS, 3 * MS, true));
	return made;
}

static void expect_counted(const char *policy, const char *words)
{
	struct made *made = busy_world(policy);
	struct sim_job job = {.world = &made->world};
	struct sim_result r;
	struct error err;

	if (sim_run(&job, &r, &err))
		fail_msg("%s did not survive: %s", policy, err.text);
	print_message("%s: %llu violations, the first: %s\n", policy,
		      (unsigned long long)r.nr_violations, r.violation);
	assert_true(r.nr_violations > 0);
	assert_non_null(strstr(r.violation, words));
	/* the fallback idles: the others still get on */
	assert_true(r.vms[0].received_ns > 100 * MS);
	sim_result_free(&r);
	job.strict = true;
	assert_int_equal(sim_run(&job, &r, &err), -1);
	assert_int_equal(err.status, STATUS_MODEL);
	assert_string_equal(err.kind, "contract");
	assert_non_null(strstr(err.text, words));
	made_free(made);
}

static void test_wild(void **state)
{
	(void)state;
	expect_counted("wild", "is not there");
}

static void test_stubborn(void **state)
{
	(void)state;
	expect_counted("stubborn", "is not runnable");
}

static void test_hasty(void **state)
{
	(void)state;
	expect_counted("hasty", "not in the future");
}

/* A sleeper that nobody is kicked for, beside idle pCPUs. */
static void test_forgotten(void **state)
{
	struct made *made = made_new(2, 5 * SEC, "mute");
	struct sim_job job = {.world = &made->world};
	struct sim_result r;
	struct error err;

	(void)state;
	made_vm(made, "s", 1, 1024, made_sleeper(made, 1 * MS, 50 * MS, false));
	assert_int_equal(sim_run(&job, &r, &err), -1);
	print_message("mute: %s\n", err.text);
	assert_int_equal(err.status, STATUS_MODEL);
	assert_string_equal(err.kind, "forgotten");
	assert_non_null(strstr(err.text, "s/0"));
	made_free(made);
}

static double metric_of(const struct made *made, const struct sim_result *r, const char *name)
{
	struct scope scope = scope_group(&made->world, 1);
	const struct metric *metric = metric_find(name);
	struct metric_input in;
	struct sample s;

	assert_non_null(metric);
	metric_input_init(&in, &made->world, r, &scope, r->groups[1].hist);
	s = metric_sample(metric, &in);
	if (!(s.den > 0))
		fail_msg("%s has no value", name);
	return s.num / s.den;
}

/* Four hogs on one pCPU, one of which never gets on: no latency may look good. */
static void test_starving_looks_bad(void **state)
{
	static const char *const metrics[] = {"steal", "wait_mean", "wait_max", "wakeup_max"};
	double value[2][4];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct made *made = made_new(1, 2 * SEC, i ? "cruel" : "rr");
		struct sim_result r;

		made->world.run.start_spread_ns = 0;
		made_vm(made, "a", 3, 1024, made_hog(made));
		made_vm(made, "victim", 1, 1024, made_hog(made));
		made_run(made, 0, &r);
		for (int k = 0; k < 4; k++)
			value[i][k] = metric_of(made, &r, metrics[k]);
		if (i) {
			assert_int_equal(r.vms[1].received_ns, 0);
			assert_int_equal(r.groups[1].hist[GH_WAIT].censored, 1);
		}
		sim_result_free(&r);
		made_free(made);
	}
	for (int k = 0; k < 4; k++) {
		print_message("%s: %.4g under rr, %.4g when starved\n", metrics[k], value[0][k],
			      value[1][k]);
		assert_true(value[1][k] > value[0][k] * 1.2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wild),
		cmocka_unit_test(test_stubborn),
		cmocka_unit_test(test_hasty),
		cmocka_unit_test(test_forgotten),
		cmocka_unit_test(test_starving_looks_bad),
	};

	return cmocka_run_group_tests_name("bad policies", tests, make_policies, NULL);
}
