/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shares.h - what share of the runs is of one kind, how two such shares differ, and
 * quantiles of the runs, each with a 95 % interval that asks for no normal distribution.
 */
#ifndef CORUN_SHARES_H
#define CORUN_SHARES_H

#include <stdbool.h>
#include <stdint.h>

/* k of nr, nr >= 1, with Wilson's interval (JASA 22, 1927). */
struct share {
	double value, low, high;
};

void share_wilson(uint32_t k, uint32_t nr, struct share *share);

/* The same runs judged twice: is x so, is base so? */
struct share_pairs {
	uint32_t both, only_x, only_base, neither;
};

/* x's share less base's; Newcombe's interval for pairs (Stat. Med. 17, 1998, method 10). */
void share_difference(const struct share_pairs *pairs, struct share *difference);

/* The same of unpaired runs (Newcombe 1998, hybrid score). */
void share_difference_unpaired(uint32_t k, uint32_t nr, uint32_t k_base, uint32_t nr_base,
			       struct share *difference);

/* The sides of two intervals, put together; phi: how the two hang together. */
double shares_joined(double a, double b, double phi);

/*
 * Which order statistics enclose the q quantile of nr values: x[low] and x[high], from
 * 0.  false: nr values are too few for that on one side at least; its end is then the
 * smallest or largest value.
 */
bool quantile_ranks(uint32_t nr, double q, uint32_t *low, uint32_t *high);

/* The q quantile of nr ascending values, nr >= 1, between neighbours linearly. */
double quantile_of(const double *ascending, uint32_t nr, double q);

#endif
