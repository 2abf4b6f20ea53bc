/* SPDX-License-Identifier: BSD-2-Clause */
/* Host, run, policies and VMs as they reach the engine. */
#include "suite.h"

#include <string.h>

#include "../../sim/base/rng.h"
#include "../../sim/registry/policies.h"

#define PROGRAMS "programs: {p: {repeat: [compute: 1ms]}, q: {repeat: [compute: 2ms]}}\n"
#define REST "run: {duration: 1s}\npolicies: {rr: {}}\n" PROGRAMS

static void test_defaults(void **state)
{
	struct world *world = suite_load("corun: 1\nhost: {cores: 4}\n" REST SMALL_VMS);

	(void)state;
	assert_int_equal(world->host.context_switch_ns, 2000);
	assert_int_equal(world->host.kick_ns, 1000);
	assert_int_equal(world->host.tick_ns, 4000000);
	assert_int_equal(world->host.tick_cost_ns, 710);
	assert_int_equal(world->run.reps_min, 10);
	assert_int_equal(world->run.start_spread_ns, 10000000);
	assert_int_equal(world->run.phases, PHASES_RANDOM);
	assert_int_equal(world->run.ties, TIES_ID);
	assert_string_equal(world->run.primary, "");
	assert_int_equal(world->baseline, 0);
	/* the noise is a VM of its own, the last one */
	assert_int_equal(world->nr_vms, 2);
	assert_true(world->vms[1].noise && world->groups[1].noise && !world->vms[0].noise);
	assert_string_equal(world->vms[1].name, "noise");
	assert_int_equal(world->vms[0].guest_tick_ns, 4000000);
	assert_true(world->vms[0].stop_ns == WORLD_MAX_NS);
	assert_true(world->vms[0].key == rng_name("a"));
	assert_int_equal(strlen(world->hash), 16);
	scenario_free(world);
}

static void test_topology(void **state)
{
	struct world *world = suite_load("corun: 1\nhost: {sockets: 2, llcs: 3, cores: 4, threads: "
					 "2, pool: llc, noise: {vcpus: 2}}\n"
					 "vms: {a: {count: 8, vcpus: 2, program: p}, b: {vcpus: 1, "
					 "pool: 5, pin: 40-47, program: p}}\n" REST);

	(void)state;
	assert_int_equal(world->host.nr_pcpus, 48);
	assert_int_equal(world->host.nr_pools, 6);
	assert_int_equal(world->host.pools[5].first_pcpu, 40);
	assert_int_equal(world->host.pools[5].nr_pcpus, 8);
	assert_int_equal(world->host.topo[47].core, 23);
	assert_int_equal(world->host.topo[47].llc, 5);
	assert_int_equal(world->host.topo[47].socket, 1);
	assert_int_equal(world->host.topo[23].socket, 0);
	assert_string_equal(world->vms[7].name, "a.7"); /* spread: the second one of pool 1 */
	assert_int_equal(world->vms[7].pool, 1);
	assert_int_equal(world->vms[8].pool, 5);
	assert_int_equal(world->vcpus[16].affinity.first, 40);
	assert_int_equal(world->vcpus[16].affinity.nr, 8);
	/* a noise VM of two vCPUs for each pool */
	assert_int_equal(world->nr_vms, 9 + 6);
	assert_string_equal(world->vms[14].name, "noise.5");
	assert_int_equal(world->vms[14].pool, 5);
	assert_int_equal(world->nr_vcpus, 17 + 12);
	suite_fixed_point(world);
	scenario_free(world);
}

static void test_noise_level(void **state)
{
	static const char text[] =
		"corun: 1\nhost: {cores: 4, noise: {level: 2, run: {normal: {mean: "
		"1ms, sd: 1us}}, every: {uniform: [1ms, 3ms]}}}\n" REST SMALL_VMS;
	struct world *world = suite_load(text);
	const struct program *noise = &world->programs[world->nr_programs - 1];

	(void)state;
	/* twice the level: half the pause, the same work */
	assert_int_equal(noise->steps[1].op, STEP_SLEEP);
	assert_int_equal(noise->dists[0].kind, DIST_UNIFORM);
	assert_true(noise->dists[0].a == 500000 && noise->dists[0].b == 1500000);
	assert_int_equal(noise->steps[2].op, STEP_COMPUTE);
	assert_true(noise->dists[1].a == 1e6 && noise->dists[1].b == 1e3);
	scenario_free(world);
}

static void test_vms(void **state)
{
	struct world *world = suite_load(
		"corun: 1\nhost: {cores: 4, noise: {level: 0}}\n" REST "vms:\n"
		"  low: {vcpus: 1, nice: 19, program: p}\n"
		"  high: {vcpus: 1, nice: -20, program: p, start: 5ms, stop: 10ms}\n"
		"  own: {vcpus: 3, weight: 77, cap: 150%, programs: [p, q], pin: [0, 1-3], "
		"guest_tick: off}\n"
		"  noise: {vcpus: 1, program: q}\n");

	(void)state;
	assert_int_equal(world->vms[0].weight, 15);
	assert_int_equal(world->vms[1].weight, 88761);
	assert_int_equal(world->vms[1].start_ns, 5000000);
	assert_int_equal(world->vms[1].stop_ns, 10000000);
	assert_int_equal(world->vms[2].weight, 77);
	assert_int_equal(world->vms[2].cap_quota_ns, 150 * 1000000);
	assert_int_equal(world->vms[2].cap_period_ns, 100 * 1000000);
	assert_int_equal(world->vms[2].guest_tick_ns, 0);
	assert_int_equal(world->vms[2].first_vcpu, 2);
	/* the last program and the last pin are for all that follow */
	assert_int_equal(world->vcpus[2].program, 0);
	assert_int_equal(world->vcpus[3].program, 1);
	assert_int_equal(world->vcpus[4].program, 1);
	assert_int_equal(world->vcpus[2].affinity.nr, 1);
	assert_int_equal(world->vcpus[4].affinity.first, 1);
	assert_int_equal(world->vcpus[4].affinity.nr, 3);
	assert_int_equal(world->vcpus[4].index, 2);
	assert_false(world->vms[3].noise); /* with the noise off the name is free */
	suite_fixed_point(world);
	scenario_free(world);
}

/* The 40 weights: each step is a factor of 1.25, to within rounding. */
static void test_nice_table(void **state)
{
	uint32_t before = 0;

	(void)state;
	for (int nice = -20; nice <= 19; nice++) {
		char text[400];
		struct world *world;

		snprintf(text, sizeof(text),
			 "corun: 1\nhost: {cores: 1}\n" REST
			 "vms: {a: {vcpus: 1, nice: %d, program: p}}\n",
			 nice);
		world = suite_load(text);
		if (before)
			assert_in_range(1000 * before / world->vms[0].weight, 1180, 1290);
		before = world->vms[0].weight;
		if (nice == 0)
			assert_int_equal(before, 1024);
		if (nice == 5)
			assert_int_equal(before, 335);
		scenario_free(world);
	}
}

static void test_run(void **state)
{
	struct world *world = suite_load(
		"corun: 1\nhost: {cores: 1}\nvms: {a: {vcpus: 1, program: p}}\n" PROGRAMS
		"baseline: b\npolicies: {a: {policy: rr}, b: {policy: rr, slice: 5ms}}\n"
		"run: {duration: 2s, warmup: 1ms, seed: 9007199254740992, start_spread: 0,\n"
		"      phases: aligned, ties: hash, reps: {min: 3, max: 4, until: {spin: "
		"2.5%}}}\n");

	(void)state;
	assert_int_equal(world->baseline, 1);
	assert_string_equal(world->policies[1].name, "b");
	assert_int_equal(world->policies[1].tunables[0], 5000000);
	assert_true(world->run.seed == UINT64_C(9007199254740992));
	assert_int_equal(world->run.phases, PHASES_ALIGNED);
	assert_int_equal(world->run.ties, TIES_HASH);
	assert_int_equal(world->run.start_spread_ns, 0);
	assert_int_equal(world->run.reps_max, 4);
	assert_string_equal(world->run.primary, "spin");
	assert_true(world->run.until_rel == 0.025);
	suite_fixed_point(world);
	scenario_free(world);
}

/* How a thing is written does not matter, what it says does. */
static void test_hash(void **state)
{
	struct world *a = suite_load(SMALL_TOP SMALL_VMS SMALL_PROGRAMS);
	struct world *b = suite_load("programs:\n  p:\n    repeat:\n    - compute: 1000us\n"
				     "vms: {a: {program: p, vcpus: '2', nice: 0}}\n"
				     "policies:\n  rr:\nrun: {duration: \"1s\"}\nhost: {noise: "
				     "{level: 0.0}, cores: 4}\ncorun: 1\n");
	struct world *c =
		suite_load(SMALL_TOP SMALL_VMS "programs: {p: {repeat: [compute: 2ms]}}\n");

	(void)state;
	assert_string_equal(a->hash, b->hash);
	assert_string_not_equal(a->hash, c->hash);
	scenario_free(a);
	scenario_free(b);
	scenario_free(c);
}

/* A mechanism that is off does not count, however it is written; one that is on does, whole. */
static void test_hash_off(void **state)
{
	static const char *const tops[] = {
		"halt_poll: {max: 0, grow: 2}, stolen: {}", /* as if it were not there */
		"halt_poll: {max: 200us}",
		"halt_poll: {max: 200us, grow: 3}",
		"stolen: {level: 1}",
	};
	struct world *plain = suite_load(SMALL_TOP SMALL_VMS SMALL_PROGRAMS);
	char text[1000];

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct world *world;

		snprintf(text, sizeof(text),
			 "corun: 1\nhost: {cores: 4, noise: {level: 0}, %s}\nrun: {duration: 1s}\n"
			 "policies: {rr: {}}\n" SMALL_VMS SMALL_PROGRAMS,
			 tops[i]);
		world = suite_load(text);
		if (i == 0)
			assert_string_equal(world->hash, plain->hash);
		else
			assert_string_not_equal(world->hash, plain->hash);
		suite_fixed_point(world);
		scenario_free(world);
	}
	scenario_free(plain);
}

/* hints: defaults for the keys that name it, each of which may still be set. */
static void test_hints(void **state)
{
	static const struct {
		const char *top;
		enum hints hints;
		uint64_t window, poll_ns, grow;
		enum ple_react react;
		bool user, early;
	} cases[] = {
		{"", HINTS_NONE, 0, 0, 2, PLE_DIRECTED, false, false},
		{"hints: kvm\n", HINTS_KVM, 4096, 200000, 2, PLE_DIRECTED, false, true},
		{"hints: xen\n", HINTS_XEN, 4096, 0, 0, PLE_YIELD, false, true},
		{"hints: oracle\n", HINTS_ORACLE, 4096, 200000, 2, PLE_ORACLE, true, true},
	};
	char hashes[4][17], text[1000];

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct world *world;
		const struct host_spec *host;

		snprintf(text, sizeof(text),
			 "corun: 1\n%shost: {cores: 4}\nrun: {duration: 1s}\npolicies: {rr: {}}\n"
			 "vms: {a: {vcpus: 2, program: p}}\nprograms: {p: {locks: {l: {kind: pv, "
			 "early: preempted}}, repeat: "
			 "[critical: {lock: l, hold: 1us}]}}\n",
			 cases[i].top);
		world = suite_load(text);
		host = &world->host;
		assert_int_equal(world->hints, cases[i].hints);
		assert_int_equal(host->ple.window, cases[i].window);
		assert_int_equal(host->ple.grow, cases[i].grow);
		assert_int_equal(host->ple.react, cases[i].react);
		assert_int_equal(host->ple.user, cases[i].user);
		assert_int_equal(host->halt_poll.max_ns, cases[i].poll_ns);
		assert_true(host->ple.unit_ns == 0.4);
		assert_int_equal(world->programs[0].objects[0].lock.early,
				 cases[i].early ? LOCK_EARLY_PREEMPTED : LOCK_EARLY_HALTED);
		strcpy(hashes[i], world->hash);
		for (int before = 0; before < i; before++)
			assert_string_not_equal(hashes[i], hashes[before]);
		suite_fixed_point(world);
		scenario_free(world);
	}
}

/* What is written wins; a loop slower than the gap is none; SVM counts turns. */
static void test_ple(void **state)
{
	struct world *world = suite_load(
		"corun: 1\nhints: kvm\nhost: {cores: 4, ple: {window: 3000, unit: pauses, "
		"max: 65535, ghz: 2}, halt_poll: {max: 0}}\n" REST SMALL_VMS);

	(void)state;
	assert_int_equal(world->host.ple.window, 3000);
	assert_true(world->host.ple.unit_ns == 20);
	assert_int_equal(world->host.ple.max, 65535);
	assert_int_equal(world->host.halt_poll.max_ns, 0);
	scenario_free(world);
	world = suite_load(
		"corun: 1\nhints: kvm\nhost: {cores: 4, ple: {pause: 140}}\n" REST SMALL_VMS);
	assert_int_equal(world->host.ple.window, 0);
	scenario_free(world);
}

#define CFS "run: {duration: 1s}\npolicies: {cfs: {}}\n" PROGRAMS SMALL_VMS

/* Is this tunable of the world's policy, cfs, on? */
static uint64_t cfs_tunable(const struct world *world, const char *name)
{
	const struct sp_policy *cfs = policy_find("cfs")->classes[0].policy;

	for (uint32_t i = 0; i < cfs->nr_tunables; i++)
		if (strcmp(cfs->tunables[i].name, name) == 0)
			return world->policies[0].tunables[i];
	fail_msg("cfs has no tunable %s", name);
	return 0;
}

/* host.irregularity: the same, and a tunable of cfs. */
static void test_irregularity(void **state)
{
	static const struct {
		const char *word;
		enum irregularity is;
		double stolen_ns, spread; /* between two spells of 50 us; 0: never */
		uint64_t late_max_ns, next_ns, rounds;
	} cases[] = {
		{"regular", HOST_REGULAR, 0, 0, 0, 0, 0},
		{"linux", HOST_LINUX, 125e6, 1.5, 22000, 200, 1},
		{"xen", HOST_XEN, 125e6, 1.5, 22000, 200, 0},
		{"busy", HOST_BUSY, 5e6, 0, 22000, 200, 1}, /* 1 % of each */
	};
	char hashes[4][17], text[1000];

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct world *world;
		const struct host_spec *host;

		snprintf(text, sizeof(text), "corun: 1\nhost: {cores: 4, irregularity: %s}\n" CFS,
			 cases[i].word);
		world = suite_load(text);
		host = &world->host;
		assert_int_equal(world->irregularity, cases[i].is);
		assert_true(host->stolen_every.a == cases[i].stolen_ns);
		assert_true(host->stolen_run.a == (i ? 50000 : 0));
		assert_true(host->stolen_spread == cases[i].spread);
		assert_int_equal(host->late_timer.max_ns, cases[i].late_max_ns);
		assert_int_equal(host->late_kick.max_ns, cases[i].late_max_ns);
		assert_int_equal(host->late_next_ns, cases[i].next_ns);
		assert_int_equal(cfs_tunable(world, "tick_rounding"), cases[i].rounds);
		/* it names its hints, and ticks never stand in a row */
		assert_int_equal(world->hints, HINTS_NONE);
		assert_int_equal(world->run.phases, PHASES_RANDOM);
		strcpy(hashes[i], world->hash);
		for (int before = 0; before < i; before++)
			assert_string_not_equal(hashes[i], hashes[before]);
		suite_fixed_point(world);
		scenario_free(world);
	}
}

/* Version 2 has linux where nothing is written, version 1 regular. */
static void test_irregular_versions(void **state)
{
	struct world *old = suite_load("corun: 1\nhost: {cores: 4}\n" CFS);
	struct world *new = suite_load("corun: 2\nhost: {cores: 4}\n" CFS);

	(void)state;
	assert_int_equal(old->irregularity, HOST_REGULAR);
	assert_int_equal(old->host.late_timer.max_ns, 0);
	assert_int_equal(new->irregularity, HOST_LINUX);
	assert_int_equal(new->host.late_timer.max_ns, 22000);
	assert_int_equal(cfs_tunable(new, "tick_rounding"), 1);
	suite_fixed_point(old);
	suite_fixed_point(new);
	scenario_free(old);
	scenario_free(new);
}

/* What is written wins.  Where no tick comes, no slice would ever end at one. */
static void test_irregular_but(void **state)
{
	struct world *world = suite_load(
		"corun: 1\nhints: kvm\nhost: {cores: 4, irregularity: linux, tick: {period: 0}, "
		"stolen: {level: 0}, late: {timer: 0, kick: 3us}}\n" CFS);

	(void)state;
	assert_int_equal(world->hints, HINTS_KVM);
	assert_int_equal(world->host.stolen_run.max_ns, 0);
	assert_int_equal(world->host.late_timer.max_ns, 0);
	assert_true(world->host.late_kick.a == 3000);
	assert_int_equal(cfs_tunable(world, "tick_rounding"), 0);
	suite_fixed_point(world);
	scenario_free(world);
	world = suite_load("corun: 1\nhost: {cores: 4, irregularity: linux}\n"
			   "run: {duration: 1s, phases: skewed}\n"
			   "policies: {cfs: {tick_rounding: no}}\n" PROGRAMS SMALL_VMS);
	assert_int_equal(cfs_tunable(world, "tick_rounding"), 0);
	assert_int_equal(world->run.phases, PHASES_SKEWED);
	suite_fixed_point(world);
	scenario_free(world);
}

static void test_mechanisms(void **state)
{
	struct world *world = suite_load(
		"corun: 1\nhost: {cores: 4, halt_poll: {max: 200us, shrink: 0}, stolen: {level: 2, "
		"run: 20us}}\n" REST SMALL_VMS);

	(void)state;
	assert_int_equal(world->host.halt_poll.max_ns, 200000);
	assert_int_equal(world->host.halt_poll.grow_start_ns, 10000);
	assert_int_equal(world->host.halt_poll.grow, 2);
	assert_int_equal(world->host.halt_poll.shrink, 0);
	assert_int_equal(world->host.stolen_run.kind, DIST_CONST);
	assert_true(world->host.stolen_run.a == 20000);
	assert_true(world->host.stolen_every.a == 2500000);
	scenario_free(world);
}

static void test_text(void **state)
{
	struct world *world = suite_load(
		"description: \"\\\"q\\\" \\\\ \\t\\n \\u2028 "
		"\\U0001F600 \xc3\xa9 # no comment: {\"\n" SMALL_TOP SMALL_VMS SMALL_PROGRAMS);

	(void)state;
	assert_non_null(strstr(world->description, "\"q\" \\ \t\n \xe2\x80\xa8 "
						   "\xf0\x9f\x98\x80 \xc3\xa9 # no comment: {"));
	suite_fixed_point(world);
	scenario_free(world);
}

int run_world(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_topology),
		cmocka_unit_test(test_noise_level),
		cmocka_unit_test(test_vms),
		cmocka_unit_test(test_nice_table),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_hash_off),
		cmocka_unit_test(test_mechanisms),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_ple),
		cmocka_unit_test(test_irregularity),
		cmocka_unit_test(test_irregular_but),
		cmocka_unit_test(test_irregular_versions),
	};

	return cmocka_run_group_tests_name("world", tests, NULL, NULL);
}
