/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs/sched.c - the tunables of cfs, and scheduling proper: who stops, who is picked;
 * the tick.
 */

/* The rows of a table of tunables, of cfs and of the policies built on it. */
#define CFS_TUNABLES                                                                               \
	[CFS_LATENCY] = {.name = "latency",                                                        \
			 .help = "period in which all in a queue get a turn (base)",               \
			 .unit = SP_UNIT_NS,                                                       \
			 .preset = SP_MS(6),                                                       \
			 .min = SP_US(100),                                                        \
			 .max = SP_MS(1000)},                                                      \
	[CFS_MIN_GRANULARITY] = {.name = "min_granularity",                                        \
				 .help = "shortest slice (base)",                                  \
				 .unit = SP_UNIT_NS,                                               \
				 .preset = SP_US(750),                                             \
				 .min = SP_US(10),                                                 \
				 .max = SP_MS(100)},                                               \
	[CFS_WAKEUP_GRANULARITY] = {.name = "wakeup_granularity",                                  \
				    .help = "how far behind who wakes must be to preempt (base)",  \
				    .unit = SP_UNIT_NS,                                            \
				    .preset = SP_MS(1),                                            \
				    .min = 0,                                                      \
				    .max = SP_MS(1000)},                                           \
	[CFS_SCALE] = {.name = "scale",                                                            \
		       .help = "multiply the three by 1 + log2(min(pCPUs, 8))",                    \
		       .unit = SP_UNIT_BOOL,                                                       \
		       .preset = 1,                                                                \
		       .min = 0,                                                                   \
		       .max = 1},                                                                  \
	CFS_QUEUE_TUNABLES

static const struct sp_tunable cfs_tunables[] = {CFS_TUNABLES};

/* -- callbacks --------------------------------------------------------------------------- */

static SP_CALLBACK sp_s32 cfs_init(void *st, const struct sp_config *config)
{
	struct cfs *c = st;
	sp_u64 granularity_ns = config->tunables[CFS_MIN_GRANULARITY];
	sp_u32 i;

	if (!granularity_ns || granularity_ns > config->tunables[CFS_LATENCY])
		return -SP_EINVAL;
	sp_for (i, SP_MAX_TUNABLES)
		SP_AT(c->tunables, i) = SP_AT(config->tunables, i);
	sp_caps_init(&c->caps);
	c->nr_latency = (sp_u32)((c->tunables[CFS_LATENCY] + granularity_ns - 1) / granularity_ns);
	return 0;
}

static SP_CALLBACK void cfs_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					 struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_vcpu *v = cfs_vcpu(c, stint->vcpu);
	struct cfs_pcpu *p = cfs_pcpu(c, stint->pcpu);
	int is_over = stint->why == SP_STOP_SLICE && !cfs_is_grant_over(c, stint);

	sp_caps_settle(&c->caps, v->vm, stint->pcpu, stint->ran_ns);
	sp_vtime_charge(&v->v, stint->ran_ns, v->share);
	v->ran_at_ns = now_ns;
	p->used_ns += stint->ran_ns;
	if (stint->why == SP_STOP_BLOCKED) {
		p->curr = SP_NONE;
		cfs_discount(c, stint->pcpu, v);
		cfs_forget(p, stint->vcpu);
		v->state = CFS_BLOCKED;
		sp_caps_leave(&c->caps, stint->vcpu, v->vm, now_ns, out);
		return;
	}
	if (c->tunables[CFS_GROUP])
		cfs_renew_share(c, stint->vcpu);
	if (is_over || stint->why == SP_STOP_YIELDED) {
		p->resched = 1;
		cfs_forget(p, stint->vcpu); /* had its turn: no favours */
	}
	if (stint->why == SP_STOP_YIELDED)
		p->skip = (sp_id)stint->vcpu;
	cfs_put(c, stint->pcpu, now_ns, out);
}

/* Which vCPU is next on this pCPU, or SP_NONE?  used_ns is set right. */
static sp_u32 cfs_next(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);

	if (p->prev != SP_NONE && !p->resched && cfs_rest_ns(c, p, cfs_vcpu(c, p->prev)))
		return p->prev; /* only interrupted: its slice goes on */
	p->used_ns = 0;
	if (p->head == SP_NONE)
		cfs_pull_idle(c, pcpu, now_ns, out);
	return p->head == SP_NONE ? SP_NONE : cfs_choose(c, pcpu);
}

static SP_CALLBACK void cfs_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	struct cfs_vcpu *v;
	sp_u32 vcpu;
	sp_u64 rest_ns, grant_ns;

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
	grant_ns = cfs_grant(c, vcpu, pcpu, now_ns);
	out->run_until_ns = sp_add_sat(now_ns, grant_ns);
	if (!grant_ns)
		vcpu = cfs_next_granted(c, pcpu, vcpu, now_ns, out);
	if (vcpu == SP_NONE) {
		out->run_until_ns = SP_NEVER_NS;
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
	out->run_until_ns = sp_min(out->run_until_ns, sp_add_sat(now_ns, rest_ns));
}

/* With tick_rounding: has curr exceeded its slice, or its lead over the leftmost? */
static SP_CALLBACK void cfs_tick(void *st, const struct sp_tick *tick, sp_u64 now_ns,
				 struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_pcpu *p = cfs_pcpu(c, tick->pcpu);
	const struct cfs_vcpu *v = cfs_vcpu(c, p->curr);
	sp_u64 slice_ns, ran_ns = p->used_ns + tick->ran_ns, lead_ns = 0;

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
