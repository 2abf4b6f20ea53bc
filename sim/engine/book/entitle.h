/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entitle.h - what each VM is entitled to while its vCPUs are not blocked; or, where the
 * scenario asks for fairness by demand, asked.h.
 */
#ifndef CORUN_ENTITLE_H
#define CORUN_ENTITLE_H

#include "engine/core/state.h"

/* A vCPU becomes unblocked or blocked. */
void entitle_unblocked(struct sim *sim, uint32_t vcpu, bool on);
/* One that is not blocked: booked up to now. */
void entitle_book(struct sim *sim, uint32_t vcpu);
/* A pCPU comes or goes: what the VMs of its pool are entitled to changes. */
void entitle_online(struct sim *sim, const struct pcpu *p, bool on);

#endif
