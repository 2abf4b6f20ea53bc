/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps that wait for a clock or for each other, in worlds without any cost: what can be
 * counted by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/engine/sim.h"
#include "../../sim/scenario/scenario.h"

#define FREE_HOST(cores)                                                                           \
	"corun: 1\nhost: {cores: " #cores ", costs: {context_switch: 0, migration: 0, "            \
	"cold_cache: {max: 0}, kick: 0, thread_switch: 0}, tick: {period: 0}, "                    \
	"noise: {level: 0}}\nrun: {duration: 1s, start_spread: 0}\npolicies: {cfs: {}}\n"
#define VM(vcpus, more, programs)                                                                  \
	"vms: {a: {vcpus: " #vcpus ", guest_tick: false, " more "programs: [" programs "]}}\n"

/* The work done in 1 s, and the CPU time of it; -1 for the work: *err says why not. */
static int64_t run(const char *text, double *busy_ms, struct error *err)
{
	struct scenario_options options = {.no_files = true};
	struct world *world = scenario_load_text("test", text, strlen(text), &options, err);
	struct sim_job job = {.world = world, .strict = true};
	struct sim_result r;
	int64_t ops;

	if (!world)
		return -1;
	if (sim_run(&job, &r, err)) {
		scenario_free(world);
		return -1;
	}
	ops = (int64_t)r.vms[0].count[VC_OPS];
	*busy_ms = (double)(r.vms[0].time[VT_USEFUL] + r.vms[0].time[VT_CRITICAL]) / 1e6;
	sim_result_free(&r);
	scenario_free(world);
	return ops;
}

static void expect(const char *text, int64_t ops, double ms)
{
	double busy_ms = 0;
	struct error err;
	int64_t got = run(text, &busy_ms, &err);

	if (got < 0)
		fail_msg("%s: %s", err.kind, err.text);
	if (got != ops || busy_ms < ms - 0.001 || busy_ms > ms + 0.001)
		fail_msg("%lld ops in %.3f ms, expected %lld in %.3f", (long long)got, busy_ms,
			 (long long)ops, ms);
}

static void expect_error(const char *text, const char *says)
{
	struct error err;
	double busy_ms;

	assert_int_equal(run(text, &busy_ms, &err), -1);
	if (!strstr(err.text, says))
		fail_msg("said '%s', expected '%s'", err.text, says);
}

/* -- timers ------------------------------------------------------------------------- */

/* Three times 1 ms of every 10, then twice 7 ms of every 10: 17 ms of 50. */
static void periods(void **state)
{
	(void)state;
	expect(FREE_HOST(1) VM(1, "", "w") "programs: {w: {repeat: [{repeat: {times: 3, do: "
					   "[{compute: 1ms}, {timer: 10ms}]}}, {repeat: {times: 2, "
					   "do: [{compute: 7ms}, {timer: 10ms}]}}]}}\n",
	       20, 340);
}

/* Two in a phase, of 3 and 7 ms: rounds of 10 ms; two timers: each has its own time. */
static void several(void **state)
{
	(void)state;
	expect(FREE_HOST(1) VM(1, "", "w") "programs: {w: {repeat: [{compute: 1ms}, {timer: 3ms}, "
					   "{compute: 2ms}, {timer: 7ms}]}}\n",
	       100, 300);
	expect(FREE_HOST(1) VM(1, "", "w") "programs: {w: {repeat: [{compute: 1ms}, {timer: 4ms}, "
					   "{timer: {every: 10ms, number: 1}}]}}\n",
	       100, 100);
}

/*
 * Late by 15 ms of 10: caught up with, so 100 rounds of 10 ms in 1 s, as far as the CPU
 * time of 15 + 9 * 1 ms allows; or the period begins anew, so a long round takes 15 ms and
 * nine others 10 each: 105 ms, of which 24 are work.
 */
static void late(void **state)
{
	static const char rounds[] =
		"programs: {w: {repeat: [{compute: 15ms}, {timer: {every: 10ms, late: %s}}, {op: "
		"{}}, {repeat: {times: 9, do: [{compute: 1ms}, {timer: {every: 10ms, late: %s}}, "
		"{op: {}}]}}]}}\n";
	char text[2000];
	int n = snprintf(text, sizeof(text), "%s", FREE_HOST(1) VM(1, "", "w"));

	(void)state;
	snprintf(text + n, sizeof(text) - (size_t)n, rounds, "keep", "keep");
	expect(text, 100, 240);
	snprintf(text + n, sizeof(text) - (size_t)n, rounds, "restart", "restart");
	/* nine long rounds of 105 ms, then 15, 10, 10, 10 and 10 ms */
	expect(text, 95, 9 * 24 + 15 + 4);
}

/* Each thread has its own; three of them share a vCPU. */
static void of_threads(void **state)
{
	(void)state;
	expect(FREE_HOST(1) VM(1, "threads: 3, ",
			       "u, w, w") "programs: {u: {repeat: [{compute: 1ms}, {timer: 5ms}]}, "
					  "w: {repeat: [{compute: "
					  "1ms}, {timer: 40ms}, {compute: 1ms}, {timer: 40ms}]}}\n",
	       200 + 12 + 12, 200 + 25 + 25);
}

/* -- waking by name ------------------------------------------------------------------- */

#define CHAIN                                                                                      \
	"programs: {p: {barriers: {c: wake}, repeat: [{compute: 2ms}, {wake: c}, {compute: 2ms}, " \
	"{sleep: 5ms}]}, c: {barriers: {c: wake}, repeat: [{barrier: c}, {compute: 1ms}]}}\n"

/* Every 9 ms p wakes c once: 111 rounds of both in 1 s, and p has begun another. */
static void chain(void **state)
{
	(void)state;
	expect(FREE_HOST(2) VM(2, "", "p, c") CHAIN, 222, 111 * 5 + 1);
	expect(FREE_HOST(2) VM(2, "threads: 2, ", "p, c") CHAIN, 222, 111 * 5 + 1);
	expect(FREE_HOST(2) VM(2, "threads: 5, ", "p, c, c, c, c") CHAIN, 555, 111 * 8 + 1);
}

/* Of four who wait one is woken, or all. */
static void one_or_all(void **state)
{
	static const char some[] =
		"programs: {p: {barriers: {c: wake}, repeat: [{sleep: 10ms}, {wake: {barrier: c, "
		"who: one}}]}, c: {barriers: {c: wake}, repeat: [{barrier: c}, {compute: 1ms}]}}\n";
	char text[2000], *who;

	(void)state;
	snprintf(text, sizeof(text), "%s%s", FREE_HOST(5) VM(5, "", "p, c, c, c, c"), some);
	expect(text, 100 + 99, 99);
	snprintf(text, sizeof(text), "%s%s", FREE_HOST(1) VM(1, "threads: 5, ", "p, c, c, c, c"),
		 some);
	expect(text, 100 + 99, 99);
	who = strstr(text, "who: one");
	memcpy(who, "who: all", 8);
	expect(text, 100 + 4 * 99, 4 * 99);
}

/* A wake while nobody waits is lost: it does not let the next one pass. */
static void lost(void **state)
{
	(void)state;
	expect(FREE_HOST(2) VM(2, "", "p, c") "programs: {p: {barriers: {c: wake}, steps: [{wake: "
					      "c}, {sleep: 100ms}, {wake: c}]}, "
					      "c: {barriers: {c: wake}, repeat: [{sleep: 10ms}, "
					      "{barrier: c}, {compute: 1ms}]}}\n",
	       2, 1);
	/* kept: the one at 0 is for who comes at 10 ms, the one at 100 ms wakes */
	expect(FREE_HOST(2) VM(2, "", "p, c") "programs: {p: {barriers: {c: wake}, steps: [{wake: "
					      "{barrier: c, nobody: kept}}, {sleep: "
					      "100ms}, {wake: c}]}, c: {barriers: {c: wake}, "
					      "repeat: [{sleep: 10ms}, {barrier: c}, "
					      "{compute: 1ms}]}}\n",
	       3, 2);
}

/* Who waits for a wake that never comes is idle; who waits for a mutex that it has is stuck. */
static void forever(void **state)
{
	(void)state;
	expect(FREE_HOST(1) VM(1, "", "c") "programs: {c: {barriers: {c: wake}, repeat: [{compute: "
					   "1ms}, {barrier: c}]}}\n",
	       0, 1);
	expect(FREE_HOST(1)
		       VM(1, "threads: 2, ", "c") "programs: {c: {barriers: {c: wake}, repeat: "
						  "[{compute: 1ms}, {barrier: c}]}}\n",
	       0, 2);
	expect_error(FREE_HOST(2) VM(2, "threads: 2, ",
				     "c, d") "programs: {c: {barriers: {c: wake}, locks: {m: "
					     "mutex}, repeat: [{critical: "
					     "{lock: m, do: [{barrier: c}]}}]}, d: {locks: {m: "
					     "mutex}, repeat: [{sleep: "
					     "1ms}, {critical: {lock: m, hold: 1ms}}]}}\n",
		     "waits at lock 'm'");
}

static void refused(void **state)
{
	(void)state;
	expect_error(FREE_HOST(1) VM(1, "", "c") "programs: {c: {barriers: {c: block}, repeat: "
						 "[{wake: c}, {compute: 1ms}]}}\n",
		     "expected one with wait: wake");
	expect_error(FREE_HOST(1)
			     VM(1, "", "c") "programs: {c: {barriers: {c: {wait: wake, parties: "
					    "1}}, repeat: [{barrier: c}]}}\n",
		     "found parties of a barrier with wait: wake");
	expect_error(FREE_HOST(1) VM(1, "", "c") "programs: {c: {repeat: [{wake: c}]}}\n", "'c'");
	expect_error(FREE_HOST(1) VM(1, "", "c") "programs: {c: {repeat: [{timer: 0}]}}\n",
		     "expected");
	expect_error(FREE_HOST(1)
			     VM(1, "", "c") "programs: {c: {locks: {l: {kind: tas, irqs: off}}, "
					    "repeat: [{critical: {lock: l, do: [{timer: "
					    "1ms}]}}]}}\n",
		     "blocks in a section with irqs: off");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(periods), cmocka_unit_test(several),
		cmocka_unit_test(late),	   cmocka_unit_test(of_threads),
		cmocka_unit_test(chain),   cmocka_unit_test(one_or_all),
		cmocka_unit_test(lost),	   cmocka_unit_test(forever),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
