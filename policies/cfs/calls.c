/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs/calls.c - what does not hang on whose turn it is: who wakes, blocks and yields,
 * caps, the timer; and the tunables of all that.
 */

/* The rows of a table of tunables for what stands here and in the parts before. */
#define CFS_QUEUE_TUNABLES                                                                         \
	[CFS_TICK_ROUNDING] = {.name = "tick_rounding",                                            \
			       .help = "end slices at host ticks only, as Linux does",             \
			       .unit = SP_UNIT_BOOL,                                               \
			       .preset = 0,                                                        \
			       .min = 0,                                                           \
			       .max = 1},                                                          \
	[CFS_GROUP] = {.name = "group",                                                            \
		       .help = "the weight is of the VM as a whole: equal CPU per VM",             \
		       .unit = SP_UNIT_BOOL,                                                       \
		       .preset = 0,                                                                \
		       .min = 0,                                                                   \
		       .max = 1},                                                                  \
	[CFS_MIGRATION_COST] = {.name = "migration_cost",                                          \
				.help = "who ran this recently is not pulled",                     \
				.unit = SP_UNIT_NS,                                                \
				.preset = SP_US(500),                                              \
				.min = 0,                                                          \
				.max = SP_MS(1000)},                                               \
	[CFS_NR_MIGRATE] = {.name = "nr_migrate",                                                  \
			    .help = "most vCPUs that one balancing moves",                         \
			    .unit = SP_UNIT_NONE,                                                  \
			    .preset = 32,                                                          \
			    .min = 1,                                                              \
			    .max = 1024},                                                          \
	[CFS_BUSY_FACTOR] = {.name = "busy_factor",                                                \
			     .help = "how much rarer busy pCPUs balance",                          \
			     .unit = SP_UNIT_NONE,                                                 \
			     .preset = 16,                                                         \
			     .min = 1,                                                             \
			     .max = 1024},                                                         \
	[CFS_IMBALANCE_PCT] = {.name = "imbalance_pct",                                            \
			       .help = "a load above this part of one's own is too much",          \
			       .unit = SP_UNIT_PCT,                                                \
			       .preset = 117,                                                      \
			       .min = 100,                                                         \
			       .max = 1000},                                                       \
	[CFS_JIFFY] = {.name = "jiffy",                                                            \
		       .help = "the timer visits every pCPU once in this time",                    \
		       .unit = SP_UNIT_NS,                                                         \
		       .preset = SP_MS(4),                                                         \
		       .min = SP_US(100),                                                          \
		       .max = SP_MS(1000)}

/* -- waking, blocking, giving way --------------------------------------------------------- */

/* vcpu, in no queue, is runnable from now on; pcpu is its place, or there is none. */
static inline void cfs_join(struct cfs *c, sp_u32 vcpu, sp_u32 pcpu, sp_u64 now_ns,
			    struct sp_out *out)
{
	if (pcpu == SP_NONE)
		cfs_strand(c, vcpu, now_ns, out);
	else
		cfs_enter(c, vcpu, pcpu, now_ns, out);
}

static SP_CALLBACK void cfs_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
				      sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);

	if (v->state == CFS_BLOCKED)
		cfs_join(c, vcpu, cfs_find_wake(c, v, wake->waker_pcpu), now_ns, out);
}

static SP_CALLBACK void cfs_vcpu_block(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);

	if (v->state == CFS_STRANDED) {
		cfs_unstrand(c, vcpu);
	} else if (v->state == CFS_CAPPED) {
		sp_caps_unpark(&c->caps, vcpu, v->vm, out);
	} else if (v->state == CFS_QUEUED) {
		cfs_detach(c, vcpu, now_ns);
		sp_caps_leave(&c->caps, vcpu, v->vm, now_ns, out);
	} else if (v->state == CFS_RUNNING) {
		cfs_pcpu(c, v->pcpu)->curr = SP_NONE;
		sp_caps_settle(&c->caps, v->vm, v->pcpu, 0);
		sp_caps_leave(&c->caps, vcpu, v->vm, now_ns, out);
		cfs_discount(c, v->pcpu, v);
		cfs_forget(cfs_pcpu(c, v->pcpu), vcpu);
	} else {
		return;
	}
	v->state = CFS_BLOCKED;
}

/* `from` gives way in its queue, `to` goes before the others of its own. */
static SP_CALLBACK void cfs_vcpu_yield_to(void *st, sp_u32 from, sp_u32 to, sp_u64 now_ns,
					  struct sp_out *out)
{
	struct cfs *c = st;
	const struct cfs_vcpu *f = cfs_vcpu(c, from), *t = cfs_vcpu(c, to);

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

/* -- caps -------------------------------------------------------------------------------- */

/* Was it its VM's quota that cut the stint, not its slice?  Then that goes on. */
static inline int cfs_is_grant_over(const struct cfs *c, const struct sp_stint *stint)
{
	sp_u64 grant_ns;

	if (!c->caps.nr_capped)
		return 0; /* touches no memory of the pCPU's for it */
	grant_ns = SP_AT(c->caps.grants_ns, stint->pcpu);
	return grant_ns && stint->ran_ns >= grant_ns;
}

/* vcpu was next, but its VM has had its quota: it leaves the queue. */
static SP_NOINLINE void cfs_cap(struct cfs *c, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs_vcpu *v = cfs_vcpu(c, vcpu);

	cfs_detach(c, vcpu, now_ns);
	v->state = CFS_CAPPED;
	sp_caps_park(&c->caps, vcpu, v->vm, out);
	cfs_set_timer(c, now_ns, out);
}

/* How long may vcpu run, as far as its VM's cap goes? */
static SP_NOINLINE sp_u64 cfs_grant(struct cfs *c, sp_u32 vcpu, sp_u32 pcpu, sp_u64 now_ns)
{
	return CFS_ANY(sp_caps_grant(&c->caps, vcpu, cfs_vcpu(c, vcpu)->vm, pcpu, now_ns));
}

/*
 * vcpu was next, but may not: it is parked, and others until one may, with what it is
 * granted in run_until_ns.  If nobody is left, or no room for notes, the pCPU is to
 * come again, and then looks for more elsewhere.
 */
static SP_NOINLINE sp_u32 cfs_next_granted(struct cfs *c, sp_u32 pcpu, sp_u32 vcpu, sp_u64 now_ns,
					   struct sp_out *out)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u64 grant_ns;
	sp_u32 i;

	p->used_ns = 0; /* another begins a slice of its own */
	sp_for (i, SP_OUT_NOTES / 2) {
		cfs_cap(c, vcpu, now_ns, out);
		if (p->head == SP_NONE)
			break;
		vcpu = cfs_choose(c, pcpu);
		grant_ns = cfs_grant(c, vcpu, pcpu, now_ns);
		if (grant_ns) {
			out->run_until_ns = sp_add_sat(now_ns, grant_ns);
			return CFS_ANY(vcpu);
		}
	}
	sp_kick(out, pcpu);
	return SP_NONE;
}

/*
 * A parked vCPU goes on where it was, as in Linux.  If it may not, the next pCPU that
 * it may use and that suits will do, or else that it may use: balancing does the rest.
 */
static SP_NOINLINE sp_u32 cfs_find_return(struct cfs *c, const struct cfs_vcpu *v)
{
	struct cfs_ring r = {v->first, v->last, v->pcpu, SP_NONE};
	sp_u32 i, at = SP_NONE;

	sp_for (i, SP_NR_PCPUS) {
		at = cfs_ring_next(c->online, &r);
		if (at == SP_NONE || cfs_may_join(c, v, at))
			break;
	}
	return CFS_ANY(at == SP_NONE ? r.origin : at);
}

static SP_NOINLINE void cfs_uncap(struct cfs *c, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	const struct cfs_vcpu *v = cfs_vcpu(c, vcpu);

	if (!sp_caps_is_due(&c->caps, vcpu, v->vm, now_ns, out))
		return;
	sp_caps_release(&c->caps, vcpu, v->vm, out);
	cfs_join(c, vcpu, cfs_find_return(c, v), now_ns, out);
}

/* A period is over. */
static inline void cfs_uncap_all(struct cfs *c, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 i;

	sp_caps_begin(&c->caps);
	sp_for (i, SP_NR_VCPUS) {
		sp_u32 vcpu = sp_caps_next(&c->caps);

		if (vcpu == SP_NONE)
			break;
		cfs_uncap(c, vcpu, now_ns, out);
	}
}

/* -- the timer --------------------------------------------------------------------------- */

static SP_CALLBACK void cfs_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs *c = st;
	sp_u32 i;

	if (c->caps.release_ns <= now_ns) {
		cfs_uncap_all(c, now_ns, out); /* one task at a time */
		cfs_set_timer(c, now_ns, out);
		return;
	}
	c->is_armed = 0;
	sp_for (i, CFS_BATCH)
		cfs_push(c, c->balance_at + i, now_ns, out);
	sp_for (i, CFS_BATCH)
		cfs_visit(c, c->balance_at + i, now_ns, out);
	c->balance_at += CFS_BATCH;
	if (c->balance_at > c->groups[CFS_POOL * SP_NR_PCPUS].last)
		c->balance_at = 0;
	cfs_arm(c, now_ns, out);
	cfs_set_timer(c, now_ns, out);
}
