/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * where.h - what a process that runs a policy is at, in memory that it shares with its
 * parent: if it does not come back, the parent can still say where it was.
 */
#ifndef CORUN_WHERE_H
#define CORUN_WHERE_H

#include <stddef.h>
#include <stdint.h>

enum where_callback {
	WHERE_NOWHERE, /* nothing of the policy has been called */
	WHERE_LOADING, /* constructors of a shared object */
	WHERE_INIT,
	WHERE_PCPU_ONLINE,
	WHERE_PCPU_OFFLINE,
	WHERE_VM_ADD,
	WHERE_VM_REMOVE,
	WHERE_VCPU_ADD,
	WHERE_VCPU_REMOVE,
	WHERE_VCPU_WAKE,
	WHERE_VCPU_BLOCK,
	WHERE_VCPU_STOPPED,
	WHERE_PICK_NEXT,
	WHERE_TIMER,
	WHERE_TICK,
	WHERE_VCPU_SPIN,
	WHERE_VCPU_YIELD_TO,
	WHERE_VCPU_IPI,
	WHERE_VM_SET_WEIGHT, /* this and the rest: by the contract tests only */
	WHERE_VCPU_SET_WEIGHT,
	WHERE_VCPU_SET_AFFINITY,
	NR_WHERE
};

/* A policy that scribbles may write here, too: a reader takes nothing for granted. */
struct where {
	volatile uint64_t now_ns; /* of the simulation */
	volatile uint64_t nr_turns; /* odd: within the callback; even: it has returned */
	volatile uint32_t callback; /* enum where_callback, the last one */
};

static inline void where_enter(struct where *where, enum where_callback callback, uint64_t now_ns)
{
	where->callback = callback;
	where->now_ns = now_ns;
	where->nr_turns = where->nr_turns | 1;
}

static inline void where_leave(struct where *where)
{
	where->nr_turns = (where->nr_turns | 1) + 1;
}

/* Is it in a callback now? */
static inline int where_is_inside(const struct where *where)
{
	return (int)(where->nr_turns & 1);
}

/* "pick_next at 1500 ns", "after pick_next at 1500 ns", "before its first callback". */
#define WHERE_CHARS 80
void where_text(const struct where *where, char text[WHERE_CHARS]);

/* "pick_next", ... */
const char *where_name(uint32_t callback);

#endif
