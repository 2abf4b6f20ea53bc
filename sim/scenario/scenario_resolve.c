/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree against the key table: unknown and missing keys, shorthands, defaults. */
#include <string.h>

#include "base/suggest.h"
#include "scenario_parts.h"
#include "text/maps.h"
#include "text/yaml_tree.h"

/* The key that belongs inside another one of the mapping: exponential.max; or NULL. */
static const char *meant_inside(struct loader *loader, const struct node *child,
				const struct key *parent)
{
	for (const struct node *at = child->parent->first; at; at = at->next) {
		const struct key *key = key_child(parent, at->name);

		if (key && key->type == KEY_MAP && key_child(key, child->name))
			return arena_format(loader->arena, "%s.%s", at->name, child->name);
	}
	return NULL;
}

static int unknown_key(struct loader *loader, const struct node *child, const struct key *parent)
{
	struct suggest suggest;
	const struct key *key;
	uint32_t at = 0;

	suggest_init(&suggest, child->name);
	while ((key = key_next_child(parent, &at)))
		suggest_offer(&suggest, key_name(key));
	if (!suggest.best)
		suggest.best = meant_inside(loader, child, parent);
	return node_fail(loader, child->name_place,
			 "found the key '%s', expected one of %s%s%s%s%s",
			 node_quote(loader, child->name),
			 *parent->path ? "those of " : "a scenario's", parent->path,
			 suggest.best ? "; did you mean " : "", suggest.best ? suggest.best : "",
			 suggest.best ? "?" : "");
}

/* Another child of the map, in the same group as child, and before it. */
static const struct node *group_rival(const struct node *child, const struct key *parent)
{
	const char *group = key_child(parent, child->name)->group;

	for (const struct node *at = child->parent->first; group && at != child; at = at->next) {
		const char *other = key_child(parent, at->name)->group;

		if (other && strcmp(group, other) == 0)
			return at;
	}
	return NULL;
}

static int check_children(struct loader *loader, const struct node *map, const struct key *key)
{
	for (const struct node *at = map->first; at; at = at->next) {
		const struct node *rival;

		if (!key_child(key, at->name))
			return unknown_key(loader, at, key);
		rival = group_rival(at, key);
		if (rival)
			return node_fail(loader, at->name_place,
					 "found both %s and %s, expected only one of them",
					 rival->name, at->name);
	}
	return 0;
}

static bool group_present(const struct node *map, const struct key *key, const char *group)
{
	for (const struct node *at = map->first; at; at = at->next) {
		const struct key *child = key_child(key, at->name);

		if (child->group && strcmp(child->group, group) == 0)
			return true;
	}
	return false;
}

static int missing_key(struct loader *loader, const struct node *map, const struct key *parent,
		       const struct key *missing)
{
	char names[KEY_EXPECTED_CHARS] = "", expected[KEY_EXPECTED_CHARS];
	const char *path = node_path(loader, map);
	const struct key *key;
	size_t used = 0;
	uint32_t at = 0;

	key_expected(missing, expected);
	if (!missing->group)
		return node_fail(loader, map->place, "found no %s in %s, expected %s",
				 key_name(missing), *path ? path : "the scenario", expected);
	while ((key = key_next_child(parent, &at)))
		if (key->group && strcmp(key->group, missing->group) == 0 && used < sizeof(names))
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
						 used ? ", " : "", key_name(key));
	return node_fail(loader, map->place, "found none of %s in %s, expected one of them", names,
			 *path ? path : "the scenario");
}

/* A default that hangs on the rest of the scenario. */
static const char *prose_preset(const struct node *map, const struct key *key)
{
	const struct node *policies;

	if (strcmp(key->path, "STEP.ipi.halted") == 0)
		return strcmp(node_get(map, "wait")->text, "none") == 0 ? "wake" : "skip";
	if (strcmp(key->path, "baseline") != 0)
		return map->name; /* policies.*.policy */
	policies = node_get(map, "policies");
	return policies && policies->first ? policies->first->name : NULL;
}

/* The default of a key of map as an unresolved node; *out: NULL where it has none. */
static int preset_node(struct loader *loader, const struct node *map, const struct key *key,
		       struct node **out)
{
	struct preset preset = preset_find(loader, map, key);
	struct source *source;

	*out = NULL;
	if (key->flags & KEY_PROSE)
		preset.text = prose_preset(map, key);
	if (!preset.text)
		return 0;
	if (*preset.text != '{') {
		*out = node_scalar(loader, preset.text, map->place);
	} else {
		source = arena_alloc(loader->arena, sizeof(*source));
		source->name = source->path = key->path;
		source->folder = "";
		*out = yaml_parse(loader, source, preset.text, strlen(preset.text));
	}
	if (!*out)
		return -1;
	(*out)->by = preset.by;
	(*out)->earlier = preset.earlier;
	return 0;
}

/* Is `kind`, beside it, one of those that have this key? */
static bool is_for_kind(const struct node *map, const struct key *key)
{
	const struct node *kind = key->only ? node_get(map, "kind") : NULL;
	size_t length = kind && kind->kind == NODE_SCALAR ? strlen(kind->text) : 0;

	for (const char *at = key->only; length && at; at = strchr(at, '|')) {
		at += *at == '|';
		if (strncmp(at, kind->text, length) == 0 && strchr("|", at[length]))
			return true;
	}
	return !key->only;
}

static int not_for_kind(struct loader *loader, const struct node *child, const struct key *key)
{
	return node_fail(loader, child->name_place,
			 "found %s with the kind %s, expected it only with %s", child->name,
			 node_quote(loader, node_get(child->parent, "kind")->text), key->only);
}

/* A child that was not written: its default, an empty section, nothing, or an error. */
static int add_missing(struct loader *loader, struct node *map, const struct key *parent,
		       const struct key *key)
{
	struct node *node;

	if (!is_for_kind(map, key) || (key->group && group_present(map, parent, key->group)))
		return 0;
	if (key->flags & KEY_REQUIRED)
		return missing_key(loader, map, parent, key);
	if (preset_node(loader, map, key, &node))
		return -1;
	if (!node && key->type == KEY_MAP) {
		node = node_new(loader, NODE_MAP, map->place);
		if (!node)
			return -1;
	}
	if (!node)
		return 0;
	node_put(map, key_name(key), map->place, node);
	return resolve_node(loader, node, key);
}

/* The children of a mapping, in the order of the table, defaults filled in. */
static int resolve_children(struct loader *loader, struct node *map, const struct key *parent)
{
	const struct key *key;
	uint32_t at = 0;

	if (check_children(loader, map, parent))
		return -1;
	while ((key = key_next_child(parent, &at))) {
		struct node *child = node_get(map, key_name(key));

		if (!child) {
			if (add_missing(loader, map, parent, key))
				return -1;
			continue;
		}
		if (!is_for_kind(map, key))
			return not_for_kind(loader, child, key);
		node_remove(child);
		node_put(map, child->name, child->name_place, child);
		if (resolve_node(loader, child, key))
			return -1;
	}
	return 0;
}

static bool is_nothing(const struct node *node)
{
	return node->kind == NODE_SCALAR && node->plain && node->text[0] == '\0';
}

/* `key:` with nothing behind it is an empty mapping. */
static void empty_to_map(struct node *node)
{
	if (!is_nothing(node))
		return;
	node->kind = NODE_MAP;
	node->text = NULL;
}

static int resolve_map(struct loader *loader, struct node *node, const struct key *key)
{
	if (node->kind != NODE_MAP && key->shorthand) {
		if (node_wrap(loader, node, key->shorthand))
			return -1;
	} else {
		empty_to_map(node);
	}
	if (node->kind != NODE_MAP)
		return value_unexpected(loader, node, key);
	if (strcmp(key->path, "programs.*.replay") == 0 && data_read_replay(loader, node))
		return -1;
	return resolve_children(loader, node, key);
}

static int resolve_names(struct loader *loader, struct node *node, const struct key *key)
{
	const struct key *item = key_child(key, "");

	empty_to_map(node);
	if (node->kind != NODE_MAP)
		return value_unexpected(loader, node, key);
	if (node->nr == 0 && key->flags & KEY_REQUIRED)
		return node_fail(loader, node->place,
				 "found nothing in %s, expected at least one entry", key->path);
	if (key->max > 0 && node->nr > key->max)
		return node_fail(loader, node_at(node, (uint32_t)key->max)->name_place,
				 "found more than %.0f in %s, expected at most so many", key->max,
				 node_path(loader, node));
	for (struct node *at = node->first; at; at = at->next) {
		if (!map_is_name(at->name))
			return node_fail(loader, at->name_place,
					 "found the name '%s', expected up to %d letters, digits, "
					 "_ and -",
					 node_quote(loader, at->name), MAP_NAME_MAX);
		if (resolve_node(loader, at, item))
			return -1;
	}
	return 0;
}

static int resolve_list(struct loader *loader, struct node *node, const struct key *key)
{
	if (node->kind == NODE_SCALAR && key->shorthand && !is_nothing(node) &&
	    node_to_list(loader, node))
		return -1;
	if (node->kind != NODE_LIST || node->nr < key->min || node->nr > key->max)
		return value_unexpected(loader, node, key);
	for (struct node *at = node->first; at; at = at->next)
		if (resolve_node(loader, at, key_item(key)))
			return -1;
	return 0;
}

static int resolve_steps(struct loader *loader, struct node *node, const struct key *key)
{
	const struct key *step = key_find("STEP");

	if (node->kind != NODE_LIST)
		return value_unexpected(loader, node, key);
	for (struct node *at = node->first; at; at = at->next) {
		if (at->kind == NODE_SCALAR && !is_nothing(at)) { /* - halt */
			const char *name = at->text;
			struct place place = at->place;
			struct node *nothing = node_scalar(loader, "", place);

			if (!nothing)
				return -1;
			at->kind = NODE_MAP;
			at->text = NULL;
			node_put(at, name, place, nothing);
		}
		if (resolve_node(loader, at, step))
			return -1;
	}
	return 0;
}

static int resolve_dist(struct loader *loader, struct node *node, const struct key *key)
{
	int failed;

	if (node->kind == NODE_SCALAR && !is_nothing(node))
		return value_resolve(loader, node, key);
	if (node->kind != NODE_MAP)
		return value_unexpected(loader, node, key);
	failed = resolve_children(loader, node, key_find("DIST"));
	node->key = key;
	return failed;
}

/* A list of durations; what a scalar stands for, the key's type says. */
static int resolve_times(struct loader *loader, struct node *node, const struct key *key)
{
	if (node->kind == NODE_SCALAR && !is_nothing(node))
		return key->type == KEY_TIMES ? data_read_times(loader, node, key)
					      : value_resolve(loader, node, key);
	if (node->kind != NODE_LIST || node->nr == 0)
		return value_unexpected(loader, node, key);
	for (struct node *at = node->first; at; at = at->next) {
		struct key duration = *key;

		duration.type = KEY_TIME;
		if (value_resolve(loader, at, &duration))
			return -1;
		at->key = key;
	}
	return 0;
}

/* Was the default written out?  The resolved scenario marks it all the same. */
static int mark_preset(struct loader *loader, struct node *node, const struct key *key)
{
	struct node *preset;

	if (!key->preset)
		return 0;
	if (preset_node(loader, node->parent, key, &preset))
		return -1;
	if (!preset)
		return 0;
	if (key->type == KEY_DIST ? resolve_dist(loader, preset, key)
				  : value_resolve(loader, preset, key))
		return -1;
	node->preset = node_equal(node, preset);
	node->by = node->preset ? preset->by : NULL;
	node->earlier = node->preset && preset->earlier;
	return 0;
}

static int resolve_by_type(struct loader *loader, struct node *node, const struct key *key)
{
	switch (key->type) {
	case KEY_MAP:
		return resolve_map(loader, node, key);
	case KEY_NAMES:
		return resolve_names(loader, node, key);
	case KEY_LIST:
		return resolve_list(loader, node, key);
	case KEY_STEPS:
		return resolve_steps(loader, node, key);
	case KEY_DIST:
		return resolve_dist(loader, node, key);
	case KEY_TIMES:
	case KEY_INSTANTS:
		return resolve_times(loader, node, key);
	case KEY_POLICY:
		empty_to_map(node);
		if (node->kind != NODE_MAP)
			return value_unexpected(loader, node, key);
		return resolve_policy(loader, node);
	default:
		return value_resolve(loader, node, key);
	}
}

int resolve_node(struct loader *loader, struct node *node, const struct key *key)
{
	node->key = key;
	if (resolve_by_type(loader, node, key))
		return -1;
	return mark_preset(loader, node, key);
}

int resolve_root(struct loader *loader, struct node *root)
{
	if (root->kind != NODE_MAP)
		return node_fail(loader, root->place,
				 "found %s, expected a scenario that begins with "
				 "'corun: 2'",
				 node_found(loader, root));
	if (!node_get(root, "corun"))
		return node_fail(loader, root->place,
				 "found no corun, expected the format's version: "
				 "corun: 2");
	/* before the other keys: another version may have others */
	if (resolve_node(loader, node_get(root, "corun"), key_find("corun")))
		return -1;
	return resolve_node(loader, root, key_find(""));
}
