/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hv.h - what a hypervisor gives to the port: ten small functions.
 *
 * This is the list of what you write.  hv_nothing.c has all of them, doing
 * nothing; start from there.  Each says when it is called and what is held then:
 *
 *	[lock]	the pool's lock is held, interrupts are off
 *	[off]	the lock has been dropped, interrupts are still off
 */
#ifndef HV_H
#define HV_H

#include "policy.h"

struct port_pool;

/*
 * Interrupts off, then the pool's lock.  Returns this CPU's own sp_out: one a CPU
 * (not one a pool: it is still read when the lock is gone), zeroed at boot.
 *
 * One lock for all pCPUs of a pool: policies rely on promise 1 of the host (calls on
 * one instance never overlap).  If the hypervisor insists on a lock for each pCPU,
 * let all of a pool's be the same one.  It must be of a kind that may be taken
 * wherever a vCPU can wake: in interrupt handlers too.
 */
struct sp_out *hv_enter(struct port_pool *pool);

/* [lock] Drops the lock and leaves interrupts off: this CPU's sp_out is in use. */
void hv_unlock(struct port_pool *pool);

/* [off] Interrupts as they were before hv_enter. */
void hv_leave(struct port_pool *pool);

/*
 * [lock] Nanoseconds since some fixed instant before the first call; any clock that
 * all CPUs agree upon to a few microseconds.  It may step back a little: the port
 * clamps.  It must not stand still for long, and must not jump with the wall clock.
 */
sp_u64 hv_now_ns(struct port_pool *pool);

enum hv_answer {
	HV_CAN_RUN,
	/*
	 * Its context is still on another pCPU.  Mark it saved first, then call
	 * port_context_saved: between the two questions under the lock no wait is lost.
	 */
	HV_UNSAVED,
	HV_CANNOT_RUN, /* blocked, paused or gone meanwhile, or pinned elsewhere */
};

/*
 * [lock] Can this vCPU run on this pCPU now?  The policy's view is as old as the last
 * call; the hypervisor has the last word.
 */
enum hv_answer hv_can_run(struct port_pool *pool, sp_u32 vcpu, sp_u32 pcpu);

/*
 * [off] Have this pCPU call port_pick soon: an interrupt to another pCPU, a flag that
 * is looked at before returning to the guest on this one.  Kicks may be late and may
 * melt into one; they may not be lost.
 */
void hv_kick(struct port_pool *pool, sp_u32 pcpu);

/*
 * [off] pool->timer_ns is new: call port_timer at that instant or soon after, on any
 * CPU; SP_NEVER_NS: do not.  Two CPUs may be here at once, in either order: so read
 * pool->timer_ns under the timer's own lock, and both arm what is newest.  Too early
 * or once too often does no harm.
 */
void hv_set_timer(struct port_pool *pool);

/* [lock] The policy holds a runnable vCPU back, or does no longer: accounting only. */
void hv_note(struct port_pool *pool, const struct sp_note *note);

/* [off] A line for the hypervisor's trace, if it has one. */
void hv_mark(struct port_pool *pool, const struct sp_mark *mark);

/*
 * [lock] The policy broke the contract, and the port has covered it up: count it, and
 * say it once, not every time.  `number` is what was wrong: an id, a count.
 */
void hv_complain(struct port_pool *pool, const char *what, sp_u32 number);

#endif
