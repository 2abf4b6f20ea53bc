/* SPDX-License-Identifier: BSD-2-Clause */
#include "maps.h"

#include <string.h>

#include "arena.h"
#include "base/suggest.h"

static const struct map_key *find_key(const struct map_key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (!strcmp(keys->name, name))
			return keys;
	return NULL;
}

static int unknown_key(struct loader *loader, const struct node *at, const char *what,
		       const struct map_key *keys)
{
	const char *all = "";
	struct suggest suggest;

	suggest_init(&suggest, at->name);
	for (; keys->name; keys++) {
		suggest_offer(&suggest, keys->name);
		all = arena_format(loader->arena, "%s%s%s", all, *all ? ", " : "", keys->name);
	}
	return node_fail(loader, at->name_place,
			 "found the key '%s', expected in %s one of %s%s%s%s",
			 node_quote(loader, at->name), what, all,
			 suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
			 suggest.best ? "'?" : "");
}

int map_keys(struct loader *loader, const struct node *node, const char *what,
	     const struct map_key *keys)
{
	const struct node *at;

	if (node->kind != NODE_MAP)
		return node_fail(loader, node->place, "found %s, expected %s: a mapping",
				 node_found(loader, node), what);
	for (at = node->first; at; at = at->next)
		if (!find_key(keys, at->name))
			return unknown_key(loader, at, what, keys);
	for (; keys->name; keys++)
		if (keys->required && !node_get(node, keys->name))
			return node_fail(loader, node->place,
					 "found no key '%s', expected it in %s", keys->name, what);
	return 0;
}

int map_names(struct loader *loader, const struct node *node, const char *what)
{
	if (node->kind != NODE_MAP || !node->nr)
		return node_fail(loader, node->place, "found %s, expected %s, each by its name",
				 node_found(loader, node), what);
	return 0;
}

bool map_is_name(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789_-");

	return length > 0 && length <= MAP_NAME_MAX && name[length] == '\0' && name[0] != '-';
}
