/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup_parts.h - the parts of sim_setup.
 */
#ifndef CORUN_SETUP_PARTS_H
#define CORUN_SETUP_PARTS_H

#include <stdlib.h>
#include <string.h>

#include "engine/core/state.h"

/* Zeroed, on a cache line: hot records must not straddle more of them than needed. */
static inline void *setup_make(size_t n, size_t size)
{
	size_t bytes = (n ? n : 1) * size;
	void *block;

	bytes = (bytes + 63) / 64 * 64;
	block = aligned_alloc(64, bytes);
	if (block)
		memset(block, 0, bytes);
	return block;
}

/* Locks and barriers of a VM, and where interrupts are sent an object a vCPU. */
uint32_t setup_count_objects(const struct world *world, const struct vm_spec *vm);
/* The programs, as the engine runs them.  0, or -1 without memory. */
int setup_code(struct sim *sim);
void setup_vm(struct sim *sim, uint32_t id, uint32_t *next_object);
void setup_vcpu(struct sim *sim, uint32_t id);

/* Pools, their pCPUs, and the classes of weights in them.  0, or -1 without memory. */
int setup_pools(struct sim *sim);
/* With the vCPUs there: which class each is in, ... */
void setup_find_classes(struct sim *sim);
/* ... and for each pCPU the affinity groups that it is in.  0, or -1 without memory. */
int setup_pcpu_groups(struct sim *sim);

#endif
