/* SPDX-License-Identifier: BSD-2-Clause */
/* bench_threads.c - a VM's process, its threads, and what they do without KVM. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench.h"

void die(const char *what)
{
	perror(what);
	exit(1);
}

static void work(uint32_t loops)
{
	for (; loops; loops--)
		__asm__ volatile("" ::: "memory");
}

/* Under instruction counting a spin without a pause would run its whole turn; and one
 * of nothing else takes the emulator's time instead of the guest's. */
static inline void relax(void)
{
	__asm__ volatile("pause" ::: "memory");
	work(WORK_RELAX);
}

static void lock_once(struct words *w)
{
	unsigned int mine = atomic_fetch_add(&w->ticket, 1);

	while (atomic_load(&w->serving) != mine)
		relax();
	work(WORK_SECTION);
	atomic_store(&w->serving, mine + 1);
	atomic_fetch_add(&w->ops, 1);
	work(WORK_SECTION);
}

static void meet_once(struct words *w, uint32_t nr_threads)
{
	unsigned int generation = atomic_load(&w->generation);

	work(WORK_BARRIER);
	if (atomic_fetch_add(&w->arrived, 1) + 1 == nr_threads) {
		atomic_store(&w->arrived, 0);
		atomic_fetch_add(&w->ops, 1);
		atomic_store(&w->generation, generation + 1);
		return;
	}
	while (atomic_load(&w->generation) == generation)
		relax();
}

struct thread {
	struct vm *vm;
	uint32_t index;
};

static void become_vcpu(const struct thread *t)
{
	char name[16];
	cpu_set_t set;

	/* As QEMU names its own. */
	snprintf(name, sizeof(name), t->vm->is_kvm ? "CPU %u/KVM" : "vcpu %u", t->index);
	prctl(PR_SET_NAME, name);
	if (!t->vm->is_pinned)
		return;
	CPU_ZERO(&set);
	CPU_SET(t->index, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
}

static void *run_thread(void *arg)
{
	struct thread *t = arg;
	char nothing;

	become_vcpu(t);
	atomic_fetch_add(&t->vm->nr_ready, 1);
	if (read(t->vm->gate[0], &nothing, 1))
		die("gate");
	if (t->vm->is_kvm)
		kvm_run(t->index);
	for (;;) {
		if (t->vm->is_lock)
			lock_once(&t->vm->words);
		else
			meet_once(&t->vm->words, t->vm->nr_threads);
	}
	return NULL;
}

void run_vm(struct vm *vm)
{
	static struct thread threads[MAX_THREADS];
	pthread_t id;
	uint32_t i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(vm->gate[1]);
	if (vm->is_kvm)
		kvm_create(vm);
	for (i = 0; i < vm->nr_threads; i++) {
		threads[i] = (struct thread){vm, i};
		if (pthread_create(&id, NULL, run_thread, &threads[i]))
			die("pthread_create");
	}
	for (;;)
		pause();
}
