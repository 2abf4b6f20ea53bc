/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spin.h - what may happen to a vCPU because it spins.
 */
#ifndef CORUN_SPIN_H
#define CORUN_SPIN_H

#include "engine/core/state.h"

/* A spinning vCPU: sets its pCPU's step_ns; its time is booked up to now. */
void spin_arm(struct sim *sim, uint32_t vcpu);
/* What a source allows has changed under a vCPU that may be spinning. */
void spin_rearm(struct sim *sim, uint32_t vcpu);
/* The step_ns of a spinning vCPU has come.  SPIN_ON: it spins on, and is armed. */
enum spin_outcome spin_event(struct sim *sim, uint32_t vcpu);

#endif
