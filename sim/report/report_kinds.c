/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs of two kinds, in quantiles, shares and words.  Nothing is printed where nothing
 * speaks for two kinds.
 */
#include "study/kinds.h"

#include <stdlib.h>

#include "report.h"
#include "report_text.h"

static uint32_t host_column(const struct study *study, const struct metric *metric)
{
	struct scope host = scope_host(study->world);

	return study_column(study, metric, &host);
}

/* -- quantiles ----------------------------------------------------------------- */

static void quantile_cell(struct text_table *table, const struct kinds *k,
			  const struct text_scale *scale)
{
	char low[TEXT_MAX], median[TEXT_MAX], high[TEXT_MAX];

	if (!k->nr) {
		text_table_cell(table, "n/a  ");
		return;
	}
	text_number(low, k->low * scale->factor, 0, 3);
	text_number(median, k->median * scale->factor, 0, 3);
	text_number(high, k->high * scale->factor, 0, 3);
	text_table_cell(table, "%.20s (%.20s to %.20s) %c", median, low, high,
			k->by == KINDS_TOLD ? '*' : ' ');
}

/* A row, if there are two kinds in it or it is asked for.  0, or -1: no memory. */
static int quantile_row(const struct study *study, const struct metric *metric, bool always,
			struct kinds *kinds, struct text_table *table)
{
	uint32_t column = host_column(study, metric), p;
	struct text_scale scale;
	double largest = 0;
	bool told = always;

	if (column == UINT32_MAX)
		return 0;
	for (p = 0; p < study->nr_policies; p++) {
		if (kinds_of(study, column, p, &kinds[p]))
			return -1;
		told |= kinds[p].by == KINDS_TOLD;
		largest = kinds[p].high > largest ? kinds[p].high : largest;
	}
	if (!told)
		return 0;
	scale = text_scale(metric->unit, largest);
	text_table_cell(table, "%s", metric->name);
	text_table_cell(table, "%s", scale.unit);
	for (p = 0; p < study->nr_policies; p++)
		quantile_cell(table, &kinds[p], &scale);
	return 0;
}

static int print_quantiles(FILE *to, const struct report *report, struct kinds *kinds)
{
	const struct study *study = report->study;
	struct text_table table;
	uint32_t p, i;
	int failed = 0;

	text_table_init(&table, 2 + study->nr_policies);
	text_table_cell(&table, "metric");
	text_table_cell(&table, "%s", "");
	for (p = 0; p < study->nr_policies; p++)
		text_table_cell(&table, "%.64s  ", study_policy_name(study, p));
	for (i = 0; i < nr_metric_registry && !failed; i++) {
		const struct metric *metric = &metric_registry[i];
		bool lead = metric == kinds_lead(study, report->primary);

		if ((lead || metric->headline || report->all) && !metric->rare)
			failed = quantile_row(study, metric, lead, kinds, &table);
	}
	failed = failed || text_table_print(to, &table, 2);
	text_table_fini(&table);
	return failed ? -1 : 0;
}

/* -- shares -------------------------------------------------------------------- */

/* What makes a run of the bad kind, in words and as a limit. */
struct criterion {
	const struct study *study;
	uint32_t column;
	bool convoy; /* that of the model; else: */
	double limit;
	bool above; /* bad is what lies at the limit or above, else at it or below */
	char words[160];
};

static double value_at(const struct criterion *c, uint32_t policy, uint32_t rep)
{
	struct sample s = (*study_slot(c->study, rep, policy))->samples[c->column];

	return s.num / s.den;
}

static bool is_bad(const struct criterion *c, uint32_t policy, uint32_t rep)
{
	if (c->convoy)
		return kinds_convoy(c->study, policy, rep);
	return c->above ? value_at(c, policy, rep) >= c->limit
			: value_at(c, policy, rep) <= c->limit;
}

static void compare_shares(FILE *to, const struct criterion *c, uint32_t policy)
{
	const struct study *study = c->study;
	struct share_pairs pairs = {0, 0, 0, 0};
	struct share difference, share;
	const char *verdict = "undecided";
	uint32_t r, nr = 0;

	for (r = 0; r < study->nr_reps; r++) {
		bool x = is_bad(c, policy, r), base = is_bad(c, study->baseline, r);

		pairs.both += x && base;
		pairs.only_x += x && !base;
		pairs.only_base += base && !x;
		pairs.neither += !x && !base;
		nr += x;
	}
	share_wilson(nr, study->nr_reps, &share);
	share_difference(&pairs, &difference);
	if (difference.high < 0)
		verdict = "better";
	else if (difference.low > 0)
		verdict = "worse";
	fprintf(to, "  %s: %.0f %% of the runs (%.0f to %.0f); %+.0f %% pt (%+.0f to %+.0f) %s\n",
		study_policy_name(study, policy), share.value * 100, share.low * 100,
		share.high * 100, difference.value * 100, difference.low * 100,
		difference.high * 100, verdict);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The median of one kind of runs.  False: there are none, or some run has no value. */
static bool median_of(const struct criterion *c, uint32_t policy, bool bad, double *median)
{
	double *x = kinds_values(c->study, c->column, policy, false);
	uint32_t nr = study_nr_reps(c->study, policy), n = 0, r;

	for (r = 0; x && r < nr; r++)
		if (is_bad(c, policy, r) == bad)
			x[n++] = x[r];
	if (n) {
		qsort(x, n, sizeof(*x), by_value);
		*median = quantile_of(x, n, 0.5);
	}
	free(x);
	return n > 0;
}

static void print_median(FILE *to, double median, const struct text_scale *scale)
{
	char number[TEXT_MAX];

	text_number(number, median * scale->factor, 0, 3);
	fprintf(to, ", median %s%s%s", number, *scale->unit ? " " : "", scale->unit);
}

/* "82 % of the runs (76 to 88) make half of gang's ...", and the other policies. */
static void print_shares(FILE *to, const struct criterion *c, uint32_t policy, uint32_t nr_between,
			 bool compare)
{
	const struct study *study = c->study;
	uint32_t nr = study_nr_reps(study, policy), n = 0, r, p;
	double bad = 0, good = 0;
	struct text_scale scale;
	struct share share;
	bool has_bad, has_good;

	for (r = 0; r < nr; r++)
		n += is_bad(c, policy, r);
	share_wilson(n, nr, &share);
	has_bad = median_of(c, policy, true, &bad);
	has_good = median_of(c, policy, false, &good);
	scale = text_scale(study->columns[c->column].metric->unit, bad > good ? bad : good);
	fprintf(to, "%s: %.0f %% of the runs (%.0f to %.0f) %s", study_policy_name(study, policy),
		share.value * 100, share.low * 100, share.high * 100, c->words);
	if (has_bad)
		print_median(to, bad, &scale);
	if (n < nr)
		fprintf(to, "; %.0f %% %s", (1 - share.value) * 100,
			c->convoy  ? "have none"
			: c->above ? "less"
				   : "more");
	if (has_good)
		print_median(to, good, &scale);
	if (nr_between)
		fprintf(to, "; %.0f %% lie between", 100.0 * nr_between / nr);
	fputc('\n', to);
	for (p = 0; compare && p < study->nr_policies; p++)
		if (p != study->baseline)
			compare_shares(to, c, p);
}

/* -- what the words are -------------------------------------------------------- */

/* The best policy whose runs are of one kind: what the others are measured by. */
static uint32_t yardstick(const struct study *study, const struct metric *metric,
			  const struct kinds *kinds)
{
	uint32_t p, best = UINT32_MAX;

	for (p = 0; p < study->nr_policies; p++) {
		if (!kinds[p].nr || kinds[p].by || kinds[p].median <= 0)
			continue;
		if (best == UINT32_MAX ||
		    (metric->better == BETTER_HIGHER ? kinds[p].median > kinds[best].median
						     : kinds[p].median < kinds[best].median))
			best = p;
	}
	return metric->better == BETTER_NONE ? UINT32_MAX : best;
}

static void choose_criterion(struct criterion *c, const struct kinds *kinds, uint32_t policy)
{
	const struct metric *metric = c->study->columns[c->column].metric;
	const struct groups *g = &kinds[policy].groups;
	uint32_t best = yardstick(c->study, metric, kinds);
	const char *verb = metric->unit == UNIT_OPS || metric->unit == UNIT_RATE ? "make" : "have";
	struct text_scale scale = text_scale(metric->unit, g->border);
	char number[TEXT_MAX];

	c->above = metric->better == BETTER_LOWER;
	c->limit = best == UINT32_MAX ? 0 : kinds[best].median * (c->above ? 2 : 0.5);
	if (best != UINT32_MAX && c->limit > g->median_below && c->limit < g->median_above) {
		snprintf(c->words, sizeof(c->words), "%s %s %.64s's %s or %s", verb,
			 c->above ? "twice" : "half of", study_policy_name(c->study, best),
			 metric->name, c->above ? "more" : "less");
		return;
	}
	c->limit = g->border;
	text_number(number, g->border * scale.factor, 0, 3);
	snprintf(c->words, sizeof(c->words), "%s a %s of %.30s%s%s or %s", verb, metric->name,
		 number, *scale.unit ? " " : "", scale.unit, c->above ? "more" : "less");
}

/* The groups of the lead metric, policy by policy. */
static int print_groups(FILE *to, const struct report *report, struct kinds *kinds)
{
	const struct study *study = report->study;
	struct criterion c = {.study = study,
			      .column = host_column(study, kinds_lead(study, report->primary))};
	bool all_have = true;
	uint32_t p;

	for (p = 0; p < study->nr_policies; p++) {
		if (kinds_of(study, c.column, p, &kinds[p]))
			return -1;
		all_have &= kinds[p].nr > 0;
	}
	for (p = 0; p < study->nr_policies; p++) {
		if (kinds[p].by == KINDS_SUSPECTED)
			fprintf(to,
				"%s: two kinds of runs are likely in %s; %u replications would "
				"tell, these are %u\n",
				study_policy_name(study, p),
				kinds_lead(study, report->primary)->name, GROUPS_TELL, kinds[p].nr);
		if (kinds[p].by != KINDS_TOLD)
			continue;
		choose_criterion(&c, kinds, p);
		print_shares(to, &c, p, kinds[p].groups.nr_between,
			     all_have && p == study->baseline);
	}
	return 0;
}

static void print_convoys(FILE *to, const struct report *report)
{
	const struct study *study = report->study;
	struct criterion c = {
		.study = study,
		.column = host_column(study, kinds_lead(study, report->primary)),
		.convoy = true,
		.words = "have a lock in a convoy for more than half of the window",
	};
	uint32_t p;

	for (p = 0; p < study->nr_policies; p++)
		if (kinds_convoys(study, p))
			print_shares(to, &c, p, 0, p == study->baseline);
}

/* -- all of it ----------------------------------------------------------------- */

int report_kinds(FILE *to, const struct report *report)
{
	const struct study *study = report->study;
	struct kinds *kinds;
	int failed;

	if (!kinds_speak(study, report->primary))
		return 0;
	kinds = calloc(study->nr_policies, sizeof(*kinds));
	if (!kinds)
		return -1;
	fputs("\nTwo kinds of runs: a mean describes neither.  The median run, and where 10 and "
	      "90 % of the runs lie (*: in two groups)\n",
	      to);
	failed = print_quantiles(to, report, kinds);
	if (!failed) {
		print_convoys(to, report);
		failed = print_groups(to, report, kinds);
	}
	free(kinds);
	return failed;
}
