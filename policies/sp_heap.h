/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sp_heap.h - vCPUs that wait, the one with the least key first; for policies with one
 * queue for the whole pool.
 *
 *	struct sp_heap waiting;
 *
 *	sp_heap_push(&waiting, vcpu, age_ns);   it is not in it yet
 *	vcpu = sp_heap_first(&waiting);         or SP_NONE; its key: sp_heap_key
 *	sp_heap_remove(&waiting, vcpu);         any that is in it
 *
 * A binary heap of 16-byte slots, the key beside the id, so that comparing touches no
 * vCPU; each vCPU knows its place.  Logarithmic in the number of those that wait.  All
 * zeroes is an empty heap.
 */
#ifndef SP_HEAP_H
#define SP_HEAP_H

#include "sp_types.h"

struct sp_heap_slot {
	sp_u64 key;
	sp_u64 turn; /* number of the push, times 65536, plus the vCPU */
};

struct sp_heap {
	sp_u64 turns; /* pushes so far */
	sp_u32 nr;
	sp_u32 gap; /* the free place while one sifts */
	struct sp_heap_slot slots[SP_NR_VCPUS]; /* parent of i: (i - 1) / 2 */
	sp_id at[SP_NR_VCPUS]; /* the place of each vCPU that is in it */
};

static inline sp_u32 sp_heap_vcpu(const struct sp_heap_slot *slot)
{
	return (sp_u32)slot->turn & 0xffff;
}

/*
 * Is a to run before b?  Equals in the order in which they came.  By id would be
 * simpler and wrong: hogs that start together stay equal for ever, siblings have
 * neighbouring ids, and the order of ids makes gangs of them by accident (two VMs
 * of 4 hogs on 4 pCPUs: 85 % co-run instead of next to none).
 */
static inline int sp_heap_before(const struct sp_heap_slot *a, const struct sp_heap_slot *b)
{
	return a->key != b->key ? a->key < b->key : a->turn < b->turn;
}

/* Fill place `at` with this slot. */
static inline void sp_heap_put(struct sp_heap *h, sp_u32 at, const struct sp_heap_slot *slot)
{
	SP_AT(h->slots, at) = *slot;
	SP_AT(h->at, sp_heap_vcpu(slot)) = (sp_id)at;
}

/*
 * The gap wanders to where slot belongs.  It is kept in the state because a local
 * that grows by arithmetic in a loop looks new to the BPF verifier every time.
 */
static SP_NOINLINE void sp_heap_sift_up(struct sp_heap *h, sp_u64 key, sp_u64 turn)
{
	const struct sp_heap_slot slot = {key, turn};
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		sp_u32 at = h->gap;
		const struct sp_heap_slot *up = &SP_AT(h->slots, (at - 1) / 2);

		if (!at || !sp_heap_before(&slot, up))
			break;
		sp_heap_put(h, at, up);
		h->gap = (at - 1) / 2;
	}
	sp_heap_put(h, h->gap, &slot);
}

/*
 * The gap falls to the bottom, the younger child of each pair coming up.  What fills it
 * comes from there, so that it seldom has far to rise again: fewer comparisons than
 * looking for its place on the way down, and the same heap.
 */
static SP_NOINLINE void sp_heap_sink_gap(struct sp_heap *h)
{
	sp_u32 i;

	sp_for (i, SP_NR_VCPUS) {
		sp_u32 at = h->gap, down = 2 * at + 1;

		if (down >= h->nr)
			break;
		if (down + 1 < h->nr &&
		    sp_heap_before(&SP_AT(h->slots, down + 1), &SP_AT(h->slots, down)))
			down++;
		sp_heap_put(h, at, &SP_AT(h->slots, down));
		h->gap = down;
	}
}

static inline void sp_heap_push(struct sp_heap *h, sp_u32 vcpu, sp_u64 key)
{
	h->gap = h->nr++;
	sp_heap_sift_up(h, key, h->turns++ << 16 | vcpu);
}

static inline void sp_heap_remove(struct sp_heap *h, sp_u32 vcpu)
{
	struct sp_heap_slot last = SP_AT(h->slots, --h->nr);

	h->gap = SP_AT(h->at, vcpu);
	if (h->gap < h->nr) {
		sp_heap_sink_gap(h);
		sp_heap_sift_up(h, last.key, last.turn);
	}
}

static inline sp_u32 sp_heap_first(const struct sp_heap *h)
{
	return h->nr ? sp_heap_vcpu(&h->slots[0]) : SP_NONE;
}

/* Of the first; the heap is not empty. */
static inline sp_u64 sp_heap_key(const struct sp_heap *h)
{
	return h->slots[0].key;
}

/* Is place i filled, sorted and known to its vCPU?  For invariants. */
static inline int sp_heap_holds(const struct sp_heap *h, sp_u32 i)
{
	const struct sp_heap_slot *slot = &SP_AT(h->slots, i);

	if (i && sp_heap_before(slot, &SP_AT(h->slots, (i - 1) / 2)))
		return 0;
	return SP_AT(h->at, sp_heap_vcpu(slot)) == i;
}

#endif
