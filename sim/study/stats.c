/* SPDX-License-Identifier: BSD-2-Clause */
#include "stats.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

double estimate_half(const struct estimate *e)
{
	return e->kind == EST_INTERVAL ? (e->high - e->low) / 2 : 0;
}

double stats_t(uint32_t nr)
{
	return gsl_cdf_tdist_Pinv((1 + STATS_LEVEL) / 2, (double)nr - 1);
}

void stats_na(struct estimate *e, enum na_reason reason, uint32_t nr)
{
	memset(e, 0, sizeof(*e));
	e->kind = EST_NA;
	e->reason = reason;
	e->nr_reps = nr;
}

static void set_value(struct estimate *e, enum estimate_kind kind, double value, double half,
		      uint32_t nr)
{
	memset(e, 0, sizeof(*e));
	e->kind = kind;
	e->value = value;
	e->low = value - half;
	e->high = value + half;
	e->nr_reps = nr;
}

/* One value a replication: what is there for an interval, but for x[i] itself? */
static enum na_reason missing(const struct sample *x, uint32_t nr)
{
	uint32_t i, nr_missing = 0;

	for (i = 0; i < nr; i++)
		nr_missing += !(x[i].den > 0);
	if (!nr_missing && nr)
		return NA_NONE;
	return nr_missing == nr ? NA_EMPTY : NA_MISSING;
}

static double difference(const struct sample *x, const struct sample *base, uint32_t i)
{
	double value = x[i].num / x[i].den;

	return base ? value - base[i].num / base[i].den : value;
}

static void mean(const struct sample *x, const struct sample *base, uint32_t nr, struct estimate *e)
{
	double sum = 0, squares = 0, first = difference(x, base, 0), centre;
	bool equal = true;
	uint32_t i;

	for (i = 0; i < nr; i++) {
		double value = difference(x, base, i);

		sum += value;
		equal &= value == first;
	}
	if (equal) {
		set_value(e, nr < 2 ? EST_POINT : EST_EXACT, first, 0, nr);
		return;
	}
	centre = sum / nr;
	for (i = 0; i < nr; i++) {
		double off = difference(x, base, i) - centre;

		squares += off * off;
	}
	set_value(e, EST_INTERVAL, centre, stats_t(nr) * sqrt(squares / (nr - 1) / nr), nr);
}

void stats_mean(const struct sample *x, uint32_t nr, struct estimate *e)
{
	enum na_reason reason = missing(x, nr);

	if (reason)
		stats_na(e, reason, nr);
	else
		mean(x, NULL, nr, e);
}

void stats_mean_difference(const struct sample *x, const struct sample *base, uint32_t nr,
			   struct estimate *e)
{
	enum na_reason reason = missing(x, nr);

	if (!reason)
		reason = missing(base, nr);
	if (reason)
		stats_na(e, reason, nr);
	else
		mean(x, base, nr, e);
}

/* -- ratios of sums --------------------------------------------------------- */

struct ratio {
	const struct sample *x;
	double num, den;
	bool equal; /* every replication gives the same ratio, and has one */
};

static void ratio_init(struct ratio *r, const struct sample *x, uint32_t nr)
{
	uint32_t i;

	*r = (struct ratio){.x = x, .equal = true};
	for (i = 0; i < nr; i++) {
		r->num += x[i].num;
		r->den += x[i].den;
		r->equal &= x[i].den > 0 && x[i].num / x[i].den == x[0].num / x[0].den;
	}
}

static double ratio_value(const struct ratio *r)
{
	return r->equal ? r->x[0].num / r->x[0].den : r->num / r->den;
}

/* The ratio without replication i; false if nothing is left to divide by. */
static bool ratio_without(const struct ratio *r, uint32_t i, double *value)
{
	double den = r->den - r->x[i].den;

	if (!(den > r->den * 1e-12))
		return false;
	*value = (r->num - r->x[i].num) / den;
	return true;
}

/* t times the jackknife's standard error, or -1 if it has none. */
static double jackknife_half(const struct ratio *a, const struct ratio *b, uint32_t nr)
{
	double sum = 0, squares = 0, value, other;
	uint32_t i;

	for (i = 0; i < nr; i++) {
		if (!ratio_without(a, i, &value))
			return -1;
		if (b) {
			if (!ratio_without(b, i, &other))
				return -1;
			value -= other;
		}
		sum += value;
	}
	for (i = 0; i < nr; i++) {
		ratio_without(a, i, &value);
		if (b && ratio_without(b, i, &other))
			value -= other;
		squares += (value - sum / nr) * (value - sum / nr);
	}
	return stats_t(nr) * sqrt(squares * (nr - 1) / nr);
}

static void ratio_estimate(const struct ratio *a, const struct ratio *b, bool exact, uint32_t nr,
			   struct estimate *e)
{
	double value = ratio_value(a) - (b ? ratio_value(b) : 0), half;

	if (nr < 2 || exact) {
		set_value(e, nr < 2 ? EST_POINT : EST_EXACT, value, 0, nr);
		return;
	}
	half = jackknife_half(a, b, nr);
	if (half < 0)
		set_value(e, EST_POINT, value, 0, nr);
	else
		set_value(e, EST_INTERVAL, value, half, nr);
}

void stats_ratio(const struct sample *x, uint32_t nr, struct estimate *e)
{
	struct ratio r;

	ratio_init(&r, x, nr);
	if (!(r.den > 0))
		stats_na(e, NA_EMPTY, nr);
	else
		ratio_estimate(&r, NULL, r.equal, nr, e);
}

void stats_ratio_difference(const struct sample *x, const struct sample *base, uint32_t nr,
			    struct estimate *e)
{
	struct ratio a, b;
	bool same = true;
	uint32_t i;

	ratio_init(&a, x, nr);
	ratio_init(&b, base, nr);
	for (i = 0; i < nr; i++)
		same &= x[i].num == base[i].num && x[i].den == base[i].den;
	if (!(a.den > 0) || !(b.den > 0))
		stats_na(e, NA_EMPTY, nr);
	else
		ratio_estimate(&a, &b, same || (a.equal && b.equal), nr, e);
}

/* -- without pairs ---------------------------------------------------------- */

/* The standard error behind an interval. */
static double standard_error(const struct estimate *e)
{
	return e->nr_reps > 1 ? estimate_half(e) / stats_t(e->nr_reps) : 0;
}

void stats_unpaired(const struct sample *x, uint32_t nr, const struct sample *base,
		    uint32_t nr_base, bool ratio, struct estimate *e)
{
	uint32_t least = nr < nr_base ? nr : nr_base;
	struct estimate a, b;
	double va, vb, freedom;

	if (ratio) {
		stats_ratio(x, nr, &a);
		stats_ratio(base, nr_base, &b);
	} else {
		stats_mean(x, nr, &a);
		stats_mean(base, nr_base, &b);
	}
	if (a.kind == EST_NA || b.kind == EST_NA) {
		stats_na(e, a.kind == EST_NA ? a.reason : b.reason, least);
		return;
	}
	va = standard_error(&a) * standard_error(&a);
	vb = standard_error(&b) * standard_error(&b);
	if (a.kind == EST_POINT || b.kind == EST_POINT) {
		set_value(e, EST_POINT, a.value - b.value, 0, least);
	} else if (!(va + vb > 0)) {
		set_value(e, EST_EXACT, a.value - b.value, 0, least);
	} else {
		freedom =
			(va + vb) * (va + vb) / (va * va / (nr - 1.0) + vb * vb / (nr_base - 1.0));
		set_value(e, EST_INTERVAL, a.value - b.value,
			  gsl_cdf_tdist_Pinv((1 + STATS_LEVEL) / 2, freedom) * sqrt(va + vb),
			  least);
	}
}

/* -- when to stop ----------------------------------------------------------- */

void stop_init(struct stop_rule *rule, uint32_t min, uint32_t max, double until_rel)
{
	memset(rule, 0, sizeof(*rule));
	rule->min = min ? min : 1;
	rule->max = max > rule->min ? max : rule->min;
	rule->until_rel = until_rel;
	rule->goal = rule->min;
	if (until_rel > 0 && rule->goal < STOP_MIN_REPS)
		rule->goal = STOP_MIN_REPS < rule->max ? STOP_MIN_REPS : rule->max;
}

enum stop_state stop_judge(struct stop_rule *rule, double half, double scale)
{
	if (!(rule->until_rel > 0))
		return rule->state = STOP_FIXED;
	if (rule->reached)
		return rule->state = STOP_TARGET;
	rule->reached = rule->goal >= STOP_MIN_REPS && half <= rule->until_rel * scale;
	if (rule->goal >= rule->max)
		return rule->state = rule->reached ? STOP_TARGET : STOP_CAP;
	rule->goal = rule->goal > rule->max / 2 ? rule->max : 2 * rule->goal;
	return STOP_MORE;
}

void stop_extend(struct stop_rule *rule, uint32_t goal)
{
	rule->goal = goal;
	rule->state = STOP_MORE;
}
