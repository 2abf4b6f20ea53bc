/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The default of a key: of the version that the scenario says, or one that a word of the
 * scenario gives to several keys at once (hints, host.irregularity).
 */
#include <string.h>

#include "scenario_parts.h"

static const struct node *root_of(const struct node *node)
{
	while (node->parent)
		node = node->parent;
	return node;
}

/* The version that the scenario says, which resolve_root has resolved first. */
static unsigned version_of(const struct node *node)
{
	const struct node *version = node_get(root_of(node), "corun");

	return version ? (unsigned)version->u : SCENARIO_VERSION; /* within a default */
}

/* The key's own default in this version, or NULL. */
static const char *versioned(struct loader *loader, unsigned version, const struct key *key)
{
	size_t length;
	const char *text = key_preset(key, version, &length);

	return text && text != key->preset ? arena_copy(loader->arena, text, length) : text;
}

/* What this word gives, of "linux=1|busy=2", or NULL. */
static const char *given_by(struct loader *loader, const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; length && at; at = strchr(at, '|')) {
		at += *at == '|';
		if (strncmp(at, word, length) == 0 && at[length] == '=')
			return arena_copy(loader->arena, at + length + 1,
					  strcspn(at + length + 1, "|"));
	}
	return NULL;
}

/* The word at a path, which may not be resolved yet. */
static const char *word_at(struct loader *loader, const struct node *map, const char *path)
{
	const struct node *word = build_get(root_of(map), path);

	if (word)
		return word->kind == NODE_SCALAR ? word->text : "";
	return preset_find(loader, map, key_find(path)).text;
}

struct preset preset_find(struct loader *loader, const struct node *map, const struct key *key)
{
	static const char *const paths[] = {"hints", "host.irregularity"};
	const char *const lists[] = {key->hints, key->hosts};
	unsigned version = version_of(map);

	for (int i = 0; i < 2; i++) {
		const char *word = lists[i] ? word_at(loader, map, paths[i]) : NULL;
		const char *text = word ? given_by(loader, lists[i], word) : NULL;

		if (text)
			return (struct preset){text,
					       arena_format(loader->arena, "%s: %s", paths[i],
							    word),
					       false};
	}
	return (struct preset){versioned(loader, version, key), NULL, key_is_earlier(key, version)};
}
