/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/scenario_parts.h"
#include "study/accept.h"
#include "suite_keys.h"
#include "suite_read.h"
#include "text/yaml_tree.h"

const char *suite_scope_name(const struct suite *suite, const struct suite_test *test)
{
	return scope_name(suite->scenarios[test->scenario].world, &test->scope);
}

const char *suite_policy_name(const struct suite *suite, const struct suite_test *test)
{
	return suite->scenarios[test->scenario].world->policies[test->policy].name;
}

/* -- scenarios -------------------------------------------------------------- */

static int read_sets(struct loader *loader, struct suite_scenario *s, const struct node *node)
{
	const struct node *at;

	if (map_names(loader, node, "keys of the scenario and their values"))
		return -1;
	s->sets = arena_array(loader->arena, node->nr, sizeof(*s->sets));
	for (at = node->first; at; at = at->next) {
		const char *value;

		if (suite_text(loader, at, "a value", &value))
			return -1;
		s->sets[s->nr_sets++] = arena_format(loader->arena, "%s=%s", at->name, value);
	}
	return 0;
}

/* NAME: {file: PATH, set: {...}}, or NAME: PATH */
static int read_scenario(struct loader *loader, struct suite_scenario *s, const struct node *node)
{
	const struct node *file = node, *sets = NULL;
	const char *path;

	if (node->kind != NODE_SCALAR) {
		if (map_keys(loader, node, "a scenario of a suite", suite_keys_scenario))
			return -1;
		file = node_get(node, "file");
		sets = node_get(node, "set");
	}
	if (suite_text(loader, file, "the file of a scenario", &path))
		return -1;
	if (suite_name(loader, node))
		return -1;
	s->name = node->name;
	s->place = node->place;
	s->path = file_beside(loader->arena, file->place, path);
	return sets ? read_sets(loader, s, sets) : 0;
}

static int load_world(const struct suite *suite, struct suite_scenario *s, struct error *err)
{
	const struct scenario_options options = {.sets = s->sets,
						 .nr_sets = s->nr_sets,
						 .stand_ins = suite->stand_ins,
						 .nr_stand_ins = suite->nr_stand_ins,
						 .patience_ns = suite->patience_ns};

	s->world = scenario_load(s->path, &options, err);
	return s->world ? 0 : -1;
}

static int read_scenarios(struct suite *suite, struct loader *loader, const struct node *map)
{
	const struct node *at;

	if (map_names(loader, map, "scenarios"))
		return -1;
	suite->scenarios = arena_array(loader->arena, map->nr, sizeof(*suite->scenarios));
	for (at = map->first; at; at = at->next) {
		struct suite_scenario *s = &suite->scenarios[suite->nr_scenarios];

		if (read_scenario(loader, s, at))
			return -1;
		suite->nr_scenarios++;
		if (load_world(suite, s, loader->err))
			return -1;
	}
	return 0;
}

/* Each must stand in for something, or nothing that was meant is checked. */
static int check_stand_ins(const struct suite *suite, struct error *err)
{
	unsigned i;

	for (i = 0; i < suite->nr_stand_ins; i++)
		if (!suite->stand_ins[i].nr_used)
			return error_set(err, STATUS_INPUT, "usage",
					 "--policy: no scenario of %s has a policy '%s' for %s to "
					 "stand in for; expected NAME=%s",
					 suite->path, suite->stand_ins[i].name,
					 suite->stand_ins[i].path, suite->stand_ins[i].path);
	return 0;
}

/* -- the suite itself ------------------------------------------------------- */

static int read_reps(struct suite *suite, struct loader *loader, const struct node *reps)
{
	const struct node *min, *max;

	suite->reps_min = 10;
	suite->reps_max = 40;
	if (!reps)
		return 0;
	if (map_keys(loader, reps, "reps", suite_keys_reps))
		return -1;
	min = node_get(reps, "min");
	max = node_get(reps, "max");
	if (min && suite_count(loader, min, SUITE_MIN_REPS, SUITE_MAX_REPS, &suite->reps_min))
		return -1;
	if (!max && suite->reps_max < suite->reps_min)
		suite->reps_max = suite->reps_min;
	return max ? suite_count(loader, max, suite->reps_min, SUITE_MAX_REPS, &suite->reps_max)
		   : 0;
}

/* gate.yaml has gate.baseline */
static const char *default_baseline(struct loader *loader, const char *path)
{
	size_t length = strlen(path);

	if (length > 5 && !strcmp(path + length - 5, ".yaml"))
		length -= 5;
	else if (length > 4 && !strcmp(path + length - 4, ".yml"))
		length -= 4;
	return arena_format(loader->arena, "%.*s.baseline", (int)length, path);
}

/* Before the keys: another version may have others. */
static int read_version(struct loader *loader, const struct node *root)
{
	const struct node *at = root->kind == NODE_MAP ? node_get(root, "suite") : NULL;
	uint32_t version;

	return at ? suite_count(loader, at, 1, 1, &version) : 0;
}

static int read_head(struct suite *suite, struct loader *loader, const struct node *root)
{
	const struct node *at = node_get(root, "description");

	suite->description = "";
	if (at && suite_text(loader, at, "a text", &suite->description))
		return -1;
	suite->level = 0.05;
	at = node_get(root, "level");
	if (at && suite_percent(loader, at, 50, &suite->level))
		return -1;
	at = node_get(root, "baseline");
	if (at && suite_text(loader, at, "a file name", &suite->baseline))
		return -1;
	suite->baseline = at ? file_beside(loader->arena, at->place, suite->baseline)
			     : default_baseline(loader, suite->path);
	return read_reps(suite, loader, node_get(root, "reps"));
}

static bool same_question(const struct question *a, const struct question *b)
{
	return a->world == b->world && a->policy == b->policy;
}

/* Many tests ask the same: each is asked once. */
static int ask_each(struct question *q, uint32_t nr, struct error *err)
{
	struct question *once = calloc(nr + 1, sizeof(*once));
	uint32_t nr_once = 0, i, k;
	int failed;

	if (!once)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	for (i = 0; i < nr; i++) {
		for (k = 0; k < nr_once && !same_question(&once[k], &q[i]); k++)
			;
		if (k == nr_once)
			once[nr_once++] = q[i];
	}
	failed = study_accepts(once, nr_once, 0, err);
	for (i = 0; i < nr && !failed; i++)
		for (k = 0; k < nr_once; k++)
			if (same_question(&once[k], &q[i]))
				q[i] = once[k];
	free(once);
	return failed;
}

/* Every policy that a test needs, does it take its world? */
static int accepts(const struct suite *suite, struct loader *loader)
{
	struct question *q = calloc(2 * (size_t)suite->nr_tests + 1, sizeof(*q));
	uint32_t i, nr = 0;
	int failed;

	if (!q)
		return error_set(loader->err, STATUS_IO, "memory", "out of memory");
	for (i = 0; i < suite->nr_tests; i++) {
		const struct suite_test *test = &suite->tests[i];
		const struct world *world = suite->scenarios[test->scenario].world;
		uint32_t of = test->of != SUITE_NONE ? test->of : test->policy;

		q[nr++] = (struct question){.world = world, .policy = test->policy};
		q[nr++] = (struct question){.world = world, .policy = of};
	}
	failed = ask_each(q, nr, loader->err);
	for (i = 0; i < nr && !failed; i++)
		if (q[i].refused)
			failed = node_fail(loader, suite->tests[i / 2].place, "%s: %.700s",
					   suite->tests[i / 2].name, q[i].err.text);
	free(q);
	return failed;
}

static int read_suite(struct suite *suite, struct loader *loader, const struct file_text *file,
		      const char *only)
{
	const struct source *source = file_source(loader->arena, suite->path);
	struct node *root = yaml_parse(loader, source, file->text, file->length);

	if (!root || read_version(loader, root) ||
	    map_keys(loader, root, "a suite", suite_keys_root) || read_head(suite, loader, root) ||
	    read_scenarios(suite, loader, node_get(root, "scenarios")) ||
	    check_stand_ins(suite, loader->err) || suite_read_checks(suite, loader, root, only))
		return -1;
	return accepts(suite, loader);
}

int suite_load(struct suite *suite, const char *path, const char *only, struct stand_in *stand_ins,
	       unsigned nr_stand_ins, uint64_t patience_ns, struct error *err)
{
	struct loader loader = {.arena = &suite->arena, .err = err};
	struct file_text file;
	int failed;

	memset(suite, 0, sizeof(*suite));
	if (file_read(path, "a suite", &file, err))
		return -1;
	suite->stand_ins = stand_ins;
	suite->nr_stand_ins = nr_stand_ins;
	suite->patience_ns = patience_ns;
	suite->path = arena_copy(&suite->arena, path, strlen(path));
	failed = read_suite(suite, &loader, &file, only);
	free(file.text);
	/* the loader of scenarios, which we share, names its own kind */
	if (failed && !strncmp(err->text, path, strlen(path)))
		strcpy(err->kind, "suite");
	if (failed)
		suite_fini(suite);
	return failed;
}

void suite_fini(struct suite *suite)
{
	uint32_t i;

	for (i = 0; i < suite->nr_scenarios; i++)
		scenario_free(suite->scenarios[i].world);
	arena_free(&suite->arena);
	memset(suite, 0, sizeof(*suite));
}
