/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One policy in all detail: metrics, where time goes, VMs, pCPUs, latencies.
 */
#include <string.h>

#include "report.h"
#include "report_text.h"

/* Rows and columns shown unless all are asked for. */
#define GROUPS_SHOWN 6u
#define VMS_SHOWN 16u
#define PCPUS_SHOWN 16u

/* Policy number 0 is the only one here. */
static void value_cell(struct text_table *table, struct study *study, const struct metric *metric,
		       const struct scope *scope, const struct text_scale *scale)
{
	uint32_t column = study_column(study, metric, scope);
	char text[TEXT_MAX] = "";
	struct estimate e;

	if (column != UINT32_MAX) {
		study_shown(study, column, 0, &e);
		text_estimate(text, &e, *scale);
	}
	text_table_cell(table, "%s", text);
}

static double value_at(struct study *study, const struct metric *metric, const struct scope *scope,
		       bool *there)
{
	uint32_t column = study_column(study, metric, scope);
	struct estimate e = {.kind = EST_NA, .reason = NA_EMPTY};

	if (column != UINT32_MAX)
		study_estimate(study, column, 0, &e);
	*there = e.kind != EST_NA || e.reason != NA_EMPTY;
	return e.value;
}

static uint32_t limit(const struct report *report, uint32_t nr, uint32_t shown)
{
	return report->all || nr < shown ? nr : shown;
}

static void more(FILE *to, uint32_t shown, uint32_t nr, const char *what)
{
	if (shown < nr)
		fprintf(to, "(%u more %s: --all)\n", nr - shown, what);
}

static bool has_prefix(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* -- metrics ---------------------------------------------------------------- */

/* Latencies and time have tables of their own. */
static bool plain(const struct metric *metric)
{
	uint32_t h;

	if (has_prefix(metric->name, "time_") || has_prefix(metric->name, "pcpu_"))
		return false;
	for (h = 0; h < NR_GH; h++) {
		const char *name = group_hist_name(h);
		size_t length = strlen(name);

		if (has_prefix(metric->name, name) && metric->name[length] == '_')
			return false;
	}
	return true;
}

static int print_metrics(FILE *to, const struct report *report)
{
	struct study *study = report->study;
	const struct world *world = study->world;
	uint32_t groups = limit(report, world->nr_groups, GROUPS_SHOWN), i, g;
	struct scope host = scope_host(world);
	struct text_table table;
	int status;

	text_table_init(&table, 3 + groups);
	text_table_cell(&table, "metric");
	text_table_cell(&table, "%s", "");
	text_table_cell(&table, "all guests");
	for (g = 0; g < groups; g++)
		text_table_cell(&table, "%s", world->groups[g].name);
	for (i = 0; i < nr_metric_registry; i++) {
		const struct metric *metric = &metric_registry[i];
		struct text_scale scale;
		bool there;

		if (!plain(metric) || !study_speaks(study, metric))
			continue;
		scale = text_scale(metric->unit, value_at(study, metric, &host, &there));
		if (!there)
			continue;
		text_table_cell(&table, "%s", metric->name);
		text_table_cell(&table, "%s", scale.unit);
		value_cell(&table, study, metric, &host, &scale);
		for (g = 0; g < groups; g++) {
			struct scope scope = scope_group(world, g);

			value_cell(&table, study, metric, &scope, &scale);
		}
	}
	status = text_table_print(to, &table, 2);
	text_table_fini(&table);
	more(to, groups, world->nr_groups, "groups");
	return status;
}

/* -- where vCPU time goes --------------------------------------------------- */

static void time_row(struct text_table *table, struct study *study, const struct scope *scope,
		     const char *name)
{
	uint32_t i;

	text_table_cell(table, "%s", name);
	for (i = 0; i < nr_metric_registry; i++) {
		bool there;
		double value;

		if (!has_prefix(metric_registry[i].name, "time_"))
			continue;
		value = value_at(study, &metric_registry[i], scope, &there);
		text_table_cell(table, there ? "%.2f" : "n/a", value * 100);
	}
}

static int print_time(FILE *to, const struct report *report)
{
	struct study *study = report->study;
	const struct world *world = study->world;
	uint32_t vms = limit(report, world->nr_vms, VMS_SHOWN), i;
	struct scope scope = scope_host(world);
	struct text_table table;
	int status;

	fputs("\nWhere vCPU time goes, in percent\n", to);
	text_table_init(&table, 1 + NR_VT);
	text_table_cell(&table, "%s", "");
	for (i = 0; i < nr_metric_registry; i++)
		if (has_prefix(metric_registry[i].name, "time_"))
			text_table_cell(&table, "%s", metric_registry[i].name + 5);
	time_row(&table, study, &scope, "all guests");
	for (i = 0; i < world->nr_groups && i < (report->all ? UINT32_MAX : VMS_SHOWN); i++) {
		scope = scope_group(world, i);
		if (world->groups[i].nr_vms > 1) /* else its VM says the same */
			time_row(&table, study, &scope, world->groups[i].name);
	}
	for (i = 0; i < vms; i++) {
		scope = scope_vm(i);
		time_row(&table, study, &scope, world->vms[i].name);
	}
	status = text_table_print(to, &table, 1);
	text_table_fini(&table);
	more(to, vms, world->nr_vms, "VMs");
	return status;
}

/* -- VMs -------------------------------------------------------------------- */

static int print_vms(FILE *to, const struct report *report)
{
	static const char *const names[] = {"throughput", "received",
					    "entitled",	  "received_of_entitled",
					    "corun",	  "spin",
					    "skew"};
	const unsigned nr_names = sizeof(names) / sizeof(names[0]);
	struct study *study = report->study;
	const struct world *world = study->world;
	uint32_t vms = limit(report, world->nr_vms, VMS_SHOWN), vm;
	struct text_scale scales[sizeof(names) / sizeof(names[0])];
	struct scope host = scope_host(world);
	struct text_table table;
	unsigned i;
	int status;

	fputs("\nVMs\n", to);
	text_table_init(&table, 1 + nr_names);
	text_table_cell(&table, "%s", "");
	for (i = 0; i < nr_names; i++) {
		const struct metric *metric = metric_find(names[i]);
		bool there;

		scales[i] = text_scale(metric->unit, value_at(study, metric, &host, &there));
		text_table_cell(&table, "%s%s%s", names[i], *scales[i].unit ? " " : "",
				scales[i].unit);
	}
	for (vm = 0; vm < vms; vm++) {
		struct scope scope = scope_vm(vm);

		text_table_cell(&table, "%s", world->vms[vm].name);
		for (i = 0; i < nr_names; i++)
			value_cell(&table, study, metric_find(names[i]), &scope, &scales[i]);
	}
	status = text_table_print(to, &table, 1);
	text_table_fini(&table);
	more(to, vms, world->nr_vms, "VMs");
	return status;
}

/* -- pCPUs ------------------------------------------------------------------ */

/* Of pCPUs first to last, over all replications. */
static void pcpu_row(struct text_table *table, const struct study *study, uint32_t first,
		     uint32_t last)
{
	uint64_t sums[NR_PT] = {0}, all = 0;
	uint32_t r, p, i;

	for (r = 0; r < study->nr_reps; r++)
		for (p = first; p <= last; p++)
			for (i = 0; i < NR_PT; i++)
				sums[i] += (*study_slot(study, r, 0))->pcpus[p][i];
	for (i = 0; i < NR_PT; i++)
		all += sums[i];
	for (i = 0; i < NR_PT; i++)
		text_table_cell(table, all ? "%.2f" : "n/a",
				all ? (double)sums[i] * 100 / (double)all : 0);
}

static int print_pcpus(FILE *to, const struct report *report)
{
	static const char *const names[NR_PT] = {"useful", "spin", "overhead", "halt_poll",
						 "stolen", "idle", "offline"};
	const struct study *study = report->study;
	uint32_t nr = (*study_slot(study, 0, 0))->nr_pcpus, p, i;
	uint32_t shown = limit(report, nr, PCPUS_SHOWN);
	struct text_table table;
	int status;

	if (!nr)
		return 0;
	fputs("\nWhere pCPU time goes, in percent\n", to);
	text_table_init(&table, 1 + NR_PT);
	text_table_cell(&table, "%s", "");
	for (i = 0; i < NR_PT; i++)
		text_table_cell(&table, "%s", names[i]);
	text_table_cell(&table, "all");
	pcpu_row(&table, study, 0, nr - 1);
	for (p = 0; p < shown; p++) {
		text_table_cell(&table, "pcpu %u", p);
		pcpu_row(&table, study, p, p);
	}
	status = text_table_print(to, &table, 1);
	text_table_fini(&table);
	more(to, shown, nr, "pCPUs");
	return status;
}

/* -- latencies -------------------------------------------------------------- */

static void latency_row(struct text_table *table, struct study *study, uint32_t group,
			enum group_hist which)
{
	static const char *const ends[] = {"mean", "p50", "p95", "p99", "p999", "max"};
	struct scope scope =
		group ? scope_group(study->world, group - 1) : scope_host(study->world);
	const struct hist *h = study_hist(study, 0, group, which);
	struct text_scale scale;
	unsigned i;

	if (!h || !h->count)
		return;
	scale = text_scale(UNIT_TIME, (double)h->max / 1000);
	text_table_cell(table, "%s", group_hist_name(which));
	text_table_cell(table, "%s", group ? study->world->groups[group - 1].name : "all guests");
	text_table_cell(table, "%s", scale.unit);
	text_table_cell(table, "%llu", (unsigned long long)h->count);
	text_table_cell(table, "%llu", (unsigned long long)h->censored);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s_%s", group_hist_name(which), ends[i]);
		value_cell(table, study, metric_find(name), &scope, &scale);
	}
}

static int print_latencies(FILE *to, const struct report *report)
{
	static const char *const heads[] = {"",	   "",	  "",	 "count", "open", "mean",
					    "p50", "p95", "p99", "p99.9", "max"};
	const unsigned nr_heads = sizeof(heads) / sizeof(heads[0]);
	uint32_t groups = limit(report, report->study->world->nr_groups, GROUPS_SHOWN), g;
	struct text_table table;
	unsigned i;
	int status;

	fputs("\nLatencies (open: cut off by the end, counted with their age)\n", to);
	text_table_init(&table, nr_heads);
	for (i = 0; i < nr_heads; i++)
		text_table_cell(&table, "%s", heads[i]);
	for (i = 0; i < NR_GH; i++)
		for (g = 0; g <= groups; g++)
			latency_row(&table, report->study, g, i);
	status = text_table_print(to, &table, 3);
	text_table_fini(&table);
	more(to, groups, report->study->world->nr_groups, "groups");
	return status;
}

int report_run(FILE *to, void *context)
{
	const struct report *report = context;

	if (report_heading(to, report))
		return -1;
	fputc('\n', to);
	return print_metrics(to, report) || print_time(to, report) || print_vms(to, report) ||
			       print_pcpus(to, report) || print_latencies(to, report)
		       ? -1
		       : 0;
}
