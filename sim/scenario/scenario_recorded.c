/* SPDX-License-Identifier: BSD-2-Clause */
/* What an import's check has found: how far the recorded policy, simulated, is off. */
#include <string.h>

#include "scenario_parts.h"

static double share_of(const struct node *node, const char *name)
{
	const struct node *at = node_get(node, name);

	return at ? at->d / 100 : 0;
}

static bool is_vm(const struct world *world, const char *name)
{
	uint32_t i;

	for (i = 0; i < world->nr_groups; i++)
		if (!strcmp(world->groups[i].name, name))
			return true;
	return false;
}

int build_recorded(struct build *build)
{
	const struct node *recorded = node_get(build->root, "recorded"), *at;
	struct world *world = build->world;

	if (!recorded || !recorded->nr)
		return 0;
	world->recorded = arena_array(build->arena, recorded->nr, sizeof(*world->recorded));
	for (at = recorded->first; at; at = at->next) {
		if (!is_vm(world, at->name))
			return node_fail(build->loader, at->name_place,
					 "found %s in recorded, expected the name of a VM",
					 node_quote(build->loader, at->name));
		world->recorded[world->nr_recorded++] = (struct recorded_vm){
			.vm = at->name,
			.policy = node_get(at, "policy")->text,
			.cpu = share_of(at, "cpu"),
			.waiting = share_of(at, "waiting"),
			.switches = share_of(at, "switches"),
		};
	}
	return 0;
}
