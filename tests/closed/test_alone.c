/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Alone on the host: no scheduler has anything to decide, and it must show.
 *
 * As many hogs as pCPUs: once placed, none ever waits, and no lock's holder is
 * ever preempted to anyone's harm.  Sleepers: all that a wake-up costs is the
 * kick that is on its way and the switch, to the nanosecond.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/make_world.h"

static const char *const policies[] = {"rr", "nice", "cfs", "eevdf", "gang", "relaxed"};

static void test_hogs(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		struct made *made = made_new(4, 5 * SEC, policies[i]);
		uint32_t locker = made_locker(made, OBJECT_TICKET, 20000, 1000);
		struct sim_result r;

		made->world.run.warmup_ns = 1 * SEC;
		made_vm(made, "alone", 4, 1024, locker);
		made_run(made, 0, &r);
		print_message("%s: hogs alone: steal %llu ns, held %llu ns, harmful LHP %llu\n",
			      policies[i], (unsigned long long)r.vms[0].time[VT_STEAL],
			      (unsigned long long)r.vms[0].time[VT_HELD],
			      (unsigned long long)r.vms[0].count[VC_LHP_HARMFUL]);
		assert_int_equal(r.vms[0].time[VT_STEAL], 0);
		assert_int_equal(r.vms[0].time[VT_HELD], 0);
		assert_int_equal(r.vms[0].count[VC_LHP_HARMFUL], 0);
		assert_int_equal(r.vms[0].time[VT_SPIN_LHP] + r.vms[0].time[VT_SPIN_LWP], 0);
		sim_result_free(&r);
		made_free(made);
	}
}

/* Kicks that woke a sleeper come from the pCPU of its timer: local or remote. */
static void test_sleepers(void **state)
{
	(void)state;
	const uint64_t kick_ns = 1000, switch_ns = 2000;

	for (unsigned i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		struct made *made = made_new(4, 5 * SEC, policies[i]);
		uint32_t sleeper = made_sleeper(made, 100000, 400000, true);
		struct sim_result r;
		uint64_t lost_ns, kicks = 0;

		made->world.host.kick_ns = kick_ns;
		made->world.host.context_switch_ns = switch_ns;
		made->world.run.warmup_ns = 0;
		made_vm(made, "sleeper", 1, 1024, sleeper);
		made_run(made, 0, &r);
		lost_ns = r.vms[0].time[VT_STEAL] + r.vms[0].time[VT_OVERHEAD];
		/* every wait here is for one kick: either none (local) or its latency */
		kicks = r.vms[0].time[VT_STEAL] / kick_ns;
		print_message("%s: sleeper alone: steal %llu ns = %llu remote kicks, overhead %llu "
			      "ns "
			      "= %llu switches, wake-ups %llu\n",
			      policies[i], (unsigned long long)r.vms[0].time[VT_STEAL],
			      (unsigned long long)kicks,
			      (unsigned long long)r.vms[0].time[VT_OVERHEAD],
			      (unsigned long long)r.vms[0].count[VC_SWITCHES],
			      (unsigned long long)r.vms[0].count[VC_WAKEUPS]);
		assert_true(r.vms[0].count[VC_WAKEUPS] > 5000);
		assert_in_range(kicks, 0, r.nr_kicks);
		assert_int_equal(r.vms[0].count[VC_SWITCHES], r.vms[0].count[VC_WAKEUPS]);
		assert_int_equal(lost_ns,
				 kicks * kick_ns + r.vms[0].count[VC_SWITCHES] * switch_ns);
		sim_result_free(&r);
		made_free(made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hogs),
		cmocka_unit_test(test_sleepers),
	};

	return cmocka_run_group_tests_name("closed form: alone", tests, NULL, NULL);
}
