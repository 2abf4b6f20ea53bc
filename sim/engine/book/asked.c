/* SPDX-License-Identifier: BSD-2-Clause */
#include "asked.h"

#include <stdlib.h>

#include "engine/core/fail.h"

/* Asks kept in all, and of one vCPU; more are folded (demand.h). */
#define ASKS_IN_ALL (1u << 21)
#define ASKS_MOST (1u << 16)
#define ASKS_LEAST 64u
#define SUPPLY_STEPS 4096u
#define SUPPLY_ROOM (1u << 20) /* steps times lines */

/* -- vCPUs -------------------------------------------------------------------------- */

static uint64_t in_window(const struct sim *sim, uint64_t at_ns)
{
	return sp_sub0(at_ns, sim->window_start_ns);
}

static uint64_t ran_by_now(const struct sim *sim, const struct vcpu *v)
{
	return v->ran_ns + (v->state == VS_RUNNING ? sim->now - v->since_ns : 0);
}

static void wait_begins(struct sim *sim, struct asked_vcpu *a, struct ask ask, uint64_t until_ns)
{
	a->last = ask;
	a->until_ns = until_ns;
	if (demand_wait(&a->demand, ask))
		sim_fail(sim, STATUS_IO, "memory", "out of memory for fairness by demand");
}

/*
 * It is blocked from now on.  A sleep is a drawn time, an arrival an instant; all else (a
 * sibling, a lock, another thread of its guest) is as long as it is going to be.
 */
static void blocks(struct sim *sim, uint32_t vcpu, struct asked_vcpu *a)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	uint64_t until_ns = v->timer_ns;
	struct ask ask = a->next;

	if (!a->is_next) /* the rest of a sleep that was interrupted, or had begun before */
		ask = (struct ask){sp_sub0(until_ns, sim->now), 0, 0};
	a->runs = a->is_next = false;
	a->since_ns = sim->now;
	a->unknown = sim->vms[v->vm].threaded || v->act != ACT_ADVANCE || until_ns == NEVER ||
		     v->state == VS_ABSENT;
	if (!a->unknown)
		wait_begins(sim, a, ask, until_ns);
}

/* It wakes; earlier than it would have by itself if somebody interrupts it. */
static void wakes(struct sim *sim, struct asked_vcpu *a)
{
	struct ask ask = a->last;

	if (a->unknown) {
		wait_begins(sim, a, (struct ask){sim->now - a->since_ns, 0, 0}, sim->now);
	} else if (sim->now < a->until_ns) {
		ask.wait_ns =
			ask.at ? in_window(sim, sim->now) : ask.wait_ns - (a->until_ns - sim->now);
		demand_mend(&a->demand, a->last, ask);
	}
}

void asked_sleep(struct sim *sim, uint32_t vcpu, uint64_t for_ns)
{
	struct asked_vcpu *a = &sim->asked->vcpus[vcpu];

	a->next = (struct ask){for_ns, 0, 0};
	a->is_next = for_ns != 0;
}

void asked_unblocked(struct sim *sim, uint32_t vcpu, bool on)
{
	struct asked_vcpu *a = &sim->asked->vcpus[vcpu];
	uint64_t ran_ns = ran_by_now(sim, &sim->vcpus[vcpu]);

	if (!sim->measuring)
		return;
	if (on) {
		wakes(sim, a);
		a->runs = true;
		a->from_ran_ns = ran_ns;
	} else if (a->runs) {
		demand_ran(&a->demand, ran_ns - a->from_ran_ns);
		blocks(sim, vcpu, a);
	}
}

void asked_instant(struct sim *sim, uint32_t vcpu, uint64_t at_ns)
{
	struct asked_vcpu *a = &sim->asked->vcpus[vcpu];
	uint64_t ran_ns = ran_by_now(sim, &sim->vcpus[vcpu]);

	a->next = (struct ask){in_window(sim, at_ns), 0, 1};
	a->is_next = at_ns > sim->now;
	if (a->is_next || !sim->measuring || !a->runs || sim->vms[sim->vcpus[vcpu].vm].threaded)
		return;
	demand_ran(&a->demand, ran_ns - a->from_ran_ns);
	a->from_ran_ns = ran_ns;
	wait_begins(sim, a, a->next, at_ns);
}

/* -- pCPUs -------------------------------------------------------------------------- */

/* This long before now a pCPU was not there. */
static void lose(struct sim *sim, const struct pcpu *p, uint64_t from_ns)
{
	struct asked_supply *s = &sim->asked->supply;
	uint32_t line = s->by_pcpu ? (uint32_t)(p - sim->pcpus) : p->pool;
	uint64_t at_ns = in_window(sim, from_ns), end_ns = in_window(sim, sim->now);

	s->any_lost = true;
	while (at_ns < end_ns) {
		uint64_t step = at_ns / s->step_ns,
			 next_ns = sp_min((step + 1) * s->step_ns, end_ns);

		if (step >= s->nr_steps)
			return;
		s->lost_ns[(size_t)line * s->nr_steps + step] += (double)(next_ns - at_ns);
		at_ns = next_ns;
	}
}

void asked_online(struct sim *sim, const struct pcpu *p, bool on)
{
	uint64_t *gone_ns = &sim->asked->supply.gone_ns[p - sim->pcpus];

	if (!sim->measuring)
		return;
	if (on && *gone_ns != NEVER)
		lose(sim, p, *gone_ns);
	*gone_ns = on ? NEVER : sim->now;
}

/* -- the window --------------------------------------------------------------------- */

void asked_window(struct sim *sim)
{
	for (uint32_t v = 0; v < sim->world->nr_vcpus; v++) {
		struct asked_vcpu *a = &sim->asked->vcpus[v];
		uint8_t state = sim->vcpus[v].state;

		a->is_next = false; /* that began before */
		if (state == VS_RUNNING || state == VS_RUNNABLE) {
			wait_begins(sim, a, (struct ask){0, 0, 1}, sim->now);
			a->runs = true;
		} else {
			blocks(sim, v, a);
		}
	}
	for (uint32_t i = 0; i < sim->world->host.nr_pcpus; i++) {
		uint8_t state = sim->pcpus[i].state;

		sim->asked->supply.gone_ns[i] =
			state == PS_OFFLINE || state == PS_STOLEN ? sim->now : NEVER;
	}
}

void asked_end(struct sim *sim)
{
	for (uint32_t v = 0; v < sim->world->nr_vcpus; v++) {
		struct asked_vcpu *a = &sim->asked->vcpus[v];

		if (a->runs)
			demand_ran(&a->demand, sim->vcpus[v].ran_ns - a->from_ran_ns);
	}
	for (uint32_t i = 0; i < sim->world->host.nr_pcpus; i++)
		if (sim->asked->supply.gone_ns[i] != NEVER)
			lose(sim, &sim->pcpus[i], sim->asked->supply.gone_ns[i]);
}

/* -- set-up ------------------------------------------------------------------------- */

static int make_supply(struct sim *sim)
{
	const struct world *world = sim->world;
	struct asked_supply *s = &sim->asked->supply;
	uint32_t lines;

	s->by_pcpu = sim->nr_affinities != 0;
	lines = s->by_pcpu ? world->host.nr_pcpus : world->host.nr_pools;
	s->nr_steps = SUPPLY_ROOM / lines;
	if (s->nr_steps > SUPPLY_STEPS)
		s->nr_steps = SUPPLY_STEPS;
	s->step_ns = world->run.duration_ns / s->nr_steps + 1;
	s->lost_ns = calloc((size_t)lines * s->nr_steps, sizeof(*s->lost_ns));
	s->gone_ns = calloc(world->host.nr_pcpus, sizeof(*s->gone_ns));
	return s->lost_ns && s->gone_ns ? 0 : -1;
}

int asked_setup(struct sim *sim)
{
	uint32_t nr = sim->world->nr_vcpus, most = ASKS_IN_ALL / (nr ? nr : 1);

	if (sim->world->fairness == FAIRNESS_BACKLOG)
		return 0;
	sim->asked = calloc(1, sizeof(*sim->asked));
	if (!sim->asked)
		return -1;
	sim->asked->vcpus = calloc(nr + 1, sizeof(*sim->asked->vcpus));
	if (!sim->asked->vcpus || make_supply(sim))
		return -1;
	most = most > ASKS_MOST ? ASKS_MOST : most < ASKS_LEAST ? ASKS_LEAST : most;
	for (uint32_t v = 0; v < nr; v++)
		sim->asked->vcpus[v].demand.most = most & ~1u;
	return 0;
}

void asked_free(struct sim *sim)
{
	if (!sim->asked)
		return;
	for (uint32_t v = 0; sim->asked->vcpus && v < sim->world->nr_vcpus; v++)
		free(sim->asked->vcpus[v].demand.asks);
	free(sim->asked->vcpus);
	free(sim->asked->supply.lost_ns);
	free(sim->asked->supply.gone_ns);
	free(sim->asked);
}
