/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * smt.c - pCPUs change their state; how fast the threads of a core are, and which idle.
 *
 * A thread whose core has another busy one works at host.smt.speed of its own speed:
 * what is left of the running step is timed anew whenever that changes.  Overhead is
 * a cost as measured, and spinning gets nothing done: neither is slowed.  Busy is a
 * pCPU with a vCPU on it, spinning, polling or not, or in the host's own hands.
 *
 * Forced idle: a pCPU idles beside a busy thread of its core while a vCPU that may run
 * on it waits.  It is the part of fragmentation that core scheduling pays with.
 */
#include "smt.h"

#include "account.h"
#include "engine/core/pcpu.h"

void smt_setup(struct sim *sim)
{
	const struct host_spec *host = &sim->world->host;

	sim->smt_rate = host->smt_rate;
	for (uint32_t i = 0, first = 0; i < host->nr_pcpus; i++) {
		struct pcpu *p = &sim->pcpus[i];

		if (host->topo[i].core != host->topo[first].core ||
		    p->pool != sim->pcpus[first].pool)
			first = i;
		p->core_first = (uint16_t)first;
	}
	for (uint32_t i = host->nr_pcpus, last = 0; i-- > 0;) {
		struct pcpu *p = &sim->pcpus[i];

		if (i + 1 == host->nr_pcpus || sim->pcpus[i + 1].core_first != p->core_first)
			last = i;
		p->core_nr = (uint8_t)(last - p->core_first + 1);
	}
}

void smt_put_off(struct sim *sim, uint32_t vcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	struct pcpu *p = &sim->pcpus[v->pcpu];
	uint64_t left_ns = v->left_ns;

	/* work is at most a day: 47 bits, and 16 of the rate */
	if (smt_is_slow(sim, p))
		left_ns = (left_ns * SMT_FULL + sim->smt_rate - 1) / sim->smt_rate;
	p->step_ns = sim->now + v->debt_ns + left_ns;
}

/* What runs on p has another speed from now on; its time is booked up to now. */
static void retime(struct sim *sim, struct pcpu *p)
{
	const struct vcpu *v;

	if (p->current == SP_NONE || !sim->smt_rate)
		return;
	v = &sim->vcpus[p->current];
	if (v->state != VS_RUNNING || v->act != ACT_TIMED)
		return;
	smt_put_off(sim, p->current);
	pcpu_arm_step(sim, p);
}

/* Counts p among the pCPUs that idle by force, or not any more. */
static void set_forced(struct sim *sim, struct pcpu *p)
{
	struct pool *pool = &sim->pools[p->pool];
	bool forced = p->state == PS_IDLE && p->nr_busy_beside;
	uint32_t one = forced ? 1 : UINT32_MAX; /* plus or minus one */

	if (forced == p->forced)
		return;
	account_pool(sim, pool);
	p->forced = forced;
	pool->nr_forced += one;
	if (p->nr_wanted)
		pool->nr_forced_wanted += one;
}

/* p, whose core has other threads, has become busy, or is not any more. */
static void set_busy(struct sim *sim, struct pcpu *p, bool was_busy)
{
	bool busy = p->state == PS_BUSY || p->state == PS_STOLEN;

	set_forced(sim, p);
	for (uint32_t i = p->core_first;
	     was_busy != busy && i < (uint32_t)p->core_first + p->core_nr; i++) {
		struct pcpu *q = &sim->pcpus[i];
		bool changes = q->nr_busy_beside == (busy ? 0 : 1);

		if (q == p)
			continue;
		if (changes && q->current != SP_NONE)
			account_vcpu(sim, q->current);
		q->nr_busy_beside = (uint8_t)(q->nr_busy_beside + (busy ? 1 : -1));
		if (changes) {
			retime(sim, q);
			set_forced(sim, q);
		}
	}
}

/* -- the state ----------------------------------------------------------------- */

static void count_idle(struct sim *sim, struct pcpu *p, bool idle)
{
	struct pool *pool = &sim->pools[p->pool];
	uint32_t one = idle ? 1 : UINT32_MAX; /* plus or minus one */

	account_pool(sim, pool);
	pool->nr_idle += one;
	if (p->nr_wanted)
		pool->nr_idle_wanted += one;
	for (uint32_t i = 0; i < p->nr_groups; i++) {
		struct affinity *a = &sim->affinities[sim->pcpu_groups[p->first_group + i]];

		account_affinity(sim, a);
		a->nr_idle += one;
	}
}

void account_pcpu_state(struct sim *sim, struct pcpu *p, uint32_t state)
{
	bool was_busy = p->state == PS_BUSY || p->state == PS_STOLEN;

	if (p->state == state)
		return;
	account_pcpu(sim, p);
	if (p->state == PS_IDLE)
		count_idle(sim, p, false);
	p->state = (uint8_t)state;
	if (state == PS_IDLE)
		count_idle(sim, p, true);
	if (p->core_nr > 1)
		set_busy(sim, p, was_busy);
}
