/* SPDX-License-Identifier: BSD-2-Clause */
#include "shares.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "stats.h"

#define TAIL ((1 - STATS_LEVEL) / 2)

void share_wilson(uint32_t k, uint32_t nr, struct share *share)
{
	double z = gsl_cdf_ugaussian_Qinv(TAIL), p = (double)k / nr;
	double centre = p + z * z / (2 * nr);
	double half = z * sqrt(p * (1 - p) / nr + z * z / (4.0 * nr * nr));

	share->value = p;
	/* exactly so in theory; not always in the last digit */
	share->low = k ? (centre - half) / (1 + z * z / nr) : 0;
	share->high = k < nr ? (centre + half) / (1 + z * z / nr) : 1;
}

double shares_joined(double a, double b, double phi)
{
	return sqrt(fmax(0, a * a - 2 * phi * a * b + b * b));
}

static void subtract(const struct share *x, const struct share *base, double phi,
		     struct share *difference)
{
	difference->value = x->value - base->value;
	difference->low =
		difference->value - shares_joined(x->value - x->low, base->high - base->value, phi);
	difference->high =
		difference->value + shares_joined(x->high - x->value, base->value - base->low, phi);
}

/* The correlation of the two judgements, less Newcombe's correction where it is positive. */
static double correlation(const struct share_pairs *p)
{
	double a = p->both, b = p->only_x, c = p->only_base, d = p->neither;
	double product = (a + b) * (c + d) * (a + c) * (b + d), top = a * d - b * c;

	if (!(product > 0))
		return 0;
	if (top > 0)
		top = fmax(0, top - (a + b + c + d) / 2);
	return top / sqrt(product);
}

void share_difference(const struct share_pairs *p, struct share *difference)
{
	uint32_t nr = p->both + p->only_x + p->only_base + p->neither;
	struct share x, base;

	share_wilson(p->both + p->only_x, nr, &x);
	share_wilson(p->both + p->only_base, nr, &base);
	subtract(&x, &base, correlation(p), difference);
}

void share_difference_unpaired(uint32_t k, uint32_t nr, uint32_t k_base, uint32_t nr_base,
			       struct share *difference)
{
	struct share x, base;

	share_wilson(k, nr, &x);
	share_wilson(k_base, nr_base, &base);
	subtract(&x, &base, 0, difference);
}

/*
 * So many of nr values lie below the quantile as a binomial says.  Below x[low] at most
 * low of them do: that is missed with P(B <= low).  The widest cuts that each miss 2.5 %
 * at most.
 */
bool quantile_ranks(uint32_t nr, double q, uint32_t *low, uint32_t *high)
{
	uint32_t l = 0, h = nr - 1;
	bool enough =
		gsl_cdf_binomial_P(0, q, nr) <= TAIL && gsl_cdf_binomial_Q(nr - 1, q, nr) <= TAIL;

	while (l + 1 < nr && gsl_cdf_binomial_P(l + 1, q, nr) <= TAIL)
		l++;
	while (h > l + 1 && gsl_cdf_binomial_Q(h - 1, q, nr) <= TAIL)
		h--;
	*low = l;
	*high = h;
	return enough;
}

double quantile_of(const double *ascending, uint32_t nr, double q)
{
	double at = q * (nr - 1);
	uint32_t i = (uint32_t)at;

	if (i + 1 >= nr)
		return ascending[nr - 1];
	return ascending[i] + (ascending[i + 1] - ascending[i]) * (at - i);
}
