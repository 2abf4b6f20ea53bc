/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * laws.h - the end of a run: its result, and the laws that it must obey.
 */
#ifndef CORUN_LAWS_H
#define CORUN_LAWS_H

#include "engine/core/state.h"

/* Books all up to now, checks the laws, fills the result.  0, or -1: the run has failed. */
int laws_finish(struct sim *sim, struct sim_result *result);

#endif
