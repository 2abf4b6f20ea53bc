/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_overcommit.c - from sweep.csv of a folder, or from several result folders,
 * whose overcommit is that of their resolved scenarios: guest vCPUs over pCPUs.
 * dat: policy, metric (indices), overcommit, mean, low, high; sorted.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "plot_data.h"
#include "plot_figures.h"
#include "scenario/scenario.h"

#define NR_METRICS 2u
#define MAX_POLICIES 16u

static const char *const metrics[NR_METRICS] = {"spin", "throughput"};

struct point {
	unsigned policy, metric;
	double overcommit, mean, low, high;
};

struct sweep {
	struct point *points;
	size_t nr, room;
	char *policies[MAX_POLICIES];
	unsigned nr_policies;
};

static int no_memory(struct error *err)
{
	return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
}

static void sweep_free(struct sweep *sweep)
{
	while (sweep->nr_policies)
		free(sweep->policies[--sweep->nr_policies]);
	free(sweep->points);
}

static int add_point(struct sweep *sweep, const char *policy, const char *metric, struct point p,
		     struct error *err)
{
	for (p.metric = 0; p.metric < NR_METRICS; p.metric++)
		if (!strcmp(metrics[p.metric], metric))
			break;
	for (p.policy = 0; p.policy < sweep->nr_policies; p.policy++)
		if (!strcmp(sweep->policies[p.policy], policy))
			break;
	if (p.metric == NR_METRICS || p.policy == MAX_POLICIES)
		return 0;
	if (p.policy == sweep->nr_policies) {
		sweep->policies[p.policy] = strdup(policy);
		if (!sweep->policies[p.policy])
			return no_memory(err);
		sweep->nr_policies++;
	}
	if (sweep->nr == sweep->room) {
		size_t room = sweep->room ? 2 * sweep->room : 64;
		struct point *more = realloc(sweep->points, room * sizeof(*more));

		if (!more)
			return no_memory(err);
		sweep->points = more;
		sweep->room = room;
	}
	sweep->points[sweep->nr++] = p;
	return 0;
}

/* -- sweep.csv -------------------------------------------------------------- */

/* 1, or 0 without the file, or -1. */
static int read_sweep(struct sweep *sweep, const char *dir, struct error *err)
{
	static const char *const names[] = {"policy", "metric", "overcommit", "mean", "lo", "hi"};
	struct point p = {0};
	struct csv csv;
	int c[6] = {0}, more = csv_open(&csv, dir, "sweep.csv", err);
	unsigned i;

	if (more <= 0)
		return more;
	/* one axis stands before `point`; a grid is for the map */
	if (csv.nr_columns < 2 || strcmp(csv.columns[1], "point") != 0) {
		csv_close(&csv);
		return 0;
	}
	for (i = 0; i < 6 && more > 0; i++) {
		c[i] = csv_column(&csv, names[i], err);
		more = c[i] < 0 ? -1 : 1;
	}
	while (more >= 0 && (more = csv_next(&csv, err)) > 0) {
		if (!csv_number(&csv, c[2], &p.overcommit) || !csv_number(&csv, c[3], &p.mean))
			continue;
		if (!csv_number(&csv, c[4], &p.low))
			p.low = p.mean;
		if (!csv_number(&csv, c[5], &p.high))
			p.high = p.mean;
		more = add_point(sweep, csv.fields[c[0]], csv.fields[c[1]], p, err);
	}
	csv_close(&csv);
	return more < 0 ? -1 : 1;
}

/* Along another axis: that is for the bars. */
static bool is_constant(const struct sweep *sweep)
{
	for (size_t i = 1; i < sweep->nr; i++)
		if (sweep->points[i].overcommit != sweep->points[0].overcommit)
			return false;
	return true;
}

/* -- result folders --------------------------------------------------------- */

static int overcommit_of(const char *dir, double *overcommit, struct error *err)
{
	size_t room = strlen(dir) + sizeof("/scenario.yaml");
	char *path = malloc(room);
	struct world *world = NULL;
	uint32_t i, nr_vcpus = 0;

	if (path) {
		snprintf(path, room, "%s/scenario.yaml", dir);
		world = scenario_load(path, NULL, err);
		free(path);
	} else {
		no_memory(err);
	}
	if (!world)
		return -1;
	for (i = 0; i < world->nr_vms; i++)
		if (!world->vms[i].noise)
			nr_vcpus += world->vms[i].width;
	*overcommit = world->host.nr_pcpus ? (double)nr_vcpus / world->host.nr_pcpus : 0;
	scenario_free(world);
	return 0;
}

static int read_folder(struct sweep *sweep, const char *dir, struct error *err)
{
	static const char *const prefixes[] = {"spin", "throughput", NULL};
	struct plot_data data;
	struct point p = {0};
	struct estimate e;
	unsigned i, m;
	int found, failed = 0;

	if (overcommit_of(dir, &p.overcommit, err))
		return -1;
	found = plot_data_load(&data, dir, prefixes, false, err);
	if (found <= 0)
		return found ? -1 : error_set(err, STATUS_INPUT, "plot", "%s: no results.csv", dir);
	for (i = 0; i < data.nr_policies && !failed; i++) {
		for (m = 0; m < NR_METRICS && !failed; m++) {
			if (!plot_data_mean(&data, data.policies[i], "all", metrics[m], &e))
				continue;
			p.mean = e.value;
			p.low = e.low;
			p.high = e.high;
			failed = add_point(sweep, data.policies[i], metrics[m], p, err);
		}
	}
	plot_data_free(&data);
	return failed;
}

/* -- the figure ------------------------------------------------------------- */

static int compare_points(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	if (x->metric != y->metric)
		return x->metric < y->metric ? -1 : 1;
	if (x->policy != y->policy)
		return x->policy < y->policy ? -1 : 1;
	return x->overcommit < y->overcommit ? -1 : x->overcommit > y->overcommit;
}

static void put_points(const struct sweep *sweep, FILE *dat)
{
	const struct point *before = NULL;
	size_t i;

	for (i = 0; i < sweep->nr; i++) {
		const struct point *p = &sweep->points[i];

		if (before && (before->policy != p->policy || before->metric != p->metric))
			fputc('\n', dat);
		fprintf(dat, "%u %u %.6g %.9g %.9g %.9g\n", p->policy, p->metric, p->overcommit,
			p->mean, p->low, p->high);
		before = p;
	}
}

static int prepare(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err)
{
	struct sweep sweep = {0};
	unsigned i;
	int found = read_sweep(&sweep, request->dirs[0], err);

	if (found > 0 && is_constant(&sweep))
		sweep.nr = 0;
	if (!found && request->nr_dirs > 1) {
		for (i = 0; i < request->nr_dirs && found >= 0; i++)
			found = read_folder(&sweep, request->dirs[i], err);
		found = found < 0 ? -1 : 1;
	}
	if (found > 0 && sweep.nr) {
		qsort(sweep.points, sweep.nr, sizeof(*sweep.points), compare_points);
		put_points(&sweep, dat);
		plot_put_words(vars, "policies", sweep.policies, sweep.nr_policies);
	}
	if (found > 0)
		found = sweep.nr != 0;
	sweep_free(&sweep);
	return found;
}

const struct plot_figure figure_overcommit = {
	.name = "overcommit",
	.summary = "spin waste and throughput against overcommit (several folders, or sweep.csv)",
	.takes_several = true,
	.prepare = prepare,
};
