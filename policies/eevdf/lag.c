/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eevdf/lag.c - the mean of a queue, who is eligible, lags, deadlines, and the choice.
 */

/* -- slices ------------------------------------------------------------------------ */

/* How much does it ask for at a time? */
static inline sp_u64 eevdf_slice_ns(struct cfs *c, const struct cfs_vcpu *v)
{
	sp_u64 short_ns = c->tunables[EEVDF_SHORT_SLICE];

	if (short_ns && v->weight >= c->tunables[EEVDF_SHORT_WEIGHT])
		return short_ns;
	return eevdf_of(c)->base_ns;
}

/* The same on its clock: from a request to its deadline. */
static inline sp_u64 eevdf_vslice_ns(struct cfs *c, const struct cfs_vcpu *v)
{
	return sp_vtime_of(eevdf_slice_ns(c, v), v->share);
}

/* -- the mean ---------------------------------------------------------------------- */

/*
 * The weighted mean of the vruntimes of all who compete at a pCPU: those who queue, who
 * runs, those who linger.  Who has just the mean has had its due.
 */
struct eevdf_mean {
	sp_u64 ns; /* rounded down: a vruntime is above the mean iff it is above this */
	sp_u64 load; /* the weights; 0: nobody competes, and ns is what it was last */
	sp_u64 shortest_ns; /* of their slices */
	sp_u64 above; /* sums, while it is computed: distances from ns, times weights */
	sp_u64 below;
};

/* Farther than this from the others is as far: so that no product of 64 bits overflows. */
#define EEVDF_FAR_NS ((sp_u64)1 << 42)

static inline void eevdf_weigh(struct cfs *c, struct eevdf_mean *m, const struct cfs_vcpu *v,
			       sp_u64 vruntime_ns)
{
	m->above += sp_min(sp_sub0(vruntime_ns, m->ns), EEVDF_FAR_NS) * v->share;
	m->below += sp_min(sp_sub0(m->ns, vruntime_ns), EEVDF_FAR_NS) * v->share;
	m->load += v->share;
	m->shortest_ns = sp_min(m->shortest_ns, eevdf_slice_ns(c, v));
}

static SP_NOINLINE void eevdf_weigh_queue(struct cfs *c, const struct cfs_pcpu *p,
					  struct eevdf_mean *m)
{
	sp_u32 i, at = p->head;

	sp_for (i, SP_NR_VCPUS) {
		const struct cfs_vcpu *v = cfs_vcpu(c, at);

		if (at == SP_NONE)
			break;
		eevdf_weigh(c, m, v, v->v.ns);
		at = v->after;
	}
}

static SP_NOINLINE void eevdf_weigh_lingering(struct cfs *c, const struct eevdf_pcpu *e,
					      struct eevdf_mean *m)
{
	sp_u32 i, at = e->lingering.head;

	sp_for (i, SP_NR_VCPUS) {
		const struct cfs_vcpu *v = cfs_vcpu(c, at);

		if (at == SP_NONE)
			break;
		eevdf_weigh(c, m, v, v->v.ns);
		at = eevdf_vcpu(c, at)->link.next;
	}
}

/* Distances are from one of those who compete, so that they are small. */
static SP_NOINLINE void eevdf_find_mean(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns,
					struct eevdf_mean *m)
{
	const struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	const struct eevdf_pcpu *e = eevdf_pcpu(c, pcpu);

	m->load = m->above = m->below = 0;
	m->shortest_ns = SP_NEVER_NS;
	m->ns = p->head == SP_NONE ? p->floor_ns : cfs_vcpu(c, p->head)->v.ns;
	if (p->curr != SP_NONE) {
		m->ns = cfs_curr_ns(c, p, now_ns);
		eevdf_weigh(c, m, cfs_vcpu(c, p->curr), m->ns);
	}
	eevdf_weigh_queue(c, p, m);
	if (e->nr_lingering)
		eevdf_weigh_lingering(c, e, m);
	if (!m->load)
		return;
	if (m->above >= m->below)
		m->ns += (m->above - m->below) / m->load;
	else
		m->ns = sp_sub0(m->ns, (m->below - m->above + m->load - 1) / m->load);
}

/* -- lag ---------------------------------------------------------------------------- */

/*
 * vcpu leaves: how much of its due has it not had, or had more, on its clock?  At most two
 * slices, or a jiffy, count.
 */
static inline void eevdf_keep_lag(struct cfs *c, sp_u32 vcpu, const struct eevdf_mean *m)
{
	const struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);
	sp_u64 most_ns = sp_max(2 * eevdf_slice_ns(c, v), c->tunables[CFS_JIFFY]);

	most_ns = sp_vtime_of(most_ns, v->share);
	e->owed_ns = sp_min(sp_sub0(m->ns, v->v.ns), most_ns);
	e->debt_ns = sp_min(sp_sub0(v->v.ns, m->ns), most_ns);
}

/* A queued vCPU leaves its pCPU for good. */
static SP_NOINLINE void cfs_detach(struct cfs *c, sp_u32 vcpu, sp_u64 now_ns)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct cfs_pcpu *p = cfs_pcpu(c, v->pcpu);
	struct eevdf_mean m;

	eevdf_find_mean(c, v->pcpu, now_ns, &m);
	eevdf_keep_lag(c, vcpu, &m);
	cfs_remove(c, p, v);
	cfs_discount(c, v->pcpu, v);
	cfs_forget(p, vcpu);
}

/* -- shares -------------------------------------------------------------------------- */

/* A virtual time from one share to another: the real time is the same. */
static inline sp_u64 eevdf_convert(sp_u64 ns, sp_u32 from, sp_u32 to)
{
	return to ? sp_min(ns, EEVDF_FAR_NS) * from / to : ns;
}

/*
 * Siblings have come and gone since, or weights changed: vcpu's share is another.  In real
 * time its lag, and what its deadline is away, stay the same; so the mean does not move.
 */
static SP_NOINLINE void cfs_renew_share(struct cfs *c, sp_u32 vcpu)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct cfs_pcpu *p = cfs_pcpu(c, v->pcpu);
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);
	sp_u32 old = v->share, share = cfs_share(c, v);
	sp_u64 away_ns = sp_sub0(e->deadline_ns, v->v.ns);
	struct eevdf_mean m;

	if (share == old)
		return;
	eevdf_find_mean(c, v->pcpu, p->picked_at_ns, &m);
	if (v->state == CFS_QUEUED)
		cfs_remove(c, p, v);
	if (v->v.ns <= m.ns)
		v->v.ns = sp_sub0(m.ns, eevdf_convert(m.ns - v->v.ns, old, share));
	else
		v->v.ns = m.ns + eevdf_convert(v->v.ns - m.ns, old, share);
	e->deadline_ns = v->v.ns + eevdf_convert(away_ns, old, share) + 1;
	v->share = share;
	p->load += (sp_u64)share - old;
	c->load += (sp_u64)share - old;
	if (v->state == CFS_QUEUED)
		cfs_insert(c, p, vcpu);
}

/* -- lingering ------------------------------------------------------------------------ */

/* vcpu has blocked with a debt: it works that off where it was. */
static inline void eevdf_linger(struct cfs *c, sp_u32 vcpu)
{
	struct eevdf_pcpu *at = eevdf_pcpu(c, cfs_vcpu(c, vcpu)->pcpu);
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);

	sp_list_append(&at->lingering, eevdf_of(c)->vcpus, vcpu, e);
	at->nr_lingering++;
	e->lingers = 1;
}

/* It does so no longer, and what is left is forgiven. */
static SP_NOINLINE void eevdf_leave(struct cfs *c, sp_u32 vcpu)
{
	struct eevdf_pcpu *at = eevdf_pcpu(c, cfs_vcpu(c, vcpu)->pcpu);
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);

	sp_list_remove(&at->lingering, eevdf_of(c)->vcpus, e);
	at->nr_lingering--;
	e->lingers = 0;
	e->owed_ns = e->debt_ns = 0;
}

/* Nobody competes with them any more, so each has its turn at once. */
static SP_NOINLINE void eevdf_leave_all(struct cfs *c, sp_u32 pcpu)
{
	const struct eevdf_pcpu *at = eevdf_pcpu(c, pcpu);
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		if (!at->nr_lingering)
			break;
		eevdf_leave(c, at->lingering.head);
	}
}

/* -- choice ---------------------------------------------------------------------------- */

/* The one of an earlier deadline; first, which may be nobody, if they are the same. */
static inline sp_u32 eevdf_earlier(struct cfs *c, sp_u32 first, sp_u32 second)
{
	if (first != SP_NONE &&
	    eevdf_vcpu(c, first)->deadline_ns <= eevdf_vcpu(c, second)->deadline_ns)
		return CFS_ANY(first);
	return CFS_ANY(second);
}

/* Of those who linger at pcpu and are eligible, and of best: who has the earliest deadline? */
static SP_NOINLINE sp_u32 eevdf_earliest_lingering(struct cfs *c, sp_u32 pcpu, sp_u64 mean_ns,
						   sp_u32 best)
{
	sp_u32 i, at = eevdf_pcpu(c, pcpu)->lingering.head;

	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE)
			break;
		if (cfs_vcpu(c, at)->v.ns <= mean_ns)
			best = eevdf_earlier(c, best, at);
		at = eevdf_vcpu(c, at)->link.next;
	}
	return CFS_ANY(best);
}

/*
 * Of those who wait at pcpu (or linger) and are eligible, who has the earliest deadline?
 * SP_NONE: only who runs there is eligible.  The queue is ordered by vruntime: the eligible
 * are its first ones.
 */
static SP_NOINLINE sp_u32 eevdf_earliest(struct cfs *c, sp_u32 pcpu, sp_u64 mean_ns)
{
	sp_u32 i, best = SP_NONE, at = cfs_pcpu(c, pcpu)->head;

	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE || cfs_vcpu(c, at)->v.ns > mean_ns)
			break;
		best = eevdf_earlier(c, best, at);
		at = cfs_vcpu(c, at)->after;
	}
	if (eevdf_pcpu(c, pcpu)->nr_lingering)
		best = eevdf_earliest_lingering(c, pcpu, mean_ns, best);
	return CFS_ANY(best);
}

/* Is it safe from who wakes, and does it deserve to be? */
static inline int eevdf_is_safe(struct cfs *c, sp_u32 vcpu, sp_u64 vruntime_ns, sp_u64 mean_ns)
{
	return vruntime_ns <= mean_ns && vruntime_ns < eevdf_vcpu(c, vcpu)->safe_ns;
}

/* Nothing runs on pcpu: the buddy, who ran last and is safe still, or the earliest of all. */
static SP_NOINLINE sp_u32 eevdf_choose_once(struct cfs *c, sp_u32 pcpu)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	struct eevdf_mean m;
	sp_u32 vcpu;

	eevdf_find_mean(c, pcpu, 0, &m);
	p->floor_ns = m.ns;
	if (p->next != SP_NONE && cfs_vcpu(c, p->next)->v.ns <= m.ns)
		return CFS_ANY(p->next);
	if (p->prev != SP_NONE && eevdf_is_safe(c, p->prev, cfs_vcpu(c, p->prev)->v.ns, m.ns))
		return CFS_ANY(p->prev);
	vcpu = eevdf_earliest(c, pcpu, m.ns);
	return CFS_ANY(vcpu == SP_NONE ? p->head : vcpu);
}

/* One that lingers and is chosen has worked off its debt: it goes, and another is chosen. */
static SP_NOINLINE sp_u32 cfs_choose(struct cfs *c, sp_u32 pcpu)
{
	sp_u32 i, vcpu = SP_NONE;

	sp_for (i, SP_NR_VCPUS) {
		vcpu = eevdf_choose_once(c, pcpu);
		if (!eevdf_vcpu(c, vcpu)->lingers)
			break;
		eevdf_leave(c, vcpu);
	}
	return CFS_ANY(vcpu);
}
