/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relaxed - relaxed coscheduling: siblings may run apart, but not far apart.
 *
 * IDEA
 *	Each vCPU has a share by weight.  Its virtual time is the time that it ran,
 *	divided by its weight.  Spinning counts, since no host can tell it from work;
 *	overhead does not (ran_ns leaves it out).  The vCPU with the least virtual time
 *	runs next, wherever a pCPU is free.  No pCPU idles while a vCPU waits.  On top:
 *
 *	Skew.  The skew of a vCPU is how far its virtual time is ahead of the least
 *	virtual time of those of its VM that are not blocked.  Skew is given in guest
 *	time.  Once a `sample` the policy looks at every VM.  A running vCPU whose skew
 *	is above `stop` is a leader: it is co-stopped, and its pCPU goes to a sibling
 *	that lags and has waited for a sample.  Leaders go one by one, each for one
 *	laggard.  Where no laggard waits, all siblings run and skew cannot grow:
 *	stopping a leader would help nobody.  So a VM only trades places with itself:
 *	one of its vCPUs always runs on, no pCPU is left empty, and shares stay what
 *	they were.  A co-stopped vCPU is co-started when its skew has fallen below
 *	`start`, or when none of its VM runs any more: then no sibling catches up, and
 *	all of them may as well start together.
 *
 *	Share and skew are told by one clock.  If each had a clock of its own, the two
 *	could disagree for good.  By its share a sibling would be chosen first, by its
 *	skew it would be stopped as the leader, and it would never catch up.  Then
 *	siblings would take turns instead of running together.
 *
 *	Blocked siblings do not count.  A vCPU that wakes has slept, not lagged: it joins
 *	half a slice behind the pool at most, and `start` behind its siblings.
 *
 *	Running together.  Slices end on a grid (multiples of `slice`), so that the
 *	pCPUs choose at one instant.  The first pCPU takes the vCPU that has had least.
 *	The others prefer siblings of that vCPU.  A sibling is not preferred if it has
 *	had more than half a slice above the waiting vCPU that has had least.  The VM of
 *	the vCPU that a pCPU takes first in a slice is the pCPU's own until the slice
 *	ends.  The pCPU takes vCPUs of this VM first, and such a vCPU gets the pCPU back
 *	when it wakes, up to a slice out of turn.  All this is a preference among
 *	waiting vCPUs, no more.
 *
 * EXAMPLE
 *	Four pCPUs, hogs: A with 4 vCPUs, B with 1; slice 10, stop 3, start 1.5 ms.
 *
 *		ms    0      10     14     18     20
 *		p0    A.0    B.0    B.0    B.0    B.0
 *		p1    A.1    A.1    A.1    A.1    A.1
 *		p2    A.2    A.2    A.2    A.3    A.3
 *		p3    A.3    A.3    A.0    A.0    A.0
 *
 *	At 10 ms B, which has had nothing, takes p0, and A.0 waits.  At 14 ms the
 *	skew of its siblings is 4 ms, above 3 for the first time: A.3 is co-stopped
 *	and A.0 has its pCPU.  At 17 ms A.0 has run 3 ms more, A.3 leads by 1 ms
 *	only and is co-started.  At 18 ms it has waited for a sample and lags behind
 *	A.2 by 4 ms: A.2 is co-stopped, A.3 has its pCPU.  No pCPU ever idles:
 *	100 %, where a strict gang gets 62.5 %.
 *
 * WHEN IT IS BAD
 *	Siblings run together for as long as nothing disturbs the grid.  Siblings that
 *	are scattered come together at the next end of a slice at best; until then they
 *	spin for their locks.  vCPUs that have nothing to do with each other (one guest,
 *	many jobs) are moved for nothing.  There is one queue for the pool, so a vCPU
 *	runs on whichever pCPU is free when its turn comes.  Only among several waiting
 *	siblings does a pCPU take the one that it had last.  A vCPU that wakes on a busy
 *	pool takes its last pCPU or waits: no other is looked at.  Weights of siblings
 *	cannot differ: they would skew.  A light vCPU gets whole slices, hence rarely:
 *	nice 19 beside nice -20 runs 10 ms a minute.
 *
 * COST
 *	A heap of all waiting vCPUs: logarithmic per decision.  A wake-up costs a
 *	word of the idle set for each 64 pCPUs, and a walk over the siblings at most
 *	once a sample and VM; so does blocking while a sibling is co-stopped.  The
 *	timer costs a step for each vCPU of a VM with two or more active ones, once
 *	a sample; if its notes fill up it goes on there the next time.
 *
 * SOURCE
 *	VMware, "The CPU Scheduler in VMware vSphere 5.1" and what is known of ESX
 *	4 and later: leaders are stopped one by one, idle vCPUs gain no skew, time
 *	in the hypervisor is no progress.  The thresholds are assumptions: no
 *	trustworthy source gives any.  So are slice, grid and the preference for
 *	siblings, and that a leader is only stopped if a laggard takes its place.
 */
#include "policy.h"
#include "sp_idle.h"
#include "state.h"
#include "queue.c"
#include "skew.c"

enum { RELAXED_SLICE, RELAXED_SAMPLE, RELAXED_STOP, RELAXED_START };

static const struct sp_tunable relaxed_tunables[] = {
	[RELAXED_SLICE] = {.name = "slice",
			   .help = "slices end at multiples of this",
			   .unit = SP_UNIT_NS,
			   .preset = SP_MS(10),
			   .min = SP_US(100),
			   .max = SP_MS(1000)},
	[RELAXED_SAMPLE] = {.name = "sample",
			    .help = "how often skew is looked at",
			    .unit = SP_UNIT_NS,
			    .preset = SP_MS(1),
			    .min = SP_US(10),
			    .max = SP_MS(100)},
	[RELAXED_STOP] = {.name = "stop",
			  .help = "a leader is co-stopped above this skew (an assumption)",
			  .unit = SP_UNIT_NS,
			  .preset = SP_MS(3),
			  .min = SP_US(10),
			  .max = SP_MS(1000)},
	[RELAXED_START] = {.name = "start",
			   .help = "and co-started below this (an assumption)",
			   .unit = SP_UNIT_NS,
			   .preset = SP_US(1500),
			   .min = SP_US(10),
			   .max = SP_MS(1000)},
};

/* Siblings that a pCPU looks at for one that it had last. */
#define RELAXED_LOOK 8u

/* -- choosing ----------------------------------------------------------------------- */

/* The vCPU that the pCPU was kicked for, if it still waits, or SP_NONE. */
static sp_u32 relaxed_take_hand(struct relaxed *r, sp_u32 pcpu)
{
	sp_u32 vcpu = relaxed_pcpu(r, pcpu)->hand;

	relaxed_pcpu(r, pcpu)->hand = SP_NONE;
	if (vcpu == SP_NONE || relaxed_vcpu(r, vcpu)->state != RELAXED_WAITING)
		return SP_NONE;
	return vcpu;
}

/*
 * Of those of the VM that wait and have had no more than limit: one that this
 * pCPU had last, or else the one that waits for longest, or SP_NONE.
 */
static SP_NOINLINE sp_u32 relaxed_choose(struct relaxed *r, sp_u32 vm, sp_u32 pcpu, sp_u64 limit_ns)
{
	sp_u32 i, best = SP_NONE, at = relaxed_vm(r, vm)->waiting.head;

	sp_for (i, RELAXED_LOOK) {
		const struct relaxed_vcpu *v = relaxed_vcpu(r, at);

		if (at == SP_NONE)
			break;
		if (v->v.ns <= limit_ns) {
			if (v->pcpu == pcpu)
				return at;
			if (best == SP_NONE)
				best = at;
		}
		at = v->link.next;
	}
	return best;
}

/* The VM that this pCPU was given for the present period, or SP_NONE. */
static sp_u32 relaxed_given(const struct relaxed *r, const struct relaxed_pcpu *p)
{
	return p->period_ns == r->period_end_ns ? p->vm : SP_NONE;
}

/* First pick of a period: a sibling of the vCPU chosen before, or the one that had least. */
static SP_NOINLINE sp_u32 relaxed_begin(struct relaxed *r, sp_u32 pcpu)
{
	sp_u32 vcpu = SP_NONE, top = sp_heap_first(&r->waiting);
	sp_u64 least_ns = sp_heap_key(&r->waiting);
	struct relaxed_pcpu *p = relaxed_pcpu(r, pcpu);

	if (r->favour != SP_NONE)
		vcpu = relaxed_choose(r, r->favour, pcpu, least_ns + r->slice_ns / 2);
	if (vcpu == SP_NONE) {
		r->favour = relaxed_vcpu(r, top)->vm;
		vcpu = relaxed_choose(r, r->favour, pcpu, least_ns);
	}
	if (vcpu == SP_NONE)
		vcpu = top;
	p->vm = relaxed_vcpu(r, vcpu)->vm;
	p->period_ns = r->period_end_ns;
	return vcpu;
}

/* The vCPU that runs next on pcpu, of all that wait; SP_NONE if none does. */
static SP_NOINLINE sp_u32 relaxed_next(struct relaxed *r, sp_u32 pcpu)
{
	sp_u32 vcpu, given = relaxed_given(r, relaxed_pcpu(r, pcpu));
	sp_u32 top = sp_heap_first(&r->waiting);
	sp_u64 least_ns = sp_heap_key(&r->waiting);

	if (top == SP_NONE)
		return SP_NONE;
	r->vclock_ns = sp_max(r->vclock_ns, least_ns);
	if (given == SP_NONE)
		return relaxed_begin(r, pcpu);
	vcpu = relaxed_choose(r, given, pcpu, least_ns + r->slice_ns);
	return vcpu == SP_NONE ? top : vcpu;
}

static void relaxed_run(struct relaxed *r, sp_u32 vcpu, sp_u32 pcpu, sp_u64 now_ns)
{
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);

	relaxed_dequeue(r, vcpu);
	v->state = RELAXED_RUNNING;
	v->pcpu = (sp_id)pcpu;
	v->since_ns = now_ns;
	v->leads = 0;
	relaxed_vm(r, v->vm)->nr_running++;
	relaxed_pcpu(r, pcpu)->running = (sp_id)vcpu;
}

static void relaxed_vacate(struct relaxed *r, const struct relaxed_vcpu *v)
{
	relaxed_pcpu(r, v->pcpu)->running = SP_NONE;
	relaxed_vm(r, v->vm)->nr_running--;
}

/* What runs on pcpu, as far as we know, does not any more; it waits, or is held. */
static void relaxed_put_back(struct relaxed *r, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 vcpu = relaxed_pcpu(r, pcpu)->running;
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);

	if (vcpu == SP_NONE)
		return;
	relaxed_vacate(r, v);
	if (!v->leads) {
		relaxed_enqueue(r, vcpu, now_ns);
		return;
	}
	relaxed_costop(r, vcpu, out);
	relaxed_watch(r, v->vm, now_ns, out);
}

/*
 * No pCPU idles, and a vCPU woke: does it take over the pCPU that it had last?  Yes if
 * it has had clearly less than the vCPU that runs there.  If the pCPU is its VM's and
 * runs another VM, one slice more is allowed.
 */
static void relaxed_preempt(struct relaxed *r, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	const struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);
	const struct relaxed_pcpu *p = relaxed_pcpu(r, v->pcpu);
	const struct relaxed_vcpu *c = relaxed_vcpu(r, p->running);
	sp_u64 reached_ns;

	if (v->pcpu == SP_NONE || p->running == SP_NONE || p->hand != SP_NONE)
		return;
	reached_ns = relaxed_reached(c, relaxed_vm(r, c->vm)->weight, now_ns);
	if (relaxed_given(r, p) == v->vm && c->vm != v->vm)
		reached_ns += r->slice_ns;
	if (v->v.ns + r->slice_ns / 8 < reached_ns)
		relaxed_hand(r, v->pcpu, vcpu, out);
}

/* -- callbacks: the pool -------------------------------------------------------------- */

static SP_CALLBACK sp_s32 relaxed_init(void *st, const struct sp_config *config)
{
	struct relaxed *r = st;
	sp_u32 i;

	r->slice_ns = config->tunables[RELAXED_SLICE];
	r->sample_ns = config->tunables[RELAXED_SAMPLE];
	r->stop_ns = config->tunables[RELAXED_STOP];
	r->start_ns = config->tunables[RELAXED_START];
	r->favour = SP_NONE;
	sp_for (i, SP_NR_PCPUS) {
		relaxed_pcpu(r, i)->running = SP_NONE;
		relaxed_pcpu(r, i)->hand = SP_NONE;
	}
	return r->sample_ns > r->start_ns || r->start_ns > r->stop_ns ? -SP_EINVAL : 0;
}

static SP_CALLBACK sp_s32 relaxed_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					      sp_u64 now_ns, struct sp_out *out)
{
	struct relaxed *r = st;

	sp_set_bit(r->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	return 0;
}

static SP_CALLBACK void relaxed_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns,
					     struct sp_out *out)
{
	struct relaxed *r = st;
	sp_u32 handed = relaxed_take_hand(r, pcpu);

	if (handed != SP_NONE)
		relaxed_vcpu(r, handed)->handed = 0; /* the next sample finds it another */
	relaxed_put_back(r, pcpu, now_ns, out);
	sp_clear_bit(r->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	if (r->waiting.nr)
		sp_idle_kick_near(r->idle, 0, out); /* it may have been the one on its way */
}

/* -- callbacks: VMs and vCPUs ---------------------------------------------------------- */

/* The thresholds are guest time: in virtual time they are less for the heavy. */
static sp_s32 relaxed_weigh(struct relaxed *r, sp_u32 vm, sp_u32 weight)
{
	struct relaxed_vm *m = relaxed_vm(r, vm);

	if (!sp_is_weight(weight))
		return -SP_EINVAL;
	m->weight = weight;
	m->stop_ns = r->stop_ns * SP_WEIGHT_NICE_0 / weight;
	m->start_ns = r->start_ns * SP_WEIGHT_NICE_0 / weight;
	return 0;
}

static SP_CALLBACK sp_s32 relaxed_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
					 sp_u64 now_ns, struct sp_out *out)
{
	struct relaxed_vm *m = relaxed_vm(st, vm);

	if (config->quota_ns)
		return -SP_ENOTSUP;
	if (relaxed_weigh(st, vm, config->weight))
		return -SP_EINVAL;
	if (relaxed_weigh(st, vm, config->weight))
		return -SP_EINVAL;
	m->head = SP_NONE;
	sp_list_init(&m->waiting);
	return 0;
}

static SP_CALLBACK void relaxed_vm_remove(void *st, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
}

static SP_CALLBACK sp_s32 relaxed_vm_set_weight(void *st, sp_u32 vm, sp_u32 weight, sp_u64 now_ns,
						struct sp_out *out)
{
	return relaxed_weigh(st, vm, weight);
}

static SP_CALLBACK sp_s32 relaxed_vcpu_add(void *st, sp_u32 vcpu,
					   const struct sp_vcpu_config *config, sp_u64 now_ns,
					   struct sp_out *out)
{
	struct relaxed *r = st;
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);
	struct relaxed_vm *m = relaxed_vm(r, config->vm);

	if (config->affinity.nr)
		return -SP_ENOTSUP;
	if (config->weight && config->weight != m->weight)
		return -SP_ENOTSUP;
	v->v.ns = 0;
	v->v.rem = 0;
	v->state = RELAXED_BLOCKED;
	v->vm = (sp_id)config->vm;
	v->pcpu = SP_NONE;
	v->next = m->head;
	m->head = (sp_id)vcpu;
	return 0;
}

static SP_CALLBACK void relaxed_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns,
					    struct sp_out *out)
{
	struct relaxed *r = st;
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);
	struct relaxed_vm *m = relaxed_vm(r, v->vm);
	sp_u32 i, at = m->head;

	v->state = RELAXED_ABSENT;
	if (at == vcpu) {
		m->head = v->next;
		return;
	}
	sp_for (i, SP_NR_VCPUS) {
		if (relaxed_vcpu(r, at)->next == vcpu)
			break;
		at = relaxed_vcpu(r, at)->next;
	}
	relaxed_vcpu(r, at)->next = v->next;
}

static SP_CALLBACK void relaxed_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
					  sp_u64 now_ns, struct sp_out *out)
{
	struct relaxed *r = st;
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);

	if (v->state != RELAXED_BLOCKED)
		return;
	relaxed_join(r, vcpu, now_ns);
	relaxed_vm(r, v->vm)->nr_active++;
	relaxed_watch(r, v->vm, now_ns, out);
	relaxed_enqueue(r, vcpu, now_ns);
	if (!sp_idle_kick_near(r->idle, v->pcpu, out))
		relaxed_preempt(r, vcpu, now_ns, out);
}

/* It neither runs nor waits any more. */
static SP_NOINLINE void relaxed_rest(struct relaxed *r, sp_u32 vcpu, sp_u64 now_ns,
				     struct sp_out *out)
{
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);
	struct relaxed_vm *m = relaxed_vm(r, v->vm);

	v->state = RELAXED_BLOCKED;
	m->nr_active--;
	relaxed_watch(r, v->vm, now_ns, out);
	if (m->nr_held)
		relaxed_sample_vm(r, v->vm, now_ns, out); /* perhaps they were held for it */
}

static SP_CALLBACK void relaxed_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct relaxed *r = st;
	struct relaxed_vcpu *v = relaxed_vcpu(r, vcpu);

	if (v->state == RELAXED_BLOCKED)
		return;
	if (v->state == RELAXED_WAITING)
		relaxed_dequeue(r, vcpu);
	else if (v->state == RELAXED_RUNNING)
		relaxed_vacate(r, v); /* picked in vain */
	else
		relaxed_costart(r, vcpu, out);
	relaxed_rest(r, vcpu, now_ns, out);
}

static SP_CALLBACK void relaxed_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					     struct sp_out *out)
{
	struct relaxed *r = st;
	struct relaxed_vcpu *v = relaxed_vcpu(r, stint->vcpu);

	sp_vtime_charge(&v->v, stint->ran_ns, relaxed_vm(r, v->vm)->weight);
	if (stint->why == SP_STOP_BLOCKED) {
		relaxed_vacate(r, v);
		relaxed_rest(r, stint->vcpu, now_ns, out);
	} else {
		relaxed_put_back(r, stint->pcpu, now_ns, out);
	}
	if (stint->why == SP_STOP_STOLEN)
		sp_idle_kick_near(r->idle, 0, out); /* this pCPU may be long in coming */
}

static SP_CALLBACK void relaxed_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct relaxed *r = st;
	sp_u32 vcpu;

	relaxed_put_back(r, pcpu, now_ns, out);
	if (now_ns >= r->period_end_ns) {
		r->period_end_ns = (now_ns / r->slice_ns + 1) * r->slice_ns;
		r->favour = SP_NONE;
	}
	vcpu = relaxed_take_hand(r, pcpu);
	if (vcpu == SP_NONE)
		vcpu = relaxed_next(r, pcpu);
	if (vcpu == SP_NONE) {
		sp_set_bit(r->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
		return;
	}
	sp_clear_bit(r->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	relaxed_run(r, vcpu, pcpu, now_ns);
	out->next = vcpu;
	out->run_until_ns = r->period_end_ns;
}

/* Let resume be the next VM with skew to look at, or SP_NONE. */
static SP_NOINLINE void relaxed_advance(struct relaxed *r)
{
	r->resume = (sp_id)sp_next_bit(r->watched, SP_WORDS(SP_NR_VMS), r->resume);
}

/*
 * Samples the VMs with skew to look at, beginning with the VM at which room for notes
 * ran out last time.  The VMs before that one then wait for the next sample.
 */
static SP_CALLBACK void relaxed_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	struct relaxed *r = st;
	sp_u32 i;

	r->armed = 0;
	sp_for (i, SP_NR_VMS) {
		relaxed_advance(r);
		if (r->resume == SP_NONE || !relaxed_sample_vm(r, r->resume, now_ns, out))
			break;
		r->resume++;
	}
	if (r->resume == SP_NONE)
		r->resume = 0;
	if (sp_any_bit(r->watched, SP_WORDS(SP_NR_VMS)))
		relaxed_arm(r, now_ns, out);
}

/* Of one VM: its counts, and whether it is watched. */
static int relaxed_vm_holds(const struct relaxed *r, sp_u32 vm)
{
	const struct relaxed_vm *m = &SP_AT(r->vms, vm);
	sp_u32 i, nr[RELAXED_HELD + 1] = {0}, nr_active, is_watched;

	sp_for (i, SP_NR_VCPUS) {
		const struct relaxed_vcpu *v = &SP_AT(r->vcpus, i);

		if (v->state != RELAXED_ABSENT && v->vm == vm)
			nr[v->state]++;
	}
	nr_active = nr[RELAXED_WAITING] + nr[RELAXED_RUNNING] + nr[RELAXED_HELD];
	is_watched = (sp_u32)sp_test_bit(r->watched, SP_WORDS(SP_NR_VMS), vm);
	return m->nr_active == nr_active && m->nr_running == nr[RELAXED_RUNNING] &&
	       m->nr_held == nr[RELAXED_HELD] && is_watched == (nr_active > 1 || m->nr_held) &&
	       (!nr_active || relaxed_list_holds(r, vm, nr[RELAXED_WAITING]));
}

/*
 * Invariants: 1 what runs and who is running agree, 2 the heap (relaxed_heap_holds),
 * 3 every VM's counts and list, 4 the timer is armed if a VM is watched.
 */
static SP_CALLBACK sp_s32 relaxed_check(const void *st)
{
	const struct relaxed *r = st;
	sp_u32 i;

	sp_for (i, SP_NR_PCPUS) {
		sp_u32 v = SP_AT(r->pcpus, i).running;

		if (v != SP_NONE &&
		    (SP_AT(r->vcpus, v).state != RELAXED_RUNNING || SP_AT(r->vcpus, v).pcpu != i))
			return 1;
	}
	if (!relaxed_heap_holds(r))
		return 2;
	sp_for (i, SP_NR_VMS)
		if (!relaxed_vm_holds(r, i))
			return 3;
	return sp_any_bit(r->watched, SP_WORDS(SP_NR_VMS)) && !r->armed ? 4 : 0;
}

SP_POLICY = {
	.name = "relaxed",
	.summary = "relaxed coscheduling: leaders make way for lagging siblings",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT,
	.state_size = sizeof(struct relaxed),
	.nr_tunables = sizeof(relaxed_tunables) / sizeof(relaxed_tunables[0]),
	.tunables = relaxed_tunables,
	.init = relaxed_init,
	.pcpu_online = relaxed_pcpu_online,
	.pcpu_offline = relaxed_pcpu_offline,
	.vm_add = relaxed_vm_add,
	.vm_remove = relaxed_vm_remove,
	.vcpu_add = relaxed_vcpu_add,
	.vcpu_remove = relaxed_vcpu_remove,
	.vcpu_wake = relaxed_vcpu_wake,
	.vcpu_block = relaxed_vcpu_block,
	.vcpu_stopped = relaxed_vcpu_stopped,
	.pick_next = relaxed_pick_next,
	.timer = relaxed_timer,
	.vm_set_weight = relaxed_vm_set_weight,
	.check = relaxed_check,
};
