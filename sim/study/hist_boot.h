/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hist_boot.h - intervals for the quantiles of merged histograms: a bootstrap over
 * replications where there are many, else hist_invert.h.
 */
#ifndef CORUN_HIST_BOOT_H
#define CORUN_HIST_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hist_ops.h"
#include "hist_invert.h"
#include "stats.h"

#define BOOT_RESAMPLES 1000u
#define BOOT_QUANTILES 4u
#define BOOT_LEAST (INVERT_MOST + 1) /* fewer replications say too little for a bootstrap */

/* The quantiles that the registry knows, in this order. */
extern const double boot_quantiles[BOOT_QUANTILES];

/* Histograms of the replications of one policy, merged and resampled. */
struct boot {
	struct hist merged;
	uint32_t nr_reps, nr_units; /* what is drawn: replications, or bundles of them */
	double value[BOOT_QUANTILES]; /* of the merged histogram, ns */
	double low[BOOT_QUANTILES], high[BOOT_QUANTILES]; /* their intervals, ns */
	union {
		double draw[BOOT_QUANTILES][BOOT_RESAMPLES]; /* of the resampled ones */
		struct inverted inverted[BOOT_QUANTILES]; /* fewer than BOOT_LEAST */
	};
};

/* More replications than this are drawn in bundles of neighbours: the cost is bounded. */
#define BOOT_MAX_UNITS 200u

/*
 * Fills boot from nr replications.  The replications drawn hang on seed and nr
 * alone, so that two policies with the same seed are resampled in pairs.
 * Returns 0, or -1 when memory runs out.
 */
int boot_fill(struct boot *boot, const struct hist_packed *const *reps, uint32_t nr, uint64_t seed);

/* The quantile number i (of boot_quantiles) with its interval, in us. */
void boot_estimate(const struct boot *boot, uint32_t i, struct estimate *e);

/* Replications of two policies: have nothing to do with one another; saw the same demand in
 * pairs; and gave the same histograms. */
enum boot_pairs { BOOT_UNPAIRED, BOOT_PAIRED, BOOT_SAME };

/* The difference to base. */
void boot_difference(const struct boot *boot, const struct boot *base, enum boot_pairs pairs,
		     uint32_t i, struct estimate *e);

#endif
