/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock_line.h - lines of waiters, first come, first served: for the kinds that have one.
 */
#ifndef CORUN_LOCK_LINE_H
#define CORUN_LOCK_LINE_H

#include "engine/core/state.h"

void line_join(struct sim *sim, uint32_t vcpu, struct sync *o);
void line_leave(struct sim *sim, uint32_t vcpu, struct sync *o);

#endif
