/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * yield.c - a spinning vCPU gives way to a sibling of which somebody believes that
 * it is waited for: directed yield, and paravirtual yields that name a target.
 *
 * KVM's search (Linux 6.12, kvm_vcpu_on_spin), after a pause-loop exit that names
 * nobody: round the VM's vCPUs from the one after the last that was favoured.
 * A candidate is runnable and off CPU.  Passed over are, as far as `candidates`
 * goes (each level has those before it):
 *	naive		nobody
 *	eligible	who is itself off CPU because it gave way in a pause loop: it
 *			waits, too.  Only at every second look, or all might be passed over
 *			(Raghavendra K T, 2012)
 *	kernel		who was preempted outside the guest's kernel, and is sent no
 *			interrupt: nobody waits for it
 * and `random` takes any at random, as a yardstick.  A candidate that is alone at
 * its pCPU, like the vCPU that looks, is about to run without help: three such
 * end the search (the scheduler's -ESRCH).
 *
 * In this model a vCPU is in its kernel while it holds a lock, or waits for one or for
 * the answers to an interrupt.
 *
 * The paravirtual yield knows more: the guest reads who holds the lock, and whether
 * that one runs, and asks the hypervisor to run it (PowerPC's H_CONFER, s390's
 * diagnose 9c; KVM on x86 has it for interrupts only).
 *
 * KVM's for interrupts (Linux 5.3, arch/x86/kernel/kvm.c: KVM_HC_SCHED_YIELD): a guest
 * that has called several siblings asks once, for the first of them that is preempted.
 * A call to one sibling only goes another way there, and asks for nobody.  In this model
 * the sender looks when it begins to spin: after its own part of the work, if it has one.
 */
#include "yield.h"

#include "engine/core/trace_put.h"
#include "engine/wait/cause.h"
#include "engine/wait/ipi_box.h"
#include "engine/wait/wait.h"
#include "port.h"

#define TRIES 3 /* Linux 6.12 */

static bool in_kernel(const struct vcpu *v)
{
	return v->held || v->act == ACT_LOCK || v->act == ACT_IPI;
}

/* Off CPU, but wants to run. */
static bool is_ready(const struct sim *sim, uint32_t vcpu)
{
	return sim->vcpus[vcpu].state == VS_RUNNABLE;
}

/* It may be worth it; a look at one in a pause loop makes it eligible for the next. */
static bool is_candidate(struct sim *sim, uint32_t vcpu)
{
	const struct ple_spec *spec = &sim->world->host.ple;
	const struct vcpu *v = &sim->vcpus[vcpu];
	struct vcpu_cold *cold = &sim->cold[vcpu];
	bool eligible;

	if (!is_ready(sim, vcpu))
		return false;
	if (spec->candidates >= YIELD_KERNEL && !v->woken && !in_kernel(v) &&
	    !(sim->ipi && ipi_is_pending(sim, vcpu)))
		return false;
	if (spec->candidates < YIELD_ELIGIBLE || !cold->in_spin_loop)
		return true;
	eligible = cold->dy_eligible;
	cold->dy_eligible = !eligible;
	return eligible;
}

/* Both alone at their pCPUs: nothing would be gained. */
static bool is_yield_pointless(const struct sim *sim, uint32_t from, uint32_t to)
{
	const struct pcpu *here = &sim->pcpus[sim->vcpus[from].pcpu];
	const struct pcpu *there = &sim->pcpus[sim->vcpus[to].pcpu];

	return !here->nr_home && there->nr_home == 1 && there->current == SP_NONE;
}

static uint32_t find_random(struct sim *sim, uint32_t me)
{
	struct vm *m = &sim->vms[sim->vcpus[me].vm];
	uint64_t key = rng_key(sim->seed_key, RNG_YIELD) ^ sim->world->vms[m - sim->vms].key;
	uint32_t nr = 0, found = SP_NONE;

	/* each candidate replaces the one before with the right probability */
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++)
		if (v != me && is_ready(sim, v) && rng_bits(key, m->yield_draws++) % ++nr == 0)
			found = v;
	return found;
}

uint32_t yield_find(struct sim *sim, uint32_t me)
{
	struct vm *m = &sim->vms[sim->vcpus[me].vm];
	uint32_t tries = TRIES;

	if (sim->world->host.ple.candidates == YIELD_RANDOM)
		return find_random(sim, me);
	for (uint32_t i = 1; i <= m->width && tries; i++) {
		uint32_t at = (m->last_boosted + i) % m->width, v = m->first_vcpu + at;

		if (v == me || !is_candidate(sim, v))
			continue;
		if (is_yield_pointless(sim, me, v)) {
			tries--;
			continue;
		}
		m->last_boosted = (uint16_t)at;
		return v;
	}
	return SP_NONE;
}

bool yield_to(struct sim *sim, uint32_t from, uint32_t to)
{
	struct vm *m = &sim->vms[sim->vcpus[from].vm];
	bool hit = to == sync_culprit(sim, from);

	if (!port_yield_to(sim, from, to))
		return false;
	m->count[VC_YIELDS_TO]++;
	m->count[VC_YIELDS_HIT] += hit;
	return true;
}

/* -- paravirtual yields ------------------------------------------------------------- */

uint64_t pv_yield_left_ns(struct sim *sim, uint32_t vcpu)
{
	const struct pv_yield_spec *spec = &sim->world->host.pv_yield;
	const struct vcpu_cold *cold = &sim->cold[vcpu];

	if (spec->ipi && sim->vcpus[vcpu].act == ACT_IPI)
		return ipi_may_ask(sim, vcpu) ? 0 : NEVER;
	if (!spec->lock_ns || sim->vcpus[vcpu].act != ACT_LOCK)
		return NEVER;
	return sp_sub0(spec->lock_ns, cold->spun_ns - cold->asked_ns);
}

/* Whom it asks for; SP_NONE: the guest sees that nobody is off CPU. */
static uint32_t yield_target(struct sim *sim, uint32_t vcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	uint32_t holder;

	if (v->act == ACT_IPI) {
		ipi_asked(sim, vcpu);
		return ipi_culprit(sim, vcpu);
	}
	sim->cold[vcpu].asked_ns = sim->cold[vcpu].spun_ns;
	holder = sync_of(sim, v->vm, v->waits)->holder;
	return holder != SP_NONE && is_ready(sim, holder) ? holder : SP_NONE;
}

enum spin_outcome pv_yield_act(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	uint32_t to = yield_target(sim, vcpu);
	bool for_lock = v->act == ACT_LOCK, yields;

	if (to == SP_NONE)
		return SPIN_ON;
	v->debt_ns += sim->world->host.pv_yield.cost_ns;
	sync_spin_end(sim, vcpu);
	if (for_lock) /* of an interrupt it was told when that was sent */
		port_spin(sim, vcpu, to);
	yields = (for_lock || !is_yield_pointless(sim, vcpu, to)) && yield_to(sim, vcpu, to);
	trace_put(sim, TR_SPIN_EXIT, yields, v->pcpu, vcpu, to);
	if (yields)
		return SPIN_YIELDS;
	sim->pcpus[v->pcpu].step_ns = sim->now + v->debt_ns;
	return SPIN_OVER;
}
