/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_task.h - what an event means to the task it is about: import's inner part.
 */
#ifndef CORUN_IMPORT_TASK_H
#define CORUN_IMPORT_TASK_H

#include "import.h"

void task_wake(struct import_task *task, uint64_t now_ns);
/*
 * What KVM says of it while it is on a CPU.  0, or -1 with *err when there are too many bursts, or no memory.
 */
int task_kvm(struct import *import, struct import_task *task, enum ftrace_kvm kvm, uint64_t now_ns,
	     struct error *err);

void task_switch_in(struct import *import, struct import_task *task, uint32_t cpu, uint64_t now_ns);

/* 0, or -1 with *err when there are too many bursts, or no memory. */
int task_switch_out(struct import *import, struct import_task *task, char state, uint64_t now_ns,
		    struct error *err);

/* Its events since gap_ns may be missing (all that cpu logged since then). */
void task_lost(struct import *import, struct import_task *task, uint32_t cpu, uint64_t gap_ns);

/* It was not where the log put it: what it does now is unknown. */
void task_forget(struct import *import, struct import_task *task);

/* The log ends at now_ns.  0, or -1 as above. */
int task_end(struct import *import, struct import_task *task, uint64_t now_ns, struct error *err);

#endif
