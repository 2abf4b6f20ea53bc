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
 *	cfs_queue.h has the queue, cfs_balance.h everything that is about which.
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
 *	18 ms more than S has: more than 4, so S preempts it.  A stays `last`: with
 *	8 or more in the queue it would be favoured when S has blocked.
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
 *	its end.  A search looks at 16 candidates; what it misses is found by the
 *	timer, within a jiffy.
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
#include "cfs_balance.h"

#define CFS_START_NS 1000000000000u /* clocks start here: nobody gets below zero */

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

/* -- callbacks: pCPUs ---------------------------------------------------------------- */

/* The scale follows the number of pCPUs online, as in Linux. */
static void cfs_rescale(struct cfs *c)
{
	sp_u64 nr = c->groups[CFS_POOL * SP_NR_PCPUS].nr, scale = 1;

	if (c->tunables[CFS_SCALE])
		scale = nr < 2 ? 1 : nr < 4 ? 2 : nr < 8 ? 3 : 4;
	c->latency_ns = c->tunables[CFS_LATENCY] * scale;
	c->min_granularity_ns = c->tunables[CFS_MIN_GRANULARITY] * scale;
	c->wakeup_granularity_ns = c->tunables[CFS_WAKEUP_GRANULARITY] * scale;
}

static SP_CALLBACK sp_s32 cfs_init(void *st, const struct sp_config *config)
{
	struct cfs *c = st;
	sp_u64 granularity_ns = config->tunables[CFS_MIN_GRANULARITY];
	sp_u32 i;

	if (!granularity_ns || granularity_ns > config->tunables[CFS_LATENCY])
		return -SP_EINVAL;
	sp_for (i, SP_MAX_TUNABLES)
		c->tunables[SP_IDX(i, SP_MAX_TUNABLES)] =
			config->tunables[SP_IDX(i, SP_MAX_TUNABLES)];
	c->nr_latency = (sp_u32)((c->tunables[CFS_LATENCY] + granularity_ns - 1) / granularity_ns);
	return 0;
}

static void cfs_group_add(struct cfs *c, sp_u32 pcpu, sp_u32 level, sp_u32 id)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	struct cfs_group *g;

	p->group[SP_IDX(level, CFS_LEVELS)] = (sp_id)id;
	g = cfs_group(c, p, level);
	if (!g->nr || pcpu < g->first)
		g->first = (sp_u16)pcpu;
	if (!g->nr || pcpu > g->last)
		g->last = (sp_u16)pcpu;
	g->nr++;
	cfs_due(c, pcpu, level)->interval_ms = 1;
}

/* vcpu is runnable from now on, and pcpu is its place. */
static SP_NOINLINE void cfs_enter(struct cfs *c, sp_u32 vcpu, sp_u32 pcpu, sp_u64 now_ns,
				  struct sp_out *out)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u64 clock_ns = cfs_clock(c, pcpu, now_ns);
	sp_u32 old = v->pcpu;

	if (old != SP_NONE && old != pcpu)
		v->v.ns = sp_sub0(v->v.ns + clock_ns, cfs_clock(c, old, now_ns));
	cfs_count(c, pcpu, v);
	if (old == SP_NONE) /* the first time: one turn is owed to those who were here */
		v->v.ns = clock_ns + sp_vtime_of(cfs_slice_ns(c, p, v->share), v->share);
	else /* a sleeper's bonus: half a period */
		v->v.ns = sp_max(v->v.ns, sp_sub0(clock_ns, c->latency_ns / 2));
	cfs_insert(c, p, vcpu);
	cfs_arrive(c, vcpu, now_ns, out);
}

/* No pCPU that it may use is online. */
static void cfs_strand(struct cfs *c, sp_u32 vcpu)
{
	cfs_vcpu(c, vcpu)->state = CFS_STRANDED;
	sp_set_bit(c->stranded, SP_WORDS(SP_NR_VCPUS), vcpu);
	c->nr_stranded++;
}

static void cfs_unstrand(struct cfs *c, sp_u32 vcpu)
{
	sp_clear_bit(c->stranded, SP_WORDS(SP_NR_VCPUS), vcpu);
	c->nr_stranded--;
}

static SP_NOINLINE void cfs_enter_stranded(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns,
					   struct sp_out *out)
{
	sp_u32 i;

	for (i = SP_ZERO; SP_MAY_LOOP && i < SP_NR_VCPUS; i++) {
		if (!sp_test_bit(c->stranded, SP_WORDS(SP_NR_VCPUS), i) ||
		    !cfs_may_run(c, cfs_vcpu(c, i), pcpu))
			continue;
		cfs_unstrand(c, i);
		cfs_enter(c, i, pcpu, now_ns, out);
	}
}

static SP_CALLBACK sp_s32 cfs_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					  sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);

	if (topo->core >= SP_NR_PCPUS || topo->llc >= SP_NR_PCPUS || topo->socket >= SP_NR_PCPUS)
		return -SP_EINVAL;
	sp_set_bit(c->online, SP_WORDS(SP_NR_PCPUS), pcpu);
	cfs_group_add(c, pcpu, CFS_CORE, topo->core);
	cfs_group_add(c, pcpu, CFS_LLC, topo->llc);
	cfs_group_add(c, pcpu, CFS_SOCKET, topo->socket);
	cfs_group_add(c, pcpu, CFS_POOL, 0);
	cfs_rescale(c);
	p->floor_ns = sp_max(p->floor_ns, CFS_START_NS);
	p->head = p->tail = p->curr = SP_NONE;
	p->prev = p->next = p->last = p->skip = SP_NONE;
	if (c->nr_stranded)
		cfs_enter_stranded(c, pcpu, now_ns, out);
	return 0;
}

/* A queued vCPU may not stay where it is: another place, or none. */
static SP_NOINLINE void cfs_displace(struct cfs *c, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 to = cfs_find_place(c, cfs_vcpu(c, vcpu));

	if (to != SP_NONE) {
		cfs_move(c, vcpu, to, now_ns, out);
		return;
	}
	cfs_detach(c, vcpu);
	cfs_strand(c, vcpu);
}

/* curr leaves the pCPU but still wants to run. */
static SP_NOINLINE void cfs_put(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u32 vcpu = p->curr;

	p->curr = SP_NONE;
	cfs_insert(c, p, vcpu);
	if (cfs_may_run(c, cfs_vcpu(c, vcpu), pcpu))
		p->prev = (sp_id)vcpu;
	else
		cfs_displace(c, vcpu, now_ns, out);
}

static SP_CALLBACK void cfs_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u32 i;

	cfs_set_idle(c, pcpu, 0);
	sp_clear_bit(c->online, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_for (i, CFS_LEVELS)
		cfs_group(c, p, i)->nr--;
	cfs_rescale(c);
	if (p->curr != SP_NONE)
		cfs_put(c, pcpu, now_ns, out); /* picked, and never ran */
	sp_for (i, SP_NR_VCPUS) {
		if (p->head == SP_NONE)
			break;
		cfs_displace(c, p->head, now_ns, out);
	}
}

/* -- callbacks: VMs and vCPUs --------------------------------------------------------- */

static int cfs_is_weight(sp_u32 weight)
{
	return weight > 0 && weight <= SP_WEIGHT_MAX;
}

static SP_CALLBACK sp_s32 cfs_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
				     sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;

	(void)now_ns;
	(void)out;
	if (config->cap_pct)
		return -SP_ENOTSUP;
	if (!cfs_is_weight(config->weight))
		return -SP_EINVAL;
	c->vms[SP_IDX(vm, SP_NR_VMS)].weight = config->weight;
	return 0;
}

static SP_CALLBACK void cfs_vm_remove(void *st, sp_u32 vm, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;

	(void)now_ns;
	(void)out;
	c->vms[SP_IDX(vm, SP_NR_VMS)].weight = 0;
}

/* A range within the dimensions; nr 0 is all of them. */
static sp_s32 cfs_confine(struct cfs_vcpu *v, const struct sp_affinity *affinity)
{
	sp_u32 first = affinity->nr ? affinity->first : 0;
	sp_u32 nr = affinity->nr ? affinity->nr : SP_NR_PCPUS;

	if (first >= SP_NR_PCPUS || nr > SP_NR_PCPUS - first)
		return -SP_EINVAL;
	v->first = (sp_id)first;
	v->last = (sp_id)(first + nr - 1);
	return 0;
}

static SP_CALLBACK sp_s32 cfs_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config,
				       sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);

	(void)now_ns;
	(void)out;
	if (config->weight > SP_WEIGHT_MAX || cfs_confine(v, &config->affinity))
		return -SP_EINVAL;
	v->vm = (sp_id)config->vm;
	v->inherits = !config->weight;
	v->weight = config->weight;
	if (v->inherits)
		v->weight = c->vms[SP_IDX(v->vm, SP_NR_VMS)].weight;
	v->v.ns = v->ran_at_ns = 0;
	v->v.rem = 0;
	v->share = 0;
	v->pcpu = SP_NONE;
	v->state = CFS_BLOCKED;
	return 0;
}

static SP_CALLBACK void cfs_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	(void)now_ns;
	(void)out;
	cfs_vcpu(st, vcpu)->state = CFS_ABSENT;
}

static SP_NOINLINE void cfs_reweigh(struct cfs *c, struct cfs_vcpu *v, sp_u32 weight)
{
	int counts = v->state == CFS_QUEUED || v->state == CFS_RUNNING;

	if (counts)
		c->vms[SP_IDX(v->vm, SP_NR_VMS)].load += (sp_u64)weight - v->weight;
	v->weight = weight;
	v->v.rem = 0; /* it was in parts of the old weight: less than 1 ns */
	if (counts)
		cfs_renew_share(c, cfs_pcpu(c, v->pcpu), v);
}

static SP_CALLBACK sp_s32 cfs_vcpu_set_weight(void *st, sp_u32 vcpu, sp_u32 weight, sp_u64 now_ns,
					      struct sp_out *out)
{
	(void)now_ns;
	(void)out;
	if (!cfs_is_weight(weight))
		return -SP_EINVAL;
	cfs_vcpu(st, vcpu)->inherits = 0;
	cfs_reweigh(st, cfs_vcpu(st, vcpu), weight);
	return 0;
}

static SP_CALLBACK sp_s32 cfs_vm_set_weight(void *st, sp_u32 vm, sp_u32 weight, sp_u64 now_ns,
					    struct sp_out *out)
{
	struct cfs *c = st;
	sp_u32 i;

	(void)now_ns;
	(void)out;
	if (!cfs_is_weight(weight))
		return -SP_EINVAL;
	c->vms[SP_IDX(vm, SP_NR_VMS)].weight = weight;
	sp_for (i, SP_NR_VCPUS) {
		struct cfs_vcpu *v = cfs_vcpu(c, i);

		if (v->state != CFS_ABSENT && v->vm == vm && v->inherits)
			cfs_reweigh(c, v, weight);
	}
	return 0;
}

static SP_CALLBACK sp_s32 cfs_vcpu_set_affinity(void *st, sp_u32 vcpu,
						const struct sp_affinity *affinity, sp_u64 now_ns,
						struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	sp_u32 to;

	if (cfs_confine(v, affinity))
		return -SP_EINVAL;
	if (v->state == CFS_STRANDED) {
		to = cfs_find_place(c, v);
		if (to == SP_NONE)
			return 0;
		cfs_unstrand(c, vcpu);
		cfs_enter(c, vcpu, to, now_ns, out);
	} else if (v->state == CFS_QUEUED && !cfs_may_run(c, v, v->pcpu)) {
		cfs_displace(c, vcpu, now_ns, out);
	} else if (v->state == CFS_RUNNING && !cfs_may_run(c, v, v->pcpu)) {
		sp_kick(out, v->pcpu); /* it moves when it has stopped */
	}
	return 0;
}

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

/* -- invariants -------------------------------------------------------------------------- */

/* Every vCPU in the queue of pcpu: 1 links and order, 2 state and home, 3 affinity. */
static SP_NOINLINE sp_s32 cfs_check_queue(const struct cfs *c, sp_u32 pcpu)
{
	const struct cfs_pcpu *p = &c->pcpus[SP_IDX(pcpu, SP_NR_PCPUS)];
	sp_u32 i, at = p->head, before = SP_NONE;
	sp_u64 ns = 0, nr = p->curr != SP_NONE;

	sp_for (i, SP_NR_VCPUS) {
		const struct cfs_vcpu *v = &c->vcpus[SP_IDX(at, SP_NR_VCPUS)];

		if (at == SP_NONE)
			break;
		if (v->before != before || v->v.ns < ns)
			return 1;
		if (v->state != CFS_QUEUED || v->pcpu != pcpu)
			return 2;
		if (!cfs_may_run(c, v, pcpu))
			return 3;
		before = at;
		ns = v->v.ns;
		at = v->after;
		nr++;
	}
	return p->tail == before && nr == p->nr ? 0 : 1;
}

/* A favoured one is queued here or runs here. */
static int cfs_is_here(const struct cfs *c, sp_u32 pcpu, sp_u32 vcpu)
{
	const struct cfs_vcpu *v = &c->vcpus[SP_IDX(vcpu, SP_NR_VCPUS)];

	return vcpu == SP_NONE ||
	       (v->pcpu == pcpu && (v->state == CFS_QUEUED || v->state == CFS_RUNNING));
}

/* 4 curr and its state agree, 5 idle and overloaded are so, 6 favours are for those here. */
static SP_NOINLINE sp_s32 cfs_check_pcpu(const struct cfs *c, sp_u32 pcpu)
{
	const struct cfs_pcpu *p = &c->pcpus[SP_IDX(pcpu, SP_NR_PCPUS)];
	const struct cfs_vcpu *curr = &c->vcpus[SP_IDX(p->curr, SP_NR_VCPUS)];

	if (p->curr != SP_NONE && (curr->state != CFS_RUNNING || curr->pcpu != pcpu))
		return 4;
	if (cfs_is_idle(c, pcpu) && p->nr)
		return 5;
	if ((p->nr >= 2) != (sp_test_bit(c->overloaded, SP_WORDS(SP_NR_PCPUS), pcpu) != 0))
		return 5;
	if (!cfs_is_here(c, pcpu, p->prev) || !cfs_is_here(c, pcpu, p->next) ||
	    !cfs_is_here(c, pcpu, p->last) || !cfs_is_here(c, pcpu, p->skip))
		return 6;
	return cfs_check_queue(c, pcpu);
}

/* 7 as many count as queue or run, with their shares; 8 who is stranded is listed. */
static SP_NOINLINE sp_s32 cfs_check_sums(const struct cfs *c)
{
	sp_u64 load = 0, nr = 0, vm_load = 0;
	sp_u32 i, nr_stranded = 0;

	sp_for (i, SP_NR_PCPUS) {
		if (sp_test_bit(c->online, SP_WORDS(SP_NR_PCPUS), i)) {
			load -= c->pcpus[SP_IDX(i, SP_NR_PCPUS)].load;
			nr -= c->pcpus[SP_IDX(i, SP_NR_PCPUS)].nr;
		}
	}
	sp_for (i, SP_NR_VMS)
		vm_load -= c->vms[SP_IDX(i, SP_NR_VMS)].load;
	sp_for (i, SP_NR_VCPUS) {
		const struct cfs_vcpu *v = &c->vcpus[SP_IDX(i, SP_NR_VCPUS)];

		if (v->state == CFS_QUEUED || v->state == CFS_RUNNING) {
			load += v->share;
			vm_load += v->weight;
			nr++;
		}
		nr_stranded += v->state == CFS_STRANDED;
		if ((v->state == CFS_STRANDED) !=
		    (sp_test_bit(c->stranded, SP_WORDS(SP_NR_VCPUS), i) != 0))
			return 8;
	}
	if (load || nr || vm_load)
		return 7;
	return nr_stranded == c->nr_stranded ? 0 : 8;
}

/* Invariants 1 to 8 above; 9 the sets' counts; 10 someone waits: the timer is armed. */
static SP_CALLBACK sp_s32 cfs_check(const void *st)
{
	const struct cfs *c = st;
	sp_u32 i, nr_idle = 0, nr_overloaded = 0;
	sp_s32 wrong;

	sp_for (i, SP_NR_PCPUS) {
		sp_u32 online = sp_test_bit(c->online, SP_WORDS(SP_NR_PCPUS), i) != 0;

		nr_idle += cfs_is_idle(c, i) != 0;
		nr_overloaded += sp_test_bit(c->overloaded, SP_WORDS(SP_NR_PCPUS), i) != 0;
		wrong = online ? cfs_check_pcpu(c, i) : cfs_is_idle(c, i) ? 5 : 0;
		if (wrong)
			return wrong;
	}
	wrong = cfs_check_sums(c);
	if (wrong)
		return wrong;
	if (nr_idle != c->groups[CFS_POOL * SP_NR_PCPUS].nr_idle ||
	    nr_overloaded != c->nr_overloaded)
		return 9;
	return nr_overloaded && !c->is_armed ? 10 : 0;
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
