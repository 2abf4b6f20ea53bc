/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page_verdict.c - the result in a sentence: what the best policy gains over the baseline, and
 * at what price.  Only differences whose interval leaves zero out are gains and prices.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "page.h"
#include "report/report_text.h"

/* What a reader asks for, in this order: of two gains of the same size the first is told. */
static const char *const asked[] = {"throughput", "completion", "response_p99", "wakeup_p99",
				    "wait_p99"};

#define NR_ASKED (sizeof(asked) / sizeof(asked[0]))

/* A gain or a price: how many times better (>1) or worse (<1) than the baseline. */
struct turn {
	const struct page_row *row;
	double times; /* in the direction that is better */
};

/* The ratio of the means in the direction that is better; 0: there is none. */
static double times_of(const struct page *page, const struct page_row *row, uint32_t policy)
{
	const struct estimate *x = &row->cells[policy].value,
			      *base = &row->cells[page->baseline].value;

	if (x->kind == EST_NA || base->kind == EST_NA || !(x->value > 0) || !(base->value > 0))
		return 0;
	return row->metric->better == BETTER_LOWER ? base->value / x->value
						   : x->value / base->value;
}

static bool is_asked(const struct page *page, const struct page_row *row)
{
	uint32_t i;

	for (i = 0; i < NR_ASKED; i++)
		if (!strcmp(row->metric->name, asked[i]))
			return true;
	return !row->group && !strcmp(row->metric->name, page->primary);
}

/* The largest gain and the highest price of a policy; the primary metric goes first. */
static void weigh(const struct page *page, uint32_t policy, struct turn *gain, struct turn *price)
{
	uint32_t i;

	memset(gain, 0, sizeof(*gain));
	memset(price, 0, sizeof(*price));
	gain->times = price->times = 1;
	for (i = 0; i < page->nr_rows; i++) {
		const struct page_row *row = &page->rows[i];
		const char *verdict = row->cells[policy].verdict;
		double times = times_of(page, row, policy);
		bool leads = !row->group && !strcmp(row->metric->name, page->primary);

		if (!is_asked(page, row) || !(times > 0))
			continue;
		if (!strcmp(verdict, "better") &&
		    (leads || (times > gain->times &&
			       !(gain->row && !strcmp(gain->row->metric->name, page->primary)))))
			*gain = (struct turn){row, times};
		if (!strcmp(verdict, "worse") && times < price->times)
			*price = (struct turn){row, times};
	}
}

/* "64.3 against 14.0 k/s" */
static const char *values_of(struct page *page, const struct page_row *row, uint32_t policy)
{
	double x = row->cells[policy].value.value, base = row->cells[page->baseline].value.value;
	struct text_scale scale = text_scale(row->metric->unit, fmax(fabs(x), fabs(base)));
	char a[TEXT_MAX], b[TEXT_MAX];

	text_number(a, x * scale.factor, 0, 3);
	text_number(b, base * scale.factor, 0, 3);
	return arena_format(&page->arena, "%s against %s%s%s", a, b, *scale.unit ? " " : "",
			    scale.unit);
}

/* "throughput", "build's throughput" */
static const char *name_of(struct page *page, const struct page_row *row)
{
	return row->group ? arena_format(&page->arena, "%s of %s", row->metric->name, row->group)
			  : row->metric->name;
}

static const char *gain_words(struct page *page, const struct turn *gain, uint32_t policy)
{
	bool lower = gain->row->metric->better == BETTER_LOWER;
	const char *how = lower ? "lower" : "higher", *name = name_of(page, gain->row);
	const char *base = page->results.policies[page->baseline].name;
	double percent = lower ? (1 - 1 / gain->times) * 100 : (gain->times - 1) * 100;

	if (gain->times >= 1.95)
		return arena_format(&page->arena, "%.*f times %s %s than %s (%s)",
				    gain->times < 9.95, gain->times, how, name, base,
				    values_of(page, gain->row, policy));
	return arena_format(&page->arena, "%.3g %% %s %s than %s (%s)", percent, how, name, base,
			    values_of(page, gain->row, policy));
}

static const char *price_words(struct page *page, const struct turn *price)
{
	bool lower = price->row->metric->better == BETTER_LOWER;
	const char *name = name_of(page, price->row);

	if (!lower)
		return arena_format(&page->arena, "at %.3g %% of its %s", price->times * 100, name);
	if (price->times < 1 / 1.95)
		return arena_format(&page->arena, "at %.2g times its %s", 1 / price->times, name);
	return arena_format(&page->arena, "at %.2g %% more %s", (1 / price->times - 1) * 100, name);
}

/* -- how often ------------------------------------------------------------------ */

enum column { POLICY, REPLICATION, SCOPE, NAME, METRIC, VALUE, NR_COLUMNS };

static int collect(const struct page *page, const struct page_row *row, uint32_t policy,
		   struct csv *csv, double *x, double *base, struct error *err)
{
	static const char *const names[NR_COLUMNS] = {"policy", "replication", "scope",
						      "name",	"metric",      "value"};
	const char *scope = row->group ? "group" : "host";
	int c[NR_COLUMNS], more;
	double rep, value;
	unsigned i;

	for (i = 0; i < NR_COLUMNS; i++) {
		c[i] = csv_column(csv, names[i], err);
		if (c[i] < 0)
			return -1;
	}
	while ((more = csv_next(csv, err)) > 0) {
		const char *name = csv->fields[c[POLICY]];
		bool ours = !strcmp(name, page->results.policies[policy].name),
		     theirs = !strcmp(name, page->results.policies[page->baseline].name);

		if ((!ours && !theirs) || strcmp(csv->fields[c[METRIC]], row->metric->name) != 0 ||
		    strcmp(csv->fields[c[SCOPE]], scope) != 0 ||
		    (row->group && strcmp(csv->fields[c[NAME]], row->group) != 0) ||
		    !csv_number(csv, c[REPLICATION], &rep) || !csv_number(csv, c[VALUE], &value) ||
		    rep < page->results.first || rep - page->results.first >= page->results.nr_reps)
			continue;
		(ours ? x : base)[(uint32_t)rep - page->results.first] = value;
	}
	return more;
}

int page_wins(const struct page *page, const struct page_row *row, uint32_t policy, uint32_t *wins,
	      uint32_t *nr, struct error *err)
{
	uint32_t n = page->results.nr_reps, i;
	double *x = malloc(2 * ((size_t)n + 1) * sizeof(*x)), *base;
	struct csv csv;
	int failed;

	if (!x)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	base = x + n;
	for (i = 0; i < 2 * n; i++)
		x[i] = NAN;
	*wins = *nr = 0;
	failed = csv_open(&csv, page->dir, "results.csv", err);
	if (failed > 0) {
		failed = collect(page, row, policy, &csv, x, base, err);
		csv_close(&csv);
	}
	for (i = 0; i < n && failed >= 0; i++) {
		if (isnan(x[i]) || isnan(base[i]))
			continue;
		++*nr;
		*wins += row->metric->better == BETTER_LOWER ? x[i] < base[i] : x[i] > base[i];
	}
	free(x);
	return failed < 0 ? -1 : 0;
}

/* -- sentences -------------------------------------------------------------------- */

static const char *sentence_on(struct page *page, uint32_t policy, const struct turn *gain,
			       const struct turn *price)
{
	const char *name = page->results.policies[policy].name;
	const char *base = page->results.policies[page->baseline].name;

	if (gain->row && price->row)
		return arena_format(&page->arena, "%s has %s, %s", name,
				    gain_words(page, gain, policy), price_words(page, price));
	if (gain->row)
		return arena_format(&page->arena, "%s has %s", name,
				    gain_words(page, gain, policy));
	if (price->row)
		return arena_format(&page->arena, "%s is no better than %s, %s", name, base,
				    price_words(page, price));
	return arena_format(&page->arena,
			    "%s is not told from %s in throughput, completion or latency", name,
			    base);
}

static void warn(struct page *page, struct page_verdict *verdict)
{
	const char *text = "";
	uint32_t p;

	for (p = 0; p < page->results.nr_policies; p++)
		if (page->violations[p])
			text = arena_format(&page->arena, "%s%s%s broke the contract", text,
					    *text ? ", " : "", page->results.policies[p].name);
	for (p = 0; p < page->nr_voids; p++)
		text = arena_format(&page->arena, "%s%s%s", text, *text ? "; " : "",
				    page->voids[p]);
	verdict->warning = *text ? text : NULL;
}

/* The policy that gains most. */
static uint32_t choose(const struct page *page)
{
	uint32_t p, best = UINT32_MAX;
	double most = 1;

	for (p = 0; p < page->results.nr_policies; p++) {
		struct turn gain, price;

		if (p == page->baseline)
			continue;
		weigh(page, p, &gain, &price);
		if (gain.row && gain.times > most) {
			most = gain.times;
			best = p;
		}
	}
	return best;
}

int page_judge(struct page *page, struct page_verdict *verdict, struct error *err)
{
	uint32_t best, p, wins, nr;
	struct turn gain, price;

	memset(verdict, 0, sizeof(*verdict));
	warn(page, verdict);
	verdict->others =
		arena_array(&page->arena, page->results.nr_policies + 1, sizeof(*verdict->others));
	if (page->baseline == UINT32_MAX || page->results.nr_policies < 2) {
		verdict->sentence = "there is nothing to compare: one policy, or no baseline";
		return 0;
	}
	best = choose(page);
	for (p = 0; p < page->results.nr_policies; p++) {
		weigh(page, p, &gain, &price);
		if (p != best && p != page->baseline)
			verdict->others[verdict->nr_others++] = sentence_on(page, p, &gain, &price);
	}
	if (best == UINT32_MAX) {
		verdict->sentence = arena_format(&page->arena,
						 "no policy is shown to be better than %s in "
						 "throughput, completion or "
						 "latency",
						 page->results.policies[page->baseline].name);
		return 0;
	}
	weigh(page, best, &gain, &price);
	if (page_wins(page, gain.row, best, &wins, &nr, err))
		return -1;
	verdict->sentence = sentence_on(page, best, &gain, &price);
	if (nr)
		verdict->sentence = arena_format(&page->arena, "%s; so in %u of %u runs",
						 verdict->sentence, wins, nr);
	return 0;
}
