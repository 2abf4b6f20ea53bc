/* SPDX-License-Identifier: BSD-2-Clause */
/* study.json of a result folder.  JSON is YAML, so the scenario's parser reads it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/inputs.h"
#include "results.h"
#include "scenario/scenario_parts.h"
#include "text/maps.h"
#include "text/yaml_tree.h"

/* Decimal digits, all of them, low to high. */
static int read_number(struct loader *loader, const struct node *node, uint64_t low, uint64_t high,
		       uint64_t *value)
{
	char *end = NULL;

	errno = 0;
	if (node->kind == NODE_SCALAR && node->text[0] >= '0' && node->text[0] <= '9')
		*value = strtoull(node->text, &end, 10);
	if (!end || *end || errno || *value < low || *value > high)
		return node_fail(loader, node->place,
				 "found %s, expected a number from %llu to %llu",
				 node_found(loader, node), (unsigned long long)low,
				 (unsigned long long)high);
	return 0;
}

/* Any text, also an empty one. */
static int read_text(struct loader *loader, const struct node *node, const char **text)
{
	if (node->kind != NODE_SCALAR)
		return node_fail(loader, node->place, "found %s, expected a text",
				 node_found(loader, node));
	*text = node_escape(loader->arena, node->text, 200);
	return 0;
}

/* The name of an entry: it goes into tables and file names. */
static int read_name(struct loader *loader, const struct node *node, const char **name)
{
	if (!map_is_name(node->name))
		return node_fail(loader, node->name_place, "found '%s', expected a name",
				 node_quote(loader, node->name));
	*name = node->name;
	return 0;
}

static int read_policies(struct results *r, struct loader *loader, const struct node *map)
{
	static const struct map_key keys[] = {{"policy", true}, {"build", true}, {0}};
	const struct node *at;

	if (map_names(loader, map, "policies"))
		return -1;
	if (map->nr > RESULTS_MAX_POLICIES)
		return node_fail(loader, map->place, "found %u policies, expected at most %u",
				 map->nr, RESULTS_MAX_POLICIES);
	r->policies = arena_array(loader->arena, map->nr, sizeof(*r->policies));
	for (at = map->first; at; at = at->next) {
		struct results_policy *p = &r->policies[r->nr_policies++];

		if (read_name(loader, at, &p->name) || map_keys(loader, at, "a policy", keys) ||
		    read_text(loader, node_get(at, "policy"), &p->policy) ||
		    read_text(loader, node_get(at, "build"), &p->build))
			return -1;
	}
	return 0;
}

static int read_group(struct results *r, struct loader *loader, const struct node *node)
{
	static const struct map_key keys[] = {{"noise", true}, {"vms", true}, {0}};
	struct results_group *g = &r->groups[r->nr_groups++];
	const struct node *noise, *vms, *at;

	if (read_name(loader, node, &g->name) || map_keys(loader, node, "a group", keys))
		return -1;
	noise = node_get(node, "noise");
	vms = node_get(node, "vms");
	if (noise->kind != NODE_SCALAR ||
	    (strcmp(noise->text, "true") != 0 && strcmp(noise->text, "false") != 0))
		return node_fail(loader, noise->place, "found %s, expected true or false",
				 node_found(loader, noise));
	g->noise = noise->text[0] == 't';
	if (vms->kind != NODE_LIST)
		return node_fail(loader, vms->place, "found %s, expected a list of VMs",
				 node_found(loader, vms));
	g->vms = arena_array(loader->arena, vms->nr + 1, sizeof(*g->vms));
	for (at = vms->first; at; at = at->next)
		if (read_text(loader, at, &g->vms[g->nr_vms++]))
			return -1;
	r->nr_vms += g->nr_vms;
	if (r->nr_vms > WORLD_MAX_VMS)
		return node_fail(loader, vms->place, "found %u VMs, expected at most %u", r->nr_vms,
				 (unsigned)WORLD_MAX_VMS);
	return 0;
}

static int read_rows(struct results *r, struct loader *loader, const struct node *map)
{
	static const struct map_key keys[] = {{"results", true}, {"histograms", true}, {0}};

	return map_keys(loader, map, "rows", keys) ||
	       read_number(loader, node_get(map, "results"), 0, UINT64_MAX, &r->rows) ||
	       read_number(loader, node_get(map, "histograms"), 0, UINT64_MAX, &r->hist_rows);
}

/* Not in the results of an earlier corun. */
static int read_build(struct results *r, struct loader *loader, const struct node *root)
{
	static const struct map_key keys[] = {{"commit", true}, {"compiler", true}, {0}};
	const struct node *map = node_get(root, "build");

	r->commit = r->compiler = "unknown";
	if (!map)
		return 0;
	return map_keys(loader, map, "a build", keys) ||
	       read_text(loader, node_get(map, "commit"), &r->commit) ||
	       read_text(loader, node_get(map, "compiler"), &r->compiler);
}

/* What says of a folder that it is a result, and of which kind. */
static const struct marker {
	const char *name, *key;
	uint64_t version; /* the newest known */
} markers[] = {
	{"study.json", "corun_results", RESULTS_VERSION},
	{"diff.json", "corun_diff", 1},
	{"sweep.json", "corun_sweep", 1},
};

#define NR_MARKERS (sizeof(markers) / sizeof(markers[0]))

/* Before the keys: another version may have others. */
static int read_version(struct loader *loader, const struct node *root, const struct marker *marker,
			uint64_t *version)
{
	const struct node *node = root->kind == NODE_MAP ? node_get(root, marker->key) : NULL;

	return node ? read_number(loader, node, 1, marker->version, version) : 0;
}

static int read_study(struct results *r, struct loader *loader, const struct node *root)
{
	static const struct map_key keys[] = {{"corun_results", true},
					      {"corun", true},
					      {"scenario", true},
					      {"hash", true},
					      {"seed", true},
					      {"first", true},
					      {"replications", true},
					      {"policies", true},
					      {"groups", true},
					      {"rows", true},
					      {"files", false},
					      {"build", false},
					      {0}};
	uint64_t version = 0, first, nr;
	const struct node *groups, *at;

	if (read_version(loader, root, &markers[0], &version) ||
	    map_keys(loader, root, "a study", keys) ||
	    read_text(loader, node_get(root, "corun"), &r->corun) ||
	    read_text(loader, node_get(root, "scenario"), &r->scenario) ||
	    read_text(loader, node_get(root, "hash"), &r->hash) ||
	    read_number(loader, node_get(root, "seed"), 0, UINT64_MAX, &r->seed) ||
	    read_number(loader, node_get(root, "first"), 0, RESULTS_MAX_REPS, &first) ||
	    read_number(loader, node_get(root, "replications"), 0, RESULTS_MAX_REPS, &nr) ||
	    read_policies(r, loader, node_get(root, "policies")) ||
	    read_rows(r, loader, node_get(root, "rows")) || read_build(r, loader, root))
		return -1;
	if (version > 1 && !node_get(root, "files"))
		return node_fail(loader, root->place, "found no key 'files', expected it");
	r->first = (uint32_t)first;
	r->nr_reps = (uint32_t)nr;
	groups = node_get(root, "groups");
	if (map_names(loader, groups, "groups"))
		return -1;
	r->groups = arena_array(loader->arena, groups->nr, sizeof(*r->groups));
	for (at = groups->first; at; at = at->next)
		if (read_group(r, loader, at))
			return -1;
	return 0;
}

/* -- are all its files of one result? ---------------------------------------------- */

/* A file of the folder, or of the folder of a point. */
static bool is_within(const char *name)
{
	const char *slash = strchr(name, '/');

	return !slash || (!strncmp(name, "point-", 6) && !strchr(slash + 1, '/') &&
			  strcmp(slash + 1, "..") != 0);
}

static int check_file(struct loader *loader, const char *dir, const struct node *node)
{
	const char *path;
	char hash[17];

	if (node->kind != NODE_SCALAR || !is_within(node->name))
		return node_fail(loader, node->place, "found %s, expected the hash of a file",
				 node_found(loader, node));
	path = arena_format(loader->arena, "%s/%s", dir, node->name);
	inputs_add_path(path);
	if (hash_file(path, hash))
		return node_fail(loader, node->place,
				 "found %s beside it, which it lists: the folder is not whole (%s)",
				 node_quote(loader, node->name), strerror(errno));
	if (strcmp(hash, node->text) != 0)
		return error_set(loader->err, STATUS_INPUT, "results",
				 "%.300s/%.100s: found the hash %s, expected %.16s: it is not of "
				 "the result that the folder holds",
				 node_escape(loader->arena, dir, 300),
				 node_quote(loader, node->name), hash,
				 node_quote(loader, node->text));
	return 0;
}

static int check_files(struct loader *loader, const char *dir, const struct node *root)
{
	const struct node *files = node_get(root, "files"), *at;

	if (!files)
		return 0; /* of an earlier corun */
	if (files->kind != NODE_MAP)
		return node_fail(loader, files->place, "found %s, expected files and their hashes",
				 node_found(loader, files));
	for (at = files->first; at; at = at->next)
		if (check_file(loader, dir, at))
			return -1;
	return 0;
}

static int check_marker(struct loader *loader, const char *dir, const struct marker *marker)
{
	const char *path = arena_format(loader->arena, "%s/%s", dir, marker->name);
	struct file_text file;
	const struct node *root;
	uint64_t version = 0;
	int failed = file_read(path, "a result folder", &file, loader->err);

	if (failed)
		return -1;
	root = yaml_parse(loader, file_source(loader->arena, path), file.text, file.length);
	failed = root && root->kind == NODE_MAP ? 0 : -1;
	if (root && failed)
		node_fail(loader, root->place, "found %s, expected a mapping",
			  node_found(loader, root));
	failed = failed || read_version(loader, root, marker, &version) ||
		 check_files(loader, dir, root);
	free(file.text);
	return failed ? -1 : 0;
}

static bool exists(struct arena *arena, const char *dir, const char *name)
{
	struct stat info;

	return !stat(arena_format(arena, "%s/%s", dir, name), &info);
}

int results_check(const char *dir, struct error *err)
{
	struct arena arena = {0};
	struct loader loader = {.arena = &arena, .err = err, .no_files = true};
	unsigned i = 0;
	int failed = 0;

	while (i < NR_MARKERS && !exists(&arena, dir, markers[i].name))
		i++;
	if (i < NR_MARKERS)
		failed = check_marker(&loader, dir, &markers[i]);
	else if /* of an earlier corun */ (!exists(&arena, dir, "sweep.csv"))
		failed = error_set(err, STATUS_INPUT, "results",
				   "%.300s holds nothing to draw: found none of study.json, "
				   "sweep.csv and diff.json, expected a whole result folder",
				   node_escape(&arena, dir, 300));
	if (failed)
		strcpy(err->kind, "results");
	arena_free(&arena);
	return failed;
}

#define ROW_BYTES 10u /* no row is shorter */
#define SCOPE_ROWS 8u /* a scope has more metrics than that, in any version */

/*
 * What study.json promises has to be there: it decides how much memory is taken, and
 * nobody has looked at the tables yet.
 */
static int check_promises(struct results *r, const char *path, struct error *err)
{
	uint64_t scopes = 1 + (uint64_t)r->nr_groups + r->nr_vms;
	uint64_t least = (uint64_t)r->nr_policies * r->nr_reps * scopes * SCOPE_ROWS;
	const char *table = arena_format(&r->arena, "%s/results.csv", r->dir);
	struct stat info;

	if (r->rows < least)
		return error_set(err, STATUS_INPUT, "results",
				 "%.300s:1:1: found %llu rows for %u replications, expected at "
				 "least %llu",
				 path, (unsigned long long)r->rows, r->nr_reps,
				 (unsigned long long)least);
	if (stat(table, &info))
		return error_set(err, STATUS_INPUT, "results",
				 "%.300s: found nothing to read (%s), expected it beside "
				 "study.json",
				 table, strerror(errno));
	if (r->rows > (uint64_t)info.st_size / ROW_BYTES)
		return error_set(err, STATUS_INPUT, "results",
				 "%.300s:1:1: found %llu bytes for %llu rows: cut short, or of "
				 "another run",
				 table, (unsigned long long)info.st_size,
				 (unsigned long long)r->rows);
	return 0;
}

int results_open(struct results *results, const char *dir, struct error *err)
{
	struct loader loader = {.arena = &results->arena, .err = err, .no_files = true};
	struct file_text file;
	const struct node *root;
	const char *path;
	int failed;

	memset(results, 0, sizeof(*results));
	results->dir = arena_copy(&results->arena, dir, strlen(dir));
	path = arena_format(&results->arena, "%s/study.json", dir);
	failed = file_read(path, "a result folder of `corun run` or `compare -o`", &file, err);
	if (!failed) {
		root = yaml_parse(&loader, file_source(loader.arena, path), file.text, file.length);
		failed = root ? read_study(results, &loader, root) : -1;
		if (!failed)
			failed = check_promises(results, path, err);
		free(file.text);
	}
	if (failed) {
		strcpy(err->kind, "results");
		results_close(results);
	}
	return failed ? -1 : 0;
}

void results_close(struct results *results)
{
	arena_free(&results->arena);
	memset(results, 0, sizeof(*results));
}
