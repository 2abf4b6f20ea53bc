/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arrivals.h - open loop: work arrives when it is due, however late its vCPU is.
 */
#ifndef CORUN_ARRIVALS_H
#define CORUN_ARRIVALS_H

#include "engine/core/state.h"

/* The next arrival at this step, which it returns; key: of the vCPU or thread. */
uint64_t arrivals_next(struct arrivals *arrivals, uint64_t key, const struct op *op);

/* The end of the next period of the timer at this step, which it returns. */
uint64_t arrivals_timer(struct arrivals *arrivals, const struct op *op, uint64_t now_ns);

#endif
