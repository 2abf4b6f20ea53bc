/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * barrier.h - barriers.
 */
#ifndef CORUN_BARRIER_H
#define CORUN_BARRIER_H

#include "engine/core/state.h"

/* True if the vCPU goes on at once, being the last. */
bool barrier_arrive(struct sim *sim, uint32_t vcpu, uint32_t index);

/* At a signal: those who wait go on; how: WAKE_ONE, WAKE_KEPT. */
void barrier_wake(struct sim *sim, uint32_t vcpu, uint32_t index, uint32_t how);

#endif
