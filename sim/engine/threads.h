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
 * not loaded keeps them in its struct thread.  So guest.c, the spinlocks and the
 * accounting know nothing of threads, and a VM without them is as it was.
 *
 * The rules, all of them:
 *   - One queue a VM, first come, first served; a vCPU takes its head.
 *   - A slice (thread_slice) ends at the guest's tick, and only if somebody waits.
 *     Who holds a spinlock, or spins for one, keeps its vCPU (as with preemption
 *     disabled); who spins at a barrier or for a mutex gives way.
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

#include "engine.h"

/* What a thread is saved as; `at` and `loops` as in struct vcpu and vcpu_cold. */
struct thread {
	uint64_t since_ns; /* its state's time is booked up to here */
	uint64_t timer_ns; /* ASLEEP: until then */
	uint64_t left_ns, key, draws, irq_draws, ops, held;
	uint64_t want_ns; /* since when it wants the lock it waits for */
	struct arrivals arrivals;
	uint32_t pc;
	uint32_t loops[WORLD_MAX_NEST];
	uint16_t program;
	uint16_t vm;
	uint16_t vcpu; /* LOADED, ASLEEP: where; else where it was last */
	uint16_t waits; /* WAITING, or a barrier's spinner that gave way: the object */
	uint16_t next; /* in the ready queue, or a vCPU's sleepers */
	uint16_t beside; /* at a barrier, or for a mutex: also one that is ready meanwhile */
	uint16_t tie;
	uint8_t state; /* enum thread_time */
	uint8_t act; /* enum vcpu_act */
	bool done;
	bool in_line; /* of those who sleep for a mutex; may be awake, to try again */
};

/* What a mutex has on top of its struct sync: see lock_mutex.c. */
struct mutex {
	uint16_t owner; /* a thread that is not loaded; SP_NONE: o->holder says */
	uint16_t head, tail; /* threads that sleep for it */
	bool handover; /* the next release is for the head */
};

/* The guest scheduler of one VM. */
struct guest {
	uint32_t first_thread;
	uint16_t nr_threads;
	uint16_t head, tail; /* ready */
	uint16_t nr_ready;
	uint16_t nr_seeking; /* vCPUs without a thread that are not halted */
	uint16_t nr_halted; /* vCPUs without a thread that are */
	uint16_t nr_loaded; /* vCPUs with one */
	uint64_t mutexes; /* set of the VM's locks that are */
	uint64_t slice_ns; /* 0: none */
	uint64_t switch_ns;
	bool counts_steal; /* it is not told when its vCPUs are off CPU */
	uint64_t time[NR_TT]; /* of its threads, by state */
	uint64_t nr_forgotten; /* ready beside a halted vCPU: see law 9 */
	uint64_t loaded_clock_ns, loaded_ns; /* of its vCPUs, with a thread */
};

/* What a vCPU knows of its threads. */
struct thread_cpu {
	uint64_t slice_ran_ns; /* its running time when it took its thread */
	uint64_t slice_at_ns; /* and when that was */
	uint16_t thread; /* loaded; SP_NONE: none */
	uint16_t last; /* loaded last; SP_NONE: never one */
	uint16_t sleepers; /* by their timers */
};

struct threads {
	struct thread *threads; /* of all VMs that have them, VM by VM */
	struct guest *guests; /* vm.guest points into it */
	struct thread_cpu *cpus; /* [nr_vcpus] */
	struct mutex *mutexes; /* [as many as sim.syncs] */
};

static inline struct thread *thread_of(const struct sim *sim, uint32_t thread)
{
	return &sim->threads->threads[thread];
}

/* sim->threads, if some VM has any: 0, or -1 without memory. */
int threads_setup(struct sim *sim);
void threads_free(struct sim *sim);

/* Its VM starts: all asleep until their offsets.  Its vCPUs' timers are set. */
void threads_vm_start(struct sim *sim, uint32_t vm);
/* Its VM stops, and its vCPUs have been evicted. */
void threads_vm_stop(struct sim *sim, uint32_t vm);

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
/* The earliest timer of a vCPU's sleepers, or NEVER. */
uint64_t threads_timer_ns(const struct sim *sim, uint32_t vcpu);
/* A vCPU of a VM with threads is blocked, or awake again. */
void threads_vcpu_blocked(struct sim *sim, uint32_t vcpu);
void threads_vcpu_woke(struct sim *sim, uint32_t vcpu);

/* The vCPU's thread joins the list of o, a barrier. */
void threads_join(struct sim *sim, uint32_t vcpu, struct sync *o);
/* The barrier has opened, by this vCPU: its whole list goes on. */
void threads_release(struct sim *sim, uint32_t vcpu, struct sync *o);

/* -- lock_mutex.c -------------------------------------------------------------- */

enum mutex_outcome {
	MUTEX_TAKEN,
	MUTEX_SPINS, /* waits as for a spinlock */
	MUTEX_SLEEPS, /* the thread is to be stopped: TT_WAITING */
};

enum mutex_outcome mutex_acquire(struct sim *sim, uint32_t vcpu, uint32_t index);
void mutex_release(struct sim *sim, uint32_t vcpu, uint32_t index);
/* A spinner's slice is over: true if it is to be TT_WAITING, false: TT_READY. */
bool mutex_spin_stop(struct sim *sim, uint32_t vcpu);
/* The thread that leaves, or has come to, this vCPU owns v->held. */
void mutex_owner_off(struct sim *sim, uint32_t vcpu);
void mutex_owner_on(struct sim *sim, uint32_t vcpu);

/* -- threads_setup.c ------------------------------------------------------------ */

/* A thread of this VM that waits and is not loaded, or SP_NONE. */
uint32_t threads_stuck(const struct sim *sim, uint32_t vm);
/* "build.0 thread 3": in messages; buf of at least 128 bytes. */
const char *thread_name(const struct sim *sim, uint32_t thread, char *buf);
/* The line of the scenario that a thread which is not loaded is at. */
uint32_t thread_line(const struct sim *sim, uint32_t thread);

/* The accounts: all is booked up to now; the window begins. */
void threads_book(struct sim *sim, uint32_t vm);
void threads_window(struct sim *sim, uint32_t vm);
/* What threads that are not loaded wait for enters the statistics. */
void threads_open(struct sim *sim, uint32_t vm);

#endif
