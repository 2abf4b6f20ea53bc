/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sleepers.h - timers of blocked vCPUs, on their home pCPU.
 */
#ifndef CORUN_SLEEPERS_H
#define CORUN_SLEEPERS_H

#include "state.h"

void nap_push(struct sim *sim, struct pcpu *p, uint32_t vcpu);
uint32_t nap_pop(struct sim *sim, struct pcpu *p);
void nap_remove(struct sim *sim, struct pcpu *p, uint32_t vcpu);

#endif
