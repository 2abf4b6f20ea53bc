/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs: the steps they become, their locks, their distributions, recordings. */
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A world whose program p has this body (block YAML, four spaces deep). */
static struct world *load_body(const char *body)
{
	char text[4000];

	snprintf(text, sizeof(text), SMALL_TOP SMALL_VMS "programs:\n  p:\n%s", body);
	return suite_load(text);
}

static void refuse_body(const char *body, const char *part)
{
	char text[4000];
	struct error err;
	struct world *world;

	snprintf(text, sizeof(text), SMALL_TOP SMALL_VMS "programs:\n  p:\n%s", body);
	world = scenario_load_text("tests/scenario/text", text, strlen(text), NULL, &err);
	assert_null(world);
	if (!strstr(err.text, part))
		fail_msg("refused with\n%s\nexpected\n%s", err.text, part);
}

struct expected_step {
	enum step_op op;
	uint32_t target; /* of jumps and loops */
	uint32_t count; /* of loops */
};

/* The steps of program p are these. */
static void check_steps(const char *body, const struct expected_step *expected, uint32_t nr,
			bool finite)
{
	struct world *world = load_body(body);
	const struct program *p = &world->programs[0];

	for (uint32_t i = 0; i < nr && i < p->nr_steps; i++) {
		const struct step *step = &p->steps[i];

		if (step->op != expected[i].op)
			fail_msg("step %u is %u, expected %u, in\n%s", i, step->op, expected[i].op,
				 body);
		assert_int_equal(step->target, expected[i].target);
		if (step->op == STEP_REPEAT)
			assert_int_equal(step->count, expected[i].count);
		assert_int_equal(step->id, i);
	}
	assert_int_equal(p->nr_steps, nr);
	assert_int_equal(p->finite, finite);
	suite_fixed_point(world);
	scenario_free(world);
}

#define STEPS(...) ((const struct expected_step[]){__VA_ARGS__})
#define NR_STEPS(...) (sizeof(STEPS(__VA_ARGS__)) / sizeof(struct expected_step))
#define CHECK(body, finite, ...)                                                                   \
	check_steps(body, STEPS(__VA_ARGS__), NR_STEPS(__VA_ARGS__), finite)

static void test_loops(void **state)
{
	(void)state;
	CHECK("    repeat:\n    - compute: 1us\n", false, {STEP_REPEAT, 4, 0}, {STEP_COMPUTE},
	      {STEP_OP}, {STEP_REPEAT_END, 1}, {STEP_END});
	CHECK("    repeat: {times: 3, do: [sleep: 1us, halt]}\n", false, {STEP_REPEAT, 5, 3},
	      {STEP_SLEEP}, {STEP_HALT}, {STEP_OP}, {STEP_REPEAT_END, 1}, {STEP_END});
	CHECK("    repeat: {times: 3, do: [yield]}\n", true, {STEP_REPEAT, 4, 3}, {STEP_YIELD},
	      {STEP_OP}, {STEP_REPEAT_END, 1}, {STEP_END});
	/* only outermost loops count as work, and only without an op of one's own */
	CHECK("    steps:\n    - repeat: {times: 2, do: [repeat: {times: 5, do: [yield]}]}\n", true,
	      {STEP_REPEAT, 6, 2}, {STEP_REPEAT, 4, 5}, {STEP_YIELD}, {STEP_REPEAT_END, 2},
	      {STEP_OP}, {STEP_REPEAT_END, 1}, {STEP_END});
	CHECK("    repeat: [yield, op, yield]\n", false, {STEP_REPEAT, 5, 0}, {STEP_YIELD},
	      {STEP_OP}, {STEP_YIELD}, {STEP_REPEAT_END, 1}, {STEP_END});
	CHECK("    steps: [compute: 1us]\n", true, {STEP_COMPUTE}, {STEP_OP}, {STEP_END});
	CHECK("    steps: []\n", true, {STEP_OP}, {STEP_END});
}

static void test_sections(void **state)
{
	struct world *world;

	(void)state;
	CHECK("    locks: {l: tas}\n    repeat:\n    - critical: {lock: l, hold: 1us}\n", false,
	      {STEP_REPEAT, 6, 0}, {STEP_LOCK}, {STEP_HOLD}, {STEP_UNLOCK}, {STEP_OP},
	      {STEP_REPEAT_END, 1}, {STEP_END});
	/* compute under a lock is holding it */
	CHECK("    locks: {l: tas, m: ticket}\n    barriers: {b: block}\n    steps:\n"
	      "    - critical: {lock: l, do: [compute: 1us, {critical: {lock: m, do: [barrier: "
	      "b]}}, "
	      "sleep: 1us]}\n    - compute: 1us\n",
	      true, {STEP_LOCK}, {STEP_HOLD}, {STEP_LOCK}, {STEP_BARRIER}, {STEP_UNLOCK},
	      {STEP_SLEEP}, {STEP_UNLOCK}, {STEP_COMPUTE}, {STEP_OP}, {STEP_END});
	world = load_body("    locks: {l: tas, m: {kind: ticket, handoff: 5ns}}\n"
			  "    barriers: {b: block, c: {parties: 2}, l: {wait: spin}}\n    steps:\n"
			  "    - critical: {lock: m, do: [barrier: l]}\n");
	assert_int_equal(world->programs[0].nr_objects, 5);
	assert_int_equal(world->programs[0].steps[0].object, 1);
	assert_int_equal(world->programs[0].steps[1].object, 4); /* the barrier of that name */
	assert_int_equal(world->programs[0].objects[0].handoff_ns, 100);
	assert_int_equal(world->programs[0].objects[1].handoff_ns, 5);
	assert_int_equal(world->programs[0].objects[2].kind, OBJECT_BARRIER_BLOCK);
	assert_int_equal(world->programs[0].objects[2].parties, 0);
	assert_int_equal(world->programs[0].objects[3].parties, 2);
	scenario_free(world);
}

/* Every kind by its name, its defaults, and the parts that were written. */
static void test_lock_kinds(void **state)
{
	struct world *world;
	const struct object *o;

	(void)state;
	world = load_body(
		"    locks: {a: tas, b: ticket, c: mcs, d: qspinlock, e: pv, f: preemptable, "
		"g: rwlock,\n      h: {kind: pv, spin: 7us, steal: off, halt: off, kick: "
		"off, early: off, recheck: 1ms},\n      i: {kind: preemptable, timeout: "
		"3us, handoff_spinner: 5ns}, j: {kind: rwlock, prefer: readers},\n      k: "
		"{kind: pv, early: preempted}}\n    steps:\n    - critical: {lock: g, hold: "
		"1us, mode: read}\n    - critical: {lock: g, hold: 1us}\n");
	o = world->programs[0].objects;
	for (uint32_t i = OBJECT_TAS; i <= OBJECT_RWLOCK; i++)
		assert_int_equal(o[i].kind, i);
	assert_true(o[4].lock.steal && o[4].lock.halt && o[4].lock.kick);
	assert_int_equal(o[4].lock.early, LOCK_EARLY_HALTED);
	assert_int_equal(o[4].lock.spin_ns, 500000);
	assert_int_equal(o[4].lock.kick_cost_ns, 2000);
	assert_true(o[4].lock.recheck_ns == UINT64_MAX);
	assert_int_equal(o[5].lock.timeout_ns, 10000);
	assert_false(o[6].lock.prefers_readers);
	assert_false(o[7].lock.steal || o[7].lock.halt || o[7].lock.kick);
	assert_int_equal(o[7].lock.early, LOCK_EARLY_OFF);
	assert_int_equal(o[7].lock.spin_ns, 7000);
	assert_int_equal(o[7].lock.recheck_ns, 1000000);
	assert_int_equal(o[8].lock.timeout_ns, 3000);
	assert_int_equal(o[8].lock.handoff_spinner_ns, 5);
	assert_true(o[9].lock.prefers_readers);
	/* nobody tells the guest who is preempted */
	assert_int_equal(o[10].lock.early, LOCK_EARLY_HALTED);
	assert_int_equal(world->programs[0].steps[0].count, 1);
	assert_int_equal(world->programs[0].steps[3].count, 0);
	scenario_free(world);
}

static void test_branches(void **state)
{
	struct world *world;

	(void)state;
	CHECK("    arrivals: {every: 1ms, do: [compute: 1us, {repeat: {times: 2, do: [yield]}}]}\n",
	      false, {STEP_ARRIVE}, {STEP_COMPUTE}, {STEP_REPEAT, 5, 2}, {STEP_YIELD},
	      {STEP_REPEAT_END, 3}, {STEP_RESPOND}, {STEP_JUMP, 0}, {STEP_END});
	world = load_body("    arrivals: {poisson: 1ms, do: []}\n");
	assert_int_equal(world->programs[0].dists[0].kind, DIST_EXPONENTIAL);
	assert_true(world->programs[0].dists[0].a == 1e6);
	scenario_free(world);
	world = load_body(
		"    repeat:\n    - choose:\n      - {weight: 1, do: [yield]}\n"
		"      - {weight: 2.5, do: []}\n      - {weight: 0.5, do: [halt, yield]}\n");
	assert_int_equal(world->programs[0].nr_choices, 3);
	assert_true(world->programs[0].choices[0].upto == 0.25);
	assert_true(world->programs[0].choices[1].upto == 0.875);
	assert_true(world->programs[0].choices[2].upto == 1);
	assert_int_equal(world->programs[0].choices[0].target, 2); /* yield, jump */
	assert_int_equal(world->programs[0].choices[1].target, 4); /* jump */
	assert_int_equal(world->programs[0].choices[2].target, 5); /* halt, yield, jump */
	assert_int_equal(world->programs[0].steps[3].target, 8);
	assert_int_equal(world->programs[0].steps[4].target, 8);
	assert_int_equal(world->programs[0].steps[8].op, STEP_OP);
	suite_fixed_point(world);
	scenario_free(world);
}

/* Choices inside of choices keep their entries apart. */
static void test_nested_choices(void **state)
{
	struct world *world = load_body("    repeat:\n    - choose:\n"
					"      - {weight: 1, do: [choose: [{weight: 3, do: "
					"[yield]}, {weight: 1, do: [halt]}]]}\n"
					"      - {weight: 1, do: [sleep: 1us]}\n");
	const struct program *p = &world->programs[0];

	(void)state;
	assert_int_equal(p->nr_choices, 4);
	assert_int_equal(p->steps[1].first, 0);
	assert_true(p->choices[0].upto == 0.5 && p->choices[1].upto == 1);
	assert_int_equal(p->steps[p->choices[1].target].op, STEP_SLEEP);
	assert_int_equal(p->steps[2].op, STEP_CHOOSE);
	assert_int_equal(p->steps[2].first, 2);
	assert_true(p->choices[2].upto == 0.75 && p->choices[3].upto == 1);
	scenario_free(world);
}

static struct dist dist_of(const char *text)
{
	char body[500];
	struct world *world;
	struct dist dist;

	snprintf(body, sizeof(body), "    repeat:\n    - compute: %s\n", text);
	world = load_body(body);
	dist = world->programs[0].dists[0];
	dist.samples = NULL; /* the world's */
	suite_fixed_point(world);
	scenario_free(world);
	return dist;
}

static void check_dist(const char *text, enum dist_kind kind, double a, double b, uint64_t min_ns,
		       uint64_t max_ns)
{
	struct dist dist = dist_of(text);

	if (dist.kind != kind || fabs(dist.a - a) > 1e-9 * a || fabs(dist.b - b) > 1e-9 * b ||
	    dist.min_ns != min_ns || dist.max_ns != max_ns)
		fail_msg("%s became %d, %g, %g, %llu to %llu", text, dist.kind, dist.a, dist.b,
			 (unsigned long long)dist.min_ns, (unsigned long long)dist.max_ns);
}

static void test_distributions(void **state)
{
	const uint64_t max = WORLD_MAX_NS;

	(void)state;
	check_dist("0", DIST_CONST, 0, 0, 0, max);
	check_dist("1.5us", DIST_CONST, 1500, 0, 0, max);
	check_dist("{exponential: 60us}", DIST_EXPONENTIAL, 60e3, 0, 0, max);
	check_dist("{exponential: {mean: 60us, min: 1us, max: 1ms}}", DIST_EXPONENTIAL, 60e3, 0,
		   1000, 1000000);
	check_dist("{uniform: [1us, 2us]}", DIST_UNIFORM, 1e3, 2e3, 0, max);
	check_dist("{lognormal: {median: 300ns, sigma: 1.2, max: 2ms}}", DIST_LOGNORMAL, 300, 1.2,
		   0, 2000000);
	check_dist("{normal: {mean: 1ms, sd: 10us}}", DIST_NORMAL, 1e6, 1e4, 0, max);
	check_dist("{gamma: {shape: 4, mean: 1ms}}", DIST_GAMMA, 4, 250e3, 0, max);
	check_dist("{weibull: {shape: 2, scale: 1ms}}", DIST_WEIBULL, 2, 1e6, 0, max);
	/* shape 2: mean = scale * sqrt(pi) / 2 */
	check_dist("{weibull: {shape: 2, mean: 886226925ns}}", DIST_WEIBULL, 2, 1e9, 0, max);
	check_dist("{pareto: {shape: 1.5, min: 1us, max: 1s}}", DIST_PARETO, 1.5, 1e3, 1000,
		   1000000000);
	check_dist("{samples: [1us, 2us]}", DIST_SAMPLES, 0, 0, 0, max);
	check_dist("{samples: {values: [1us, 2us], max: 1us}}", DIST_SAMPLES, 0, 0, 0, 1000);
}

static void test_samples(void **state)
{
	struct world *world = load_body("    repeat:\n    - compute: {samples: data/bare.txt}\n");
	const struct dist *dist = &world->programs[0].dists[0];

	(void)state;
	assert_int_equal(dist->nr_samples, 3);
	assert_int_equal(dist->samples[0], 100);
	assert_int_equal(dist->samples[2], 3000);
	suite_fixed_point(world); /* the values are inlined: no file is needed any more */
	scenario_free(world);
	refuse_body("    repeat:\n    - compute: {samples: data/broken.txt}\n",
		    "tests/scenario/data/broken.txt:3:1: found 'fast', expected a duration");
	refuse_body("    repeat:\n    - compute: {samples: data}\n", "data: found a folder");
}

static void check_task(const struct program *program, uint32_t nr, uint64_t run, uint64_t sleep)
{
	assert_int_equal(program->nr_steps, 6);
	assert_int_equal(program->steps[1].op, STEP_COMPUTE);
	assert_int_equal(program->steps[2].op, STEP_SLEEP);
	assert_int_equal(program->steps[3].op, STEP_OP);
	assert_int_equal(program->dists[0].kind, DIST_REPLAY);
	assert_int_equal(program->dists[0].nr_samples, nr);
	assert_int_equal(program->dists[0].samples[nr - 1], run);
	assert_int_equal(program->dists[1].samples[nr - 1], sleep);
}

static void test_replay(void **state)
{
	struct world *world = load_body("    replay: data/two.bursts\n");

	(void)state;
	/* one program a task, and vCPU i has task i */
	assert_int_equal(world->nr_programs, 2);
	assert_string_equal(world->programs[1].name, "p.1");
	check_task(&world->programs[0], 3, 5000, 0);
	check_task(&world->programs[1], 1, 10, 20);
	assert_int_equal(world->vcpus[0].program, 0);
	assert_int_equal(world->vcpus[1].program, 1);
	suite_fixed_point(world);
	scenario_free(world);
	world = load_body("    replay: {file: data/two.bursts, task: as}\n");
	assert_int_equal(world->nr_programs, 1);
	check_task(&world->programs[0], 1, 10, 20);
	scenario_free(world);
	refuse_body("    replay: {file: data/two.bursts, task: ld}\n",
		    "found no bursts of the task ld");
	refuse_body("    replay: data/broken.bursts\n",
		    "broken.bursts:3:1: found a line that begins with 'cc1', expected TASK RUN_NS");
	refuse_body("    replay: data/empty.bursts\n", "found no bursts, expected lines");
	refuse_body("    replay: data/samples.txt\n", "found another first line");
}

/* Several programs in one VM share locks and barriers by name. */
static void test_shared_objects(void **state)
{
	static const char top[] = SMALL_TOP
		"vms: {a: {vcpus: 3, programs: [p, q, r]}}\nprograms:\n"
		"  p: {locks: {l: tas, m: tas}, repeat: [{critical: {lock: m, hold: 1us}}]}\n"
		"  r: {replay: {tasks: [{run: [1us], sleep: [1us]}]}}\n";
	char text[1000];
	struct world *world;

	(void)state;
	snprintf(text, sizeof(text),
		 "%s  q: {locks: {k: tas, m: tas}, repeat: [{critical: {lock: m, hold: 1us}}]}\n",
		 top);
	world = suite_load(text);
	for (uint32_t v = 0; v < 3; v++) {
		const struct program *p = &world->programs[world->vcpus[v].program];

		assert_int_equal(p->nr_objects, 3);
		assert_string_equal(p->objects[1].name, "m");
		assert_string_equal(p->objects[2].name, "k");
		if (v < 2)
			assert_int_equal(p->steps[1].object, 1);
	}
	suite_fixed_point(world);
	scenario_free(world);
	snprintf(text, sizeof(text), "%s  q: {locks: {m: ticket}, repeat: [yield]}\n", top);
	suite_refuse(text, "found another 'm' than in line 7, expected the same one");
}

int run_programs(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loops),	       cmocka_unit_test(test_sections),
		cmocka_unit_test(test_lock_kinds),     cmocka_unit_test(test_branches),
		cmocka_unit_test(test_nested_choices), cmocka_unit_test(test_distributions),
		cmocka_unit_test(test_samples),	       cmocka_unit_test(test_replay),
		cmocka_unit_test(test_shared_objects),
	};

	return cmocka_run_group_tests_name("programs", tests, NULL, NULL);
}
