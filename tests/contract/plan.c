/* SPDX-License-Identifier: BSD-2-Clause */
/* plan.c - drawing the plans of plan.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

#define US 1000u
#define MS 1000000u

/* -- tunables ------------------------------------------------------------------ */

static void preset_tunables(struct sp_config *config, const struct sp_policy *policy)
{
	uint32_t i;

	for (i = 0; i < policy->nr_tunables && i < SP_MAX_TUNABLES; i++)
		config->tunables[i] = policy->tunables[i].preset;
}

/* Would init take them?  A policy may refuse tunables that contradict. */
static int tunables_fit(const struct sp_config *config, const struct sp_policy *policy)
{
	void *scratch = calloc(1, policy->state_size + 8);
	struct call init = {.op = OP_init};

	if (!scratch)
		return 0;
	call_make(policy, scratch, config, &init, NULL);
	free(scratch);
	return !init.ret;
}

/* Half of the runs: presets.  Else about half of the tunables anywhere in range. */
static void draw_tunables(struct sp_config *config, const struct sp_policy *policy, struct rng *r)
{
	uint32_t i;

	config->seed = rng_next(r);
	preset_tunables(config, policy);
	if (rng_chance(r, 500))
		return;
	for (i = 0; i < policy->nr_tunables && i < SP_MAX_TUNABLES; i++) {
		const struct sp_tunable *t = &policy->tunables[i];

		if (rng_chance(r, 500))
			config->tunables[i] = rng_log(r, t->min, t->max);
	}
	if (!tunables_fit(config, policy))
		preset_tunables(config, policy);
}

/* -- the pool ------------------------------------------------------------------- */

/* pCPU ids ascend, with holes. */
static void draw_pcpus(struct plan *plan, struct rng *r)
{
	uint32_t i, hole = rng_below(r, 3);
	uint32_t id = rng_below(r, plan->nr_pcpus < SP_NR_PCPUS ? 2 : 1);

	for (i = 0; i < plan->nr_pcpus; i++) {
		uint32_t last = SP_NR_PCPUS - (plan->nr_pcpus - i); /* leaves room for the rest */

		plan->pcpus[i] = (uint32_t)sp_min(id, last);
		id = plan->pcpus[i] + 1 + rng_below(r, 1 + hole);
	}
}

/*
 * Cores of 1 or 2 threads, some cores a cache, some caches a socket.  Their ids are
 * sparse as well, and below SP_NR_PCPUS: each is called after its first pCPU.
 */
static void draw_topology(struct plan *plan, struct rng *r)
{
	uint32_t threads = 1 + rng_below(r, 2);
	uint32_t per_llc = threads * (1 + rng_below(r, 8));
	uint32_t per_socket = per_llc * (1 + rng_below(r, 3));
	uint32_t i;

	for (i = 0; i < plan->nr_pcpus; i++) {
		plan->topos[i].core = plan->pcpus[i / threads * threads];
		plan->topos[i].llc = plan->pcpus[i / per_llc * per_llc];
		plan->topos[i].socket = plan->pcpus[i / per_socket * per_socket];
	}
}

static void draw_load(struct plan *plan, struct rng *r)
{
	uint32_t nr = plan->nr_pcpus;

	plan->mood = rng_below(r, NR_MOODS);
	if (plan->mood == MOOD_UNDERLOADED)
		nr = 1 + nr / 2;
	else if (plan->mood == MOOD_OVERLOADED)
		nr = (uint32_t)rng_between(r, 2 * nr, 5 * nr);
	else
		nr = (uint32_t)rng_between(r, nr, 3 * nr);
	plan->nr_vcpus = (uint32_t)sp_min(nr, SP_NR_VCPUS - SP_NR_VCPUS / 8);
	plan->weights = rng_below(r, 3);
	plan->wide = rng_chance(r, 300) ? 100 : 0;
}

/* One run in eight costs nothing at all: everything meets at one instant. */
static void draw_costs(struct plan *plan, struct rng *r)
{
	plan->tick_ns = (uint64_t)MS << (2 * rng_below(r, 2)); /* HZ 1000 or 250 */
	plan->chaos_ns = rng_log(r, 30 * US, 60 * MS);
	if (rng_chance(r, 125))
		return;
	plan->kick_ns = rng_log(r, 200, 8 * US);
	plan->late_ns = rng_log(r, 10 * US, 2 * MS);
	plan->switch_ns = rng_log(r, 0, 4 * US);
	plan->save_ns = rng_log(r, 100, rng_chance(r, 100) ? 200 * US : 5 * US);
}

/* None, some, or a storm. */
static void draw_faults(struct plan *plan, struct rng *r)
{
	uint32_t scale = rng_below(r, 4);
	struct faults *f = &plan->faults;

	f->late_kick = 30 * scale;
	f->again = 20 * scale;
	f->discard = 10 * scale;
	f->race_block = 10 * scale;
	f->stolen = 20 * scale;
	f->lost_hint = 100 * scale;
}

/*
 * Caps are kept by periods that are long beside all else: in some runs nearly all VMs
 * have one, run all the time, and are left alone for long.
 */
static void draw_caps(struct plan *plan, const struct sp_policy *policy, struct rng *r)
{
	plan->capped = 300;
	if (!(policy->caps & SP_CAP_LIMIT) || !rng_chance(r, 400))
		return;
	plan->capped = 900;
	plan->mood = MOOD_OVERLOADED;
	plan->chaos_ns = rng_log(r, 10 * MS, 200 * MS);
}

void plan_draw(struct plan *plan, const struct sp_policy *policy, uint64_t seed, uint32_t kind)
{
	struct rng r = {.at = mix64(seed) ^ kind};
	uint32_t most = kind == PLAN_SHORT ? 4 : SP_NR_PCPUS;

	memset(plan, 0, sizeof(*plan));
	plan->seed = seed;
	plan->end_ns = SP_NEVER_NS;
	plan->nr_calls = kind == PLAN_SHORT ? 24 + rng_below(&r, 32) : 10000;
	plan->nr_pcpus = (uint32_t)rng_log(&r, 1, most);
	draw_pcpus(plan, &r);
	draw_topology(plan, &r);
	draw_load(plan, &r);
	draw_costs(plan, &r);
	draw_faults(plan, &r);
	draw_tunables(&plan->config, policy, &r);
	draw_caps(plan, policy, &r);
	if (kind == PLAN_SHORT)
		plan->chaos_ns = 20 * US;
}

void plan_calm(struct plan *plan, const struct sp_policy *policy, uint64_t seed, uint32_t nr_pcpus)
{
	uint32_t i;

	memset(plan, 0, sizeof(*plan));
	plan->seed = seed;
	plan->nr_calls = 4000000;
	plan->nr_pcpus = nr_pcpus;
	for (i = 0; i < nr_pcpus; i++) {
		plan->pcpus[i] = i;
		plan->topos[i].core = i;
	}
	plan->tick_ns = 4 * MS;
	plan->config.seed = seed;
	preset_tunables(&plan->config, policy);
}

void plan_print(FILE *f, const struct plan *plan, const struct sp_policy *policy)
{
	static const char *const moods[] = {"underloaded", "overloaded", "mixed"};
	static const char *const weights[] = {"equal", "mild", "wild"};
	uint32_t i;

	fprintf(f, "pool: %u pCPUs:", plan->nr_pcpus);
	for (i = 0; i < plan->nr_pcpus; i++)
		fprintf(f, " %u", plan->pcpus[i]);
	fprintf(f, "; %s, about %u vCPUs, weights %s\n", moods[plan->mood % 3], plan->nr_vcpus,
		weights[plan->weights % 3]);
	fprintf(f,
		"costs at most, ns: kick %" PRIu64 " late %" PRIu64 " switch %" PRIu64
		" save %" PRIu64 "; chaos every %" PRIu64 ", tick %" PRIu64 "\n",
		plan->kick_ns, plan->late_ns, plan->switch_ns, plan->save_ns, plan->chaos_ns,
		plan->tick_ns);
	fprintf(f, "tunables:");
	for (i = 0; i < policy->nr_tunables && i < SP_MAX_TUNABLES; i++)
		fprintf(f, " %s=%" PRIu64, policy->tunables[i].name,
			(uint64_t)plan->config.tunables[i]);
	fprintf(f, "\n");
}
