/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock_kind.h - what makes a kind of lock: a file lock_NAME.c with a LOCK_KIND.
 *
 * The kinds stand in two storeys: in wait, and in guest if a release wakes somebody.
 * Nobody calls one by its name: set-up puts its address into struct sync.
 */
#ifndef CORUN_LOCK_KIND_H
#define CORUN_LOCK_KIND_H

#include "engine/core/state.h"

/*
 * A kind only decides who of the waiting gets a free lock.  wait, leave and next must be
 * there (but no wait if threads sleep for it); the others may be NULL.
 */
struct lock_kind {
	/* A vCPU begins to wait, and is (or is not any more) on its pCPU. */
	void (*wait)(struct sim *sim, uint32_t vcpu, struct sync *o);
	void (*moved)(struct sim *sim, uint32_t vcpu, struct sync *o, bool runs);
	/* This waiter does not wait any more: it has the lock. */
	void (*leave)(struct sim *sim, uint32_t vcpu, struct sync *o);
	/* The lock is free: which waiter gets it (leave follows)?  SP_NONE: none yet. */
	uint32_t (*next)(struct sim *sim, uint32_t vm, struct sync *o);
	/*
	 * The lock is free and somebody waits: may a newcomer, or a waiter that is back on
	 * its pCPU, take it?  NULL: any that comes.
	 */
	bool (*may_enter)(struct sim *sim, uint32_t vcpu, const struct sync *o);
	bool (*may_take)(struct sim *sim, uint32_t vcpu, const struct sync *o);
	/* The lock is free: for whom of the waiting is it kept?  NULL: for nobody. */
	uint32_t (*heir)(const struct sync *o);
	/* A vCPU has released the lock, and somebody waits. */
	void (*released)(struct sim *sim, uint32_t vcpu, struct sync *o);
	/* The lock stays free although somebody waits. */
	void (*kept)(struct sim *sim, struct sync *o);
	/*
	 * A spinner's patience, as in spin.c: how much longer it spins, and what it does
	 * then.  NULL: it has no end.
	 */
	uint64_t (*spin_left_ns)(struct sim *sim, uint32_t vcpu, struct sync *o);
	enum spin_outcome (*spin_over)(struct sim *sim, uint32_t vcpu, struct sync *o);
	/* The vCPU that has it has come to run, or left its pCPU.  NULL: nothing comes of it. */
	void (*owner_moved)(struct sim *sim, struct sync *o);
};

/*
 * LOCK_KIND(word, place, traits) = {...}; in lock_NAME.c is all that there is to say of a
 * kind: the scenario's word for it, where that stands among the words (by place), and
 * enum lock_trait.  The build finds it and makes lock_kinds.h of all of them.
 */
#define LOCK_KIND(word, place, traits)                                                             \
	extern const struct lock_kind lock_##word;                                                 \
	const struct lock_kind lock_##word

#endif
