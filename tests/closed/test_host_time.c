/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host does with a pCPU's time: halt polling by KVM's rules, and time
 * that it steals.  Every figure here is counted by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/make_world.h"

#define US UINT64_C(1000)

/* One vCPU on one pCPU; switches cost 2 us; no random start. */
static struct made *one_pcpu(uint64_t duration_ns, const char *policy)
{
	struct made *made = made_new(1, duration_ns, policy);

	made->world.run.start_spread_ns = 0;
	made->world.host.context_switch_ns = 2 * US;
	return made;
}

static const struct halt_poll_spec kvm = {.max_ns = 200 * US,
					  .grow_start_ns = 10 * US,
					  .grow = 2,
					  .shrink = 2};

/*
 * 100 us of work, then a halt of 50 us.  Polling starts at 0 and grows after each
 * halt that it missed: 0, 10, 20, 40 us, and 80 us, which catches all that follow.
 * The first five rounds begin with a switch of 2 us: 5 * 152 us, then 150 us each.
 * 20 rounds last 3010 us, and poll for 10 + 20 + 40 + 16 * 50 = 870 us.
 */
static void test_grows(void **state)
{
	struct made *made = one_pcpu(3010 * US, "rr");
	struct sim_result r;

	(void)state;
	made->world.host.halt_poll = kvm;
	made_vm(made, "s", 1, 1024, made_sleeper(made, 100 * US, 50 * US, false));
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].time[VT_OVERHEAD], 5 * 2 * US);
	assert_int_equal(r.vms[0].time[VT_USEFUL], 20 * 100 * US);
	assert_int_equal(r.vms[0].time[VT_HALT_POLL], 870 * US);
	assert_int_equal(r.vms[0].time[VT_BLOCKED], (20 * 50 - 870) * US);
	assert_int_equal(r.pcpus[0][PT_HALT_POLL], 870 * US);
	assert_int_equal(r.pcpus[0][PT_IDLE], (20 * 50 - 870) * US);
	assert_int_equal(r.vms[0].received_ns, 20 * 100 * US + 5 * 2 * US);
	assert_int_equal(r.vms[0].count[VC_HALT_POLLS], 19);
	assert_int_equal(r.vms[0].count[VC_HALT_POLLS_WOKEN], 16);
	assert_int_equal(r.vms[0].count[VC_SWITCHES], 5);
	sim_result_free(&r);
	made_free(made);
}

/* The polling times of halts that are as long as these say, in ns, from 0 on. */
static uint64_t polled_ns(const struct halt_poll_spec *spec, const uint64_t *halts_us, uint32_t nr)
{
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_SLEEP, .dist = 1},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP}};
	uint64_t halts_ns[16], total_ns = 0;
	struct dist dists[] = {{.a = 100 * US, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_REPLAY,
				.samples = halts_ns,
				.nr_samples = nr,
				.max_ns = WORLD_MAX_NS}};
	struct program p = {.steps = steps, .nr_steps = 4, .dists = dists, .nr_dists = 2};
	struct made *made;
	struct sim_result r;

	for (uint32_t i = 0; i < nr; i++) {
		halts_ns[i] = halts_us[i] * US;
		total_ns += halts_ns[i] + 100 * US;
	}
	made = one_pcpu(total_ns, "rr");
	made->world.host.context_switch_ns = 0;
	made->world.host.halt_poll = *spec;
	made_vm(made, "s", 1, 1024, made_program(made, &p));
	made_run(made, 0, &r);
	total_ns = r.vms[0].time[VT_HALT_POLL];
	sim_result_free(&r);
	made_free(made);
	return total_ns;
}

static void test_rules(void **state)
{
	/* 0 -> 10 -> 20 -> 40 -> 80: the fifth is caught; 1 ms > 200 us halves it: 40, 20, 10, 0 */
	static const uint64_t longer[] = {50, 50, 50, 50, 50, 1000, 1000, 1000, 1000, 1000};
	/* at 80 again, one of 1 ms: down to 0 at once, then 0, 10 */
	static const uint64_t once[] = {50, 50, 50, 50, 50, 1000, 50, 50};
	/* never more than max: 10, 20, 40, 80, 160, 200, 200 */
	static const uint64_t most[] = {199, 199, 199, 199, 199, 199, 199, 199};
	struct halt_poll_spec spec = kvm;

	(void)state;
	/* polls of 10 20 40 50(of 80), then 80 40 20 10 and none */
	assert_int_equal(polled_ns(&spec, longer, 10),
			 (10 + 20 + 40 + 50 + 80 + 40 + 20 + 10) * US);
	spec.shrink = 0;
	assert_int_equal(polled_ns(&spec, once, 8), (10 + 20 + 40 + 50 + 80 + 0 + 10) * US);
	assert_int_equal(polled_ns(&spec, most, 8), (10 + 20 + 40 + 80 + 160 + 199 + 199) * US);
	spec.grow = 0; /* nothing ever becomes of 0 */
	assert_int_equal(polled_ns(&spec, most, 8), 0);
	spec = kvm;
	spec.max_ns = 0;
	assert_int_equal(polled_ns(&spec, most, 8), 0);
}

/* Somebody whose last pCPU this is waits: no polling.  A kick: it ends. */
static void test_wanted(void **state)
{
	struct made *made = one_pcpu(100 * MS, "rr");
	struct sim_result r;

	(void)state;
	made->world.host.halt_poll = kvm;
	made_vm(made, "s", 1, 1024, made_sleeper(made, 100 * US, 50 * US, false));
	made_vm(made, "hog", 1, 1024, made_hog(made));
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].time[VT_HALT_POLL], 0);
	sim_result_free(&r);
	made_free(made);

	/* B comes at 1150 us, when S has been polled for since 1050: seen 1 ns later */
	made = one_pcpu(2 * MS, "rr");
	made->world.host.context_switch_ns = 0;
	made->world.host.halt_poll = kvm;
	made->world.host.halt_poll.grow_start_ns = 200 * US;
	made_vm(made, "s", 1, 1024, made_sleeper(made, 450 * US, 150 * US, false));
	made_vm(made, "b", 1, 1024, made_sleeper(made, 90 * US, 1 * SEC, false));
	made->world.vms[1].start_ns = 1150 * US;
	made_run(made, 0, &r);
	/* S halts at 450 (no polling yet), 1050, and 1690 us (for 150 us) */
	assert_int_equal(r.vms[0].time[VT_HALT_POLL], 250 * US + 1);
	assert_int_equal(r.vms[1].time[VT_STEAL], 1);
	assert_int_equal(r.vms[0].time[VT_STEAL], 40 * US + 1);
	sim_result_free(&r);
	made_free(made);
}

/* A hog on a pCPU of which the host takes 2 ms, 8 ms after the last time: a fifth. */
static void test_stolen(void **state)
{
	struct made *made = one_pcpu(1 * SEC, "rr");
	struct sim_result r;

	(void)state;
	made->world.host.context_switch_ns = 0;
	made->world.host.stolen_run = (struct dist){.a = 2 * MS, .max_ns = WORLD_MAX_NS};
	made->world.host.stolen_every = (struct dist){.a = 8 * MS, .max_ns = WORLD_MAX_NS};
	made_vm(made, "hog", 1, 1024, made_hog(made));
	made_run(made, 0, &r);
	assert_int_equal(r.pcpus[0][PT_STOLEN], 200 * MS);
	assert_int_equal(r.pcpus[0][PT_USEFUL], 800 * MS);
	assert_int_equal(r.pcpus[0][PT_IDLE], 0);
	assert_int_equal(r.vms[0].time[VT_STEAL], 200 * MS);
	assert_int_equal(r.vms[0].count[VC_PREEMPTIONS], 100);
	/* what the host takes nobody is entitled to */
	assert_true(r.vms[0].entitled_ns > 799.9e6 && r.vms[0].entitled_ns < 800.1e6);
	assert_int_equal(r.frag_idle_ns, 0);
	sim_result_free(&r);
	made_free(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_wanted),
		cmocka_unit_test(test_stolen),
	};

	return cmocka_run_group_tests_name("by hand: halt polling and stolen time", tests, NULL,
					   NULL);
}
