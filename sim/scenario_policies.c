/* SPDX-License-Identifier: BSD-2-Clause */
/* policies.*: which policy, with which tunables; the keys come from its own table. */
#include <string.h>

#include "policies.h"
#include "scenario_parts.h"
#include "suggest.h"

static int unknown_policy(struct loader *loader, const struct node *node)
{
	struct suggest suggest;
	char names[400] = "";
	size_t used = 0;

	suggest_init(&suggest, node->text);
	for (uint32_t i = 0; i < nr_policy_registry; i++) {
		suggest_offer(&suggest, policy_registry[i].name);
		if (used < sizeof(names))
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
						 i ? ", " : "", policy_registry[i].name);
	}
	return node_fail(loader, node->place, "found the policy '%s', expected one of %s%s%s%s",
			 node_quote(loader, node->text), names,
			 suggest.best ? "; did you mean " : "", suggest.best ? suggest.best : "",
			 suggest.best ? "?" : "");
}

static int unknown_tunable(struct loader *loader, const struct node *node,
			   const struct sp_policy *policy)
{
	struct suggest suggest;
	char names[400] = "none";
	size_t used = 0;

	suggest_init(&suggest, node->name);
	for (uint32_t i = 0; i < policy->nr_tunables; i++) {
		suggest_offer(&suggest, policy->tunables[i].name);
		if (used < sizeof(names))
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
						 i ? ", " : "", policy->tunables[i].name);
	}
	return node_fail(loader, node->name_place,
			 "found the key '%s', expected a tunable of %s (%s)%s%s%s",
			 node_quote(loader, node->name), policy->name, names,
			 suggest.best ? "; did you mean " : "", suggest.best ? suggest.best : "",
			 suggest.best ? "?" : "");
}

static const struct sp_tunable *tunable_find(const struct sp_policy *policy, const char *name)
{
	for (uint32_t i = 0; i < policy->nr_tunables; i++)
		if (strcmp(policy->tunables[i].name, name) == 0)
			return &policy->tunables[i];
	return NULL;
}

/* One tunable, from the file or by default, moved to where the table has it. */
static int resolve_tunable(struct loader *loader, struct node *map,
			   const struct sp_tunable *tunable)
{
	struct key_tunable *made = arena_alloc(loader->arena, sizeof(*made));
	struct node *node = node_get(map, tunable->name);

	key_of_tunable(tunable, made);
	if (node) {
		node_remove(node);
		node_put(map, node->name, node->name_place, node);
	} else {
		node = node_scalar(loader, made->preset, map->place);
		if (!node)
			return -1;
		node_put(map, tunable->name, map->place, node);
	}
	return resolve_node(loader, node, &made->key);
}

int resolve_policy(struct loader *loader, struct node *map)
{
	const struct key *key = key_find("policies.*.policy");
	struct node *name = node_get(map, "policy");
	const struct policy_entry *entry;
	const struct sp_policy *policy;

	if (!name) {
		name = node_scalar(loader, map->name, map->name_place);
		if (!name)
			return -1;
		node_put(map, "policy", map->name_place, name);
	}
	if (resolve_node(loader, name, key))
		return -1;
	entry = policy_find(name->text);
	if (!entry)
		return unknown_policy(loader, name);
	policy = entry->classes[0].policy;
	node_remove(name);
	node_put(map, name->name, name->name_place, name);
	for (const struct node *at = map->first; at; at = at->next)
		if (at != name && !tunable_find(policy, at->name))
			return unknown_tunable(loader, at, policy);
	for (uint32_t i = 0; i < policy->nr_tunables; i++)
		if (resolve_tunable(loader, map, &policy->tunables[i]))
			return -1;
	return 0;
}

/* A resolved tunable as the policy wants it. */
static uint64_t tunable_value(const struct node *node)
{
	return node->key->type == KEY_PERCENT ? (uint64_t)node->d : node->u;
}

int build_policies(struct build *build)
{
	const struct node *policies = node_get(build->root, "policies");
	const struct node *baseline = node_get(build->root, "baseline");
	struct world *world = build->world;
	uint32_t n = 0;

	world->policies = arena_array(build->arena, policies->nr, sizeof(*world->policies));
	world->nr_policies = policies->nr;
	world->baseline = WORLD_NONE;
	for (const struct node *at = policies->first; at; at = at->next, n++) {
		struct policy_spec *spec = &world->policies[n];
		uint32_t tunable = 0;

		snprintf(spec->name, sizeof(spec->name), "%s", at->name);
		snprintf(spec->policy, sizeof(spec->policy), "%s", node_get(at, "policy")->text);
		for (const struct node *t = at->first->next; t; t = t->next, tunable++) {
			if (t->key->type == KEY_PERCENT && t->d != (double)(uint64_t)t->d)
				return node_fail(build->loader, t->place,
						 "found %s, expected whole percent",
						 node_found(build->loader, t));
			spec->tunables[tunable] = tunable_value(t);
		}
		if (strcmp(at->name, baseline->text) == 0)
			world->baseline = n;
	}
	if (world->baseline == WORLD_NONE)
		return build_unknown(build, baseline, "policy", policies);
	return 0;
}
