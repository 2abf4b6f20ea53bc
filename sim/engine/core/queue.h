/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue.h - the event queue: one armed slot per object, in a winner tree.
 *
 * A slot's key is (instant, class, tie) packed into 64 bits, so that comparing
 * two events is comparing two integers, and ties never depend on the order in
 * which events were armed:
 *
 *	63          16 15   12 11           0
 *	| instant, ns | class | tie (an id) |
 *
 * 48 bits of ns are 78 h; worlds are limited to 24 h (WORLD_MAX_NS).
 */
#ifndef CORUN_QUEUE_H
#define CORUN_QUEUE_H

#include <stdint.h>

#define QUEUE_TIE_BITS 12
#define QUEUE_CLASS_BITS 4
#define QUEUE_SHIFT (QUEUE_TIE_BITS + QUEUE_CLASS_BITS)
#define QUEUE_NEVER UINT64_MAX

/* What happens first when several things happen at one instant. */
enum event_class {
	EV_HOST, /* pCPU off and on, VM start and stop, end of the warm-up */
	EV_IPI, /* an interrupt arrives, or is handled: before the vCPU goes on */
	EV_STEP, /* a guest step completes */
	EV_WAKE, /* a sleeper's timer */
	EV_GUEST_TICK,
	EV_TICK, /* host tick */
	EV_TIMER, /* the policy's timer */
	EV_STOLEN, /* the host takes the pCPU */
	EV_RESCHED, /* kick or end of slice */
	EV_END, /* of the run: after everything else at that instant */
};

struct queue {
	uint64_t *key; /* tree[1] is the least; leaves from `leaves` on */
	uint32_t leaves; /* a power of two */
};

static inline uint64_t queue_key(uint64_t at_ns, uint32_t class, uint32_t tie)
{
	if (at_ns >> (64 - QUEUE_SHIFT))
		return QUEUE_NEVER;
	return at_ns << QUEUE_SHIFT | (uint64_t) class << QUEUE_TIE_BITS | tie;
}

static inline uint64_t queue_key_ns(uint64_t key)
{
	return key >> QUEUE_SHIFT;
}

static inline uint32_t queue_key_class(uint64_t key)
{
	return (uint32_t)(key >> QUEUE_TIE_BITS) & ((1u << QUEUE_CLASS_BITS) - 1);
}

static inline uint32_t queue_key_tie(uint64_t key)
{
	return (uint32_t)key & ((1u << QUEUE_TIE_BITS) - 1);
}

static inline uint64_t queue_first(const struct queue *q)
{
	return q->key[1];
}

/*
 * What is first once `slot`, which is first now, is disarmed.  It reads the keys that
 * arming the slot anew will read.
 */
static inline uint64_t queue_second(const struct queue *q, uint32_t slot)
{
	uint64_t least = QUEUE_NEVER;

	for (uint32_t at = q->leaves + slot; at > 1; at >>= 1)
		least = q->key[at ^ 1] < least ? q->key[at ^ 1] : least;
	return least;
}

/* Arms a slot (QUEUE_NEVER: disarms it). */
static inline void queue_arm(struct queue *q, uint32_t slot, uint64_t key)
{
	uint32_t at = q->leaves + slot;

	if (q->key[at] == key)
		return;
	q->key[at] = key;
	while (at > 1) {
		uint64_t a = q->key[at], b = q->key[at ^ 1];
		uint64_t least = a < b ? a : b;

		at >>= 1;
		if (q->key[at] == least)
			break;
		q->key[at] = least;
	}
}

#endif
