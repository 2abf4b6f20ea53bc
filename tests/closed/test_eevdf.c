/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EEVDF: slices and wake-ups.
 *
 * On a host of 8 pCPUs the slice is 4 * 0.7 = 2.8 ms.  k equal hogs pinned to one pCPU run
 * for exactly that each; with a tick of 4 ms for exactly 4, the first tick past it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/make_world.h"

#define SLICE_NS (28 * MS / 10)

/* -- slices ------------------------------------------------------------------------- */

/* Every stint of k hogs on one pCPU of 8 is as long. */
static void expect_slices(uint32_t k, uint64_t tick_ns, uint64_t slice_ns)
{
	struct made *made = made_new(8, 5 * SEC, "eevdf");
	uint32_t hog = made_hog(made);
	struct sim_result r;

	made_tunable(made, "tick_rounding", tick_ns != 0);
	made->world.host.tick_ns = tick_ns;
	made->world.run.warmup_ns = 1 * SEC;
	for (uint32_t i = 0; i < k; i++) {
		char name[16];

		snprintf(name, sizeof(name), "hog%u", i);
		made_pin(made, made_vm(made, name, 1, 1024, hog), 0, 0, 1);
	}
	made_run(made, 0, &r);
	for (uint32_t g = 0; g < r.nr_groups; g++) {
		const struct hist *h = &r.groups[g].hist[GH_STINT];

		assert_int_equal(h->max, slice_ns);
		assert_int_equal(h->sum, h->count * slice_ns);
	}
	print_message("%u hogs, tick %llu ms: stints of %.1f ms, all\n", k,
		      (unsigned long long)(tick_ns / MS), (double)slice_ns / 1e6);
	sim_result_free(&r);
	made_free(made);
}

static void test_slices(void **state)
{
	(void)state;
	for (uint32_t k = 2; k <= 10; k++) {
		expect_slices(k, 0, SLICE_NS);
		expect_slices(k, 4 * MS, 4 * MS);
	}
}

/* -- wake-ups beside a hog ------------------------------------------------------------- */

struct wakeups {
	const char *what;
	uint32_t hog_weight, sleeper_weight;
	uint64_t short_ns;
	bool preempt_short;
};

/* S runs 0.1 ms and sleeps 10, exponentially, for a minute, beside a hog: 7 ms are a slice. */
static double mean_wait_us(const struct wakeups *w)
{
	struct made *made = made_new(1, 60 * SEC, "eevdf");
	uint32_t hog = made_hog(made), sleeper = made_sleeper(made, MS / 10, 10 * MS, true);
	struct sim_result r;
	double us;

	made_tunable(made, "base_slice", 7 * MS);
	made_tunable(made, "short_slice", w->short_ns);
	made_tunable(made, "preempt_short", w->preempt_short);
	made_vm(made, "s", 1, w->sleeper_weight, sleeper);
	made_vm(made, "h", 1, w->hog_weight, hog);
	made_run(made, 0, &r);
	us = (double)r.groups[0].hist[GH_WAKEUP].sum / (double)r.groups[0].hist[GH_WAKEUP].count /
	     1e3;
	print_message("%s: waits %.2f us\n", w->what, us);
	sim_result_free(&r);
	made_free(made);
	return us;
}

/* Who asks for little at a time waits less, and an idle hog delays nobody. */
static void test_wakeups(void **state)
{
	static const struct wakeups as_all = {"slices alike", 1024, 1024, 0, true},
				    shorter = {"its slice is shorter", 1024, 1025, MS / 10, true},
				    blunt = {"shorter, preempts nobody who is safe", 1024, 1025,
					     MS / 10, false},
				    idle = {"beside a hog of the idle class", 3, 1024, 0, true},
				    light = {"beside a light hog", 4, 1024, 0, true};
	double all_us = mean_wait_us(&as_all), short_us = mean_wait_us(&shorter),
	       blunt_us = mean_wait_us(&blunt), idle_us = mean_wait_us(&idle),
	       light_us = mean_wait_us(&light);

	(void)state;
	assert_true(short_us < all_us / 20 && blunt_us > all_us / 2);
	assert_true(idle_us < 0.05 && idle_us < light_us / 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slices),
		cmocka_unit_test(test_wakeups),
	};

	return cmocka_run_group_tests_name("closed form: EEVDF", tests, NULL, NULL);
}
