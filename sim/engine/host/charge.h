/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * charge.h - an interruption of the vCPU that runs on p: it owes that much more.
 */
#ifndef CORUN_CHARGE_H
#define CORUN_CHARGE_H

#include "engine/core/state.h"

void pcpu_charge(struct sim *sim, struct pcpu *p, uint64_t cost_ns);

#endif
