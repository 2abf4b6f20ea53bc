/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the replications say about every test.
 *
 * A regression is a movement in the wrong direction that is certain (against no
 * movement at all, corrected over the suite) and larger than the margin.  Where it is
 * certain that it is larger, the first look says so; where only the estimate is, that
 * is close, and all replications are spent before it is called one.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/hist_ops.h"
#include "check.h"

/* One test and what it is judged by. */
struct judged {
	const struct suite_test *test;
	const struct sample *x;
	const struct sample *y; /* `of` or the baseline; NULL: a constant */
	double times; /* what y is multiplied by */
	uint32_t nr;
};

/* -- estimates -------------------------------------------------------------- */

/* Quantiles are those of each replication here, and averaged like any other value. */
static bool is_ratio(const struct metric *metric)
{
	return metric->kind == METRIC_RATIO;
}

static void estimate(const struct metric *metric, const struct sample *x, uint32_t nr,
		     struct estimate *e)
{
	if (is_ratio(metric))
		stats_ratio(x, nr, e);
	else
		stats_mean(x, nr, e);
}

static void shift(struct estimate *e, double by)
{
	if (e->kind == EST_NA)
		return;
	e->value += by;
	e->low += by;
	e->high += by;
}

static void constant(struct estimate *e, double value, uint32_t nr)
{
	memset(e, 0, sizeof(*e));
	e->kind = EST_EXACT;
	e->value = e->low = e->high = value;
	e->nr_reps = nr;
}

/* value, reference and moved of a result. */
static int measure(const struct judged *j, struct check_result *r)
{
	const struct metric *metric = j->test->metric;
	struct sample *y;
	uint32_t i;

	estimate(metric, j->x, j->nr, &r->value);
	if (!j->y) {
		constant(&r->reference, j->test->value, j->nr);
		r->moved = r->value;
		shift(&r->moved, -j->test->value);
		return 0;
	}
	y = calloc(j->nr + 1, sizeof(*y));
	if (!y)
		return -1;
	for (i = 0; i < j->nr; i++)
		y[i] = (struct sample){j->y[i].num * j->times, j->y[i].den};
	estimate(metric, y, j->nr, &r->reference);
	if (is_ratio(metric))
		stats_ratio_difference(j->x, y, j->nr, &r->moved);
	else
		stats_mean_difference(j->x, y, j->nr, &r->moved);
	free(y);
	return 0;
}

/* -- one test --------------------------------------------------------------- */

/* +1: more is worse. */
static double direction(const struct suite_test *test)
{
	if (test->bound == SUITE_BASELINE)
		return test->metric->better == BETTER_LOWER ? 1 : -1;
	return test->bound == SUITE_AT_MOST ? 1 : -1;
}

/* The margin is of all that was recorded: the same at every look. */
static double margin_of(const struct suite_test *test, const struct baseline_series *recorded)
{
	struct estimate e;
	double relative;

	if (!recorded)
		return 0;
	estimate(test->metric, recorded->x, recorded->nr, &e);
	relative = e.kind == EST_NA ? 0 : test->relative * fabs(e.value);
	return relative > test->absolute ? relative : test->absolute;
}

static double value_at(const struct sample *x, double otherwise)
{
	return x->den > 0 ? x->num / x->den : otherwise;
}

static void find_worst(const struct judged *j, struct check_result *r)
{
	double sign = direction(j->test), most = -INFINITY;
	uint32_t i;

	for (i = 0; i < j->nr; i++) {
		double was = j->y ? value_at(&j->y[i], 0) * j->times : j->test->value;
		double now = value_at(&j->x[i], was);

		if (j->x[i].den > 0 && !(sign * (now - was) > most))
			continue;
		r->worst = i;
		r->worst_value = now;
		r->worst_reference = was;
		most = sign * (now - was);
		if (!(j->x[i].den > 0))
			return; /* nothing at all differs most */
	}
}

/* One-sided: how likely is such an estimate if the truth is not above 0? */
static double p_above(double value, double se, uint32_t nr)
{
	if (!(se > 0))
		return value > 0 ? 0 : 1;
	return gsl_cdf_tdist_Q(value / se, nr - 1);
}

static void no_p(struct check_result *r)
{
	r->p_moved = r->p_beyond = r->p_within = 1;
	r->excess = 0;
}

/* The one-sided p-values of a movement; worse: by how much, in the wrong direction. */
static void set_p(struct check_result *r, double worse, const struct estimate *moved)
{
	double se = estimate_half(moved) / stats_t(moved->nr_reps);

	r->excess = worse - r->margin;
	if (moved->kind == EST_POINT) { /* a single replication has all that there is */
		no_p(r);
		return;
	}
	r->p_moved = p_above(worse, se, moved->nr_reps);
	r->p_beyond = p_above(r->excess, se, moved->nr_reps);
	if (se > 0)
		r->p_within = gsl_cdf_tdist_P(r->excess / se, moved->nr_reps - 1);
	else
		r->p_within = r->excess > 0 ? 1 : 0;
}

static void judge_value(const struct judged *j, const struct baseline_series *recorded,
			struct check_result *r)
{
	r->nr_reps = j->nr;
	r->reason = NULL;
	no_p(r);
	if (measure(j, r)) {
		r->reason = "out of memory";
		return;
	}
	r->margin = margin_of(j->test, recorded);
	find_worst(j, r);
	if (r->value.kind == EST_NA) {
		r->reason = r->value.reason == NA_MISSING ? "no value in some replications"
							  : "no value: nothing to measure";
		r->p_moved = r->p_beyond = 0;
	} else if (r->moved.kind == EST_NA) {
		r->reason = "no value to compare with";
	} else {
		set_p(r, direction(j->test) * r->moved.value, &r->moved);
	}
}

/* Has a policy of this test no results?  Then nothing holds of it. */
static bool judge_void(struct check *check, uint32_t i)
{
	const struct check_series *s = &check->series[check->series_of[i]];
	struct check_result *r = &check->results[i];

	if (!s->why_void && check->reference_of[i] != SUITE_NONE)
		s = &check->series[check->reference_of[i]];
	if (!s->why_void)
		return false;
	no_p(r);
	r->verdict = CHECK_VOID;
	r->reason = s->why_void;
	r->nr_reps = s->nr;
	r->worst = s->void_rep;
	return true;
}

/* Up, to two digits. */
static uint64_t round_up(double ns)
{
	double unit = 1;

	while (ns / unit >= 100)
		unit *= 10;
	return (uint64_t)(ceil(ns / unit) * unit);
}

/*
 * Has a quantile of this test too few samples in some replication?  That says nothing, unless
 * there is none at all: who completes nothing has become worse.  More replications are no help,
 * as each has a quantile of its own, but longer ones are.
 */
static bool judge_few(struct check *check, uint32_t i)
{
	const struct suite_test *test = &check->suite->tests[i];
	const struct check_series *s = &check->series[check->series_of[i]], *other = NULL;
	struct check_result *r = &check->results[i];
	uint64_t now_ns;

	if (test->metric->kind != METRIC_QUANTILE)
		return false;
	if (check->reference_of[i] != SUITE_NONE)
		other = &check->series[check->reference_of[i]];
	if (other && other->fewest < s->fewest)
		s = other;
	if (!s->fewest || hist_enough(s->fewest, test->metric->quantile))
		return false;
	now_ns = check->suite->scenarios[test->scenario].world->run.duration_ns;
	no_p(r);
	r->verdict = CHECK_FEW;
	r->nr_reps = s->nr;
	r->worst = s->fewest_rep;
	r->nr_samples = s->fewest;
	r->needed_samples = (uint64_t)ceil(100 / (1 - test->metric->quantile) - 1e-6);
	/* a fifth more, since one replication has more of them than another */
	r->needed_ns = round_up(
		fmin(1.2 * (double)now_ns * (double)r->needed_samples / (double)s->fewest, 1e18));
	return true;
}

static void judge_test(struct check *check, uint32_t i)
{
	const struct suite_test *test = &check->suite->tests[i];
	const struct check_series *s = &check->series[check->series_of[i]];
	struct judged j = {.test = test, .x = s->x, .nr = s->nr, .times = 1};

	if (check->recorded[i]) {
		j.y = check->recorded[i]->x;
		if (j.nr > check->recorded[i]->nr)
			j.nr = check->recorded[i]->nr;
	} else if (test->of != SUITE_NONE) {
		j.y = check->series[check->reference_of[i]].x;
		j.times = test->value;
	}
	judge_value(&j, check->recorded[i], &check->results[i]);
}

/* -- all of them ------------------------------------------------------------ */

struct ranked {
	double p;
	uint32_t test;
};

static int by_p(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return x->test < y->test ? -1 : x->test > y->test;
}

/* p[test] becomes Holm's adjusted one, times the number of looks.  -1: no memory. */
static int correct(double *p, uint32_t nr, uint32_t nr_looks)
{
	struct ranked *order = calloc(nr, sizeof(*order));
	double most = 0;
	uint32_t i;

	if (!order)
		return -1;
	for (i = 0; i < nr; i++)
		order[i] = (struct ranked){p[i], i};
	qsort(order, nr, sizeof(*order), by_p);
	for (i = 0; i < nr; i++) {
		most = fmax(most, order[i].p * (nr - i) * nr_looks);
		p[order[i].test] = fmin(most, 1);
	}
	free(order);
	return 0;
}

/* Fills p_holm and p_surely; where memory runs out nobody is accused. */
static void correct_all(struct check *check)
{
	uint32_t nr = check->suite->nr_tests, i;
	double *p = calloc(2 * (size_t)nr, sizeof(*p));
	bool corrected = p != NULL;

	for (i = 0; p && i < nr; i++) {
		p[i] = check->results[i].p_moved;
		p[nr + i] = check->results[i].p_beyond;
	}
	corrected = corrected && !correct(p, nr, check->nr_looks) &&
		    !correct(p + nr, nr, check->nr_looks);
	for (i = 0; i < nr; i++) {
		check->results[i].p_holm = corrected ? p[i] : 1;
		check->results[i].p_surely = corrected ? p[nr + i] : 1;
	}
	free(p);
}

static void decide(struct check *check, uint32_t i, bool last)
{
	struct check_result *r = &check->results[i];
	double level = check->suite->level;

	if (r->verdict != CHECK_OPEN)
		return;
	if (r->p_surely <= level || (last && r->p_holm <= level && r->excess > 0))
		r->verdict = CHECK_REGRESSION;
	else if (r->p_within * check->nr_looks <= level)
		r->verdict = CHECK_HELD;
	else if (last)
		r->verdict = CHECK_UNDECIDED;
}

void check_judge(struct check *check, bool last)
{
	uint32_t i;

	for (i = 0; i < check->suite->nr_tests; i++)
		if (!judge_void(check, i) && check->results[i].verdict == CHECK_OPEN &&
		    !judge_few(check, i))
			judge_test(check, i);
	correct_all(check);
	for (i = 0; i < check->suite->nr_tests; i++)
		decide(check, i, last);
}
