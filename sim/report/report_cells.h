/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_cells.h - rows of sweeps, folded: the axes that are named make rows, and whatever
 * else differs (other axes, other folders) makes cells, of which a row says what all of them
 * say (study/cells.h).
 */
#ifndef CORUN_REPORT_CELLS_H
#define CORUN_REPORT_CELLS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "study/cells.h"

#define FOLD_MAX_AXES 4u

/* One policy at one place of the axes that make rows. */
struct fold_row {
	char *axes[FOLD_MAX_AXES]; /* its values there */
	char *policy;
	struct cells cells;
	uint32_t nr_ratios; /* cells with a ratio, and their least and most */
	double least, most;
};

struct fold {
	const char *axes[FOLD_MAX_AXES]; /* the names of those that make rows */
	unsigned nr_axes;
	const struct metric *metric; /* NULL: that of the first row */
	char *group;
	struct fold_row *rows; /* as they came */
	size_t nr_rows;
};

/* What dir/name (a sweep.csv) has of it.  0, or -1 with *err. */
int fold_read(struct fold *fold, const char *dir, const char *name, struct error *err);
void fold_free(struct fold *fold);

/* A row a policy and place; the baseline has none.  0, or -1: no memory. */
int report_cells(FILE *to, void *fold);

/* AXIS...,policy,metric,cells,least,most,verdict,better,worse,same,undecided,without */
int report_cells_csv(FILE *to, void *fold);

#endif
