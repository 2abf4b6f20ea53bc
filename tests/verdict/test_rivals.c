/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cheap rivals of the gang: where each is good, and where it is bad.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "verdict.h"

#define REPS 10

/* -- balance ----------------------------------------------------------------------------- */

/*
 * Experiment 8 (Sukwong & Kim 2011): balance is level with the gang or up to 8 % ahead,
 * and answers much sooner than cfs; only the gang fragments, only cfs stacks siblings.
 */
static void test_balance(void **state)
{
	struct world *w = verdict_load("workloads/balance-mixed.yaml", NULL);
	double lead = verdict_metric(w, "balance", "throughput", REPS) /
		      verdict_metric(w, "gang", "throughput", REPS);
	double response = verdict_metric(w, "balance", "response_mean", REPS) /
			  verdict_metric(w, "cfs", "response_mean", REPS);
	double gang_frag = verdict_metric(w, "gang", "frag_idle", REPS);
	double balance_frag = verdict_metric(w, "balance", "frag_idle", REPS);
	double cfs_turns = verdict_metric(w, "cfs", "sibling_turns", REPS);

	(void)state;
	print_message("balance / gang throughput %.4f; balance / cfs response %.3f; idle beside "
		      "waiting: gang %.4f, balance %.5f; sibling turns under cfs %.0f /s\n",
		      lead, response, gang_frag, balance_frag, cfs_turns);
	assert_true(lead >= 1.0 && lead <= 1.08);
	assert_true(response <= 0.6);
	assert_true(gang_frag >= 0.03);
	assert_true(balance_frag <= 0.001);
	assert_true(cfs_turns >= 30);
	assert_true(verdict_metric(w, "balance", "sibling_turns", REPS) == 0);
	assert_true(verdict_metric(w, "gang", "sibling_turns", REPS) == 0);
	scenario_free(w);
}

/* Where it is bad: locks that are handed to one certain waiter. */
static void test_balance_ticket(void **state)
{
	struct world *w = verdict_load("workloads/balance-ticket.yaml", NULL);
	double response = verdict_metric(w, "balance", "response_mean", REPS) /
			  verdict_metric(w, "gang", "response_mean", REPS);

	(void)state;
	print_message("with ticket locks: balance / gang response %.1f\n", response);
	assert_true(response >= 3);
	scenario_free(w);
}

/* -- caps -------------------------------------------------------------------------------- */

/* A cap of half the host halves the work and leaves the other half idle. */
static void test_caps(void **state)
{
	struct world *capped = verdict_load("workloads/caps.yaml", NULL);
	struct world *free = verdict_load("workloads/caps.yaml", "vms.capped.cap=0");
	static const char *const policies[] = {"cfs", "balance", "nice"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		double part = verdict_metric(capped, policies[i], "throughput", REPS) /
			      verdict_metric(free, policies[i], "throughput", REPS);
		double idle = verdict_metric(capped, policies[i], "frag_idle", REPS);

		print_message("%s, capped at half: throughput %.4f of uncapped, idle %.4f\n",
			      policies[i], part, idle);
		assert_true(part > 0.49 && part < 0.51);
		assert_true(idle > 0.48 && idle < 0.51);
	}
	scenario_free(capped);
	scenario_free(free);
}

/* All vCPUs of a capped VM are let go at once: a gang by accident, if they preempt. */
static void test_caps_share(void **state)
{
	struct world *capped = verdict_load("workloads/caps-share.yaml", NULL);
	struct world *weighed =
		verdict_load("workloads/caps-share.yaml", "vms.capped.cap=0 vms.capped.weight=341");
	double cfs, nice;

	(void)state;
	cfs = verdict_metric(capped, "cfs", "useful", REPS) /
	      verdict_metric(weighed, "cfs", "useful", REPS);
	nice = verdict_metric(capped, "nice", "useful", REPS) /
	       verdict_metric(weighed, "nice", "useful", REPS);
	print_message("a quarter by cap / by weight, useful: cfs %.3f, nice %.3f\n", cfs, nice);
	assert_true(cfs > 1.05);
	assert_true(nice < 0.99);
	scenario_free(capped);
	scenario_free(weighed);
}

/* -- hybrid ------------------------------------------------------------------------------ */

/* It spins as little as a gang and fragments no more than one queue: ahead of both. */
static void test_hybrid(void **state)
{
	struct world *w = verdict_load("workloads/hybrid.yaml", NULL);
	double ops = verdict_metric(w, "hybrid", "throughput", REPS);
	double gang = verdict_metric(w, "gang", "throughput", REPS);
	double nice = verdict_metric(w, "nice", "throughput", REPS);
	double useful = verdict_metric(w, "hybrid", "useful", REPS);

	(void)state;
	print_message("hybrid / gang throughput %.3f, hybrid / nice %.3f, useful %.4f\n",
		      ops / gang, ops / nice, useful);
	assert_true(ops > 1.1 * gang);
	assert_true(ops > 1.05 * nice);
	assert_true(useful > 0.985);
	assert_true(verdict_metric(w, "hybrid", "frag_idle", REPS) < 0.005);
	scenario_free(w);
}

/* A loose vCPU keeps the turn that it has just got: gangs side by side do not starve it. */
static void test_hybrid_two(void **state)
{
	struct world *w =
		verdict_load("workloads/hybrid-two.yaml", "run.warmup=1s run.duration=5s");
	double a = verdict_group(w, "hybrid", "a", "received", REPS);
	double b = verdict_group(w, "hybrid", "b", "received", REPS);
	double skew = verdict_metric(w, "hybrid", "skew", REPS);

	(void)state;
	print_message("two gangs of 3 on 4 pCPUs: received %.4f and %.4f, skew %.1f us\n", a, b,
		      skew);
	assert_true(a > 0.37 && a < 0.38 && b > 0.37 && b < 0.38);
	assert_true(skew < 20000);
	scenario_free(w);
}

/* Time that was stolen from gangs is not charged: who comes later gets no more than they. */
static void test_hybrid_late(void **state)
{
	struct world *w =
		verdict_load("workloads/hybrid-late.yaml", "run.warmup=20s run.duration=1s");
	double late = verdict_group(w, "hybrid", "late", "received", 2);
	double all = verdict_metric(w, "hybrid", "received", 2);

	(void)state;
	print_message("a VM that comes after two gangs: %.3f of what all get\n", late / all);
	assert_true(late / all > 0.30 && late / all < 0.37);
	scenario_free(w);
}

/* Where it is bad: nobody tells it who spins.  It is nice, to the last operation. */
static void test_hybrid_blind(void **state)
{
	struct world *w = verdict_load("workloads/hybrid.yaml", "hints=none");
	double ops = verdict_metric(w, "hybrid", "throughput", REPS);

	(void)state;
	assert_true(ops == verdict_metric(w, "nice", "throughput", REPS));
	assert_true(verdict_metric(w, "hybrid", "useful", REPS) < 0.9);
	scenario_free(w);
}

/* -- demand ------------------------------------------------------------------------------ */

static double demand_lead(const char *file, const char *over)
{
	return verdict_of(file, NULL, "demand", "throughput", REPS) /
	       verdict_of(file, NULL, over, "throughput", REPS);
}

/* Shootdowns call those who are waited for: ahead of cfs by far, and of the gang, which
 * leaves pCPUs idle; with very many of them the gang is ahead. */
static void test_demand(void **state)
{
	double cfs = demand_lead("workloads/demand.yaml", "cfs");
	double balance = demand_lead("workloads/demand.yaml", "balance");
	double gang = demand_lead("workloads/demand.yaml", "gang");
	double flood = demand_lead("workloads/demand-flood.yaml", "gang");

	(void)state;
	print_message("demand throughput / cfs %.2f, / balance %.2f, / gang %.3f; with ten times "
		      "the interrupts / gang %.3f\n",
		      cfs, balance, gang, flood);
	assert_true(cfs > 2);
	assert_true(balance > 2);
	assert_true(gang > 1.03);
	assert_true(flood < 0.97);
}

/* -- core -------------------------------------------------------------------------------- */

static double core_ops(const char *policy, const char *set, const char *more)
{
	char text[100];

	snprintf(text, sizeof(text), "%s%s", set, more);
	return verdict_of("workloads/core.yaml", text, policy, "throughput", REPS);
}

/*
 * Experiment 11, N = 8 threads: core scheduling is better than SMT off with N and 2 N
 * vCPUs, a bit worse with N / 2; odd guests force threads idle, more than even ones.
 */
static void test_core(void **state)
{
	static const char *const counts[] = {"vms.guest.count=2", "vms.guest.count=4",
					     "vms.guest.count=8"};
	double lead[3], even, odd;

	(void)state;
	for (int i = 0; i < 3; i++)
		lead[i] = core_ops("core", counts[i], "") /
			  core_ops("nice", counts[i], " host.threads=1");
	even = verdict_of("workloads/core.yaml", "vms.guest.count=4", "core", "forced_idle", REPS);
	odd = verdict_of("workloads/core.yaml", "vms.guest.count=3 vms.guest.vcpus=3", "core",
			 "forced_idle", REPS);
	print_message("core / SMT off: N/2 vCPUs %.3f, N %.3f, 2N %.3f; forced idle of 4 x 2 "
		      "%.3f, of 3 x 3 %.3f\n",
		      lead[0], lead[1], lead[2], even, odd);
	assert_true(lead[0] > 0.95 && lead[0] < 1.0);
	assert_true(lead[1] > 1.05);
	assert_true(lead[2] > 1.05);
	assert_true(odd > 0.1 && odd > 2 * even);
}

/* Where it is bad: guests of one vCPU.  No better than SMT off, half the threads idle. */
static void test_core_narrow(void **state)
{
	static const char set[] = "vms.guest.count=8 vms.guest.vcpus=1";
	double ops = core_ops("core", set, "");
	double off = core_ops("nice", set, " host.threads=1"), none = core_ops("nice", set, "");

	(void)state;
	print_message("one vCPU each: core / SMT off %.3f, core / none %.3f\n", ops / off,
		      ops / none);
	assert_true(ops < off * 1.02);
	assert_true(ops < none * 0.95);
	assert_true(verdict_of("workloads/core.yaml", set, "core", "forced_idle", REPS) > 0.4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_balance),	    cmocka_unit_test(test_balance_ticket),
		cmocka_unit_test(test_caps),	    cmocka_unit_test(test_caps_share),
		cmocka_unit_test(test_hybrid),	    cmocka_unit_test(test_hybrid_blind),
		cmocka_unit_test(test_hybrid_two),  cmocka_unit_test(test_hybrid_late),
		cmocka_unit_test(test_demand),	    cmocka_unit_test(test_core),
		cmocka_unit_test(test_core_narrow),
	};

	return cmocka_run_group_tests_name("verdicts: rivals of the gang", tests, NULL, NULL);
}
