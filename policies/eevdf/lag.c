/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eevdf/lag.c - the mean of a queue, who is eligible, lags, deadlines, and the choice.
 */

/* -- slices ------------------------------------------------------------------------ */

/* How much does it ask for at a time? */
static inline sp_u64 eevdf_slice_ns(struct cfs *c, const struct cfs_vcpu *v)
{
	sp_u64 short_ns = c->tunables[EEVDF_SHORT_SLICE];

	if (!short_ns || v->weight < c->tunables[EEVDF_SHORT_WEIGHT])
		short_ns = eevdf_of(c)->base_ns;
	return CFS_ANY(short_ns);
}

/* The same on its clock: from a request to its deadline. */
static inline sp_u64 eevdf_vslice_ns(struct cfs *c, const struct cfs_vcpu *v)
{
	return CFS_ANY(sp_vtime_of(eevdf_slice_ns(c, v), v->share));
}

/* Of the slices of those who queue at pcpu and of vcpu, which runs or is to: the shortest. */
static SP_NOINLINE sp_u64 eevdf_shortest_ns(struct cfs *c, sp_u32 pcpu, sp_u32 vcpu)
{
	sp_u32 i, at = cfs_pcpu(c, pcpu)->head;
	sp_u64 least_ns = eevdf_slice_ns(c, cfs_vcpu(c, vcpu));

	if (!c->tunables[EEVDF_SHORT_SLICE])
		return CFS_ANY(least_ns);
	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE)
			break;
		least_ns = CFS_ANY(sp_min(least_ns, eevdf_slice_ns(c, cfs_vcpu(c, at))));
		at = cfs_vcpu(c, at)->after;
	}
	return CFS_ANY(least_ns);
}

/* -- the mean ---------------------------------------------------------------------- */

/*
 * The weighted mean of the vruntimes of all who compete at a pCPU: those who queue, who
 * runs, those who linger.  Who has just the mean has had its due.
 */
struct eevdf_mean {
	sp_u64 ns; /* rounded down: a vruntime is above the mean iff it is above this */
	sp_u64 load; /* the weights; 0: nobody competes, and ns is what it was last */
	sp_u64 sum; /* while it is computed: of weight times distance from ns, modulo 2^64 */
};

/*
 * weight times the distance from at_ns to ns, modulo 2^64.  The sums stay small, as in Linux,
 * for distances are about as large as lags.  No branches: the BPF verifier follows each
 * outcome of one in the loop below.
 */
static inline sp_u64 eevdf_moment(sp_u64 ns, sp_u64 at_ns, sp_u64 weight)
{
	return (ns - at_ns) * weight;
}

/* at_ns + sum / load, rounded down; sum, modulo 2^64, may be less than 0. */
static inline sp_u64 eevdf_balance_ns(sp_u64 at_ns, sp_u64 sum, sp_u64 load)
{
	if (!load)
		return at_ns;
	if (sum >> 63)
		at_ns = sp_sub0(at_ns, (load - 1 - sum) / load);
	else
		at_ns += sum / load;
	return CFS_ANY(at_ns);
}

static inline void eevdf_weigh(struct eevdf_mean *m, const struct cfs_vcpu *v, sp_u64 ns)
{
	m->sum += eevdf_moment(ns, m->ns, v->share);
	m->load += v->share;
}

/*
 * Distances are from one of those who compete, so that they are small.  Returns the mean, which
 * is used: a function without a result may leave the address of its caller's variable where a
 * result would be, and the kernel's verifier refuses that.
 */
static SP_NOINLINE sp_u64 eevdf_find_mean_ns(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns,
					     struct eevdf_mean *m)
{
	const struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	const struct eevdf_pcpu *e = eevdf_pcpu(c, pcpu);
	sp_u32 i, at = p->head;

	m->load = m->sum = SP_ZERO;
	m->ns = CFS_ANY(at == SP_NONE ? p->floor_ns : cfs_vcpu(c, at)->v.ns);
	if (p->curr != SP_NONE) {
		m->ns = CFS_ANY(cfs_curr_ns(c, p, now_ns));
		eevdf_weigh(m, cfs_vcpu(c, p->curr), m->ns);
	}
	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE)
			break;
		eevdf_weigh(m, cfs_vcpu(c, at), cfs_vcpu(c, at)->v.ns);
		at = cfs_vcpu(c, at)->after;
	}
	m->load += e->load;
	m->sum += eevdf_moment(eevdf_balance_ns(e->at_ns, e->sum, e->load), m->ns, e->load);
	return eevdf_balance_ns(m->ns, m->sum, m->load);
}

static inline void eevdf_find_mean(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns, struct eevdf_mean *m)
{
	m->ns = eevdf_find_mean_ns(c, pcpu, now_ns, m);
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

/* Farther than this is as far: so that no product of 64 bits overflows. */
#define EEVDF_FAR_NS ((sp_u64)1 << 42)

/* A virtual time from one share to another: the real time is the same. */
static inline sp_u64 eevdf_convert(sp_u64 ns, sp_u32 from, sp_u32 to)
{
	return CFS_ANY(to ? sp_min(ns, EEVDF_FAR_NS) * from / to : ns);
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
	const struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct eevdf_pcpu *at = eevdf_pcpu(c, v->pcpu);
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);

	if (!at->nr_lingering)
		at->at_ns = v->v.ns;
	sp_list_append(&at->lingering, eevdf_of(c)->vcpus, vcpu, e);
	at->nr_lingering++;
	at->load += v->share;
	at->sum += eevdf_moment(v->v.ns, at->at_ns, v->share);
	e->lingers = 1;
}

/* It does so no longer, and what is left is forgiven. */
static SP_NOINLINE void eevdf_leave(struct cfs *c, sp_u32 vcpu)
{
	const struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct eevdf_pcpu *at = eevdf_pcpu(c, v->pcpu);
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);

	sp_list_remove(&at->lingering, eevdf_of(c)->vcpus, e);
	at->nr_lingering--;
	at->load -= v->share;
	at->sum -= eevdf_moment(v->v.ns, at->at_ns, v->share);
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

/* The best so far, and its deadline. */
struct eevdf_best {
	sp_u64 deadline_ns; /* SP_NEVER_NS: nobody */
	sp_u32 vcpu;
	sp_u32 zero;
};

/* Is vcpu better?  Of those with one deadline, the first. */
static inline void eevdf_consider(struct cfs *c, struct eevdf_best *best, sp_u32 vcpu)
{
	sp_u64 deadline_ns = eevdf_vcpu(c, vcpu)->deadline_ns;

	if (deadline_ns < best->deadline_ns) {
		best->deadline_ns = CFS_ANY(deadline_ns);
		best->vcpu = CFS_ANY(vcpu);
	}
}

/*
 * Of those who wait at pcpu and are eligible, who has the earliest deadline?  The queue is
 * ordered by vruntime: the eligible are its first ones.
 */
static SP_NOINLINE sp_u32 eevdf_find_waiting(struct cfs *c, sp_u32 pcpu, sp_u64 mean_ns,
					     struct eevdf_best *best)
{
	sp_u32 i, at = cfs_pcpu(c, pcpu)->head;

	best->deadline_ns = SP_NEVER_NS + SP_ZERO;
	best->vcpu = SP_NONE + SP_ZERO;
	best->zero = 0;
	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE || cfs_vcpu(c, at)->v.ns > mean_ns)
			break;
		eevdf_consider(c, best, at);
		at = cfs_vcpu(c, at)->after;
	}
	return CFS_ANY(best->vcpu);
}

/* Of those who linger there, and best. */
static SP_NOINLINE sp_u32 eevdf_find_lingering(struct cfs *c, sp_u32 pcpu, sp_u64 mean_ns,
					       struct eevdf_best *best)
{
	sp_u32 i, at = eevdf_pcpu(c, pcpu)->lingering.head;

	sp_for (i, SP_NR_VCPUS) {
		if (at == SP_NONE)
			break;
		if (cfs_vcpu(c, at)->v.ns <= mean_ns)
			eevdf_consider(c, best, at);
		at = eevdf_vcpu(c, at)->link.next;
	}
	return CFS_ANY(best->vcpu);
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
	struct eevdf_best best;
	struct eevdf_mean m;

	eevdf_find_mean(c, pcpu, 0, &m);
	p->floor_ns = m.ns;
	if (p->next != SP_NONE && cfs_vcpu(c, p->next)->v.ns <= m.ns)
		return CFS_ANY(p->next);
	if (p->prev != SP_NONE && eevdf_is_safe(c, p->prev, cfs_vcpu(c, p->prev)->v.ns, m.ns))
		return CFS_ANY(p->prev);
	best.vcpu = eevdf_find_waiting(c, pcpu, m.ns, &best);
	best.vcpu = eevdf_find_lingering(c, pcpu, m.ns, &best);
	return CFS_ANY(best.vcpu == SP_NONE ? p->head : best.vcpu);
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
