/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hist.h - log-linear histograms of durations: fixed size, exact to merge.
 *
 * Values below 32 ns have a bucket each; above, every power of two is cut into
 * 32 buckets, so a bucket is at most 1/32 (3.1 %) wide.  Values from 2^44 ns
 * (4.9 h) on fall into the last bucket; sum and maximum are kept exactly.
 */
#ifndef CORUN_HIST_H
#define CORUN_HIST_H

#include <stdint.h>

#define HIST_SUB_BITS 5
#define HIST_SUB (1u << HIST_SUB_BITS)
#define HIST_TOP_BIT 44
#define HIST_BUCKETS (HIST_SUB * (HIST_TOP_BIT - HIST_SUB_BITS + 1))

/* As many waits as there can be, each as long as it can be, do not fit into 64 bits. */
typedef unsigned __int128 hist_sum;

struct hist {
	uint64_t count;
	uint64_t censored; /* of count: waits still open when the run ended */
	hist_sum sum;
	uint64_t max;
	uint64_t bucket[HIST_BUCKETS];
};

/* The bucket that holds this value. */
static inline uint32_t hist_index(uint64_t value)
{
	uint32_t top;

	if (value < HIST_SUB)
		return (uint32_t)value;
	if (value >> HIST_TOP_BIT)
		return HIST_BUCKETS - 1;
	top = 63u - (uint32_t)__builtin_clzll(value);
	return (top - HIST_SUB_BITS + 1) * HIST_SUB +
	       ((uint32_t)(value >> (top - HIST_SUB_BITS)) & (HIST_SUB - 1));
}

/* Smallest value of a bucket; the bucket ends before hist_floor(index + 1). */
static inline uint64_t hist_floor(uint32_t index)
{
	uint32_t octave = index / HIST_SUB;

	if (octave == 0)
		return index;
	return (uint64_t)(HIST_SUB + index % HIST_SUB) << (octave - 1);
}

static inline void hist_add(struct hist *h, uint64_t value)
{
	h->count++;
	h->sum += value;
	if (value > h->max)
		h->max = value;
	h->bucket[hist_index(value)]++;
}

#endif
