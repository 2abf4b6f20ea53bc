/* SPDX-License-Identifier: BSD-2-Clause */
#include "moved.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "report/report_text.h"

/* The rows that are looked at: of all guests, and where there are several kinds of each. */
static bool is_looked_at(const struct diff *d, uint32_t column, bool all)
{
	const struct study_column *c = &d->study.columns[column];
	uint32_t nr_kinds = 0, i;

	for (i = 0; i < d->world.nr_groups; i++)
		nr_kinds += !d->world.groups[i].noise;
	if (c->scope.kind == SCOPE_VM || (!all && !c->metric->headline))
		return false;
	return c->scope.kind == SCOPE_HOST || (nr_kinds > 1 && !d->world.groups[c->scope.id].noise);
}

/*
 * How much wider an interval has to be for one of nr figures: by Bonferroni.  Intervals that
 * are no Student's are widened alike.
 */
static double widening(uint32_t nr, uint32_t nr_reps)
{
	double freedom = nr_reps > 2 ? nr_reps - 1 : 1;

	if (nr < 2)
		return 1;
	return gsl_cdf_tdist_Qinv((1 - STATS_LEVEL) / 2 / nr, freedom) /
	       gsl_cdf_tdist_Qinv((1 - STATS_LEVEL) / 2, freedom);
}

static bool has_moved(const struct diff_row *row, double wide)
{
	const struct estimate *e = &row->moved;

	if (e->kind == EST_EXACT)
		return e->value != 0;
	if (e->kind != EST_INTERVAL)
		return false;
	return e->value > 0 ? e->value > wide * (e->value - e->low)
			    : -e->value > wide * (e->high - e->value);
}

static void put_row(struct text_table *table, const struct diff *d, const struct study_column *c,
		    const struct diff_row *row)
{
	double a = fabs(row->a.value), b = fabs(row->b.value);
	struct text_scale scale = text_scale(c->metric->unit, a > b ? a : b);
	char text[TEXT_MAX];

	text_table_cell(table, "%s", c->metric->name);
	text_table_cell(table, "%.60s",
			c->scope.kind == SCOPE_HOST ? "" : scope_name(&d->world, &c->scope));
	text_table_cell(table, "%s", scale.unit);
	text_estimate(text, &row->a, scale);
	text_table_cell(table, "%s", text);
	text_estimate(text, &row->b, scale);
	text_table_cell(table, "%s", text);
	text_difference(text, &row->moved, scale);
	text_table_cell(table, "%.60s %-9s", text, verdict_name(row->verdict));
}

int moved_print(FILE *to, struct diff *d, bool all)
{
	const struct results_policy *a = &d->a.policies[d->pairs[0].a],
				    *b = &d->b.policies[d->pairs[0].b];
	uint32_t nr = 0, nr_moved = 0, i;
	struct text_table table;
	struct diff_row row;
	double wide;
	int failed;

	for (i = 0; i < d->study.nr_columns; i++) {
		if (!is_looked_at(d, i, all))
			continue;
		diff_measure(d, 0, i, &row);
		nr += row.moved.kind == EST_INTERVAL || row.moved.kind == EST_EXACT;
	}
	wide = widening(nr, d->nr_reps);
	text_table_init(&table, 6);
	text_table_cell(&table, "metric");
	text_table_cell(&table, "guest");
	text_table_cell(&table, " ");
	text_table_cell(&table, "before");
	text_table_cell(&table, "now");
	text_table_cell(&table, "now - before %-9s", "");
	for (i = 0; i < d->study.nr_columns; i++) {
		if (!is_looked_at(d, i, all))
			continue;
		diff_measure(d, 0, i, &row);
		if (!has_moved(&row, wide))
			continue;
		nr_moved++;
		put_row(&table, d, &d->study.columns[i], &row);
	}
	fprintf(to, "%s: build %.8s, was %.8s; %s, %u replications\n", b->name, b->build, a->build,
		d->b.scenario, d->nr_reps);
	failed = nr_moved ? text_table_print(to, &table, 3) : 0;
	text_table_fini(&table);
	fprintf(to, "%u of %u figures moved beyond chance%s\n", nr_moved, nr,
		d->nr_reps < 2 ? ": of one replication nothing can be said" : "");
	return failed;
}
