/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs/balance.c - vCPUs that wait change queues: pulled by a pCPU that runs dry,
 * pulled by a busy one that compares itself with others every so often, pushed to
 * an idle one by the timer.
 */

#define CFS_SMT_PCT 110 /* imbalance_pct between SMT siblings (Linux 6.1) */

/* -- pulling ------------------------------------------------------------------------- */

/* Of those overloaded that share this level with `pcpu`, the most loaded. */
static SP_NOINLINE sp_u32 cfs_find_busiest(struct cfs *c, sp_u32 pcpu, sp_u32 level)
{
	struct cfs_group *g = cfs_group(c, cfs_pcpu(c, pcpu), level);
	struct cfs_ring r = {g->first, g->last, pcpu + 1, SP_NONE};
	sp_u32 i, best = SP_NONE;

	sp_for (i, CFS_NR_CANDIDATES) {
		sp_u32 at = cfs_ring_next(c->overloaded, &r);

		if (at == SP_NONE)
			break;
		if (at == pcpu || cfs_group(c, cfs_pcpu(c, at), level) != g)
			continue;
		if (best == SP_NONE || cfs_pcpu(c, at)->load > cfs_pcpu(c, best)->load)
			best = at;
	}
	return CFS_ANY(best);
}

/* What may be moved: to where, how much at most, and since when without running. */
struct cfs_wish {
	sp_u32 to;
	sp_u32 level; /* at which it was found */
	sp_u64 limit; /* share */
	sp_u64 cold_ns;
};

/* The leftmost vCPU that queues at `from` and fits the wish, or SP_NONE. */
static SP_NOINLINE sp_u32 cfs_find_movable(struct cfs *c, sp_u32 from, const struct cfs_wish *wish)
{
	sp_u32 i, at = cfs_pcpu(c, from)->head;

	sp_for (i, SP_NR_VCPUS) {
		const struct cfs_vcpu *v = cfs_vcpu(c, at);

		if (at == SP_NONE)
			break;
		if (cfs_may_join(c, v, wish->to) && v->share <= wish->limit &&
		    v->ran_at_ns <= wish->cold_ns)
			break;
		at = v->after;
	}
	return CFS_ANY(at);
}

/* A level that adds no pCPUs to the one below has nothing to offer. */
static SP_NOINLINE sp_u32 cfs_is_level(struct cfs *c, const struct cfs_pcpu *p, sp_u32 level)
{
	sp_u32 nr_below = level ? cfs_group(c, p, level - 1)->nr : 1;

	return CFS_ANY(cfs_group(c, p, level)->nr > nr_below);
}

static inline struct cfs_due *cfs_due(struct cfs *c, sp_u32 pcpu, sp_u32 level)
{
	return &SP_AT(c->due, pcpu * CFS_LEVELS + level);
}

/*
 * Which caches are cold?  Those of vCPUs that last ran before this instant.  SMT siblings share
 * theirs, and after some failures in a row it does not count (Linux: 0, 1, 1, 2).
 */
static SP_NOINLINE sp_u64 cfs_cold_ns(struct cfs *c, sp_u32 pcpu, sp_u32 level, sp_u64 now_ns)
{
	sp_u32 nr_tries = level == CFS_POOL ? 2 : 1;

	if (level == CFS_CORE || cfs_due(c, pcpu, level)->nr_failed > nr_tries)
		return now_ns;
	return CFS_ANY(sp_sub0(now_ns, c->tunables[CFS_MIGRATION_COST]));
}

/* Fetch one vCPU that waits at another pCPU of this level. */
static SP_NOINLINE void cfs_pull_one(struct cfs *c, sp_u32 pcpu, sp_u32 level, sp_u64 now_ns,
				     struct sp_out *out)
{
	struct cfs_wish wish = {pcpu, level, SP_NEVER_NS, 0};
	sp_u32 from = cfs_find_busiest(c, pcpu, level), vcpu;

	if (from == SP_NONE)
		return;
	wish.cold_ns = cfs_cold_ns(c, pcpu, level, now_ns);
	vcpu = cfs_find_movable(c, from, &wish);
	if (vcpu != SP_NONE)
		cfs_move(c, vcpu, pcpu, now_ns, out);
}

/* pcpu has nothing to run: fetch a vCPU, from as near as possible. */
static SP_NOINLINE void cfs_pull_idle(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	const struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u32 level;

	sp_for (level, CFS_LEVELS) {
		if (!c->nr_overloaded || p->head != SP_NONE)
			break;
		if (cfs_is_level(c, p, level))
			cfs_pull_one(c, pcpu, level, now_ns, out);
	}
}

/* -- periodic balancing ---------------------------------------------------------------- */

/*
 * Take up to half of what the busiest has more.  Returns how many moved.  Each
 * failure doubles the largest share that may move: so 4 and 3 hogs take turns.
 */
static SP_NOINLINE sp_u32 cfs_pull(struct cfs *c, sp_u32 from, struct cfs_wish *wish, sp_u64 now_ns,
				   struct sp_out *out)
{
	sp_u64 excess = (cfs_pcpu(c, from)->load - cfs_pcpu(c, wish->to)->load) / 2;
	sp_u64 shift = CFS_ANY(sp_min(cfs_due(c, wish->to, wish->level)->nr_failed, 20));
	sp_u32 i, vcpu;

	sp_for (i, SP_NR_VCPUS) {
		if (!excess || i >= c->tunables[CFS_NR_MIGRATE])
			break;
		wish->limit = excess << shift;
		vcpu = cfs_find_movable(c, from, wish);
		if (vcpu == SP_NONE)
			break;
		excess = sp_sub0(excess, cfs_vcpu(c, vcpu)->share);
		cfs_move(c, vcpu, wish->to, now_ns, out);
	}
	return CFS_ANY(i);
}

/* When a busy pCPU looks again: Linux's interval in ms times busy_factor, less a jiffy. */
static inline sp_u64 cfs_wait_ns(const struct cfs *c, sp_u64 interval_ms)
{
	sp_u64 nr = c->groups[CFS_POOL * SP_NR_PCPUS].nr, jiffy_ns = c->tunables[CFS_JIFFY];
	sp_u64 wait_ns = interval_ms * 1000000 * c->tunables[CFS_BUSY_FACTOR];

	return sp_max(jiffy_ns, sp_min(sp_sub0(wait_ns, jiffy_ns), nr * 100000000));
}

/* pcpu, busy, compares itself with the busiest of a level. */
static SP_NOINLINE void cfs_balance(struct cfs *c, sp_u32 pcpu, sp_u32 level, sp_u64 now_ns,
				    struct sp_out *out)
{
	struct cfs_due *due = cfs_due(c, pcpu, level);
	struct cfs_wish wish = {pcpu, level, 0, cfs_cold_ns(c, pcpu, level, now_ns)};
	sp_u32 nr = cfs_group(c, cfs_pcpu(c, pcpu), level)->nr;
	sp_u64 pct = level == CFS_CORE ? CFS_SMT_PCT : c->tunables[CFS_IMBALANCE_PCT];
	sp_u32 from = cfs_find_busiest(c, pcpu, level);

	if (from == SP_NONE || cfs_pcpu(c, from)->load * 100 <= cfs_pcpu(c, pcpu)->load * pct) {
		due->nr_failed = 0;
		due->interval_ms = due->interval_ms < nr ? nr : 2 * nr;
	} else {
		due->nr_failed = cfs_pull(c, from, &wish, now_ns, out) ? 0 : due->nr_failed + 1;
		due->interval_ms = nr;
	}
	due->at_ns = now_ns + cfs_wait_ns(c, due->interval_ms);
}

/*
 * A vCPU that waits at `pcpu` while a pCPU that it may use idles is sent there, cache or
 * not.  With this, in a jiffy at most, no search that was bounded, no affinity and
 * no warm cache leaves a pCPU idle for good (Linux: nohz idle balancing).
 */
static SP_NOINLINE void cfs_push(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	const struct cfs_group *pool = &c->groups[CFS_POOL * SP_NR_PCPUS];
	const struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u32 i, at = p->head;

	if (!sp_test_bit(c->overloaded, SP_WORDS(SP_NR_PCPUS), pcpu))
		return;
	sp_for (i, SP_NR_VCPUS) {
		sp_u32 vcpu = at, to;

		if (at == SP_NONE || !pool->nr_idle || p->nr < 2)
			break;
		at = cfs_vcpu(c, vcpu)->after;
		to = cfs_find_idle(c, cfs_vcpu(c, vcpu), pcpu, CFS_POOL);
		if (to != SP_NONE)
			cfs_move(c, vcpu, to, now_ns, out);
	}
}

/* The nearest level at which pcpu is to balance by now, or CFS_LEVELS. */
static SP_NOINLINE sp_u32 cfs_level_due(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns)
{
	sp_u32 level;

	sp_for (level, CFS_LEVELS) {
		if (cfs_due(c, pcpu, level)->at_ns <= now_ns &&
		    cfs_is_level(c, cfs_pcpu(c, pcpu), level))
			break;
	}
	return CFS_ANY(level);
}

/* A vCPU that runs alone never starts to wait, but its siblings come and go. */
static SP_NOINLINE void cfs_renew_curr(struct cfs *c, const struct cfs_pcpu *p)
{
	if (c->tunables[CFS_GROUP] && p->curr != SP_NONE)
		cfs_renew_share(c, p->curr);
}

/* The timer's visit to one pCPU; one level at a time is enough. */
static SP_NOINLINE void cfs_visit(struct cfs *c, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u32 level;

	if (!sp_test_bit(c->online, SP_WORDS(SP_NR_PCPUS), pcpu) || !p->nr)
		return;
	cfs_renew_curr(c, p);
	level = cfs_level_due(c, pcpu, now_ns);
	if (level < CFS_LEVELS)
		cfs_balance(c, pcpu, level, now_ns, out);
}
