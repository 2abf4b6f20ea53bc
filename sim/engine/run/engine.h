/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine.h - the event loop.
 */
#ifndef CORUN_ENGINE_H
#define CORUN_ENGINE_H

#include "engine/core/state.h"

/* pCPUs come, and what the scenario wants is armed.  0, or -1: the run has failed. */
int engine_start(struct sim *sim);
/* Runs until the end of the scenario, of all finite programs, or a failure. */
void engine_loop(struct sim *sim);
/* Fails it if the policy has touched what is not its own. */
void engine_look(struct sim *sim);
/* Fails the run if a runnable vCPU will never be picked, beside an idle pCPU. */
void engine_check_forgotten(struct sim *sim);

#endif
