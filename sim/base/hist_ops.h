/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hist_ops.h - what is done with histograms after a run: merge, pack, quantiles.
 */
#ifndef CORUN_HIST_OPS_H
#define CORUN_HIST_OPS_H

#include <stdbool.h>
#include <stdint.h>

#include "hist.h"

/* to += from, exactly. */
void hist_merge(struct hist *to, const struct hist *from);

/*
 * Is the sum one that values in these buckets can have, none of them above max?  (One that
 * has wrapped around is not.)
 */
bool hist_adds_up(const struct hist *h);

/* Decimal digits. */
#define HIST_SUM_CHARS 40
const char *hist_sum_text(hist_sum sum, char text[HIST_SUM_CHARS]);

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
	uint64_t count, censored, max;
	hist_sum sum;
	uint32_t nr;
	uint16_t *index; /* [nr], ascending */
	uint64_t *bucket; /* [nr] */
};

/* Packed copy, in one block to be freed with free(); NULL when memory runs out. */
struct hist_packed *hist_pack(const struct hist *h);
void hist_merge_packed(struct hist *to, const struct hist_packed *from);
bool hist_packed_equal(const struct hist_packed *a, const struct hist_packed *b);

#endif
