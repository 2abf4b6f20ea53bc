/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shares of hogs by weight: exact, under one slice over the whole run.
 *
 * Two hogs (VMs as wide as the host) of weights w and 1024 share every pCPU:
 * w / (w + 1024) of the time.  A policy that decides once a slice can be off by
 * one slice at the end, and by nothing that grows with the run.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/make_world.h"

#define RUN_NS (60 * SEC)

/* The largest deviation from the due share, over the 40 levels, in ns a vCPU. */
static uint64_t worst_error_ns(const char *policy, uint32_t pcpus, uint32_t width, int *at_nice)
{
	uint64_t worst_ns = 0;

	for (int level = 0; level < 40; level++) {
		struct made *made = made_new(pcpus, RUN_NS, policy);
		uint32_t hog = made_hog(made), w = nice_weights[level];
		double due = (double)w / (w + 1024.0) * (double)RUN_NS * pcpus;
		struct sim_result result;
		double off;

		made->world.run.start_spread_ns = 0; /* both there from the start */
		made_vm(made, "other", width, w, hog);
		made_vm(made, "zero", width, 1024, hog);
		made_run(made, 0, &result);
		off = (double)result.vms[0].received_ns - due;
		off = (off < 0 ? -off : off) / width;
		if ((uint64_t)off > worst_ns) {
			worst_ns = (uint64_t)off;
			*at_nice = level - 20;
		}
		sim_result_free(&result);
		made_free(made);
	}
	return worst_ns;
}

static void expect_within(const char *policy, uint32_t pcpus, uint32_t width, uint64_t slice_ns)
{
	int nice = 0;
	uint64_t worst_ns = worst_error_ns(policy, pcpus, width, &nice);

	print_message("%s: 40 nice levels against 0 on %u pCPUs: worst error %.3f ms of %.0f s "
		      "(nice %d), slice %.3f ms\n",
		      policy, pcpus, (double)worst_ns / 1e6, (double)RUN_NS / 1e9, nice,
		      (double)slice_ns / 1e6);
	assert_in_range(worst_ns, 0, slice_ns);
}

static void test_nice(void **state)
{
	(void)state;
	expect_within("nice", 1, 1, 10 * MS); /* its slice */
}

static void test_cfs(void **state)
{
	(void)state;
	/* one pCPU: latency 6 ms; the heavier one's slice is below that */
	expect_within("cfs", 1, 1, 6 * MS);
}

static void test_eevdf(void **state)
{
	(void)state;
	/* a lag is less than a request, one slice on one pCPU */
	expect_within("eevdf", 1, 1, 700000);
}

static void test_gang(void **state)
{
	(void)state;
	expect_within("gang", 4, 4, 10 * MS); /* its slot */
}

/* The figure everybody knows: nice 5 against 0 is 24.65 to 75.35. */
static void test_nice_5(void **state)
{
	(void)state;
	static const char *const policies[] = {"nice", "cfs", "eevdf", "gang"};

	for (int i = 0; i < 4; i++) {
		uint32_t pcpus = i == 3 ? 4 : 1;
		struct made *made = made_new(pcpus, RUN_NS, policies[i]);
		uint32_t hog = made_hog(made);
		struct sim_result result;
		double share;

		made_vm(made, "five", pcpus, 335, hog);
		made_vm(made, "zero", pcpus, 1024, hog);
		made_run(made, 0, &result);
		share = (double)result.vms[0].received_ns / (double)(RUN_NS * pcpus) * 100;
		print_message("%s: nice 5 against 0: %.3f %%\n", policies[i], share);
		assert_true(share > 24.63 && share < 24.67);
		sim_result_free(&result);
		made_free(made);
	}
}

/* With `group`, a guest of four hogs and one of one have a pCPU of two each, to 1 %. */
static void test_groups(void **state)
{
	static const char *const policies[] = {"cfs", "balance", "eevdf"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct made *made = made_new(2, RUN_NS, policies[i]);
		uint32_t hog = made_hog(made), wide = made_vm(made, "wide", 4, 1024, hog);
		struct sim_result result;
		double got;

		made_vm(made, "thin", 1, 1024, hog);
		made_tunable(made, "group", 1);
		made_run(made, 0, &result);
		got = (double)result.vms[wide].received_ns / (double)RUN_NS * 100;
		print_message("%s, group: four hogs beside one: %.3f %% of a pCPU\n", policies[i],
			      got);
		assert_true(got > 99 && got < 101);
		sim_result_free(&result);
		made_free(made);
	}
}

/* -- entitlement below caps ------------------------------------------------------------ */

struct entitled {
	uint32_t pcpus;
	struct {
		uint32_t width, weight, cap_pct;
		double due; /* pCPUs */
	} vms[3];
};

/* Hogs: who reaches its cap, or a pCPU for each vCPU, leaves the rest to the others. */
static const struct entitled entitled[] = {
	{1, {{1, 1024, 20, 0.2}, {1, 1024, 0, 0.8}}},
	{1, {{1, 1024, 90, 0.5}, {1, 1024, 0, 0.5}}}, /* its part by weight is less */
	{1, {{1, 1024, 20, 0.2}, {1, 2048, 0, 0.8 * 2 / 3}, {1, 1024, 0, 0.8 / 3}}},
	{2, {{2, 1024, 50, 0.5}, {1, 1024, 0, 1.0}}}, /* half a pCPU is nobody's */
	{2, {{2, 1024, 50, 0.5}, {2, 2048, 0, 1.0}, {2, 1024, 0, 0.5}}},
	{4, {{4, 1024, 100, 1.0}, {4, 1024, 150, 1.5}, {4, 1024, 0, 1.5}}}, /* by weight 4/3 */
	/* by weight 0.8, 1.6, 1.6: what the cap of the second leaves lifts the first to its own */
	{4, {{2, 1024, 90, 0.9}, {4, 1024, 100, 1.0}, {4, 1024, 0, 2.1}}},
};

static void test_entitled(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < sizeof(entitled) / sizeof(entitled[0]); i++) {
		struct made *made = made_new(entitled[i].pcpus, 10 * SEC, "cfs");
		uint32_t hog = made_hog(made), nr = 0;
		struct sim_result result;

		made->world.run.start_spread_ns = 0;
		for (; nr < 3 && entitled[i].vms[nr].width; nr++) {
			char name[2] = {(char)('a' + nr), 0};

			made_vm(made, name, entitled[i].vms[nr].width, entitled[i].vms[nr].weight,
				hog);
			if (entitled[i].vms[nr].cap_pct)
				made_cap(made, nr, entitled[i].vms[nr].cap_pct * MS, 100 * MS, 0);
		}
		made_run(made, 0, &result);
		for (uint32_t v = 0; v < nr; v++) {
			double is = result.vms[v].entitled_ns / (10.0 * SEC);

			if (fabs(is - entitled[i].vms[v].due) > 1e-6)
				fail_msg("case %u, VM %u is entitled to %.7f pCPUs, by hand %.7f",
					 i, v, is, entitled[i].vms[v].due);
		}
		sim_result_free(&result);
		made_free(made);
	}
}

/* Alone, 2 ms of work in 10: below a cap of 50 % or 20 %, and held to one of 10 %. */
static void test_entitled_sleeper(void **state)
{
	static const struct {
		uint32_t cap_pct;
		double due;
	} cases[] = {{50, 0.2}, {21, 0.2}, {10, 0.1}};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct made *made = made_new(1, 60 * SEC, "nice");
		struct sim_result result;
		double entitled_to, received;

		made_vm(made, "a", 1, 1024, made_sleeper(made, 2 * MS, 8 * MS, false));
		made_cap(made, 0, cases[i].cap_pct * MS, 100 * MS, 0);
		made_run(made, 0, &result);
		entitled_to = result.vms[0].entitled_ns / (60.0 * SEC);
		received = (double)result.vms[0].received_ns / (60.0 * SEC);
		print_message("a sleeper with a cap of %u %%: received %.4f, entitled %.4f\n",
			      cases[i].cap_pct, received, entitled_to);
		assert_true(fabs(entitled_to / cases[i].due - 1) < 0.01);
		assert_true(fabs(received / cases[i].due - 1) < 0.01);
		sim_result_free(&result);
		made_free(made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nice),	 cmocka_unit_test(test_cfs),
		cmocka_unit_test(test_eevdf),	 cmocka_unit_test(test_gang),
		cmocka_unit_test(test_nice_5),	 cmocka_unit_test(test_groups),
		cmocka_unit_test(test_entitled), cmocka_unit_test(test_entitled_sleeper),
	};

	return cmocka_run_group_tests_name("closed form: shares", tests, NULL, NULL);
}
