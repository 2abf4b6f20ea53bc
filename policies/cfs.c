/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs - the Completely Fair Scheduler, as Linux 6.1 has it.
 *
 * IDEA
 *	Each pCPU has a queue of its own, ordered by vruntime: real time run, times
 *	1024 / weight.  The leftmost runs, for its part of a period (latency) in
 *	which all in the queue get a turn.  Who wakes is set back to latency / 2
 *	before the queue's clock at most, and preempts who runs if it is then more
 *	than wakeup_granularity behind him: sleepers are served at once, but sleep
 *	is not saved up.  Everything else is about which queue: a waking vCPU goes
 *	to an idle pCPU near its cache or its waker, a pCPU that runs dry pulls
 *	from near and far, and every so often busy pCPUs compare their loads.
 *
 *	This file has the scheduling proper.  cfs_queue.h: one pCPU's queue, slices
 *	and choice; cfs_place.h: which pCPU for who wakes; cfs_balance.h: changing
 *	queues; cfs_life.h: coming and going; cfs_check.h: the invariants.
 *
 * EXAMPLE
 *	A host of 8 pCPUs: the scale is 1 + log2(8) = 4, so latency is 24 ms,
 *	min_granularity 3 ms, wakeup_granularity 4 ms.  On one of its pCPUs, hogs
 *	A (nice 0, weight 1024) and B (nice 5, weight 335).  Of 24 ms A's part is
 *	24 * 1024 / 1359 = 18.08 ms, B's is 5.92 ms; both add 18.08 ms of vruntime:
 *
 *		ms           0      18.08      24      42.08      48
 *		runs         A      B          A       B          A
 *		A, vruntime  0      18.08      18.08   36.17      36.17
 *		B, vruntime  0      0          18.08   18.08      36.17
 *
 *	S, nice 0, wakes at 30 ms after a long sleep.  The clock is at 18.08 (B),
 *	so S is set to 18.08 - 12 = 6.08.  A runs and has reached 24.08, which is
 *	18 ms more than S has: more than 4, so S preempts it.  (With 8 or more in
 *	the queue A would be noted as `last`, to be favoured once S has blocked.)
 *
 *	k equal hogs get 24 / k ms each while k <= 8, then 3 ms.  With tick_rounding
 *	and a tick of 4 ms it is 16, 12, 8, 8, 8, 4, 4 ms for k = 2 to 8: a slice
 *	must be exceeded, not reached, and that shows at a tick only.
 *
 * WHEN IT IS BAD
 *	It knows no gangs: the siblings of a VM run together by accident, so locks
 *	are held by vCPUs that do not run.  Shares hold per queue; across queues
 *	they are as fair as the balancing, which moves whole vCPUs and looks every
 *	(pCPUs of the level) * busy_factor ms.  Many weights at one pCPU make its
 *	slices as short as min_granularity, and light ones get more than is due.
 *
 * TUNABLES
 *	latency, min_granularity and wakeup_granularity are base values, as is
 *	usual; `scale` multiplies them by 1 + log2(min(pCPUs online, 8)).
 *	group: a VM's weight is the VM's as a whole.  A vCPU then counts with
 *	weight * (its weight) / (sum over the siblings that do not sleep), at least
 *	2, computed anew whenever it starts to wait: equal CPU per VM, where Linux
 *	has a cgroup per VM and splits its shares by load.  Whole numbers: a VM of
 *	weight 1024 with 3 hogs counts 3 * 341.
 *	tick_rounding: needs a host with ticks, and preempts only there (and at
 *	wake-ups).  Off: slices end to the nanosecond.
 *
 * LEFT OUT
 *	Load is the sum of the weights that are runnable now; Linux's decays (PELT),
 *	so it remembers.  Balancing compares queues, not groups of queues, and never
 *	moves who runs.  No estimate whether a pull is worth it (avg_idle), no
 *	wake_wide, no synchronous wake-ups, no autogroup, no bandwidth limits, no
 *	NUMA, no capacities.  A slice is not cut when more come: it stands until
 *	its end (but who was alone gets an end).  A search looks at 16 candidates.
 *	What it misses, and who waits with a warm cache or in the wrong LLC, is sent
 *	to an idle pCPU by the timer within a jiffy, where Linux has its nohz idle
 *	balancing.  A weight that rises does not shorten a debt of virtual time that
 *	is there already, here as in Linux 6.1 (6.6 rescales it).
 *
 * COST
 *	Per stop and pick: constant, plus the place in the queue, searched from the
 *	nearer end: linear in the queue in the worst case, one step for hogs.  Per
 *	wake-up: the idle set of the LLC, a word for 64 pCPUs.  Per pull: the
 *	overloaded set, and the queue it chose.  The timer: 64 pCPUs a shot.
 *
 * SOURCE
 *	Linux 6.1, kernel/sched/fair.c: facts and constants.  Written anew.
 */
#include "policy.h"
#include "cfs_queue.h"
#include "cfs_place.h"
#include "cfs_balance.h"
#include "cfs_life.h"
#include "cfs_check.h"

static const struct sp_tunable cfs_tunables[] = {
	[CFS_LATENCY] = {"latency", "period in which all in a queue get a turn (base)", SP_UNIT_NS,
			 0, 6000000, 100000, 1000000000},
	[CFS_MIN_GRANULARITY] = {"min_granularity", "shortest slice (base)", SP_UNIT_NS, 0, 750000,
				 10000, 100000000},
	[CFS_WAKEUP_GRANULARITY] = {"wakeup_granularity",
				    "how far behind who wakes must be to preempt (base)",
				    SP_UNIT_NS, 0, 1000000, 0, 1000000000},
	[CFS_SCALE] = {"scale", "multiply the three by 1 + log2(min(pCPUs, 8))", SP_UNIT_BOOL, 0, 1,
		       0, 1},
	[CFS_TICK_ROUNDING] = {"tick_rounding", "end slices at host ticks only, as Linux does",
			       SP_UNIT_BOOL, 0, 0, 0, 1},
	[CFS_GROUP] = {"group", "the weight is of the VM as a whole: equal CPU per VM",
		       SP_UNIT_BOOL, 0, 0, 0, 1},
	[CFS_MIGRATION_COST] = {"migration_cost", "who ran this recently is not pulled", SP_UNIT_NS,
				0, 500000, 0, 1000000000},
	[CFS_NR_MIGRATE] = {"nr_migrate", "most vCPUs that one balancing moves", SP_UNIT_NONE, 0,
			    32, 1, 1024},
	[CFS_BUSY_FACTOR] = {"busy_factor", "how much rarer busy pCPUs balance", SP_UNIT_NONE, 0,
			     16, 1, 1024},
	[CFS_IMBALANCE_PCT] = {"imbalance_pct", "a load above this part of one's own is too much",
			       SP_UNIT_PCT, 0, 117, 100, 1000},
	[CFS_JIFFY] = {"jiffy", "the timer visits every pCPU once in this time", SP_UNIT_NS, 0,
		       4000000, 100000, 1000000000},
};

/* -- callbacks: scheduling --------------------------------------------------------------- */

static SP_CALLBACK void cfs_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
				      sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	sp_u32 pcpu;

	if (v->state != CFS_BLOCKED)
		return;
	pcpu = cfs_find_wake(c, v, wake->waker_pcpu);
	if (pcpu == SP_NONE)
		cfs_strand(c, vcpu);
	else
		cfs_enter(c, vcpu, pcpu, now_ns, out);
}

static SP_CALLBACK void cfs_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);

	(void)now_ns;
	(void)out;
	if (v->state == CFS_STRANDED) {
		cfs_unstrand(c, vcpu);
	} else if (v->state == CFS_QUEUED) {
		cfs_detach(c, vcpu);
	} else if (v->state == CFS_RUNNING) {
		cfs_pcpu(c, v->pcpu)->curr = SP_NONE;
		cfs_discount(c, v->pcpu, v);
		cfs_forget(cfs_pcpu(c, v->pcpu), vcpu);
	} else {
		return;
	}
	v->state = CFS_BLOCKED;
}

static SP_CALLBACK void cfs_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					 struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_vcpu *v = cfs_vcpu(c, stint->vcpu);
	struct cfs_pcpu *p = cfs_pcpu(c, stint->pcpu);

	sp_vtime_charge(&v->v, stint->ran_ns, v->share);
	v->ran_at_ns = now_ns;
	p->used_ns += stint->ran_ns;
	if (stint->why == SP_STOP_BLOCKED) {
		p->curr = SP_NONE;
		cfs_discount(c, stint->pcpu, v);
		cfs_forget(p, stint->vcpu);
		v->state = CFS_BLOCKED;
		return;
	}
	if (c->tunables[CFS_GROUP])
		cfs_renew_share(c, p, v);
	if (stint->why == SP_STOP_SLICE || stint->why == SP_STOP_YIELDED) {
		p->resched = 1;
		cfs_forget(p, stint->vcpu); /* had its turn: no favours */
	}
	if (stint->why == SP_STOP_YIELDED)
		p->skip = (sp_id)stint->vcpu;
	cfs_put(c, stint->pcpu, now_ns, out);
}

/* Who is next on this pCPU, or SP_NONE?  used_ns is set right. */
static sp_u32 cfs_next(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);

	if (p->prev != SP_NONE && !p->resched && cfs_rest_ns(c, p, cfs_vcpu(c, p->prev)))
		return p->prev; /* only interrupted: its slice goes on */
	p->used_ns = 0;
	if (p->head == SP_NONE)
		cfs_pull_idle(c, pcpu, now_ns, out);
	return p->head == SP_NONE ? SP_NONE : cfs_choose(c, p);
}

static SP_CALLBACK void cfs_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	struct cfs_vcpu *v;
	sp_u32 vcpu;
	sp_u64 rest_ns;

	if (p->curr != SP_NONE)
		cfs_put(c, pcpu, now_ns, out); /* picked, and never ran */
	cfs_set_idle(c, pcpu, 0);
	vcpu = cfs_next(c, pcpu, now_ns, out);
	p->resched = 0;
	p->prev = SP_NONE;
	if (vcpu == SP_NONE) {
		cfs_set_idle(c, pcpu, 1);
		return;
	}
	v = cfs_vcpu(c, vcpu);
	rest_ns = cfs_rest_ns(c, p, v);
	p->floor_ns = sp_max(p->floor_ns, cfs_vcpu(c, p->head)->v.ns);
	cfs_remove(c, p, v);
	cfs_forget(p, vcpu);
	v->state = CFS_RUNNING;
	p->curr = (sp_id)vcpu;
	p->picked_at_ns = now_ns;
	p->ends = rest_ns != SP_NEVER_NS;
	out->next = vcpu;
	out->run_until_ns = sp_add_sat(now_ns, rest_ns);
}

static SP_CALLBACK void cfs_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	sp_u32 i;

	c->is_armed = 0;
	sp_for (i, CFS_BATCH)
		cfs_push(c, c->balance_at + i, now_ns, out);
	sp_for (i, CFS_BATCH)
		cfs_visit(c, c->balance_at + i, now_ns, out);
	c->balance_at += CFS_BATCH;
	if (c->balance_at > c->groups[CFS_POOL * SP_NR_PCPUS].last)
		c->balance_at = 0;
	cfs_arm(c, now_ns, out);
}

/* With tick_rounding: has curr exceeded its slice, or its lead over the leftmost? */
static SP_CALLBACK void cfs_tick(void *st, const struct sp_tick *tick, sp_u64 now_ns,
				 struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_pcpu *p = cfs_pcpu(c, tick->pcpu);
	const struct cfs_vcpu *v = cfs_vcpu(c, p->curr);
	sp_u64 slice_ns, ran_ns = p->used_ns + tick->ran_ns, lead_ns = 0;

	(void)now_ns;
	if (!c->tunables[CFS_TICK_ROUNDING] || p->curr == SP_NONE || p->nr < 2)
		return;
	slice_ns = cfs_slice_ns(c, p, v->share);
	if (ran_ns > slice_ns)
		cfs_forget(p, p->curr); /* had its turn: no favours */
	else if (ran_ns >= c->min_granularity_ns)
		lead_ns = sp_sub0(v->v.ns + sp_vtime_of(tick->ran_ns, v->share),
				  cfs_vcpu(c, p->head)->v.ns);
	if (ran_ns <= slice_ns && lead_ns <= slice_ns)
		return;
	p->resched = 1;
	sp_kick(out, tick->pcpu);
}

/* `from` goes behind the second of its queue, `to` before the others of its own. */
static SP_CALLBACK void cfs_vcpu_yield_to(void *st, sp_u32 from, sp_u32 to, sp_u64 now_ns,
					  struct sp_out *out)
{
	struct cfs *c = st;
	const struct cfs_vcpu *f = cfs_vcpu(c, from), *t = cfs_vcpu(c, to);

	(void)now_ns;
	if (f->state != CFS_RUNNING || t->state != CFS_QUEUED)
		return;
	cfs_pcpu(c, t->pcpu)->next = (sp_id)to;
	cfs_pcpu(c, t->pcpu)->resched = 1;
	sp_kick(out, t->pcpu);
	cfs_forget(cfs_pcpu(c, f->pcpu), from);
	cfs_pcpu(c, f->pcpu)->skip = (sp_id)from;
	cfs_pcpu(c, f->pcpu)->resched = 1;
	sp_kick(out, f->pcpu);
}

SP_POLICY = {
	.name = "cfs",
	.summary = "the Completely Fair Scheduler of Linux 6.1",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT | SP_CAP_WEIGHT_VCPU | SP_CAP_WEIGHT_VM | SP_CAP_AFFINITY,
	.state_size = sizeof(struct cfs),
	.nr_tunables = sizeof(cfs_tunables) / sizeof(cfs_tunables[0]),
	.tunables = cfs_tunables,
	.init = cfs_init,
	.pcpu_online = cfs_pcpu_online,
	.pcpu_offline = cfs_pcpu_offline,
	.vm_add = cfs_vm_add,
	.vm_remove = cfs_vm_remove,
	.vcpu_add = cfs_vcpu_add,
	.vcpu_remove = cfs_vcpu_remove,
	.vcpu_wake = cfs_vcpu_wake,
	.vcpu_block = cfs_vcpu_block,
	.vcpu_stopped = cfs_vcpu_stopped,
	.pick_next = cfs_pick_next,
	.timer = cfs_timer,
	.tick = cfs_tick,
	.vcpu_yield_to = cfs_vcpu_yield_to,
	.vm_set_weight = cfs_vm_set_weight,
	.vcpu_set_weight = cfs_vcpu_set_weight,
	.vcpu_set_affinity = cfs_vcpu_set_affinity,
	.check = cfs_check,
};
