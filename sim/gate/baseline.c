/* SPDX-License-Identifier: BSD-2-Clause */
#include "baseline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario/scenario_parts.h"
#include "suite_read.h"
#include "text/yaml_tree.h"

#define CHECKSUM_LINE "checksum: "
#define CHECKSUM_CHARS (sizeof(CHECKSUM_LINE) - 1 + 16 + 1) /* with its newline */

/* -- what there is ---------------------------------------------------------- */

const struct baseline_scenario *baseline_scenario(const struct baseline *baseline, const char *name)
{
	uint32_t i;

	for (i = 0; i < baseline->nr_scenarios; i++)
		if (!strcmp(baseline->scenarios[i].name, name))
			return &baseline->scenarios[i];
	return NULL;
}

const char *baseline_build(const struct baseline_scenario *scenario, const char *policy)
{
	uint32_t i;

	for (i = 0; i < scenario->nr_builds; i++)
		if (!strcmp(scenario->builds[i].policy, policy))
			return scenario->builds[i].build;
	return "";
}

const struct baseline_series *baseline_series(const struct baseline *baseline, const char *scenario,
					      const char *policy, const char *metric)
{
	uint32_t i;

	for (i = 0; i < baseline->nr_series; i++) {
		const struct baseline_series *s = &baseline->series[i];

		if (!strcmp(s->scenario, scenario) && !strcmp(s->policy, policy) &&
		    !strcmp(s->metric, metric))
			return s;
	}
	return NULL;
}

/* -- reading ---------------------------------------------------------------- */

/* Decimal digits, all of them. */
static int read_seed(struct loader *loader, const struct node *node, uint64_t *seed)
{
	char *end = NULL;

	errno = 0;
	if (node->kind == NODE_SCALAR && node->text[0] >= '0' && node->text[0] <= '9')
		*seed = strtoull(node->text, &end, 10);
	if (!end || *end || errno)
		return node_fail(loader, node->place, "found %s, expected a seed",
				 node_found(loader, node));
	return 0;
}

/* "num" or "num/den", each finite and not negative; "-": no value. */
static int read_sample(struct loader *loader, const struct node *node, struct sample *x)
{
	char *end;

	if (node->kind == NODE_SCALAR && !strcmp(node->text, "-"))
		return 0;
	if (node->kind != NODE_SCALAR || node->text[0] < '0' || node->text[0] > '9')
		return node_fail(loader, node->place, "found %s, expected a value",
				 node_found(loader, node));
	x->num = strtod(node->text, &end);
	x->den = *end == '/' ? strtod(end + 1, &end) : 1;
	if (*end || !(x->num >= 0 && x->num < 1e300) || !(x->den >= 0 && x->den < 1e300))
		return node_fail(loader, node->place, "found %s, expected a value",
				 node_found(loader, node));
	return 0;
}

static int read_series(struct baseline *b, struct loader *loader, const struct node *node)
{
	struct baseline_series *s = &b->series[b->nr_series];
	const struct node *at;

	if (node->kind != NODE_LIST || !node->nr)
		return node_fail(loader, node->place, "found %s, expected a list of values",
				 node_found(loader, node));
	s->metric = node->name;
	s->policy = node->parent->name;
	s->scenario = node->parent->parent->parent->name;
	s->x = arena_array(loader->arena, node->nr, sizeof(*s->x));
	for (at = node->first; at; at = at->next)
		if (read_sample(loader, at, &s->x[s->nr++]))
			return -1;
	b->nr_series++;
	return 0;
}

static int read_builds(struct baseline_scenario *s, struct loader *loader, const struct node *node)
{
	const struct node *at;

	if (map_names(loader, node, "policies and their builds"))
		return -1;
	s->builds = arena_array(loader->arena, node->nr, sizeof(*s->builds));
	for (at = node->first; at; at = at->next) {
		s->builds[s->nr_builds].policy = at->name;
		if (suite_text(loader, at, "a build", &s->builds[s->nr_builds++].build))
			return -1;
	}
	return 0;
}

/* Of the scenario's format, whatever that may be by now; NULL: there was only one. */
static int read_version(struct loader *loader, const struct node *node, uint32_t *version)
{
	*version = 1;
	return node ? suite_count(loader, node, 1, UINT32_MAX, version) : 0;
}

static int read_scenario(struct baseline *b, struct loader *loader, const struct node *node)
{
	static const struct map_key keys[] = {{"version", false}, {"hash", true},
					      {"seed", true},	  {"builds", false},
					      {"policies", true}, {0}};
	struct baseline_scenario *s = &b->scenarios[b->nr_scenarios++];
	const struct node *policies, *policy, *metric;

	if (map_keys(loader, node, "a recorded scenario", keys) ||
	    read_version(loader, node_get(node, "version"), &s->version) ||
	    suite_text(loader, node_get(node, "hash"), "a hash", &s->hash) ||
	    read_seed(loader, node_get(node, "seed"), &s->seed))
		return -1;
	s->name = node->name;
	if (node_get(node, "builds") && read_builds(s, loader, node_get(node, "builds")))
		return -1;
	policies = node_get(node, "policies");
	if (map_names(loader, policies, "policies"))
		return -1;
	for (policy = policies->first; policy; policy = policy->next) {
		if (map_names(loader, policy, "metrics"))
			return -1;
		for (metric = policy->first; metric; metric = metric->next)
			if (read_series(b, loader, metric))
				return -1;
	}
	return 0;
}

/* Lists below this node: what series there can be. */
static uint32_t count_lists(const struct node *node)
{
	const struct node *at;
	uint32_t nr = node->kind == NODE_LIST;

	for (at = node->kind == NODE_MAP ? node->first : NULL; at; at = at->next)
		nr += count_lists(at);
	return nr;
}

static int read_tree(struct baseline *b, struct loader *loader, const struct node *root)
{
	static const struct map_key keys[] = {{"corun_baseline", true},
					      {"corun", true},
					      {"scenarios", true},
					      {"checksum", true},
					      {0}};
	const struct node *scenarios, *at;
	uint32_t version;

	if (map_keys(loader, root, "a baseline", keys) ||
	    suite_count(loader, node_get(root, "corun_baseline"), 1, BASELINE_VERSION, &version) ||
	    suite_text(loader, node_get(root, "corun"), "a version", &b->corun))
		return -1;
	b->corun = node_escape(loader->arena, b->corun, 60);
	scenarios = node_get(root, "scenarios");
	if (map_names(loader, scenarios, "scenarios"))
		return -1;
	b->scenarios = arena_array(loader->arena, scenarios->nr, sizeof(*b->scenarios));
	b->series = arena_array(loader->arena, count_lists(scenarios) + 1, sizeof(*b->series));
	for (at = scenarios->first; at; at = at->next)
		if (read_scenario(b, loader, at))
			return -1;
	return 0;
}

/* The comments at the top are not part of what is summed up. */
static size_t skip_notes(const char *text)
{
	size_t at = 0;

	while (text[at] == '#') {
		at += strcspn(text + at, "\n");
		at += text[at] == '\n';
	}
	return at;
}

/* Before its checksum, which another version may compute otherwise. */
static int check_version(const char *path, const char *text, struct error *err)
{
	static const char key[] = "corun_baseline: ";
	unsigned long version;

	if (strncmp(text, key, sizeof(key) - 1) != 0)
		return 0; /* no version to speak of */
	version = strtoul(text + sizeof(key) - 1, NULL, 10);
	if (version >= 1 && version <= BASELINE_VERSION)
		return 0;
	return error_set(err, STATUS_INPUT, "baseline",
			 "%s: found version %lu of the format, expected 1 to %u: it is of "
			 "another corun; record it anew with --bless",
			 path, version, BASELINE_VERSION);
}

/* Before anything else is believed. */
static int verify(struct baseline *b, const char *path, const struct file_text *file,
		  struct error *err)
{
	size_t notes = skip_notes(file->text), end;
	char *line;

	if (check_version(path, file->text + notes, err))
		return -1;
	if (file->length < notes + CHECKSUM_CHARS || strlen(file->text) != file->length ||
	    strncmp(line = file->text + file->length - CHECKSUM_CHARS, CHECKSUM_LINE,
		    sizeof(CHECKSUM_LINE) - 1) != 0 ||
	    file->text[file->length - 1] != '\n')
		return error_set(err, STATUS_INPUT, "baseline",
				 "%s: it does not end in a checksum: cut short, or no baseline; "
				 "fetch it again, or record it anew with --bless",
				 path);
	end = file->length - CHECKSUM_CHARS;
	file_hash(file->text + notes, end - notes, b->checksum);
	if (strncmp(line + sizeof(CHECKSUM_LINE) - 1, b->checksum, 16) != 0)
		return error_set(err, STATUS_INPUT, "baseline",
				 "%s: the checksum is wrong: damaged, or edited by hand; fetch it "
				 "again, or record it anew with --bless",
				 path);
	b->notes = arena_copy(&b->arena, file->text, notes);
	return 0;
}

int baseline_read(struct baseline *baseline, const char *path, struct error *err)
{
	struct loader loader = {.arena = &baseline->arena, .err = err, .no_files = true};
	struct file_text file;
	const struct node *root;
	int failed;

	memset(baseline, 0, sizeof(*baseline));
	if (access(path, F_OK) && errno == ENOENT)
		return error_set(err, STATUS_INPUT, "baseline",
				 "%s: there is no baseline yet; record one with --bless", path);
	failed = file_read(path, "a baseline", &file, err);
	if (!failed) {
		failed = verify(baseline, path, &file, err);
		if (!failed) {
			root = yaml_parse(&loader, file_source(loader.arena, path), file.text,
					  file.length);
			failed = root ? read_tree(baseline, &loader, root) : -1;
		}
		free(file.text);
	}
	if (failed) {
		strcpy(err->kind, "baseline");
		baseline_fini(baseline);
	}
	return failed;
}

void baseline_fini(struct baseline *baseline)
{
	arena_free(&baseline->arena);
	memset(baseline, 0, sizeof(*baseline));
}
