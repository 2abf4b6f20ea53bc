/* SPDX-License-Identifier: BSD-2-Clause */
#include "node.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define QUOTE_CHARS 60 /* of the user's text shown in a message */
/* Room for the last \xNN and the dots; the fuzzer's own test takes it away. */
#ifndef ESCAPE_SLACK
#define ESCAPE_SLACK 16
#endif

static uint32_t name_hash(const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash;
}

struct node *node_new(struct loader *loader, enum node_kind kind, struct place place)
{
	struct node *node;

	if (loader->nr_nodes >= NODES_MAX) {
		node_fail(loader, place, "found more than %u values, expected a smaller scenario",
			  NODES_MAX);
		return NULL;
	}
	loader->nr_nodes++;
	node = arena_alloc(loader->arena, sizeof(*node));
	node->kind = kind;
	node->place = place;
	return node;
}

struct node *node_scalar(struct loader *loader, const char *text, struct place place)
{
	struct node *node = node_new(loader, NODE_SCALAR, place);

	if (node) {
		node->text = text;
		node->plain = true;
	}
	return node;
}

void node_append(struct node *parent, struct node *child)
{
	child->parent = parent;
	child->next = NULL;
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	parent->nr++;
}

void node_put(struct node *map, const char *name, struct place name_place, struct node *child)
{
	child->name = name;
	child->hash = name_hash(name);
	child->name_place = name_place;
	node_append(map, child);
}

struct node *node_get(const struct node *map, const char *name)
{
	uint32_t hash = name_hash(name);

	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (struct node *at = map->first; at; at = at->next)
		if (at->hash == hash && strcmp(at->name, name) == 0)
			return at;
	return NULL;
}

struct node *node_at(const struct node *list, uint32_t index)
{
	struct node *at = list->first;

	while (at && index--)
		at = at->next;
	return at;
}

void node_remove(struct node *child)
{
	struct node *parent = child->parent, *before = NULL;

	for (struct node *at = parent->first; at != child; at = at->next)
		before = at;
	if (before)
		before->next = child->next;
	else
		parent->first = child->next;
	if (parent->last == child)
		parent->last = before;
	parent->nr--;
	child->parent = child->next = NULL;
}

void node_replace(struct node *old, struct node *fresh)
{
	struct node *parent = old->parent;

	if (!fresh->name)
		fresh->name_place = fresh->place;
	fresh->name = old->name;
	fresh->hash = old->hash;
	fresh->parent = parent;
	fresh->next = old->next;
	if (parent->first == old) {
		parent->first = fresh;
	} else {
		struct node *before = parent->first;

		while (before->next != old)
			before = before->next;
		before->next = fresh;
	}
	if (parent->last == old)
		parent->last = fresh;
}

struct node *node_copy(struct loader *loader, const struct node *node)
{
	struct node *copy = node_new(loader, node->kind, node->place);

	if (!copy)
		return NULL;
	copy->plain = node->plain;
	copy->text = node->text;
	for (const struct node *at = node->first; at; at = at->next) {
		struct node *child = node_copy(loader, at);

		if (!child)
			return NULL;
		if (at->name)
			node_put(copy, at->name, at->name_place, child);
		else
			node_append(copy, child);
	}
	return copy;
}

bool node_equal(const struct node *a, const struct node *b)
{
	const struct node *x, *y;

	if (a->kind != b->kind || a->nr != b->nr)
		return false;
	if (a->kind == NODE_SCALAR)
		return strcmp(a->text, b->text) == 0;
	for (x = a->first, y = b->first; x && y; x = x->next, y = y->next) {
		if (x->name && strcmp(x->name, y->name) != 0)
			return false;
		if (!node_equal(x, y))
			return false;
	}
	return true;
}

int node_wrap(struct loader *loader, struct node *node, const char *name)
{
	struct node *inner = node_new(loader, node->kind, node->place);

	if (!inner)
		return -1;
	inner->plain = node->plain;
	inner->text = node->text;
	inner->first = node->first;
	inner->last = node->last;
	inner->nr = node->nr;
	for (struct node *at = inner->first; at; at = at->next)
		at->parent = inner;
	node->kind = NODE_MAP;
	node->text = NULL;
	node->first = node->last = NULL;
	node->nr = 0;
	node_put(node, name, node->place, inner);
	return 0;
}

int node_to_list(struct loader *loader, struct node *node)
{
	struct node *item = node_scalar(loader, node->text, node->place);

	if (!item)
		return -1;
	item->plain = node->plain;
	node->kind = NODE_LIST;
	node->text = NULL;
	node_append(node, item);
	return 0;
}

const char *node_path(struct loader *loader, const struct node *node)
{
	const char *parent;
	uint32_t index = 0;

	if (!node->parent)
		return "";
	parent = node_path(loader, node->parent);
	if (node->name)
		return arena_format(loader->arena, "%s%s%s", parent, *parent ? "." : "",
				    node_quote(loader, node->name));
	for (const struct node *at = node->parent->first; at != node; at = at->next)
		index++;
	return arena_format(loader->arena, "%s[%u]", parent, index);
}

int node_fail(struct loader *loader, struct place place, const char *format, ...)
{
	char text[sizeof(loader->err->text)];
	const char *file = place.source->name;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (place.source->has_lines && place.line)
		return error_set(loader->err, STATUS_INPUT, "scenario", "%s:%u:%u: %s", file,
				 place.line, place.column, text);
	return error_set(loader->err, STATUS_INPUT, "scenario", "%s: %s", file, text);
}

const char *node_escape(struct arena *arena, const char *text, size_t max)
{
	const char *at = text;
	char *quoted = arena_alloc(arena, max + ESCAPE_SLACK);
	size_t used = 0;

	while (*at && used < max) {
		unsigned n = utf8_length(at);

		if (n == 0) {
			used += (size_t)snprintf(quoted + used, 5, "\\x%02x", (unsigned char)*at);
			at++;
			continue;
		}
		memcpy(quoted + used, at, n);
		used += n;
		at += n;
	}
	if (*at)
		memcpy(quoted + used, "...", 3);
	return quoted;
}

const char *node_quote(struct loader *loader, const char *text)
{
	return node_escape(loader->arena, text, QUOTE_CHARS);
}

const char *node_found(struct loader *loader, const struct node *node)
{
	if (node->kind == NODE_MAP)
		return node->nr ? "a mapping" : "an empty mapping";
	if (node->kind == NODE_LIST)
		return node->nr ? arena_format(loader->arena, "a list of %u", node->nr)
				: "an empty list";
	if (node->text[0] == '\0')
		return node->plain ? "nothing" : "an empty text";
	return arena_format(loader->arena, "'%s'", node_quote(loader, node->text));
}
