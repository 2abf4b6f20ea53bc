/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shares of hogs by weight: exact, under one slice over the whole run.
 *
 * Two hogs (VMs as wide as the host) of weights w and 1024 share every pCPU:
 * w / (w + 1024) of the time.  A policy that decides once a slice can be off by
 * one slice at the end, and by nothing that grows with the run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "make_world.h"

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

static void test_gang(void **state)
{
	(void)state;
	expect_within("gang", 4, 4, 10 * MS); /* its slot */
}

/* The figure everybody knows: nice 5 against 0 is 24.65 to 75.35. */
static void test_nice_5(void **state)
{
	(void)state;
	static const char *const policies[] = {"nice", "cfs", "gang"};

	for (int i = 0; i < 3; i++) {
		uint32_t pcpus = i == 2 ? 4 : 1;
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

/* Experiment 1: cap 50 is half a pCPU, a quota of 20 ms in 100 is a fifth, each to 1 %. */
static void expect_cap(const char *policy, uint32_t cap_pct, bool contended)
{
	struct made *made = made_new(1, RUN_NS, policy);
	uint32_t hog = made_hog(made), capped = made_vm(made, "capped", 1, 1024, hog);
	struct sim_result result;
	double got;

	if (contended)
		made_vm(made, "free", 1, 1024, hog);
	made->world.vms[capped].cap_pct = cap_pct;
	made_run(made, 0, &result);
	got = (double)result.vms[capped].received_ns / (double)RUN_NS * 100;
	print_message("%s, cap %u %%%s: %.3f %%\n", policy, cap_pct,
		      contended ? ", beside a hog" : "", got);
	assert_true(got > cap_pct * 0.99 && got < cap_pct * 1.01);
	sim_result_free(&result);
	made_free(made);
}

static void test_caps(void **state)
{
	static const char *const policies[] = {"nice", "cfs", "balance"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		expect_cap(policies[i], 50, false);
		expect_cap(policies[i], 20, false);
		expect_cap(policies[i], 20, true);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nice), cmocka_unit_test(test_cfs),
		cmocka_unit_test(test_gang), cmocka_unit_test(test_nice_5),
		cmocka_unit_test(test_caps),
	};

	return cmocka_run_group_tests_name("closed form: shares", tests, NULL, NULL);
}
