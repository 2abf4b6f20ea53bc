/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From `checks` to tests: lists multiplied out, names looked up, bounds read.
 */
#include <fnmatch.h>
#include <string.h>

#include "suite_keys.h"
#include "suite_read.h"

/* One check, before its lists are multiplied out. */
struct check_spec {
	const struct node *node;
	const struct node *margins; /* of the suite, or NULL */
	const struct node *scenario, *policy, *metric, *scope; /* scope: or NULL */
	const struct node *at_most, *at_least, *margin, *baseline; /* or NULL */
	const char *only;
	uint32_t size; /* room in suite->tests */
};

/* A name or a list of names: number i of it, or NULL. */
static const struct node *item(const struct node *node, uint32_t i)
{
	if (node->kind == NODE_LIST)
		return node_at(node, i);
	return i ? NULL : node;
}

static int check_list(struct loader *loader, const struct node *node, const char *what)
{
	const struct node *at, *other;

	if (node->kind == NODE_MAP || (node->kind == NODE_LIST && !node->nr) ||
	    (node->kind == NODE_SCALAR && !node->text[0]))
		return node_fail(loader, node->place, "found %s, expected %s, or a list of them",
				 node_found(loader, node), what);
	if (node->kind == NODE_SCALAR)
		return 0;
	for (at = node->first; at; at = at->next) {
		if (at->kind != NODE_SCALAR)
			return node_fail(loader, at->place, "found %s, expected %s",
					 node_found(loader, at), what);
		for (other = node->first; other != at; other = other->next)
			if (!strcmp(other->text, at->text))
				return node_fail(loader, at->place, "found '%s' a second time",
						 node_quote(loader, at->text));
	}
	return 0;
}

/* -- names ------------------------------------------------------------------ */

static int find_scenario(const struct suite *suite, struct loader *loader, const struct node *node,
			 uint32_t *found)
{
	const char **names = arena_array(loader->arena, suite->nr_scenarios, sizeof(*names));
	uint32_t i;

	for (i = 0; i < suite->nr_scenarios; i++) {
		names[i] = suite->scenarios[i].name;
		if (!strcmp(names[i], node->text)) {
			*found = i;
			return 0;
		}
	}
	return suite_unknown(loader, node, "scenario", names, suite->nr_scenarios);
}

static int find_policy(const struct world *world, struct loader *loader, const struct node *node,
		       uint32_t *found)
{
	const char **names = arena_array(loader->arena, world->nr_policies, sizeof(*names));
	uint32_t i;

	for (i = 0; i < world->nr_policies; i++) {
		names[i] = world->policies[i].name;
		if (!strcmp(names[i], node->text)) {
			*found = i;
			return 0;
		}
	}
	return suite_unknown(loader, node, "policy", names, world->nr_policies);
}

/* all, a group, or a VM. */
static int find_scope(const struct world *world, struct loader *loader, const struct node *node,
		      struct scope *scope)
{
	const char **names;
	uint32_t i, nr = 0;

	*scope = scope_host(world);
	if (!node || !strcmp(node->text, "all"))
		return 0;
	names = arena_array(loader->arena, 1 + world->nr_groups + world->nr_vms, sizeof(*names));
	names[nr++] = "all";
	for (i = 0; i < world->nr_groups; i++) {
		*scope = scope_group(world, i);
		names[nr++] = world->groups[i].name;
		if (!strcmp(world->groups[i].name, node->text))
			return 0;
	}
	for (i = 0; i < world->nr_vms; i++) {
		*scope = scope_vm(i);
		names[nr++] = world->vms[i].name;
		if (!strcmp(world->vms[i].name, node->text))
			return 0;
	}
	return suite_unknown(loader, node, "group or VM", names, nr);
}

/* -- bounds ----------------------------------------------------------------- */

/* VALUE, or {times: X, of: POLICY} */
static int read_bound(struct loader *loader, const struct node *node, const struct world *world,
		      struct suite_test *test)
{
	static const struct metric number = {.name = "times", .unit = UNIT_INDEX};
	const struct node *of;
	const char *name;

	if (node->kind != NODE_MAP)
		return suite_value(loader, node, test->metric, &test->value);
	if (map_keys(loader, node, "a bound relative to a policy", suite_keys_bound) ||
	    suite_value(loader, node_get(node, "times"), &number, &test->value))
		return -1;
	of = node_get(node, "of");
	if (suite_text(loader, of, "a policy", &name) || find_policy(world, loader, of, &test->of))
		return -1;
	if (test->of == test->policy)
		return node_fail(loader, of->place, "found '%s', expected another policy than %s",
				 node_quote(loader, name), world->policies[test->policy].name);
	return 0;
}

/* {relative: 5%, absolute: VALUE}, one of them at least */
static int read_margin(struct loader *loader, const struct node *node, struct suite_test *test)
{
	const struct node *relative, *absolute;

	if (map_keys(loader, node, "a margin", suite_keys_margin))
		return -1;
	relative = node_get(node, "relative");
	absolute = node_get(node, "absolute");
	if (!relative && !absolute)
		return node_fail(loader, node->place,
				 "found an empty margin, expected relative, absolute or both");
	if (relative && suite_percent(loader, relative, 1000, &test->relative))
		return -1;
	return absolute ? suite_value(loader, absolute, test->metric, &test->absolute) : 0;
}

static int read_against_baseline(struct loader *loader, const struct check_spec *spec,
				 const struct node *metric, struct suite_test *test)
{
	const struct node *margin = spec->margin;

	test->bound = SUITE_BASELINE;
	if (test->metric->better == BETTER_NONE)
		return node_fail(loader, metric->place,
				 "found %s, which has no better direction: expected at_most or "
				 "at_least for it, or another metric",
				 test->metric->name);
	if (!margin)
		margin = node_get(spec->margins, test->metric->name);
	if (!margin)
		return node_fail(loader, metric->place,
				 "found no margin for %s, expected one here or in margins",
				 test->metric->name);
	return read_margin(loader, margin, test);
}

static int read_limits(struct loader *loader, const struct check_spec *spec,
		       const struct world *world, const struct node *metric,
		       struct suite_test *test)
{
	if (spec->at_most) {
		test->bound = SUITE_AT_MOST;
		return read_bound(loader, spec->at_most, world, test);
	}
	if (spec->at_least) {
		test->bound = SUITE_AT_LEAST;
		return read_bound(loader, spec->at_least, world, test);
	}
	return read_against_baseline(loader, spec, metric, test);
}

/* -- tests ------------------------------------------------------------------ */

static void add_test(struct suite *suite, struct loader *loader, struct check_spec *spec,
		     const struct suite_test *test)
{
	if (suite->nr_tests == spec->size) {
		struct suite_test *more;

		spec->size = spec->size ? 2 * spec->size : 64;
		more = arena_array(loader->arena, spec->size, sizeof(*more));
		if (suite->nr_tests)
			memcpy(more, suite->tests, suite->nr_tests * sizeof(*more));
		suite->tests = more;
	}
	suite->tests[suite->nr_tests++] = *test;
}

static int read_test(struct suite *suite, struct loader *loader, struct check_spec *spec,
		     const struct node *scenario, const struct node *policy,
		     const struct node *metric)
{
	struct suite_test test = {.place = spec->node->name_place, .of = SUITE_NONE};
	const struct world *world;

	if (find_scenario(suite, loader, scenario, &test.scenario))
		return -1;
	world = suite->scenarios[test.scenario].world;
	if (find_policy(world, loader, policy, &test.policy) ||
	    suite_read_metric(loader, metric, &test.metric) ||
	    find_scope(world, loader, spec->scope, &test.scope))
		return -1;
	if (!(test.metric->scopes & 1u << test.scope.kind))
		return node_fail(loader, metric->place,
				 "found %s, which is not measured over a %s: see `corun metrics "
				 "%s`",
				 test.metric->name, scope_kind_name(test.scope.kind),
				 test.metric->name);
	if (read_limits(loader, spec, world, metric, &test))
		return -1;
	test.name =
		arena_format(loader->arena, "%s/%s/%s/%s%s%s", spec->node->name, scenario->text,
			     policy->text, metric->text, test.scope.kind == SCOPE_HOST ? "" : "@",
			     test.scope.kind == SCOPE_HOST ? "" : scope_name(world, &test.scope));
	if (spec->only && fnmatch(spec->only, test.name, 0) != 0)
		return 0;
	if (suite->nr_tests == SUITE_MAX_TESTS)
		return node_fail(loader, test.place, "found more than %u tests", SUITE_MAX_TESTS);
	add_test(suite, loader, spec, &test);
	return 0;
}

static int read_combinations(struct suite *suite, struct loader *loader, struct check_spec *spec)
{
	const struct node *scenario, *policy, *metric;
	uint32_t s, p, m;

	for (s = 0; (scenario = item(spec->scenario, s)); s++)
		for (p = 0; (policy = item(spec->policy, p)); p++)
			for (m = 0; (metric = item(spec->metric, m)); m++)
				if (read_test(suite, loader, spec, scenario, policy, metric))
					return -1;
	return 0;
}

/* Exactly one of at_most, at_least and the baseline. */
static int check_bounds(struct loader *loader, const struct check_spec *spec)
{
	const struct node *baseline = spec->baseline ? spec->baseline : spec->margin;
	unsigned nr = !!spec->at_most + !!spec->at_least + !!baseline;

	if (nr != 1)
		return node_fail(loader, spec->node->place,
				 "found %s, expected exactly one of at_most, at_least and baseline",
				 nr ? "several bounds" : "no bound");
	if (spec->baseline &&
	    (spec->baseline->kind != NODE_SCALAR || (strcmp(spec->baseline->text, "yes") != 0 &&
						     strcmp(spec->baseline->text, "true") != 0)))
		return node_fail(loader, spec->baseline->place, "found %s, expected yes",
				 node_found(loader, spec->baseline));
	return 0;
}

static int read_check(struct suite *suite, struct loader *loader, struct check_spec *spec,
		      const struct node *node)
{
	const char *scope;

	if (suite_name(loader, node) || map_keys(loader, node, "a check", suite_keys_check))
		return -1;
	spec->node = node;
	spec->scenario = node_get(node, "scenario");
	spec->policy = node_get(node, "policy");
	spec->metric = node_get(node, "metric");
	spec->scope = node_get(node, "scope");
	spec->at_most = node_get(node, "at_most");
	spec->at_least = node_get(node, "at_least");
	spec->margin = node_get(node, "margin");
	spec->baseline = node_get(node, "baseline");
	if (check_bounds(loader, spec) || check_list(loader, spec->scenario, "a scenario") ||
	    check_list(loader, spec->policy, "a policy") ||
	    check_list(loader, spec->metric, "a metric") ||
	    (spec->scope && suite_text(loader, spec->scope, "all, a group or a VM", &scope)))
		return -1;
	return read_combinations(suite, loader, spec);
}

/* The margins are read where they are used; here their names. */
static int check_margins(struct loader *loader, const struct node *margins)
{
	const struct node *at;

	if (!margins)
		return 0;
	if (map_names(loader, margins, "margins of metrics"))
		return -1;
	for (at = margins->first; at; at = at->next) {
		struct node name = {.kind = NODE_SCALAR, .text = at->name, .place = at->name_place};
		struct suite_test test = {0};

		if (suite_read_metric(loader, &name, &test.metric) ||
		    read_margin(loader, at, &test))
			return -1;
	}
	return 0;
}

int suite_read_checks(struct suite *suite, struct loader *loader, const struct node *root,
		      const char *only)
{
	const struct node *checks = node_get(root, "checks"), *at;
	struct check_spec spec = {.only = only, .margins = node_get(root, "margins")};

	if (check_margins(loader, spec.margins) || map_names(loader, checks, "checks"))
		return -1;
	for (at = checks->first; at; at = at->next)
		if (read_check(suite, loader, &spec, at))
			return -1;
	if (!suite->nr_tests)
		return node_fail(loader, checks->place, "found no test whose name matches '%s'",
				 node_quote(loader, only));
	return 0;
}
