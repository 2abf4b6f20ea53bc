/* SPDX-License-Identifier: BSD-2-Clause */
#include "half.h"

#include <stdlib.h>
#include <string.h>

#include "engine/book/asked.h"
#include "engine/core/fail.h"
#include "engine/core/thread.h"

/* Of more groups, the histograms are left out: they are 60 kB each. */
#define MOST_GROUPS 64u

/* Like account_vm. */
static void add_half_corun(const struct sim *sim, const struct vm *m, struct vm_result *r)
{
	uint64_t spent_ns = sim->now - m->clock_ns;

	if (m->nr_unblocked >= 2 && m->nr_running) {
		r->corun_any_ns += spent_ns;
		if (m->nr_running == m->nr_unblocked)
			r->corun_all_ns += spent_ns;
		if (m->nr_running == m->width)
			r->corun_all_n_ns += spent_ns;
	}
	r->lhp_wall_ns += spent_ns * m->nr_holders_off;
	if (m->nr_running)
		r->lhp_exposed_ns += spent_ns * m->nr_holders_off;
}

/* A vCPU that has not blocked since is entitled all the while; see entitle.c. */
static void add_half_vcpu(const struct sim *sim, uint32_t vcpu, struct vm_result *r)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	const struct vcpu_cold *cold = &sim->cold[vcpu];
	const struct pool *pool = &sim->pools[sim->vms[v->vm].pool];
	uint32_t k = cold->weight_class;

	r->received_ns += v->ran_ns;
	if (v->state != VS_RUNNING)
		r->time[v->mode] += sim->now - v->since_ns;
	if (!sim->asked && (v->state == VS_RUNNING || v->state == VS_RUNNABLE))
		r->entitled_ns += pool->class_clock[k] - cold->entitled +
				  pool->class_rate[k] * (double)(sim->now - pool->entitled_ns);
}

static void fill_half_vm(const struct sim *sim, uint32_t vm, struct vm_result *r)
{
	const struct vm *m = &sim->vms[vm];

	memcpy(r->time, m->time, sizeof(r->time));
	memcpy(r->count, m->count, sizeof(r->count));
	if (m->guest)
		memcpy(r->thread_time, m->guest->time, sizeof(r->thread_time));
	r->corun_any_ns = m->corun_any_ns;
	r->corun_all_ns = m->corun_all_ns;
	r->corun_all_n_ns = m->corun_all_n_ns;
	r->lhp_wall_ns = m->lhp_wall_ns;
	r->lhp_exposed_ns = m->lhp_exposed_ns;
	r->lock_held_ns = m->lock_held_ns;
	r->lock_wait_ns = m->lock_wait_ns;
	r->entitled_ns = m->entitled;
	r->frag_wait_ns = m->frag_wait_ns;
	add_half_corun(sim, m, r);
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++)
		add_half_vcpu(sim, v, r);
}

static void fill_half_pcpu(const struct sim *sim, uint32_t pcpu, uint64_t time[NR_PT])
{
	const struct pcpu *p = &sim->pcpus[pcpu];
	uint64_t spent_ns = sim->now - p->since_ns;

	memcpy(time, p->time, sizeof(p->time));
	if (p->state == PS_IDLE)
		time[PT_IDLE] += spent_ns;
	else if (p->state == PS_OFFLINE)
		time[PT_OFFLINE] += spent_ns;
	else if (p->state == PS_STOLEN)
		time[PT_STOLEN] += spent_ns;
}

void half_take(struct sim *sim)
{
	const struct world *world = sim->world;
	struct sim_result *r = sim->job->half;

	r->window_ns = sim->now - sim->window_start_ns;
	r->end_ns = sim->now;
	r->nr_vms = world->nr_vms;
	r->nr_pcpus = world->host.nr_pcpus;
	r->nr_groups = world->nr_groups <= MOST_GROUPS ? world->nr_groups : 0;
	r->vms = calloc(world->nr_vms + 1, sizeof(*r->vms));
	r->pcpus = calloc(world->host.nr_pcpus + 1, sizeof(*r->pcpus));
	r->groups = calloc(r->nr_groups + 1, sizeof(*r->groups));
	if (!r->vms || !r->pcpus || !r->groups) {
		sim_fail(sim, STATUS_IO, "memory", "out of memory for the first half");
		return;
	}
	for (uint32_t i = 0; i < world->nr_vms; i++)
		fill_half_vm(sim, i, &r->vms[i]);
	for (uint32_t i = 0; i < world->host.nr_pcpus; i++)
		fill_half_pcpu(sim, i, r->pcpus[i]);
	memcpy(r->groups, sim->groups, r->nr_groups * sizeof(*r->groups));
	for (uint32_t i = 0; i < world->host.nr_pools; i++) {
		r->frag_idle_ns += sim->pools[i].frag_idle_ns;
		r->forced_idle_ns += sim->pools[i].forced_idle_ns;
	}
	if (sim->asked)
		sim->asked->half_ns = sim->now;
	r->nr_switches = sim->nr_switches;
	r->nr_picks = sim->nr_picks;
	r->nr_kicks = sim->nr_kicks;
	r->nr_violations = sim->nr_violations;
}
