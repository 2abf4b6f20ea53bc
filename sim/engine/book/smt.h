/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * smt.h - a pCPU's state, and what it does to the other threads of its core.
 */
#ifndef CORUN_SMT_H
#define CORUN_SMT_H

#include "engine/core/state.h"

void smt_setup(struct sim *sim);
/* p is enum pcpu_state from now on. */
void account_pcpu_state(struct sim *sim, struct pcpu *p, uint32_t state);
/* Only if sim.smt_rate: a timed step has been armed as if at full speed. */
void smt_put_off(struct sim *sim, uint32_t vcpu);

#endif
