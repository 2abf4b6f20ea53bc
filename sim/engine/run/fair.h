/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fair.h - fairness by demand: what the fluid schedule would have given, into the results.
 */
#ifndef CORUN_FAIR_H
#define CORUN_FAIR_H

#include "engine/core/state.h"

/* The run is over.  Also of the job's half, if it was taken.  0, or -1: the run has failed. */
int fair_finish(struct sim *sim, struct sim_result *result);

#endif
