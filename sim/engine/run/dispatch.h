/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dispatch.h - pCPUs pick, and go on.
 *
 * The storey run is where events come in: the loop hands each to the file that knows it.
 * It decides who leaves a pCPU and asks the policy who comes, starts and stops VMs and
 * pCPUs, and makes a run out of a world and a result out of a run.
 */
#ifndef CORUN_DISPATCH_H
#define CORUN_DISPATCH_H

#include "engine/core/state.h"

/* What runs on p stops for this reason (enum sp_stop_reason), and p picks. */
void pcpu_resched(struct sim *sim, struct pcpu *p, uint32_t why);
/* The step_ns of a polling pCPU has come. */
void halt_poll_step(struct sim *sim, struct pcpu *p);
void dispatch_tick(struct sim *sim, struct pcpu *p);
void dispatch_guest_tick(struct sim *sim, struct pcpu *p);

#endif
