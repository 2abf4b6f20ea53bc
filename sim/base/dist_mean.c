/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dist_mean.c - the mean of what is drawn, which are whole ns, none negative, none above a
 * day: for short and for heavy-tailed distributions that is another one than was asked for.
 *
 * The mean of whole numbers is the sum over k >= 1 of the chance of k or more, which is that
 * the real draw is k - 1/2 or more.  From NEAR on the sum is as good as the integral.
 */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#include "dist.h"

#define NEAR 200

/* The chance of x or more. */
static double survival(const struct dist *dist, double x)
{
	switch (dist->kind) {
	case DIST_EXPONENTIAL:
		return exp(-x / dist->a);
	case DIST_NORMAL:
		return dist->b > 0 ? gsl_cdf_ugaussian_Q((x - dist->a) / dist->b) : x <= dist->a;
	case DIST_GAMMA:
		return gsl_cdf_gamma_Q(x, dist->a, dist->b);
	default: /* DIST_WEIBULL */
		return exp(-pow(x / dist->b, dist->a));
	}
}

/* Its integral from x on. */
static double tail(const struct dist *dist, double x)
{
	double z, k = dist->a;

	switch (dist->kind) {
	case DIST_EXPONENTIAL:
		return dist->a * exp(-x / dist->a);
	case DIST_NORMAL:
		if (dist->b <= 0)
			return x < dist->a ? dist->a - x : 0;
		z = (x - dist->a) / dist->b;
		return dist->b * (gsl_ran_ugaussian_pdf(z) - z * gsl_cdf_ugaussian_Q(z));
	case DIST_GAMMA:
		return k * dist->b * gsl_cdf_gamma_Q(x, k + 1, dist->b) -
		       x * gsl_cdf_gamma_Q(x, k, dist->b);
	default: /* DIST_WEIBULL */
		return dist->b / k * tgamma(1 / k) * gsl_cdf_gamma_Q(pow(x / dist->b, k), 1 / k, 1);
	}
}

double dist_drawn_mean(const struct dist *dist)
{
	double sum = 0;
	int k;

	for (k = 1; k <= NEAR; k++)
		sum += survival(dist, k - 0.5);
	return sum + tail(dist, NEAR) - tail(dist, (double)DIST_MAX_NS);
}
