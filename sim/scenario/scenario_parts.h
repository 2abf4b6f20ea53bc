/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scenario_parts.h - the stages of the loader, for each other.
 *
 *	file -> yaml_tree -> merge (include, --set) -> resolve (keys, defaults, data
 *	files) -> build (what the keys mean together) -> world;  resolve -> print
 *
 * Functions that return int return 0, or -1 with loader->err set.
 */
#ifndef CORUN_SCENARIO_PARTS_H
#define CORUN_SCENARIO_PARTS_H

#include "keys.h"
#include "registry/policies.h"
#include "scenario.h"
#include "text/file.h"
#include "text/node.h"

/* A shared object that an entry of `policies` comes from. */
struct loaded_policy {
	const char *name; /* of the entry */
	const char *path;
	struct policy_module module;
	struct loaded_policy *next;
};

/* -- scenario.c --------------------------------------------------------------- */

/* The resolved tree that a world comes from. */
const struct node *scenario_root(const struct world *world);

/* -- scenario_merge.c ------------------------------------------------------- */

/* root with its includes (and theirs) below it and taken out of it. */
int merge_includes(struct loader *loader, struct node *root);
/* "path=value" over root. */
int merge_set(struct loader *loader, struct node *root, const char *set, const char *folder);

/* -- scenario_resolve.c ----------------------------------------------------- */

/* Checks the tree against the table, in place, and fills in the defaults. */
int resolve_root(struct loader *loader, struct node *root);
int resolve_node(struct loader *loader, struct node *node, const struct key *key);
/* An entry of policies (scenario_policies.c). */
int resolve_policy(struct loader *loader, struct node *map);

/* -- scenario_preset.c ------------------------------------------------------ */

/* A default, and whose it is. */
struct preset {
	const char *text; /* NULL: there is none */
	const char *by; /* "hints: kvm"; NULL: the key's own */
	bool earlier; /* of the version that the scenario says, and no more */
};

struct preset preset_find(struct loader *loader, const struct node *map, const struct key *key);

/* -- scenario_value.c ------------------------------------------------------- */

/* A scalar by its key's type: value and canonical text. */
int value_resolve(struct loader *loader, struct node *node, const struct key *key);
/*
 * The whole of resolve_node for a scalar whose default, `preset`, hangs on nothing else
 * (NULL: it has none).
 */
int value_resolve_alone(struct loader *loader, struct node *node, const struct key *key,
			const char *preset);
/* "found X, expected what key wants" */
int value_unexpected(struct loader *loader, const struct node *node, const struct key *key);

/* -- scenario_data.c -------------------------------------------------------- */

/* A file of durations, one a line, instead of the node's path. */
int data_read_times(struct loader *loader, struct node *node, const struct key *key);
/* replay: {file, task} becomes replay: {tasks}. */
int data_read_replay(struct loader *loader, struct node *replay);

/* -- scenario_print.c ------------------------------------------------------- */

/*
 * The canonical text.  For readers: with the source of each default.  For the hash:
 * without the mechanisms that are off (KEY_LATE), so that a new one leaves the hash
 * of every scenario, and what was recorded under it, as they were.
 */
enum print_for { PRINT_FOR_READERS, PRINT_FOR_HASH };
void print_tree(FILE *to, const struct node *root, enum print_for what_for);

/* -- scenario_build.c and its parts ----------------------------------------- */

/* What an entry of programs became: vCPU i runs world program first + i % nr. */
struct program_range {
	const struct node *node;
	uint32_t first, nr; /* a replay has one for each of its tasks */
};

struct build {
	struct loader *loader;
	struct arena *arena;
	const struct node *root; /* resolved */
	struct world *world;
	uint32_t size_programs; /* room in world->programs */
	struct program_range *ranges; /* one for each entry of programs */
};

/* The locks and barriers that a program may name. */
struct object_set {
	struct object objects[WORLD_MAX_LOCKS];
	const struct node *nodes[WORLD_MAX_LOCKS];
	uint32_t nr;
};

int build_world(struct build *build);
/* scenario_host.c */
int build_host(struct build *build);
/* scenario_policies.c */
int build_policies(struct build *build);
/* scenario_vms.c */
int build_vms(struct build *build);

/* scenario_starts.c: what is there has its instants; the last part. */
int build_starts(struct build *build);

/* scenario_recorded.c: behind the VMs, which it names. */
int build_recorded(struct build *build);

/* scenario_programs.c: all entries, each with its own objects. */
int build_programs(struct build *build);
/* One more program in the world; the pointer is good until the next one is made. */
struct program *build_program_new(struct build *build, const char *name);
/* The objects of an entry, added to those in set; the same name means the same object. */
int build_objects(struct build *build, const struct node *program, struct object_set *set);
/* The work of the management VM. */
int build_noise_program(struct build *build, struct program *program);

/* scenario_steps.c: the body of an entry (not of a replay). */
int build_steps(struct build *build, const struct node *node, const struct object_set *set,
		struct program *program);

/* scenario_dist.c: what a DIST node says, times scale. */
int build_dist(struct build *build, const struct node *node, double scale, struct dist *dist);

/* -- scenario_get.c ---------------------------------------------------------- */

/* A descendant by path ("costs.kick"), or NULL. */
const struct node *build_get(const struct node *node, const char *path);
/* The number of one that is there by default. */
uint64_t build_u(const struct node *node, const char *path);
/* "found the PROGRAM 'X', expected one of ...; did you mean Y?" */
int build_unknown(struct build *build, const struct node *node, const char *what,
		  const struct node *names);

#endif
