/* SPDX-License-Identifier: BSD-2-Clause */
#include "level.h"

#include <math.h>
#include <stdbool.h>

#define SAME (1 + 1e-9) /* levels that differ by less are one */

static void begin(struct level *l)
{
	for (uint32_t j = 0; j < l->nr_limits; j++) {
		l->limits[j].left = l->limits[j].pcpus;
		l->limits[j].weight = 0;
		l->limits[j].nr = 0;
	}
	for (uint32_t k = 0; k < l->nr_classes; k++) {
		struct level_class *c = &l->classes[k];

		c->rate = 0;
		c->state = c->nr ? LEVEL_FREE : LEVEL_SETTLED;
		for (uint32_t i = 0; c->nr && i < c->nr_limits; i++) {
			l->limits[l->under[c->first + i]].weight += c->weight * c->nr;
			l->limits[l->under[c->first + i]].nr += c->nr;
		}
	}
}

/* The level at which the next one is bound; infinite: all are. */
static double next_level(const struct level *l)
{
	double lowest = INFINITY;

	for (uint32_t k = 0; k < l->nr_classes; k++)
		if (l->classes[k].state == LEVEL_FREE)
			lowest = fmin(lowest, 1 / l->classes[k].weight);
	for (uint32_t j = 0; j < l->nr_limits; j++)
		if (l->limits[j].nr)
			lowest = fmin(lowest, fmax(l->limits[j].left, 0) / l->limits[j].weight);
	return lowest;
}

static bool binds(const struct level *l, const struct level_class *c, double level)
{
	if (c->weight * level * SAME >= 1)
		return true;
	for (uint32_t i = 0; i < c->nr_limits; i++) {
		const struct level_limit *limit = &l->limits[l->under[c->first + i]];

		if (limit->left <= level * limit->weight * SAME)
			return true;
	}
	return false;
}

/* Out of its limits, with what it has. */
static void settle(struct level *l, struct level_class *c)
{
	c->state = LEVEL_SETTLED;
	for (uint32_t i = 0; i < c->nr_limits; i++) {
		struct level_limit *limit = &l->limits[l->under[c->first + i]];

		limit->left -= c->rate * c->nr;
		limit->weight -= c->weight * c->nr;
		limit->nr -= c->nr;
	}
}

void level_find(struct level *l)
{
	double level;

	begin(l);
	while ((level = next_level(l)) < INFINITY) {
		/* all that are bound, before what is left changes */
		for (uint32_t k = 0; k < l->nr_classes; k++) {
			struct level_class *c = &l->classes[k];

			if (c->state != LEVEL_FREE || !binds(l, c, level))
				continue;
			c->state = LEVEL_BOUND;
			c->rate = fmin(1, c->weight * level);
		}
		for (uint32_t k = 0; k < l->nr_classes; k++)
			if (l->classes[k].state == LEVEL_BOUND)
				settle(l, &l->classes[k]);
	}
}
