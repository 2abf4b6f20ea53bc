/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_who.h - what a recording does not say of its threads, and /proc does: process,
 * CPUs, cgroup; and the cgroups' weights.  A file of lines as grep -H prints them:
 *
 *	/proc/2000/task/2001/status:Cpus_allowed_list:	0-3
 *	/proc/2000/task/2001/cgroup:0::/machine.slice/a.scope
 *	/sys/fs/cgroup/machine.slice/a.scope/cpu.weight:200
 */
#ifndef CORUN_IMPORT_WHO_H
#define CORUN_IMPORT_WHO_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

struct who_thread {
	uint32_t tid, tgid;
	bool has_cpus, is_scattered; /* scattered: not one range */
	uint32_t first_cpu, last_cpu;
	uint32_t cgroup; /* index; WHO_NONE */
};

#define WHO_NONE UINT32_MAX

struct who_cgroup {
	char *path; /* of the VM: without what libvirt makes below it for each thread */
	uint32_t weight; /* cpu.weight; 0: not said */
};

struct import_who {
	struct who_thread *threads; /* by tid */
	uint32_t nr_threads, room_threads;
	struct who_cgroup *cgroups;
	uint32_t nr_cgroups, room_cgroups;
};

/* 0, or -1 with *err: "NAME:LINE:1: ...". */
int who_read(struct import_who *who, FILE *file, const char *name, struct error *err);
void who_free(struct import_who *who);

/* NULL: the file does not say. */
const struct who_thread *who_find(const struct import_who *who, uint32_t tid);

#endif
