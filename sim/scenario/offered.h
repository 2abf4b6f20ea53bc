/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offered.h - the load that a scenario offers: how much CPU time its programs ask for by
 * themselves, before any of it is run.
 *
 * Locks are taken as free and siblings as never waited for, so it is what a guest would use
 * alone.  Arrivals that come faster than one vCPU can serve them ask for more than it.
 */
#ifndef CORUN_OFFERED_H
#define CORUN_OFFERED_H

#include <stdbool.h>
#include <stdio.h>

#include "model/world.h"

/* CPU time per time that passes: 1 is a pCPU that never idles. */
struct offered {
	double cpus;
	bool at_most; /* some of it waits for an interrupt or for who wakes it: it may be less */
	bool comes; /* work comes at instants of its own, however much is left */
	bool ends; /* while its programs last: some of them end by themselves */
};

/* Of all vCPUs (or threads) of this VM; cpus < 0: out of memory. */
struct offered offered_by_vm(const struct world *world, uint32_t vm);

/*
 * A line for each entry of `vms:` and one for all, each behind `mark`.  0, or -1: out of
 * memory.
 */
int offered_print(FILE *to, const struct world *world, const char *mark);

#endif
