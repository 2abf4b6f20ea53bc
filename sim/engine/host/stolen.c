/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stolen.c - pCPU time that the host takes for work of its own: interrupts,
 * device threads, whatever the policy has no say in.
 *
 * Every pCPU has its own stream of instants and lengths.  What runs there stops
 * (SP_STOP_STOLEN: runnable, so a lock's holder among them is preempted); the
 * policy is asked again when the host is done, and kicks that came meanwhile wait
 * until then.  A pCPU that is offline loses nothing.  VMs are entitled to what is
 * left.  It is taken in run/life.c.
 */
#include "stolen.h"

#include "engine/book/entitle.h"
#include "engine/book/smt.h"
#include "engine/core/trace_put.h"

/* Part of a normal distribution that lies more than two standard deviations below. */
#define BELOW_2_SD 0.022750131948179

static uint64_t stolen_draw_ns(const struct sim *sim, const struct pcpu *p, const struct dist *dist,
			       uint64_t counter)
{
	uint64_t key = rng_key(rng_key(sim->seed_key, RNG_STOLEN), (uint64_t)(p - sim->pcpus));

	return dist_draw(dist, key, counter);
}

/*
 * How much rarer than the scenario says: CPUs differ.  The rates are lognormal about that
 * of the scenario, cut off at two standard deviations on either side.
 */
static double rarity(const struct sim *sim, const struct pcpu *p)
{
	double spread = sim->world->host.stolen_spread;
	double u =
		rng_open_unit(rng_key(sim->seed_key, RNG_STOLEN_RATE), (uint64_t)(p - sim->pcpus));

	return fp_exp(-spread * fp_normal_quantile(BELOW_2_SD + (1 - 2 * BELOW_2_SD) * u));
}

/* The next time after from_ns. */
static void plan(struct sim *sim, struct pcpu *p, uint64_t from_ns)
{
	uint64_t every_ns =
		stolen_draw_ns(sim, p, &sim->world->host.stolen_every, 2 * p->nr_stolen);

	if (sim->world->host.stolen_spread > 0)
		every_ns = (uint64_t)((double)every_ns * rarity(sim, p));
	/* at most once a microsecond: a draw of 0 must not stop the clock */
	p->stolen_ns = from_ns + sp_max(every_ns, 1000);
}

void stolen_start(struct sim *sim, struct pcpu *p)
{
	p->stolen_ns = NEVER;
	if (sim->world->host.stolen_run.max_ns)
		plan(sim, p, 0);
}

uint64_t stolen_next(struct sim *sim, struct pcpu *p)
{
	uint64_t run_ns = stolen_draw_ns(sim, p, &sim->world->host.stolen_run,
					 2 * (uint64_t)p->nr_stolen + 1);

	p->nr_stolen++;
	plan(sim, p, sim->now + run_ns);
	return run_ns;
}

void stolen_end(struct sim *sim, struct pcpu *p)
{
	if (p->state != PS_STOLEN)
		return;
	trace_put(sim, TR_STOLEN, 0, (uint32_t)(p - sim->pcpus), SP_NONE, 0);
	entitle_online(sim, p, true);
	account_pcpu_state(sim, p, PS_IDLE);
}
