/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vcpu_off.h - a vCPU leaves its pCPU.
 */
#ifndef CORUN_VCPU_OFF_H
#define CORUN_VCPU_OFF_H

#include "engine/core/state.h"

/* A running vCPU halts, as far as the guest goes; mode: VT_BLOCKED, VT_HALT_POLL. */
void vcpu_halts(struct sim *sim, uint32_t vcpu, uint32_t mode);
/* What runs on p leaves it, the policy knowing: RUNNABLE or BLOCKED. */
void vcpu_off(struct sim *sim, struct pcpu *p, uint32_t why);
/* What runs on p, if anything, leaves; p is not asked for another one. */
void pcpu_vacate(struct sim *sim, struct pcpu *p, uint32_t why);
/* Its VM stops: off its pCPU, out of its wait or sleep, absent. */
void vcpu_evict(struct sim *sim, uint32_t vcpu);
/* The vCPU on p halts; true: p polls for it, and is to be armed. */
bool halt_poll_begin(struct sim *sim, struct pcpu *p);

#endif
