/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs/queue.c - the queue of one pCPU.
 *
 * A queue is a doubly linked list of vCPU ids by rising vruntime; equals in the
 * order in which they came.  Who runs is not in it, but counts in nr and load.
 * Linux keeps a red-black tree; with the handful of vCPUs that a pCPU of a real
 * host has, a list searched from the nearer end is as fast and half the size.
 * Written out here: with sp_list.h cfs took 1 % more code and verified instructions.
 */

/* -- the list ----------------------------------------------------------------- */

/* The last whose vruntime is not above ns, or SP_NONE; the tail's is above. */
static SP_NOINLINE sp_u32 cfs_seek_from_head(struct cfs *c, const struct cfs_pcpu *p, sp_u64 ns)
{
	sp_u32 i, at = p->head;

	sp_for (i, SP_NR_VCPUS) {
		if (cfs_vcpu(c, at)->v.ns > ns)
			break;
		at = cfs_vcpu(c, at)->after;
	}
	return CFS_ANY(cfs_vcpu(c, at)->before);
}

static SP_NOINLINE sp_u32 cfs_seek_from_tail(struct cfs *c, const struct cfs_pcpu *p, sp_u64 ns)
{
	sp_u32 i, at = p->tail;

	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE || cfs_vcpu(c, at)->v.ns <= ns)
			break;
		at = cfs_vcpu(c, at)->before;
	}
	return CFS_ANY(at);
}

/* After whom does a vruntime of ns belong?  SP_NONE: at the head. */
static inline sp_u32 cfs_seek(struct cfs *c, const struct cfs_pcpu *p, sp_u64 ns)
{
	sp_u64 tail_ns = cfs_vcpu(c, p->tail)->v.ns;

	if (p->tail == SP_NONE || ns >= tail_ns)
		return p->tail; /* the usual case */
	if (sp_sub0(ns, cfs_vcpu(c, p->head)->v.ns) < tail_ns - ns)
		return cfs_seek_from_head(c, p, ns);
	return cfs_seek_from_tail(c, p, ns);
}

static inline void cfs_insert(struct cfs *c, struct cfs_pcpu *p, sp_u32 vcpu)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	sp_u32 before = cfs_seek(c, p, v->v.ns);
	sp_id *link = before == SP_NONE ? &p->head : &cfs_vcpu(c, before)->after;

	v->state = CFS_QUEUED;
	v->before = (sp_id)before;
	v->after = *link;
	*link = (sp_id)vcpu;
	if (v->after == SP_NONE)
		p->tail = (sp_id)vcpu;
	else
		cfs_vcpu(c, v->after)->before = (sp_id)vcpu;
}

static inline void cfs_remove(struct cfs *c, struct cfs_pcpu *p, const struct cfs_vcpu *v)
{
	if (v->before == SP_NONE)
		p->head = v->after;
	else
		cfs_vcpu(c, v->before)->after = v->after;
	if (v->after == SP_NONE)
		p->tail = v->before;
	else
		cfs_vcpu(c, v->after)->before = v->before;
}

/* -- who counts ---------------------------------------------------------------- */

/* vCPU's part of its VM's weight if that is of the VM as a whole (Linux: min 2). */
static inline sp_u32 cfs_share(const struct cfs *c, const struct cfs_vcpu *v)
{
	const struct cfs_vm *vm = &SP_AT(c->vms, v->vm);
	sp_u64 load = vm->load;

	if (!c->tunables[CFS_GROUP] || !load)
		return v->weight;
	return (sp_u32)sp_max(((sp_u64)vm->weight * v->weight + load / 2) / load, 2);
}

/* The siblings have come and gone since: what is v's part now? */
static SP_NOINLINE void cfs_renew_share(struct cfs *c, struct cfs_pcpu *p, struct cfs_vcpu *v)
{
	p->load -= v->share;
	c->load -= v->share;
	v->share = cfs_share(c, v);
	p->load += v->share;
	c->load += v->share;
}

static inline void cfs_count(struct cfs *c, sp_u32 pcpu, struct cfs_vcpu *v)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);

	SP_AT(c->vms, v->vm).load += v->weight;
	SP_AT(c->vms, v->vm).nr++;
	v->share = cfs_share(c, v);
	v->pcpu = (sp_id)pcpu;
	p->load += v->share;
	c->load += v->share;
	p->nr++;
	if (p->nr == 2) {
		sp_set_bit(c->overloaded, SP_WORDS(SP_NR_PCPUS), pcpu);
		c->nr_overloaded++;
	}
}

static inline void cfs_discount(struct cfs *c, sp_u32 pcpu, const struct cfs_vcpu *v)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);

	SP_AT(c->vms, v->vm).load -= v->weight;
	SP_AT(c->vms, v->vm).nr--;
	p->load -= v->share;
	c->load -= v->share;
	p->nr--;
	if (p->nr == 1) {
		sp_clear_bit(c->overloaded, SP_WORDS(SP_NR_PCPUS), pcpu);
		c->nr_overloaded--;
	}
}

/* vcpu is no candidate for favours here any more. */
static inline void cfs_forget(struct cfs_pcpu *p, sp_u32 vcpu)
{
	if (p->prev == vcpu)
		p->prev = SP_NONE;
	if (p->next == vcpu)
		p->next = SP_NONE;
	if (p->last == vcpu)
		p->last = SP_NONE;
	if (p->skip == vcpu)
		p->skip = SP_NONE;
	if (p->urgent == vcpu)
		p->urgent = SP_NONE;
}

/* A queued vCPU leaves its pCPU for good. */
static inline void cfs_detach(struct cfs *c, sp_u32 vcpu)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct cfs_pcpu *p = cfs_pcpu(c, v->pcpu);

	cfs_remove(c, p, v);
	cfs_discount(c, v->pcpu, v);
	cfs_forget(p, vcpu);
}

/* -- virtual time ---------------------------------------------------------------- */

/*
 * The vruntime that curr has by now, an estimate: when it really started only the
 * host knows.  For comparisons; what is charged is what the host measured.
 */
static inline sp_u64 cfs_curr_ns(struct cfs *c, const struct cfs_pcpu *p, sp_u64 now_ns)
{
	const struct cfs_vcpu *v = cfs_vcpu(c, p->curr);

	return v->v.ns + sp_vtime_of(now_ns - p->picked_at_ns, v->share);
}

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
 * The leftmost, unless a buddy is close behind it: who yielded lets the second go
 * first (skip); who preempted someone at its wake-up or was named by a yield goes
 * first (next); then who was preempted, for its warm cache (last).
 */
static inline sp_u32 cfs_choose(struct cfs *c, const struct cfs_pcpu *p)
{
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
