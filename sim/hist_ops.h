/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hist_ops.h - what is done with histograms after a run: merge, pack, quantiles,
 * and a bootstrap over replications.
 */
#ifndef CORUN_HIST_OPS_H
#define CORUN_HIST_OPS_H

#include <stdbool.h>
#include <stdint.h>

#include "hist.h"
#include "stats.h"

/* to += from, exactly. */
void hist_merge(struct hist *to, const struct hist *from);

/* A quantile q has no meaning from fewer than 100/(1-q) samples. */
bool hist_enough(uint64_t count, double q);

/*
 * The q quantile, 0 < q < 1, in ns, interpolated within its bucket: off by less
 * than a bucket (3.1 %).  0 for an empty histogram.
 */
double hist_quantile(const struct hist *h, double q);

/* The value at a fraction (0 to 1) of the way through a bucket; none is above max. */
double hist_within(uint32_t index, double fraction, uint64_t max);

/*
 * The q quantile had the open waits (censored) been waited for to their end, at
 * worst: all of them below it now, and above it then.  Infinite where they are as
 * many as what lies above it.
 */
double hist_quantile_worst(const struct hist *h, double q);

/* Only the buckets in use: what is kept of every replication. */
struct hist_packed {
	uint64_t count, censored, sum, max;
	uint32_t nr;
	uint16_t *index; /* [nr], ascending */
	uint64_t *bucket; /* [nr] */
};

/* Packed copy, in one block to be freed with free(); NULL when memory runs out. */
struct hist_packed *hist_pack(const struct hist *h);
void hist_merge_packed(struct hist *to, const struct hist_packed *from);
bool hist_packed_equal(const struct hist_packed *a, const struct hist_packed *b);

#define BOOT_RESAMPLES 1000u
#define BOOT_QUANTILES 4u

/* The quantiles that the registry knows, in this order. */
extern const double boot_quantiles[BOOT_QUANTILES];

/* Histograms of the replications of one policy, merged and resampled. */
struct boot {
	struct hist merged;
	uint32_t nr_reps, nr_units; /* what is drawn: replications, or bundles of them */
	double value[BOOT_QUANTILES]; /* of the merged histogram, ns */
	double draw[BOOT_QUANTILES][BOOT_RESAMPLES]; /* of the resampled ones */
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

/* The paired difference to base; `same` says that all histograms are equal. */
void boot_difference(const struct boot *boot, const struct boot *base, bool same, uint32_t i,
		     struct estimate *e);

#endif
