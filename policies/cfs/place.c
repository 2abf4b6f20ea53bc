/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs/place.c - which pCPU for a vCPU that wakes or has lost its place.
 *
 * The topology is four nested levels: core (SMT siblings), LLC, socket, pool.
 * Nothing walks all pCPUs: searches go over the idle and the overloaded set, a
 * word at a time, start near a given pCPU and look at a bounded number of
 * candidates.  Affinity, a range, narrows the search by itself.
 *
 * A policy that is built on these parts says, before it includes this one, where
 * else a vCPU had better not queue, by its company there:
 *
 *	sp_u32 cfs_suits(const struct cfs *c, const struct cfs_vcpu *v, sp_u32 pcpu)
 *
 * It is asked about busy pCPUs only (idle ones suit everyone), and where none
 * suits, any will do.
 */

#define CFS_NR_CANDIDATES 16 /* looked at in one search */
#define CFS_NR_QUEUES 32 /* compared for the least loaded; more if none of them suits */
/* pCPUs that one timer visits.  More of them: more timers a jiffy. */
#define CFS_BATCH (SP_NR_PCPUS < 64 ? SP_NR_PCPUS : 64)

/* -- sets ------------------------------------------------------------------------ */

/* The first member from `from` to `last`, or SP_NONE. */
static SP_NOINLINE sp_u32 cfs_next_in(const sp_u64 *set, sp_u32 from, sp_u32 last)
{
	sp_u64 word = set[SP_IDX(from / 64, SP_WORDS(SP_NR_PCPUS))] & (~(sp_u64)0 << (from & 63));
	sp_u32 w, at;

	for (w = from / 64; SP_MAY_LOOP && w <= last / 64; w++) {
		if (word) {
			at = w * 64 + sp_lowest_bit(word);
			return CFS_ANY(at <= last ? at : SP_NONE);
		}
		word = set[SP_IDX(w + 1, SP_WORDS(SP_NR_PCPUS))];
	}
	return SP_NONE;
}

/* The range that a search goes round, and where it is. */
struct cfs_ring {
	sp_u32 first;
	sp_u32 last;
	sp_u32 at;
	sp_u32 origin; /* where it found the first, SP_NONE before */
};

/* The next member of the ring, or SP_NONE when it has gone round. */
static SP_NOINLINE sp_u32 cfs_ring_next(const sp_u64 *set, struct cfs_ring *r)
{
	sp_u32 at = SP_NONE;

	if (r->first > r->last)
		return SP_NONE;
	if (r->at >= r->first && r->at <= r->last)
		at = cfs_next_in(set, r->at, r->last);
	if (at == SP_NONE)
		at = cfs_next_in(set, r->first, r->last);
	if (at == SP_NONE || at == r->origin)
		return SP_NONE;
	if (r->origin == SP_NONE)
		r->origin = at;
	r->at = at + 1;
	return at;
}

static inline void cfs_set_idle(struct cfs *c, sp_u32 pcpu, int is_idle)
{
	struct cfs_pcpu *p = cfs_pcpu(c, pcpu);
	sp_u32 level;

	if (cfs_is_idle(c, pcpu) == is_idle)
		return;
	if (is_idle)
		sp_set_bit(c->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	else
		sp_clear_bit(c->idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_for (level, CFS_LEVELS) {
		struct cfs_group *g = cfs_group(c, p, level);

		g->nr_idle = (sp_u16)(is_idle ? g->nr_idle + 1 : g->nr_idle - 1);
	}
}

static inline int cfs_may_run(const struct cfs *c, const struct cfs_vcpu *v, sp_u32 pcpu)
{
	sp_u32 at = CFS_ANY(pcpu); /* the verifier is to learn nothing of pcpu here */

	return at >= v->first && at <= v->last &&
	       sp_test_bit(c->online, SP_WORDS(SP_NR_PCPUS), pcpu);
}

/* May v join the queue of pcpu, in every respect? */
static inline int cfs_may_join(const struct cfs *c, const struct cfs_vcpu *v, sp_u32 pcpu)
{
	return cfs_may_run(c, v, pcpu) && (cfs_is_idle(c, pcpu) || cfs_suits(c, v, pcpu));
}

/* -- where to ---------------------------------------------------------------------- */

/* An idle pCPU that shares this level with `pcpu`, best on a core all idle. */
static SP_NOINLINE sp_u32 cfs_find_idle(struct cfs *c, const struct cfs_vcpu *v, sp_u32 pcpu,
					sp_u32 level)
{
	struct cfs_group *g = cfs_group(c, cfs_pcpu(c, pcpu), level);
	struct cfs_ring r = {0, 0, pcpu, SP_NONE};
	sp_u32 i, found = SP_NONE;

	if (!g->nr_idle)
		return SP_NONE;
	r.first = v->first > g->first ? v->first : g->first;
	r.last = v->last < g->last ? v->last : g->last;
	sp_for (i, CFS_NR_CANDIDATES) {
		sp_u32 at = cfs_ring_next(c->idle, &r);
		const struct cfs_group *core = cfs_group(c, cfs_pcpu(c, at), CFS_CORE);

		if (at == SP_NONE)
			break;
		if (cfs_group(c, cfs_pcpu(c, at), level) != g)
			continue; /* ids of two groups may interleave */
		if (core->nr_idle == core->nr)
			return at;
		if (found == SP_NONE)
			found = at;
	}
	return CFS_ANY(found);
}

/* Loads are compared; one that does not suit is above all loads that there may be. */
#define CFS_UNSUITED ((sp_u64)1 << 48)

static SP_NOINLINE sp_u64 cfs_rank(struct cfs *c, const struct cfs_vcpu *v, sp_u32 pcpu)
{
	return CFS_ANY(cfs_pcpu(c, pcpu)->load + (cfs_may_join(c, v, pcpu) ? 0 : CFS_UNSUITED));
}

/* The least loaded of some pCPUs that v may use, of those that suit if any does; SP_NONE. */
static SP_NOINLINE sp_u32 cfs_find_least(struct cfs *c, const struct cfs_vcpu *v)
{
	struct cfs_ring r = {v->first, v->last, c->place_at, SP_NONE};
	sp_u64 rank, least = SP_NEVER_NS;
	sp_u32 i, best = SP_NONE;

	sp_for (i, SP_NR_PCPUS) {
		sp_u32 at = cfs_ring_next(c->online, &r);

		if (at == SP_NONE || (i >= CFS_NR_QUEUES && least < CFS_UNSUITED))
			break;
		rank = cfs_rank(c, v, at);
		if (rank < least) {
			least = rank;
			best = at;
		}
	}
	return CFS_ANY(best);
}

/* A place for one that has none: idle, each LLC in turn, or else the least loaded. */
static SP_NOINLINE sp_u32 cfs_find_place(struct cfs *c, const struct cfs_vcpu *v)
{
	sp_u32 at = cfs_find_idle(c, v, c->place_at, CFS_POOL);

	if (at != SP_NONE) {
		c->place_at = cfs_group(c, cfs_pcpu(c, at), CFS_LLC)->last + 1u;
	} else {
		at = cfs_find_least(c, v);
		c->place_at = at + 1;
	}
	return CFS_ANY(at);
}

/*
 * Near its cache or near its waker?  An idle one of the two; else the waker's if
 * that has clearly less to do, v included (Linux: half of imbalance_pct counts).
 */
static sp_u32 cfs_near(struct cfs *c, const struct cfs_vcpu *v, sp_u32 waker_pcpu)
{
	const struct cfs_pcpu *prev = cfs_pcpu(c, v->pcpu), *waker = cfs_pcpu(c, waker_pcpu);
	sp_u64 pct = 100 + (c->tunables[CFS_IMBALANCE_PCT] - 100) / 2;

	if (cfs_is_idle(c, v->pcpu) || !cfs_may_join(c, v, waker_pcpu))
		return v->pcpu;
	if (cfs_is_idle(c, waker_pcpu) && waker->group[CFS_LLC] == prev->group[CFS_LLC])
		return waker_pcpu;
	return (waker->load + v->share) * 100 < prev->load * pct ? waker_pcpu : v->pcpu;
}

/* Where is v, which wakes, to run? */
static inline sp_u32 cfs_find_wake(struct cfs *c, const struct cfs_vcpu *v, sp_u32 waker_pcpu)
{
	sp_u32 near, at;

	if (!cfs_may_run(c, v, v->pcpu))
		return cfs_find_place(c, v);
	near = cfs_near(c, v, waker_pcpu);
	if (cfs_is_idle(c, near))
		return near;
	at = cfs_find_idle(c, v, near, CFS_LLC);
	if (at == SP_NONE && !cfs_suits(c, v, near))
		return cfs_find_place(c, v);
	return at == SP_NONE ? near : at;
}

/* -- the timer ---------------------------------------------------------------------- */

/* The timer has two tasks: balancing, and the ends of the periods of caps. */
static inline void cfs_set_timer(const struct cfs *c, sp_u64 now_ns, struct sp_out *out)
{
	sp_u64 at_ns = c->caps.release_ns;

	if (c->is_armed)
		at_ns = sp_min(at_ns, c->balance_ns);
	out->timer_ns = sp_max(at_ns, now_ns);
}

/* While someone waits anywhere, the timer goes. */
static void cfs_arm(struct cfs *c, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 last = c->groups[CFS_POOL * SP_NR_PCPUS].last;

	if (c->is_armed || !c->nr_overloaded)
		return;
	c->is_armed = 1;
	c->balance_ns = now_ns + c->tunables[CFS_JIFFY] / (last / CFS_BATCH + 1);
	out->timer_ns = sp_min(c->balance_ns, c->caps.release_ns);
}
