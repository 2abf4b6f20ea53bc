/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sweep.h - a scenario at every point of a grid: axes of keys and their values,
 * and what a study at each point said.
 */
#ifndef CORUN_SWEEP_H
#define CORUN_SWEEP_H

#include <stdbool.h>
#include <stdio.h>

#include "study.h"

#define SWEEP_MAX_AXES 4u
#define SWEEP_MAX_PATHS 8u /* tied together in one axis */
#define SWEEP_MAX_VALUES 64u
#define SWEEP_MAX_POINTS 4096u
#define SWEEP_MAX_METRICS 16u

/* LABEL:PATH+PATH=VALUE,VALUE: every path is set to the same value. */
struct sweep_axis {
	char *text; /* owns what the others point to */
	const char *label;
	const char *paths[SWEEP_MAX_PATHS];
	unsigned nr_paths;
	const char *values[SWEEP_MAX_VALUES];
	unsigned nr_values;
};

/* What is collected: a metric of all guests, or of one group of VMs. */
struct sweep_metric {
	const struct metric *metric;
	char group[64]; /* "": all guests */
};

struct sweep_cell {
	struct estimate value, difference; /* difference: to the baseline, paired */
	enum verdict verdict;
};

struct sweep_point {
	bool done;
	double overcommit; /* guest vCPUs over pCPUs */
	uint32_t nr_reps;
	struct sweep_cell *cells; /* [metrics][policies] */
};

struct sweep {
	const char *scenario;
	struct sweep_axis axes[SWEEP_MAX_AXES];
	unsigned nr_axes;
	struct sweep_metric metrics[SWEEP_MAX_METRICS];
	unsigned nr_metrics;
	char (*policies)[64]; /* as in the first point; the others must agree */
	uint32_t nr_policies, baseline;
	struct sweep_point *points; /* the last axis varies fastest */
	unsigned nr_points;
	int interrupted; /* the signal that cut it short, or 0 */
};

/* Adds an axis: 0, or -1 with *err (STATUS_INPUT). */
int sweep_add_axis(struct sweep *sweep, const char *text, struct error *err);

/* "a,b,group:c": the metrics to collect.  0, or -1 with *err. */
int sweep_set_metrics(struct sweep *sweep, const char *list, struct error *err);

/* When all axes are there: makes the points.  0, or -1 with *err. */
int sweep_lay_out(struct sweep *sweep, struct error *err);
void sweep_fini(struct sweep *sweep);

/* Which value of the axis a point has. */
unsigned sweep_value_at(const struct sweep *sweep, unsigned point, unsigned axis);

/*
 * The study of one point is complete: keeps what is wanted of it.  0, or -1 with
 * *err: the point has other policies than the first one, or no such group.
 */
int sweep_take(struct sweep *sweep, unsigned point, struct study *study, struct error *err);

static inline struct sweep_cell *sweep_cell(const struct sweep *sweep, unsigned point,
					    unsigned metric, uint32_t policy)
{
	return &sweep->points[point].cells[metric * sweep->nr_policies + policy];
}

/* A table a metric: points downwards, policies across.  0, or -1: no memory. */
int report_sweep(FILE *to, void *sweep);

/*
 * AXIS...,point,overcommit,policy,group,metric,unit,mean,lo,hi,
 * difference,difference_lo,difference_hi,verdict,better,replications
 */
int report_sweep_csv(FILE *to, void *sweep);

#endif
