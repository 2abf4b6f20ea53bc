/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load.c - what real/ is a recording of: two processes that look like guests of KVM, with
 * two threads each, named as QEMU names vCPUs.  The first thread runs 0.5 ms of CPU time,
 * wakes the second, and sleeps 4 ms; the second runs 1 ms and waits to be woken.  The first
 * process has nice -5.  Each writes a marker that quotes an event.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define VCPUS 2
#define ROUNDS 6

static int wake[2]; /* a pipe */

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run_for(double seconds)
{
	double end = cpu_s() + seconds;
	volatile int i;

	while (cpu_s() < end)
		for (i = 0; i < 20000; i++)
			continue;
}

static void *be_vcpu(void *which)
{
	int self = *(int *)which, round;
	char name[16], byte = 0;

	snprintf(name, sizeof(name), "CPU %d/KVM", self);
	pthread_setname_np(pthread_self(), name);
	for (round = 0; round < ROUNDS; round++) {
		if (self && read(wake[0], &byte, 1) != 1)
			exit(1);
		run_for(0.0005 * (1 + self));
		if (!self && (write(wake[1], &byte, 1) != 1 || usleep(4000)))
			exit(1);
	}
	return NULL;
}

static void be_guest(int guest)
{
	static const char quote[] = "saw: sched_switch: prev_comm=CPU 0/KVM prev_pid=1\n";
	int marker = open("/sys/kernel/tracing/trace_marker", O_WRONLY), which[VCPUS] = {0, 1}, i;
	pthread_t threads[VCPUS];

	if (!guest)
		setpriority(PRIO_PROCESS, 0, -5);
	if (pipe(wake))
		exit(1);
	for (i = 0; i < VCPUS; i++)
		if (pthread_create(&threads[i], NULL, be_vcpu, &which[i]))
			exit(1);
	if (marker >= 0 && write(marker, quote, sizeof(quote) - 1) < 0)
		close(marker); /* tracing is off: perf needs no tracefs */
	for (i = 0; i < VCPUS; i++)
		pthread_join(threads[i], NULL);
	_exit(0);
}

int main(void)
{
	int guest;

	for (guest = 0; guest < 2; guest++)
		if (!fork())
			be_guest(guest);
	while (wait(NULL) > 0)
		continue;
	return 0;
}
