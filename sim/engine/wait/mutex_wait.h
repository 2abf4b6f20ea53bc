/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutex_wait.h - threads that sleep for a mutex, in its own line.
 */
#ifndef CORUN_MUTEX_WAIT_H
#define CORUN_MUTEX_WAIT_H

#include "engine/core/thread.h"

/* The vCPU's thread is to sleep for it: its vCPU is told to find another. */
void mutex_sleep_for(struct sim *sim, uint32_t vcpu, uint32_t index);
/* The first in line leaves it: awake, it has the mutex, or has been too late. */
void mutex_step_out(struct sim *sim, struct mutex *m);
/* A spinner's slice is over: true if it is to be TT_WAITING, false: TT_READY. */
bool mutex_spin_stop(struct sim *sim, uint32_t vcpu);

#endif
