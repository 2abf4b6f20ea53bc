/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_export.h - a trace as other tools want to read it.
 *
 * Each reads the open trace to its end and writes it to out, whose errors are
 * for the caller to find (ferror).  0, or -1 with *err for a trace that is bad.
 */
#ifndef CORUN_TRACE_EXPORT_H
#define CORUN_TRACE_EXPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "trace_read.h"

/* Chrome/Perfetto JSON: a track a pCPU, a process a VM with a track a vCPU. */
int trace_export_perfetto(struct trace_reader *reader, FILE *out, struct error *err);

/* Where a trace is from; for a picture that is looked at later. */
#define TRACE_MAX_FACTS 64u

struct trace_fact {
	char name[80];
	char value[256];
};

struct trace_facts {
	struct trace_fact facts[TRACE_MAX_FACTS];
	uint32_t nr;
};

/*
 * trace_facts.c: the policy and all of the trace's origin; and where the trace lies in a result
 * folder, the policy's tunables.
 */
void trace_facts_read(struct trace_facts *facts, const struct trace_reader *reader);

/*
 * Perfetto's own format (protobuf): the same tracks, flows and instants, with counters for each
 * VM: vCPUs that are runnable without a pCPU, and the time so far of steal and of spinning.
 */
int trace_export_perfetto_pb(struct trace_reader *reader, FILE *out, struct error *err);

/*
 * The kernel's text format, sched_switch and sched_waking: comm is "VM/vcpu",
 * pid 1000 + vcpu.  Its clock has microseconds (rounded down); with nine_digits
 * the same field carries ns, which our importer and perf's readers take, too.
 */
int trace_export_ftrace(struct trace_reader *reader, FILE *out, bool nine_digits,
			struct error *err);

/* One aligned line an event, for people. */
int trace_export_text(struct trace_reader *reader, FILE *out, struct error *err);

#endif
