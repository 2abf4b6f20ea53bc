/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Policies side by side: values, then differences to the baseline.
 */
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "report_text.h"
#include "study/kinds.h"

/* Groups that get a table of their own unless all are asked for. */
#define GROUPS_SHOWN 8u

/* What is shown of a group. */
static const char *const group_metrics[] = {
	"throughput", "completion",	      "useful",	  "spin",	"lhp_spin",	"corun",
	"steal",      "received_of_entitled", "wait_p99", "wakeup_p99", "response_p99",
};

static bool in_group_table(const struct metric *metric)
{
	unsigned i;

	for (i = 0; i < sizeof(group_metrics) / sizeof(group_metrics[0]); i++)
		if (!strcmp(group_metrics[i], metric->name))
			return true;
	return false;
}

static bool is_listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (; *list; list += strcspn(list, ","), list += *list == ',')
		if (strcspn(list, ",") == n && !strncmp(list, name, n))
			return true;
	return false;
}

static bool wanted(const struct report *report, const struct metric *metric, enum scope_kind kind)
{
	if (report->metrics)
		return is_listed(report->metrics, metric->name);
	if (report->all)
		return true;
	return kind == SCOPE_HOST ? metric->headline : in_group_table(metric);
}

/* Fills e[policies]; false if no policy has a value. */
static bool estimate_row(struct study *study, uint32_t column, struct estimate *e, double *largest)
{
	bool any = false;
	uint32_t p;

	*largest = 0;
	for (p = 0; p < study->nr_policies; p++) {
		study_shown(study, column, p, &e[p]);
		any |= e[p].kind != EST_NA || e[p].reason != NA_EMPTY;
		if (e[p].kind == EST_NA)
			continue;
		if (e[p].value > *largest || -e[p].value > *largest)
			*largest = e[p].value < 0 ? -e[p].value : e[p].value;
	}
	return any;
}

static void value_row(struct study *study, uint32_t column, const struct estimate *e,
		      double largest, struct text_table *table)
{
	const struct metric *metric = study->columns[column].metric;
	struct text_scale scale = text_scale(metric->unit, largest);
	char text[TEXT_MAX];
	uint32_t p;

	text_table_cell(table, "%s", metric->name);
	text_table_cell(table, "%s", scale.unit);
	for (p = 0; p < study->nr_policies; p++) {
		struct estimate difference;
		char mark = ' ';

		if (p != study->baseline && e[p].kind != EST_NA) {
			study_difference(study, column, p, &difference);
			mark = verdict_mark(study_verdict(metric, &difference));
		}
		text_estimate(text, &e[p], scale);
		text_table_cell(table, "%.70s %c", text, mark);
	}
}

/* Has any policy enough events in every run? */
static bool has_median_run(const struct study *study, uint32_t column)
{
	uint32_t p;

	for (p = 0; p < study->nr_policies; p++) {
		double *x = kinds_values(study, column, p, false);

		if (x) {
			free(x);
			return true;
		}
	}
	return false;
}

/* A figure weighted by events may be that of a few runs: the median run stands beside it. */
static int median_row(const struct study *study, uint32_t column, double largest,
		      struct text_table *table)
{
	struct text_scale scale = text_scale(study->columns[column].metric->unit, largest);
	char median[TEXT_MAX], from[TEXT_MAX], upto[TEXT_MAX];
	struct kinds k;
	uint32_t p;

	for (p = 0; p < study->nr_policies; p++) {
		if (kinds_of(study, column, p, &k))
			return -1;
		if (p == 0) {
			text_table_cell(table, "  of the median run");
			text_table_cell(table, "%s", scale.unit);
		}
		text_number(median, k.median * scale.factor, 0, 3);
		text_number(from, k.median_from * scale.factor, 0, 3);
		text_number(upto, k.median_upto * scale.factor, 0, 3);
		if (!k.nr)
			text_table_cell(table, "n/a  ");
		else if (k.enough)
			text_table_cell(table, "%.20s (%.20s to %.20s)  ", median, from, upto);
		else
			text_table_cell(table, "%.20s  ", median);
	}
	return 0;
}

static void difference_row(struct study *study, uint32_t column, double largest,
			   struct text_table *table)
{
	const struct metric *metric = study->columns[column].metric;
	struct text_scale scale = text_scale(metric->unit, largest);
	char text[TEXT_MAX];
	uint32_t p;

	if (metric->unit == UNIT_SHARE)
		scale.unit = "% pt";
	text_table_cell(table, "%s", metric->name);
	text_table_cell(table, "%s", scale.unit);
	for (p = 0; p < study->nr_policies; p++) {
		struct estimate e;

		if (p == study->baseline)
			continue;
		study_difference(study, column, p, &e);
		text_difference(text, &e, scale);
		text_table_cell(table, "%.60s %-9s", text, verdict_name(study_verdict(metric, &e)));
	}
}

static void head_row(const struct study *study, struct text_table *table, bool differences)
{
	uint32_t p;

	text_table_cell(table, "%s", "metric");
	text_table_cell(table, "%s", "");
	for (p = 0; p < study->nr_policies; p++) {
		const char *name = study_policy_name(study, p);

		if (differences && p == study->baseline)
			continue;
		text_table_cell(table, differences ? "%.64s %-9s" : "%.64s%s ", name,
				study_violations(study, p) && !differences ? " (!)" : "");
	}
}

/* The rows of one scope. */
static int print_scope(FILE *to, const struct report *report, const struct scope *scope,
		       bool differences)
{
	struct study *study = report->study;
	struct estimate *e = calloc(study->nr_policies, sizeof(*e));
	struct text_table table;
	uint32_t i;
	int status;

	if (!e)
		return -1;
	text_table_init(&table, 2 + study->nr_policies - differences);
	head_row(study, &table, differences);
	for (i = 0; i < nr_metric_registry; i++) {
		const struct metric *metric = &metric_registry[i];
		uint32_t column = study_column(study, metric, scope);
		double largest;

		if (column == UINT32_MAX || !wanted(report, metric, scope->kind) ||
		    !study_speaks(study, metric) || !estimate_row(study, column, e, &largest))
			continue;
		if (differences)
			difference_row(study, column, largest, &table);
		else
			value_row(study, column, e, largest, &table);
		if (!differences && metric_is_event_weighted(metric) && study->nr_reps > 1 &&
		    has_median_run(study, column) && median_row(study, column, largest, &table))
			table.failed = true;
	}
	status = text_table_print(to, &table, 2);
	text_table_fini(&table);
	free(e);
	return status;
}

/* A single group is what the host's table shows already. */
static int print_groups(FILE *to, const struct report *report)
{
	const struct world *world = report->study->world;
	uint32_t g, nr_guests = 0, nr = 0;

	for (g = 0; g < world->nr_groups; g++)
		nr_guests += !world->groups[g].noise;
	if (nr_guests < 2 && !report->all)
		return 0;
	for (g = 0; g < world->nr_groups; g++) {
		struct scope scope = scope_group(world, g);

		if (world->groups[g].noise && !report->all)
			continue;
		if (nr++ >= GROUPS_SHOWN && !report->all) {
			fputs("\n(further groups: --all)\n", to);
			break;
		}
		fprintf(to, "\n%s (%u VMs)\n", world->groups[g].name, world->groups[g].nr_vms);
		if (print_scope(to, report, &scope, false))
			return -1;
	}
	return 0;
}

int report_compare(FILE *to, void *context)
{
	const struct report *report = context;
	const struct study *study = report->study;
	struct scope host = scope_host(study->world);

	if (report_heading(to, report))
		return -1;
	fputs("\nGuests, all together\n", to);
	if (print_scope(to, report, &host, false))
		return -1;
	if (study->baseline != STUDY_NO_BASELINE && study->nr_policies > 1 && study->nr_reps > 1) {
		fprintf(to,
			"against %s: + better, - worse, ? undecided (zero is within the interval), "
			"= the same\n\nDifference to %s, paired over replications\n",
			study_policy_name(study, study->baseline),
			study_policy_name(study, study->baseline));
		if (print_scope(to, report, &host, true))
			return -1;
	}
	if (report_kinds(to, report))
		return -1;
	return print_groups(to, report);
}
