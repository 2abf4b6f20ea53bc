/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account.c - where the time goes, in exact integers.
 *
 * Every vCPU and every pCPU is "booked up to" an instant (since_ns).  Booking
 * moves that instant to now and puts the difference into exactly one place, so
 * time can neither be lost nor counted twice; the laws at the end (run/laws.c) check it
 * from the other side: vCPUs against pCPUs, causes against their sum.
 */
#include "account.h"

#include "engine/core/trace_put.h"

struct hist *account_hist(struct sim *sim, uint32_t vm, enum group_hist which)
{
	return &sim->groups[sim->vms[vm].group].hist[which];
}

void account_censored(struct sim *sim, uint32_t vm, enum group_hist which, uint64_t since_ns)
{
	struct hist *h = account_hist(sim, vm, which);

	hist_add(h, sim->now - since_ns);
	h->censored++;
}

/* -- vCPUs --------------------------------------------------------------------- */

uint64_t sync_clock(const struct sim *sim, const struct sync *o, uint32_t cause)
{
	return o->clock[cause] + (o->cause == cause ? sim->now - o->clock_ns : 0);
}

void sync_spin_book(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];
	const struct sync *o = sync_of(sim, v->vm, v->waits);

	for (uint32_t c = 0; c < NR_CAUSES; c++) {
		uint64_t clock = sync_clock(sim, o, c);

		m->time[VT_SPIN_CONTENTION + c] += clock - sim->cold[vcpu].clock[c];
		sim->cold[vcpu].clock[c] = clock;
	}
}

bool smt_is_slow(const struct sim *sim, const struct pcpu *p)
{
	return p->nr_busy_beside && sim->smt_rate;
}

/* spent_ns of work have been taken off left_ns as if they were done at full speed. */
static void smt_give_back(struct sim *sim, uint32_t vcpu, uint64_t spent_ns)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	uint64_t before_ns = v->left_ns + spent_ns, done_ns = spent_ns;

	if (smt_is_slow(sim, &sim->pcpus[v->pcpu]))
		done_ns = spent_ns * sim->smt_rate / SMT_FULL;
	v->left_ns = sp_sub0(before_ns, done_ns);
}

/* A running vCPU: overhead it owes first, then what it does. */
static void book_running(struct sim *sim, uint32_t vcpu, uint64_t spent_ns)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];
	uint64_t *on_pcpu = sim->pcpus[v->pcpu].time;
	uint64_t paid_ns;

	v->ran_ns += spent_ns;
	if (v->listed) {
		sync_spin_book(sim, vcpu);
		sim->cold[vcpu].spun_ns += spent_ns;
		on_pcpu[PT_SPIN] += spent_ns;
		return;
	}
	paid_ns = spent_ns < v->debt_ns ? spent_ns : v->debt_ns;
	v->debt_ns -= paid_ns;
	m->time[VT_OVERHEAD] += paid_ns;
	on_pcpu[PT_OVERHEAD] += paid_ns;
	spent_ns -= paid_ns;
	if (spent_ns) {
		v->left_ns -= spent_ns;
		m->time[v->mode] += spent_ns;
		on_pcpu[PT_USEFUL] += spent_ns;
		if (sim->smt_rate)
			smt_give_back(sim, vcpu, spent_ns);
	}
}

void account_spent(struct sim *sim, uint32_t vcpu, uint64_t spent_ns)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	v->since_ns = sim->now;
	if (v->state == VS_RUNNING) {
		book_running(sim, vcpu, spent_ns);
		return;
	}
	sim->vms[v->vm].time[v->mode] += spent_ns;
	if (v->mode == VT_HALT_POLL)
		sim->pcpus[v->pcpu].time[PT_HALT_POLL] += spent_ns;
}

void account_mode(struct sim *sim, uint32_t vcpu, uint32_t mode)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	account_vcpu(sim, vcpu);
	if (v->mode == mode)
		return;
	v->mode = (uint8_t)mode;
	if (v->state == VS_RUNNING)
		trace_put(sim, TR_MODE, mode, v->pcpu, vcpu, 0);
}

/* -- VMs: co-run and lock-holder preemption ------------------------------------ */

void account_vm(struct sim *sim, struct vm *m)
{
	uint64_t spent_ns = sim->now - m->clock_ns;

	if (!spent_ns)
		return;
	m->clock_ns = sim->now;
	if (m->nr_unblocked >= 2 && m->nr_running) {
		m->corun_any_ns += spent_ns;
		if (m->nr_running == m->nr_unblocked)
			m->corun_all_ns += spent_ns;
		if (m->nr_running == m->width)
			m->corun_all_n_ns += spent_ns;
	}
	if (m->nr_holders_off) {
		m->lhp_wall_ns += spent_ns * m->nr_holders_off;
		if (m->nr_running)
			m->lhp_exposed_ns += spent_ns * m->nr_holders_off;
	}
}

/* -- pCPUs, and vCPUs that wait beside idle ones ------------------------------- */

void account_pool(struct sim *sim, struct pool *pool)
{
	uint64_t spent_ns = sim->now - pool->clock_ns;

	if (!spent_ns)
		return;
	pool->clock_ns = sim->now;
	if (pool->nr_idle)
		pool->idle_clock += spent_ns;
	pool->frag_idle_ns += spent_ns * (pool->nr_waiting ? pool->nr_idle : pool->nr_idle_wanted);
	pool->forced_idle_ns +=
		spent_ns * (pool->nr_waiting ? pool->nr_forced : pool->nr_forced_wanted);
}

void account_affinity(struct sim *sim, struct affinity *a)
{
	if (a->nr_idle)
		a->idle_clock += sim->now - a->clock_ns;
	a->clock_ns = sim->now;
}

void account_pcpu(struct sim *sim, struct pcpu *p)
{
	uint64_t spent_ns = sim->now - p->since_ns;

	p->since_ns = sim->now;
	if (p->state == PS_IDLE)
		p->time[PT_IDLE] += spent_ns;
	else if (p->state == PS_OFFLINE)
		p->time[PT_OFFLINE] += spent_ns;
	else if (p->state == PS_STOLEN)
		p->time[PT_STOLEN] += spent_ns;
	/* PS_BUSY: booked through the vCPU that runs */
}

/* Someone waits for this range, or nobody any more. */
static void want_range(struct sim *sim, const struct affinity *a, bool wanted)
{
	for (uint32_t i = a->first; i < a->first + a->nr; i++) {
		struct pcpu *p = &sim->pcpus[i];
		bool before = p->nr_wanted != 0;

		p->nr_wanted = (uint16_t)(p->nr_wanted + (wanted ? 1 : -1));
		if (p->state == PS_IDLE && before != (p->nr_wanted != 0))
			sim->pools[p->pool].nr_idle_wanted += wanted ? 1 : UINT32_MAX;
		if (p->forced && before != (p->nr_wanted != 0))
			sim->pools[p->pool].nr_forced_wanted += wanted ? 1 : UINT32_MAX;
	}
}

void account_wait_begin(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct pool *pool = &sim->pools[sim->vms[v->vm].pool];
	struct vcpu_cold *cold = &sim->cold[vcpu];

	v->wait_ns = sim->now;
	if (sim->count_home)
		sim->pcpus[v->pcpu].nr_home++;
	account_pool(sim, pool);
	if (cold->affinity == SP_NONE) {
		pool->nr_waiting++;
		cold->idle_clock = pool->idle_clock;
	} else {
		struct affinity *a = &sim->affinities[cold->affinity];

		account_affinity(sim, a);
		cold->idle_clock = a->idle_clock;
		if (a->nr_waiting++ == 0)
			want_range(sim, a, true);
	}
}

/* Time of this wait so far in which a usable pCPU idled. */
static uint64_t wait_beside_idle_ns(struct sim *sim, uint32_t vcpu)
{
	struct vcpu_cold *cold = &sim->cold[vcpu];

	if (cold->affinity == SP_NONE) {
		struct pool *pool = &sim->pools[sim->vms[sim->vcpus[vcpu].vm].pool];

		account_pool(sim, pool);
		return pool->idle_clock - cold->idle_clock;
	}
	account_affinity(sim, &sim->affinities[cold->affinity]);
	return sim->affinities[cold->affinity].idle_clock - cold->idle_clock;
}

void account_wait_end(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vcpu_cold *cold = &sim->cold[vcpu];

	sim->vms[v->vm].frag_wait_ns += wait_beside_idle_ns(sim, vcpu);
	if (sim->count_home)
		sim->pcpus[v->pcpu].nr_home--;
	if (cold->affinity == SP_NONE)
		sim->pools[sim->vms[v->vm].pool].nr_waiting--;
	else if (--sim->affinities[cold->affinity].nr_waiting == 0) {
		account_pool(sim, &sim->pools[sim->vms[v->vm].pool]);
		want_range(sim, &sim->affinities[cold->affinity], false);
	}
}
