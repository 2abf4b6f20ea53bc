/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * demand - coscheduling on demand: a vCPU that is waited for runs now, for a short while.
 *
 * IDEA
 *	A gang runs all siblings together because some of them may need each other.
 *	Interrupts between vCPUs say which ones do, and when.  This is cfs with
 *	three additions:
 *
 *	urgent	A vCPU that a sibling has sent an interrupt, that a spinner was seen
 *		waiting for, or that a wake-up by interrupt has just made runnable,
 *		goes first in its queue, whatever its vruntime, for `urgent_slice`.
 *		If the sender spins until it is answered (a TLB shootdown), or
 *		a vCPU spins and it is not known for which one, all its siblings
 *		become urgent: but only while the VM has `shootdowns` of these a
 *		second, since only a burst of them shows that they matter.
 *	delay	A vCPU that sends an interrupt is in the middle of something, most
 *		likely with a lock.  For `delay` after that it is not preempted.
 *	balance	Siblings queue at different pCPUs, as under balance, but not at one
 *		that has more than its part of the load: rather with a sibling.
 *
 *	Neither is a gift: what a vCPU runs is charged.  When it is ahead of its queue's
 *	clock by a period (latency), it gets no more of this until it is due.
 *
 * EXAMPLE
 *	Two pCPUs, latency 12 ms, A and B of 2 hogs each; every millisecond of its
 *	time A.0 sends A.1 an interrupt and spins until it has been handled, 5 us
 *	when A.1 runs.  Cfs: A.1 waits behind B.0 for up to 6 ms, and A.0 spins as
 *	long.  Here:
 *
 *		ms    0          1              1.5   2.005          2.505
 *		p0    A.0        A.0            A.0   A.0            A.0
 *		p1    B.0        A.1 (urgent)   B.0   A.1 (urgent)   B.0
 *
 *	A.0 has spun for a switch and 5 us each time, and B.0 lost 0.5 ms, which it
 *	gets back when A.0 and A.1 are ahead by 12 ms.
 *
 * WHEN IT IS BAD
 *	It hears interrupts and yields, not locks: guests that only spin (ticket
 *	locks, barriers) profit as far as pause-loop exits tell, that is without a
 *	target, and then all siblings are called whether they hold anything or not.
 *	A guest that sends interrupts all the time makes everybody else wait in
 *	pieces of `urgent_slice`, and pays for the switches like the others.  A host
 *	that sees no interrupts leaves only what it sees spinning: under sched_ext the
 *	yields that KVM directs, in Xen nothing, and there it is balance.
 *
 * COST
 *	As balance; an interrupt: constant, or a step for each sibling if all of
 *	them become urgent.
 *
 * SOURCE
 *	Kim, Kim, Jeong, Lee, Maeng, "Demand-based coordinated scheduling for SMP
 *	VMs", ASPLOS 2013; only the abstract was readable.  Recalled, not checked:
 *	urgent slice 0.5 ms; 500 shootdowns a second; the receiver of a rescheduling
 *	interrupt is urgent, a sender is not preempted, a shootdown makes all
 *	siblings urgent; balance only where no pCPU is overloaded by it.  Assumed:
 *	a delay as long as an urgent slice, spinning counted like shootdowns, the
 *	bound of one period.
 */
#include "policy.h"
#include "cfs/state.h"
#include "cfs/queue.c"
#include "cfs/clock.c"

/* Siblings, and which may ask for what.  The state of cfs comes first: it takes st for it. */
struct demand {
	struct cfs cfs;
	sp_u64 delay_ns[SP_NR_VCPUS]; /* not preempted before then */
	sp_u64 window_ns[SP_NR_VMS]; /* shootdowns are counted from here */
	sp_u32 nr_shots[SP_NR_VMS];
	sp_id head[SP_NR_VMS]; /* its vCPUs */
	sp_id next[SP_NR_VCPUS];
};

enum { DEMAND_URGENT = CFS_JIFFY + 1, DEMAND_DELAY, DEMAND_SHOOTDOWNS };

#define DEMAND_WINDOW_NS 10000000u

/* Does one of v's VM queue or run at pcpu, or has it more than its part of the load? */
static SP_NOINLINE sp_u32 demand_is_taken(const struct cfs *c, const struct cfs_vcpu *v,
					  sp_u32 pcpu)
{
	const struct cfs_pcpu *p = &SP_AT(c->pcpus, pcpu);
	sp_u64 nr = c->groups[CFS_POOL * SP_NR_PCPUS].nr, load = c->load + v->share;
	sp_u32 i, at = p->head;

	if ((p->load + v->share) * nr * 100 > load * c->tunables[CFS_IMBALANCE_PCT])
		return 1;
	if (p->curr != SP_NONE && SP_AT(c->vcpus, p->curr).vm == v->vm)
		return 1;
	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE)
			break;
		if (SP_AT(c->vcpus, at).vm == v->vm)
			return 1;
		at = SP_AT(c->vcpus, at).after;
	}
	return 0;
}

static inline sp_u32 cfs_suits(const struct cfs *c, const struct cfs_vcpu *v, sp_u32 pcpu)
{
	return !demand_is_taken(c, v, pcpu);
}

#include "cfs/place.c"
#include "cfs/arrive.c"
#include "cfs/balance.c"
#include "cfs/life.c"
#include "cfs/calls.c"
#include "cfs/sched.c"
#include "cfs/check.c"

static const struct sp_tunable demand_tunables[] = {
	CFS_TUNABLES,
	[DEMAND_URGENT] = {.name = "urgent_slice",
			   .help = "how long an urgent vCPU runs",
			   .unit = SP_UNIT_NS,
			   .preset = SP_US(500),
			   .min = SP_US(10),
			   .max = SP_MS(100)},
	[DEMAND_DELAY] = {.name = "delay",
			  .help = "who has sent an interrupt is not preempted for this long",
			  .unit = SP_UNIT_NS,
			  .preset = SP_US(500),
			  .min = 0,
			  .max = SP_MS(100)},
	[DEMAND_SHOOTDOWNS] = {.name = "shootdowns",
			       .help = "a second, from which on all siblings are urgent",
			       .unit = SP_UNIT_NONE,
			       .preset = 500,
			       .min = 0,
			       .max = 1000000},
};

/* -- urgent ----------------------------------------------------------------------------- */

/* Has v, queued, had a period more than its queue?  Then no favours until it is due. */
static SP_NOINLINE sp_u32 demand_is_ahead(struct cfs *c, const struct cfs_vcpu *v, sp_u64 now_ns)
{
	return CFS_ANY(v->v.ns > cfs_clock(c, v->pcpu, now_ns) + c->latency_ns);
}

/* vcpu, if it waits and has not had too much, is next in its queue. */
static SP_NOINLINE void demand_hurry(struct demand *d, sp_u32 vcpu, sp_u64 now_ns,
				     struct sp_out *out)
{
	struct cfs *c = &d->cfs;
	const struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct cfs_pcpu *p = cfs_pcpu(c, v->pcpu);

	if (v->state != CFS_QUEUED || p->urgent != SP_NONE || demand_is_ahead(c, v, now_ns))
		return;
	p->urgent = (sp_id)vcpu;
	p->resched = 1;
	sp_kick(out, v->pcpu);
}

static SP_NOINLINE void demand_hurry_all(struct demand *d, sp_u32 vm, sp_u64 now_ns,
					 struct sp_out *out)
{
	sp_u32 i, at = SP_AT(d->head, vm);

	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE)
			break;
		demand_hurry(d, at, now_ns, out);
		at = SP_AT(d->next, at);
	}
}

/* A vCPU waits for all of them, or for one that is not known. */
static void demand_shoot(struct demand *d, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	sp_u64 *window_ns = &SP_AT(d->window_ns, vm);
	sp_u32 *nr = &SP_AT(d->nr_shots, vm);

	if (now_ns - *window_ns > DEMAND_WINDOW_NS) {
		*window_ns = now_ns;
		*nr = 0;
	}
	*nr = *nr + 1;
	if (*nr * (1000000000u / DEMAND_WINDOW_NS) > d->cfs.tunables[DEMAND_SHOOTDOWNS])
		demand_hurry_all(d, vm, now_ns, out);
}

/* -- callbacks --------------------------------------------------------------------------- */

static SP_CALLBACK void demand_vcpu_ipi(void *st, const struct sp_ipi *ipi, sp_u64 now_ns,
					struct sp_out *out)
{
	struct demand *d = st;

	SP_AT(d->delay_ns, ipi->from) = now_ns + d->cfs.tunables[DEMAND_DELAY];
	demand_hurry(d, ipi->to, now_ns, out);
	if (ipi->waits)
		demand_shoot(d, cfs_vcpu(&d->cfs, ipi->from)->vm, now_ns, out);
}

static SP_CALLBACK void demand_vcpu_spin(void *st, sp_u32 vcpu, sp_u32 target, sp_u64 now_ns,
					 struct sp_out *out)
{
	struct demand *d = st;

	if (target != SP_NONE)
		demand_hurry(d, target, now_ns, out);
	else
		demand_shoot(d, cfs_vcpu(&d->cfs, vcpu)->vm, now_ns, out);
}

static SP_CALLBACK void demand_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
					 sp_u64 now_ns, struct sp_out *out)
{
	struct demand *d = st;

	if (cfs_vcpu(&d->cfs, vcpu)->state != CFS_BLOCKED)
		return;
	cfs_vcpu_wake(st, vcpu, wake, now_ns, out);
	if (wake->reason != SP_WAKE_IPI)
		return;
	if (wake->waker != SP_NONE)
		SP_AT(d->delay_ns, wake->waker) = now_ns + d->cfs.tunables[DEMAND_DELAY];
	demand_hurry(d, vcpu, now_ns, out);
}

/* Preempted in the middle of something?  Then it goes on, unless somebody is urgent. */
static SP_CALLBACK void demand_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					    struct sp_out *out)
{
	struct demand *d = st;
	struct cfs_pcpu *p = cfs_pcpu(&d->cfs, stint->pcpu);
	sp_u64 *delay_ns = &SP_AT(d->delay_ns, stint->vcpu);

	cfs_vcpu_stopped(st, stint, now_ns, out);
	if (stint->why != SP_STOP_SLICE && stint->why != SP_STOP_PREEMPTED)
		*delay_ns = 0;
	if (*delay_ns <= now_ns || p->urgent != SP_NONE || p->prev != stint->vcpu ||
	    demand_is_ahead(&d->cfs, cfs_vcpu(&d->cfs, stint->vcpu), now_ns))
		return;
	p->urgent = (sp_id)stint->vcpu;
	p->resched = 1;
}

static SP_CALLBACK void demand_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct demand *d = st;
	const struct cfs_pcpu *p = cfs_pcpu(&d->cfs, pcpu);
	sp_u32 urgent = p->urgent, goes_on = CFS_ANY(p->prev == urgent);
	sp_u64 *delay_ns = &SP_AT(d->delay_ns, urgent), until_ns;

	cfs_pick_next(st, pcpu, now_ns, out);
	if (urgent == SP_NONE || out->next != urgent)
		return;
	until_ns = now_ns + d->cfs.tunables[DEMAND_URGENT];
	if (goes_on && *delay_ns > now_ns) {
		until_ns = *delay_ns;
		*delay_ns = 0; /* until it sends another */
	}
	out->run_until_ns = sp_min(out->run_until_ns, until_ns);
}

static SP_CALLBACK sp_s32 demand_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
					sp_u64 now_ns, struct sp_out *out)
{
	struct demand *d = st;
	sp_s32 ret = cfs_vm_add(st, vm, config, now_ns, out);

	if (ret)
		return ret;
	SP_AT(d->head, vm) = SP_NONE;
	SP_AT(d->window_ns, vm) = 0;
	SP_AT(d->nr_shots, vm) = 0;
	return 0;
}

static SP_CALLBACK sp_s32 demand_vcpu_add(void *st, sp_u32 vcpu,
					  const struct sp_vcpu_config *config, sp_u64 now_ns,
					  struct sp_out *out)
{
	struct demand *d = st;
	sp_id *head = &SP_AT(d->head, config->vm);
	sp_s32 ret = cfs_vcpu_add(st, vcpu, config, now_ns, out);

	if (ret)
		return ret;
	SP_AT(d->delay_ns, vcpu) = 0;
	SP_AT(d->next, vcpu) = *head;
	*head = (sp_id)vcpu;
	return 0;
}

static SP_CALLBACK void demand_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct demand *d = st;
	sp_id *link = &SP_AT(d->head, cfs_vcpu(&d->cfs, vcpu)->vm);
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		if (*link == vcpu || *link == SP_NONE)
			break;
		link = &SP_AT(d->next, *link);
	}
	*link = SP_AT(d->next, vcpu);
	cfs_vcpu_remove(st, vcpu, now_ns, out);
}

SP_POLICY = {
	.name = "demand",
	.summary = "cfs in which interrupts and spinning call siblings to their pCPUs at once",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT | SP_CAP_WEIGHT_VCPU | SP_CAP_WEIGHT_VM | SP_CAP_AFFINITY |
		SP_CAP_LIMIT,
	.state_size = sizeof(struct demand),
	.nr_tunables = sizeof(demand_tunables) / sizeof(demand_tunables[0]),
	.tunables = demand_tunables,
	.init = cfs_init,
	.pcpu_online = cfs_pcpu_online,
	.pcpu_offline = cfs_pcpu_offline,
	.vm_add = demand_vm_add,
	.vm_remove = cfs_vm_remove,
	.vcpu_add = demand_vcpu_add,
	.vcpu_remove = demand_vcpu_remove,
	.vcpu_wake = demand_vcpu_wake,
	.vcpu_block = cfs_vcpu_block,
	.vcpu_stopped = demand_vcpu_stopped,
	.pick_next = demand_pick_next,
	.timer = cfs_timer,
	.tick = cfs_tick,
	.vcpu_spin = demand_vcpu_spin,
	.vcpu_yield_to = cfs_vcpu_yield_to,
	.vcpu_ipi = demand_vcpu_ipi,
	.vm_set_weight = cfs_vm_set_weight,
	.vcpu_set_weight = cfs_vcpu_set_weight,
	.vcpu_set_affinity = cfs_vcpu_set_affinity,
	.check = cfs_check,
};
