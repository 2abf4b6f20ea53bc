/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_port.c - the port alone: a policy that does what it is told, a host that
 * notes what the port does, and when.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake.h"

static const struct sp_topo topo;
static const struct sp_wake wake = {.waker = SP_NONE, .waker_pcpu = SP_NONE};

/* -- tests ----------------------------------------------------------------------------- */

static void test_order(void **unused)
{
	(void)unused;
	script.nr_kicks = 1;
	script.kicks[0] = 3;
	script.nr_notes = 2;
	script.nr_marks = 1;
	script.timer_ns = 5000;
	port_vcpu_wake(&pool, 4, &wake);
	assert_string_equal(host.events, "(tcnn|kam)");
	memset(host.events, 0, sizeof(host.events));
	script.next = 4;
	script.nr_kicks = script.nr_notes = script.nr_marks = 0;
	script.timer_ns = SP_KEEP_NS;
	assert_int_equal(port_pick(&pool, 1, &(sp_u64){0}), 4);
	assert_string_equal(host.events, "(tc?|)");
}

static void test_reset(void **unused)
{
	(void)unused;
	script.nr_kicks = script.nr_notes = script.nr_marks = 1;
	script.kicks[0] = 1;
	port_vcpu_wake(&pool, 4, &wake);
	port_vcpu_block(&pool, 4);
	assert_int_equal(seen.nr_stale, 0);
	assert_int_equal(host.nr_kicked, 2);
	assert_int_equal(host.nr_notes, 2);
}

static void test_clamp(void **unused)
{
	(void)unused;
	port_vcpu_wake(&pool, 4, &wake);
	host.now_ns = 990; /* another CPU, whose clock is a little behind */
	port_vcpu_block(&pool, 4);
	assert_int_equal(seen.now_ns, 1000);
	host.now_ns = 1001;
	port_vcpu_wake(&pool, 4, &wake);
	assert_int_equal(seen.now_ns, 1001);
}

static void test_kicks(void **unused)
{
	(void)unused;
	script.nr_kicks = 4;
	script.kicks[0] = 3;
	script.kicks[1] = 2; /* not online */
	script.kicks[2] = 1;
	script.kicks[3] = 3; /* twice */
	port_vcpu_wake(&pool, 4, &wake);
	assert_int_equal(host.nr_kicked, 2);
	assert_int_equal(host.kicked[0], 3);
	assert_int_equal(host.kicked[1], 1);
	script.nr_kicks = 0;
	script.kick_all = 1;
	port_vcpu_wake(&pool, 4, &wake);
	assert_int_equal(host.nr_kicked, 4);
	script.kick_all = 0;
	port_pcpu_offline(&pool, 3);
	script.kick_all = 1;
	port_vcpu_wake(&pool, 4, &wake);
	assert_int_equal(host.nr_kicked, 5);
	assert_int_equal(host.kicked[4], 1);
}

static void test_timer(void **unused)
{
	(void)unused;
	script.timer_ns = 5000;
	port_vcpu_wake(&pool, 4, &wake);
	assert_int_equal(host.armed_ns, 5000);
	script.timer_ns = SP_KEEP_NS;
	port_vcpu_wake(&pool, 4, &wake);
	assert_int_equal(host.nr_armed, 1);
	host.now_ns = 4999; /* fires too early: armed again, the policy hears nothing */
	port_timer(&pool);
	assert_int_equal(seen.nr_timers, 0);
	assert_int_equal(host.nr_armed, 2);
	assert_int_equal(host.armed_ns, 5000);
	host.now_ns = 5000;
	port_timer(&pool);
	assert_int_equal(seen.nr_timers, 1);
	port_timer(&pool); /* it is disarmed: fires for nothing */
	assert_int_equal(seen.nr_timers, 1);
	script.timer_ns = 6000;
	port_vcpu_wake(&pool, 4, &wake);
	script.timer_ns = SP_NEVER_NS;
	port_vcpu_wake(&pool, 4, &wake);
	assert_true(host.armed_ns == SP_NEVER_NS);
	host.now_ns = 7000;
	port_timer(&pool);
	assert_int_equal(seen.nr_timers, 1);
}

static void call_on_other_cpu(void)
{
	script.timer_ns = 6000;
	script.kicks[0] = 1;
	port_vcpu_block(&pool, 4);
}

/* Another CPU calls while this one acts: its timer is newer, our kicks are still ours. */
static void test_two_cpus(void **unused)
{
	(void)unused;
	script.timer_ns = 5000;
	script.nr_kicks = 1;
	script.kicks[0] = 3;
	other_cpu = call_on_other_cpu;
	port_vcpu_wake(&pool, 4, &wake);
	assert_string_equal(host.events, "(tc|(tc|ka)ka)");
	assert_int_equal(host.kicked[0], 1);
	assert_int_equal(host.kicked[1], 3);
	assert_int_equal(host.armed_ns, 6000);
}

static void test_pick(void **unused)
{
	sp_u64 until_ns;

	(void)unused;
	assert_int_equal(port_pick(&pool, 1, &until_ns), SP_NONE);
	assert_true(until_ns == SP_NEVER_NS);
	script.until_ns = 9000; /* holds for idle */
	assert_int_equal(port_pick(&pool, 1, &until_ns), SP_NONE);
	assert_int_equal(until_ns, 9000);
	script.next = 7;
	assert_int_equal(port_pick(&pool, 1, &until_ns), 7);
	assert_int_equal(until_ns, 9000);
	assert_int_equal(pool.nr_violations, 0);
	assert_int_equal(host.nr_complaints, 0);
}

/* Answers that break the contract end in idle and another pick, and are counted. */
static void test_wrong_answers(void **unused)
{
	sp_u64 until_ns;

	(void)unused;
	script.next = SP_NR_VCPUS;
	assert_int_equal(port_pick(&pool, 1, &until_ns), SP_NONE);
	assert_int_equal(until_ns, 1000 + PORT_RETRY_NS);
	assert_int_equal(pool.nr_violations, 1);
	script.next = 7;
	script.until_ns = 1000; /* not in the future */
	assert_int_equal(port_pick(&pool, 1, &until_ns), 7);
	assert_int_equal(until_ns, 1000 + PORT_RETRY_NS);
	assert_int_equal(pool.nr_violations, 2);
	script.nr_lost = 3;
	port_vcpu_wake(&pool, 4, &wake);
	assert_int_equal(pool.nr_violations, 3);
	assert_int_equal(host.nr_complaints, 3);
}

static void test_stale_pick(void **unused)
{
	sp_u64 until_ns;

	(void)unused;
	script.next = 7;
	host.answer = HV_CANNOT_RUN;
	assert_int_equal(port_pick(&pool, 1, &until_ns), SP_NONE);
	assert_int_equal(until_ns, 1000 + PORT_RETRY_NS); /* promise 7: asked again */
	assert_int_equal(pool.nr_violations, 0);
}

static void test_unsaved(void **unused)
{
	sp_u64 until_ns;

	(void)unused;
	script.next = 7;
	host.answer = HV_UNSAVED;
	assert_int_equal(port_pick(&pool, 3, &until_ns), SP_NONE);
	port_context_saved(&pool, 6);
	assert_int_equal(host.nr_kicked, 0);
	port_context_saved(&pool, 7);
	assert_int_equal(host.nr_kicked, 1);
	assert_int_equal(host.kicked[0], 3);
	port_context_saved(&pool, 7);
	assert_int_equal(host.nr_kicked, 1);
}

static void test_refusals(void **unused)
{
	const struct sp_vm_config vm = {.width = 1, .weight = SP_WEIGHT_NICE_0};
	struct sp_vcpu_config vcpu = {.vm = 0};
	struct sp_policy old = fake;
	struct port_pool other;
	struct sp_config config;

	(void)unused;
	assert_int_equal(port_pcpu_online(&pool, SP_NR_PCPUS, &topo), -SP_ENOSPC);
	assert_int_equal(port_vm_add(&pool, SP_NR_VMS, &vm), -SP_ENOSPC);
	assert_int_equal(port_vcpu_add(&pool, SP_NR_VCPUS, &vcpu), -SP_ENOSPC);
	vcpu.vm = SP_NR_VMS;
	assert_int_equal(port_vcpu_add(&pool, 0, &vcpu), -SP_ENOSPC);
	assert_int_equal(seen.nr_calls, 0);
	/* what the policy has no callback for */
	assert_int_equal(port_vm_set_weight(&pool, 0, 5), -SP_ENOTSUP);
	assert_int_equal(port_vcpu_set_weight(&pool, 0, 5), -SP_ENOTSUP);
	assert_int_equal(port_vcpu_set_affinity(&pool, 0, &(struct sp_affinity){0, 1}),
			 -SP_ENOTSUP);
	port_tick(&pool, &(struct sp_tick){.pcpu = 1, .vcpu = SP_NONE});
	port_vcpu_spin(&pool, 1, SP_NONE);
	port_vcpu_yield_to(&pool, 1, 2);
	port_vcpu_ipi(&pool, &(struct sp_ipi){.from = 1, .to = 2});
	assert_string_equal(host.events, "");
	/* a refused pCPU is not kicked later */
	script.ret = -SP_ENOSPC;
	assert_int_equal(port_pcpu_online(&pool, 5, &topo), -SP_ENOSPC);
	assert_int_equal(port_vm_add(&pool, 0, &vm), -SP_ENOSPC);
	script.kick_all = 1;
	port_vcpu_wake(&pool, 4, &wake);
	assert_int_equal(host.nr_kicked, 2);
	/* another contract */
	old.contract++;
	port_config_init(&config, &fake, 5);
	assert_int_equal(port_pool_init(&other, &old, state, &config), -SP_EINVAL);
	assert_int_equal(port_pool_init(&other, &fake, NULL, &config), -SP_EINVAL);
	assert_null(port_policy_find("fak"));
	assert_null(port_policy_find("fake2"));
	assert_ptr_equal(port_policy_find("fake"), &fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_order, fake_start),
		cmocka_unit_test_setup(test_reset, fake_start),
		cmocka_unit_test_setup(test_clamp, fake_start),
		cmocka_unit_test_setup(test_kicks, fake_start),
		cmocka_unit_test_setup(test_timer, fake_start),
		cmocka_unit_test_setup(test_two_cpus, fake_start),
		cmocka_unit_test_setup(test_pick, fake_start),
		cmocka_unit_test_setup(test_wrong_answers, fake_start),
		cmocka_unit_test_setup(test_stale_pick, fake_start),
		cmocka_unit_test_setup(test_unsaved, fake_start),
		cmocka_unit_test_setup(test_refusals, fake_start),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("port", tests, NULL, NULL) != 0;
}
