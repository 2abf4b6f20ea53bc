/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eevdf/arrive.c - a vCPU joins a queue: with which vruntime and deadline, and does it
 * preempt who runs?
 */

/* -- placing -------------------------------------------------------------------------- */

static void cfs_rescale(struct cfs *c)
{
	sp_u64 nr = c->groups[CFS_POOL * SP_NR_PCPUS].nr, scale = 1;

	if (c->tunables[CFS_SCALE])
		scale = nr < 2 ? 1 : nr < 4 ? 2 : nr < 8 ? 3 : 4;
	eevdf_of(c)->base_ns = c->tunables[EEVDF_BASE_SLICE] * scale;
}

/*
 * What a lag must be before vcpu joins to be this afterwards: its coming moves the mean
 * towards it, by its part of the weights.
 */
static inline sp_u64 eevdf_inflate(sp_u64 lag_ns, sp_u32 share, sp_u64 load)
{
	return CFS_ANY(load ? lag_ns * (load + share) / load : 0);
}

/* vcpu is to join pcpu, with the lag that it left with; who is new asks for half a slice. */
static SP_NOINLINE void eevdf_place(struct cfs *c, sp_u32 vcpu, sp_u32 pcpu, sp_u64 now_ns,
				    sp_u32 is_new)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);
	sp_u64 away_ns = eevdf_vslice_ns(c, v);
	struct eevdf_mean m;

	eevdf_find_mean(c, pcpu, now_ns, &m);
	v->v.ns = sp_sub0(m.ns, eevdf_inflate(e->owed_ns, v->share, m.load));
	v->v.ns += eevdf_inflate(e->debt_ns, v->share, m.load);
	e->owed_ns = e->debt_ns = 0;
	if (is_new)
		away_ns = (away_ns + 1) / 2;
	if (e->is_relative)
		away_ns = e->deadline_ns;
	e->is_relative = 0;
	e->deadline_ns = v->v.ns + away_ns;
}

/* Off the queues its share may have become another: the lag is the same in real time. */
static inline void eevdf_convert_lag(struct cfs *c, sp_u32 vcpu, sp_u32 old)
{
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);
	sp_u32 share = cfs_vcpu(c, vcpu)->share;

	if (share == old)
		return;
	e->owed_ns = eevdf_convert(e->owed_ns, old, share);
	e->debt_ns = eevdf_convert(e->debt_ns, old, share);
	if (e->is_relative)
		e->deadline_ns = eevdf_convert(e->deadline_ns, old, share) + 1;
}

/* -- preempting ------------------------------------------------------------------------ */

/* As Linux's SCHED_IDLE: it delays nobody who is not of its kind. */
static inline sp_u32 eevdf_is_idler(const struct cfs_vcpu *v)
{
	return CFS_ANY(v->weight <= EEVDF_WEIGHT_IDLE);
}

/*
 * Who runs alone has no end, and its requests follow each other: the deadline of the one
 * under way is the first after what it has run by now.
 */
static inline void eevdf_catch_up(struct cfs *c, sp_u32 vcpu, sp_u64 vruntime_ns)
{
	sp_u64 vslice_ns = sp_max(eevdf_vslice_ns(c, cfs_vcpu(c, vcpu)), 1);
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);

	if (vruntime_ns >= e->deadline_ns)
		e->deadline_ns += ((vruntime_ns - e->deadline_ns) / vslice_ns + 1) * vslice_ns;
}

/* vcpu, of the usual kind as curr is, has joined the queue of pcpu: would it be chosen now? */
static sp_u32 eevdf_wins(struct cfs *c, sp_u32 vcpu, sp_u32 pcpu, sp_u64 now_ns)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	struct eevdf_vcpu *e = eevdf_vcpu(c, p->curr);
	const struct cfs_vcpu *curr = cfs_vcpu(c, p->curr);
	sp_u64 ns = CFS_ANY(cfs_curr_ns(c, p, now_ns));
	sp_u32 is_short = CFS_ANY(c->tunables[EEVDF_PREEMPT_SHORT] &&
				  eevdf_slice_ns(c, cfs_vcpu(c, vcpu)) < eevdf_slice_ns(c, curr));
	struct eevdf_best best;
	struct eevdf_mean m;

	eevdf_find_mean(c, pcpu, now_ns, &m);
	eevdf_catch_up(c, p->curr, ns);
	if (!is_short && eevdf_is_safe(c, p->curr, ns, m.ns))
		return 0;
	eevdf_find_waiting(c, pcpu, m.ns, &best);
	if (best.vcpu == vcpu && (ns > m.ns || e->deadline_ns > best.deadline_ns)) {
		if (is_short)
			e->safe_ns = 0;
		return 1;
	}
	if (is_short && c->tunables[EEVDF_RUN_TO_PARITY]) {
		ns += sp_vtime_of(eevdf_shortest_ns(c, pcpu, p->curr), curr->share);
		e->safe_ns = sp_min(e->safe_ns, ns);
		p->ends = 0; /* it ends earlier now */
	}
	return 0;
}

static sp_u32 eevdf_preempts(struct cfs *c, sp_u32 vcpu, sp_u32 pcpu, sp_u64 now_ns)
{
	sp_u32 curr = cfs_pcpu(c, pcpu)->curr;
	sp_u32 is_idler = eevdf_is_idler(cfs_vcpu(c, vcpu));

	if (eevdf_is_idler(cfs_vcpu(c, curr)) == is_idler)
		return eevdf_wins(c, vcpu, pcpu, now_ns);
	if (!is_idler)
		eevdf_vcpu(c, curr)->safe_ns = 0;
	return CFS_ANY(!is_idler);
}

/* vcpu has joined the queue of its pCPU: who is to know? */
static SP_NOINLINE void cfs_arrive(struct cfs *c, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 pcpu = cfs_vcpu(c, vcpu)->pcpu;
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);

	cfs_arm(c, now_ns, out);
	if (cfs_is_idle(c, pcpu)) {
		cfs_set_idle(c, pcpu, 0); /* counted on from here */
		sp_kick(out, pcpu);
		return;
	}
	if (p->curr == SP_NONE)
		return; /* it is about to pick */
	if (CFS_ANY(eevdf_preempts(c, vcpu, pcpu, now_ns))) {
		p->resched = 1;
		sp_kick(out, pcpu);
	} else if (!p->ends && !c->tunables[CFS_TICK_ROUNDING]) {
		sp_kick(out, pcpu); /* curr was alone and has no end: it gets one */
	}
}

/* -- joining --------------------------------------------------------------------------- */

/* A queued vCPU changes pCPUs: with its lag, and as far from its deadline as it was. */
static SP_NOINLINE void cfs_move(struct cfs *c, sp_u32 vcpu, sp_u32 to, sp_u64 now_ns,
				 struct sp_out *out)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);
	sp_u32 old = v->share;

	e->deadline_ns = sp_sub0(e->deadline_ns, v->v.ns);
	e->is_relative = 1;
	cfs_detach(c, vcpu, now_ns);
	cfs_count(c, to, v);
	eevdf_convert_lag(c, vcpu, old);
	eevdf_place(c, vcpu, to, now_ns, 0);
	cfs_insert(c, cfs_pcpu(c, to), vcpu);
	cfs_arrive(c, vcpu, now_ns, out);
}

/* vcpu is runnable from now on, and pcpu is its place. */
static SP_NOINLINE void cfs_enter(struct cfs *c, sp_u32 vcpu, sp_u32 pcpu, sp_u64 now_ns,
				  struct sp_out *out)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	sp_u32 is_new = CFS_ANY(v->pcpu == SP_NONE), old = v->share;

	cfs_count(c, pcpu, v);
	if (!is_new)
		eevdf_convert_lag(c, vcpu, old);
	eevdf_place(c, vcpu, pcpu, now_ns, is_new);
	cfs_insert(c, cfs_pcpu(c, pcpu), vcpu);
	cfs_arrive(c, vcpu, now_ns, out);
}

/*
 * vcpu lingers at its pCPU, and wakes: it goes on there.  While it still has a debt nothing
 * has changed; else it starts anew, as if it had its due: what it gained is not for it.
 */
static SP_NOINLINE void eevdf_return(struct cfs *c, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	sp_u32 pcpu = v->pcpu, old = v->share;
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);
	struct eevdf_mean m;

	eevdf_find_mean(c, pcpu, now_ns, &m);
	eevdf_leave(c, vcpu);
	cfs_count(c, pcpu, v);
	if (v->v.ns < m.ns) {
		eevdf_place(c, vcpu, pcpu, now_ns, 0);
	} else if (v->share != old) {
		e->debt_ns = v->v.ns - m.ns;
		e->deadline_ns -= v->v.ns;
		e->is_relative = 1;
		eevdf_convert_lag(c, vcpu, old);
		eevdf_place(c, vcpu, pcpu, now_ns, 0);
	}
	cfs_insert(c, cfs_pcpu(c, pcpu), vcpu);
	cfs_arrive(c, vcpu, now_ns, out);
}
