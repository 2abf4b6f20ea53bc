/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the replications say about every test.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

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

/* The two one-sided p-values of an excess. */
static void set_p(struct check_result *r, double excess, const struct estimate *moved)
{
	double se = estimate_half(moved) / stats_t(moved->nr_reps);

	if (moved->kind == EST_POINT) { /* a single replication has all that there is */
		r->p_beyond = r->p_within = 1;
	} else if (!(se > 0)) {
		r->p_beyond = excess > 0 ? 0 : 1;
		r->p_within = excess > 0 ? 1 : 0;
	} else {
		r->p_beyond = gsl_cdf_tdist_Q(excess / se, moved->nr_reps - 1);
		r->p_within = gsl_cdf_tdist_P(excess / se, moved->nr_reps - 1);
	}
}

static void judge_value(const struct judged *j, const struct baseline_series *recorded,
			struct check_result *r)
{
	r->nr_reps = j->nr;
	r->reason = NULL;
	if (measure(j, r)) {
		r->p_beyond = r->p_within = 1;
		r->reason = "out of memory";
		return;
	}
	r->margin = margin_of(j->test, recorded);
	find_worst(j, r);
	if (r->value.kind == EST_NA) {
		r->reason = r->value.reason == NA_MISSING ? "no value in some replications"
							  : "no value: nothing to measure";
		r->p_beyond = 0;
		r->p_within = 1;
	} else if (r->moved.kind == EST_NA) {
		r->reason = "no value to compare with";
		r->p_beyond = r->p_within = 1;
	} else {
		set_p(r, direction(j->test) * r->moved.value - r->margin, &r->moved);
	}
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

static int by_p(const void *a, const void *b)
{
	const struct check_result *x = *(struct check_result *const *)a,
				  *y = *(struct check_result *const *)b;

	if (x->p_beyond != y->p_beyond)
		return x->p_beyond < y->p_beyond ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Holm's adjusted p-values, times the number of looks. */
static int correct(struct check *check)
{
	uint32_t nr = check->suite->nr_tests, i;
	struct check_result **order = calloc(nr, sizeof(struct check_result *));
	double most = 0;

	if (!order)
		return -1;
	for (i = 0; i < nr; i++)
		order[i] = &check->results[i];
	qsort(order, nr, sizeof(struct check_result *), by_p);
	for (i = 0; i < nr; i++) {
		double p = order[i]->p_beyond * (nr - i) * check->nr_looks;

		if (p > most)
			most = p;
		order[i]->p_holm = most < 1 ? most : 1;
	}
	free(order);
	return 0;
}

static void decide(struct check *check, uint32_t i, bool last)
{
	struct check_result *r = &check->results[i];
	double level = check->suite->level;

	if (r->verdict != CHECK_OPEN)
		return;
	if (r->p_holm <= level)
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
		if (check->results[i].verdict == CHECK_OPEN)
			judge_test(check, i);
	if (correct(check)) /* no memory: nobody is accused */
		for (i = 0; i < check->suite->nr_tests; i++)
			check->results[i].p_holm = 1;
	for (i = 0; i < check->suite->nr_tests; i++)
		decide(check, i, last);
}
