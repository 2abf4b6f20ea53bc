/* SPDX-License-Identifier: BSD-2-Clause */
/* scx_vms.h - which threads are the vCPUs of which VM. */
#ifndef SCX_VMS_H
#define SCX_VMS_H

#include <stdint.h>
#include <sys/types.h>

#include "scx_abi.h"

struct scx_thread {
	pid_t tid;
	int policy; /* scheduling policy before ours, to be given back */
	struct sp_affinity affinity; /* nr 0: anywhere in the pool */
};

struct scx_vm {
	char name[32];
	uint32_t weight;
	uint32_t first_vcpu;
	uint32_t nr;
	struct scx_thread threads[SP_NR_VCPUS];
};

/*
 * A VM from its description, NAME=KIND:WHERE[,threads=GLOB][,weight=N]:
 *	pid:PID        the threads of a process
 *	kvm:PID        those of them that QEMU names as vCPUs ("CPU 0/KVM")
 *	cgroup:PATH    the threads of a cgroup (version 2)
 * 0, or -1 with the reason in `error`.
 */
int vm_parse(struct scx_vm *vm, const char *text, char *error, size_t error_size);

/* Affinity of its threads among the online CPUs; -1 if a policy cannot be told so. */
int vm_read_affinity(struct scx_vm *vm, uint64_t online, char *error, size_t error_size);

#endif
