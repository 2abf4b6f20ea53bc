/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/engine/sim.h"
#include "../../sim/study/metrics.h"

#define MAX_SETS 12

/* All guests, or (group not NULL) one entry of vms. */
static struct scope scope_of(const struct world *world, const char *group)
{
	struct scope scope = scope_host(world);

	for (uint32_t i = 0; group && i < world->nr_groups; i++)
		if (strcmp(world->groups[i].name, group) == 0)
			scope = scope_group(world, i);
	if (group && scope.kind != SCOPE_GROUP)
		fail_msg("no VMs called %s", group);
	return scope;
}

double verdict_metric(const struct world *world, const char *policy, const char *name,
		      uint32_t reps)
{
	return verdict_group(world, policy, NULL, name, reps);
}

double verdict_group(const struct world *world, const char *policy, const char *group,
		     const char *name, uint32_t reps)
{
	const struct metric *metric = metric_find(name);
	struct scope scope = scope_of(world, group);
	double num = 0, den = 0, sum = 0;
	uint32_t id = 0;

	assert_non_null(metric);
	while (id < world->nr_policies && strcmp(world->policies[id].name, policy) != 0)
		id++;
	assert_true(id < world->nr_policies);
	for (uint32_t rep = 0; rep < reps; rep++) {
		struct sim_job job = {.world = world, .policy = id, .rep = rep, .strict = true};
		struct metric_input in;
		struct sim_result r;
		struct sample s;
		struct error err;

		if (sim_run(&job, &r, &err))
			fail_msg("%s: error[%s]: %s", policy, err.kind, err.text);
		metric_input_init(&in, world, &r, &scope, r.groups[0].hist);
		s = metric_sample(metric, &in);
		num += s.num;
		den += s.den;
		sum += s.num / s.den;
		sim_result_free(&r);
	}
	return metric->kind == METRIC_RATIO ? num / den : sum / reps;
}

/* "a=1 b=2" as two; in place. */
static unsigned split(char *text, const char **sets, unsigned nr)
{
	for (char *rest, *at = strtok_r(text, " ", &rest); at; at = strtok_r(NULL, " ", &rest)) {
		assert_true(nr < MAX_SETS);
		sets[nr++] = at;
	}
	return nr;
}

struct world *verdict_load(const char *file, const char *set)
{
	const char *sets[MAX_SETS] = {"run.duration=1500ms", "run.warmup=300ms"};
	struct scenario_options options = {.sets = sets, .nr_sets = 2};
	char text[500];
	struct error err;
	struct world *world;

	snprintf(text, sizeof(text), "%s", set ? set : "");
	options.nr_sets = split(text, sets, 2);
	world = scenario_load(file, &options, &err);
	if (!world)
		fail_msg("%s", err.text);
	return world;
}

double verdict_of(const char *file, const char *set, const char *policy, const char *metric,
		  uint32_t reps)
{
	struct world *world = verdict_load(file, set);
	double value = verdict_metric(world, policy, metric, reps);

	scenario_free(world);
	return value;
}
