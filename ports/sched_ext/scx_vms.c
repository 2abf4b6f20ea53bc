/* SPDX-License-Identifier: BSD-2-Clause */
/* scx_vms.c - see scx_vms.h. */
#define _GNU_SOURCE
#include "scx_vms.h"

#include <dirent.h>
#include <fnmatch.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAIL(...) (snprintf(error, error_size, __VA_ARGS__), -1)

static int name_matches(pid_t tid, const char *glob)
{
	char path[64], name[64] = "";
	FILE *f;

	if (!glob)
		return 1;
	snprintf(path, sizeof(path), "/proc/%d/comm", tid);
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (!fgets(name, sizeof(name), f))
		name[0] = '\0';
	fclose(f);
	name[strcspn(name, "\n")] = '\0';
	return !fnmatch(glob, name, 0);
}

/* 0, or -1 if there is no room. */
static int add_thread(struct scx_vm *vm, pid_t tid, const char *glob)
{
	if (tid <= 0 || !name_matches(tid, glob))
		return 0;
	if (vm->nr == SP_NR_VCPUS)
		return -1;
	vm->threads[vm->nr].tid = tid;
	vm->threads[vm->nr].policy = sched_getscheduler(tid);
	vm->nr++;
	return 0;
}

static int by_tid(const void *a, const void *b)
{
	return ((const struct scx_thread *)a)->tid - ((const struct scx_thread *)b)->tid;
}

static int add_process(struct scx_vm *vm, const char *pid, const char *glob, char *error,
		       size_t error_size)
{
	char path[64];
	struct dirent *entry;
	int full = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/task", pid);
	dir = opendir(path);
	if (!dir)
		return FAIL("%s: there is no process %s", vm->name, pid);
	while (!full && (entry = readdir(dir)))
		full = add_thread(vm, atoi(entry->d_name), glob);
	closedir(dir);
	return full ? FAIL("%s: more than %d threads", vm->name, SP_NR_VCPUS) : 0;
}

static int add_cgroup(struct scx_vm *vm, const char *where, const char *glob, char *error,
		      size_t error_size)
{
	char path[512], line[32];
	int full = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s%s/cgroup.threads",
		 strncmp(where, "/sys/", 5) ? "/sys/fs/cgroup/" : "", where);
	f = fopen(path, "r");
	if (!f)
		return FAIL("%s: cannot read %s", vm->name, path);
	while (!full && fgets(line, sizeof(line), f))
		full = add_thread(vm, atoi(line), glob);
	fclose(f);
	return full ? FAIL("%s: more than %d threads", vm->name, SP_NR_VCPUS) : 0;
}

static int parse_options(struct scx_vm *vm, char *options, const char **glob, char *error,
			 size_t error_size)
{
	char *save = NULL, *option, *end;
	long weight;

	for (option = strtok_r(options, ",", &save); option; option = strtok_r(NULL, ",", &save)) {
		if (!strncmp(option, "threads=", 8)) {
			*glob = option + 8;
		} else if (!strncmp(option, "weight=", 7)) {
			weight = strtol(option + 7, &end, 10);
			if (*end || end == option + 7 || weight < 1 || weight > (long)SP_WEIGHT_MAX)
				return FAIL("%s: weight is 1 to %u (1024: nice 0), not \"%s\"",
					    vm->name, SP_WEIGHT_MAX, option + 7);
			vm->weight = (uint32_t)weight;
		} else {
			return FAIL("%s: threads=GLOB or weight=N, not \"%s\"", vm->name, option);
		}
	}
	return 0;
}

int vm_parse(struct scx_vm *vm, const char *text, char *error, size_t error_size)
{
	char copy[512], *kind, *where, *options;
	const char *glob = NULL;
	int failed;

	memset(vm, 0, sizeof(*vm));
	vm->weight = SP_WEIGHT_NICE_0;
	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
		return FAIL("\"%.40s...\": too long", text);
	kind = strchr(copy, '=');
	where = kind ? strchr(kind, ':') : NULL;
	if (!where)
		return FAIL("\"%s\": a VM is NAME=pid:PID, NAME=kvm:PID or NAME=cgroup:PATH", text);
	*kind++ = *where++ = '\0';
	snprintf(vm->name, sizeof(vm->name), "%.31s", copy);
	options = where + strcspn(where, ",");
	if (*options)
		*options++ = '\0';
	if (!strcmp(kind, "kvm"))
		glob = "CPU */KVM";
	if (parse_options(vm, options, &glob, error, error_size))
		return -1;
	if (!strcmp(kind, "pid") || !strcmp(kind, "kvm"))
		failed = add_process(vm, where, glob, error, error_size);
	else if (!strcmp(kind, "cgroup"))
		failed = add_cgroup(vm, where, glob, error, error_size);
	else
		return FAIL("%s: pid, kvm or cgroup, not \"%s\"", vm->name, kind);
	if (failed)
		return -1;
	if (!vm->nr)
		return FAIL("%s: no thread of %s %s%s%s", vm->name, kind, where,
			    glob ? " is called " : "", glob ? glob : "");
	qsort(vm->threads, vm->nr, sizeof(vm->threads[0]), by_tid);
	return 0;
}

/* -- affinity --------------------------------------------------------------------------- */

static uint64_t read_mask(pid_t tid)
{
	cpu_set_t set;
	uint64_t mask = 0;
	uint32_t i;

	if (sched_getaffinity(tid, sizeof(set), &set))
		return 0;
	for (i = 0; i < SP_NR_PCPUS; i++)
		if (CPU_ISSET(i, &set))
			mask |= 1ULL << i;
	return mask;
}

static struct sp_affinity range_of(uint64_t mask)
{
	struct sp_affinity range = {0, 0};

	while (range.first < 64 && !(mask >> range.first & 1))
		range.first++;
	while (range.first + range.nr < 64 && mask >> (range.first + range.nr) & 1)
		range.nr++;
	return range;
}

int vm_read_affinity(struct scx_vm *vm, uint64_t online, char *error, size_t error_size)
{
	uint32_t i;

	for (i = 0; i < vm->nr; i++) {
		struct scx_thread *t = &vm->threads[i];
		uint64_t mask = read_mask(t->tid) & online;

		t->affinity = (struct sp_affinity){0, 0};
		if (mask == online)
			continue;
		t->affinity = range_of(mask);
		if (!mask || (t->affinity.first + t->affinity.nr < 64 &&
			      mask >> (t->affinity.first + t->affinity.nr)))
			return FAIL("%s: thread %d may run on CPUs that are no range (taskset)",
				    vm->name, t->tid);
	}
	return 0;
}
