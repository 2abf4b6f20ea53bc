/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock.h - locks: what all kinds have in common.
 */
#ifndef CORUN_LOCK_H
#define CORUN_LOCK_H

#include "engine/core/state.h"

/* true: the vCPU has it; false: it waits. */
bool lock_acquire(struct sim *sim, uint32_t vcpu, uint32_t index, bool reads);
void lock_release(struct sim *sim, uint32_t vcpu, uint32_t index);
/* The parts of these: it takes the free lock; it gives it up. */
void lock_take(struct sim *sim, uint32_t vcpu, uint32_t index, bool reads, bool waited);
void lock_drop(struct sim *sim, uint32_t vcpu, uint32_t index);
/* The lock may have come free: it goes to whom its kind names, if that is anybody. */
void lock_hand_on(struct sim *sim, uint32_t vm, uint32_t index);
/* A waiting vCPU is back on a pCPU: true if it has the lock now. */
bool lock_retry(struct sim *sim, uint32_t vcpu);
/* A vCPU to which the lock was passed while it was off CPU runs. */
void lock_granted_runs(struct sim *sim, uint32_t vcpu);

/* The lock as a source of spin events: see spin.c. */
uint64_t lock_spin_left_ns(struct sim *sim, uint32_t vcpu);
enum spin_outcome lock_spin_over(struct sim *sim, uint32_t vcpu);

#endif
