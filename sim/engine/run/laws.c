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

#include "engine/core/fail.h"
#include "engine/core/thread.h"
#include "engine/wait/ipi_box.h"
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

/* The laws of result.h. */
static int laws_check(struct sim *sim, const struct sim_result *r)
{
	uint64_t vm_run = 0, vm_spin = 0, vm_over = 0, vm_ran = 0;
	uint64_t pc_work = 0, pc_spin = 0, pc_over = 0, vm_poll = 0, pc_poll = 0;

	for (uint32_t i = 0; i < r->nr_vms; i++) {
		const struct vm_result *vm = &r->vms[i];
		uint64_t all = sum(vm->time, 0, NR_VT);
		uint64_t should = r->window_ns * sim->world->vms[i].width;

		if (all != should)
			return law_broken(sim, "law 1: the time of a VM's vCPUs", all, should);
		if (vm->corun_all_ns > vm->corun_any_ns || vm->corun_all_n_ns > vm->corun_all_ns)
			return law_broken(sim, "law 5: co-run, all of any", vm->corun_all_ns,
					  vm->corun_any_ns);
		if (vm->lhp_exposed_ns > vm->lhp_wall_ns)
			return law_broken(sim, "law 6: exposed LHP of all", vm->lhp_exposed_ns,
					  vm->lhp_wall_ns);
		if (check_thread_laws(sim, i, r))
			return -1;
		if (sim->ipi && ipi_lost(sim, i)) {
			sim_fail(sim, STATUS_BUG, "law",
				 "law 10: %llu interrupts sent in the window, %llu handled, and "
				 "the "
				 "rest is not where it should be (policy %s, replication %u)",
				 (unsigned long long)vm->count[VC_IPIS],
				 (unsigned long long)vm->count[VC_IPIS_HANDLED],
				 sim->world->policies[sim->job->policy].name, sim->job->rep);
			return -1;
		}
		vm_run += vm->time[VT_USEFUL] + vm->time[VT_CRITICAL];
		vm_spin += sum(vm->time, VT_SPIN_CONTENTION, NR_CAUSES);
		vm_over += vm->time[VT_OVERHEAD];
		vm_poll += vm->time[VT_HALT_POLL];
		vm_ran += vm->received_ns;
	}
	for (uint32_t i = 0; i < r->nr_pcpus; i++) {
		uint64_t all = sum(r->pcpus[i], 0, NR_PT);

		if (all != r->window_ns)
			return law_broken(sim, "law 2: a pCPU's time", all, r->window_ns);
		pc_work += r->pcpus[i][PT_USEFUL];
		pc_spin += r->pcpus[i][PT_SPIN];
		pc_over += r->pcpus[i][PT_OVERHEAD];
		pc_poll += r->pcpus[i][PT_HALT_POLL];
	}
	if (r->forced_idle_ns > r->frag_idle_ns)
		return law_broken(sim, "law 11: forced idle of all fragmentation",
				  r->forced_idle_ns, r->frag_idle_ns);
	if (vm_run != pc_work)
		return law_broken(sim, "law 3: work on vCPUs and on pCPUs", vm_run, pc_work);
	if (vm_spin != pc_spin)
		return law_broken(sim, "law 3: spinning, by cause and in all", vm_spin, pc_spin);
	if (vm_over != pc_over)
		return law_broken(sim, "law 3: overhead on vCPUs and on pCPUs", vm_over, pc_over);
	if (vm_poll != pc_poll)
		return law_broken(sim, "law 3: halt polling on vCPUs and on pCPUs", vm_poll,
				  pc_poll);
	if (vm_ran != vm_run + vm_spin + vm_over)
		return law_broken(sim, "law 4: time received, and its uses", vm_ran,
				  vm_run + vm_spin + vm_over);
	return 0;
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
	result->nr_events = sim->nr_events;
	result->nr_switches = sim->nr_switches;
	result->nr_picks = sim->nr_picks;
	result->nr_kicks = sim->nr_kicks;
	result->nr_violations = sim->nr_violations;
	memcpy(result->violation, sim->violation, sizeof(result->violation));
	return laws_check(sim, result);
}
