/* SPDX-License-Identifier: BSD-2-Clause */
#include "demand.h"

#include <stdlib.h>

#define FIRST_ROOM 16u

/* b follows a.  What arrives at instants is there from the first one on. */
static void join(struct ask *a, const struct ask *b)
{
	if (!a->at && !b->at)
		a->wait_ns += b->wait_ns;
	else if (!a->at)
		*a = (struct ask){b->wait_ns, a->run_ns, 1};
	a->run_ns += b->run_ns;
}

static void fold(struct demand *d)
{
	for (uint32_t i = 0; i < d->nr / 2; i++) {
		d->asks[i] = d->asks[2 * i];
		join(&d->asks[i], &d->asks[2 * i + 1]);
	}
	d->nr /= 2;
	d->fold *= 2;
	d->filled = d->fold;
}

static int make_room(struct demand *d)
{
	uint32_t room = d->room ? 2 * d->room : FIRST_ROOM;
	struct ask *asks;

	if (d->nr < d->room)
		return 0;
	room = room < d->most ? room : d->most;
	asks = realloc(d->asks, room * sizeof(*asks));
	if (!asks)
		return -1;
	d->asks = asks;
	d->room = room;
	return 0;
}

int demand_wait(struct demand *d, struct ask ask)
{
	if (d->nr && d->filled < d->fold) {
		join(&d->asks[d->nr - 1], &ask);
		d->filled++;
		return 0;
	}
	if (d->nr == d->most)
		fold(d);
	if (make_room(d))
		return -1;
	if (!d->fold)
		d->fold = 1;
	d->asks[d->nr++] = ask;
	d->filled = 1;
	return 0;
}

void demand_ran(struct demand *d, uint64_t run_ns)
{
	if (d->nr)
		d->asks[d->nr - 1].run_ns += run_ns;
}

void demand_mend(struct demand *d, struct ask before, struct ask now)
{
	struct ask *last = &d->asks[d->nr - 1];

	if (d->filled == 1)
		*last = (struct ask){now.wait_ns, last->run_ns, now.at};
	else if (!last->at)
		last->wait_ns -= before.wait_ns - now.wait_ns;
}
