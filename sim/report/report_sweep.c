/* SPDX-License-Identifier: BSD-2-Clause */
/* report_sweep.c - a sweep as tables and as tidy CSV. */
#include <string.h>

#include "report.h"
#include "report_text.h"
#include "study/sweep.h"

static double largest_of(const struct sweep *sweep, unsigned metric)
{
	double largest = 0;

	for (unsigned i = 0; i < sweep->nr_points; i++) {
		if (!sweep->points[i].done)
			continue;
		for (uint32_t p = 0; p < sweep->nr_policies; p++) {
			const struct estimate *e = &sweep_cell(sweep, i, metric, p)->value;
			double size = e->value < 0 ? -e->value : e->value;

			if (e->kind != EST_NA && size > largest)
				largest = size;
		}
	}
	return largest;
}

static void head_row(const struct sweep *sweep, struct text_table *table)
{
	for (unsigned a = 0; a < sweep->nr_axes; a++)
		text_table_cell(table, "%.70s", sweep->axes[a].label);
	for (uint32_t p = 0; p < sweep->nr_policies; p++)
		text_table_cell(table, "%.64s  ", sweep->policies[p]);
}

static void point_row(const struct sweep *sweep, unsigned point, unsigned metric,
		      struct text_scale scale, struct text_table *table)
{
	for (unsigned a = 0; a < sweep->nr_axes; a++)
		text_table_cell(table, "%.70s",
				sweep->axes[a].values[sweep_value_at(sweep, point, a)]);
	for (uint32_t p = 0; p < sweep->nr_policies; p++) {
		const struct sweep_cell *cell = sweep_cell(sweep, point, metric, p);
		char text[TEXT_MAX];

		text_estimate(text, &cell->value, scale);
		text_table_cell(table, "%.70s %c", text, verdict_mark(cell->verdict));
	}
}

static int metric_table(FILE *to, const struct sweep *sweep, unsigned metric)
{
	const struct sweep_metric *m = &sweep->metrics[metric];
	struct text_scale scale = text_scale(m->metric->unit, largest_of(sweep, metric));
	struct text_table table;
	int status;

	fprintf(to, "\n%s%s%s%s%s%s\n", m->metric->name, *m->group ? " of " : "", m->group,
		*scale.unit ? " [" : "", scale.unit, *scale.unit ? "]" : "");
	text_table_init(&table, sweep->nr_axes + sweep->nr_policies);
	head_row(sweep, &table);
	for (unsigned i = 0; i < sweep->nr_points; i++)
		if (sweep->points[i].done)
			point_row(sweep, i, metric, scale, &table);
	status = text_table_print(to, &table, sweep->nr_axes);
	text_table_fini(&table);
	return status;
}

int report_sweep(FILE *to, void *context)
{
	const struct sweep *sweep = context;
	unsigned nr_done = 0;

	for (unsigned i = 0; i < sweep->nr_points; i++)
		nr_done += sweep->points[i].done;
	fprintf(to, "%s, %u of %u points%s\n", sweep->scenario, nr_done, sweep->nr_points,
		sweep->interrupted ? ": interrupted" : "");
	if (!nr_done)
		return 0;
	for (unsigned m = 0; m < sweep->nr_metrics; m++)
		if (metric_table(to, sweep, m))
			return -1;
	if (sweep->nr_policies > 1)
		fprintf(to,
			"\nagainst %s, paired over the replications of each point: + better, "
			"- worse, ? undecided, = the same\n",
			sweep->policies[sweep->baseline]);
	return 0;
}

/* -- CSV ---------------------------------------------------------------------- */

static void put_estimate(FILE *to, const struct estimate *e, bool is_there)
{
	if (!is_there || e->kind == EST_NA)
		fputs(",,,", to);
	else if (e->kind == EST_POINT)
		fprintf(to, ",%.9g,,", e->value);
	else
		fprintf(to, ",%.9g,%.9g,%.9g", e->value, e->low, e->high);
}

static void csv_row(FILE *to, const struct sweep *sweep, unsigned point, unsigned metric,
		    uint32_t policy)
{
	const struct sweep_metric *m = &sweep->metrics[metric];
	const struct sweep_cell *cell = sweep_cell(sweep, point, metric, policy);

	for (unsigned a = 0; a < sweep->nr_axes; a++) {
		report_csv_field(to, sweep->axes[a].values[sweep_value_at(sweep, point, a)]);
		fputc(',', to);
	}
	fprintf(to, "%u,%.9g,", point, sweep->points[point].overcommit);
	report_csv_field(to, sweep->policies[policy]);
	fputc(',', to);
	report_csv_field(to, *m->group ? m->group : "all");
	fprintf(to, ",%s,%s", m->metric->name, metric_unit_name(m->metric));
	put_estimate(to, &cell->value, true);
	put_estimate(to, &cell->difference, policy != sweep->baseline);
	fprintf(to, ",%s,%s,%u\n", verdict_name(cell->verdict), metric_better_name(m->metric),
		sweep->points[point].nr_reps);
}

int report_sweep_csv(FILE *to, void *context)
{
	const struct sweep *sweep = context;

	for (unsigned a = 0; a < sweep->nr_axes; a++) {
		report_csv_field(to, sweep->axes[a].label);
		fputc(',', to);
	}
	fputs("point,overcommit,policy,group,metric,unit,mean,lo,hi,difference,difference_lo,"
	      "difference_hi,verdict,better,replications\n",
	      to);
	for (unsigned i = 0; i < sweep->nr_points; i++)
		for (unsigned m = 0; sweep->points[i].done && m < sweep->nr_metrics; m++)
			for (uint32_t p = 0; p < sweep->nr_policies; p++)
				csv_row(to, sweep, i, m, p);
	return 0;
}
