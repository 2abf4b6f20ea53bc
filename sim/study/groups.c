/* SPDX-License-Identifier: BSD-2-Clause */
#include "groups.h"

#include <math.h>
#include <string.h>

#include "shares.h"

#define OVER_SKEW 0.02 /* gain beyond what a bent scale has */
#define FAR_GAIN 0.5 /* gain that needs no comparison ... */
#define FAR_SQUARE 7.5 /* ... if this many times the larger variance within, too */
#define LEAST_SHARE 1e-12 /* of the variance that may be left within */

/* Of values [from, upto). */
struct moments {
	double mean, squares; /* sum of squares about the mean */
};

static struct moments moments_of(const double *x, uint32_t from, uint32_t upto)
{
	struct moments m = {0, 0};
	uint32_t i;

	for (i = from; i < upto; i++)
		m.mean += x[i];
	m.mean /= upto - from;
	for (i = from; i < upto; i++)
		m.squares += (x[i] - m.mean) * (x[i] - m.mean);
	return m;
}

/* -- the best border --------------------------------------------------------- */

static double gain_of(double share_within, double share_below)
{
	double p = share_below;

	/* cppcheck-suppress invalidFunctionArg ; either group has a value, so p is inside (0, 1) */
	return -log(fmax(share_within, LEAST_SHARE)) / 2 + p * log(p) + (1 - p) * log(1 - p);
}

/* Returns how many values are below it; its gain. */
static uint32_t best_border(const double *x, uint32_t nr, const struct moments *all, double *gain)
{
	uint32_t i, best = 0;
	double below = 0;

	for (i = 1; i + GROUPS_LEAST <= nr; i++) {
		double between, p = (double)i / nr, this_gain;

		below += x[i - 1] - all->mean;
		if (i < GROUPS_LEAST || x[i] == x[i - 1])
			continue;
		/* the sums of both groups, about the mean of all, are each other's negative */
		between = below * below / i + below * below / (nr - i);
		this_gain = gain_of(1 - between / all->squares, p);
		if (!best || this_gain > *gain) {
			*gain = this_gain;
			best = i;
		}
	}
	return best;
}

/* -- one group, skewed ------------------------------------------------------- */

/*
 * What a Box-Cox transform of the distance from one end gains.  The exponent and where the
 * distance is counted from are tried on a grid: a finer one changes no verdict.
 */
static double bent_gain(const double *x, uint32_t nr, bool from_top, double offset, double power,
			double squares)
{
	double end = from_top ? x[nr - 1] : x[0], log_mean = 0, sum = 0, sum_squares = 0, spread;
	uint32_t i;

	for (i = 0; i < nr; i++)
		log_mean += log(fabs(x[i] - end) + offset);
	log_mean /= nr;
	for (i = 0; i < nr; i++) {
		double l = log(fabs(x[i] - end) + offset) - log_mean;
		double y = power == 0 ? l : (exp(power * l) - 1) / power;

		sum += y;
		sum_squares += y * y;
	}
	spread = sum_squares - sum * sum / nr;
	/* divided by the geometric mean, the transform's slope has a mean log of -log_mean */
	return -log(fmax(spread / squares, LEAST_SHARE)) / 2 - log_mean;
}

static double skew_gain(const double *x, uint32_t nr, double squares)
{
	static const double offsets[] = {0.002, 0.01, 0.03, 0.1, 0.4};
	static const double powers[] = {-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1};
	double range = x[nr - 1] - x[0], best, gain;
	unsigned end, o, p;

	/* a uniform distribution somewhat wider than what was seen of it, over a normal one */
	best = log(squares / nr) / 2 + (1 + log(2 * M_PI)) / 2 - log(range * (nr + 1) / (nr - 1));
	for (end = 0; end < 2; end++) {
		for (o = 0; o < sizeof(offsets) / sizeof(offsets[0]); o++) {
			for (p = 0; p < sizeof(powers) / sizeof(powers[0]); p++) {
				gain = bent_gain(x, nr, end, offsets[o] * range, powers[p],
						 squares);
				best = fmax(best, gain);
			}
		}
	}
	return best;
}

/* -- the valley -------------------------------------------------------------- */

/* Values in [from, upto). */
static uint32_t nr_within(const double *x, uint32_t nr, double from, double upto)
{
	uint32_t i, n = 0;

	for (i = 0; i < nr; i++)
		n += x[i] >= from && x[i] < upto;
	return n;
}

static bool has_valley(const double *x, uint32_t nr, const struct groups *g)
{
	double quarter = (g->median_above - g->median_below) / 4;
	uint32_t middle = nr_within(x, nr, g->median_below + quarter, g->median_above - quarter);
	uint32_t below = nr_within(x, nr, g->median_below - quarter, g->median_below + quarter);
	uint32_t above = nr_within(x, nr, g->median_above - quarter, g->median_above + quarter);

	return middle <= (below < above ? below : above) + 1;
}

/* -- both -------------------------------------------------------------------- */

static bool far_apart(const double *x, uint32_t nr, const struct groups *g)
{
	struct moments a = moments_of(x, 0, g->nr_below), b = moments_of(x, g->nr_below, nr);
	double off = b.mean - a.mean;
	double widest = fmax(a.squares / (g->nr_below - 1), b.squares / (nr - g->nr_below - 1));

	return g->gain > FAR_GAIN && off * off > FAR_SQUARE * widest;
}

void groups_find(const double *x, uint32_t nr, struct groups *g)
{
	struct moments all;
	double tenth;

	memset(g, 0, sizeof(*g));
	if (nr < 2 * GROUPS_LEAST || x[0] == x[nr - 1])
		return;
	all = moments_of(x, 0, nr);
	if (!(all.squares > 0) || !isfinite(all.squares))
		return;
	g->nr_below = best_border(x, nr, &all, &g->gain);
	if (g->nr_below) {
		g->border = x[g->nr_below - 1] + (x[g->nr_below] - x[g->nr_below - 1]) / 2;
		g->median_below = quantile_of(x, g->nr_below, 0.5);
		g->median_above = quantile_of(x + g->nr_below, nr - g->nr_below, 0.5);
		g->two = has_valley(x, nr, g);
	}
	if (g->two && !far_apart(x, nr, g)) {
		g->skew = skew_gain(x, nr, all.squares);
		g->two = g->gain > g->skew + OVER_SKEW;
	}
	if (!g->two) {
		memset(g, 0, sizeof(*g));
		return;
	}
	tenth = (g->median_above - g->median_below) / 10;
	g->nr_between = nr_within(x, nr, g->median_below + tenth, g->median_above - tenth);
}
