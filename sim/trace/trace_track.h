/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_track.h - from events to spans: what each vCPU did, and for how long.
 */
#ifndef CORUN_TRACE_TRACK_H
#define CORUN_TRACE_TRACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "model/result.h"
#include "trace_read.h"
#include "trace_spin.h"

/* A vCPU was in one state, and if it ran, on one pCPU. */
struct span {
	uint64_t from_ns, to_ns; /* from < to */
	uint16_t vcpu;
	uint16_t pcpu; /* TRACE_NONE where it did not run */
	uint8_t state; /* enum vcpu_time */
	bool stint_end; /* it left the pCPU at to_ns */
};

struct track_vcpu {
	uint64_t since_ns; /* of the state */
	uint64_t stint_ns; /* instant of its switch-in, while it runs */
	uint16_t pcpu; /* TRACE_NONE: not running */
	uint16_t last_pcpu; /* where it ran last, TRACE_NONE: never */
	uint8_t state; /* enum vcpu_time */
	uint8_t mode; /* what it does when it runs */
	bool held; /* the policy holds it back */
	bool known; /* some event named it: its state is no guess */
};

struct trace_track {
	struct track_vcpu *vcpus;
	uint16_t *running; /* [nr_pcpus]: vCPU or TRACE_NONE */
	struct trace_spin spin;
	uint32_t nr_vcpus, nr_pcpus;
	/* Called with each span as it ends; spans of no length are left out. */
	void (*span)(void *context, const struct span *span);
	void *context;
};

/* 0, or -1 with *err (no memory). */
int trace_track_init(struct trace_track *track, const struct trace_reader *reader,
		     void (*span)(void *context, const struct span *span), void *context,
		     struct error *err);

/* Applies one record that trace_reader_next has let pass. */
void trace_track_apply(struct trace_track *track, const struct trace_reader *reader,
		       const struct trace_rec *rec);

/* Ends all spans at end_ns. */
void trace_track_finish(struct trace_track *track, uint64_t end_ns);
void trace_track_free(struct trace_track *track);

static inline bool state_is_running(uint8_t state)
{
	return state < VT_STEAL;
}

/* "useful", "spin: lock holder preempted", ... */
const char *trace_state_name(uint8_t state);

/* The span's part inside [from_ns, to_ns); false where there is none. */
bool span_clip(struct span *span, uint64_t from_ns, uint64_t to_ns);

#endif
