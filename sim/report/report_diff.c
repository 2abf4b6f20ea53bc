/* SPDX-License-Identifier: BSD-2-Clause */
/* Two result folders side by side, in words and as CSV. */
#include <math.h>
#include <string.h>

#include "report.h"
#include "report_text.h"
#include "study/diff.h"

/* -- what is compared ------------------------------------------------------- */

static void print_side(FILE *to, char side, const struct results *r)
{
	fprintf(to, "%c         %s: %s, hash %s, seed %llu, replications %u to %u, corun %s\n",
		side, r->dir, r->scenario, r->hash, (unsigned long long)r->seed, r->first,
		r->first + r->nr_reps - 1, r->corun);
	if (r->nr_unknown)
		fprintf(to, "          %u rows are of metrics that this corun does not have\n",
			r->nr_unknown);
}

static void print_heading(FILE *to, const struct diff *d)
{
	print_side(to, 'A', &d->a);
	print_side(to, 'B', &d->b);
	if (d->paired)
		fprintf(to, "paired    by seed: %u replications that both have%s\n", d->nr_reps,
			strcmp(d->a.hash, d->b.hash)
				? "; the scenarios differ, or their policies' tunables"
				: "");
	else
		fputs(d->a.seed == d->b.seed
			      ? "unpaired  no replication is in both: the intervals are wider\n"
			      : "unpaired  the seeds differ: the intervals are wider than those of "
				"pairs\n",
		      to);
}

#define KEYS_SHOWN 12u /* without --all */

/* "run.duration: A 2s, B 3s" */
static void print_keys(FILE *to, const struct diff *d, bool all)
{
	uint32_t most = all ? DIFF_MAX_KEYS : KEYS_SHOWN, i;

	for (i = 0; i < d->nr_keys && i < most; i++) {
		const struct diff_key *key = &d->keys[i];

		fprintf(to, "%s%s: ", i ? "          " : "differs   ", key->path);
		if (key->a && key->b)
			fprintf(to, "A %s, B %s\n", key->a, key->b);
		else
			fprintf(to, "only in %c: %s\n", key->a ? 'A' : 'B',
				key->a ? key->a : key->b);
	}
	if (i < d->nr_keys)
		fprintf(to, "          and %u more keys%s\n", d->nr_keys - i,
			all ? "" : "; --all shows them");
}

static const char *build_name(const struct results_policy *p)
{
	return *p->build ? p->build : "built in";
}

/* -- the table --------------------------------------------------------------- */

static void print_row(struct text_table *table, const struct metric *metric,
		      const struct diff_row *row)
{
	double a = fabs(row->a.value), b = fabs(row->b.value);
	struct text_scale scale = text_scale(metric->unit, a > b ? a : b);
	char text[TEXT_MAX];

	text_table_cell(table, "%s", metric->name);
	text_table_cell(table, "%s", scale.unit);
	text_estimate(text, &row->a, scale);
	text_table_cell(table, "%s", text);
	text_estimate(text, &row->b, scale);
	text_table_cell(table, "%s", text);
	text_difference(text, &row->moved, scale);
	text_table_cell(table, "%.60s %-9s", text, verdict_name(row->verdict));
}

static bool is_empty(const struct diff_row *row)
{
	return row->a.kind == EST_NA && row->b.kind == EST_NA && row->a.reason == NA_EMPTY &&
	       row->b.reason == NA_EMPTY;
}

/* The rows of one scope; columns of one stand together, from `column` on. */
static int print_scope(FILE *to, const struct diff_report *report, uint32_t pair, uint32_t column)
{
	struct study *study = &report->diff->study;
	struct scope scope = study->columns[column].scope;
	struct text_table table;
	int failed;

	text_table_init(&table, 5);
	text_table_cell(&table, "metric");
	text_table_cell(&table, " ");
	text_table_cell(&table, "A");
	text_table_cell(&table, "B");
	text_table_cell(&table, "B - A %-9s", "");
	for (; column < study->nr_columns; column++) {
		const struct study_column *c = &study->columns[column];
		struct diff_row row;

		if (c->scope.kind != scope.kind || c->scope.id != scope.id)
			break;
		if (!report->all && !c->metric->headline)
			continue;
		diff_measure(report->diff, pair, column, &row);
		if (!is_empty(&row))
			print_row(&table, c->metric, &row);
	}
	failed = text_table_print(to, &table, 2);
	text_table_fini(&table);
	return failed;
}

static int print_pair(FILE *to, const struct diff_report *report, uint32_t pair)
{
	const struct diff *d = report->diff;
	const struct results_policy *a = &d->a.policies[d->pairs[pair].a],
				    *b = &d->b.policies[d->pairs[pair].b];
	const struct study *study = &d->study;
	uint32_t i;

	fprintf(to, "\n%s against %s", b->name, a->name);
	if (strcmp(a->build, b->build) != 0)
		fprintf(to, " (build %s, was %s)", build_name(b), build_name(a));
	fputs("\n", to);
	if (print_scope(to, report, pair, 0))
		return -1;
	for (i = 1; report->all && i < study->nr_columns; i++) {
		const struct scope *scope = &study->columns[i].scope,
				   *before = &study->columns[i - 1].scope;

		if (scope->kind == before->kind && scope->id == before->id)
			continue;
		fprintf(to, "\n%s %s\n", scope_kind_name(scope->kind),
			scope_name(study->world, scope));
		if (print_scope(to, report, pair, i))
			return -1;
	}
	return 0;
}

int report_diff_table(FILE *to, void *context)
{
	const struct diff_report *report = context;
	uint32_t i;

	print_heading(to, report->diff);
	print_keys(to, report->diff, report->all);
	for (i = 0; i < report->diff->nr_pairs; i++)
		if (print_pair(to, report, i))
			return -1;
	return 0;
}

/* -- CSV ------------------------------------------------------------------------ */

static void put_value(FILE *to, const struct estimate *e)
{
	if (e->kind == EST_NA)
		fputs(",,,", to);
	else if (e->kind == EST_POINT)
		fprintf(to, ",%.9g,,", e->value);
	else
		fprintf(to, ",%.9g,%.9g,%.9g", e->value, e->low, e->high);
}

static void put_row(FILE *to, struct diff *d, uint32_t pair, uint32_t column)
{
	static const char *const kinds[] = {"none", "point", "interval", "exact"};
	const struct study_column *c = &d->study.columns[column];
	struct diff_row row;

	diff_measure(d, pair, column, &row);
	if (is_empty(&row))
		return;
	report_csv_field(to, d->a.policies[d->pairs[pair].a].name);
	fputc(',', to);
	report_csv_field(to, d->b.policies[d->pairs[pair].b].name);
	fprintf(to, ",%s,", scope_kind_name(c->scope.kind));
	report_csv_field(to, scope_name(d->study.world, &c->scope));
	fprintf(to, ",%s,%s", c->metric->name, metric_unit_name(c->metric));
	put_value(to, &row.a);
	put_value(to, &row.b);
	put_value(to, &row.moved);
	fprintf(to, ",%s,%s,", kinds[row.moved.kind], verdict_name(row.verdict));
	report_csv_field(to, d->a.dir);
	fputc(',', to);
	report_csv_field(to, d->b.dir);
	fputc('\n', to);
}

int report_diff_csv(FILE *to, void *context)
{
	struct diff *d = ((struct diff_report *)context)->diff;
	uint32_t p, c;

	fputs("policy_a,policy_b,scope,name,metric,unit,a,a_low,a_high,b,b_low,b_high,difference,"
	      "low,high,kind,verdict,folder_a,folder_b\n",
	      to);
	for (p = 0; p < d->nr_pairs; p++)
		for (c = 0; c < d->study.nr_columns; c++)
			put_row(to, d, p, c);
	return 0;
}
