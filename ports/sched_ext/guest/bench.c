/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench.c - two "VMs" (bench.h) under a scheduler, measured over one window: for the
 * guest test of the sched_ext port.
 *
 *	bench [options] SCX POLICY
 *	--kind barrier|lock   what they do
 *	--kvm                 inside virtual machines
 *	--threads N           of each (4)
 *	--seconds S           length of the window (2)
 *	--pin                 thread i to CPU i
 *	--tag pid|kvm|cgroup  how the command is told who the vCPUs are (pid; kvm with --kvm)
 *	--weights A:B
 *	--live A:B            new weights, by the command, while the policy runs
 *	--interrupt           ends it by SIGINT instead of letting it end
 *	--verbose             what the policy costs the verifier
 *
 * SCX is the command corun-scx, POLICY a policy or "stock".  Prints what corun-scx says
 * (CSV), and for each VM
 *	ops,NAME,OPERATIONS_PER_S,CPU_SECONDS_PER_S      within the window
 *	after,NAME,OPERATIONS,THREADS,NOT_FAIR           once the command has gone: that it
 *		still gets on, and how many of its threads are not in the fair class
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define NR_VMS 2
#define SETTLE_S 0.4

struct options {
	int is_lock, is_kvm, is_pinned, is_interrupted, is_verbose;
	uint32_t threads;
	double seconds;
	const char *weights[NR_VMS], *live[NR_VMS]; /* live[0] NULL: they stay */
	const char *tag;
	const char *scx, *policy;
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* -- the VMs --------------------------------------------------------------------------- */

static void cgroup_path(char *path, size_t size, int i, const char *file)
{
	snprintf(path, size, "/sys/fs/cgroup/vm%d%s", i, file);
}

static void enter_cgroup(int i, pid_t pid)
{
	char path[64];
	FILE *f;

	cgroup_path(path, sizeof(path), i, "");
	mkdir(path, 0755);
	cgroup_path(path, sizeof(path), i, "/cgroup.procs");
	f = fopen(path, "w");
	if (!f || fprintf(f, "%d\n", pid) < 0 || fclose(f))
		die(path);
}

static struct vm *start_vms(const struct options *o)
{
	struct vm *vms = mmap(NULL, NR_VMS * sizeof(*vms), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int i, k;
	pid_t pid;

	if (vms == MAP_FAILED)
		die("mmap");
	for (i = 0; i < NR_VMS; i++) {
		vms[i].nr_threads = o->threads;
		vms[i].is_lock = o->is_lock;
		vms[i].is_pinned = o->is_pinned;
		vms[i].is_kvm = o->is_kvm;
		if (pipe(vms[i].gate))
			die("pipe");
		pid = fork();
		if (pid < 0)
			die("fork");
		if (!pid) {
			for (k = 0; k < i; k++)
				close(vms[k].gate[1]);
			run_vm(&vms[i]);
		}
		vms[i].pid = pid; /* by the parent alone: the memory is shared */
		if (!strcmp(o->tag, "cgroup"))
			enter_cgroup(i, vms[i].pid);
	}
	for (i = 0; i < NR_VMS; i++)
		while (atomic_load(&vms[i].nr_ready) < o->threads) {
			if (waitpid(vms[i].pid, NULL, WNOHANG))
				die("a VM has ended");
			usleep(1000);
		}
	return vms;
}

static void end_vms(const struct options *o, const struct vm *vms)
{
	char path[64];
	int i;

	for (i = 0; i < NR_VMS; i++) {
		kill(vms[i].pid, SIGKILL);
		waitpid(vms[i].pid, NULL, 0);
		cgroup_path(path, sizeof(path), i, "");
		if (!strcmp(o->tag, "cgroup"))
			rmdir(path);
	}
}

/* -- the command ------------------------------------------------------------------------- */

static void describe(char *text, size_t size, const struct options *o, const struct vm *vm, int i)
{
	const char *glob = o->is_kvm ? "CPU */KVM" : "vcpu *";

	if (!strcmp(o->tag, "cgroup"))
		snprintf(text, size, "vm%d=cgroup:vm%d,threads=%s,weight=%s", i, i, glob,
			 o->weights[i]);
	else if (!strcmp(o->tag, "kvm"))
		snprintf(text, size, "vm%d=kvm:%d,weight=%s", i, vm->pid, o->weights[i]);
	else
		snprintf(text, size, "vm%d=pid:%d,threads=%s,weight=%s", i, vm->pid, glob,
			 o->weights[i]);
}

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
	for (i = 0; i < NR_VMS; i++) {
		close(vms[i].gate[1]);
		describe(vm[i], sizeof(vm[i]), o, &vms[i], i);
	}
	snprintf(seconds, sizeof(seconds), "%.3f", o->seconds);
	snprintf(warmup, sizeof(warmup), "%.3f", SETTLE_S);
	/* To be interrupted, it must not end by itself. */
	execl(o->scx, "corun-scx", "--vm", vm[0], "--vm", vm[1], "--format", "csv", "--warmup",
	      warmup, "--interval", o->is_interrupted ? seconds : "0", "--duration",
	      o->is_interrupted ? "3600" : seconds, o->policy,
	      o->is_verbose ? "--verbose" : (char *)NULL, (char *)NULL);
	die(o->scx);
	return -1;
}

/* A second corun-scx speaks to the one that runs. */
static void set_weights(const struct options *o)
{
	char weights[NR_VMS][64];
	int i, status;
	pid_t pid;

	for (i = 0; i < NR_VMS; i++)
		snprintf(weights[i], sizeof(weights[i]), "vm%d=%s", i, o->live[i]);
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		execl(o->scx, "corun-scx", "--weight", weights[0], "--weight", weights[1],
		      (char *)NULL);
		die(o->scx);
	}
	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	printf("live,%d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}

/* -- the measurement --------------------------------------------------------------------- */

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
	unsigned int ops[NR_VMS];
};

static void sample(struct sample *s, struct vm *vms)
{
	int i;

	s->at_s = now_s();
	for (i = 0; i < NR_VMS; i++) {
		s->ops[i] = atomic_load(&vms[i].words.ops);
		s->cpu_s[i] = cpu_s(vms[i].pid);
	}
}

static void open_gates(const struct options *o, struct vm *vms)
{
	int i;

	for (i = 0; i < NR_VMS; i++)
		close(vms[i].gate[1]);
	if (o->live[0])
		set_weights(o);
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
		fputs(line, stdout);
		if (!strncmp(line, "#ready", 6))
			open_gates(o, vms);
		else if (!strncmp(line, "#window", 7))
			sample(&from, vms);
		else if (!strncmp(line, "#vm", 3) && !to.at_s) {
			sample(&to, vms);
			if (o->is_interrupted)
				kill(scx, SIGINT);
		}
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

/* Threads of the process that are not where every thread starts. */
static void count_classes(pid_t pid, int *nr, int *nr_not_fair)
{
	char path[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	*nr = *nr_not_fair = 0;
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		(*nr)++;
		*nr_not_fair += sched_getscheduler(atoi(entry->d_name)) != SCHED_OTHER;
	}
	if (dir)
		closedir(dir);
}

/* Do they get on without it?  For the stock scheduler a convoy may take a while. */
static void look_after(struct vm *vms)
{
	unsigned int before[NR_VMS], ops;
	int i, nr, nr_not_fair, tries;

	for (i = 0; i < NR_VMS; i++)
		before[i] = atomic_load(&vms[i].words.ops);
	for (i = 0; i < NR_VMS; i++) {
		for (tries = 0; tries < 300; tries++) {
			ops = atomic_load(&vms[i].words.ops) - before[i];
			if (ops)
				break;
			usleep(10000);
		}
		count_classes(vms[i].pid, &nr, &nr_not_fair);
		printf("after,vm%d,%u,%d,%d\n", i, ops, nr, nr_not_fair);
	}
}

/* -- usage ------------------------------------------------------------------------------- */

static void parse_pair(const char **pair, char *text)
{
	char *colon = strchr(text, ':');

	if (!colon)
		exit(2);
	*colon = '\0';
	pair[0] = text;
	pair[1] = colon + 1;
}

static void parse(struct options *o, int argc, char **argv)
{
	int i;

	*o = (struct options){.threads = 4, .seconds = 2, .weights = {"1024", "1024"}};
	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "--pin"))
			o->is_pinned = 1;
		else if (!strcmp(argv[i], "--kvm"))
			o->is_kvm = 1;
		else if (!strcmp(argv[i], "--interrupt"))
			o->is_interrupted = 1;
		else if (!strcmp(argv[i], "--verbose"))
			o->is_verbose = 1;
		else if (!strcmp(argv[i], "--kind") && i + 1 < argc)
			o->is_lock = !strcmp(argv[++i], "lock");
		else if (!strcmp(argv[i], "--tag") && i + 1 < argc)
			o->tag = argv[++i];
		else if (!strcmp(argv[i], "--threads") && i + 1 < argc)
			o->threads = (uint32_t)atoi(argv[++i]);
		else if (!strcmp(argv[i], "--seconds") && i + 1 < argc)
			o->seconds = atof(argv[++i]);
		else if (!strcmp(argv[i], "--weights") && i + 1 < argc)
			parse_pair(o->weights, argv[++i]);
		else if (!strcmp(argv[i], "--live") && i + 1 < argc)
			parse_pair(o->live, argv[++i]);
		else
			exit(2);
	}
	if (i + 2 != argc || !o->threads || o->threads > MAX_THREADS || o->seconds <= 0)
		exit(2);
	if (!o->tag)
		o->tag = o->is_kvm ? "kvm" : "pid";
	o->scx = argv[i];
	o->policy = argv[i + 1];
}

int main(int argc, char **argv)
{
	struct options o;
	struct vm *vms;
	int status;

	parse(&o, argc, argv);
	vms = start_vms(&o);
	status = measure(&o, vms);
	look_after(vms);
	end_vms(&o, vms);
	return status;
}
