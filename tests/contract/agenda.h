/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * agenda.h - what happens next: one armed instant a slot, in a winner tree.
 * Ties go to the lower slot, so that a run repeats whatever the insertion order.
 */
#ifndef AGENDA_H
#define AGENDA_H

#include <stdint.h>

#define AGENDA_NEVER (~(uint64_t)0)

struct agenda {
	uint32_t nr; /* leaves, a power of two */
	uint32_t zero;
	uint64_t *at_ns; /* nr */
	uint32_t *winner; /* 2 * nr: [1] is the earliest slot of all */
};

void agenda_init(struct agenda *a, uint32_t nr_slots);
void agenda_fini(struct agenda *a);
void agenda_clear(struct agenda *a);
void agenda_set(struct agenda *a, uint32_t slot, uint64_t at_ns);

static inline uint64_t agenda_get(const struct agenda *a, uint32_t slot)
{
	return a->at_ns[slot];
}

static inline uint32_t agenda_first(const struct agenda *a)
{
	return a->winner[1];
}

#endif
