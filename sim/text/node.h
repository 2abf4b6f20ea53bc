/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * node.h - a YAML text as a tree in memory, every node with its place.
 *
 * The same tree serves from the parser to the printer: first as written, then
 * resolved (every node has its key, its parsed value and its canonical text).
 */
#ifndef CORUN_NODE_H
#define CORUN_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "base/error.h"

struct key;

/* A file, or one --set: where a node was written. */
struct source {
	const char *name; /* escaped: "workloads/seed.yaml", "--set a.b=c" */
	const char *path; /* as it was given */
	const char *folder; /* relative paths start here; ends with '/', or is empty */
	bool has_lines; /* messages give line and column */
};

struct place {
	const struct source *source;
	uint32_t line, column; /* from 1 */
};

enum node_kind { NODE_SCALAR, NODE_MAP, NODE_LIST };

struct node {
	enum node_kind kind;
	bool plain; /* scalar, written without quotes */
	bool preset; /* resolved: equal to its default */
	bool earlier; /* the default that it equals is one of the version that the scenario says */
	const char *by; /* "hints: kvm": the preset whose default it equals; NULL: the key's own */
	struct place place;
	const char *name; /* in a map; NULL in a list */
	struct place name_place;
	const char *text; /* scalar */
	const char *hashed; /* resolved: what counts for the hash instead of text, or NULL */
	struct node *parent, *next, *first, *last;
	uint32_t nr; /* children */
	uint32_t hash; /* of the name */
	/* resolved: */
	const struct key *key;
	uint64_t u; /* KEY_TIME: ns; KEY_INT (two's complement), KEY_BOOL, KEY_WORD (its index) */
	double d; /* KEY_REAL, KEY_PERCENT */
};

struct loaded_policy; /* scenario_parts.h */
struct stand_in;

/* What the loader's parts share. */
struct loader {
	struct arena *arena;
	struct error *err;
	uint32_t nr_nodes; /* made so far, copies included */
	bool no_files;
	struct loaded_policy *policies; /* opened so far: to be closed by who frees the world */
	struct stand_in *stand_ins;
	unsigned nr_stand_ins;
	uint64_t patience_ns; /* of scenario_options */
	uint32_t nr_values; /* read from data files */
};

#define NODES_MAX 1000000u /* an alias bomb ends here */

/* A new node, or NULL with the error set when the scenario grows too large. */
struct node *node_new(struct loader *loader, enum node_kind kind, struct place place);
struct node *node_scalar(struct loader *loader, const char *text, struct place place);
void node_append(struct node *parent, struct node *child);
/* Appended under a name; the caller has checked that the name is new. */
void node_put(struct node *map, const char *name, struct place name_place, struct node *child);
/* By name, or NULL (also where map is NULL or no map). */
struct node *node_get(const struct node *map, const char *name);
/* By position from 0, or NULL. */
struct node *node_at(const struct node *list, uint32_t index);
/* Takes child out of its parent. */
void node_remove(struct node *child);
/* Puts fresh where old was, under the same name. */
void node_replace(struct node *old, struct node *fresh);
/* A deep copy, without name and parent; NULL with the error set if too large. */
struct node *node_copy(struct loader *loader, const struct node *node);
/* Same kinds, names and texts? */
bool node_equal(const struct node *a, const struct node *b);
/* Turns node into a map {name: what node was}, in place; -1 if too large. */
int node_wrap(struct loader *loader, struct node *node, const char *name);
/* Turns a scalar into a list of it, in place; -1 if too large. */
int node_to_list(struct loader *loader, struct node *node);

/* "vms.build.pin[2]"; in the arena. */
const char *node_path(struct loader *loader, const struct node *node);

/*
 * The mistake at a place, one line: "FILE:LINE:COLUMN: " and what follows.  What
 * the user wrote goes through node_quote first.  Always returns -1.
 */
int node_fail(struct loader *loader, struct place place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Text without control characters and broken UTF-8 (\xNN), cut after max; in the arena. */
const char *node_escape(struct arena *arena, const char *text, size_t max);
/* The same, cut as is fit for a message. */
const char *node_quote(struct loader *loader, const char *text);
/* What a node is, for "found ...": its quoted text, "a mapping", "a list", "nothing". */
const char *node_found(struct loader *loader, const struct node *node);

#endif
