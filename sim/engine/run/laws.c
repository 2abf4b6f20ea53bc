/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * laws.c - the end of a run: its result, and the laws of model/result.h.
 *
 * The books were kept event by event (book/account.c); the laws look at them from the other
 * side, and a run that breaks one has no result.
 */
#include "laws.h"

#include <stdlib.h>
#include <string.h>

#include "base/hist_ops.h"
#include "engine/core/fail.h"
#include "engine/core/thread.h"
#include "engine/wait/ipi_box.h"
#include "fair.h"
#include "window.h"

static uint64_t sum(const uint64_t *values, uint32_t first, uint32_t n)
{
	uint64_t total = 0;

	for (uint32_t i = first; i < first + n; i++)
		total += values[i];
	return total;
}

static int law_broken(struct sim *sim, const char *law, uint64_t is, uint64_t should)
{
	sim_fail(sim, STATUS_BUG, "law", "%s: %llu instead of %llu (policy %s, replication %u)",
		 law, (unsigned long long)is, (unsigned long long)should,
		 sim->world->policies[sim->job->policy].name, sim->job->rep);
	return -1;
}

/* Law 9: no thread waits in vain. */
static int check_halted(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];
	uint32_t halted = 0, seeking = 0;

	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++) {
		const struct vcpu *c = &sim->vcpus[v];

		halted += c->act == ACT_IDLE && c->state == VS_BLOCKED;
		seeking += c->act == ACT_IDLE && c->state != VS_BLOCKED && c->state != VS_ABSENT;
	}
	if (halted != m->guest->nr_halted || seeking != m->guest->nr_seeking)
		return law_broken(sim, "law 9: vCPUs without a thread, as counted",
				  m->guest->nr_halted + m->guest->nr_seeking, halted + seeking);
	if (m->guest->nr_forgotten)
		return law_broken(sim, "law 9: ready threads beside a halted vCPU",
				  m->guest->nr_forgotten, 0);
	return 0;
}

/* Laws 7 and 8, of VMs with threads of their own. */
static int check_thread_laws(struct sim *sim, uint32_t vm, const struct sim_result *r)
{
	const struct guest *g = sim->vms[vm].guest;
	const uint64_t *time = r->vms[vm].thread_time;
	uint64_t all = sum(time, 0, NR_TT);

	if (!g)
		return 0;
	if (all != r->window_ns * g->nr_threads)
		return law_broken(sim, "law 7: the time of a VM's threads", all,
				  r->window_ns * g->nr_threads);
	if (time[TT_LOADED] != g->loaded_ns)
		return law_broken(sim, "law 8: threads on vCPUs, and vCPUs with threads",
				  time[TT_LOADED], g->loaded_ns);
	return check_halted(sim, vm);
}

/* Law 10: no interrupt is lost. */
static int check_ipis(struct sim *sim, uint32_t vm, const struct vm_result *r)
{
	if (!sim->ipi || !ipi_lost(sim, vm))
		return 0;
	sim_fail(sim, STATUS_BUG, "law",
		 "law 10: %llu interrupts sent in the window, %llu handled, and the "
		 "rest is not where it should be (policy %s, replication %u)",
		 (unsigned long long)r->count[VC_IPIS],
		 (unsigned long long)r->count[VC_IPIS_HANDLED],
		 sim->world->policies[sim->job->policy].name, sim->job->rep);
	return -1;
}

/* What vCPUs, or pCPUs, did in all: law 3 holds them against each other. */
struct uses {
	uint64_t work, spin, overhead, poll;
	uint64_t received; /* of vCPUs only */
};

/* The laws of one VM, whose time is added to *all. */
static int check_vm(struct sim *sim, uint32_t vm, const struct sim_result *r, struct uses *all)
{
	const struct vm_result *m = &r->vms[vm];
	uint64_t is = sum(m->time, 0, NR_VT), should = r->window_ns * sim->world->vms[vm].width;

	if (is != should)
		return law_broken(sim, "law 1: the time of a VM's vCPUs", is, should);
	if (m->corun_all_ns > m->corun_any_ns || m->corun_all_n_ns > m->corun_all_ns)
		return law_broken(sim, "law 5: co-run, all of any", m->corun_all_ns,
				  m->corun_any_ns);
	if (m->lhp_exposed_ns > m->lhp_wall_ns)
		return law_broken(sim, "law 6: exposed LHP of all", m->lhp_exposed_ns,
				  m->lhp_wall_ns);
	if (check_thread_laws(sim, vm, r) || check_ipis(sim, vm, m))
		return -1;
	all->work += m->time[VT_USEFUL] + m->time[VT_CRITICAL];
	all->spin += sum(m->time, VT_SPIN_CONTENTION, NR_CAUSES);
	all->overhead += m->time[VT_OVERHEAD];
	all->poll += m->time[VT_HALT_POLL];
	all->received += m->received_ns;
	return 0;
}

static int check_pcpu(struct sim *sim, uint32_t pcpu, const struct sim_result *r, struct uses *all)
{
	const uint64_t *time = r->pcpus[pcpu];
	uint64_t is = sum(time, 0, NR_PT);

	if (is != r->window_ns)
		return law_broken(sim, "law 2: a pCPU's time", is, r->window_ns);
	all->work += time[PT_USEFUL];
	all->spin += time[PT_SPIN];
	all->overhead += time[PT_OVERHEAD];
	all->poll += time[PT_HALT_POLL];
	return 0;
}

/* Law 12: sums of durations are those of their histograms. */
static int check_sums(struct sim *sim, const struct sim_result *r)
{
	for (uint32_t g = 0; g < r->nr_groups; g++)
		for (uint32_t h = 0; h < NR_GH; h++)
			if (!hist_adds_up(&r->groups[g].hist[h])) {
				sim_fail(sim, STATUS_BUG, "law",
					 "law 12: the sum of a histogram is not one of its "
					 "durations (group %u, histogram %u)",
					 g, h);
				return -1;
			}
	return 0;
}

/* Law 13: the warm-up begins when the last guest has its load, unless all is over before. */
static int check_starts(struct sim *sim)
{
	uint64_t earliest_ns = sim->last_load_ns + sim->world->run.warmup_ns;

	if (!sim->last_load_ns || sim->finished || sim->window_start_ns >= earliest_ns)
		return 0;
	return law_broken(sim, "law 13: the window begins", sim->window_start_ns, earliest_ns);
}

/* The laws of result.h. */
static int laws_check(struct sim *sim, const struct sim_result *r)
{
	struct uses v = {0}, p = {0};

	for (uint32_t i = 0; i < r->nr_vms; i++)
		if (check_vm(sim, i, r, &v))
			return -1;
	for (uint32_t i = 0; i < r->nr_pcpus; i++)
		if (check_pcpu(sim, i, r, &p))
			return -1;
	if (r->forced_idle_ns > r->frag_idle_ns)
		return law_broken(sim, "law 11: forced idle of all fragmentation",
				  r->forced_idle_ns, r->frag_idle_ns);
	if (v.work != p.work)
		return law_broken(sim, "law 3: work on vCPUs and on pCPUs", v.work, p.work);
	if (v.spin != p.spin)
		return law_broken(sim, "law 3: spinning, by cause and in all", v.spin, p.spin);
	if (v.overhead != p.overhead)
		return law_broken(sim, "law 3: overhead on vCPUs and on pCPUs", v.overhead,
				  p.overhead);
	if (v.poll != p.poll)
		return law_broken(sim, "law 3: halt polling on vCPUs and on pCPUs", v.poll, p.poll);
	if (v.received != v.work + v.spin + v.overhead)
		return law_broken(sim, "law 4: time received, and its uses", v.received,
				  v.work + v.spin + v.overhead);
	if (check_starts(sim))
		return -1;
	return check_sums(sim, r);
}

/* -- the result ---------------------------------------------------------------- */

static void fill_vm(struct sim *sim, uint32_t vm, struct vm_result *r)
{
	const struct vm *m = &sim->vms[vm];
	uint64_t least = UINT64_MAX, most = 0;

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
	r->done_at_ns = m->done_at_ns;
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++) {
		uint64_t ran_ns = sim->vcpus[v].ran_ns;

		r->received_ns += ran_ns;
		least = ran_ns < least ? ran_ns : least;
		most = ran_ns > most ? ran_ns : most;
	}
	r->max_skew_ns = most - least;
}

int laws_finish(struct sim *sim, struct sim_result *result)
{
	const struct world *world = sim->world;

	window_book(sim);
	for (uint32_t i = 0; i < world->nr_vms; i++)
		window_open_vm(sim, i);
	result->window_ns = sim->now - sim->window_start_ns;
	result->end_ns = sim->now;
	result->nr_vms = world->nr_vms;
	result->nr_pcpus = world->host.nr_pcpus;
	result->nr_groups = world->nr_groups;
	result->vms = calloc(world->nr_vms + 1, sizeof(*result->vms));
	result->pcpus = calloc(world->host.nr_pcpus + 1, sizeof(*result->pcpus));
	result->groups = calloc(world->nr_groups + 1, sizeof(*result->groups));
	if (!result->vms || !result->pcpus || !result->groups) {
		sim_fail(sim, STATUS_IO, "memory", "out of memory for the result");
		return -1;
	}
	for (uint32_t i = 0; i < world->nr_vms; i++)
		fill_vm(sim, i, &result->vms[i]);
	for (uint32_t i = 0; i < world->host.nr_pcpus; i++)
		memcpy(result->pcpus[i], sim->pcpus[i].time, sizeof(result->pcpus[i]));
	memcpy(result->groups, sim->groups, world->nr_groups * sizeof(*result->groups));
	for (uint32_t i = 0; i < world->host.nr_pools; i++) {
		result->frag_idle_ns += sim->pools[i].frag_idle_ns;
		result->forced_idle_ns += sim->pools[i].forced_idle_ns;
	}
	if (fair_finish(sim, result))
		return -1;
	result->nr_events = sim->nr_events;
	result->nr_switches = sim->nr_switches;
	result->nr_picks = sim->nr_picks;
	result->nr_kicks = sim->nr_kicks;
	result->nr_violations = sim->nr_violations;
	memcpy(result->violation, sim->violation, sizeof(result->violation));
	return laws_check(sim, result);
}
