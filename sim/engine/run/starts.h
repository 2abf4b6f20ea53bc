/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * starts.h - when guests come up, and when their load begins.
 *
 * A guest has two instants.  At the first its vCPUs come up, one after the other, and halt.
 * At the second its load wakes them, within `load_spread`.  Guests that are there from the
 * beginning have all come up before the first load begins; the warm-up, and what the
 * scenario counts from there, begins when the last of these loads has begun.
 *
 * `interleaved` is older and simpler: each vCPU or thread begins its program at random
 * within `start_spread`, from the instant at which its VM starts, and the warm-up begins
 * at 0.  The management VM starts like that whatever the guests do.
 *
 * No draw hangs on the policy.
 */
#ifndef CORUN_STARTS_H
#define CORUN_STARTS_H

#include "engine/core/state.h"

/* From when on the scenario counts: the start of the warm-up. */
uint64_t starts_origin_ns(const struct sim *sim);

/* Do the vCPUs of this VM come up and halt before they have anything to do? */
bool starts_apart(const struct sim *sim, uint32_t vm);

/*
 * Of a VM that comes up now: when its vCPU comes up, when its load begins, and when runner i
 * of it (a thread, or a vCPU) begins its program.
 */
uint64_t starts_boot_ns(const struct sim *sim, uint32_t vm, uint32_t vcpu);
uint64_t starts_load_ns(const struct sim *sim, uint32_t vm);
uint64_t starts_runner_ns(const struct sim *sim, uint32_t vm, uint32_t i);

#endif
