/* SPDX-License-Identifier: BSD-2-Clause */
#include "report_cells.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/utf8.h"
#include "report.h"
#include "report_text.h"

enum column { POLICY, GROUP, METRIC, MEAN, DIFFERENCE, LO, HI, NR_COLUMNS };

struct source {
	struct csv csv;
	int axes[FOLD_MAX_AXES], columns[NR_COLUMNS];
};

static int no_memory(struct error *err)
{
	return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
}

static int find_columns(const struct fold *fold, struct source *source, struct error *err)
{
	static const char *const names[NR_COLUMNS] = {
		"policy", "group", "metric", "mean", "difference", "difference_lo", "difference_hi",
	};

	for (unsigned i = 0; i < NR_COLUMNS; i++) {
		source->columns[i] = csv_column(&source->csv, names[i], err);
		if (source->columns[i] < 0)
			return -1;
	}
	for (unsigned a = 0; a < fold->nr_axes; a++) {
		source->axes[a] = csv_column(&source->csv, fold->axes[a], err);
		if (source->axes[a] < 0)
			return -1;
	}
	return 0;
}

static const char *field(const struct source *source, enum column column)
{
	return source->csv.fields[source->columns[column]];
}

/* 1 if the row is of the metric and group that are folded, 0 if not, -1 with *err. */
static int is_ours(struct fold *fold, const struct source *source, struct error *err)
{
	if (!fold->metric) {
		fold->metric = metric_find(field(source, METRIC));
		if (!fold->metric)
			return error_set(err, STATUS_INPUT, "plot", "%s:%lu:1: no metric '%.100s'",
					 source->csv.path, source->csv.nr, field(source, METRIC));
	}
	if (strcmp(field(source, METRIC), fold->metric->name) != 0)
		return 0;
	if (!fold->group) {
		fold->group = strdup(field(source, GROUP));
		if (!fold->group)
			return no_memory(err);
	}
	return !strcmp(field(source, GROUP), fold->group);
}

/* What goes to a terminal as it stands. */
static int check_text(const struct fold *fold, const struct source *source, struct error *err)
{
	bool fine =
		utf8_is_printable(field(source, POLICY)) && utf8_is_printable(field(source, GROUP));

	for (unsigned a = 0; a < fold->nr_axes; a++)
		fine &= utf8_is_printable(source->csv.fields[source->axes[a]]);
	if (!fine)
		return error_set(err, STATUS_INPUT, "plot",
				 "%s:%lu:1: found bytes that are no text", source->csv.path,
				 source->csv.nr);
	return 0;
}

static bool is_row(const struct fold *fold, const struct fold_row *row, const struct source *source)
{
	if (strcmp(row->policy, field(source, POLICY)) != 0)
		return false;
	for (unsigned a = 0; a < fold->nr_axes; a++)
		if (strcmp(row->axes[a], source->csv.fields[source->axes[a]]) != 0)
			return false;
	return true;
}

static struct fold_row *find_row(struct fold *fold, const struct source *source)
{
	struct fold_row *row;
	bool fine;

	for (size_t i = 0; i < fold->nr_rows; i++)
		if (is_row(fold, &fold->rows[i], source))
			return &fold->rows[i];
	row = realloc(fold->rows, (fold->nr_rows + 1) * sizeof(*row));
	if (!row)
		return NULL;
	fold->rows = row;
	row += fold->nr_rows++;
	memset(row, 0, sizeof(*row));
	row->policy = strdup(field(source, POLICY));
	fine = row->policy != NULL;
	for (unsigned a = 0; a < fold->nr_axes; a++) {
		row->axes[a] = strdup(source->csv.fields[source->axes[a]]);
		fine &= row->axes[a] != NULL;
	}
	return fine ? row : NULL;
}

static int take_row(struct fold *fold, const struct source *source, struct error *err)
{
	const int *c = source->columns;
	struct estimate e = {.kind = EST_INTERVAL};
	struct fold_row *row;
	double mean;
	int ours = is_ours(fold, source, err);

	if (ours <= 0)
		return ours;
	if (check_text(fold, source, err))
		return -1;
	row = find_row(fold, source);
	if (!row)
		return no_memory(err);
	if (!csv_number(&source->csv, c[DIFFERENCE], &e.value) ||
	    !csv_number(&source->csv, c[LO], &e.low) || !csv_number(&source->csv, c[HI], &e.high))
		e = (struct estimate){.kind = EST_NA};
	cells_add(&row->cells, fold->metric, &e);
	if (e.kind == EST_NA || !csv_number(&source->csv, c[MEAN], &mean) || mean < 0 ||
	    mean - e.value <= 0)
		return 0;
	mean /= mean - e.value;
	if (!row->nr_ratios || mean < row->least)
		row->least = mean;
	if (!row->nr_ratios || mean > row->most)
		row->most = mean;
	row->nr_ratios++;
	return 0;
}

int fold_read(struct fold *fold, const char *dir, const char *name, struct error *err)
{
	struct source source;
	int more = csv_open(&source.csv, dir, name, err);

	if (more == 0)
		return error_set(err, STATUS_INPUT, "file", "%s/%s: no such file", dir, name);
	if (more > 0)
		more = find_columns(fold, &source, err) ? -1 : 1;
	else
		return -1;
	while (more >= 0 && (more = csv_next(&source.csv, err)) > 0)
		more = take_row(fold, &source, err);
	csv_close(&source.csv);
	return more < 0 ? -1 : 0;
}

void fold_free(struct fold *fold)
{
	for (size_t i = 0; i < fold->nr_rows; i++) {
		for (unsigned a = 0; a < fold->nr_axes; a++)
			free(fold->rows[i].axes[a]);
		free(fold->rows[i].policy);
	}
	free(fold->rows);
	free(fold->group);
	memset(fold, 0, sizeof(*fold));
}

/* The baseline, which has nothing to be held against. */
static bool is_bare(const struct fold_row *row)
{
	return row->cells.nr_of[VERDICT_NONE] == row->cells.nr;
}

int report_cells(FILE *to, void *context)
{
	const struct fold *fold = context;
	struct text_table table;
	int status;

	fprintf(to, "%s of %s against the baseline: least and most over the cells\n",
		fold->metric ? fold->metric->name : "nothing", fold->group ? fold->group : "all");
	text_table_init(&table, fold->nr_axes + 3);
	for (unsigned a = 0; a < fold->nr_axes; a++)
		text_table_cell(&table, "%.70s", fold->axes[a]);
	text_table_cell(&table, "policy");
	text_table_cell(&table, "ratio");
	text_table_cell(&table, "in all cells");
	for (size_t i = 0; i < fold->nr_rows; i++) {
		const struct fold_row *row = &fold->rows[i];
		char text[CELLS_CHARS];

		if (is_bare(row))
			continue;
		for (unsigned a = 0; a < fold->nr_axes; a++)
			text_table_cell(&table, "%.70s", row->axes[a]);
		text_table_cell(&table, "%.70s", row->policy);
		if (row->nr_ratios)
			text_table_cell(&table, "%.3f to %.3f", row->least, row->most);
		else
			text_table_cell(&table, "n/a");
		text_table_cell(&table, "%.79s", cells_text(&row->cells, text));
	}
	status = text_table_print(to, &table, fold->nr_axes + 3);
	text_table_fini(&table);
	return status;
}

int report_cells_csv(FILE *to, void *context)
{
	const struct fold *fold = context;

	for (unsigned a = 0; a < fold->nr_axes; a++) {
		report_csv_field(to, fold->axes[a]);
		fputc(',', to);
	}
	fputs("policy,metric,cells,least,most,verdict,better,worse,same,undecided,without\n", to);
	for (size_t i = 0; i < fold->nr_rows; i++) {
		const struct fold_row *row = &fold->rows[i];
		const uint32_t *nr_of = row->cells.nr_of;

		if (is_bare(row))
			continue;
		for (unsigned a = 0; a < fold->nr_axes; a++) {
			report_csv_field(to, row->axes[a]);
			fputc(',', to);
		}
		report_csv_field(to, row->policy);
		fprintf(to, ",%s,%u,", fold->metric->name, row->cells.nr);
		if (row->nr_ratios)
			fprintf(to, "%.9g,%.9g", row->least, row->most);
		else
			fputc(',', to);
		fprintf(to, ",%s,%u,%u,%u,%u,%u\n", verdict_name(cells_verdict(&row->cells)),
			nr_of[VERDICT_BETTER], nr_of[VERDICT_WORSE], nr_of[VERDICT_SAME],
			nr_of[VERDICT_UNDECIDED], nr_of[VERDICT_NONE]);
	}
	return 0;
}
