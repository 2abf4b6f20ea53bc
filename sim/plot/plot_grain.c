/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_grain.c - from the sweep.csv of one folder or several, a panel each: the first
 * metric over the first axis, which must be durations, a line for each policy and value
 * of the second axis (both together are a "way").
 * dat: panel, way (indices), seconds, mean, low, high; sorted.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/units.h"
#include "plot_data.h"
#include "plot_figures.h"

#define MAX_PANELS 6u
#define MAX_WAYS 8u

struct point {
	unsigned panel, way;
	double seconds, mean, low, high;
};

struct grain {
	struct point *points;
	size_t nr, room;
	char *panels[MAX_PANELS], *ways[MAX_WAYS];
	unsigned nr_panels, nr_ways;
	char *metric;
};

enum column { POLICY, GROUP, METRIC, MEAN, LOW, HIGH, NR_COLUMNS };

static int no_memory(struct error *err)
{
	return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
}

static void grain_free(struct grain *grain)
{
	while (grain->nr_panels)
		free(grain->panels[--grain->nr_panels]);
	while (grain->nr_ways)
		free(grain->ways[--grain->nr_ways]);
	free(grain->metric);
	free(grain->points);
}

/* "gang/spin": its index, MAX_WAYS where there are too many, or -1. */
static int way_of(struct grain *grain, const char *policy, const char *value, struct error *err)
{
	size_t room = strlen(policy) + strlen(value) + 2;
	char *way = malloc(room);

	if (!way)
		return no_memory(err);
	snprintf(way, room, "%s/%s", policy, value);
	for (unsigned i = 0; i < grain->nr_ways; i++)
		if (!strcmp(grain->ways[i], way)) {
			free(way);
			return (int)i;
		}
	if (grain->nr_ways == MAX_WAYS) {
		free(way);
		return (int)MAX_WAYS;
	}
	grain->ways[grain->nr_ways] = way;
	return (int)grain->nr_ways++;
}

static int add_point(struct grain *grain, struct point p, struct error *err)
{
	if (grain->nr == grain->room) {
		size_t room = grain->room ? 2 * grain->room : 64;
		struct point *more = realloc(grain->points, room * sizeof(*more));

		if (!more)
			return no_memory(err);
		grain->points = more;
		grain->room = room;
	}
	grain->points[grain->nr++] = p;
	return 0;
}

/* One row; others' metrics and groups, and axes that are no durations, are left out. */
static int read_row(struct grain *grain, const struct csv *csv, const int *c, struct error *err)
{
	struct point p = {.panel = grain->nr_panels - 1};
	uint64_t ns;
	int way;

	if (!grain->metric && !(grain->metric = strdup(csv->fields[c[METRIC]])))
		return no_memory(err);
	if (strcmp(grain->metric, csv->fields[c[METRIC]]) || strcmp("all", csv->fields[c[GROUP]]) ||
	    unit_parse_ns(csv->fields[0], &ns) || !ns || !csv_number(csv, c[MEAN], &p.mean))
		return 0;
	if (!csv_number(csv, c[LOW], &p.low))
		p.low = p.mean;
	if (!csv_number(csv, c[HIGH], &p.high))
		p.high = p.mean;
	way = way_of(grain, csv->fields[c[POLICY]], csv->fields[1], err);
	if (way < 0 || way == (int)MAX_WAYS)
		return way < 0 ? -1 : 0;
	p.way = (unsigned)way;
	p.seconds = (double)ns / 1e9;
	return add_point(grain, p, err);
}

/* 1, or 0 where the folder has no sweep of two axes, or -1. */
static int read_folder(struct grain *grain, const char *dir, struct error *err)
{
	static const char *const names[NR_COLUMNS] = {"policy", "group", "metric",
						      "mean",	"lo",	 "hi"};
	const char *slash = strrchr(dir, '/');
	int c[NR_COLUMNS], more;
	struct csv csv;

	more = csv_open(&csv, dir, "sweep.csv", err);
	if (more <= 0)
		return more;
	if (csv.nr_columns < 3 || strcmp(csv.columns[2], "point") != 0 ||
	    grain->nr_panels == MAX_PANELS) {
		csv_close(&csv);
		return 0;
	}
	grain->panels[grain->nr_panels] = strdup(slash && slash[1] ? slash + 1 : dir);
	more = grain->panels[grain->nr_panels] ? 1 : no_memory(err);
	grain->nr_panels += more > 0;
	for (unsigned i = 0; i < NR_COLUMNS && more > 0; i++) {
		c[i] = csv_column(&csv, names[i], err);
		more = c[i] < 0 ? -1 : 1;
	}
	while (more >= 0 && (more = csv_next(&csv, err)) > 0)
		more = read_row(grain, &csv, c, err);
	csv_close(&csv);
	return more < 0 ? -1 : 1;
}

static int compare_points(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	if (x->panel != y->panel)
		return x->panel < y->panel ? -1 : 1;
	if (x->way != y->way)
		return x->way < y->way ? -1 : 1;
	return x->seconds < y->seconds ? -1 : x->seconds > y->seconds;
}

static void put_points(const struct grain *grain, FILE *dat)
{
	const struct point *before = NULL;

	for (size_t i = 0; i < grain->nr; i++) {
		const struct point *p = &grain->points[i];

		if (before && (before->way != p->way || before->panel != p->panel))
			fputc('\n', dat);
		fprintf(dat, "%u %u %.9g %.9g %.9g %.9g\n", p->panel, p->way, p->seconds, p->mean,
			p->low, p->high);
		before = p;
	}
}

static int prepare(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err)
{
	struct grain grain = {0};
	int found = 1;

	for (unsigned i = 0; i < request->nr_dirs && found > 0; i++)
		found = read_folder(&grain, request->dirs[i], err);
	if (found > 0 && grain.nr) {
		qsort(grain.points, grain.nr, sizeof(*grain.points), compare_points);
		put_points(&grain, dat);
		plot_put_words(vars, "panels", grain.panels, grain.nr_panels);
		plot_put_words(vars, "ways", grain.ways, grain.nr_ways);
		plot_put_words(vars, "metric", &grain.metric, 1);
	}
	if (found > 0)
		found = grain.nr != 0;
	grain_free(&grain);
	return found;
}

const struct plot_figure figure_grain = {
	.name = "grain",
	.summary = "a metric over durations, a line a policy and way (sweep.csv of one folder or "
		   "several)",
	.takes_several = true,
	.prepare = prepare,
};
