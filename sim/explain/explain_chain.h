/* SPDX-License-Identifier: BSD-2-Clause */
/* explain_chain.h - what is in the way of a vCPU at an instant, and whose doing it is. */
#ifndef CORUN_EXPLAIN_CHAIN_H
#define CORUN_EXPLAIN_CHAIN_H

#include "explain.h"
#include "trace/trace_track.h"

/* What the trace says beside the states: kept by the second pass. */
struct explain_view {
	const struct world *world;
	const struct trace_reader *reader;
	const struct trace_track *track;
	const uint8_t *held; /* [nr_vcpus] SP_COSTOP or SP_CAP, or 0 */
	const bool *away; /* [nr_pcpus] offline, or taken by the host */
	const uint64_t *ran_ns; /* [nr_vcpus] over the window */
};

struct explain_blame {
	enum explain_cause cause;
	uint16_t culprit; /* vCPU, or TRACE_NONE */
};

/* It is runnable and off CPU; home: the pCPU at which it queues. */
struct explain_blame explain_blame_cpu(const struct explain_view *view,
				       const struct explain_wait *wait);

/* It waits for a lock, a barrier or an interrupt. */
struct explain_blame explain_blame_lock(const struct explain_view *view,
					const struct explain_wait *wait);

#endif
