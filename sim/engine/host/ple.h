/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ple.h - pause-loop exits: a source of spin events.
 */
#ifndef CORUN_PLE_H
#define CORUN_PLE_H

#include "engine/core/state.h"

uint64_t ple_left_ns(struct sim *sim, uint32_t vcpu);
enum spin_outcome ple_act(struct sim *sim, uint32_t vcpu);
/* The vCPU is switched in, or goes on after a yield: its pause loop is over. */
void ple_sched_in(struct sim *sim, uint32_t vcpu);

#endif
