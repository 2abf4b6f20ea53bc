/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Experiment 7 of the published results, hints on the seed problem, and where
 * pause-loop exits and yields make things worse.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "verdict.h"

#define SHORT "run.duration=400ms "

static double ops(const char *file, const char *set, const char *policy, uint32_t reps)
{
	return verdict_of(file, set, policy, "throughput", reps);
}

/* -- the seed problem --------------------------------------------------------------- */

/* What KVM does about spinning leaves a gang next to nothing to gain there. */
static void test_seed(void **state)
{
	static const char *const file = "workloads/seed.yaml";
	double gang = ops(file, "hints=none", "gang", 6), none = ops(file, "hints=none", "cfs", 6);
	double kvm = ops(file, "hints=kvm", "cfs", 6), xen = ops(file, "hints=xen", "cfs", 6);
	double oracle = ops(file, "hints=oracle", "cfs", 6);

	(void)state;
	print_message("seed: cfs over an unaware gang: none %.3f, xen %.3f, kvm %.3f, oracle "
		      "%.3f\n",
		      none / gang, xen / gang, kvm / gang, oracle / gang);
	assert_true(none < 0.7 * gang);
	assert_true(xen > 1.2 * none && xen < 0.95 * gang);
	assert_true(kvm > 0.97 * gang && kvm < 1.05 * gang);
	assert_true(oracle > 0.99 * kvm); /* a yardstick, no bound: kvm may be ahead */
}

/* -- experiment 7 ------------------------------------------------------------------- */

/* P8: +2 % for a kernel build; nothing where there is no overcommit. */
static void test_xen(void **state)
{
	static const char *const file = "workloads/ple-xen.yaml";
	double gain =
		ops(file, SHORT "hints=xen", "cfs", 16) / ops(file, SHORT "hints=none", "cfs", 16);
	double alone = ops(file, SHORT "vms.build.count=1 hints=xen", "cfs", 4) /
		       ops(file, SHORT "vms.build.count=1 hints=none", "cfs", 4);

	(void)state;
	print_message("P8: PLE as in Xen, twice the vCPUs: x %.4f (published 1.02), alone x %.4f\n",
		      gain, alone);
	assert_true(gain > 1.005 && gain < 1.05);
	assert_true(alone > 0.995 && alone < 1.005);
}

/* P4: passing over those that spin themselves helps a build, and leaves the rest flat. */
static void test_directed(void **state)
{
#define CANDIDATES "host.ple.candidates="
#define LIGHT SHORT "programs.make.repeat[0].compute=10ms " CANDIDATES /* sysbench */
	static const char *const file = "workloads/ple-directed.yaml";
	double naive = ops(file, SHORT CANDIDATES "naive", "cfs", 16);
	double eligible = ops(file, SHORT CANDIDATES "eligible", "cfs", 16);
	double kernel = ops(file, SHORT CANDIDATES "kernel", "cfs", 16);
	double random = ops(file, SHORT CANDIDATES "random", "cfs", 16);
	double light = ops(file, LIGHT "eligible", "cfs", 16) / ops(file, LIGHT "naive", "cfs", 16);

	(void)state;
	print_message("P4: few locks: x %.4f (published 1.0083)\n", light);
	assert_true(light > 0.985 && light < 1.025);
	print_message("P4: over taking them in turn: at random x %.3f, not who spins x %.3f "
		      "(published 1.07), nor who is in user code x %.3f\n",
		      random / naive, eligible / naive, kernel / naive);
	assert_true(eligible > 1.005 * naive && eligible < 1.10 * naive);
	assert_true(kernel > 1.10 * naive);
	assert_true(random > 0.95 * naive && random < 1.05 * naive);
}

/*
 * P4's ebizzy: pause-loop exits are worth a factor there, whomever they favour.  That
 * it should not be one who spins, published as +26 %, does not show: who spins for
 * answers owes some, too.
 */
static void test_ebizzy(void **state)
{
	static const char *const file = "workloads/ple-ebizzy.yaml";
	double none = ops(file, SHORT "hints=none", "cfs", 6);
	double xen = ops(file, SHORT "hints=xen", "cfs", 6);
	double kvm = ops(file, SHORT, "cfs", 6), gang = ops(file, SHORT "hints=none", "gang", 6);
	double naive = ops(file, SHORT CANDIDATES "naive", "cfs", 8);
	double eligible = ops(file, SHORT CANDIDATES "eligible", "cfs", 8);

	(void)state;
	print_message("shootdowns: over hints none, xen x %.1f, kvm x %.1f, gang x %.1f; not who "
		      "spins x %.3f (published 1.26: missed)\n",
		      xen / none, kvm / none, gang / none, eligible / naive);
	assert_true(xen > 3 * none);
	assert_true(kvm > 1.3 * xen);
	assert_true(kvm > 0.9 * gang && kvm < 1.02 * gang);
	assert_true(eligible > 0.95 * naive && eligible < 1.10 * naive);
}

/* -- where they make things worse ---------------------------------------------------- */

static void test_no_overcommit(void **state)
{
	static const char *const file = "workloads/ple-no-overcommit.yaml";
	double none = ops(file, SHORT "hints=none", "cfs", 6);
	double xen = ops(file, SHORT "hints=xen", "cfs", 6);
	double kvm = ops(file, SHORT "hints=kvm", "cfs", 6);

	(void)state;
	print_message("no overcommit: xen x %.4f, kvm x %.4f\n", xen / none, kvm / none);
	assert_true(xen < 0.98 * none);
	assert_true(kvm > 0.99 * none && kvm < 1.01 * none); /* its window grows out of the way */
}

static void test_yield_ticket(void **state)
{
	static const char *const file = "workloads/ple-yield-ticket.yaml";
	double worse =
		ops(file, SHORT "hints=xen", "cfs", 6) / ops(file, SHORT "hints=none", "cfs", 6);
	double kvm =
		ops(file, SHORT "hints=kvm", "cfs", 6) / ops(file, SHORT "hints=none", "cfs", 6);

	(void)state;
	print_message("ticket locks: plain yield x %.3f, directed x %.3f\n", worse, kvm);
	assert_true(worse < 0.8);
	assert_true(kvm > 1.02);
}

static void test_overboost(void **state)
{
	static const char *const file = "workloads/ple-overboost.yaml";
	struct world *none = verdict_load(file, SHORT "hints=none");
	struct world *kvm = verdict_load(file, SHORT "hints=kvm");
	double spin = verdict_group(kvm, "cfs", "spin", "throughput", 6) /
		      verdict_group(none, "cfs", "spin", "throughput", 6);
	double batch = verdict_group(kvm, "cfs", "batch", "throughput", 6) /
		       verdict_group(none, "cfs", "batch", "throughput", 6);
	double share = verdict_group(kvm, "cfs", "batch", "received", 6) /
		       verdict_group(none, "cfs", "batch", "received", 6);

	(void)state;
	print_message("overboost: who spins x %.0f, its neighbour x %.3f, with x %.3f of the "
		      "time\n",
		      spin, batch, share);
	assert_true(spin > 10);
	assert_true(batch < 0.975);
	assert_true(share > 0.98);
	scenario_free(none);
	scenario_free(kvm);
}

/* A guest that names who runs next: level under cfs, at everybody's expense under rr. */
static void test_pv_yield(void **state)
{
	static const char *const file = "workloads/pv-yield-unfair.yaml";
	struct world *on = verdict_load(file, SHORT);
	struct world *off = verdict_load(file, SHORT "host.pv_yield.lock=0");
	double gain = verdict_group(on, "cfs", "spin", "throughput", 4) /
		      verdict_group(off, "cfs", "spin", "throughput", 4);
	double cfs = verdict_group(on, "cfs", "batch", "received_of_entitled", 4);
	double rr = verdict_group(on, "rr", "batch", "received_of_entitled", 4);
	double rr_off = verdict_group(off, "rr", "batch", "received_of_entitled", 4);

	(void)state;
	print_message("paravirtual yield: who asks x %.0f; its neighbour has %.3f of what is its "
		      "due "
		      "under cfs, %.3f under rr (without %.3f)\n",
		      gain, cfs, rr, rr_off);
	assert_true(gain > 10);
	assert_true(cfs > 0.95);
	assert_true(rr_off > 0.95 && rr < 0.5);
	scenario_free(on);
	scenario_free(off);
}

#define ASKS "host.pv_yield.ipi="

/* Who has called others gives way to the first of them that is off CPU. */
static void test_call(void **state)
{
	static const char *const file = "workloads/ple-ebizzy.yaml";
	double none = ops(file, SHORT "hints=none " ASKS "true", "cfs", 8) /
		      ops(file, SHORT "hints=none", "cfs", 8);
	double kvm = ops(file, SHORT ASKS "true", "cfs", 8) / ops(file, SHORT, "cfs", 8);

	(void)state;
	print_message("a yield to who is called (published 1.17): x %.2f without pause-loop exits, "
		      "x %.3f with them\n",
		      none, kvm);
	assert_true(none > 1.12 && none < 1.6);
	assert_true(kvm > 0.94 && kvm < 1.03); /* nothing is left for it */
}

/* ... and under rr loses the time that it gives away. */
static void test_call_unneeded(void **state)
{
	static const char *const file = "workloads/shootdown-yield.yaml";
	struct world *on = verdict_load(file, SHORT);
	struct world *off = verdict_load(file, SHORT ASKS "false");
	double cfs = verdict_group(on, "cfs", "guest", "throughput", 6) /
		     verdict_group(off, "cfs", "guest", "throughput", 6);
	double rr = verdict_group(on, "rr", "guest", "throughput", 6) /
		    verdict_group(off, "rr", "guest", "throughput", 6);
	double due = verdict_group(on, "rr", "guest", "received_of_entitled", 6) /
		     verdict_group(off, "rr", "guest", "received_of_entitled", 6);

	(void)state;
	print_message("the same beside pause-loop exits: x %.2f under rr, with x %.2f of the time; "
		      "x %.3f under cfs\n",
		      rr, due, cfs);
	assert_true(rr < 0.7 && due < 0.7);
	assert_true(rr > 0.85 * due && rr < 1.15 * due); /* time is what it loses */
	assert_true(cfs > 0.94 && cfs < 1.01);
	scenario_free(on);
	scenario_free(off);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seed),	      cmocka_unit_test(test_xen),
		cmocka_unit_test(test_directed),      cmocka_unit_test(test_ebizzy),
		cmocka_unit_test(test_no_overcommit), cmocka_unit_test(test_yield_ticket),
		cmocka_unit_test(test_overboost),     cmocka_unit_test(test_pv_yield),
		cmocka_unit_test(test_call),	      cmocka_unit_test(test_call_unneeded),
	};

	return cmocka_run_group_tests_name("verdicts: hints", tests, NULL, NULL);
}
