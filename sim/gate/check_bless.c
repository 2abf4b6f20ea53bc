/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_bless.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/report_text.h"

/* -- collecting ------------------------------------------------------------- */

static bool compared(const struct check *check, uint32_t series)
{
	uint32_t i;

	for (i = 0; i < check->suite->nr_tests; i++)
		if (check->suite->tests[i].bound == SUITE_BASELINE && check->series_of[i] == series)
			return true;
	return false;
}

static void series_estimate(const struct metric *metric, const struct sample *x, uint32_t nr,
			    struct estimate *e)
{
	if (metric->kind == METRIC_RATIO)
		stats_ratio(x, nr, e);
	else
		stats_mean(x, nr, e);
}

static int add_series(const struct check *check, const struct check_series *s,
		      struct baseline *baseline, struct error *err)
{
	const struct suite_scenario *scenario = &check->suite->scenarios[s->scenario];
	struct baseline_series *to = &baseline->series[baseline->nr_series];
	char name[CHECK_METRIC_CHARS];
	struct estimate e;

	check_metric_name(check->suite, s, name);
	to->scenario = scenario->name;
	to->policy = scenario->world->policies[s->policy].name;
	to->metric = arena_copy(&baseline->arena, name, strlen(name));
	series_estimate(s->metric, s->x, s->nr, &e);
	if (e.kind == EST_NA)
		return error_set(err, STATUS_INPUT, "baseline",
				 "scenario %s, policy %s: %s has no value in some replication "
				 "(%s): "
				 "it cannot be gated; take another metric or a longer run",
				 to->scenario, to->policy, name,
				 s->metric->kind == METRIC_QUANTILE ? "too few samples for this "
								      "quantile"
								    : "nothing to measure");
	to->x = arena_array(&baseline->arena, s->nr, sizeof(*to->x));
	memcpy(to->x, s->x, s->nr * sizeof(*to->x));
	to->nr = s->nr;
	baseline->nr_series++;
	return 0;
}

/* Which texts were run of the policies that are not built in. */
static void add_scenario(const struct check *check, uint32_t scenario, struct baseline *baseline)
{
	const struct suite_scenario *from = &check->suite->scenarios[scenario];
	struct baseline_scenario *to = &baseline->scenarios[baseline->nr_scenarios++];
	const struct world *world = from->world;
	uint32_t policy, i;

	*to = (struct baseline_scenario){
		.name = from->name,
		.version = world->version,
		.hash = world->hash,
		.seed = world->run.seed,
	};
	to->builds = arena_array(&baseline->arena, world->nr_policies, sizeof(*to->builds));
	for (policy = 0; policy < world->nr_policies; policy++) {
		for (i = 0; i < check->nr_series; i++)
			if (check->series[i].scenario == scenario &&
			    check->series[i].policy == policy && compared(check, i))
				break;
		if (i < check->nr_series && world->policies[policy].from)
			to->builds[to->nr_builds++] =
				(struct baseline_build){world->policies[policy].name,
							world->policies[policy].build};
	}
}

/* Series by scenario and policy, as the file has them. */
static int add_all(const struct check *check, struct baseline *baseline, struct error *err)
{
	const struct suite *suite = check->suite;
	uint32_t scenario, policy, i;

	for (scenario = 0; scenario < suite->nr_scenarios; scenario++) {
		const struct suite_scenario *s = &suite->scenarios[scenario];
		uint32_t before = baseline->nr_series;

		for (policy = 0; policy < s->world->nr_policies; policy++)
			for (i = 0; i < check->nr_series; i++)
				if (check->series[i].scenario == scenario &&
				    check->series[i].policy == policy && compared(check, i) &&
				    add_series(check, &check->series[i], baseline, err))
					return -1;
		if (baseline->nr_series > before)
			add_scenario(check, scenario, baseline);
	}
	return 0;
}

int bless_collect(const struct check *check, const char *notes, struct baseline *baseline,
		  struct error *err)
{
	memset(baseline, 0, sizeof(*baseline));
	baseline->corun = CORUN_VERSION;
	baseline->notes = arena_copy(&baseline->arena, notes, strlen(notes));
	baseline->scenarios = arena_array(&baseline->arena, check->suite->nr_scenarios,
					  sizeof(*baseline->scenarios));
	baseline->series =
		arena_array(&baseline->arena, check->nr_series, sizeof(*baseline->series));
	if (!add_all(check, baseline, err))
		return 0;
	baseline_fini(baseline);
	return -1;
}

/* -- showing ---------------------------------------------------------------- */

static bool same_samples(const struct baseline_series *a, const struct baseline_series *b)
{
	uint32_t r;

	for (r = 0; r < a->nr && r < b->nr; r++)
		if (a->x[r].num != b->x[r].num || a->x[r].den != b->x[r].den)
			return false;
	return a->nr == b->nr;
}

static const struct metric *metric_of(const char *name)
{
	char bare[CHECK_METRIC_CHARS];

	snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(name, "@"), name);
	return metric_find(bare);
}

/* Old, new, and by how much, over the replications that both have. */
static void show_row(struct text_table *table, const struct baseline_series *old,
		     const struct baseline_series *fresh)
{
	const struct metric *metric = metric_of(fresh->metric);
	uint32_t nr = old->nr < fresh->nr ? old->nr : fresh->nr;
	struct estimate was, is, moved;
	struct text_scale scale;
	char text[TEXT_MAX];

	series_estimate(metric, old->x, nr, &was);
	series_estimate(metric, fresh->x, nr, &is);
	if (metric->kind == METRIC_RATIO)
		stats_ratio_difference(fresh->x, old->x, nr, &moved);
	else
		stats_mean_difference(fresh->x, old->x, nr, &moved);
	scale = text_scale(metric->unit, fmax(fabs(was.value), fabs(is.value)));
	text_table_cell(table, "%.24s/%.24s/%.24s", fresh->scenario, fresh->policy, fresh->metric);
	text_estimate(text, &was, scale);
	text_table_cell(table, "%s", text);
	text_estimate(text, &is, scale);
	text_table_cell(table, "%s", text);
	text_difference(text, &moved, scale);
	text_table_cell(table, "%.60s %s", text, scale.unit);
}

static int show_gone(FILE *to, const struct baseline *old, const struct baseline *fresh)
{
	uint32_t i;
	int nr = 0;

	for (i = 0; i < old->nr_series; i++) {
		const struct baseline_series *s = &old->series[i];

		if (baseline_series(fresh, s->scenario, s->policy, s->metric))
			continue;
		fprintf(to, "gone      %s/%s/%s\n", s->scenario, s->policy, s->metric);
		nr++;
	}
	return nr;
}

static int show_builds(FILE *to, const struct baseline_scenario *was,
		       const struct baseline_scenario *is)
{
	uint32_t i;
	int nr = 0;

	for (i = 0; i < is->nr_builds; i++) {
		const char *build = baseline_build(was, is->builds[i].policy);

		if (!strcmp(build, is->builds[i].build))
			continue;
		fprintf(to, "policy    %s of %s: build %s, was %s\n", is->builds[i].policy,
			is->name, is->builds[i].build, *build ? build : "built in");
		nr++;
	}
	return nr;
}

static int show_scenarios(FILE *to, const struct baseline *old, const struct baseline *fresh)
{
	uint32_t i;
	int nr = 0;

	for (i = 0; i < fresh->nr_scenarios; i++) {
		const struct baseline_scenario *s = &fresh->scenarios[i],
					       *was = baseline_scenario(old, s->name);

		nr += was ? show_builds(to, was, s) : 0;
		if (was && !strcmp(was->hash, s->hash) && was->seed == s->seed)
			continue;
		fprintf(to, "scenario  %s %s: hash %s, was %s\n", s->name,
			was ? "changed" : "is new", s->hash, was ? was->hash : "none");
		nr++;
	}
	return nr;
}

int bless_show(FILE *to, const struct check *check, const struct baseline *old,
	       const struct baseline *fresh)
{
	static const struct baseline none = {0};
	struct text_table table;
	uint32_t i, nr_new = 0, nr_same = 0;
	int failed = 0, nr_other;

	if (!old)
		old = &none;
	fprintf(to, "baseline  %s\n", check->suite->baseline);
	nr_other = show_scenarios(to, old, fresh) + show_gone(to, old, fresh);
	text_table_init(&table, 4);
	text_table_cell(&table, "series");
	text_table_cell(&table, "was");
	text_table_cell(&table, "is");
	text_table_cell(&table, "moved");
	for (i = 0; i < fresh->nr_series; i++) {
		const struct baseline_series *s = &fresh->series[i],
					     *was = baseline_series(old, s->scenario, s->policy,
								    s->metric);

		nr_new += !was;
		nr_same += was && same_samples(was, s);
		if (was && !same_samples(was, s))
			show_row(&table, was, s);
	}
	if (table.nr_rows > 1)
		failed = text_table_print(to, &table, 1);
	fprintf(to, "%u series: %u as before, %u changed, %u new\n", fresh->nr_series, nr_same,
		fresh->nr_series - nr_same - nr_new, nr_new);
	text_table_fini(&table);
	return failed ? -1 : nr_other || nr_same < fresh->nr_series;
}
