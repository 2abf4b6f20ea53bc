/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs/queue.c - the queue of one pCPU.
 *
 * A queue is a doubly linked list of vCPU ids by rising vruntime; equals in the
 * order in which they came.  The vCPU that runs is not in it, but counts in nr and load.
 * Linux keeps a red-black tree; with the handful of vCPUs that a pCPU of a real
 * host has, a list searched from the nearer end is as fast and half the size.
 * Written out here: with sp_list.h cfs took 1 % more code and verified instructions.
 *
 * Whose turn it is in a queue is said in clock.c and arrive.c.  A policy with other rules
 * brings its own, by the names that the other parts call:
 *
 *	cfs_choose(c, pcpu)		who is next; somebody queues there
 *	cfs_enter(c, vcpu, pcpu, ...)	it wants to run from now on, there
 *	cfs_move(c, vcpu, to, ...)	queued, it changes pCPUs
 *	cfs_detach(c, vcpu, now_ns)	queued, it leaves
 *	cfs_renew_share(c, vcpu)	its share may be another now
 *	cfs_rescale(c)			the number of pCPUs has changed
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

/* After which vCPU does a vruntime of ns belong?  SP_NONE: at the head. */
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

/*
 * The vruntime that curr has by now, an estimate: when it really started only the
 * host knows.  For comparisons; what is charged is what the host measured.
 */
static inline sp_u64 cfs_curr_ns(struct cfs *c, const struct cfs_pcpu *p, sp_u64 now_ns)
{
	const struct cfs_vcpu *v = cfs_vcpu(c, p->curr);

	return v->v.ns + sp_vtime_of(now_ns - p->picked_at_ns, v->share);
}
