/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine's promises: same demand for all, clear ends, co-run, host events.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/registry/policies.h"
#include "../lib/make_world.h"

/* -- the same demand under every policy, with and without neighbours -------------- */

/* A finite program: what it computes in all, once complete, is its demand. */
static uint32_t finite_locker(struct made *made)
{
	struct step steps[] = {{.op = STEP_REPEAT, .count = 500, .target = 8},
			       {.op = STEP_COMPUTE},
			       {.op = STEP_LOCK},
			       {.op = STEP_HOLD, .dist = 1},
			       {.op = STEP_UNLOCK},
			       {.op = STEP_SLEEP, .dist = 2},
			       {.op = STEP_OP},
			       {.op = STEP_REPEAT_END, .target = 1},
			       {.op = STEP_END}};
	struct dist dists[] = {{.kind = DIST_EXPONENTIAL, .a = 50000, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_LOGNORMAL, .a = 300, .b = 1.2, .max_ns = 2 * MS},
			       {.kind = DIST_EXPONENTIAL, .a = 20000, .max_ns = WORLD_MAX_NS}};
	struct object object = {.name = "zone", .kind = OBJECT_TICKET};
	struct program p = {.steps = steps,
			    .nr_steps = 9,
			    .dists = dists,
			    .nr_dists = 3,
			    .objects = &object,
			    .nr_objects = 1,
			    .finite = true};

	return made_program(made, &p);
}

static uint64_t demand_ns(const char *policy, bool neighbours, enum ties ties)
{
	struct made *made = made_new(4, 20 * SEC, policy);
	uint32_t locker = finite_locker(made);
	struct sim_result r;
	uint64_t demand;

	made->world.run.ties = ties;
	if (neighbours)
		made_vm(made, "first", 2, 1024, locker); /* takes the low ids */
	made_vm(made, "watched", 4, 1024, locker);
	if (neighbours) {
		made_vm(made, "last", 3, 1024, locker);
		made->world.host.tick_ns = 4 * MS;
		made->world.host.tick_cost_ns = 700;
		made->world.host.context_switch_ns = 2000;
		made->world.host.halt_poll = (struct halt_poll_spec){.max_ns = MS / 5,
								     .grow_start_ns = 10000,
								     .grow = 2,
								     .shrink = 2};
		made->world.host.ple = (struct ple_spec){.window = 4096,
							 .max = 1u << 30,
							 .unit_ns = 0.4,
							 .grow = 2,
							 .cost_ns = 1000,
							 .react = PLE_DIRECTED,
							 .candidates = YIELD_KERNEL};
		made->world.host.stolen_run =
			(struct dist){.kind = DIST_EXPONENTIAL, .a = 50000, .max_ns = WORLD_MAX_NS};
		made->world.host.stolen_every = (struct dist){.kind = DIST_EXPONENTIAL,
							      .a = 2 * MS,
							      .max_ns = WORLD_MAX_NS};
	}
	made_run(made, 0, &r);
	demand = r.vms[neighbours].time[VT_USEFUL] + r.vms[neighbours].time[VT_CRITICAL];
	assert_int_equal(r.vms[neighbours].count[VC_FINISHED], 4);
	assert_int_equal(r.vms[neighbours].count[VC_OPS], 2000);
	assert_int_equal(r.vms[neighbours].count[VC_SECTIONS], 2000);
	assert_true(r.vms[neighbours].done_at_ns > 0);
	sim_result_free(&r);
	made_free(made);
	return demand;
}

static void test_same_demand(void **state)
{
	uint64_t alone = demand_ns("rr", false, TIES_ID);

	(void)state;
	assert_true(alone > 2000 * 40000);
	for (uint32_t p = 0; p < nr_policy_registry; p++) {
		const char *policy = policy_registry[p].name;

		assert_int_equal(demand_ns(policy, false, TIES_ID), alone);
		assert_int_equal(demand_ns(policy, true, TIES_ID), alone);
		assert_int_equal(demand_ns(policy, true, TIES_REVERSE), alone);
		assert_int_equal(demand_ns(policy, true, TIES_HASH), alone);
	}
}

static void test_seeds_differ(void **state)
{
	struct made *made = made_new(4, 1 * SEC, "rr");
	uint32_t locker = made_locker(made, OBJECT_TAS, 50000, 500);
	struct sim_result a, b;

	(void)state;
	made_vm(made, "a", 4, 1024, locker);
	made_run(made, 0, &a);
	made_run(made, 1, &b);
	assert_int_not_equal(a.vms[0].count[VC_OPS], b.vms[0].count[VC_OPS]);
	sim_result_free(&a);
	sim_result_free(&b);
	made_free(made);
}

/* -- clear ends ----------------------------------------------------------------------- */

static void expect_error(struct made *made, enum status status, const char *words)
{
	struct sim_job job = {.world = &made->world};
	struct sim_result r;
	struct error err = {0};

	if (sim_run(&job, &r, &err) == 0)
		fail_msg("ran to the end instead of: %s", words);
	assert_int_equal(err.status, status);
	if (!strstr(err.text, words))
		fail_msg("'%s' does not say '%s'", err.text, words);
	made_free(made);
}

static struct made *one_vm(const struct program *program, uint32_t width)
{
	struct made *made = made_new(2, 1 * SEC, "rr");

	made_vm(made, "vm", width, 1024, made_program(made, program));
	return made;
}

static void test_zero_time_loop(void **state)
{
	struct step steps[] = {{.op = STEP_COMPUTE}, {.op = STEP_OP}, {.op = STEP_JUMP}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = 0, .max_ns = WORLD_MAX_NS}};
	struct program p = {.steps = steps, .nr_steps = 3, .dists = dists, .nr_dists = 1};

	(void)state;
	expect_error(one_vm(&p, 1), STATUS_MODEL, "zero-time loop");
}

static void test_yield_loop(void **state)
{
	struct step steps[] = {{.op = STEP_YIELD}, {.op = STEP_JUMP}};
	struct program p = {.steps = steps, .nr_steps = 2};

	(void)state;
	expect_error(one_vm(&p, 1), STATUS_MODEL, "without time passing");
}

static void test_self_deadlock(void **state)
{
	struct step steps[] = {{.op = STEP_LOCK},
			       {.op = STEP_COMPUTE},
			       {.op = STEP_LOCK},
			       {.op = STEP_END}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = 1000, .max_ns = WORLD_MAX_NS}};
	struct object object = {.name = "zone", .kind = OBJECT_TICKET};
	struct program p = {.steps = steps,
			    .nr_steps = 4,
			    .dists = dists,
			    .nr_dists = 1,
			    .objects = &object,
			    .nr_objects = 1};

	(void)state;
	expect_error(one_vm(&p, 1), STATUS_MODEL, "that it holds already");
}

/* Two vCPUs take a and b in opposite order. */
static void test_lock_cycle(void **state)
{
	struct step ab[] = {{.op = STEP_LOCK, .object = 0},   {.op = STEP_COMPUTE},
			    {.op = STEP_LOCK, .object = 1},   {.op = STEP_UNLOCK, .object = 1},
			    {.op = STEP_UNLOCK, .object = 0}, {.op = STEP_JUMP}};
	struct step ba[6];
	struct dist dists[] = {{.kind = DIST_CONST, .a = 1 * MS, .max_ns = WORLD_MAX_NS}};
	struct object objects[] = {{.name = "a", .kind = OBJECT_TICKET},
				   {.name = "b", .kind = OBJECT_TAS}};
	struct program p = {.steps = ab,
			    .nr_steps = 6,
			    .dists = dists,
			    .nr_dists = 1,
			    .objects = objects,
			    .nr_objects = 2};
	struct made *made = one_vm(&p, 2);

	(void)state;
	memcpy(ba, ab, sizeof(ab));
	ba[0].object = ba[4].object = 1;
	ba[2].object = ba[3].object = 0;
	p.steps = ba;
	made->world.vcpus[1].program = made_program(made, &p);
	made->world.run.start_spread_ns = 0;
	expect_error(made, STATUS_MODEL, "at the end of the chain");
}

/* A barrier for three, met by two. */
static void test_wrong_barrier(void **state)
{
	struct step steps[] = {{.op = STEP_COMPUTE}, {.op = STEP_BARRIER}, {.op = STEP_JUMP}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = 1000, .max_ns = WORLD_MAX_NS}};
	struct object object = {.name = "meet", .kind = OBJECT_BARRIER_SPIN, .parties = 3};
	struct program p = {.steps = steps,
			    .nr_steps = 3,
			    .dists = dists,
			    .nr_dists = 1,
			    .objects = &object,
			    .nr_objects = 1};

	(void)state;
	expect_error(one_vm(&p, 2), STATUS_MODEL, "barrier 'meet'");
	object.kind = OBJECT_BARRIER_BLOCK;
	expect_error(one_vm(&p, 2), STATUS_MODEL, "barrier 'meet'");
}

static void test_refusal(void **state)
{
	struct made *made = made_new(2, 1 * SEC, "gang");

	(void)state;
	made_vm(made, "wide", 3, 1024, made_hog(made));
	expect_error(made, STATUS_INPUT, "wider than the pool");
}

/* -- accounting ------------------------------------------------------------------------- */

/* Two hogs of one VM on one pCPU each: they run together all the time. */
static void test_corun(void **state)
{
	struct made *made = made_new(2, 1 * SEC, "rr");
	struct sim_result r;

	(void)state;
	made->world.run.warmup_ns = 100 * MS;
	made_vm(made, "two", 2, 1024, made_hog(made));
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].corun_any_ns, 1 * SEC);
	assert_int_equal(r.vms[0].corun_all_ns, 1 * SEC);
	assert_int_equal(r.vms[0].corun_all_n_ns, 1 * SEC);
	sim_result_free(&r);
	made_free(made);
}

/* They take turns on one pCPU: never. */
static void test_no_corun(void **state)
{
	struct made *made = made_new(1, 1 * SEC, "rr");
	struct sim_result r;

	(void)state;
	made->world.run.warmup_ns = 100 * MS;
	made_vm(made, "two", 2, 1024, made_hog(made));
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].corun_any_ns, 1 * SEC);
	assert_int_equal(r.vms[0].corun_all_ns, 0);
	assert_int_equal(r.vms[0].time[VT_STEAL], 1 * SEC);
	sim_result_free(&r);
	made_free(made);
}

/*
 * A pCPU goes and returns; offline time is booked to the ns.  (It returns at an instant at
 * which under no policy the one who waits has just stopped: cfs and eevdf would leave it where
 * its cache is hot until the next balancing.)
 */
static void test_pcpu_off_on(void **state)
{
	(void)state;
	for (uint32_t p = 0; p < nr_policy_registry; p++) {
		struct made *made = made_new(2, 1 * SEC, policy_registry[p].name);
		struct sim_result r;

		made->world.run.start_spread_ns = 0;
		made->world.host.events = calloc(2, sizeof(*made->world.host.events));
		made->world.host.events[0] = (struct host_event){200 * MS, HOST_PCPU_OFF, 0};
		made->world.host.events[1] = (struct host_event){501 * MS, HOST_PCPU_ON, 0};
		made->world.host.nr_events = 2;
		made_vm(made, "a", 1, 1024, made_hog(made));
		made_vm(made, "b", 1, 1024, made_hog(made));
		made_run(made, 0, &r);
		assert_int_equal(r.pcpus[0][PT_OFFLINE], 301 * MS);
		/* both hogs always use what there is */
		assert_int_equal(r.pcpus[1][PT_USEFUL], 1 * SEC);
		assert_int_equal(r.pcpus[0][PT_USEFUL], 699 * MS);
		sim_result_free(&r);
		made_free(made);
	}
}

/* A waiter that is never picked shows in every latency figure. */
static void test_censored(void **state)
{
	struct made *made = made_new(1, 1 * SEC, "rr");
	struct sim_result r;

	(void)state;
	made_tunable(made, "slice", 1 * SEC);
	made->world.run.start_spread_ns = 0;
	made->world.run.duration_ns = 900 * MS;
	made_vm(made, "a", 1, 1024, made_hog(made));
	made_vm(made, "b", 1, 1024, made_hog(made));
	made_run(made, 0, &r);
	assert_int_equal(r.groups[1].hist[GH_WAIT].censored, 1);
	assert_int_equal(r.groups[1].hist[GH_WAIT].max, 900 * MS);
	assert_int_equal(r.groups[1].hist[GH_WAKEUP].max, 900 * MS);
	sim_result_free(&r);
	made_free(made);
}

/* Open loop: late answers count from the scheduled arrival, the backlog too. */
static void test_open_loop(void **state)
{
	struct step steps[] = {{.op = STEP_ARRIVE},
			       {.op = STEP_COMPUTE, .dist = 1},
			       {.op = STEP_RESPOND},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = 10 * MS, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST, .a = 15 * MS, .max_ns = WORLD_MAX_NS}};
	struct program p = {.steps = steps, .nr_steps = 4, .dists = dists, .nr_dists = 2};
	struct made *made = one_vm(&p, 1);
	struct sim_result r;
	const struct hist *h;

	(void)state;
	made->world.run.start_spread_ns = 0;
	made->world.run.duration_ns = 100 * MS;
	made_run(made, 0, &r);
	h = &r.groups[0].hist[GH_RESPONSE];
	/* arrivals at 10 ... 90 ms; served by 25, 40, 55, 70, 85 and (100) ms */
	assert_int_equal(r.vms[0].count[VC_OPS] + h->censored, h->count);
	assert_in_range(h->count, 9, 10);
	assert_in_range(r.vms[0].count[VC_OPS], 5, 6);
	/* the sixth, of 60 ms, is at least 40 ms old */
	assert_in_range(h->max, 35 * MS, 40 * MS);
	sim_result_free(&r);
	made_free(made);
}

/* A holder that sleeps inside its section and wakes into a queue is preempted, too. */
static void test_sleeping_holder(void **state)
{
	struct step steps[] = {{.op = STEP_LOCK},
			       {.op = STEP_SLEEP},
			       {.op = STEP_COMPUTE, .dist = 1},
			       {.op = STEP_UNLOCK},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = 1 * MS, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST, .a = 10000, .max_ns = WORLD_MAX_NS}};
	struct object object = {.name = "zone", .kind = OBJECT_TICKET};
	struct program p = {.steps = steps,
			    .nr_steps = 5,
			    .dists = dists,
			    .nr_dists = 2,
			    .objects = &object,
			    .nr_objects = 1};
	struct made *made = made_new(2, 2 * SEC, "rr");
	uint32_t hog = made_hog(made);
	struct sim_result r;

	(void)state;
	made_vm(made, "locker", 2, 1024, made_program(made, &p));
	made_vm(made, "hogs", 3, 1024, hog);
	made_run(made, 0, &r);
	/* after each sleep the holder waits for a pCPU while its sibling waits for it */
	assert_true(r.vms[0].lhp_wall_ns > 500 * MS);
	assert_true(r.vms[0].time[VT_SPIN_LHP] > r.vms[0].time[VT_SPIN_CONTENTION]);
	sim_result_free(&r);
	made_free(made);
}

/* A VM that is starved and then stopped: its open waits are not forgotten. */
static void test_stopped_waits(void **state)
{
	struct step steps[] = {{.op = STEP_ARRIVE},
			       {.op = STEP_COMPUTE, .dist = 1},
			       {.op = STEP_RESPOND},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = 10 * MS, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST, .a = 1 * MS, .max_ns = WORLD_MAX_NS}};
	struct program p = {.steps = steps, .nr_steps = 4, .dists = dists, .nr_dists = 2};
	struct made *made = made_new(1, 1 * SEC, "rr");
	struct sim_result r;
	uint32_t hog = made_hog(made);

	(void)state;
	made->world.run.start_spread_ns = 0;
	made_tunable(made, "slice", 1 * SEC);
	made_vm(made, "hog", 1, 1024, hog);
	made_vm(made, "starved", 1, 1024, made_program(made, &p));
	made->world.vms[1].stop_ns = 800 * MS;
	made_run(made, 0, &r);
	assert_int_equal(r.groups[1].hist[GH_WAIT].max, 800 * MS);
	assert_int_equal(r.groups[1].hist[GH_WAKEUP].censored, 1);
	/* arrivals at 10, 20, ... 790 ms, none of which was ever seen */
	assert_int_equal(r.groups[1].hist[GH_RESPONSE].censored, 79);
	assert_int_equal(r.groups[1].hist[GH_RESPONSE].max, 790 * MS);
	sim_result_free(&r);
	made_free(made);
}

/* Several pools: each policy instance numbers its cores and caches from 0. */
static void test_pools(void **state)
{
	struct pool_spec pools[8];

	(void)state;
	for (uint32_t i = 0; i < nr_policy_registry; i++) {
		struct made *made = made_new(32, 500 * MS, policy_registry[i].name);
		uint32_t hog = made_hog(made);
		struct sim_result r;

		for (uint32_t p = 0; p < 32; p++)
			made->world.host.topo[p] =
				(struct sp_topo){.core = p, .llc = p / 4, .socket = p / 4};
		for (uint32_t k = 0; k < 8; k++)
			pools[k] = (struct pool_spec){.first_pcpu = 4 * k, .nr_pcpus = 4};
		made->world.host.pools = pools;
		made->world.host.nr_pools = 8;
		made->world.run.warmup_ns = 50 * MS;
		for (uint32_t k = 0; k < 8; k++) {
			char name[16];
			uint32_t vm;

			snprintf(name, sizeof(name), "vm%u", k);
			vm = made_vm(made, name, 4, 1024, hog);
			made->world.vms[vm].pool = k;
		}
		made_run(made, 0, &r); /* strict */
		for (uint32_t p = 0; p < 32; p++)
			assert_int_equal(r.pcpus[p][PT_USEFUL], 500 * MS);
		sim_result_free(&r);
		made_free(made);
	}
}

/* A gang that leaves with its lock held harms nobody: they all go at one instant. */
static void test_gang_harms_nobody(void **state)
{
	static const enum ties ties[] = {TIES_ID, TIES_REVERSE, TIES_HASH};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct made *made = made_new(4, 5 * SEC, "gang");
		uint32_t locker = made_locker(made, OBJECT_TICKET, 20000, 3000);
		struct sim_result r;

		made->world.run.ties = ties[i];
		made->world.run.warmup_ns = 100 * MS;
		made_vm(made, "a", 4, 1024, locker);
		made_vm(made, "b", 4, 1024, locker);
		made_run(made, 0, &r);
		assert_true(r.vms[0].count[VC_LHP] > 10);
		assert_int_equal(r.vms[0].count[VC_LHP_HARMFUL], 0);
		assert_int_equal(r.vms[0].time[VT_SPIN_LHP], 0);
		sim_result_free(&r);
		made_free(made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_demand),
		cmocka_unit_test(test_seeds_differ),
		cmocka_unit_test(test_zero_time_loop),
		cmocka_unit_test(test_yield_loop),
		cmocka_unit_test(test_self_deadlock),
		cmocka_unit_test(test_lock_cycle),
		cmocka_unit_test(test_wrong_barrier),
		cmocka_unit_test(test_refusal),
		cmocka_unit_test(test_corun),
		cmocka_unit_test(test_no_corun),
		cmocka_unit_test(test_pcpu_off_on),
		cmocka_unit_test(test_censored),
		cmocka_unit_test(test_open_loop),
		cmocka_unit_test(test_sleeping_holder),
		cmocka_unit_test(test_stopped_waits),
		cmocka_unit_test(test_pools),
		cmocka_unit_test(test_gang_harms_nobody),
	};

	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
