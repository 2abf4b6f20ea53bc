/* SPDX-License-Identifier: BSD-2-Clause */
/* From the resolved tree to the world: what the keys mean together. */
#include "scenario_parts.h"

static int build_reps(struct build *build, const struct node *reps)
{
	struct run_spec *run = &build->world->run;
	const struct node *until = node_get(reps, "until");
	const struct node *min = node_get(reps, "min"), *max = node_get(reps, "max");

	run->reps_min = (uint32_t)min->u;
	run->reps_max = (uint32_t)max->u;
	if (min->u > max->u)
		return node_fail(build->loader, min->place,
				 "found at least %s replications, expected no more than "
				 "run.reps.max, %s",
				 min->text, max->text);
	if (!until || !until->first)
		return 0;
	snprintf(run->primary, sizeof(run->primary), "%s", until->first->name);
	run->until_rel = until->first->d / 100;
	return 0;
}

static int build_run(struct build *build)
{
	const struct node *node = node_get(build->root, "run");
	const struct node *duration = node_get(node, "duration");
	struct run_spec *run = &build->world->run;

	run->duration_ns = duration->u;
	run->warmup_ns = build_u(node, "warmup");
	run->seed = build_u(node, "seed");
	run->phases = (enum phases)build_u(node, "phases");
	run->ties = (enum ties)build_u(node, "ties");
	if (run->duration_ns + run->warmup_ns > WORLD_MAX_NS)
		return node_fail(build->loader, duration->place,
				 "found %s and a warm-up of %s, expected a day (86400s) at most",
				 duration->text, node_get(node, "warmup")->text);
	return build_reps(build, node_get(node, "reps"));
}

int build_world(struct build *build)
{
	build->world->version = (uint32_t)build_u(build->root, "corun");
	build->world->fairness = (enum fairness)build_u(build->root, "fairness");
	snprintf(build->world->description, sizeof(build->world->description), "%s",
		 node_get(build->root, "description")->text);
	if (build_host(build) || build_run(build) || build_policies(build) ||
	    build_programs(build) || build_vms(build) || build_recorded(build) ||
	    build_starts(build))
		return -1;
	return 0;
}
