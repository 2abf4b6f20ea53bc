/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * halt_poll.h - a pCPU that polls for a vCPU which has halted: how long, and how it ends.
 */
#ifndef CORUN_HALT_POLL_H
#define CORUN_HALT_POLL_H

#include "engine/core/state.h"

/* A vCPU that is polled for goes on where it is. */
void halt_poll_wake(struct sim *sim, uint32_t vcpu, uint32_t reason, uint32_t waker);
/* Somebody whose last pCPU was p waits now: if p polls, it will see. */
void halt_poll_look(struct sim *sim, struct pcpu *p);
/* It runs again: how long is worth polling next time? */
void halt_poll_adapt(struct sim *sim, uint32_t vcpu);

#endif
