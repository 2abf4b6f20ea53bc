/* SPDX-License-Identifier: BSD-2-Clause */
/* scx_load.c - see scx_load.h. */
#define _GNU_SOURCE
#include "scx_load.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#define SCX_SCHED_EXT 7 /* Linux 6.12, include/uapi/linux/sched.h */

/*
 * Of the verifier, a program.  Its figures are short, but Linux 6.18 also writes an empty
 * line a step of some kinds while it works (135,000 for cfs), takes those back, and has
 * the load fail with ENOSPC if there was no room for them.
 */
#define COST_LOG (1u << 20)

#define FAIL(...) (snprintf(s->error, sizeof(s->error), __VA_ARGS__), -1)

const char *scx_refusal(void)
{
	static char line[320];
	struct utsname uts;

	if (!access("/sys/kernel/sched_ext/state", R_OK))
		return NULL;
	uname(&uts);
	snprintf(line, sizeof(line),
		 "this kernel, Linux %.64s, has no sched_ext (CONFIG_SCHED_CLASS_EXT, Linux 6.12 "
		 "and later)",
		 uts.release);
	return line;
}

/* -- calls of the control programs ---------------------------------------------------- */

static int control(struct scx_loaded *s, const char *program, struct scx_control *c)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = c, .ctx_size_in = sizeof(*c));
	struct bpf_program *p = bpf_object__find_program_by_name(s->object, program);

	if (!p || bpf_prog_test_run_opts(bpf_program__fd(p), &opts) || opts.retval)
		return FAIL("%s cannot be run: %s", program, strerror(errno));
	return 0;
}

static const char *refusal_of(int32_t error)
{
	switch (-error) {
	case SP_EINVAL:
		return "an argument out of range";
	case SP_ENOSPC:
		return "wider than the pool, or no room";
	case SP_ENOTSUP:
		return "this policy does not honour it (weight or affinity)";
	}
	return "unknown reason";
}

static uint32_t read_number(uint32_t cpu, const char *what)
{
	char path[128];
	uint32_t value = cpu;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/%s", cpu, what);
	f = fopen(path, "r");
	if (!f)
		return value;
	/* Of a list such as "4-7" the first is wanted: an id that is unique in the host. */
	if (fscanf(f, "%u", &value) != 1)
		value = cpu;
	fclose(f);
	return value < SP_NR_PCPUS ? value : cpu;
}

static int add_pcpu(struct scx_loaded *s, uint32_t cpu)
{
	struct scx_control c = {.op = SCX_PCPU_ONLINE, .id = cpu};

	c.topo.core = read_number(cpu, "topology/thread_siblings_list");
	c.topo.llc = read_number(cpu, "cache/index3/shared_cpu_list");
	c.topo.socket = read_number(cpu, "topology/core_siblings_list");
	if (control(s, "control_pcpu_online", &c))
		return -1;
	return c.ret ? FAIL("CPU %u: %s", cpu, refusal_of(c.ret)) : 0;
}

static int add_pcpus(struct scx_loaded *s)
{
	uint32_t cpu;

	for (cpu = 0; cpu < SP_NR_PCPUS; cpu++)
		if (s->online >> cpu & 1 && add_pcpu(s, cpu))
			return -1;
	return 0;
}

static int read_online(struct scx_loaded *s)
{
	FILE *f = fopen("/sys/devices/system/cpu/online", "r");
	unsigned int first, last;

	s->online = 0;
	while (f && fscanf(f, "%u", &first) == 1) {
		if (fscanf(f, "-%u", &last) != 1)
			last = first;
		if (last >= SP_NR_PCPUS) {
			fclose(f);
			return FAIL("built for %d CPUs, CPU %u is online", SP_NR_PCPUS, last);
		}
		for (; first <= last; first++)
			s->online |= 1ULL << first;
		if (fgetc(f) != ',')
			break;
	}
	if (f)
		fclose(f);
	return s->online ? 0 : FAIL("cannot read which CPUs are online");
}

/* -- the object ------------------------------------------------------------------------- */

struct bpf_map *scx_map_by_suffix(const struct bpf_object *object, const char *suffix)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		const char *name = bpf_map__name(map);

		if (strlen(name) >= strlen(suffix) &&
		    !strcmp(name + strlen(name) - strlen(suffix), suffix))
			return map;
	}
	return NULL;
}

/* Asks for the verifier's figures of each program; NULL where there is no memory. */
static char *ask_costs(struct bpf_object *object)
{
	char *logs = calloc(64, COST_LOG);
	struct bpf_program *p;
	uint32_t i = 0;

	bpf_object__for_each_program(p, object)
	{
		if (!logs || i == 64)
			break;
		bpf_program__set_log_buf(p, logs + (size_t)i++ * COST_LOG, COST_LOG);
		bpf_program__set_log_level(p, 4); /* figures only */
	}
	return logs;
}

static long number_after(const char *log, const char *word)
{
	const char *at = strstr(log, word);

	return at ? atol(at + strlen(word)) : 0;
}

static void print_costs(struct bpf_object *object, const char *logs, int has_failed)
{
	struct bpf_program *p;
	uint32_t i = 0;

	bpf_object__for_each_program(p, object)
	{
		const char *log = logs + (size_t)i++ * COST_LOG, *at = strstr(log, "processed ");

		if (has_failed && *log && strncmp(log, "verification time", 17))
			fprintf(stderr, "%s\n", log + strlen(log) - sp_min(strlen(log), 1500));
		if (at)
			fprintf(stderr,
				"corun-scx: %-20s %ld verified instructions, %ld states kept\n",
				bpf_program__name(p), number_after(log, "processed "),
				number_after(log, "peak_states "));
	}
}

/* Before anybody else takes the lock: what it costs by itself. */
static int time_nothing(struct scx_loaded *s)
{
	struct scx_control c = {.op = SCX_NOTHING};
	int i;

	for (i = 0; i < 101; i++)
		if (control(s, "control_vm", &c))
			return -1;
	return 0;
}

int scx_load(struct scx_loaded *s, const struct scx_entry *entry, const struct sp_config *config,
	     int tags_fd, int is_verbose)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = entry->name);
	struct scx_control c = {.op = SCX_INIT, .config = *config};
	struct bpf_map *tags, *public, *held;
	char *logs;
	int error;

	memset(s, 0, sizeof(*s));
	s->entry = entry;
	s->tags_fd = tags_fd;
	if (entry->policy->state_size > SCX_STATE_MAX)
		return FAIL("its state of %u bytes is more than the %d built for",
			    entry->policy->state_size, SCX_STATE_MAX);
	if (read_online(s))
		return -1;
	s->object = bpf_object__open_mem(entry->object, (size_t)(entry->object_end - entry->object),
					 &opts);
	if (!s->object)
		return FAIL("its BPF object cannot be opened: %s", strerror(errno));
	tags = bpf_object__find_map_by_name(s->object, "tags");
	public = scx_map_by_suffix(s->object, ".bss.scx");
	held = scx_map_by_suffix(s->object, ".bss.held");
	if (!tags || !public || !held || bpf_map__reuse_fd(tags, tags_fd))
		return FAIL("its maps are not what they should be");
	logs = is_verbose ? ask_costs(s->object) : NULL;
	error = bpf_object__load(s->object);
	if (logs)
		print_costs(s->object, logs, error != 0);
	free(logs);
	if (error)
		return FAIL("the kernel does not take it: %s", strerror(errno));
	s->public_fd = bpf_map__fd(public);
	s->held_fd = bpf_map__fd(held);
	if (control(s, "control_init", &c))
		return -1;
	return c.ret ? FAIL("init: %s", refusal_of(c.ret)) : time_nothing(s);
}

int scx_attach(struct scx_loaded *s)
{
	struct bpf_map *ops = bpf_object__find_map_by_name(s->object, "corun_ops");

	s->link = ops ? bpf_map__attach_struct_ops(ops) : NULL;
	if (!s->link)
		return FAIL("cannot attach: %s (is another scheduler loaded?)", strerror(errno));
	return add_pcpus(s);
}

void scx_detach(struct scx_loaded *s)
{
	bpf_link__destroy(s->link);
	bpf_object__close(s->object);
	s->link = NULL;
	s->object = NULL;
}

int scx_read_public(const struct scx_loaded *s, struct scx_public *pub)
{
	uint32_t key = 0;

	return bpf_map_lookup_elem(s->public_fd, &key, pub);
}

int scx_read_held(const struct scx_loaded *s, struct scx_held *held)
{
	uint32_t key = 0;

	return bpf_map_lookup_elem(s->held_fd, &key, held);
}

/* -- VMs ---------------------------------------------------------------------------------- */

static int add_vcpu(struct scx_loaded *s, uint32_t id, const struct scx_vm *vm, uint32_t i)
{
	struct scx_control c = {.op = SCX_VCPU_ADD, .id = vm->first_vcpu + i};
	struct scx_tag tag = {.vcpu = c.id, .vm = id};
	uint32_t tid = (uint32_t)vm->threads[i].tid;

	c.vcpu.vm = id;
	c.vcpu.affinity = vm->threads[i].affinity;
	if (control(s, "control_vcpu", &c))
		return -1;
	if (c.ret)
		return FAIL("%s, thread %u: %s", vm->name, tid, refusal_of(c.ret));
	if (bpf_map_update_elem(s->tags_fd, &tid, &tag, BPF_ANY))
		return FAIL("%s, thread %u: no tag: %s", vm->name, tid, strerror(errno));
	return 0;
}

int scx_add_vm(struct scx_loaded *s, uint32_t id, const struct scx_vm *vm)
{
	struct scx_control c = {.op = SCX_VM_ADD, .id = id};
	uint32_t i;

	c.vm.width = vm->nr;
	c.vm.weight = vm->weight;
	if (control(s, "control_vm", &c))
		return -1;
	if (c.ret)
		return FAIL("%s (%u vCPUs, weight %u): %s", vm->name, vm->nr, vm->weight,
			    refusal_of(c.ret));
	for (i = 0; i < vm->nr; i++)
		if (add_vcpu(s, id, vm, i))
			return -1;
	return 0;
}

int scx_set_weight(struct scx_loaded *s, uint32_t id, uint32_t weight)
{
	struct scx_control c = {.op = SCX_VM_SET_WEIGHT, .id = id, .weight = weight};

	if (control(s, "control_vm", &c))
		return -1;
	return c.ret ? FAIL("weight %u: %s", weight, refusal_of(c.ret)) : 0;
}

int scx_take_threads(struct scx_loaded *s, const struct scx_vm *vm)
{
	int class = SCX_SCHED_EXT;
	struct sched_param param = {0};
	uint32_t i;

	for (i = 0; i < vm->nr; i++)
		if (sched_setscheduler(vm->threads[i].tid, class, &param))
			return FAIL("%s, thread %d: %s", vm->name, vm->threads[i].tid,
				    strerror(errno));
	return 0;
}

/*
 * Threads that a vCPU thread has started inherit its class (Linux 6.18, sched_fork: a
 * reset on fork is for real-time ones only), KVM's own among them.
 */
static void give_back_children(pid_t tid)
{
	struct sched_param param = {0};
	struct dirent *entry;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", tid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		pid_t child = atoi(entry->d_name);

		if (child > 0 && sched_getscheduler(child) == SCX_SCHED_EXT)
			sched_setscheduler(child, SCHED_OTHER, &param);
	}
	if (dir)
		closedir(dir);
}

void scx_give_back_threads(const struct scx_vm *vm)
{
	struct sched_param param = {0};
	uint32_t i;

	for (i = 0; i < vm->nr; i++) {
		int class = vm->threads[i].policy;

		/* Those that were real-time were so for a reason that is not known here. */
		if (class != SCHED_BATCH && class != SCHED_IDLE)
			class = SCHED_OTHER;
		sched_setscheduler(vm->threads[i].tid, class, &param);
	}
	for (i = 0; i < vm->nr; i++)
		give_back_children(vm->threads[i].tid);
}

void scx_remove_vm(struct scx_loaded *s, uint32_t id, const struct scx_vm *vm)
{
	struct scx_control c = {.op = SCX_VCPU_REMOVE};
	uint32_t i;

	for (i = 0; i < vm->nr; i++) {
		uint32_t tid = (uint32_t)vm->threads[i].tid;

		c.id = vm->first_vcpu + i;
		bpf_map_delete_elem(s->tags_fd, &tid);
		control(s, "control_vcpu", &c);
	}
	c = (struct scx_control){.op = SCX_VM_REMOVE, .id = id};
	control(s, "control_vm", &c);
}
