/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account.c - where the time goes, in exact integers, and the laws it obeys.
 *
 * Every vCPU and every pCPU is "booked up to" an instant (since_ns).  Booking
 * moves that instant to now and puts the difference into exactly one place, so
 * time can neither be lost nor counted twice; the laws at the end check it from
 * the other side: vCPUs against pCPUs, causes against their sum.
 */
#include "ipi.h"
#include "threads.h"

#include <stdlib.h>
#include <string.h>

struct hist *account_hist(struct sim *sim, uint32_t vm, enum group_hist which)
{
	return &sim->groups[sim->vms[vm].group].hist[which];
}

/* -- vCPUs ---------------------------------------------------------------------- */

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

/* -- VMs: co-run and lock-holder preemption ------------------------------------- */

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

/* -- pCPUs, and vCPUs that wait beside idle ones --------------------------------- */

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

static void account_affinity(struct sim *sim, struct affinity *a)
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
		smt_state(sim, p, was_busy);
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

/* -- the measured window ------------------------------------------------------------ */

/* Everything is booked up to now, nothing changes otherwise. */
static void account_all(struct sim *sim)
{
	for (uint32_t i = 0; i < sim->world->nr_vcpus; i++) {
		struct vcpu *v = &sim->vcpus[i];

		account_vcpu(sim, i);
		if (v->state == VS_RUNNING || v->state == VS_RUNNABLE) {
			entitle_unblocked(sim, i, false);
			entitle_unblocked(sim, i, true);
		}
		if (v->state == VS_RUNNABLE) {
			uint64_t since_ns = v->wait_ns;

			account_wait_end(sim, i);
			account_wait_begin(sim, i);
			v->wait_ns = since_ns;
		}
	}
	for (uint32_t i = 0; i < sim->world->nr_vms; i++) {
		account_vm(sim, &sim->vms[i]);
		if (sim->vms[i].guest)
			threads_book(sim, i);
	}
	for (uint32_t i = 0; i < sim->world->host.nr_pcpus; i++)
		account_pcpu(sim, &sim->pcpus[i]);
	for (uint32_t i = 0; i < sim->world->host.nr_pools; i++)
		account_pool(sim, &sim->pools[i]);
}

void account_window(struct sim *sim)
{
	account_all(sim);
	for (uint32_t i = 0; i < sim->world->nr_vms; i++) {
		struct vm *m = &sim->vms[i];

		memset(m->time, 0, sizeof(m->time));
		memset(m->count, 0, sizeof(m->count));
		m->corun_any_ns = m->corun_all_ns = m->corun_all_n_ns = 0;
		m->lhp_wall_ns = m->lhp_exposed_ns = 0;
		m->lock_held_ns = m->lock_wait_ns = 0;
		m->frag_wait_ns = 0;
		m->entitled = 0;
		for (uint32_t k = 0; k < m->nr_objects; k++)
			sim->syncs[m->first_object + k].held_ran_ns = 0;
		if (m->guest)
			threads_window(sim, i);
	}
	for (uint32_t i = 0; i < sim->world->nr_vcpus; i++) {
		sim->vcpus[i].ran_ns = 0;
		memset(sim->cold[i].read_ran_ns, 0, sizeof(sim->cold[i].read_ran_ns));
	}
	for (uint32_t i = 0; i < sim->world->host.nr_pcpus; i++)
		memset(sim->pcpus[i].time, 0, sizeof(sim->pcpus[i].time));
	for (uint32_t i = 0; i < sim->world->host.nr_pools; i++)
		sim->pools[i].frag_idle_ns = sim->pools[i].forced_idle_ns = 0;
	if (sim->ipi)
		ipi_window(sim);
	memset(sim->groups, 0, sim->world->nr_groups * sizeof(*sim->groups));
	sim->nr_events = sim->nr_switches = sim->nr_picks = sim->nr_kicks = 0;
	sim->window_start_ns = sim->now;
	sim->measuring = true;
}

/* -- the end -------------------------------------------------------------------------- */

void account_censored(struct sim *sim, uint32_t vm, enum group_hist which, uint64_t since_ns)
{
	struct hist *h = account_hist(sim, vm, which);

	hist_add(h, sim->now - since_ns);
	h->censored++;
}

static void account_open(struct sim *sim, uint32_t vcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];

	account_vcpu(sim, vcpu);
	if (v->state == VS_ABSENT)
		return;
	sync_settle_harm(sim, vcpu);
	if (v->state == VS_RUNNABLE) {
		account_censored(sim, v->vm, GH_WAIT, v->wait_ns);
		if (v->woken)
			account_censored(sim, v->vm, GH_WAKEUP, v->wait_ns);
	}
	if (v->act == ACT_LOCK || v->granted) {
		account_censored(sim, v->vm, GH_LOCK_WAIT, sim->cold[vcpu].want_ns);
		sim->vms[v->vm].lock_wait_ns += sim->now - sim->cold[vcpu].want_ns;
	}
	if (v->act == ACT_IPI)
		account_censored(sim, v->vm, GH_IPI, sim->cold[vcpu].want_ns);
	lock_book_held(sim, vcpu);
	if (v->act != ACT_IDLE)
		guest_book_backlog(sim, v->vm, v->program, v->key, &sim->cold[vcpu].arrivals);
}

void account_open_vm(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];

	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++)
		account_open(sim, v);
	if (m->guest && m->present)
		threads_open(sim, vm);
}

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
static int check_laws(struct sim *sim, const struct sim_result *r)
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

int account_finish(struct sim *sim, struct sim_result *result)
{
	const struct world *world = sim->world;

	account_all(sim);
	for (uint32_t i = 0; i < world->nr_vms; i++)
		account_open_vm(sim, i);
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
	return check_laws(sim, result);
}
