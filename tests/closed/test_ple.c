/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pause-loop exits, and giving way to a sibling: counted by hand.  No costs but
 * those of the exits; rr with slices of 10 ms; one cycle is 0.4 ns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/make_world.h"

#define US UINT64_C(1000)

/* A window of 1 us: it exits 1 ns later.  An exit costs 1 us. */
static const struct ple_spec ple = {.window = 2500,
				    .max = 1u << 30,
				    .unit_ns = 0.4,
				    .grow = 2,
				    .cost_ns = 1 * US,
				    .react = PLE_SPIN,
				    .candidates = YIELD_KERNEL};

/* Takes the lock, holds it for so long, and is done. */
static uint32_t holder(struct made *made, uint64_t hold_ns)
{
	struct step steps[] = {{.op = STEP_LOCK},
			       {.op = STEP_HOLD},
			       {.op = STEP_UNLOCK},
			       {.op = STEP_OP},
			       {.op = STEP_END}};
	struct dist dists[] = {{.a = (double)hold_ns, .max_ns = WORLD_MAX_NS}};
	struct object object = {.name = "lock", .kind = OBJECT_TAS};
	struct program p = {.steps = steps,
			    .nr_steps = 5,
			    .dists = dists,
			    .nr_dists = 1,
			    .objects = &object,
			    .nr_objects = 1};

	return made_program(made, &p);
}

/* Computes, in a VM with such a lock. */
static uint32_t bystander(struct made *made)
{
	struct step steps[] = {{.op = STEP_COMPUTE}, {.op = STEP_JUMP}};
	struct dist dists[] = {{.a = (double)WORLD_MAX_NS, .max_ns = WORLD_MAX_NS}};
	struct object object = {.name = "lock", .kind = OBJECT_TAS};
	struct program p = {.steps = steps,
			    .nr_steps = 2,
			    .dists = dists,
			    .nr_dists = 1,
			    .objects = &object,
			    .nr_objects = 1};

	return made_program(made, &p);
}

static struct made *world_of(uint32_t nr_pcpus, uint64_t duration_ns, const struct ple_spec *spec)
{
	struct made *made = made_new(nr_pcpus, duration_ns, "rr");

	made->world.run.start_spread_ns = 0;
	made->world.host.ple = *spec;
	return made;
}

/* B spins for 100 us, for A that runs. */
static void expect_exits(const struct ple_spec *spec, uint64_t exits, uint64_t overhead_ns)
{
	struct made *made = world_of(2, 1 * MS, spec);
	struct sim_result r;

	made_vm(made, "vm", 2, 1024, holder(made, 100 * US));
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].count[VC_PLE_EXITS], exits);
	assert_int_equal(r.vms[0].time[VT_OVERHEAD], overhead_ns);
	assert_int_equal(r.vms[0].time[VT_CRITICAL], 200 * US);
	sim_result_free(&r);
	made_free(made);
}

static void test_window(void **state)
{
	struct ple_spec spec = ple;

	(void)state;
	/* 1 us of spinning, 1 of exit, 2 + 1, 4, 8, 16, 32 + 1: 69 us; then 64 are too long */
	expect_exits(&spec, 6, 6 * US);
	/* above the window it is a summand: 1, 3, 5, ... 17 us, and 9 exits: 90 us; then 19 */
	spec.grow = 5000;
	expect_exits(&spec, 9, 9 * US);
	/* at most 4 us: 1, 2, 4, 4 ... : 3 + 2 exits = 5 us, then each 5 us: 19 more, and 1 */
	spec.grow = 2;
	spec.max = 10000;
	expect_exits(&spec, 2 + 19, 21 * US);
	/* always 1 us, and 1 ns: the 50th exit is under way when A is done */
	spec.grow = 0;
	expect_exits(&spec, 50, 50 * US);
	/* SVM: 25 turns of 40 cycles of 0.4 ns are 400 ns, and 1 */
	spec.window = 25;
	spec.unit_ns = 40 * 0.4;
	expect_exits(&spec, 72, 72 * US); /* 71 * 1401 = 99471, + 401 */
	spec.window = 0;
	expect_exits(&spec, 0, 0);
}

/* Barriers are user code. */
static void test_user(void **state)
{
	struct step steps[] = {{.op = STEP_COMPUTE}, {.op = STEP_BARRIER}, {.op = STEP_END}};
	struct dist dists[] = {{.a = 50000, .max_ns = WORLD_MAX_NS},
			       {.a = 150000, .max_ns = WORLD_MAX_NS}};
	struct object object = {.name = "meet", .kind = OBJECT_BARRIER_SPIN};
	struct program p = {.steps = steps,
			    .nr_steps = 3,
			    .dists = dists,
			    .nr_dists = 2,
			    .objects = &object,
			    .nr_objects = 1};

	(void)state;
	for (int user = 0; user < 2; user++) {
		struct ple_spec spec = ple;
		struct made *made;
		struct sim_result r;

		spec.user = user;
		made = world_of(2, 1 * MS, &spec);
		steps[0].dist = 0;
		made_vm(made, "vm", 2, 1024, made_program(made, &p));
		steps[0].dist = 1;
		made->world.vcpus[1].program = made_program(made, &p);
		made_run(made, 0, &r);
		/* 100 us of waiting: as for the lock */
		assert_int_equal(r.vms[0].count[VC_PLE_EXITS], user ? 6 : 0);
		sim_result_free(&r);
		made_free(made);
	}
}

/* -- giving way ----------------------------------------------------------------------- */

/*
 * One pCPU: A takes the lock, has 5 of its 15 ms to go when its slice ends; B spins;
 * H, of another VM, waits too.
 */
static struct made *preempted_holder(const struct ple_spec *spec)
{
	struct made *made = world_of(1, 30 * MS, spec); /* B is not preempted yet */

	made_vm(made, "vm", 2, 1024, holder(made, 15 * MS));
	made_vm(made, "h", 1, 1024, made_hog(made));
	return made;
}

static void test_directed(void **state)
{
	static const enum ple_react reacts[] = {PLE_DIRECTED, PLE_ORACLE};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct ple_spec spec = ple;
		struct made *made;
		struct sim_result r;

		spec.react = reacts[i];
		made = preempted_holder(&spec);
		made_run(made, 0, &r);
		assert_int_equal(r.vms[0].time[VT_SPIN_LHP], 1 * US + 1);
		assert_int_equal(r.vms[0].count[VC_YIELDS_TO], 1);
		assert_int_equal(r.vms[0].count[VC_YIELDS_HIT], 1);
		/* A is done before H has run */
		assert_int_equal(r.vms[0].lhp_wall_ns, 1 * US + 1);
		sim_result_free(&r);
		made_free(made);
	}
}

/* Xen's way: H has its 10 ms first. */
static void test_yield(void **state)
{
	struct ple_spec spec = ple;
	struct made *made;
	struct sim_result r;

	(void)state;
	spec.react = PLE_YIELD;
	made = preempted_holder(&spec);
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].time[VT_SPIN_LHP], 1 * US + 1);
	assert_int_equal(r.vms[0].count[VC_YIELDS_TO], 0);
	assert_int_equal(r.vms[0].lhp_wall_ns, 10 * MS + 1 * US + 1);
	sim_result_free(&r);
	made_free(made);
}

/* No pause-loop exits; the guest itself asks, after 5 us. */
static void test_paravirtual(void **state)
{
	struct ple_spec off = {0};
	struct made *made = preempted_holder(&off);
	struct sim_result r;

	(void)state;
	made->world.host.pv_yield = (struct pv_yield_spec){.lock_ns = 5 * US, .cost_ns = 1 * US};
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].time[VT_SPIN_LHP], 5 * US);
	assert_int_equal(r.vms[0].lhp_wall_ns, 5 * US);
	assert_int_equal(r.vms[0].count[VC_YIELDS_HIT], 1);
	assert_int_equal(r.vms[0].count[VC_PLE_EXITS], 0);
	assert_int_equal(r.vms[0].time[VT_OVERHEAD], 1 * US);
	sim_result_free(&r);
	made_free(made);
}

/*
 * A holds the lock for 35 ms, B and C spin.  At 10 ms B runs, and gives way to C,
 * which has not run yet; C exits, and gives way to A.  At 20 ms B runs.  C is off CPU
 * because it gave way: who passes it over comes to A at once, and so does C at 30 ms.
 * Who does not goes round by the other each time.
 */
static void test_candidates(void **state)
{
	static const struct {
		enum yield_candidates candidates;
		uint64_t exits;
	} cases[] = {{YIELD_NAIVE, 6}, {YIELD_ELIGIBLE, 4}, {YIELD_KERNEL, 4}};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct ple_spec spec = ple;
		struct made *made;
		struct sim_result r;

		spec.react = PLE_DIRECTED;
		spec.candidates = cases[i].candidates;
		made = world_of(1, 34 * MS, &spec);
		made_vm(made, "vm", 3, 1024, holder(made, 35 * MS));
		made_run(made, 0, &r);
		assert_int_equal(r.vms[0].count[VC_PLE_EXITS], cases[i].exits);
		assert_int_equal(r.vms[0].count[VC_YIELDS_TO], cases[i].exits);
		assert_int_equal(r.vms[0].count[VC_YIELDS_HIT], 3);
		sim_result_free(&r);
		made_free(made);
	}
}

/*
 * A holds the lock and is preempted at 10 ms, D computes and is at 20 ms, and B
 * spins.  In KVM's order D comes before A; but it was in user code.
 */
static void test_user_code(void **state)
{
	(void)state;
	for (int kernel = 0; kernel < 2; kernel++) {
		struct ple_spec spec = ple;
		struct made *made;
		struct sim_result r;

		spec.react = PLE_DIRECTED;
		spec.candidates = kernel ? YIELD_KERNEL : YIELD_ELIGIBLE;
		made = world_of(1, 29 * MS, &spec);
		made_vm(made, "vm", 3, 1024, holder(made, 35 * MS));
		made->world.vcpus[1].program = bystander(made);
		made_run(made, 0, &r);
		/* from 20 ms on, and 1 us + 1 ns of spinning, A runs, or D once more */
		assert_int_equal(r.vms[0].time[kernel ? VT_CRITICAL : VT_USEFUL],
				 19 * MS - 1 * US - 1);
		assert_int_equal(r.vms[0].time[kernel ? VT_USEFUL : VT_CRITICAL], 10 * MS);
		sim_result_free(&r);
		made_free(made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_window),	    cmocka_unit_test(test_user),
		cmocka_unit_test(test_directed),    cmocka_unit_test(test_yield),
		cmocka_unit_test(test_paravirtual), cmocka_unit_test(test_candidates),
		cmocka_unit_test(test_user_code),
	};

	return cmocka_run_group_tests_name("by hand: pause-loop exits and yields", tests, NULL,
					   NULL);
}
