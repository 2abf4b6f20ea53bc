/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registry written down; docs/metrics.md is the markdown form.
 */
#include <string.h>

#include "base/json.h"
#include "report_text.h"
#include "study/metrics.h"

static const char intro[] =
	"<!-- SPDX-License-Identifier: BSD-2-Clause -->\n"
	"# Metrics\n"
	"\n"
	"Made by `corun metrics --format markdown`; do not edit.\n"
	"\n"
	"Everything is measured in the window after the warm-up. `time_*` say where a vCPU's time\n"
	"goes and add up to 1; *running* is useful + critical + spinning + overhead, *wanting* is\n"
	"running + waiting (steal) + held. `pcpu_*` say where a pCPU's time goes and add up to 1.\n"
	"\n"
	"**Scope.** `host` is all guests together, the management VM (`noise`) left out unless "
	"the\n"
	"definition says otherwise; `group` is what one entry of `vms:` made; `vm` is one VM.\n"
	"\n"
	"**How replications are put together.** *mean*: a value per replication, and their mean "
	"with\n"
	"Student's t. *ratio*: the sum of the numerators over the sum of the denominators, with a\n"
	"jackknife over replications. *quantile*: of the histograms of all replications, merged\n"
	"(buckets are at most 3.1 % wide, and no interval is narrower than its bucket). From 100\n"
	"replications on a seeded bootstrap draws whole ones (1,000 times). With fewer a value is\n"
	"within the interval of the quantile q if q is within that of the share of events at or\n"
	"below the value, which is a *ratio*; with 10 replications 92 to 96 % of such intervals\n"
	"cover, with 20 and more 94 to 98 %.\n"
	"Intervals are at 95 %. `exact`: every replication gave this very value. No quantile q is\n"
	"given from fewer than 100/(1-q) samples: `n/a (samples)`. `n/a (in some)`: some "
	"replications\n"
	"have no value, and the mean of the others would mislead.\n"
	"\n"
	"**Differences** are paired: replication i of two policies saw the same demand. `better` "
	"and\n"
	"`worse` are said where zero lies outside the interval of the difference, `undecided` "
	"where\n"
	"it lies within, `same` where the difference is exactly zero. Every metric is judged by\n"
	"itself: of 20 undisturbed metrics one will, on average, be called better or worse.\n"
	"\n"
	"**Open waits.** A wait that the end of the run cuts off is counted with at least its "
	"age.\n"
	"`>=` before a quantile says that the waits cut off are so many that it could lie above "
	"the\n"
	"interval given.\n"
	"\n"
	"**Largest.** Tables show the largest of all replications as `*_max`; files have each\n"
	"replication's, and their mean.\n"
	"\n"
	"**How many replications.** With `run.reps.until`, batches double from at least 10. The\n"
	"target is met when the intervals of all policies, and of their differences to the "
	"baseline,\n"
	"have half widths within the given share of the largest value among the policies. Then as\n"
	"many replications again are run, which decide nothing, up to `run.reps.max`: a narrow\n"
	"interval is partly luck, and stopping on it costs coverage. Simulated coverage of the 95 "
	"%\n"
	"interval of a mean, stopping rule on: 94 to 95 % for normal values and for mildly skewed\n"
	"ones (skewness 1); 91 to 94 % for values as skewed as an exponential (skewness 2) while "
	"the\n"
	"number of replications is below about 100.\n"
	"Where runs are of two kinds, 40 are run if `run.reps.max` allows; they are told by "
	"shares\n"
	"and quantiles, not by a mean: docs/results.md.\n"
	"\n";

static void put_scopes(FILE *to, const struct metric *metric)
{
	const char *comma = "";
	unsigned s;

	for (s = 0; s < NR_SCOPES; s++) {
		if (!(metric->scopes & 1u << s))
			continue;
		fprintf(to, "%s%s", comma, scope_kind_name((enum scope_kind)s));
		comma = ", ";
	}
}

static void put_markdown(FILE *to, const struct metric *metric)
{
	fprintf(to, "| `%s` | %s | %s | %s | ", metric->name, metric_unit_name(metric),
		metric_better_name(metric), metric_kind_name(metric));
	put_scopes(to, metric);
	fprintf(to, " | %s |\n", metric->definition);
}

static void put_json(struct json *json, const struct metric *metric)
{
	unsigned s;

	json_open(json, NULL, '{');
	json_string(json, "name", metric->name);
	json_string(json, "unit", metric_unit_name(metric));
	json_string(json, "better", metric_better_name(metric));
	json_string(json, "kind", metric_kind_name(metric));
	json_open(json, "scopes", '[');
	for (s = 0; s < NR_SCOPES; s++)
		if (metric->scopes & 1u << s)
			json_string(json, NULL, scope_kind_name((enum scope_kind)s));
	json_close(json, ']');
	json_string(json, "definition", metric->definition);
	json_close(json, '}');
}

/* One metric in full, or each in three lines. */
static void put_text(FILE *to, const struct metric *metric)
{
	fprintf(to, "%s  [%s]  better: %s, kind: %s, scope: ", metric->name,
		metric_unit_name(metric), metric_better_name(metric), metric_kind_name(metric));
	put_scopes(to, metric);
	fprintf(to, "\n    %s\n", metric->definition);
}

int metrics_print(FILE *to, const struct metric *only, const char *format, struct error *err)
{
	const struct metric *first = only ? only : metric_registry;
	const struct metric *end = only ? only + 1 : metric_registry + nr_metric_registry;
	const struct metric *metric;
	struct json json;

	json_init(&json, to);
	if (!strcmp(format, "json")) {
		json_open(&json, NULL, '[');
		for (metric = first; metric < end; metric++)
			put_json(&json, metric);
		json_close(&json, ']');
	} else if (!strcmp(format, "markdown")) {
		if (!only)
			fputs(intro, to);
		fputs("| metric | unit | better | kind | scope | definition |\n"
		      "|---|---|---|---|---|---|\n",
		      to);
		for (metric = first; metric < end; metric++)
			put_markdown(to, metric);
	} else if (!strcmp(format, "table")) {
		for (metric = first; metric < end; metric++)
			put_text(to, metric);
	} else {
		return error_set(err, STATUS_INPUT, "usage",
				 "--format: found '%s', expected table, markdown or json", format);
	}
	return 0;
}
