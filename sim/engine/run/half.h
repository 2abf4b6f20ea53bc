/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * half.h - what the first half of the window gave, for what runs remember of their start.
 */
#ifndef CORUN_HALF_H
#define CORUN_HALF_H

#include "engine/core/state.h"

/*
 * Fills job->half, at half of the window.  Only looks: nothing is booked, so that the run
 * goes on to the byte as without it.  Hence what a running vCPU has done since its last
 * event, a slice at most, counts for the second half, and the laws do not hold of it.
 */
void half_take(struct sim *sim);

#endif
