/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guest_init.c - all of a guest: init of a VM whose threads, one a vCPU, spin.
 *
 * It says that it is up, and begins when its console says "go": clocks of guests that
 * booted beside each other differ by seconds, and the host can say go to all of them at
 * once.  Two windows of corun.window=MILLISECONDS (command line), each after a second
 * under load:
 *	barrier	every thread computes a little, then all meet at a spinning barrier
 *	lock	every thread holds a ticket lock most of the time that it is not waiting
 *		for it, so that all threads but one always wait
 * The lock is that full so that a guest gets on only while all of its vCPUs run, however
 * few they are.  Under a lock that is free half of the time, a vCPU that is preempted
 * often neither holds nor waits; its sibling then gets on alone, and with two vCPUs
 * the figure says how much of a pCPU the guest had, not how much of it together.
 *
 * Counted is what is done within the window; the load stays on afterwards, or the
 * other guest would run alone before its own window ends.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 16
#define NS_PER_S 1000000000ull
#define NS_PER_MS 1000000ull
#define WARM_NS (1 * NS_PER_S)

struct counter {
	_Alignas(64) unsigned long long ops;
};

static struct {
	unsigned int nr;
	unsigned long long start_ns;
	unsigned long long window_ns;
	_Alignas(64) atomic_uint arrived;
	_Alignas(64) atomic_uint round;
	_Alignas(64) atomic_int over; /* the barrier's window */
	_Alignas(64) atomic_uint ticket;
	_Alignas(64) atomic_uint serving;
	struct counter counters[MAX_THREADS];
} g;

static unsigned long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned long long)t.tv_sec * NS_PER_S + (unsigned long long)t.tv_nsec;
}

static void sleep_until(unsigned long long at_ns)
{
	struct timespec t = {(time_t)(at_ns / NS_PER_S), (long)(at_ns % NS_PER_S)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL))
		;
}

/*
 * PAUSE is where the emulator goes on to the next pCPU.  A loop that waits for another
 * vCPU never ends without it, and work without it starves the other pCPUs: they find
 * their timer interrupts milliseconds late.
 */
static inline void relax(void)
{
	__builtin_ia32_pause();
}

static void compute(unsigned int n)
{
	volatile unsigned int sink = 0;

	relax();
	while (n--)
		sink = sink + n;
}

/* -- barrier -------------------------------------------------------------------- */

static void meet(void)
{
	unsigned int round = atomic_load(&g.round);

	if (atomic_fetch_add(&g.arrived, 1) + 1 == g.nr) {
		atomic_store(&g.arrived, 0);
		atomic_store(&g.round, round + 1);
		return;
	}
	while (atomic_load(&g.round) == round)
		relax();
}

static void run_barrier(unsigned int me)
{
	unsigned long long from_ns = g.start_ns + WARM_NS, end_ns = from_ns + g.window_ns;
	unsigned long long n, before = 0;

	for (n = 0; !atomic_load(&g.over); n++) {
		compute(300);
		meet();
		if (me == 0 && n % 32 == 0 && !before && now_ns() >= from_ns)
			before = n;
		if (me == 0 && n % 32 == 0 && now_ns() >= end_ns)
			atomic_store(&g.over, 1);
		meet(); /* so that all see `over` in the same round */
	}
	g.counters[me].ops = n - before;
}

/* -- ticket lock ------------------------------------------------------------------ */

static void hold(void)
{
	unsigned int mine = atomic_fetch_add(&g.ticket, 1);

	while (atomic_load(&g.serving) != mine)
		relax();
	compute(270);
	atomic_store(&g.serving, mine + 1);
}

static void run_lock(unsigned int me)
{
	unsigned long long from_ns = g.start_ns + g.window_ns + 2 * WARM_NS;
	unsigned long long end_ns = from_ns + g.window_ns, n, before = 0;
	int counted = 0;

	for (n = 0;; n++) {
		compute(30);
		hold();
		if (!before && n % 32 == 0 && now_ns() >= from_ns)
			before = n;
		if (!counted && n % 32 == 0 && now_ns() >= end_ns) {
			g.counters[me].ops = n - before;
			atomic_fetch_add(&g.over, 1);
			counted = 1;
		}
	}
}

/* -- threads ------------------------------------------------------------------------ */

static unsigned long long total(void)
{
	unsigned long long sum = 0;
	unsigned int i;

	for (i = 0; i < g.nr; i++)
		sum += g.counters[i].ops;
	return sum;
}

static void *run(void *arg)
{
	unsigned int me = (unsigned int)(size_t)arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(me, &set);
	sched_setaffinity(0, sizeof(set), &set);
	sleep_until(g.start_ns);
	run_barrier(me);
	if (me == 0) {
		printf("\nGUEST barrier=%llu late_ms=%llu\n", g.counters[0].ops,
		       (now_ns() - g.start_ns - WARM_NS - g.window_ns) / NS_PER_MS);
		fflush(stdout);
	}
	run_lock(me);
	return NULL;
}

static unsigned long long parameter(const char *cmdline, const char *name)
{
	const char *s = strstr(cmdline, name);

	return s ? strtoull(s + strlen(name), NULL, 10) : 0;
}

int main(void)
{
	char cmdline[1024] = "", line[16];
	int said = 0;
	pthread_t thread;
	unsigned int i;
	FILE *f;

	mount("proc", "/proc", "proc", 0, NULL);
	f = fopen("/proc/cmdline", "r");
	if (f && !fgets(cmdline, sizeof(cmdline), f))
		cmdline[0] = 0;
	g.window_ns = parameter(cmdline, "corun.window=") * NS_PER_MS;
	g.nr = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
	printf("\nGUEST up vcpus=%u\n", g.nr);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) && strncmp(line, "go", 2))
		;
	g.start_ns = now_ns() + NS_PER_S / 10;
	for (i = 0; i < g.nr; i++)
		pthread_create(&thread, NULL, run, (void *)(size_t)i);
	for (;;) {
		sleep_until(now_ns() + NS_PER_S / 4);
		if (!said && atomic_load(&g.over) == 1 + (int)g.nr) {
			said = 1;
			printf("\nGUEST lock=%llu window_ms=%llu\n", total(),
			       g.window_ns / NS_PER_MS);
			fflush(stdout);
		}
	}
}
