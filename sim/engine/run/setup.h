/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup.h - from a world to a struct sim at time 0, and back to nothing.
 */
#ifndef CORUN_SETUP_H
#define CORUN_SETUP_H

#include "engine/core/state.h"

/* 0, or -1 with *err; in both cases sim_free has to follow. */
int sim_setup(struct sim *sim, const struct sim_job *job, struct error *err);
void sim_free(struct sim *sim);

#endif
