/* SPDX-License-Identifier: BSD-2-Clause */
/* tunables.c - a tunable that changes nothing in many runs is not read at all. */
#include <stdlib.h>

#include "gen.h"
#include "suite.h"

#define NR_LIVES 40
#define NR_CALLS 4000

struct digester {
	struct observer observer; /* first */
	uint64_t digest;
};

static void digest_call(struct observer *o, struct host *h, const struct call *c)
{
	struct digester *d = (struct digester *)o;

	d->digest = mix64(d->digest ^ call_digest(c, h->out));
	if (c->op == OP_init && c->ret)
		h->broken = 1; /* contradicts the others: says nothing */
}

/* All that one life answers, as a number, with tunable i at this value; 0: refused. */
static uint64_t digest_life(const struct sp_policy *policy, uint64_t seed, uint32_t i,
			    uint64_t value)
{
	struct digester d = {{NULL, digest_call, NULL}, 1};
	struct host *h = calloc(1, sizeof(*h));
	struct arena arena;
	struct plan plan;

	if (!h)
		abort();
	plan_draw(&plan, policy, seed, PLAN_LONG);
	plan.nr_calls = NR_CALLS;
	plan.config.tunables[i] = value;
	arena_init(&arena, policy->state_size);
	gen_start(h, policy, &plan, arena.state, &arena.out->out, &d.observer);
	gen_populate(h);
	gen_run(h);
	if (h->broken)
		d.digest = 0;
	gen_fini(h);
	free(h);
	arena_fini(&arena);
	return d.digest;
}

/* Of the values tried, some may contradict the other tunables of that life. */
static int makes_a_difference(const struct sp_policy *policy, uint64_t seed, uint32_t i)
{
	const struct sp_tunable *t = &policy->tunables[i];
	const uint64_t values[] = {t->min,
				   t->max,
				   t->preset,
				   t->preset / 2,
				   t->preset / 4 * 3,
				   t->preset / 2 * 3,
				   2 * t->preset};
	uint32_t nr, k;

	for (nr = 0; nr < NR_LIVES; nr++) {
		uint64_t first = 0;

		for (k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
			uint64_t value = sp_min(sp_max(values[k], t->min), t->max);
			uint64_t digest = digest_life(policy, mix64(seed + nr), i, value);

			if (first && digest && digest != first)
				return 1;
			first = first ? first : digest;
		}
	}
	return 0;
}

void tunables_check(const struct sp_policy *policy, uint64_t seed, struct verdict *verdict)
{
	char text[160];
	uint32_t i;

	for (i = 0; i < policy->nr_tunables && i < SP_MAX_TUNABLES; i++) {
		if (makes_a_difference(policy, seed, i))
			continue;
		snprintf(text, sizeof(text), "%s: whatever its value, %u runs are alike",
			 policy->tunables[i].name, NR_LIVES);
		verdict_note(verdict, CHECK_tunables, seed, 0, 0, text);
	}
}
