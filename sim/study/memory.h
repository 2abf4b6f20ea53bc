/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - does a run remember how it was started?
 *
 * Over the replications, the means of a metric in the two halves of the window are
 * correlated: near 0, the second half forgets the first, and a longer window averages more;
 * near 1, a run's fate is fixed at its start, and only more runs say more.
 */
#ifndef CORUN_MEMORY_H
#define CORUN_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "study.h"

struct memory {
	bool known; /* enough runs, with both halves, that are not all alike */
	bool speaks; /* correlation above MEMORY_SPEAKS, and zero outside the interval */
	double correlation, low, high; /* Fisher's z, 95 % */
	uint32_t nr;
};

#define MEMORY_LEAST 10u /* runs: fewer say nothing */
#define MEMORY_SPEAKS 0.3

/* Of nr pairs of values. */
void memory_of_pairs(const double *x, const double *y, uint32_t nr, struct memory *memory);

/* Of a policy in a column of all guests.  0, or -1: no memory. */
int memory_of(const struct study *study, uint32_t column, uint32_t policy, struct memory *memory);

/*
 * Adds the halves to a digest: of the whole window, and of its first half (all 0: there was
 * none; then there are no halves).  0, or -1: no memory.
 */
int memory_digest(const struct study *study, struct study_rep *rep, const struct sim_result *all,
		  const struct sim_result *first);

#endif
