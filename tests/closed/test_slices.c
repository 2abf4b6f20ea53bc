/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CFS slices: k hogs pinned to one CPU of a host with 8 (scale factor 4).
 *
 * Tick rounding off: 24/k ms for k <= 8, 3 ms beyond, exactly.  With a 4 ms tick
 * and Linux's strict comparison: 16, 12, 8, 8, 8, 4, 4 ms for k = 2 ... 8.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/make_world.h"

static void run_hogs(uint32_t k, bool rounding, struct sim_result *r)
{
	struct made *made = made_new(8, 5 * SEC, "cfs");
	uint32_t hog = made_hog(made);

	made_tunable(made, "tick_rounding", rounding);
	made->world.run.warmup_ns = 1 * SEC;
	if (rounding)
		made->world.host.tick_ns = 4 * MS;
	for (uint32_t i = 0; i < k; i++) {
		char name[16];
		uint32_t vm;

		snprintf(name, sizeof(name), "hog%u", i);
		vm = made_vm(made, name, 1, 1024, hog);
		made_pin(made, vm, 0, 0, 1);
	}
	made_run(made, 0, r);
	made_free(made);
}

/* The lengths of the hogs' stints: all of them, as one histogram. */
static void stints(const struct sim_result *r, struct hist *h)
{
	*h = (struct hist){0};
	for (uint32_t g = 0; g < r->nr_groups; g++) {
		const struct hist *from = &r->groups[g].hist[GH_STINT];

		h->count += from->count;
		h->sum += from->sum;
		h->max = from->max > h->max ? from->max : h->max;
	}
}

static void expect_slice(uint32_t k, bool rounding, uint64_t slice_ns, uint64_t slack_ns)
{
	struct sim_result r;
	struct hist h;
	double mean_ns;

	run_hogs(k, rounding, &r);
	stints(&r, &h);
	mean_ns = (double)h.sum / (double)h.count;
	print_message("%u hogs, tick rounding %s: slices of %.3f ms on average, %.3f ms at most "
		      "(expected %.3f)\n",
		      k, rounding ? "on" : "off", mean_ns / 1e6, (double)h.max / 1e6,
		      (double)slice_ns / 1e6);
	assert_true(mean_ns >= (double)(slice_ns - slack_ns) - 1 &&
		    mean_ns <= (double)(slice_ns + slack_ns) + 1);
	assert_in_range(h.max, slice_ns - slack_ns, slice_ns + slack_ns);
	sim_result_free(&r);
}

static void test_exact(void **state)
{
	(void)state;
	for (uint32_t k = 2; k <= 8; k++)
		expect_slice(k, false, 24 * MS / k, 0);
	expect_slice(10, false, 3 * MS, 0);
}

static void test_rounded(void **state)
{
	(void)state;
	static const uint64_t ms[] = {16, 12, 8, 8, 8, 4, 4};

	for (uint32_t k = 2; k <= 8; k++)
		expect_slice(k, true, ms[k - 2] * MS, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_rounded),
	};

	return cmocka_run_group_tests_name("closed form: CFS slices", tests, NULL, NULL);
}
