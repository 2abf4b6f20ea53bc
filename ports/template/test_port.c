/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_port.c - the port alone: a policy that does what it is told, a host that
 * notes what the port does, and when.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "port.h"

/* What the fake policy answers, and what it was called with. */
static struct {
	sp_u32 next, kick_all, nr_kicks, kicks[4], nr_lost;
	sp_u64 until_ns, timer_ns;
	sp_u32 nr_notes, nr_marks;
	sp_s32 ret;
} script;

static struct {
	sp_u64 now_ns;
	sp_u32 nr_calls, nr_stale; /* stale: sp_out was not fresh */
	sp_u32 nr_timers;
} seen;

/* What the host was asked for; events: one letter each, in order. */
static struct {
	sp_u64 now_ns;
	enum hv_answer answer;
	sp_u64 armed_ns;
	sp_u32 nr_armed, nr_kicked, kicked[64], nr_complaints, nr_notes, nr_marks;
	char events[64];
} host;

static struct sp_out cpu_out;
static struct port_pool pool;
static sp_u64 state[4];

/* -- the fake host ---------------------------------------------------------------- */

static void event(char what)
{
	size_t at = strlen(host.events);

	if (at + 1 < sizeof(host.events))
		host.events[at] = what;
}

struct sp_out *hv_enter(struct port_pool *p)
{
	assert_ptr_equal(p, &pool);
	event('(');
	return &cpu_out;
}

void hv_unlock(struct port_pool *p)
{
	(void)p;
	event('|');
}

void hv_leave(struct port_pool *p)
{
	(void)p;
	event(')');
}

sp_u64 hv_now_ns(struct port_pool *p)
{
	(void)p;
	event('t');
	return host.now_ns;
}

enum hv_answer hv_can_run(struct port_pool *p, sp_u32 vcpu, sp_u32 pcpu)
{
	(void)p;
	(void)vcpu;
	(void)pcpu;
	event('?');
	return host.answer;
}

void hv_kick(struct port_pool *p, sp_u32 pcpu)
{
	(void)p;
	event('k');
	host.kicked[host.nr_kicked++ % 64] = pcpu;
}

void hv_set_timer(struct port_pool *p)
{
	event('a');
	host.armed_ns = p->timer_ns;
	host.nr_armed++;
}

void hv_note(struct port_pool *p, const struct sp_note *note)
{
	(void)p;
	assert_int_equal(note->vcpu, 9);
	event('n');
	host.nr_notes++;
}

void hv_mark(struct port_pool *p, const struct sp_mark *mark)
{
	(void)p;
	assert_int_equal(mark->a, 77);
	event('m');
	host.nr_marks++;
}

void hv_complain(struct port_pool *p, const char *what, sp_u32 number)
{
	(void)p;
	(void)what;
	(void)number;
	host.nr_complaints++;
}

/* -- the fake policy ----------------------------------------------------------------- */

static void answer(sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 i;

	event('c');
	seen.now_ns = now_ns;
	seen.nr_calls++;
	seen.nr_stale += out->nr_kicks || out->nr_notes || out->nr_marks || out->kick_all ||
			 out->next != SP_NONE || out->timer_ns != SP_KEEP_NS || out->nr_lost;
	for (i = 0; i < script.nr_kicks; i++)
		sp_kick(out, script.kicks[i]);
	for (i = 0; i < script.nr_notes; i++)
		sp_note(out, 9, SP_COSTOP, 1);
	for (i = 0; i < script.nr_marks; i++)
		sp_mark(out, 1, 77, 2);
	out->kick_all = script.kick_all;
	out->timer_ns = script.timer_ns;
	out->nr_lost += script.nr_lost;
}

static sp_s32 fake_init(void *st, const struct sp_config *config)
{
	assert_ptr_equal(st, state);
	assert_int_equal(config->seed, 5);
	return 0;
}

static sp_s32 fake_online(void *st, sp_u32 pcpu, const struct sp_topo *topo, sp_u64 now_ns,
			  struct sp_out *out)
{
	(void)st;
	(void)pcpu;
	(void)topo;
	answer(now_ns, out);
	return script.ret;
}

static void fake_id(void *st, sp_u32 id, sp_u64 now_ns, struct sp_out *out)
{
	(void)st;
	(void)id;
	answer(now_ns, out);
}

static sp_s32 fake_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config, sp_u64 now_ns,
			  struct sp_out *out)
{
	(void)config;
	fake_id(st, vm, now_ns, out);
	return script.ret;
}

static sp_s32 fake_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config,
			    sp_u64 now_ns, struct sp_out *out)
{
	(void)config;
	fake_id(st, vcpu, now_ns, out);
	return script.ret;
}

static void fake_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
		      struct sp_out *out)
{
	(void)wake;
	fake_id(st, vcpu, now_ns, out);
}

static void fake_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns, struct sp_out *out)
{
	fake_id(st, stint->vcpu, now_ns, out);
}

static void fake_pick(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	fake_id(st, pcpu, now_ns, out);
	out->next = script.next;
	out->run_until_ns = script.until_ns;
}

static void fake_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	(void)st;
	seen.nr_timers++;
	answer(now_ns, out);
}

static const struct sp_policy fake = {
	.name = "fake",
	.contract = SP_CONTRACT_VERSION,
	.state_size = sizeof(state),
	.init = fake_init,
	.pcpu_online = fake_online,
	.pcpu_offline = fake_id,
	.vm_add = fake_vm_add,
	.vm_remove = fake_id,
	.vcpu_add = fake_vcpu_add,
	.vcpu_remove = fake_id,
	.vcpu_wake = fake_wake,
	.vcpu_block = fake_id,
	.vcpu_stopped = fake_stopped,
	.pick_next = fake_pick,
	.timer = fake_timer,
};

const struct sp_policy *const port_policies[] = {&fake};
const sp_u32 nr_port_policies = 1;

static const struct sp_topo topo;
static const struct sp_wake wake = {.waker = SP_NONE, .waker_pcpu = SP_NONE};

/* A pool with pCPUs 1 and 3, at 1000 ns, and nothing noted yet. */
static int fresh(void **unused)
{
	struct sp_config config;

	(void)unused;
	memset(&script, 0, sizeof(script));
	memset(&host, 0, sizeof(host));
	memset(&cpu_out, 0, sizeof(cpu_out));
	script.timer_ns = SP_KEEP_NS;
	script.next = SP_NONE;
	script.until_ns = SP_NEVER_NS;
	host.now_ns = 1000;
	port_config_init(&config, &fake, 5);
	if (port_pool_init(&pool, &fake, state, &config) || port_pcpu_online(&pool, 1, &topo) ||
	    port_pcpu_online(&pool, 3, &topo))
		return -1;
	memset(&seen, 0, sizeof(seen));
	memset(host.events, 0, sizeof(host.events));
	return 0;
}

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
		cmocka_unit_test_setup(test_order, fresh),
		cmocka_unit_test_setup(test_reset, fresh),
		cmocka_unit_test_setup(test_clamp, fresh),
		cmocka_unit_test_setup(test_kicks, fresh),
		cmocka_unit_test_setup(test_timer, fresh),
		cmocka_unit_test_setup(test_pick, fresh),
		cmocka_unit_test_setup(test_wrong_answers, fresh),
		cmocka_unit_test_setup(test_stale_pick, fresh),
		cmocka_unit_test_setup(test_unsaved, fresh),
		cmocka_unit_test_setup(test_refusals, fresh),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("port", tests, NULL, NULL) != 0;
}
