/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diff_keys.c - which keys of the scenario differ between two result folders, by the resolved
 * scenarios that they carry.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diff.h"
#include "text/file.h"
#include "text/yaml_tree.h"

#define VALUE_CHARS 60 /* of a value, as it is shown */

struct walk {
	struct diff *diff;
	struct loader loader;
};

/* {exponential: 60us}: on one line, cut where it grows too long. */
static size_t put_flow(const struct node *node, char *to, size_t size, size_t at)
{
	const char *open = node->kind == NODE_LIST ? "[" : "{";

	if (at >= size)
		return at;
	if (node->kind == NODE_SCALAR)
		return at + (size_t)snprintf(to + at, size - at, "%s", node->text);
	at += (size_t)snprintf(to + at, size - at, "%s", open);
	for (const struct node *child = node->first; child && at < size; child = child->next) {
		at += (size_t)snprintf(to + at, size - at, "%s%s", child == node->first ? "" : ", ",
				       node->kind == NODE_MAP ? child->name : "");
		if (node->kind == NODE_MAP && at < size)
			at += (size_t)snprintf(to + at, size - at, ": ");
		at = put_flow(child, to, size, at);
	}
	if (at < size)
		at += (size_t)snprintf(to + at, size - at, "%s", *open == '[' ? "]" : "}");
	return at;
}

static const char *value_of(struct walk *w, const struct node *node)
{
	char text[256];

	if (!node)
		return NULL;
	put_flow(node, text, sizeof(text), 0);
	return node_escape(&w->diff->arena, text, VALUE_CHARS);
}

/* A rebuilt object is another file and another build; that is told with the policy. */
static bool is_told(const struct node *node)
{
	const struct node *above = node->parent, *top = above ? above->parent : NULL;
	bool in_policy = top && top->name && !strcmp(top->name, "policies") && node->name;

	return in_policy && (!strcmp(node->name, "build") ||
			     (!strcmp(node->name, "policy") && strchr(node->text, '/')));
}

/* named: the one of both that is there. */
static void add_key(struct walk *w, const struct node *named, const struct node *a,
		    const struct node *b)
{
	struct diff *d = w->diff;

	if (named->kind == NODE_SCALAR && is_told(named))
		return;
	if (d->nr_keys < DIFF_MAX_KEYS)
		d->keys[d->nr_keys] = (struct diff_key){node_path(&w->loader, named),
							value_of(w, a), value_of(w, b)};
	d->nr_keys++;
}

static void walk(struct walk *w, const struct node *a, const struct node *b)
{
	uint32_t i = 0;

	if (a->kind != b->kind || a->kind == NODE_SCALAR) {
		if (!node_equal(a, b))
			add_key(w, a, a, b);
		return;
	}
	for (const struct node *x = a->first; x; x = x->next, i++) {
		const struct node *y = x->name ? node_get(b, x->name) : node_at(b, i);

		if (y)
			walk(w, x, y);
		else
			add_key(w, x, x, NULL);
	}
	i = 0;
	for (const struct node *y = b->first; y; y = y->next, i++)
		if (!(y->name ? node_get(a, y->name) : node_at(a, i)))
			add_key(w, y, NULL, y);
}

/* NULL: there is none, or it cannot be read. */
static const struct node *read_tree(struct walk *w, const struct results *r)
{
	const char *path = arena_format(&w->diff->arena, "%s/scenario.yaml", r->dir);
	struct file_text file = {0};
	const struct node *root = NULL;

	if (!access(path, F_OK) && !file_read(path, "a scenario", &file, w->loader.err))
		root = yaml_parse(&w->loader, file_source(w->loader.arena, path), file.text,
				  file.length);
	free(file.text);
	return root;
}

void diff_find_keys(struct diff *d)
{
	struct error why;
	struct walk w = {.diff = d, .loader = {.arena = &d->arena, .err = &why}};
	const struct node *a, *b;

	if (!strcmp(d->a.hash, d->b.hash))
		return;
	a = read_tree(&w, &d->a);
	b = a ? read_tree(&w, &d->b) : NULL;
	if (!b)
		return;
	d->keys = arena_array(&d->arena, DIFF_MAX_KEYS, sizeof(*d->keys));
	walk(&w, a, b);
}
