/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scx_meter.h - co-run, run and steal time of VMs, from a stream of switches.  Plain C:
 * what feeds it (meter.bpf.c) is not known here.
 */
#ifndef SCX_METER_H
#define SCX_METER_H

#include <stdint.h>

#include "scx_abi.h"

/* All in ns, since the last meter_reset. */
struct vm_figures {
	uint64_t wall_ns;
	uint64_t run_ns; /* sum over its vCPUs */
	uint64_t steal_ns; /* sum over its vCPUs: runnable, not running */
	uint64_t any_ns; /* at least one runs */
	uint64_t all_ns; /* all N run: the meter of the literature */
	uint64_t awake_any_ns; /* two or more are not blocked, and one at least runs */
	uint64_t awake_all_ns; /* ... and all that are not blocked run */
	uint64_t switches; /* times that one of its vCPUs got a pCPU */
};

enum meter_state { METER_UNKNOWN, METER_BLOCKED, METER_WAITS, METER_RUNS };

struct meter_vm {
	uint64_t since_ns;
	uint32_t width;
	uint32_t nr_running;
	uint32_t nr_awake;
	uint32_t zero;
	struct vm_figures f;
};

struct meter {
	struct meter_vm vms[SP_NR_VMS];
	uint32_t vm_of[SP_NR_VCPUS]; /* or SP_NONE */
	enum meter_state states[SP_NR_VCPUS];
	uint64_t now_ns; /* of the latest event: the stream may step back by a little */
	uint64_t nr_backwards;
};

void meter_init(struct meter *m);
/* vcpu is one of vm, and in this state at this moment (METER_UNKNOWN: its first event tells). */
void meter_add(struct meter *m, uint32_t vcpu, uint32_t vm, enum meter_state state);
void meter_event(struct meter *m, const struct scx_event *e);
/* Brings all figures up to now_ns. */
void meter_advance(struct meter *m, uint64_t now_ns);
/* From now_ns on the figures count anew. */
void meter_reset(struct meter *m, uint64_t now_ns);

/* all/any, 1 if nobody ran: nothing was missed then. */
double meter_ratio(uint64_t all_ns, uint64_t any_ns);

#endif
