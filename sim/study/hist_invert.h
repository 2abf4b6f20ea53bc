/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hist_invert.h - intervals of quantiles of merged histograms, for few replications.
 *
 * A value is within the 95 % interval of the q quantile if q is within that of the share of
 * events at or below the value.  This share is a ratio of sums over replications, and its
 * interval that of any ratio: the jackknife over whole replications, as the waits within one
 * hang together, and Student's t.  (Woodruff, JASA 47, 1952; the interval taken anew at each
 * value: Francisco and Fuller, Ann. Stat. 19, 1991.)  Unlike a bootstrap's, it knows that
 * there are few of them.
 */
#ifndef CORUN_HIST_INVERT_H
#define CORUN_HIST_INVERT_H

#include "base/hist_ops.h"

#define INVERT_MOST 99u /* replications; more are for the bootstrap */

struct inverted {
	double low, high; /* ns, the edges of buckets */
	double pull[INVERT_MOST]; /* how each replication pulls the share at the quantile */
};

/* The interval of each of nr_q ascending quantiles; value[]: those of the merged histogram. */
void hist_invert(const struct hist *merged, const struct hist_packed *const *reps, uint32_t nr,
		 const double *q, const double *value, uint32_t nr_q, struct inverted *out);

/* How the quantiles of two policies hang together over nr pairs of replications. */
double inverted_correlation(const struct inverted *a, const struct inverted *b, uint32_t nr);

#endif
