/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * demand.h - what a vCPU asked for: it waits, and then wants to run for so long; over and
 * over.  Written down while a run goes on, read by the fluid schedule afterwards (fluid.h).
 *
 * Memory is bounded: when there are too many, two neighbours become one, with the sum of
 * their waits and of their runs.  A fluid schedule hardly notices: what a queue that serves
 * all at once gets done hangs on the ratio of the two, and not on how they are cut.
 */
#ifndef CORUN_DEMAND_H
#define CORUN_DEMAND_H

#include <stdbool.h>
#include <stdint.h>

#define ASK_ENDLESS ((UINT64_C(1) << 63) - 1)

/* Instants count from the beginning of the window. */
struct ask {
	uint64_t wait_ns; /* after the end of the run before; or, with `at`, the instant */
	uint64_t run_ns : 63;
	uint64_t at : 1; /* if the instant has passed, it wants to run at once */
};

struct demand {
	struct ask *asks;
	uint32_t nr, room;
	uint32_t most; /* kept at most: an even number, at least 2 */
	uint32_t fold; /* so many became one */
	uint32_t filled; /* of those that are to become the last one */
};

/* A wait begins.  0, or -1: out of memory. */
int demand_wait(struct demand *d, struct ask ask);
/* It ran for so long after the last wait. */
void demand_ran(struct demand *d, uint64_t run_ns);
/* The last wait was another one than was thought when it began, and nothing has run since. */
void demand_mend(struct demand *d, struct ask before, struct ask now);

#endif
