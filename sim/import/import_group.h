/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_group.h - whose thread is it?  Lanes become the vCPUs of VMs.
 */
#ifndef CORUN_IMPORT_GROUP_H
#define CORUN_IMPORT_GROUP_H

#include <stdint.h>

#include "base/error.h"

struct import_plan;
struct import_wanted;

/* A thread whose name is BEFORE, a number, AFTER is that vCPU of its process. */
struct vcpu_name {
	const char *monitor;
	const char *before, *after;
};

/* That of the thread, and the number; NULL: it is none.  own: instead of those known. */
const struct vcpu_name *vcpu_name_of(const char *comm, const struct vcpu_name *own,
				     uint32_t *index);

/* "BEFORE%AFTER", which is changed; -1: it is not. */
int vcpu_name_parse(struct vcpu_name *name, char *text);

/*
 * Sorts the plan's lanes by VM and fills its VMs.  0, or -1 with *err: not as many VMs as
 * wanted, or what they are to be told by is not there.
 */
int import_group(struct import_plan *plan, const struct import_wanted *wanted, struct error *err);

#endif
