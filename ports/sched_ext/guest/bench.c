/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench.c - two "VMs" (processes of N spinning threads) under a scheduler, measured over
 * one window: for the guest test of the sched_ext port.
 *
 *	bench --kind barrier|lock --threads N --seconds S [--pin] [--weights A:B] SCX POLICY
 *
 * SCX is the command corun-scx, POLICY a policy or "stock".  Prints what corun-scx says
 * (CSV), and a line
 *	ops,NAME,OPERATIONS_PER_S,CPU_SECONDS_PER_S
 * for each VM, operations and CPU time being those within one window.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 64
#define NR_VMS 2
#define SETTLE_S 0.5

/* Shared by the processes; what is spun on stands on cache lines of its own. */
struct vm {
	_Alignas(64) atomic_uint ticket;
	_Alignas(64) atomic_uint serving;
	_Alignas(64) atomic_uint arrived;
	_Alignas(64) atomic_uint generation;
	_Alignas(64) atomic_ulong ops;
	atomic_uint nr_ready;
	int gate[2]; /* a pipe: whoever reads from it waits until it is closed */
	uint32_t nr_threads;
	int is_lock;
	int is_pinned;
	pid_t pid;
};

struct options {
	int is_lock, is_pinned;
	uint32_t threads;
	double seconds;
	const char *weights[NR_VMS];
	const char *scx, *policy;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* -- a VM ------------------------------------------------------------------------------ */

/* Under instruction counting a spin without a pause would run its whole turn. */
static inline void relax(void)
{
	__asm__ volatile("pause" ::: "memory");
}

static void work(uint32_t loops)
{
	for (; loops; loops--)
		__asm__ volatile("" ::: "memory");
}

static void lock_once(struct vm *vm)
{
	unsigned int mine = atomic_fetch_add(&vm->ticket, 1);

	while (atomic_load(&vm->serving) != mine)
		relax();
	work(400);
	atomic_store(&vm->serving, mine + 1);
	atomic_fetch_add(&vm->ops, 1);
	work(400);
}

static void meet_once(struct vm *vm)
{
	unsigned int generation = atomic_load(&vm->generation);

	work(4000);
	if (atomic_fetch_add(&vm->arrived, 1) + 1 == vm->nr_threads) {
		atomic_store(&vm->arrived, 0);
		atomic_fetch_add(&vm->ops, 1);
		atomic_store(&vm->generation, generation + 1);
		return;
	}
	while (atomic_load(&vm->generation) == generation)
		relax();
}

struct thread {
	struct vm *vm;
	uint32_t index;
};

static void *run_thread(void *arg)
{
	struct thread *t = arg;
	cpu_set_t set;
	char nothing;

	prctl(PR_SET_NAME, "vcpu");
	if (t->vm->is_pinned) {
		CPU_ZERO(&set);
		CPU_SET(t->index, &set);
		if (sched_setaffinity(0, sizeof(set), &set))
			die("sched_setaffinity");
	}
	atomic_fetch_add(&t->vm->nr_ready, 1);
	if (read(t->vm->gate[0], &nothing, 1))
		die("gate");
	for (;;) {
		if (t->vm->is_lock)
			lock_once(t->vm);
		else
			meet_once(t->vm);
	}
	return NULL;
}

static void run_vm(struct vm *vm)
{
	static struct thread threads[MAX_THREADS];
	pthread_t id;
	uint32_t i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(vm->gate[1]);
	for (i = 0; i < vm->nr_threads; i++) {
		threads[i] = (struct thread){vm, i};
		if (pthread_create(&id, NULL, run_thread, &threads[i]))
			die("pthread_create");
	}
	for (;;)
		pause();
}

static struct vm *start_vms(const struct options *o)
{
	struct vm *vms = mmap(NULL, NR_VMS * sizeof(*vms), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int i, nr_started = 0;
	pid_t pid;

	if (vms == MAP_FAILED)
		die("mmap");
	for (i = 0; i < NR_VMS; i++) {
		vms[i].nr_threads = o->threads;
		vms[i].is_lock = o->is_lock;
		vms[i].is_pinned = o->is_pinned;
		if (pipe(vms[i].gate))
			die("pipe");
		pid = fork();
		if (pid < 0)
			die("fork");
		if (!pid) {
			for (; i > 0; i--)
				close(vms[i - 1].gate[1]);
			run_vm(&vms[nr_started]);
		}
		nr_started++;
		vms[i].pid = pid; /* by the parent alone: the memory is shared */
	}
	for (i = 0; i < NR_VMS; i++)
		while (atomic_load(&vms[i].nr_ready) < o->threads)
			usleep(1000);
	return vms;
}

/* -- the measurement --------------------------------------------------------------------- */

/* What it says on its standard output comes back through *out. */
static pid_t start_scx(const struct options *o, const struct vm *vms, FILE **out)
{
	char vm[NR_VMS][128], seconds[32], warmup[32];
	int i, ends[2];
	pid_t pid;

	fflush(stdout);
	if (pipe(ends))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid) {
		close(ends[1]);
		*out = fdopen(ends[0], "r");
		return pid;
	}
	dup2(ends[1], 1);
	close(ends[0]);
	close(ends[1]);
	for (i = 0; i < NR_VMS; i++)
		close(vms[i].gate[1]);
	for (i = 0; i < NR_VMS; i++)
		snprintf(vm[i], sizeof(vm[i]), "vm%d=pid:%d,threads=vcpu,weight=%s", i, vms[i].pid,
			 o->weights[i]);
	snprintf(seconds, sizeof(seconds), "%.3f", o->seconds);
	snprintf(warmup, sizeof(warmup), "%.3f", SETTLE_S);
	execl(o->scx, "corun-scx", "--vm", vm[0], "--vm", vm[1], "--format", "csv", "--interval",
	      "0", "--warmup", warmup, "--duration", seconds, o->policy, (char *)NULL);
	die(o->scx);
	return -1;
}

/* CPU time of a process, by its own clock. */
static double cpu_s(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t))
		return 0;
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct sample {
	double at_s, cpu_s[NR_VMS];
	unsigned long ops[NR_VMS];
};

static void sample(struct sample *s, struct vm *vms)
{
	int i;

	s->at_s = now_s();
	for (i = 0; i < NR_VMS; i++) {
		s->ops[i] = atomic_load(&vms[i].ops);
		s->cpu_s[i] = cpu_s(vms[i].pid);
	}
}

/* Its window is ours: it says when it opens, and prints its figures when it closes. */
static int measure(const struct options *o, struct vm *vms)
{
	struct sample from = {0}, to = {0};
	char line[256];
	FILE *out = NULL;
	pid_t scx = start_scx(o, vms, &out);
	int i, status;

	while (out && fgets(line, sizeof(line), out)) {
		if (!strncmp(line, "#ready", 6))
			for (i = 0; i < NR_VMS; i++)
				close(vms[i].gate[1]);
		else if (!strncmp(line, "#window", 7))
			sample(&from, vms);
		else if (!strncmp(line, "#vm", 3))
			sample(&to, vms);
		fputs(line, stdout);
	}
	for (i = 0; i < NR_VMS && to.at_s > from.at_s; i++)
		printf("ops,vm%d,%.1f,%.4f\n", i,
		       (double)(to.ops[i] - from.ops[i]) / (to.at_s - from.at_s),
		       (to.cpu_s[i] - from.cpu_s[i]) / (to.at_s - from.at_s));
	if (waitpid(scx, &status, 0) < 0)
		die("waitpid");
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
	printf("status,%d\n", status);
	return status;
}

static void parse(struct options *o, int argc, char **argv)
{
	static char weights[64];
	char *colon;
	int i;

	*o = (struct options){.threads = 4, .seconds = 2, .weights = {"1024", "1024"}};
	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "--pin"))
			o->is_pinned = 1;
		else if (!strcmp(argv[i], "--kind") && i + 1 < argc)
			o->is_lock = !strcmp(argv[++i], "lock");
		else if (!strcmp(argv[i], "--threads") && i + 1 < argc)
			o->threads = (uint32_t)atoi(argv[++i]);
		else if (!strcmp(argv[i], "--seconds") && i + 1 < argc)
			o->seconds = atof(argv[++i]);
		else if (!strcmp(argv[i], "--weights") && i + 1 < argc) {
			snprintf(weights, sizeof(weights), "%s", argv[++i]);
			colon = strchr(weights, ':');
			if (!colon)
				exit(2);
			*colon = '\0';
			o->weights[0] = weights;
			o->weights[1] = colon + 1;
		} else
			exit(2);
	}
	if (i + 2 != argc || !o->threads || o->threads > MAX_THREADS || o->seconds < 1)
		exit(2);
	o->scx = argv[i];
	o->policy = argv[i + 1];
}

int main(int argc, char **argv)
{
	struct options o;
	struct vm *vms;
	int i, status;

	parse(&o, argc, argv);
	vms = start_vms(&o);
	status = measure(&o, vms);
	for (i = 0; i < NR_VMS; i++) {
		kill(vms[i].pid, SIGKILL);
		waitpid(vms[i].pid, NULL, 0);
	}
	return status;
}
