/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page_trace.h - the traces of a folder, packed for the page's timeline.
 *
 * A policy is columns, one behind the other, of all vCPUs one behind the other: how long each
 * state lasted in ns (five planes: the lowest bytes of all, then the next ones, ...), the state
 * with the reason why the stint ended (reason << 4 | state), the pCPU (two planes, 0xffff: it
 * did not run).  Then the harmful preemptions (ns since the one before in five planes, vCPU and
 * pCPU in two planes each), then the kicks (the same without a vCPU).
 */
#ifndef CORUN_PAGE_TRACE_H
#define CORUN_PAGE_TRACE_H

#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

/* Intervals of vCPUs and pCPUs, all policies together. */
#define PAGE_TRACE_MOST 1000000u

struct page_span {
	uint64_t ns;
	uint16_t pcpu;
	uint8_t state; /* enum vcpu_time, or NR_VT: before its first event; reason << 4 */
};

struct page_lane { /* of a vCPU */
	struct page_span *spans;
	uint32_t nr, room;
	uint64_t upto_ns;
};

struct page_event {
	uint64_t at_ns;
	uint16_t vcpu, pcpu;
};

struct page_events {
	struct page_event *events;
	uint32_t nr, room;
};

struct page_trace {
	char *policy;
	char **vms; /* names */
	uint32_t *first, *width; /* [nr_vms] */
	uint32_t nr_vms, nr_pcpus, nr_vcpus;
	struct page_lane *lanes; /* [nr_vcpus] */
	struct page_events harms, kicks;
	uint64_t from_ns, to_ns; /* what the lanes cover */
	uint64_t end_ns; /* of the run */
	uint32_t nr_intervals;
};

/*
 * Reads a trace from from_ns on: to to_ns, the end of the run, or the instant at which there
 * are more than `most` intervals, which trace->to_ns then is.  0, or -1 with *err.
 */
int page_trace_read(struct page_trace *trace, const char *path, uint64_t from_ns, uint64_t to_ns,
		    uint32_t most, struct error *err);
void page_trace_free(struct page_trace *trace);

/* The columns. */
void page_trace_pack(const struct page_trace *trace, FILE *to);

#endif
