/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_map.c - from sweep.csv: how each policy compares with the baseline over the
 * first two axes (x, y), a panel for each value of the third, a row of panels for
 * each policy.  The metric is the first one of the sweep.
 * dat: policy, panel, x, y (indices), log2 of value/baseline, decided (0, 1).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "plot_data.h"
#include "plot_figures.h"
#include "words.h"

#define MAX_AXES 3u
#define MAX_VALUES 24u
#define MAX_POLICIES 6u

struct map {
	struct words axes[MAX_AXES]; /* values; [2] is the panels */
	struct words policies; /* but the baseline */
	char *metric, *group;
	char *baseline; /* the policy that has values and no differences */
	unsigned nr_axes, nr_cells;
	bool lower_is_better, full; /* full: more than there is room for */
};

enum column { POINT, POLICY, GROUP, METRIC, MEAN, DIFFERENCE, VERDICT, BETTER, NR_COLUMNS };

static bool is_our_metric(struct map *map, const struct csv *csv, const int *c)
{
	if (!map->metric) {
		map->metric = strdup(csv->fields[c[METRIC]]);
		map->group = strdup(csv->fields[c[GROUP]]);
		map->lower_is_better = !strcmp(csv->fields[c[BETTER]], "lower");
	}
	return map->metric && map->group && !strcmp(map->metric, csv->fields[c[METRIC]]) &&
	       !strcmp(map->group, csv->fields[c[GROUP]]);
}

static int put_row(struct map *map, const struct csv *csv, const int *c, FILE *dat,
		   struct error *err)
{
	int at[MAX_AXES] = {0}, policy;
	double mean, difference;
	bool sure;

	if (!is_our_metric(map, csv, c))
		return 0;
	/* before the first `if` that skips a row, so that axes have all their values */
	for (unsigned a = 0; a < map->nr_axes; a++) {
		at[a] = words_index(&map->axes[a], MAX_VALUES, csv->fields[a], err);
		if (at[a] < 0)
			return -1;
		if (at[a] == MAX_VALUES) {
			map->full = true;
			return 0;
		}
	}
	if (!csv_number(csv, c[MEAN], &mean))
		return 0;
	if (!csv_number(csv, c[DIFFERENCE], &difference)) {
		if (!map->baseline && !*csv->fields[c[VERDICT]])
			map->baseline = strdup(csv->fields[c[POLICY]]);
		return 0;
	}
	policy = words_index(&map->policies, MAX_POLICIES, csv->fields[c[POLICY]], err);
	if (policy < 0)
		return -1;
	if (policy == MAX_POLICIES) {
		map->full = true;
		return 0;
	}
	if (mean <= 0 || mean - difference <= 0)
		return 0; /* no ratio */
	sure = strcmp(csv->fields[c[VERDICT]], "undecided") != 0;
	fprintf(dat, "%d %d %d %d %.6g %d\n", policy, at[2], at[0], at[1],
		log2(mean / (mean - difference)), sure);
	map->nr_cells++;
	return 0;
}

static void put_vars(const struct map *map, char *const *labels, FILE *vars)
{
	char *title[] = {map->metric, map->group}, *baseline[] = {map->baseline};

	plot_put_words(vars, "policies", map->policies.words, map->policies.nr);
	plot_put_words(vars, "xs", map->axes[0].words, map->axes[0].nr);
	plot_put_words(vars, "ys", map->axes[1].words, map->axes[1].nr);
	plot_put_words(vars, "panels", map->axes[2].words, map->axes[2].nr);
	plot_put_words(vars, "labels", labels, map->nr_axes);
	plot_put_words(vars, "metric", title, 2);
	plot_put_words(vars, "baseline", baseline, map->baseline != NULL);
	fprintf(vars, "lower_is_better = %d\nis_cut = %d\n", map->lower_is_better, map->full);
}

static void map_free(struct map *map)
{
	for (unsigned a = 0; a < MAX_AXES; a++)
		words_free(&map->axes[a]);
	words_free(&map->policies);
	free(map->baseline);
	free(map->metric);
	free(map->group);
}

static int prepare(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err)
{
	static const char *const names[NR_COLUMNS] = {
		"point", "policy", "group", "metric", "mean", "difference", "verdict", "better",
	};
	int c[NR_COLUMNS] = {0}, more;
	struct map map = {0};
	struct csv csv;

	more = csv_open(&csv, request->dirs[0], "sweep.csv", err);
	if (more <= 0)
		return more;
	for (unsigned i = 0; i < NR_COLUMNS && more > 0; i++) {
		c[i] = csv_column(&csv, names[i], err);
		more = c[i] < 0 ? -1 : 1;
	}
	/* the columns before `point` are the axes; a line needs no map */
	map.nr_axes = more > 0 ? (unsigned)c[POINT] : 0;
	if (more > 0 && (map.nr_axes < 2 || map.nr_axes > MAX_AXES)) {
		csv_close(&csv);
		return 0;
	}
	while (more >= 0 && (more = csv_next(&csv, err)) > 0)
		more = put_row(&map, &csv, c, dat, err);
	if (more >= 0 && map.nr_cells)
		put_vars(&map, csv.columns, vars);
	csv_close(&csv);
	more = more < 0 ? -1 : map.nr_cells != 0;
	map_free(&map);
	return more;
}

const struct plot_figure figure_map = {
	.name = "map",
	.summary = "each policy against the baseline over the axes of a sweep (sweep.csv)",
	.prepare = prepare,
};
