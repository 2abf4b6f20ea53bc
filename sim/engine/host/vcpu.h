/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vcpu.h - a vCPU gets a pCPU, and wakes.
 *
 * The storey host is what the host does of itself, beside the policy: wake-ups and kicks,
 * what a switch costs, halt polling, pause-loop exits, directed yields, stolen time, and
 * the port to the policy.  It takes no pCPU away from anybody and picks nobody: run does.
 */
#ifndef CORUN_VCPU_H
#define CORUN_VCPU_H

#include "engine/core/state.h"

/* It has been picked for p, which is free. */
void vcpu_on(struct sim *sim, struct pcpu *p, uint32_t vcpu);
/* The host's next tick on p. */
void vcpu_next_tick(const struct sim *sim, struct pcpu *p);
/* A blocked vCPU wakes; pcpu: where that happens. */
void vcpu_wake(struct sim *sim, uint32_t vcpu, uint32_t reason, uint32_t waker, uint32_t pcpu);
/* The same after some time, by a kick of the waker: an interrupt takes its time. */
void vcpu_kick(struct sim *sim, uint32_t vcpu, uint32_t reason, uint32_t waker, uint64_t after_ns);
/* Takes it out of its sleep, if it sleeps, without waking it. */
void vcpu_drop_nap(struct sim *sim, uint32_t vcpu);
/* The earliest timer of p's sleepers goes off. */
void vcpu_nap_over(struct sim *sim, struct pcpu *p);

#endif
