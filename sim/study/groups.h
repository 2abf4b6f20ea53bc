/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * groups.h - do runs fall into two kinds?
 *
 * What is asked: n values, one a replication, each from a window's average.  Where a lock
 * falls into a convoy in some runs and never in others, a mean describes neither kind.
 * But averages over a window are often skewed, too: a long tail, or a heap at zero, is one
 * kind of runs, not two.  So three things are measured, none of which a change of unit or
 * origin alters:
 *
 *   gain    of the best border: the log-likelihood, a value, that two groups with one
 *           spread have over one group, each value paying for the group that it chooses:
 *           ln(spread of all / spread within) - H(shares).  Cutting a uniform
 *           distribution in halves gains exactly ln 2 - ln 2 = 0; two normals 6 spreads
 *           apart gain 0.45, whatever their shares: unlike Hartigan's dip, which is half
 *           the smaller share and misses a fifth of 40 runs.
 *   skew    what one group with a bent scale gains over a straight one: the best
 *           Box-Cox transform from either end, or a uniform distribution.
 *   valley  runs in the middle half between the two medians, against those around
 *           either median in as wide a range.
 *
 * Told are groups whose middle is no fuller than either side (give or take one run), and
 * that either gain more than the bent scale (by 0.02) or lie so far apart that the shape
 * within does not matter: gain above 0.5, and the medians' distance squared above 7.5
 * times the larger variance within.  (Setting skewness off against groups is an old idea:
 * MacLean, Morton, Elston and Yee, Biometrics 32, 1976.)  The four numbers are from a
 * calibration; tests/stats/test_groups.c measures what they do, and by how little they
 * miss: at n = 40 two normals at shares of 0.2 and 0.8, 6 spreads apart, are told in
 * 96 %, a lognormal of sigma 1 in 4 %.  Heavier tails than the test's are told more often
 * (lognormal of sigma 1.5 at n = 40: 10 %).
 */
#ifndef CORUN_GROUPS_H
#define CORUN_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#define GROUPS_LEAST 3u /* runs: fewer are no group */
#define GROUPS_SUSPECT 20u /* runs: fewer say nothing about groups */
#define GROUPS_TELL 40u /* runs: fewer raise a suspicion only */

struct groups {
	bool two; /* all below is 0 otherwise */
	uint32_t nr_below; /* values below the border: the first nr_below */
	double border; /* half-way between the two values beside it */
	double median_below, median_above;
	uint32_t nr_between; /* further than a tenth of the way from either median */
	double gain, skew;
};

/* Looks at nr ascending values. */
void groups_find(const double *ascending, uint32_t nr, struct groups *groups);

#endif
