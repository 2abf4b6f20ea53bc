/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench.h - the "VMs" of the guest test: processes of N threads, each a vCPU, that spin
 * on a lock or at a barrier, by themselves or inside a real virtual machine (KVM).
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#define MAX_THREADS 64

/* Passes of an empty loop: what a vCPU does between two barriers, inside and outside of
 * a critical section, and between two looks at what it spins on. */
#define WORK_BARRIER 4000
#define WORK_SECTION 400
#define WORK_RELAX 50

/* What the vCPUs of a VM share: a page, for KVM maps whole ones; cache lines of their
 * own, for they spin on them.  kvm_guest.S knows the offsets. */
struct words {
	_Alignas(4096) atomic_uint ticket;
	_Alignas(64) atomic_uint serving;
	_Alignas(64) atomic_uint arrived;
	_Alignas(64) atomic_uint generation;
	_Alignas(64) atomic_uint ops; /* wraps: take differences */
};

struct vm {
	struct words words;
	atomic_uint nr_ready;
	int gate[2]; /* a pipe: whoever reads from it waits until it is closed */
	uint32_t nr_threads;
	int is_lock;
	int is_pinned;
	int is_kvm;
	pid_t pid;
};

void die(const char *what);

/* The life of a VM's process, until it is killed. */
void run_vm(struct vm *vm);

/* In that process: /dev/kvm, memory, N vCPUs ready to begin. */
void kvm_create(struct vm *vm);
/* A thread's life as the vCPU of that number. */
void kvm_run(uint32_t vcpu);

#endif
