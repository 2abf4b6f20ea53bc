/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * level.h - weighted max-min: who gets how much of what is there, at one instant.
 *
 * A class is a number of vCPUs that are alike.  Each of them gets weight x level, with one
 * level for all, until something binds it: it has a whole pCPU, or a limit that it is under
 * is used up (its pCPUs, its VM's cap).  Whoever is bound keeps what it has; for the others
 * the level rises on.
 */
#ifndef CORUN_LEVEL_H
#define CORUN_LEVEL_H

#include <stdint.h>

struct level_class {
	double weight; /* of each of its vCPUs */
	uint32_t nr; /* of them that want to run */
	double rate; /* found: what each gets, in pCPUs */
	uint32_t first, nr_limits; /* of its limits, in `under` */
	enum { LEVEL_FREE, LEVEL_BOUND, LEVEL_SETTLED } state;
};

/* What the classes under it may have together. */
struct level_limit {
	double pcpus;
	/* in the course of it: not given away yet, and to how many of what weight it may go */
	double left, weight;
	uint32_t nr;
};

struct level {
	struct level_class *classes;
	struct level_limit *limits;
	uint32_t *under; /* class after class: indices of limits */
	uint32_t nr_classes, nr_limits;
};

void level_find(struct level *level);

#endif
