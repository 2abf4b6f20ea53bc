/* SPDX-License-Identifier: BSD-2-Clause */
/* include and --set: one tree laid over another, along the key table. */
#include <stdlib.h>
#include <string.h>

#include "scenario_parts.h"
#include "text/yaml_tree.h"

#define INCLUDE_DEPTH_MAX 8
#define INCLUDES_MAX 100 /* files in all */

/* The key whose children a node of this key has; NULL where that is not fixed. */
static const struct key *key_inside(const struct key *key)
{
	if (key && key->type == KEY_DIST)
		return key_find("DIST");
	return key;
}

static const struct key *child_key(const struct key *parent, const char *name)
{
	parent = key_inside(parent);
	return parent ? key_child(parent, name) : NULL;
}

/* What is written later stands instead of the others of its group. */
static void drop_rivals(struct node *map, const struct key *map_key, const char *name)
{
	const struct key *key = child_key(map_key, name);
	struct node *at, *next;

	if (!key || !key->group)
		return;
	for (at = map->first; at; at = next) {
		const struct key *other = child_key(map_key, at->name);

		next = at->next;
		if (other && other != key && other->group && strcmp(other->group, key->group) == 0)
			node_remove(at);
	}
}

/* over's keys into base; mappings are merged, all else is replaced. */
static void merge_over(struct node *base, struct node *over, const struct key *key)
{
	while (over->first) {
		struct node *child = over->first;
		const char *name = child->name;
		struct node *old = node_get(base, name);

		node_remove(child);
		if (!old) {
			drop_rivals(base, key, name);
			node_put(base, name, child->name_place, child);
		} else if (old->kind == NODE_MAP && child->kind == NODE_MAP) {
			merge_over(old, child, child_key(key, name));
			old->place = child->place;
			old->name_place = child->name_place;
		} else {
			node_replace(old, child);
		}
	}
}

/* -- include ---------------------------------------------------------------- */

struct include_chain {
	const char *real; /* path without links and dots */
	const struct include_chain *up;
	unsigned depth;
	unsigned *nr; /* files so far, on all paths */
};

static int include_all(struct loader *loader, struct node *root, const struct include_chain *up);

/* The tree of one included file, its own includes merged; NULL with the error set. */
static struct node *include_tree(struct loader *loader, const char *path, struct place place)
{
	struct file_text file;
	struct error err;
	struct node *tree;

	if (file_read(path, "a scenario", &file, &err)) {
		if (err.status == STATUS_INPUT)
			node_fail(loader, place, "%s", err.text);
		else
			*loader->err = err;
		return NULL;
	}
	tree = yaml_parse(loader, file_source(loader->arena, path), file.text, file.length);
	free(file.text);
	if (tree && tree->kind != NODE_MAP) {
		node_fail(loader, tree->place,
			  "found %s, expected a scenario that begins with "
			  "'corun: 2'",
			  node_found(loader, tree));
		return NULL;
	}
	return tree;
}

static struct node *include_one(struct loader *loader, const struct node *node,
				const struct include_chain *up)
{
	const char *path = file_beside(loader->arena, node->place, node->text);
	struct include_chain link = {NULL, up, up->depth + 1, up->nr};
	char *real = realpath(path, NULL);
	struct node *tree;

	link.real = arena_copy(loader->arena, real ? real : path, strlen(real ? real : path));
	free(real);
	for (const struct include_chain *at = up; at; at = at->up) {
		if (strcmp(at->real, link.real) == 0) {
			node_fail(loader, node->place,
				  "found %s, expected a file that does not "
				  "include this one",
				  node_found(loader, node));
			return NULL;
		}
	}
	if (link.depth > INCLUDE_DEPTH_MAX || ++*link.nr > INCLUDES_MAX) {
		node_fail(loader, node->place,
			  "found more than %d levels or %d files of include, "
			  "expected fewer",
			  INCLUDE_DEPTH_MAX, INCLUDES_MAX);
		return NULL;
	}
	tree = include_tree(loader, path, node->place);
	return tree && include_all(loader, tree, &link) == 0 ? tree : NULL;
}

/* Lays the files of an include over base one by one. */
static int include_list(struct loader *loader, const struct node *list, struct node *base,
			const struct include_chain *up)
{
	for (const struct node *at = list->first; at; at = at->next) {
		struct node *tree;

		if (at->kind != NODE_SCALAR || at->text[0] == '\0')
			return value_unexpected(loader, at, key_find("include"));
		if (loader->no_files)
			return node_fail(loader, at->place,
					 "found an include, expected no files here");
		tree = include_one(loader, at, up);
		if (!tree)
			return -1;
		merge_over(base, tree, key_find(""));
	}
	return 0;
}

static int include_all(struct loader *loader, struct node *root, const struct include_chain *up)
{
	struct node *include = node_get(root, "include"), *base;

	if (!include)
		return 0;
	node_remove(include);
	if (include->kind == NODE_SCALAR && node_to_list(loader, include))
		return -1;
	if (include->kind != NODE_LIST)
		return value_unexpected(loader, include, key_find("include"));
	base = node_new(loader, NODE_MAP, root->place);
	if (!base || include_list(loader, include, base, up))
		return -1;
	merge_over(base, root, key_find(""));
	merge_over(root, base, key_find(""));
	return 0;
}

int merge_includes(struct loader *loader, struct node *root)
{
	unsigned nr = 0;
	struct include_chain link = {root->place.source->path, NULL, 0, &nr};
	char *real;
	int failed;

	if (root->kind != NODE_MAP)
		return 0; /* resolve_root says so */
	real = realpath(link.real, NULL);
	if (real)
		link.real = real;
	failed = include_all(loader, root, &link);
	free(real);
	return failed;
}

/* -- --set ------------------------------------------------------------------ */

struct setter {
	struct loader *loader;
	struct place place;
	struct node *node;
	const struct key *key; /* of node; NULL: not known to the table */
};

static int set_fail(struct setter *setter, const char *found, const char *expected)
{
	const char *path = node_path(setter->loader, setter->node);

	return node_fail(setter->loader, setter->place, "found %s at %s, expected %s", found,
			 *path ? path : "the top", expected);
}

/* Down to the child with this name, which is made if need be. */
static int set_name(struct setter *setter, const char *name)
{
	struct node *node = setter->node, *child;
	const struct key *key = key_inside(setter->key);

	if (node->kind == NODE_SCALAR && (node->text[0] == '\0' || setter->key != key)) {
		node->kind = NODE_MAP; /* nothing so far, or a plain duration */
		node->text = NULL;
	}
	if (node->kind != NODE_MAP && key && key->shorthand && key->shorthand[0] != '[' &&
	    node_wrap(setter->loader, node, key->shorthand))
		return -1;
	if (node->kind != NODE_MAP)
		return set_fail(setter, node_found(setter->loader, node), "a mapping");
	child = node_get(node, name);
	if (!child) {
		drop_rivals(node, setter->key, name);
		child = node_scalar(setter->loader, "", setter->place);
		if (!child)
			return -1;
		node_put(node, name, setter->place, child);
	}
	setter->node = child;
	setter->key = child_key(setter->key, name);
	return 0;
}

/* Down to the item [index]. */
static int set_index(struct setter *setter, uint32_t index)
{
	const struct key *key = setter->key;

	if (setter->node->kind == NODE_MAP && key && key->shorthand) {
		if (set_name(setter, key->shorthand))
			return -1;
		key = setter->key;
	}
	if (setter->node->kind != NODE_LIST || index >= setter->node->nr)
		return set_fail(setter, node_found(setter->loader, setter->node),
				"a list with that item");
	if (key && key->type == KEY_MAP && key->shorthand)
		key = child_key(key, key->shorthand); /* repeat: [...] */
	setter->node = node_at(setter->node, index);
	if (!key)
		return 0;
	setter->key = key->type == KEY_STEPS  ? key_find("STEP")
		      : key->type == KEY_LIST ? key_item(key)
					      : NULL;
	return 0;
}

/* One segment of the path: NAME, or [INDEX]; *path moves on. */
static int set_segment(struct setter *setter, const char **path)
{
	struct arena *arena = setter->loader->arena;
	size_t length;
	char *end;

	if (**path == '[') {
		unsigned long index = strtoul(*path + 1, &end, 10);

		if ((*path)[1] < '0' || (*path)[1] > '9' || *end != ']' || index >= NODES_MAX)
			return set_fail(setter, "a broken index", "one such as [0]");
		*path = end + 1;
		if (set_index(setter, (uint32_t)index))
			return -1;
	} else {
		length = strcspn(*path, ".[");
		if (length == 0)
			return set_fail(setter, "an empty name", "a path such as run.seed");
		if (set_name(setter, arena_copy(arena, *path, length)))
			return -1;
		*path += length;
	}
	if (**path == '.' && (*path)[1] != '\0' && (*path)[1] != '[')
		(*path)++;
	else if (**path && **path != '[')
		return set_fail(setter, "a broken path", "one such as run.seed");
	return 0;
}

int merge_set(struct loader *loader, struct node *root, const char *set, const char *folder)
{
	struct source *source = arena_alloc(loader->arena, sizeof(*source));
	struct setter setter = {loader, {source, 0, 0}, root, key_find("")};
	const char *equals = strchr(set, '='), *path;
	struct node *value;

	source->name = arena_format(loader->arena, "--set %s", node_quote(loader, set));
	source->path = source->name;
	source->folder = folder;
	if (!equals || equals == set)
		return node_fail(loader, setter.place,
				 "found no PATH=VALUE, expected one such as "
				 "run.seed=2");
	if (root->kind != NODE_MAP)
		return 0; /* resolve_root says so */
	value = equals[1] ? yaml_parse(loader, source, equals + 1, strlen(equals + 1))
			  : node_scalar(loader, "", setter.place);
	if (!value)
		return -1;
	path = arena_copy(loader->arena, set, (size_t)(equals - set));
	while (*path)
		if (set_segment(&setter, &path))
			return -1;
	node_replace(setter.node, value);
	return 0;
}
