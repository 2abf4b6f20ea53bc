/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads.h - the guest's own scheduler, the small version.
 *
 * A VM may have more threads than vCPUs, so that a thread which blocks leaves its
 * vCPU to another instead of halting it.  Life of a thread:
 *
 *	ASLEEP --timer, on the vCPU where it went to sleep--> READY
 *	READY  --a vCPU of the VM has nothing else to do----> LOADED
 *	LOADED --sleep---------> ASLEEP		--barrier, mutex--> WAITING
 *	       --end of slice--> READY		--end, halt-------> OVER
 *	WAITING --the barrier opens, the mutex is free------> READY
 *
 * A loaded thread *is* its vCPU as far as the engine can see: program, pc, draws,
 * locks and all else that is the guest's stand in struct vcpu.  A thread that is
 * not loaded keeps them in its struct thread.  So program.c, the spinlocks and the
 * accounting know nothing of threads, and a VM without them is as it was.
 *
 * The rules, all of them:
 *   - One queue a VM, first come, first served; a vCPU takes its head.
 *   - A slice (thread_slice) ends at the guest's tick, and only if somebody waits.
 *     Who holds a spinlock, or spins for one, keeps its vCPU (as with preemption
 *     disabled); a thread that spins at a barrier or for a mutex gives way.
 *   - A slice is time that the vCPU has run: the guest is told of stolen time.  If it
 *     is not (steal_time: false), it is time that has passed, and who was on a vCPU
 *     when that lost its pCPU gives way at the first tick afterwards.
 *   - A thread that becomes ready does not preempt another: it wakes a halted vCPU
 *     (SP_WAKE_IPI), the one that it ran on last if it can, unless as many as are
 *     ready are already on their way to the queue.
 *   - A timer belongs to a vCPU.  It goes off while that runs, and wakes it when it
 *     is halted; while it waits for a pCPU, the timer waits, too.
 *   - Another thread than the last on a vCPU costs thread_switch.
 */
#ifndef CORUN_THREADS_H
#define CORUN_THREADS_H

#include "engine/core/thread.h"

/* sim->threads, if some VM has any: 0, or -1 without memory. */
int threads_setup(struct sim *sim);
void threads_free(struct sim *sim);

/* Books the time of the thread's state so far, and changes it. */
void thread_set_state(struct sim *sim, struct thread *t, enum thread_time state);

/*
 * The thread on this running vCPU stops, to be in that state: TT_ASLEEP until the
 * vCPU's timer_ns, TT_WAITING for what it waits for, TT_OVER.  True: the vCPU has
 * another; false: it has none, and halts (ACT_IDLE).
 */
bool thread_stop(struct sim *sim, uint32_t vcpu, enum thread_time state);
/* A running vCPU without a thread: false if there still is none. */
bool thread_find(struct sim *sim, uint32_t vcpu);
/* It sleeps on that vCPU, whose timer the caller sees to. */
void thread_sleep(struct sim *sim, uint32_t vcpu, uint32_t thread, uint64_t until_ns);
/* A thread that is not loaded may go on; made so by a vCPU (SP_NONE: none). */
void thread_ready(struct sim *sim, uint32_t thread, uint32_t by);

/*
 * A running vCPU is interrupted: timers that are due, and at a tick, the end of a
 * slice.  True: it has another thread now and must be resumed.
 */
bool thread_interrupt(struct sim *sim, uint32_t vcpu, bool tick);
/* A vCPU of a VM with threads is blocked. */
void threads_vcpu_blocked(struct sim *sim, uint32_t vcpu);

/* The vCPU's thread joins the list of o, a barrier. */
void threads_join(struct sim *sim, uint32_t vcpu, struct sync *o);
/* The barrier has opened, by this vCPU: its whole list goes on. */
void threads_release(struct sim *sim, uint32_t vcpu, struct sync *o);
/* Only the one that came first; there is one. */
void threads_release_one(struct sim *sim, uint32_t vcpu, struct sync *o);

#endif
