/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts between siblings: what paravirtual help is worth, what is left for a gang,
 * and where each of them makes things worse.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "verdict.h"

#define REPS 6
#define PV "vms.guest.program=pv"

static double ops(const char *file, const char *set, const char *policy)
{
	return verdict_of(file, set, policy, "throughput", REPS);
}

/* Overcommitted: the flush that waits for nobody is as good as a gang, which needs none. */
static void test_shootdown(void **state)
{
	static const char *const file = "workloads/shootdown.yaml";
	double native = ops(file, NULL, "cfs"), pv = ops(file, PV, "cfs");
	double gang = ops(file, NULL, "gang"), both = ops(file, PV, "gang");

	(void)state;
	print_message("%s: cfs %.0f/s, paravirtual %.0f/s; gang %.0f/s, paravirtual %.0f/s\n", file,
		      native, pv, gang, both);
	assert_true(pv > 5 * native);
	assert_true(gang > 5 * native);
	assert_true(pv > gang); /* nothing is left to gain, and the gang has its price */
	assert_true(both > 0.99 * gang && both < 1.01 * gang);
}

/* Under a lock the flush helps as well, but the lock's own preempted holders stay. */
static void test_ebizzy(void **state)
{
	static const char *const file = "workloads/ebizzy.yaml";
	double native = ops(file, NULL, "cfs"), pv = ops(file, PV, "cfs");
	double gang = ops(file, NULL, "gang");
	double partner = verdict_of(file, NULL, "cfs", "partner_spin", REPS);
	double left = verdict_of(file, PV, "cfs", "partner_spin", REPS);

	(void)state;
	print_message("%s: cfs %.0f/s, paravirtual %.0f/s, gang %.0f/s; spinning for partners "
		      "%.3f, paravirtual %.3f\n",
		      file, native, pv, gang, partner, left);
	assert_true(pv > 3 * native);
	assert_true(gang > 10 * pv);
	assert_true(partner > 0.3);
	assert_true(left < 0.02);
}

/* Worse: what the hypervisor flushes is dear, and the vCPUs change often. */
static void test_full_flush(void **state)
{
	static const char *const policies[] = {"rr", "nice"};
	static const char *const file = "workloads/shootdown-full-flush.yaml";

	(void)state;
	for (int i = 0; i < 2; i++) {
		double ratio = ops(file, NULL, policies[i]) /
			       ops(file, "vms.guest.program=native", policies[i]);

		print_message("%s, %s: paravirtual x %.3f\n", file, policies[i], ratio);
		assert_true(ratio < 0.98);
	}
}

/* Worse for the gang: who is woken by an interrupt has to wait for its VM's turn. */
static void test_reschedule(void **state)
{
	static const char *const file = "workloads/reschedule.yaml";
	double cfs = verdict_of(file, NULL, "cfs", "wakeup_mean", REPS);
	double gang = verdict_of(file, NULL, "gang", "wakeup_mean", REPS);

	(void)state;
	print_message("%s: wake-ups after %.1f us under cfs, %.1f under gang; %.0f and %.0f/s\n",
		      file, cfs, gang, ops(file, NULL, "cfs"), ops(file, NULL, "gang"));
	assert_true(gang > 5 * cfs);
	assert_true(ops(file, NULL, "gang") < 0.6 * ops(file, NULL, "cfs"));
}

/* Worse: sections that keep interrupts off, without any overcommit. */
static void test_irqs_off(void **state)
{
	static const char *const file = "workloads/irqs-off.yaml";
	double off = verdict_of(file, NULL, "cfs", "ipi_wait_mean", REPS);
	double on =
		verdict_of(file, "programs.mixed.locks.big.irqs=on", "cfs", "ipi_wait_mean", REPS);

	(void)state;
	print_message("%s: a shootdown takes %.2f us, with interrupts on %.2f\n", file, off, on);
	assert_true(off > 3 * on);
}

/* Worse: halted siblings that are woken instead of skipped. */
static void test_idle(void **state)
{
	static const char *const file = "workloads/shootdown-idle.yaml";
	static const char *const wake = "vms.guest.programs=[wake,rest]";
	double ratio = ops(file, wake, "cfs") / ops(file, NULL, "cfs");
	double wakeups = verdict_of(file, wake, "cfs", "wakeups", REPS) /
			 verdict_of(file, NULL, "cfs", "wakeups", REPS);

	(void)state;
	print_message("%s: woken, throughput x %.3f, wake-ups x %.0f\n", file, ratio, wakeups);
	assert_true(ratio < 0.97);
	assert_true(wakeups > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shootdown),  cmocka_unit_test(test_ebizzy),
		cmocka_unit_test(test_full_flush), cmocka_unit_test(test_reschedule),
		cmocka_unit_test(test_irqs_off),   cmocka_unit_test(test_idle),
	};

	return cmocka_run_group_tests_name("verdicts: interrupts", tests, NULL, NULL);
}
