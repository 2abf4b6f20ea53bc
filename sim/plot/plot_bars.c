/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_bars.c - from the sweep.csv of one axis along which the overcommit stays the
 * same (hints, kinds of lock): throughput and spin waste, a group of bars a value
 * and in it a bar a policy.
 * dat: policy, metric, value (indices), mean, low, high.
 */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "plot_data.h"
#include "plot_figures.h"
#include "words.h"

#define MAX_VALUES 24u
#define MAX_POLICIES 8u

enum column { VALUE, POLICY, GROUP, METRIC, OVERCOMMIT, MEAN, LO, HI, NR_COLUMNS };

struct bars {
	struct words values, policies;
	double overcommit;
	unsigned nr;
	bool is_other_figure; /* overcommit varies, or there are too many */
};

static int put_row(struct bars *bars, const struct csv *csv, const int *c, FILE *dat,
		   struct error *err)
{
	int metric = !strcmp(csv->fields[c[METRIC]], "throughput") ? 0 : 1;
	double overcommit, mean, low, high;
	int value, policy;

	if ((metric && strcmp(csv->fields[c[METRIC]], "spin") != 0) ||
	    strcmp(csv->fields[c[GROUP]], "all") != 0 ||
	    !csv_number(csv, c[OVERCOMMIT], &overcommit) || !csv_number(csv, c[MEAN], &mean))
		return 0;
	value = words_index(&bars->values, MAX_VALUES, csv->fields[c[VALUE]], err);
	policy = words_index(&bars->policies, MAX_POLICIES, csv->fields[c[POLICY]], err);
	if (value < 0 || policy < 0)
		return -1;
	if (!bars->nr)
		bars->overcommit = overcommit;
	if (overcommit != bars->overcommit || value == MAX_VALUES || policy == MAX_POLICIES)
		bars->is_other_figure = true;
	if (!csv_number(csv, c[LO], &low))
		low = mean;
	if (!csv_number(csv, c[HI], &high))
		high = mean;
	bars->nr++;
	fprintf(dat, "%d %d %d %.9g %.9g %.9g\n", policy, metric, value, mean, low, high);
	return 0;
}

/* 1, or 0 where it is no such sweep, or -1. */
static int read_rows(struct bars *bars, struct csv *csv, FILE *dat, FILE *vars, struct error *err)
{
	static const char *const names[NR_COLUMNS] = {
		[POLICY] = "policy", [GROUP] = "group",
		[METRIC] = "metric", [OVERCOMMIT] = "overcommit",
		[MEAN] = "mean",     [LO] = "lo",
		[HI] = "hi",
	};
	int c[NR_COLUMNS] = {0}, more;

	if (csv->nr_columns < 2 || strcmp(csv->columns[1], "point") != 0)
		return 0;
	for (unsigned i = POLICY; i < NR_COLUMNS; i++) {
		c[i] = csv_column(csv, names[i], err);
		if (c[i] < 0)
			return -1;
	}
	while ((more = csv_next(csv, err)) > 0)
		if (put_row(bars, csv, c, dat, err))
			return -1;
	if (more < 0 || bars->is_other_figure || bars->values.nr < 2)
		return more < 0 ? -1 : 0;
	plot_put_words(vars, "axis", &csv->columns[0], 1);
	plot_put_words(vars, "values", bars->values.words, bars->values.nr);
	plot_put_words(vars, "policies", bars->policies.words, bars->policies.nr);
	return 1;
}

static int prepare(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err)
{
	struct bars bars = {0};
	struct csv csv;
	int found = csv_open(&csv, request->dirs[0], "sweep.csv", err);

	if (found > 0) {
		found = read_rows(&bars, &csv, dat, vars, err);
		csv_close(&csv);
	}
	words_free(&bars.values);
	words_free(&bars.policies);
	return found;
}

const struct plot_figure figure_bars = {
	.name = "bars",
	.summary = "throughput and spin waste along an axis of words: hints, locks (sweep.csv)",
	.prepare = prepare,
};
