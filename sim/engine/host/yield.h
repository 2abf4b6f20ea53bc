/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * yield.h - a spinning vCPU gives way to a sibling.
 */
#ifndef CORUN_YIELD_H
#define CORUN_YIELD_H

#include "engine/core/state.h"

/* The vCPU that KVM's search would favour, for one that spins; SP_NONE: none. */
uint32_t yield_find(struct sim *sim, uint32_t me);
/* from gives way to `to`: the caller has to stop from, as one that yields. */
bool yield_to(struct sim *sim, uint32_t from, uint32_t to);
/* The guest's own yields: a source of spin events. */
uint64_t pv_yield_left_ns(struct sim *sim, uint32_t vcpu);
enum spin_outcome pv_yield_act(struct sim *sim, uint32_t vcpu);

#endif
