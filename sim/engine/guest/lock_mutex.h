/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock_mutex.h - the sleeping mutex, as a thread takes and releases it.
 */
#ifndef CORUN_LOCK_MUTEX_H
#define CORUN_LOCK_MUTEX_H

#include "engine/core/state.h"

enum mutex_outcome {
	MUTEX_TAKEN,
	MUTEX_SPINS, /* waits as for a spinlock */
	MUTEX_SLEEPS, /* the thread is to be stopped: TT_WAITING */
};

enum mutex_outcome mutex_acquire(struct sim *sim, uint32_t vcpu, uint32_t index);
void mutex_release(struct sim *sim, uint32_t vcpu, uint32_t index);

#endif
