/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From BOOT_LEAST replications on, a bootstrap of quantiles: replications are drawn with replacement, whole, as the
 * waits within one hang together.
 *
 * The merged histogram of a draw is never built: with cumulative counts per
 * replication, the rank of a bucket in it is a dot product with the times each
 * replication was drawn, and the bucket is found by bisection.
 */
#include "hist_boot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/rng.h"
#include "shares.h"

const double boot_quantiles[BOOT_QUANTILES] = {0.5, 0.95, 0.99, 0.999};

struct ranks {
	uint32_t nr_units, nr; /* replications or bundles; buckets in use */
	uint32_t *index; /* [nr] bucket */
	double *below; /* [(nr + 1) * nr_units]: counts below bucket i, by unit */
	double *times; /* [nr_units]: drawn so often */
	uint64_t max;
};

static void ranks_fini(struct ranks *r)
{
	free(r->index);
	free(r->below);
	free(r->times);
}

/* Adds the counts of bucket i, unit by unit; at[] is how far each replication is read. */
static void add_bucket(double *counts, uint32_t i, const struct hist_packed *const *reps,
		       uint32_t nr_reps, uint32_t bundle, uint32_t *at)
{
	uint32_t r;

	for (r = 0; r < nr_reps; r++)
		if (at[r] < reps[r]->nr && reps[r]->index[at[r]] == i)
			counts[r / bundle] += (double)reps[r]->bucket[at[r]++];
}

static int ranks_init(struct ranks *r, const struct hist *merged,
		      const struct hist_packed *const *reps, uint32_t nr_reps, uint32_t bundle)
{
	uint32_t i, k, nr = (nr_reps + bundle - 1) / bundle, *at = calloc(nr_reps + 1, sizeof(*at));

	memset(r, 0, sizeof(*r));
	r->nr_units = nr;
	r->max = merged->max;
	for (i = 0; i < HIST_BUCKETS; i++)
		r->nr += merged->bucket[i] != 0;
	r->index = calloc(r->nr + 1, sizeof(*r->index));
	r->below = calloc((size_t)(r->nr + 1) * nr, sizeof(*r->below));
	r->times = calloc(nr, sizeof(*r->times));
	if (!r->index || !r->below || !r->times || !at) {
		free(at);
		ranks_fini(r);
		return -1;
	}
	for (i = k = 0; i < HIST_BUCKETS; i++) {
		double *before = r->below + (size_t)k * nr;

		if (!merged->bucket[i])
			continue;
		memcpy(before + nr, before, nr * sizeof(*before));
		add_bucket(before + nr, i, reps, nr_reps, bundle, at);
		r->index[k++] = i;
	}
	free(at);
	return 0;
}

/* Counts below bucket k in this draw: sums of integers, exact in any order. */
static double ranks_below(const struct ranks *r, uint32_t k)
{
	const double *below = r->below + (size_t)k * r->nr_units;
	double sum = 0;
	uint32_t j;

	for (j = 0; j < r->nr_units; j++)
		sum += r->times[j] * below[j];
	return sum;
}

static double ranks_quantile(const struct ranks *r, double q)
{
	double rank = q * ranks_below(r, r->nr), before, upto;
	uint32_t low = 0, high = r->nr;

	if (!(rank > 0))
		return 0;
	/* below(low) < rank <= below(high) */
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (ranks_below(r, middle) < rank)
			low = middle;
		else
			high = middle;
	}
	before = ranks_below(r, low);
	upto = ranks_below(r, high);
	return hist_within(r->index[low], (rank - before) / (upto - before), r->max);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/*
 * The percentile interval is too narrow: it lacks n/(n-1) in the variance and knows no
 * Student, which still shows in a hundred bundles.  So it is taken further out, where the normal
 * distribution has what t has at 2.5 % (Hesterberg 2015, "expanded percentile").
 */
static void interval(double *draw, uint32_t nr, double *low, double *high)
{
	double tail = gsl_cdf_ugaussian_P(-sqrt((double)nr / (nr - 1)) * stats_t(nr));
	double at = tail * (BOOT_RESAMPLES - 1);
	uint32_t i = (uint32_t)at;
	double part = at - i;

	qsort(draw, BOOT_RESAMPLES, sizeof(*draw), by_value);
	*low = draw[i] + (draw[i + 1] - draw[i]) * part;
	i = BOOT_RESAMPLES - 1 - i;
	*high = draw[i] - (draw[i] - draw[i - 1]) * part;
}

static void resample(struct boot *boot, struct ranks *ranks, uint64_t key)
{
	double draw[BOOT_RESAMPLES];
	uint64_t counter = 0;
	uint32_t b, i;

	for (b = 0; b < BOOT_RESAMPLES; b++) {
		memset(ranks->times, 0, ranks->nr_units * sizeof(*ranks->times));
		for (i = 0; i < ranks->nr_units; i++)
			ranks->times[(uint32_t)(rng_unit(key, counter++) * ranks->nr_units)] += 1;
		for (i = 0; i < BOOT_QUANTILES; i++)
			boot->draw[i][b] = ranks_quantile(ranks, boot_quantiles[i]);
	}
	for (i = 0; i < BOOT_QUANTILES; i++) {
		memcpy(draw, boot->draw[i], sizeof(draw));
		interval(draw, boot->nr_units, &boot->low[i], &boot->high[i]);
	}
}

static void invert(struct boot *boot, const struct hist_packed *const *reps, uint32_t nr)
{
	uint32_t i;

	hist_invert(&boot->merged, reps, nr, boot_quantiles, boot->value, BOOT_QUANTILES,
		    boot->inverted);
	for (i = 0; i < BOOT_QUANTILES; i++) {
		boot->low[i] = boot->inverted[i].low;
		boot->high[i] = boot->inverted[i].high;
	}
}

int boot_fill(struct boot *boot, const struct hist_packed *const *reps, uint32_t nr, uint64_t seed)
{
	uint32_t bundle = nr ? (nr + BOOT_MAX_UNITS - 1) / BOOT_MAX_UNITS : 1, i;
	struct ranks ranks;

	memset(boot, 0, sizeof(*boot));
	for (i = 0; i < nr; i++)
		hist_merge_packed(&boot->merged, reps[i]);
	boot->nr_reps = boot->nr_units = nr;
	for (i = 0; i < BOOT_QUANTILES; i++)
		boot->value[i] = hist_quantile(&boot->merged, boot_quantiles[i]);
	if (nr < BOOT_LEAST) {
		if (nr > 1 && boot->merged.count)
			invert(boot, reps, nr);
		return 0;
	}
	if (ranks_init(&ranks, &boot->merged, reps, nr, bundle))
		return -1;
	boot->nr_units = ranks.nr_units;
	resample(boot, &ranks, rng_key(seed, nr));
	ranks_fini(&ranks);
	return 0;
}

/* Where the values of this value's bucket may lie: no interval is narrower. */
static void bucket_bounds(double value, double *low, double *high)
{
	uint32_t index = hist_index((uint64_t)value);

	*low = (double)hist_floor(index);
	*high = index == HIST_BUCKETS - 1 ? value : (double)hist_floor(index + 1) - 1;
}

static void finish(struct estimate *e, double value, double low, double high, uint32_t nr)
{
	memset(e, 0, sizeof(*e));
	e->nr_reps = nr;
	e->value = value / 1000;
	e->low = (low < value ? low : value) / 1000;
	e->high = (high > value ? high : value) / 1000;
	if (nr < 2)
		e->kind = EST_POINT;
	else
		e->kind = e->low == e->high ? EST_EXACT : EST_INTERVAL;
	if (e->kind == EST_POINT)
		e->low = e->high = e->value;
}

void boot_estimate(const struct boot *boot, uint32_t i, struct estimate *e)
{
	double value = boot->value[i], low = value, high = value, floor, top;

	if (!hist_enough(boot->merged.count, boot_quantiles[i])) {
		stats_na(e, boot->merged.count ? NA_SAMPLES : NA_EMPTY, boot->nr_reps);
		e->nr_samples = boot->merged.count;
		return;
	}
	bucket_bounds(value, &floor, &top);
	if (boot->nr_reps > 1) {
		low = boot->low[i];
		high = boot->high[i];
	}
	finish(e, value, low < floor ? low : floor, high > top ? high : top, boot->nr_reps);
	e->nr_samples = boot->merged.count;
	e->at_least =
		boot->merged.censored &&
		hist_quantile_worst(&boot->merged, boot_quantiles[i]) > (high > top ? high : top);
}

static void difference_by_draws(const struct boot *boot, const struct boot *base, uint32_t i,
				double *low, double *high)
{
	/* without pairs there may be more of one: the fewer say how far out to go */
	uint32_t units = boot->nr_units < base->nr_units ? boot->nr_units : base->nr_units, b;
	double draw[BOOT_RESAMPLES];

	for (b = 0; b < BOOT_RESAMPLES; b++)
		draw[b] = boot->draw[i][b] - base->draw[i][b];
	interval(draw, units, low, high);
}

/*
 * From the two intervals, side by side, as Newcombe does with those of shares (shares.c;
 * in general: Zou and Donner, Stat. Med. 27, 2008).  The lower end of a difference is the
 * lower side of one and the upper side of the other, if they have nothing to do with one
 * another; so far as they go up and down together, it is the same side of both.
 */
static void difference_by_sides(const struct boot *boot, const struct boot *base, bool paired,
				uint32_t i, double *low, double *high)
{
	double value = boot->value[i], other = base->value[i];
	double phi =
		paired ? inverted_correlation(&boot->inverted[i], &base->inverted[i], boot->nr_reps)
		       : 0;
	double same = fmax(phi, 0);
	double below = fmax(0, other - base->low[i]), above = fmax(0, base->high[i] - other);

	*low = value - other -
	       shares_joined(fmax(0, value - boot->low[i]), above + same * (below - above), phi);
	*high = value - other +
		shares_joined(fmax(0, boot->high[i] - value), below + same * (above - below), phi);
}

void boot_difference(const struct boot *boot, const struct boot *base, enum boot_pairs pairs,
		     uint32_t i, struct estimate *e)
{
	double low, high, floor, top, base_floor, base_top;
	double value = boot->value[i] - base->value[i];
	uint32_t nr = boot->nr_reps < base->nr_reps ? boot->nr_reps : base->nr_reps;

	if (!hist_enough(boot->merged.count, boot_quantiles[i]) ||
	    !hist_enough(base->merged.count, boot_quantiles[i])) {
		stats_na(e, NA_SAMPLES, nr);
		return;
	}
	low = high = value;
	if (nr > 1 && pairs != BOOT_SAME) {
		if (nr >= BOOT_LEAST)
			difference_by_draws(boot, base, i, &low, &high);
		else
			difference_by_sides(boot, base, pairs == BOOT_PAIRED, i, &low, &high);
		bucket_bounds(boot->value[i], &floor, &top);
		bucket_bounds(base->value[i], &base_floor, &base_top);
		if (floor - base_top < low)
			low = floor - base_top;
		if (top - base_floor > high)
			high = top - base_floor;
	}
	finish(e, value, low, high, nr);
	e->nr_samples = boot->merged.count;
}
