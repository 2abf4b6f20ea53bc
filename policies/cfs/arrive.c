/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs/arrive.c - a vCPU joins a queue: with which vruntime, and who is preempted.  The
 * rules of CFS; eevdf has others in their place.
 */

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

/* vcpu has joined the queue of its pCPU: which pCPUs are to know? */
static SP_NOINLINE void cfs_arrive(struct cfs *c, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	const struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	sp_u32 pcpu = v->pcpu;
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u64 lead_ns;

	cfs_arm(c, now_ns, out);
	if (cfs_is_idle(c, pcpu)) {
		cfs_set_idle(c, pcpu, 0); /* counted on from here */
		sp_kick(out, pcpu);
		return;
	}
	if (p->curr == SP_NONE)
		return; /* it is about to pick */
	lead_ns = sp_sub0(cfs_curr_ns(c, p, now_ns), v->v.ns);
	if (lead_ns > sp_vtime_of(c->wakeup_granularity_ns, v->share)) {
		p->resched = 1;
		p->next = (sp_id)vcpu;
		if (p->nr >= c->nr_latency)
			p->last = p->curr;
		sp_kick(out, pcpu);
	} else if (!p->ends && !c->tunables[CFS_TICK_ROUNDING]) {
		sp_kick(out, pcpu); /* curr was alone and has no end: it gets one */
	}
}

/* A queued vCPU changes pCPUs and keeps its distance to the clock. */
static SP_NOINLINE void cfs_move(struct cfs *c, sp_u32 vcpu, sp_u32 to, sp_u64 now_ns,
				 struct sp_out *out)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	sp_u64 clock_ns = cfs_clock(c, v->pcpu, now_ns);

	cfs_detach(c, vcpu, now_ns);
	v->v.ns = sp_sub0(v->v.ns + cfs_clock(c, to, now_ns), clock_ns);
	cfs_count(c, to, v);
	cfs_insert(c, cfs_pcpu(c, to), vcpu);
	cfs_arrive(c, vcpu, now_ns, out);
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
