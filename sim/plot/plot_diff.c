/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_diff.c - dat: row, pair, change, its interval (percent of A's value), and 0 same
 * or no telling, 1 better, 2 worse; a row a headline metric, a pair of policies a point.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "plot_data.h"
#include "plot_figures.h"
#include "study/metrics.h"

#define MAX_ROWS 64u
#define MAX_PAIRS 8u
#define MAX_NAME 140u

enum {
	COL_A,
	COL_B,
	COL_SCOPE,
	COL_METRIC,
	COL_VALUE,
	COL_MOVED,
	COL_LOW,
	COL_HIGH,
	COL_VERDICT,
	COL_FOLDER_A,
	COL_FOLDER_B,
	NR_COLS
};

struct forest {
	struct csv csv;
	int col[NR_COLS];
	char rows[MAX_ROWS][MAX_NAME], pairs[MAX_PAIRS][MAX_NAME];
	char folders[2][MAX_NAME]; /* of A and B, as they were given */
	unsigned nr_rows, nr_pairs;
	double widest;
};

/* Its number among names[*nr], added if there is room; max: there is none. */
static unsigned number_of(char (*names)[MAX_NAME], unsigned *nr, unsigned max, const char *name)
{
	unsigned i;

	for (i = 0; i < *nr; i++)
		if (!strcmp(names[i], name))
			return i;
	if (*nr < max)
		snprintf(names[(*nr)++], MAX_NAME, "%s", name);
	return i;
}

static int find_columns(struct forest *f, struct error *err)
{
	static const char *const names[NR_COLS] = {"policy_a", "policy_b",   "scope",	"metric",
						   "a",	       "difference", "low",	"high",
						   "verdict",  "folder_a",   "folder_b"};
	unsigned i;

	for (i = 0; i < NR_COLS; i++) {
		f->col[i] = csv_column(&f->csv, names[i], err);
		if (f->col[i] < 0)
			return -1;
	}
	return 0;
}

static const char *field(const struct forest *f, unsigned col)
{
	return f->csv.fields[f->col[col]];
}

static int verdict_of(const char *name)
{
	return !strcmp(name, "better") ? 1 : !strcmp(name, "worse") ? 2 : 0;
}

/* A change needs a value to be a change of. */
static void put_row(struct forest *f, FILE *dat)
{
	const struct metric *metric = metric_find(field(f, COL_METRIC));
	char pair[MAX_NAME];
	double value, moved, low, high;
	unsigned row, p;

	if (!metric || !metric->headline || strcmp(field(f, COL_SCOPE), "host") != 0 ||
	    !csv_number(&f->csv, f->col[COL_VALUE], &value) ||
	    !csv_number(&f->csv, f->col[COL_MOVED], &moved) ||
	    !csv_number(&f->csv, f->col[COL_LOW], &low) ||
	    !csv_number(&f->csv, f->col[COL_HIGH], &high) || !(fabs(value) > 0))
		return;
	snprintf(pair, sizeof(pair), "%.64s/%.64s", field(f, COL_B), field(f, COL_A));
	if (!strcmp(field(f, COL_A), field(f, COL_B)))
		snprintf(pair, sizeof(pair), "%.64s", field(f, COL_A));
	snprintf(f->folders[0], MAX_NAME, "%s", field(f, COL_FOLDER_A));
	snprintf(f->folders[1], MAX_NAME, "%s", field(f, COL_FOLDER_B));
	row = number_of(f->rows, &f->nr_rows, MAX_ROWS, metric->name);
	p = number_of(f->pairs, &f->nr_pairs, MAX_PAIRS, pair);
	if (row == MAX_ROWS || p == MAX_PAIRS)
		return;
	value = fabs(value) / 100;
	fprintf(dat, "%u %u %.6f %.6f %.6f %d\n", row, p, moved / value, low / value, high / value,
		verdict_of(field(f, COL_VERDICT)));
	f->widest = fmax(f->widest, fmax(fabs(low), fabs(high)) / value);
}

static void put_names(FILE *vars, const char *name, char (*names)[MAX_NAME], unsigned nr)
{
	char *words[MAX_ROWS];
	unsigned i;

	for (i = 0; i < nr; i++)
		words[i] = names[i];
	plot_put_words(vars, name, words, nr);
}

static int prepare(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err)
{
	struct forest *f = calloc(1, sizeof(*f));
	int found;

	if (!f)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	found = csv_open(&f->csv, request->dirs[0], "diff.csv", err);
	if (found > 0) {
		found = find_columns(f, err) ? -1 : 1;
		while (found > 0 && (found = csv_next(&f->csv, err)) > 0)
			put_row(f, dat);
		csv_close(&f->csv);
		if (!found)
			found = f->nr_rows > 0;
	}
	put_names(vars, "metrics", f->rows, f->nr_rows);
	put_names(vars, "pairs", f->pairs, f->nr_pairs);
	put_names(vars, "folders", f->folders, 2);
	fprintf(vars, "widest = %.6f\n", f->widest);
	free(f);
	return found;
}

const struct plot_figure figure_diff = {
	.name = "diff",
	.summary = "how each metric has changed from one result to another (diff.csv)",
	.prepare = prepare,
};
