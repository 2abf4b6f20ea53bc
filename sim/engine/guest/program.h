/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * program.h - the guest programs: what a vCPU does while it runs.
 *
 * The storey guest is all that happens inside a VM: the steps of its programs, its own
 * threads, barriers, interrupts between its vCPUs, and the kinds of lock whose releases
 * wake somebody.  It sees host time only through its vCPUs: it never asks which pCPU.
 */
#ifndef CORUN_PROGRAM_H
#define CORUN_PROGRAM_H

#include "engine/core/state.h"

enum guest_outcome { GUEST_RUNS, GUEST_BLOCKS, GUEST_YIELDS };

/* The vCPU, running, goes on where it is: arms its pCPU's step_ns. */
enum guest_outcome guest_resume(struct sim *sim, uint32_t vcpu);
/* Its pCPU's step_ns has come. */
enum guest_outcome guest_step(struct sim *sim, uint32_t vcpu);

#endif
