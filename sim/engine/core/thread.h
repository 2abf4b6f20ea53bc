/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.h - the records of a guest's own scheduler; its rules stand in guest/threads.h.
 */
#ifndef CORUN_THREAD_H
#define CORUN_THREAD_H

#include "state.h"

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

/* A vCPU of a VM with threads is no longer halted. */
static inline void threads_vcpu_woke(struct sim *sim, uint32_t vcpu)
{
	struct guest *g = sim->vms[sim->vcpus[vcpu].vm].guest;

	if (sim->vcpus[vcpu].act != ACT_IDLE)
		return;
	g->nr_halted--;
	g->nr_seeking++;
}

#endif
