/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs/clock.c - virtual time, slices, and whose turn it is: the rules of CFS for one
 * queue.  eevdf has others in its place.
 */

/* Siblings of vcpu have come and gone since: what is its part now? */
static SP_NOINLINE void cfs_renew_share(struct cfs *c, sp_u32 vcpu)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct cfs_pcpu *p = cfs_pcpu(c, v->pcpu);

	p->load -= v->share;
	c->load -= v->share;
	v->share = cfs_share(c, v);
	p->load += v->share;
	c->load += v->share;
}

/* A queued vCPU leaves its pCPU for good.  (When: eevdf wants to know.) */
static inline void cfs_detach(struct cfs *c, sp_u32 vcpu, sp_u64 now_ns)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct cfs_pcpu *p = cfs_pcpu(c, v->pcpu);

	cfs_remove(c, p, v);
	cfs_discount(c, v->pcpu, v);
	cfs_forget(p, vcpu);
}

/* -- virtual time ---------------------------------------------------------------- */

/*
 * The clock of a queue: the lowest vruntime in it, but never back.  vCPUs that
 * change queues keep their distance to it, ahead or behind.
 */
static SP_NOINLINE sp_u64 cfs_clock(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns)
{
	const struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u64 ns = SP_NEVER_NS;

	if (p->curr != SP_NONE)
		ns = cfs_curr_ns(c, p, now_ns);
	if (p->head != SP_NONE)
		ns = sp_min(ns, cfs_vcpu(c, p->head)->v.ns);
	return CFS_ANY(ns == SP_NEVER_NS ? p->floor_ns : sp_max(p->floor_ns, ns));
}

/*
 * How long may one of this share run among nr whose shares make load?  Each gets
 * its part of a period, which is stretched when that would be too little.
 */
static inline sp_u64 cfs_slice_ns(const struct cfs *c, const struct cfs_pcpu *p, sp_u32 share)
{
	sp_u64 period_ns = p->nr > c->nr_latency ? p->nr * c->min_granularity_ns : c->latency_ns;

	if (!p->load)
		return period_ns;
	return sp_max(period_ns * share / p->load, c->min_granularity_ns);
}

/*
 * What is left of the slice of v, which runs or may go on running; SP_NEVER_NS
 * if no end is to be set.  Linux looks at every tick: has it run for longer than
 * its slice, or, past min_granularity, is it ahead of the leftmost by more?  Here
 * the instant at which that becomes true is computed.
 */
static inline sp_u64 cfs_rest_ns(struct cfs *c, const struct cfs_pcpu *p, const struct cfs_vcpu *v)
{
	sp_u64 slice_ns, lead_ns, bound_ns;

	if (c->tunables[CFS_TICK_ROUNDING] || p->nr < 2)
		return SP_NEVER_NS;
	slice_ns = cfs_slice_ns(c, p, v->share);
	lead_ns = sp_sub0(v->v.ns, cfs_vcpu(c, p->head)->v.ns);
	if (lead_ns) {
		bound_ns = sp_sub0(slice_ns, lead_ns) * v->share / SP_WEIGHT_NICE_0;
		slice_ns = sp_min(slice_ns, sp_max(bound_ns, c->min_granularity_ns));
	}
	return sp_sub0(slice_ns, p->used_ns);
}

/* -- choice ---------------------------------------------------------------------- */

/* Is `later` so little ahead of the leftmost that it may go first? */
static inline int cfs_is_close(struct cfs *c, const struct cfs_vcpu *left, sp_u32 later)
{
	sp_u64 lead_ns = cfs_vcpu(c, later)->v.ns - left->v.ns;

	return lead_ns <= sp_vtime_of(c->wakeup_granularity_ns, left->share);
}

/*
 * The leftmost, unless a buddy is close behind it.  A vCPU that yielded lets the second
 * go first (skip).  One that preempted another at its wake-up, or that a yield named, goes
 * first (next); then one that was preempted, for its warm cache (last).
 */
static inline sp_u32 cfs_choose(struct cfs *c, sp_u32 pcpu)
{
	const struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	const struct cfs_vcpu *left = cfs_vcpu(c, p->head);

	if (p->urgent != SP_NONE)
		return p->urgent;
	if (p->next != SP_NONE && cfs_is_close(c, left, p->next))
		return p->next;
	if (p->last != SP_NONE && cfs_is_close(c, left, p->last))
		return p->last;
	if (p->skip == p->head && left->after != SP_NONE && cfs_is_close(c, left, left->after))
		return left->after;
	return p->head;
}
