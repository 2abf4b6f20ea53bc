/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * foresee.h - what a vCPU would ask for next if the run went on.
 *
 * For the fluid schedule, which may be ahead of a run that served it late.  Locks are free
 * and siblings never waited for: it asks for what its own steps take.  Only at the end of a
 * run, for this changes where the vCPU is.
 */
#ifndef CORUN_FORESEE_H
#define CORUN_FORESEE_H

#include "engine/core/state.h"
#include "fair/demand.h"

struct foresight {
	bool begun;
	bool over; /* it asks for nothing more */
	struct ask next; /* its wait: known since the last look */
};

/* Its next ask, the first of which goes on from where it is; run_ns matters up to most_ns. */
bool foresee(struct sim *sim, uint32_t vcpu, struct foresight *f, uint64_t most_ns,
	     struct ask *ask);

#endif
