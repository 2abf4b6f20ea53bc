/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shares and quantiles of runs: how often do their intervals hold the truth?  Computed, not
 * drawn: a binomial (for pairs a multinomial) has few outcomes.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "../../sim/study/shares.h"

static const uint32_t sizes[] = {40, 80, 160};
#define NR_SIZES 3

struct range {
	double sum, least, most;
	uint32_t nr;
};

static void range_add(struct range *r, double x)
{
	r->least = r->nr && r->least < x ? r->least : x;
	r->most = r->nr && r->most > x ? r->most : x;
	r->sum += x;
	r->nr++;
}

/* Percent: the mean from 94 to 97, none outside 92 to 98.5. */
static void assert_covers(const char *what, uint32_t nr, const struct range *r)
{
	print_message("%s, n = %u: mean %.2f %%, from %.2f to %.2f\n", what, nr,
		      100 * r->sum / r->nr, 100 * r->least, 100 * r->most);
	assert_true(r->sum / r->nr >= 0.94 && r->sum / r->nr <= 0.97);
	assert_true(r->least >= 0.92 && r->most <= 0.985);
}

static void wilson_coverage(void **state)
{
	unsigned s, i;
	uint32_t k;

	(void)state;
	for (s = 0; s < NR_SIZES; s++) {
		struct range r = {0, 0, 0, 0};

		for (i = 50; i <= 500; i++) {
			double p = i / 1000.0, covered = 0;

			for (k = 0; k <= sizes[s]; k++) {
				struct share share;

				share_wilson(k, sizes[s], &share);
				if (share.low <= p && p <= share.high)
					covered += gsl_ran_binomial_pdf(k, p, sizes[s]);
			}
			range_add(&r, covered);
		}
		assert_covers("Wilson", sizes[s], &r);
	}
}

/* The order statistics that enclose a quantile do so with a binomial's probability. */
static void quantile_coverage(void **state)
{
	static const double quantiles[] = {0.1, 0.25, 0.5, 0.75, 0.9};
	unsigned s, i;

	(void)state;
	for (s = 0; s < NR_SIZES; s++) {
		struct range r = {0, 0, 0, 0};

		for (i = 0; i < 5; i++) {
			double q = quantiles[i];
			uint32_t low, high;

			assert_true(quantile_ranks(sizes[s], q, &low, &high));
			assert_true(low < high && high < sizes[s]);
			/* from low + 1 to high values lie below the quantile */
			range_add(&r, gsl_cdf_binomial_P(high, q, sizes[s]) -
					      gsl_cdf_binomial_P(low, q, sizes[s]));
		}
		assert_covers("quantiles", sizes[s], &r);
		assert_true(r.least >= 0.95); /* by construction */
	}
}

/* -- pairs ------------------------------------------------------------------- */

#define MAX_TRUTHS 100u

/* Probabilities of both, only x, only base, neither; and what covers their difference. */
struct truth {
	double log_p[4], difference, covered;
	bool independent;
};

static void add_truth(struct truth *truths, unsigned *nr, double x, double base, double overlap)
{
	double most = x < base ? x : base, both = x * base + overlap * (most - x * base);
	const double p[4] = {both, x - both, base - both, 1 - x - base + both};
	struct truth *t = &truths[(*nr)++];
	unsigned i;

	for (i = 0; i < 4; i++)
		t->log_p[i] = p[i] > 0 ? log(p[i]) : -1e3;
	t->difference = x - base;
	t->covered = 0;
	t->independent = overlap == 0;
}

static unsigned make_truths(struct truth *truths)
{
	static const double shares[] = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5};
	unsigned i, k, nr = 0;

	for (i = 0; i < 6; i++) {
		for (k = 0; k <= i; k++) {
			add_truth(truths, &nr, shares[i], shares[k], 0);
			add_truth(truths, &nr, shares[k], shares[i], 0.5);
			add_truth(truths, &nr, shares[i], shares[k], 0.9);
		}
	}
	assert_true(nr <= MAX_TRUTHS);
	return nr;
}

static void add_outcome(struct truth *truths, unsigned nr, const struct share_pairs *p,
			double log_ways)
{
	struct share d;
	unsigned i;

	share_difference(p, &d);
	for (i = 0; i < nr; i++) {
		struct truth *t = &truths[i];

		if (d.low > t->difference + 1e-12 || d.high < t->difference - 1e-12)
			continue;
		t->covered += exp(log_ways + p->both * t->log_p[0] + p->only_x * t->log_p[1] +
				  p->only_base * t->log_p[2] + p->neither * t->log_p[3]);
	}
}

static void newcombe_coverage(void **state)
{
	static struct truth truths[MAX_TRUTHS];
	unsigned s, i, nr;
	uint32_t a, b, c;

	(void)state;
	for (s = 0; s < NR_SIZES; s++) {
		struct range independent = {0, 0, 0, 0}, all = {0, 0, 0, 0};
		uint32_t n = sizes[s];

		nr = make_truths(truths);
		for (a = 0; a <= n; a++) {
			for (b = 0; a + b <= n; b++) {
				for (c = 0; a + b + c <= n; c++) {
					struct share_pairs p = {a, b, c, n - a - b - c};

					add_outcome(truths, nr, &p,
						    lgamma(n + 1.0) - lgamma(a + 1.0) -
							    lgamma(b + 1.0) - lgamma(c + 1.0) -
							    lgamma(p.neither + 1.0));
				}
			}
		}
		for (i = 0; i < nr; i++) {
			range_add(&all, truths[i].covered);
			if (truths[i].independent)
				range_add(&independent, truths[i].covered);
		}
		assert_covers("Newcombe, independent pairs", n, &independent);
		/* with pairs that nearly always agree it is too wide, never too narrow */
		print_message("Newcombe, pairs that agree, n = %u: from %.2f to %.2f %%\n", n,
			      100 * all.least, 100 * all.most);
		assert_true(all.least >= 0.92);
		assert_true(all.sum / all.nr >= 0.94 && all.sum / all.nr <= 0.97);
	}
}

/* -- by hand ------------------------------------------------------------------ */

static void assert_close(double a, double b)
{
	assert_true(fabs(a - b) < 5e-5);
}

static void known_values(void **state)
{
	struct share s;
	uint32_t low, high;
	const double x[] = {1, 2, 4, 8};

	(void)state;
	/* Newcombe 1998, Stat. Med. 17, 857-872, table I: 81/263, 15/148, 0/20 and 1/29 */
	share_wilson(81, 263, &s);
	assert_close(s.low, 0.2553);
	assert_close(s.high, 0.3662);
	share_wilson(15, 148, &s);
	assert_close(s.low, 0.0624);
	assert_close(s.high, 0.1605);
	share_wilson(0, 20, &s);
	assert_true(s.low == 0);
	assert_close(s.high, 0.1611);
	share_wilson(1, 29, &s);
	assert_close(s.low, 0.0061);
	assert_close(s.high, 0.1718);
	/* the hybrid score interval, by hand: 56/70 against 48/80 */
	share_difference_unpaired(56, 70, 48, 80, &s);
	assert_close(s.value, 0.2);
	assert_close(s.low, 0.0524);
	assert_close(s.high, 0.3339);
	/* nobody differs: zero is in it, and it is narrower than without pairs */
	share_difference(&(struct share_pairs){20, 0, 0, 20}, &s);
	assert_true(s.value == 0 && s.low < 0 && s.high == -s.low && s.high < 0.1);
	/* the median of 40 lies between the 14th and the 27th */
	assert_true(quantile_ranks(40, 0.5, &low, &high));
	assert_true(low == 13 && high == 26);
	assert_false(quantile_ranks(5, 0.5, &low, &high));
	assert_true(low == 0 && high == 4);
	assert_false(quantile_ranks(1, 0.5, &low, &high));
	assert_true(low == 0 && high == 0);
	assert_true(quantile_of(x, 4, 0.5) == 3 && quantile_of(x, 4, 1) == 8);
	assert_true(quantile_of(x, 1, 0.9) == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wilson_coverage),
		cmocka_unit_test(quantile_coverage),
		cmocka_unit_test(newcombe_coverage),
		cmocka_unit_test(known_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
