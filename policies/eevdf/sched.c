/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eevdf/sched.c - the tunables of eevdf, and scheduling proper: who wakes, blocks, stops and
 * is picked; the tick.
 */

static const struct sp_tunable eevdf_tunables[] = {
	[EEVDF_BASE_SLICE] = {.name = "base_slice",
			      .help = "what a vCPU asks for at a time (base)",
			      .unit = SP_UNIT_NS,
			      .preset = SP_US(700),
			      .min = SP_US(100),
			      .max = SP_MS(100)},
	[EEVDF_RUN_TO_PARITY] = {.name = "run_to_parity",
				 .help = "safe once picked: 0 unscaled base_slice, 1 shortest "
					 "slice there (6.18), 2 its own (6.12)",
				 .unit = SP_UNIT_NONE,
				 .preset = EEVDF_PARITY_SHORTEST,
				 .min = EEVDF_PARITY_OFF,
				 .max = EEVDF_PARITY_SLICE},
	[EEVDF_SHORT_SLICE] = {.name = "short_slice",
			       .help = "slice of vCPUs of short_weight or more (0: as all)",
			       .unit = SP_UNIT_NS,
			       .preset = 0,
			       .min = 0,
			       .max = SP_MS(100)},
	[CFS_SCALE] = {.name = "scale",
		       .help = "multiply base_slice by 1 + log2(min(pCPUs, 8))",
		       .unit = SP_UNIT_BOOL,
		       .preset = 1,
		       .min = 0,
		       .max = 1},
	CFS_QUEUE_TUNABLES,
	[EEVDF_SHORT_WEIGHT] = {.name = "short_weight",
				.help = "who has short_slice",
				.unit = SP_UNIT_NONE,
				.preset = SP_WEIGHT_NICE_0 + 1,
				.min = 1,
				.max = SP_WEIGHT_MAX},
	[EEVDF_PREEMPT_SHORT] = {.name = "preempt_short",
				 .help = "who wakes with a shorter slice preempts who is safe",
				 .unit = SP_UNIT_BOOL,
				 .preset = 1,
				 .min = 0,
				 .max = 1},
	[EEVDF_DELAY_DEQUEUE] = {.name = "delay_dequeue",
				 .help = "who blocks with a debt competes until it is worked off",
				 .unit = SP_UNIT_BOOL,
				 .preset = 1,
				 .min = 0,
				 .max = 1},
};

/* -- callbacks: coming and going ------------------------------------------------------- */

static SP_CALLBACK sp_s32 eevdf_init(void *st, const struct sp_config *config)
{
	struct cfs *c = st;
	sp_u64 short_ns = config->tunables[EEVDF_SHORT_SLICE];
	sp_u32 i;

	if (short_ns && short_ns < EEVDF_LEAST_SLICE_NS)
		return -SP_EINVAL;
	sp_for (i, SP_MAX_TUNABLES)
		SP_AT(c->tunables, i) = SP_AT(config->tunables, i);
	sp_for (i, SP_NR_PCPUS)
		sp_list_init(&eevdf_pcpu(c, i)->lingering);
	sp_caps_init(&c->caps);
	return 0;
}

static SP_CALLBACK void eevdf_pcpu_offline(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	eevdf_leave_all(st, pcpu);
	cfs_pcpu_offline(st, pcpu, now_ns, out);
}

static SP_CALLBACK sp_s32 eevdf_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config,
					 sp_u64 now_ns, struct sp_out *out)
{
	struct eevdf_vcpu *e = eevdf_vcpu(st, vcpu);
	sp_s32 ret = cfs_vcpu_add(st, vcpu, config, now_ns, out);

	if (ret)
		return ret;
	e->deadline_ns = e->safe_ns = e->owed_ns = e->debt_ns = 0;
	e->lingers = e->is_relative = 0;
	return 0;
}

static SP_CALLBACK void eevdf_vcpu_remove(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	if (eevdf_vcpu(st, vcpu)->lingers)
		eevdf_leave(st, vcpu);
	cfs_vcpu_remove(st, vcpu, now_ns, out);
}

/* -- callbacks: waking and blocking ----------------------------------------------------- */

static SP_CALLBACK void eevdf_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
					sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	const struct cfs_vcpu *v = cfs_vcpu(c, vcpu);

	if (v->state == CFS_BLOCKED && eevdf_vcpu(c, vcpu)->lingers) {
		if (cfs_may_run(c, v, v->pcpu)) {
			eevdf_return(c, vcpu, now_ns, out);
			return;
		}
		eevdf_leave(c, vcpu);
	}
	cfs_vcpu_wake(st, vcpu, wake, now_ns, out);
}

/* curr of a pCPU has its vruntime, as of now, and is about to block. */
static inline void eevdf_stop_curr(struct cfs *c, sp_u32 vcpu, struct eevdf_mean *m)
{
	struct cfs_pcpu *p = cfs_pcpu(c, cfs_vcpu(c, vcpu)->pcpu);

	eevdf_find_mean(c, cfs_vcpu(c, vcpu)->pcpu, p->picked_at_ns, m);
	eevdf_keep_lag(c, vcpu, m);
	p->floor_ns = m->ns;
}

static SP_CALLBACK void eevdf_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct eevdf_mean m;

	if (cfs_vcpu(c, vcpu)->state == CFS_RUNNING)
		eevdf_stop_curr(c, vcpu, &m); /* picked, and never ran */
	cfs_vcpu_block(st, vcpu, now_ns, out);
}

/* It ran, and halts: it goes, or lingers if it had more than its due. */
static SP_NOINLINE void eevdf_halt(struct cfs *c, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct cfs_pcpu *p = cfs_pcpu(c, v->pcpu);
	struct eevdf_mean m;

	eevdf_stop_curr(c, vcpu, &m);
	p->curr = SP_NONE;
	cfs_discount(c, v->pcpu, v);
	cfs_forget(p, vcpu);
	v->state = CFS_BLOCKED;
	sp_caps_leave(&c->caps, vcpu, v->vm, now_ns, out);
	if (c->tunables[EEVDF_DELAY_DEQUEUE] && v->v.ns > m.ns)
		eevdf_linger(c, vcpu);
}

/* -- callbacks: stints ------------------------------------------------------------------- */

/* It gives way: if it is owed anything it counts as having had its whole slice. */
static SP_NOINLINE void eevdf_forfeit(struct cfs *c, sp_u32 vcpu)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);
	const struct cfs_pcpu *p = cfs_pcpu(c, v->pcpu);
	struct eevdf_mean m;

	eevdf_find_mean(c, v->pcpu, p->picked_at_ns, &m);
	if (m.load == v->share || v->v.ns > m.ns)
		return; /* it is alone, or has had its due */
	v->v.ns = e->deadline_ns;
	e->deadline_ns += eevdf_vslice_ns(c, v);
}

/* Is the request of vcpu over, or the time for which it was safe?  Then others get a chance. */
static int eevdf_charge(struct cfs *c, sp_u32 vcpu, sp_u64 ran_ns)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);

	sp_vtime_charge(&v->v, ran_ns, v->share);
	if (v->v.ns < e->deadline_ns)
		return v->v.ns >= e->safe_ns;
	e->deadline_ns = v->v.ns + eevdf_vslice_ns(c, v);
	return 1;
}

static SP_CALLBACK void eevdf_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					   struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_vcpu *v = cfs_vcpu(c, stint->vcpu);
	struct cfs_pcpu *p = cfs_pcpu(c, stint->pcpu);
	int is_over = eevdf_charge(c, stint->vcpu, stint->ran_ns);

	sp_caps_settle(&c->caps, v->vm, stint->pcpu, stint->ran_ns);
	v->ran_at_ns = p->picked_at_ns = now_ns; /* it has run nothing since */
	if (stint->why == SP_STOP_BLOCKED) {
		eevdf_halt(c, stint->vcpu, now_ns, out);
		return;
	}
	if (c->tunables[CFS_GROUP])
		cfs_renew_share(c, stint->vcpu);
	if (stint->why == SP_STOP_YIELDED || p->skip == stint->vcpu) {
		eevdf_forfeit(c, stint->vcpu);
		is_over = 1;
	}
	if (is_over) {
		p->resched = 1;
		cfs_forget(p, stint->vcpu); /* had its turn: no favours */
	}
	cfs_put(c, stint->pcpu, now_ns, out);
}

/* For how long, at most, may vcpu, which is to run on pcpu, count on it? */
static inline sp_u64 eevdf_quantum_ns(struct cfs *c, sp_u32 vcpu, sp_u32 pcpu)
{
	sp_u64 parity = c->tunables[EEVDF_RUN_TO_PARITY];
	sp_u64 own_ns = eevdf_slice_ns(c, cfs_vcpu(c, vcpu));

	if (parity == EEVDF_PARITY_OFF)
		return sp_min(own_ns, c->tunables[EEVDF_BASE_SLICE]);
	return CFS_ANY(parity == EEVDF_PARITY_SLICE ? own_ns : eevdf_shortest_ns(c, pcpu, vcpu));
}

/*
 * When is vcpu, which is going to run, to be looked at again: how long does it take to its
 * deadline, or to the end of its safety, or, past that, of another quantum?  SP_NEVER_NS: no
 * end is to be set.
 */
static SP_NOINLINE sp_u64 eevdf_rest_ns(struct cfs *c, sp_u32 vcpu, sp_u32 pcpu, sp_u64 quantum_ns)
{
	const struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	const struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);
	sp_u64 until_ns = e->safe_ns, rest_ns;

	if (c->tunables[CFS_TICK_ROUNDING] ||
	    cfs_pcpu(c, pcpu)->nr + eevdf_pcpu(c, pcpu)->nr_lingering < 2)
		return SP_NEVER_NS;
	if (v->v.ns >= until_ns)
		until_ns = v->v.ns + sp_vtime_of(quantum_ns, v->share);
	rest_ns = sp_min(sp_sub0(sp_min(until_ns, e->deadline_ns), v->v.ns), EEVDF_FAR_NS);
	if (v->share == SP_WEIGHT_NICE_0)
		return sp_max(rest_ns, 1);
	rest_ns = sp_sub0(rest_ns * v->share + SP_WEIGHT_NICE_0 - 1, v->v.rem);
	return sp_max(rest_ns / SP_WEIGHT_NICE_0, 1);
}

/* Who is next on this pCPU, or SP_NONE? */
static sp_u32 eevdf_next(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);

	if (p->prev != SP_NONE && !p->resched)
		return p->prev; /* only interrupted: it goes on */
	if (p->head == SP_NONE) {
		eevdf_leave_all(c, pcpu);
		cfs_pull_idle(c, pcpu, now_ns, out);
	}
	return p->head == SP_NONE ? SP_NONE : cfs_choose(c, pcpu);
}

/* vcpu leaves the queue to run.  It is safe for a while if another ran before it. */
static SP_NOINLINE sp_u64 eevdf_begin(struct cfs *c, sp_u32 vcpu, sp_u32 pcpu, sp_u32 prev)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);
	struct eevdf_vcpu *e = eevdf_vcpu(c, vcpu);
	sp_u64 quantum_ns = eevdf_quantum_ns(c, vcpu, pcpu), rest_ns;

	if (vcpu != prev)
		e->safe_ns = sp_min(e->deadline_ns, v->v.ns + sp_vtime_of(quantum_ns, v->share));
	rest_ns = eevdf_rest_ns(c, vcpu, pcpu, quantum_ns);
	cfs_remove(c, p, v);
	cfs_forget(p, vcpu);
	v->state = CFS_RUNNING;
	p->curr = (sp_id)vcpu;
	p->ends = rest_ns != SP_NEVER_NS;
	return rest_ns;
}

static SP_CALLBACK void eevdf_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u32 vcpu, prev, held;
	sp_u64 grant_ns, rest_ns;

	if (p->curr != SP_NONE)
		cfs_put(c, pcpu, now_ns, out); /* picked, and never ran */
	cfs_set_idle(c, pcpu, 0);
	vcpu = eevdf_next(c, pcpu, now_ns, out);
	prev = p->prev;
	p->resched = 0;
	p->prev = SP_NONE;
	if (vcpu == SP_NONE) {
		cfs_set_idle(c, pcpu, 1);
		return;
	}
	held = SP_AT(c->caps.vcpus, vcpu).held_ns;
	grant_ns = cfs_grant(c, vcpu, pcpu, now_ns);
	out->run_until_ns = sp_add_sat(now_ns, grant_ns);
	if (!grant_ns)
		vcpu = cfs_next_granted(c, pcpu, vcpu, now_ns, out);
	if (vcpu == SP_NONE) {
		out->run_until_ns = SP_NEVER_NS;
		return;
	}
	p->picked_at_ns = now_ns;
	rest_ns = eevdf_begin(c, vcpu, pcpu, prev);
	if (!held)
		sp_caps_trim(&c->caps, cfs_vcpu(c, vcpu)->vm, pcpu, rest_ns);
	out->next = vcpu;
	out->run_until_ns = sp_min(out->run_until_ns, sp_add_sat(now_ns, rest_ns));
}

/* With tick_rounding: is the request of curr over, or the time for which it was safe? */
static SP_CALLBACK void eevdf_tick(void *st, const struct sp_tick *tick, sp_u64 now_ns,
				   struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_pcpu *p = cfs_pcpu(c, tick->pcpu);
	const struct cfs_vcpu *v = cfs_vcpu(c, p->curr);
	const struct eevdf_vcpu *e = eevdf_vcpu(c, p->curr);
	sp_u64 ns = v->v.ns + sp_vtime_of(tick->ran_ns, v->share);

	if (!c->tunables[CFS_TICK_ROUNDING] || p->curr == SP_NONE ||
	    p->nr + eevdf_pcpu(c, tick->pcpu)->nr_lingering < 2)
		return;
	if (ns < e->deadline_ns && ns < e->safe_ns)
		return;
	p->resched = 1;
	sp_kick(out, tick->pcpu);
}
