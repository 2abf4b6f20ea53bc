/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_handover.h - locks that go from one vCPU to another that waited for them. */
#ifndef CORUN_TRACE_HANDOVER_H
#define CORUN_TRACE_HANDOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "trace_read.h"

/* The last release of a lock, from which a handover starts. */
struct trace_release {
	uint64_t at_ns;
	uint16_t vcpu;
	bool any;
};

struct trace_handover {
	struct trace_release *releases; /* [nr_vms * WORLD_MAX_LOCKS] */
	uint32_t *waits; /* [nr_vcpus]: lock it waits for, UINT32_MAX: none */
};

/* 0, or -1 with *err (no memory). */
int trace_handover_init(struct trace_handover *handover, const struct trace_reader *reader,
			struct error *err);
void trace_handover_free(struct trace_handover *handover);

/* Is the record the second end of a handover?  *from then is the first. */
bool trace_handover_apply(struct trace_handover *handover, const struct trace_reader *reader,
			  const struct trace_rec *rec, struct trace_release *from);

#endif
