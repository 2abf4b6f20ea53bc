/* SPDX-License-Identifier: BSD-2-Clause */
/* agenda.c - the winner tree of agenda.h. */
#include <stdlib.h>

#include "agenda.h"

void agenda_clear(struct agenda *a)
{
	uint32_t i;

	for (i = 0; i < a->nr; i++) {
		a->at_ns[i] = AGENDA_NEVER;
		a->winner[a->nr + i] = i;
	}
	for (i = a->nr - 1; i; i--)
		a->winner[i] = a->winner[2 * i];
}

void agenda_init(struct agenda *a, uint32_t nr_slots)
{
	a->nr = 2;
	while (a->nr < nr_slots)
		a->nr *= 2;
	a->at_ns = calloc(a->nr, sizeof(*a->at_ns));
	a->winner = calloc(2 * (size_t)a->nr, sizeof(*a->winner));
	if (!a->at_ns || !a->winner)
		abort();
	agenda_clear(a);
}

void agenda_fini(struct agenda *a)
{
	free(a->at_ns);
	free(a->winner);
}

void agenda_set(struct agenda *a, uint32_t slot, uint64_t at_ns)
{
	uint32_t i;

	if (a->at_ns[slot] == at_ns)
		return;
	a->at_ns[slot] = at_ns;
	for (i = (a->nr + slot) / 2; i; i /= 2) {
		uint32_t left = a->winner[2 * i], right = a->winner[2 * i + 1];

		a->winner[i] = a->at_ns[right] < a->at_ns[left] ? right : left;
	}
}
