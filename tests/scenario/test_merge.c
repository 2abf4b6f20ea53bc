/* SPDX-License-Identifier: BSD-2-Clause */
/* include and --set. */
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void test_include(void **state)
{
	struct error err;
	struct world *world = scenario_load("tests/scenario/include/top.yaml", NULL, &err);

	(void)state;
	if (!world)
		fail_msg("%s", err.text);
	assert_string_equal(world->description, "the top");
	assert_int_equal(world->host.nr_pcpus, 4);
	assert_int_equal(world->host.kick_ns, 9000); /* later files lie over earlier ones */
	assert_int_equal(world->run.seed, 2);
	assert_int_equal(world->run.duration_ns, 1000000000);
	assert_int_equal(world->nr_vms, 2);
	assert_int_equal(world->vms[0].weight, 2048); /* and nice is gone */
	assert_string_equal(world->vms[1].name, "b");
	/* steps instead of repeat; the path is relative to the file that has it */
	assert_true(world->programs[0].finite);
	assert_int_equal(world->programs[0].dists[0].nr_samples, 3);
	assert_int_equal(world->programs[0].dists[0].samples[1], 2500);
	assert_int_equal(world->programs[0].nr_objects, 2);
	suite_fixed_point(world);
	scenario_free(world);
}

static void test_cycle(void **state)
{
	struct error err;

	(void)state;
	assert_null(scenario_load("tests/scenario/include/cycle.yaml", NULL, &err));
	assert_string_equal(err.text, "tests/scenario/include/cycle-back.yaml:3:10: found "
				      "'../include/cycle.yaml', expected a file that does not "
				      "include this one");
}

/* A chain of ten files: more than anybody needs. */
static void test_depth(void **state)
{
	char folder[] = "/tmp/corun-scenario-XXXXXX", path[64];
	struct error err;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (int i = 0; i < 10; i++) {
		FILE *to;

		snprintf(path, sizeof(path), "%s/%d.yaml", folder, i);
		to = fopen(path, "w");
		assert_non_null(to);
		fprintf(to, "corun: 1\ninclude: %d.yaml\n", i + 1);
		fclose(to);
	}
	snprintf(path, sizeof(path), "%s/0.yaml", folder);
	assert_null(scenario_load(path, NULL, &err));
	assert_non_null(strstr(err.text, "/8.yaml:2:10: found more than 8 levels"));
	for (int i = 0; i < 10; i++) {
		snprintf(path, sizeof(path), "%s/%d.yaml", folder, i);
		unlink(path);
	}
	rmdir(folder);
}

static void test_no_files(void **state)
{
	struct scenario_options options = {.no_files = true};
	struct error err;

	(void)state;
	assert_null(scenario_load("tests/scenario/include/top.yaml", &options, &err));
	assert_non_null(strstr(err.text, "expected no files here"));
}

/* The seed scenario with one --set. */
static struct world *load_set(const char *set, struct error *err)
{
	struct scenario_options options = {.sets = &set, .nr_sets = 1};

	return scenario_load("workloads/seed.yaml", &options, err);
}

static struct world *good_set(const char *set)
{
	struct error err;
	struct world *world = load_set(set, &err);

	if (!world)
		fail_msg("%s", err.text);
	suite_fixed_point(world);
	return world;
}

static void test_sets(void **state)
{
	struct world *plain = good_set("run.seed=42"), *world;

	(void)state;
	world = good_set("vms.build.count=3");
	assert_int_equal(world->groups[0].nr_vms, 3);
	assert_string_not_equal(world->hash, plain->hash);
	scenario_free(world);
	world = good_set("host.noise.level=0");
	assert_int_equal(world->nr_groups, 1);
	scenario_free(world);
	world = good_set("host.costs.cold_cache.max=1us");
	assert_int_equal(world->host.cold_cache_max_ns, 1000);
	scenario_free(world);
	world = good_set("programs.kernbench.repeat[0].compute=50us");
	assert_int_equal(world->programs[0].dists[0].kind, DIST_CONST);
	scenario_free(world);
	world = good_set("programs.kernbench.repeat.do[0].compute={uniform: [1us, 2us]}");
	assert_int_equal(world->programs[0].dists[0].kind, DIST_UNIFORM);
	scenario_free(world);
	world = good_set("programs.kernbench.repeat[1].critical.hold.lognormal.sigma=0.5");
	assert_true(world->programs[0].dists[1].b == 0.5);
	scenario_free(world);
	world = good_set("programs.kernbench.repeat.times=10");
	assert_true(world->programs[0].finite);
	scenario_free(world);
	world = good_set("programs.kernbench.locks.zone.handoff=0");
	assert_int_equal(world->programs[0].objects[0].handoff_ns, 0);
	assert_int_equal(world->programs[0].objects[0].kind, OBJECT_TICKET);
	scenario_free(world);
	world = good_set("programs.kernbench.steps=[compute: 1ms]"); /* repeat makes way */
	assert_true(world->programs[0].finite);
	scenario_free(world);
	world = good_set("vms.build.weight=2000"); /* nice makes way */
	assert_int_equal(world->vms[0].weight, 2000);
	scenario_free(world);
	world = good_set("vms.more={vcpus: 1, program: kernbench}");
	assert_int_equal(world->nr_vms, 4);
	scenario_free(world);
	world = good_set("policies.slow={policy: rr, slice: 20ms}");
	assert_string_equal(world->policies[world->nr_policies - 1].policy, "rr");
	assert_int_equal(world->policies[world->nr_policies - 1].tunables[0], 20000000);
	scenario_free(world);
	world = good_set("policies.rr.slice=20ms");
	assert_int_equal(world->policies[world->nr_policies - 1].tunables[0], 20000000);
	scenario_free(world);
	world = good_set("host.events=[{at: 2s, pcpu_off: 3}, {at: 1s, pcpu_on: 0}]");
	assert_int_equal(world->host.nr_events, 2);
	assert_int_equal(world->host.events[0].at_ns, 1000000000); /* by time */
	scenario_free(world);
	world = good_set("description='with = and: colons in it'");
	assert_string_equal(world->description, "with = and: colons in it");
	scenario_free(world);
	scenario_free(plain);
}

static void test_bad_sets(void **state)
{
	static const char *const cases[][2] = {
		{"run.seed",
		 "--set run.seed: found no PATH=VALUE, expected one such as run.seed=2"},
		{"=1", "--set =1: found no PATH=VALUE, expected one such as run.seed=2"},
		{"host.cots.kick=1us",
		 "--set host.cots.kick=1us: found the key 'cots', expected one "
		 "of those of host; did you mean costs?"},
		{"run.seed=x", "--set run.seed=x: found 'x', expected an integer from 0 to "
			       "9007199254740992 for seed"},
		{"run.seed=", "--set run.seed=: found nothing, expected an integer from 0 to "
			      "9007199254740992 for seed"},
		{"run..seed=1",
		 "--set run..seed=1: found an empty name at run, expected a path such "
		 "as run.seed"},
		{"run.seed.=1", "--set run.seed.=1: found a broken path at run.seed, expected one "
				"such as run.seed"},
		{"run.seed.x=1", "--set run.seed.x=1: found '42' at run.seed, expected a mapping"},
		{"programs.kernbench.repeat[9].compute=1us",
		 "--set programs.kernbench.repeat[9].compute=1us: found a list of 2 at "
		 "programs.kernbench.repeat, expected a list with that item"},
		{"programs.kernbench.repeat[x]=1",
		 "--set programs.kernbench.repeat[x]=1: found a broken "
		 "index at programs.kernbench.repeat, expected one "
		 "such as [0]"},
		{"run.seed={",
		 "--set run.seed={: found no YAML (while parsing a flow node: did not "
		 "find expected node content), expected a scenario"},
		{"include=x.yaml",
		 "--set include=x.yaml: found 'x.yaml', expected an include in a file"},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_null(load_set(cases[i][0], &err));
		assert_int_equal(err.status, STATUS_INPUT);
		assert_string_equal(err.text, cases[i][1]);
	}
}

int run_merge(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_include), cmocka_unit_test(test_cycle),
		cmocka_unit_test(test_depth),	cmocka_unit_test(test_no_files),
		cmocka_unit_test(test_sets),	cmocka_unit_test(test_bad_sets),
	};

	return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
