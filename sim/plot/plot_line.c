/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_line.c - from the sweep.csv of one axis: every metric and group that was swept, a panel
 * each, a line with its 95 % band a policy.  An axis of numbers or times is drawn to scale,
 * one of words value by value.
 * dat: panel, policy (indices), x, mean, low, high; a blank line behind each policy's line.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/units.h"
#include "plot_data.h"
#include "plot_figures.h"
#include "study/metrics.h"
#include "words.h"

#define MAX_PANELS 12u
#define MAX_VALUES MAX_WORDS
#define MAX_POLICIES 16u

enum column { VALUE, POLICY, GROUP, METRIC, UNIT, MEAN, LO, HI, NR_COLUMNS };

struct point {
	unsigned panel, policy, value;
	double mean, low, high;
};

struct line {
	struct words panels, units, values, policies;
	struct point *points;
	size_t nr, room;
	bool full; /* more than there is room for */
};

static int no_memory(struct error *err)
{
	return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
}

/* "wait_p99", or "wait_p99_of_build". */
static int panel_of(struct line *line, const struct csv *csv, const int *c, struct error *err)
{
	const char *group = csv->fields[c[GROUP]];
	const struct metric *metric = metric_find(csv->fields[c[METRIC]]);
	unsigned before = line->panels.nr;
	char name[200];
	int panel;

	if (!strcmp(group, "all"))
		snprintf(name, sizeof(name), "%.90s", csv->fields[c[METRIC]]);
	else
		snprintf(name, sizeof(name), "%.90s_of_%.90s", csv->fields[c[METRIC]], group);
	panel = words_index(&line->panels, MAX_PANELS, name, err);
	if (panel < 0 || line->panels.nr == before)
		return panel;
	line->units.words[before] =
		strdup(metric && metric->unit == UNIT_SHARE ? "percent" : csv->fields[c[UNIT]]);
	if (!line->units.words[before])
		return no_memory(err);
	line->units.nr++;
	return panel;
}

static int put_row(struct line *line, const struct csv *csv, const int *c, struct error *err)
{
	struct point p;
	int panel, policy,
		value = words_index(&line->values, MAX_VALUES, csv->fields[c[VALUE]], err);

	if (value < 0)
		return -1;
	if (!csv_number(csv, c[MEAN], &p.mean))
		return 0; /* nothing to measure there */
	panel = panel_of(line, csv, c, err);
	policy = panel < 0
			 ? -1
			 : words_index(&line->policies, MAX_POLICIES, csv->fields[c[POLICY]], err);
	if (panel < 0 || policy < 0)
		return -1;
	if (panel == MAX_PANELS || policy == MAX_POLICIES || value == MAX_VALUES) {
		line->full = true;
		return 0;
	}
	if (!csv_number(csv, c[LO], &p.low))
		p.low = p.mean;
	if (!csv_number(csv, c[HI], &p.high))
		p.high = p.mean;
	if (line->nr == line->room) {
		size_t room = line->room ? 2 * line->room : 64;
		struct point *more = realloc(line->points, room * sizeof(*more));

		if (!more)
			return no_memory(err);
		line->points = more;
		line->room = room;
	}
	p.panel = (unsigned)panel;
	p.policy = (unsigned)policy;
	p.value = (unsigned)value;
	line->points[line->nr++] = p;
	return 0;
}

/* 1, or 0 where it is no sweep of one axis, or -1. */
static int read_rows(struct line *line, struct csv *csv, struct error *err)
{
	static const char *const names[NR_COLUMNS] = {
		[POLICY] = "policy", [GROUP] = "group", [METRIC] = "metric", [UNIT] = "unit",
		[MEAN] = "mean",     [LO] = "lo",	[HI] = "hi",
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
		if (put_row(line, csv, c, err))
			return -1;
	return more < 0 ? -1 : line->values.nr > 1 && line->nr;
}

/* -- the axis ------------------------------------------------------------------ */

/* One value as a number: a time in seconds, a percentage, a count. */
static bool number_of(const char *text, double *x)
{
	uint64_t ns;

	if (!unit_parse_real(text, x) || !unit_parse_pct(text, x))
		return true;
	if (unit_parse_ns(text, &ns))
		return false;
	*x = (double)ns / 1e9;
	return true;
}

/* Are all of them?  Then x[value] are these, else their places in the order given. */
static bool scale_axis(const struct words *values, double *x)
{
	bool all = true;
	unsigned i;

	for (i = 0; i < values->nr; i++)
		all = all && number_of(values->words[i], &x[i]);
	for (i = 0; i < values->nr && !all; i++)
		x[i] = i;
	return all;
}

static int by_panel(const void *a, const void *b)
{
	const struct point *p = a, *q = b;

	if (p->panel != q->panel)
		return p->panel < q->panel ? -1 : 1;
	if (p->policy != q->policy)
		return p->policy < q->policy ? -1 : 1;
	return p->value < q->value ? -1 : p->value > q->value;
}

static void put_points(const struct line *line, const double *x, FILE *dat)
{
	for (size_t i = 0; i < line->nr; i++) {
		const struct point *p = &line->points[i];

		if (i && (p[-1].panel != p->panel || p[-1].policy != p->policy))
			fputs("\n\n", dat);
		fprintf(dat, "%u %u %.9g %.9g %.9g %.9g\n", p->panel, p->policy, x[p->value],
			p->mean, p->low, p->high);
	}
}

static void put_vars(const struct line *line, char *const *axis, const double *x, bool scaled,
		     FILE *vars)
{
	plot_put_words(vars, "axis", axis, 1);
	plot_put_words(vars, "policies", line->policies.words, line->policies.nr);
	plot_put_words(vars, "panels", line->panels.words, line->panels.nr);
	plot_put_words(vars, "units", line->units.words, line->units.nr);
	plot_put_words(vars, "values", line->values.words, line->values.nr);
	fprintf(vars, "is_scaled = %d\nis_cut = %d\narray xs[%u]\n", scaled, line->full,
		line->values.nr);
	for (unsigned i = 0; i < line->values.nr; i++)
		fprintf(vars, "xs[%u] = %.9g\n", i + 1, x[i]);
}

static int prepare(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err)
{
	struct line *line = calloc(1, sizeof(*line));
	double x[MAX_VALUES];
	struct csv csv;
	int found = line ? csv_open(&csv, request->dirs[0], "sweep.csv", err) : no_memory(err);

	if (found > 0) {
		found = read_rows(line, &csv, err);
		if (found > 0) {
			bool scaled = scale_axis(&line->values, x);

			qsort(line->points, line->nr, sizeof(*line->points), by_panel);
			put_points(line, x, dat);
			put_vars(line, &csv.columns[0], x, scaled, vars);
		}
		csv_close(&csv);
	}
	if (line) {
		words_free(&line->panels);
		words_free(&line->units);
		words_free(&line->values);
		words_free(&line->policies);
		free(line->points);
	}
	free(line);
	return found;
}

const struct plot_figure figure_line = {
	.name = "line",
	.summary = "every metric of a sweep along its one axis, with 95 % bands (sweep.csv)",
	.prepare = prepare,
};
