/* SPDX-License-Identifier: BSD-2-Clause */
/* policies.*: which policy, with which tunables; the keys come from its own table. */
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "registry/policies.h"
#include "scenario_parts.h"

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

/*
 * What a kind of host gives a policy whose tunable has this name: Linux's schedulers look at
 * a slice when the tick comes.  It stays the policy's own decision (the host only ticks), so
 * it is a tunable; and where no tick comes, no slice would end.
 */
static void preset_rounding(const struct node *map, struct key *key)
{
	const struct node *root = map;

	while (root->parent)
		root = root->parent;
	if (strcmp(key_name(key), "tick_rounding") == 0 && build_u(root, "host.tick.period"))
		key->hosts = "linux=true|busy=true";
}

/* One tunable, from the file or by default, moved to where the table has it. */
static int resolve_tunable(struct loader *loader, struct node *map,
			   const struct sp_tunable *tunable)
{
	struct key_tunable *made = arena_alloc(loader->arena, sizeof(*made));
	struct node *node = node_get(map, tunable->name);
	struct preset preset;

	key_of_tunable(tunable, made);
	preset_rounding(map, &made->key);
	preset = preset_find(loader, map, &made->key);
	if (node) {
		node_remove(node);
		node_put(map, node->name, node->name_place, node);
	} else {
		node = node_scalar(loader, preset.text, map->place);
		if (!node)
			return -1;
		node_put(map, tunable->name, map->place, node);
	}
	if (value_resolve_alone(loader, node, &made->key, preset.text))
		return -1;
	node->by = node->preset ? preset.by : NULL;
	return 0;
}

/* -- from shared objects ----------------------------------------------------- */

/* The one that stands in for this entry, or NULL. */
static struct stand_in *stand_in_for(const struct loader *loader, const char *name)
{
	for (unsigned i = 0; i < loader->nr_stand_ins; i++)
		if (loader->stand_ins[i].path && strcmp(loader->stand_ins[i].name, name) == 0)
			return &loader->stand_ins[i];
	return NULL;
}

/* `build`: as it must be, or else as it is. */
static int resolve_build(struct loader *loader, struct node *map, const char *build)
{
	struct node *node = node_get(map, "build");

	if (!node) {
		node = node_scalar(loader, build, map->place);
		if (!node)
			return -1;
		node_put(map, "build", map->place, node);
	}
	if (value_resolve_alone(loader, node, key_find("policies.*.build"), NULL))
		return -1;
	if (strcmp(node->text, build) != 0)
		return node_fail(loader, node->place,
				 "found the build '%s', expected %s, which the file has now: it "
				 "is not the policy that was run; leave the key out to take it "
				 "as it is",
				 node_quote(loader, node->text), build);
	node_remove(node);
	node_put(map, node->name, node->name_place, node);
	return 0;
}

/* Given, or said of the one that stands in: then it is kept. */
static int resolve_own_process(struct loader *loader, struct node *map, bool *own_process)
{
	const struct stand_in *stand_in = stand_in_for(loader, map->name);
	struct node *node = node_get(map, "own_process");

	*own_process = false;
	if (!node && stand_in && stand_in->own_process) {
		node = node_scalar(loader, "yes", map->place);
		if (!node)
			return -1;
		node_put(map, "own_process", map->place, node);
	}
	if (!node)
		return 0;
	if (value_resolve_alone(loader, node, key_find("policies.*.own_process"), NULL))
		return -1;
	*own_process = node->u != 0;
	return 0;
}

/* An absolute path means the same wherever the result is read. */
static const char *absolute(struct loader *loader, const char *path)
{
	char *real = realpath(path, NULL);
	const char *copy = real ? arena_copy(loader->arena, real, strlen(real)) : path;

	free(real);
	return copy;
}

/*
 * The policy in the file at path.  For the hash it is what it stands in for, where that
 * is a policy of ours, and else its own name: a rebuilt policy is the same scenario.
 */
static const struct policy_entry *open_policy(struct loader *loader, struct node *map,
					      struct node *name, const char *path, bool own_process)
{
	const struct module_terms terms = {own_process, loader->patience_ns};
	struct loaded_policy *opened = arena_alloc(loader->arena, sizeof(*opened));
	struct error err;

	name->key = key_find("policies.*.policy");
	opened->name = map->name;
	if (loader->no_files) {
		node_fail(loader, name->place, "found a shared object, expected none here");
		return NULL;
	}
	if (policy_module_open(&opened->module, path, &terms, &err)) {
		node_fail(loader, name->place, "%s", node_escape(loader->arena, err.text, 800));
		if (err.status == STATUS_MODEL)
			loader->err->status = err.status;
		return NULL;
	}
	opened->next = loader->policies;
	loader->policies = opened;
	name->hashed = policy_find(name->text) ? name->text : opened->module.entry.name;
	opened->path = name->text = absolute(loader, path);
	return &opened->module.entry;
}

static const struct loaded_policy *opened_for(const struct loader *loader, const char *name)
{
	const struct loaded_policy *at = loader->policies;

	while (at && strcmp(at->name, name) != 0)
		at = at->next;
	return at;
}

/* -- an entry ----------------------------------------------------------------- */

static const struct policy_entry *resolve_name(struct loader *loader, struct node *map,
					       struct node *name, bool own_process)
{
	struct stand_in *stand_in = stand_in_for(loader, map->name);
	const struct policy_entry *entry;

	if (stand_in) {
		stand_in->nr_used++;
		return open_policy(loader, map, name, stand_in->path,
				   own_process || stand_in->own_process);
	}
	if (name->kind == NODE_SCALAR && policy_is_path(name->text))
		return open_policy(loader, map, name,
				   file_beside(loader->arena, name->place, name->text),
				   own_process);
	if (value_resolve_alone(loader, name, key_find("policies.*.policy"), map->name))
		return NULL;
	entry = policy_find(name->text);
	if (!entry)
		unknown_policy(loader, name);
	return entry;
}

int resolve_policy(struct loader *loader, struct node *map)
{
	struct node *name = node_get(map, "policy");
	const struct policy_entry *entry;
	const struct loaded_policy *opened;
	const struct sp_policy *policy;
	struct node *own;
	bool own_process;

	if (!name) {
		name = node_scalar(loader, map->name, map->name_place);
		if (!name)
			return -1;
		node_put(map, "policy", map->name_place, name);
	}
	if (resolve_own_process(loader, map, &own_process))
		return -1;
	entry = resolve_name(loader, map, name, own_process);
	if (!entry)
		return -1;
	policy = entry->classes[0].policy;
	node_remove(name);
	node_put(map, name->name, name->name_place, name);
	own = node_get(map, "own_process");
	if (own) { /* behind it, as all others */
		node_remove(own);
		node_put(map, own->name, own->name_place, own);
	}
	opened = opened_for(loader, map->name);
	if (opened && resolve_build(loader, map, opened->module.build))
		return -1;
	for (const struct node *at = map->first; at; at = at->next)
		if (at != name && !(opened && !strcmp(at->name, "build")) &&
		    strcmp(at->name, "own_process") != 0 && !tunable_find(policy, at->name))
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

/* Its name in the policies' own words, and where it is from. */
static void build_origin(struct build *build, const struct node *entry, struct policy_spec *spec)
{
	const struct loaded_policy *opened = opened_for(build->loader, entry->name);

	spec->file = "";
	if (opened) {
		spec->from = &opened->module.entry;
		spec->file = opened->path;
		spec->fd = opened->module.fd;
		memcpy(spec->build, opened->module.build, sizeof(spec->build));
	}
	snprintf(spec->policy, sizeof(spec->policy), "%s",
		 opened ? spec->from->name : node_get(entry, "policy")->text);
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
		build_origin(build, at, spec);
		for (const struct node *t = at->first->next; t; t = t->next) {
			if (spec->from && !strcmp(t->name, "build"))
				continue;
			if (!strcmp(t->name, "own_process")) {
				spec->own_process = t->u != 0;
				continue;
			}
			if (t->key->type == KEY_PERCENT && t->d != (double)(uint64_t)t->d)
				return node_fail(build->loader, t->place,
						 "found %s, expected whole percent",
						 node_found(build->loader, t));
			spec->tunables[tunable++] = tunable_value(t);
		}
		if (strcmp(at->name, baseline->text) == 0)
			world->baseline = n;
	}
	if (world->baseline == WORLD_NONE)
		return build_unknown(build, baseline, "policy", policies);
	return 0;
}
