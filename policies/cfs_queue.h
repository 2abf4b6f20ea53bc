/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs_queue.h - the state of cfs and the queue of one pCPU.
 *
 * A queue is a doubly linked list of vCPU ids by rising vruntime; equals in the
 * order in which they came.  Who runs is not in it, but counts in nr and load.
 * Linux keeps a red-black tree; with the handful of vCPUs that a pCPU of a real
 * host has, a list searched from the nearer end is as fast and half the size.
 */
#ifndef CFS_QUEUE_H
#define CFS_QUEUE_H

#include "sp_cap.h"

enum {
	CFS_LATENCY,
	CFS_MIN_GRANULARITY,
	CFS_WAKEUP_GRANULARITY,
	CFS_SCALE,
	CFS_TICK_ROUNDING,
	CFS_GROUP,
	CFS_MIGRATION_COST,
	CFS_NR_MIGRATE,
	CFS_BUSY_FACTOR,
	CFS_IMBALANCE_PCT,
	CFS_JIFFY
};

enum cfs_state {
	CFS_ABSENT,
	CFS_BLOCKED,
	CFS_QUEUED,
	CFS_RUNNING, /* picked, as far as we know */
	CFS_STRANDED, /* runnable, but no pCPU that it may use is online */
	CFS_CAPPED, /* runnable, but its VM has had its quota */
};

struct cfs_vcpu {
	struct sp_vtime v; /* vruntime, on the clock of its pCPU */
	sp_u64 ran_at_ns; /* when it last stopped: its cache is warm for a while */
	sp_u32 weight;
	sp_u32 share; /* what counts: the weight, or its part of the VM's */
	sp_id pcpu; /* where it queues, runs or last did; SP_NONE: nowhere yet */
	sp_id vm;
	sp_id before; /* neighbours in the queue */
	sp_id after;
	sp_id first; /* may run on pCPUs first to last */
	sp_id last;
	sp_u8 state; /* enum cfs_state */
	sp_u8 inherits; /* its weight is that of its VM */
	sp_u16 zero;
};

/* The levels of the topology: what a pCPU shares, ever less of it. */
enum { CFS_CORE, CFS_LLC, CFS_SOCKET, CFS_POOL, CFS_LEVELS };

struct cfs_pcpu {
	sp_u64 floor_ns; /* vruntime that all here have reached; never falls */
	sp_u64 load; /* shares of all that queue or run here */
	sp_u64 picked_at_ns; /* who runs here was picked then */
	sp_u64 used_ns; /* of its slice, in stints before the one under way */
	sp_id head;
	sp_id tail;
	sp_id curr; /* what we picked last, or SP_NONE */
	sp_id prev; /* what stopped here and may go on; queued */
	sp_id next; /* buddies, see cfs_choose; queued or curr */
	sp_id last;
	sp_id skip;
	sp_u16 nr; /* that queue or run here */
	sp_id group[CFS_LEVELS]; /* ids of the core, LLC, socket, and 0 */
	sp_u8 resched; /* prev may not go on */
	sp_u8 ends; /* curr was given an end */
	sp_id urgent; /* queued, and next whatever its vruntime: for others than cfs itself */
	sp_u16 zero[2];
};

/* A core, LLC or socket, or the pool: pCPUs of it lie between first and last. */
struct cfs_group {
	sp_u16 first;
	sp_u16 last;
	sp_u16 nr; /* online */
	sp_u16 nr_idle;
};

/* Periodic balancing of a pCPU at a level. */
struct cfs_due {
	sp_u64 at_ns;
	sp_u32 interval_ms;
	sp_u32 nr_failed; /* in a row */
};

struct cfs_vm {
	sp_u64 load; /* weights of its vCPUs that queue or run */
	sp_u32 weight;
	sp_u32 zero;
};

struct cfs {
	struct cfs_pcpu pcpus[SP_NR_PCPUS]; /* first: 64 bytes each, a cache line */
	sp_u64 tunables[SP_MAX_TUNABLES]; /* as configured */
	sp_u64 latency_ns; /* scaled, as are the next two */
	sp_u64 min_granularity_ns;
	sp_u64 wakeup_granularity_ns;
	sp_u64 load; /* of all pCPUs */
	sp_u32 nr_latency; /* more than these stretch the period */
	sp_u32 nr_overloaded;
	sp_u32 nr_stranded;
	sp_u32 is_armed; /* the timer, for balancing */
	sp_u32 balance_at; /* pCPU that the timer visits next */
	sp_u32 place_at; /* pCPU from which the next place is searched */
	sp_u64 balance_ns; /* is_armed: when */
	sp_u64 online[SP_WORDS(SP_NR_PCPUS)];
	sp_u64 idle[SP_WORDS(SP_NR_PCPUS)]; /* picked nothing, not yet kicked */
	sp_u64 overloaded[SP_WORDS(SP_NR_PCPUS)]; /* nr of 2 or more: someone waits */
	sp_u64 stranded[SP_WORDS(SP_NR_VCPUS)];
	struct cfs_vcpu vcpus[SP_NR_VCPUS];
	struct cfs_vm vms[SP_NR_VMS];
	struct cfs_group groups[CFS_LEVELS * SP_NR_PCPUS];
	struct cfs_due due[CFS_LEVELS * SP_NR_PCPUS];
	struct sp_caps caps;
};

static inline struct cfs_vcpu *cfs_vcpu(struct cfs *c, sp_u32 vcpu)
{
	return &c->vcpus[SP_IDX(vcpu, SP_NR_VCPUS)];
}

static inline struct cfs_pcpu *cfs_pcpu(struct cfs *c, sp_u32 pcpu)
{
	return &c->pcpus[SP_IDX(pcpu, SP_NR_PCPUS)];
}

static inline struct cfs_group *cfs_group(struct cfs *c, const struct cfs_pcpu *p, sp_u32 level)
{
	sp_u32 id = p->group[SP_IDX(level, CFS_LEVELS)];

	return &c->groups[SP_IDX(level * SP_NR_PCPUS + id, CFS_LEVELS * SP_NR_PCPUS)];
}

static inline int cfs_is_idle(const struct cfs *c, sp_u32 pcpu)
{
	return sp_test_bit(c->idle, SP_WORDS(SP_NR_PCPUS), pcpu) != 0;
}

/*
 * Have the BPF verifier take a result for any number: it proves what follows once,
 * not once for each way the result came about.  Elsewhere this is x.
 */
#define CFS_ANY(x) ((x) + SP_ZERO)

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
	const struct cfs_vm *vm = &c->vms[SP_IDX(v->vm, SP_NR_VMS)];
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

	c->vms[SP_IDX(v->vm, SP_NR_VMS)].load += v->weight;
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

	c->vms[SP_IDX(v->vm, SP_NR_VMS)].load -= v->weight;
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

#endif
