/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * life.h - pCPUs and VMs come and go.
 */
#ifndef CORUN_LIFE_H
#define CORUN_LIFE_H

#include "engine/core/state.h"

void life_pcpu_off(struct sim *sim, uint32_t pcpu);
void life_pcpu_on(struct sim *sim, uint32_t pcpu);
void life_vm_start(struct sim *sim, uint32_t vm);
void life_vm_stop(struct sim *sim, uint32_t vm);
/* p->stolen_ns has come: the host takes p. */
void life_stolen(struct sim *sim, struct pcpu *p);

#endif
