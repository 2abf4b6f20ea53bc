/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "study/kinds.h"

void report_csv_field(FILE *to, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, to);
		return;
	}
	fputc('"', to);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', to);
		fputc(*text, to);
	}
	fputc('"', to);
}

/*
 * The border between two groups, by column of all guests and policy: [columns * policies],
 * NAN where there are none; NULL where there are none at all.  0, or -1: no memory.
 */
static int find_borders(const struct report *report, double **borders)
{
	const struct study *study = report->study;
	uint32_t c, p, nr = 0;
	struct kinds kinds;

	if (kinds_speak(study, report->primary) != KINDS_TOLD)
		return 0;

	*borders = calloc((size_t)study->nr_columns * study->nr_policies, sizeof(**borders));
	if (!*borders)
		return -1;
	for (c = 0; c < study->nr_columns; c++) {
		for (p = 0; p < study->nr_policies; p++) {
			(*borders)[c * study->nr_policies + p] = NAN;
			if (study->columns[c].scope.kind != SCOPE_HOST)
				continue;
			if (kinds_of(study, c, p, &kinds))
				return -1;
			if (kinds.by != KINDS_TOLD)
				continue;
			(*borders)[c * study->nr_policies + p] = kinds.groups.border;
			nr++;
		}
	}
	if (!nr) {
		free(*borders);
		*borders = NULL;
	}
	return 0;
}

static void results_row(FILE *to, const struct study *study, uint32_t policy, uint32_t rep,
			uint32_t column, const double *borders)
{
	const struct study_column *c = &study->columns[column];
	struct sample x = (*study_slot(study, rep, policy))->samples[column];

	report_csv_field(to, study_policy_name(study, policy));
	fprintf(to, ",%u,%llu,%s,", study->first_rep + rep,
		(unsigned long long)study->world->run.seed, scope_kind_name(c->scope.kind));
	report_csv_field(to, scope_name(study->world, &c->scope));
	fprintf(to, ",%s,", c->metric->name);
	if (x.den > 0)
		fprintf(to, "%.9g", x.num / x.den);
	fprintf(to, ",%s,", metric_unit_name(c->metric));
	if (x.den > 0) /* seventeen digits bring back the same number */
		fprintf(to, "%.17g,%.17g", x.num, x.den);
	else
		fputs(",", to);
	if (borders) {
		double border = borders[column * study->nr_policies + policy];

		fputs(isnan(border) ? "," : x.num / x.den > border ? ",above" : ",below", to);
	}
	fputc('\n', to);
}

int report_results_csv(FILE *to, void *context)
{
	const struct report *report = context;
	const struct study *study = report->study;
	double *borders = NULL;
	uint32_t p, r, c;

	if (find_borders(report, &borders)) {
		free(borders);
		return -1;
	}
	fprintf(to,
		"policy,replication,seed,scope,name,metric,value,unit,numerator,denominator%s\n",
		borders ? ",group" : "");
	for (p = 0; p < study->nr_policies; p++)
		for (r = 0; r < study_nr_reps(study, p); r++)
			for (c = 0; c < study->nr_columns; c++)
				if (study_speaks(study, study->columns[c].metric))
					results_row(to, study, p, r, c, borders);
	free(borders);
	return 0;
}

/* The value over all replications; false if there is none. */
static bool value_of(struct study *study, uint32_t policy, const struct metric *metric,
		     const struct scope *scope, double *value)
{
	struct estimate e;

	study_estimate(study, study_column(study, metric, scope), policy, &e);
	*value = e.value;
	return e.kind != EST_NA;
}

int report_time_csv(FILE *to, void *report)
{
	struct study *study = ((struct report *)report)->study;
	struct scope host = scope_host(study->world);
	uint32_t p, i;

	fputs("policy,state,share\n", to);
	for (p = 0; p < study->nr_policies; p++) {
		for (i = 0; i < nr_metric_registry; i++) {
			const struct metric *metric = &metric_registry[i];
			double value;

			if (strncmp(metric->name, "time_", 5) != 0 ||
			    !value_of(study, p, metric, &host, &value))
				continue;
			report_csv_field(to, study_policy_name(study, p));
			fprintf(to, ",%s,%.9g\n", metric->name + 5, value);
		}
	}
	return 0;
}

int report_shares_csv(FILE *to, void *report)
{
	struct study *study = ((struct report *)report)->study;
	const struct metric *received = metric_find("received"),
			    *entitled = metric_find("entitled");
	uint32_t p, vm;

	fputs("policy,vm,received,entitled\n", to);
	for (p = 0; p < study->nr_policies; p++) {
		for (vm = 0; vm < study->world->nr_vms; vm++) {
			struct scope scope = scope_vm(vm);
			double x, y;

			if (study->world->vms[vm].noise ||
			    !value_of(study, p, received, &scope, &x) ||
			    !value_of(study, p, entitled, &scope, &y))
				continue;
			report_csv_field(to, study_policy_name(study, p));
			fputc(',', to);
			report_csv_field(to, study->world->vms[vm].name);
			fprintf(to, ",%.9g,%.9g\n", x, y);
		}
	}
	return 0;
}

static void cdf_rows(FILE *to, const struct study *study, uint32_t policy, uint32_t scope,
		     enum group_hist which, const struct hist *h)
{
	uint64_t below = 0;
	uint32_t i;

	for (i = 0; i < HIST_BUCKETS; i++) {
		double upto = i + 1 < HIST_BUCKETS ? (double)hist_floor(i + 1) - 1 : (double)h->max;

		if (!h->bucket[i])
			continue;
		below += h->bucket[i];
		if (upto > (double)h->max)
			upto = (double)h->max;
		report_csv_field(to, study_policy_name(study, policy));
		fputc(',', to);
		report_csv_field(to, scope ? study->world->groups[scope - 1].name : "all");
		fprintf(to, ",%s,%.9g,%.9g\n", group_hist_name(which), upto / 1000,
			(double)below / (double)h->count);
	}
}

int report_cdf_csv(FILE *to, void *report)
{
	struct study *study = ((struct report *)report)->study;
	uint32_t p, scope, which;

	fputs("policy,group,what,upto_us,fraction\n", to);
	for (p = 0; p < study->nr_policies; p++) {
		for (scope = 0; scope <= study->world->nr_groups; scope++) {
			for (which = 0; which < NR_GH; which++) {
				const struct hist *h = study_hist(study, p, scope, which);

				if (!h)
					return -1;
				cdf_rows(to, study, p, scope, which, h);
			}
		}
	}
	return 0;
}
