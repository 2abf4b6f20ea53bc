/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads that share a core, counted by hand: their speed, and idling by force.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/make_world.h"

#define US UINT64_C(1000)

/* Steps of work_ns each, for ever. */
static uint32_t stepper(struct made *made, uint64_t work_ns)
{
	struct step steps[] = {{.op = STEP_COMPUTE}, {.op = STEP_OP}, {.op = STEP_JUMP}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = (double)work_ns, .max_ns = WORLD_MAX_NS}};
	struct program p = {.steps = steps, .nr_steps = 3, .dists = dists, .nr_dists = 1};

	return made_program(made, &p);
}

/* Cores of two threads. */
static struct made *world(uint32_t nr_pcpus, uint64_t duration_ns, double speed)
{
	struct made *made = made_new(nr_pcpus, duration_ns, "rr");

	for (uint32_t p = 0; p < nr_pcpus; p++)
		made->world.host.topo[p].core = p / 2;
	made->world.host.smt_rate = speed < 1 ? (uint32_t)(speed * SMT_FULL) : 0;
	made->world.run.start_spread_ns = 0;
	return made;
}

static uint64_t ops(uint32_t vcpus, double speed)
{
	struct made *made = world(4, 100 * MS, speed);
	struct sim_result r;
	uint64_t n;

	made_vm(made, "a", vcpus, 1024, stepper(made, 100 * US));
	made_run(made, 0, &r);
	n = r.vms[0].count[VC_OPS];
	sim_result_free(&r);
	made_free(made);
	return n;
}

/*
 * Steps of 100 us for 100 ms, on two cores of two threads, in order: two vCPUs are on
 * one core, 500 steps each at half speed instead of 1000; the third is alone.
 */
static void test_speed(void **state)
{
	(void)state;
	assert_int_equal(ops(1, 0.5), 1000);
	assert_int_equal(ops(2, 0.5), 2 * 500);
	assert_int_equal(ops(3, 0.5), 2 * 500 + 1000);
	assert_int_equal(ops(4, 0.5), 4 * 500);
	assert_int_equal(ops(4, 0.25), 4 * 250);
	assert_int_equal(ops(4, 1), 4 * 1000);
}

/*
 * Beside it somebody works 1 ms (half speed makes that 2) and sleeps 2: half of the
 * time the step goes at half speed, so that it gets on at 3/4, with steps of any length.
 */
static void test_retimed(void **state)
{
	static const uint64_t steps_us[] = {100, 700, 4999, 100000};

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct made *made = world(2, 400 * MS, 0.5);
		struct sim_result r;

		made_vm(made, "a", 1, 1024, stepper(made, steps_us[i] * US));
		made_vm(made, "b", 1, 1024, made_sleeper(made, 1 * MS, 2 * MS, false));
		made_run(made, 0, &r);
		assert_int_equal(r.vms[0].count[VC_OPS], 300 * 1000 / steps_us[i]);
		assert_int_equal(r.vms[1].time[VT_USEFUL], 200 * MS);
		assert_int_equal(r.vms[0].time[VT_USEFUL], 400 * MS);
		sim_result_free(&r);
		made_free(made);
	}
}

/*
 * A gang of 3 and a gang of 2 on two cores: while the 3 run, the pCPU that they leave
 * is beside a busy thread and idles by force; while the 2 run, they share a core and the
 * other idles whole, which is fragmentation of another kind.  10 ms each, for 100 ms.
 */
static void test_forced_idle(void **state)
{
	struct made *made = made_new(4, 400 * MS, "gang");
	uint32_t hog = made_hog(made);
	struct sim_result r;

	(void)state;
	for (uint32_t p = 0; p < 4; p++)
		made->world.host.topo[p].core = p / 2;
	made->world.run.start_spread_ns = 0;
	made_vm(made, "a", 3, 1024, hog);
	made_vm(made, "b", 2, 1024, hog);
	made_run(made, 0, &r);
	print_message("gangs of 3 and 2: idle by force %.1f ms, in all %.1f ms beside waiters\n",
		      (double)r.forced_idle_ns / 1e6, (double)r.frag_idle_ns / 1e6);
	assert_int_equal(r.forced_idle_ns, 200 * MS);
	assert_int_equal(r.frag_idle_ns, 200 * MS + 2 * 200 * MS);
	sim_result_free(&r);
	made_free(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_speed),
		cmocka_unit_test(test_retimed),
		cmocka_unit_test(test_forced_idle),
	};

	return cmocka_run_group_tests_name("closed form: threads of a core", tests, NULL, NULL);
}
