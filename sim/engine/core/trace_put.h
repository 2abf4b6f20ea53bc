/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_put.h - a record for the trace, if there is one.
 */
#ifndef CORUN_TRACE_PUT_H
#define CORUN_TRACE_PUT_H

#include "state.h"

static inline void trace_put(struct sim *sim, uint32_t type, uint32_t arg, uint32_t pcpu,
			     uint32_t vcpu, uint32_t aux)
{
	struct trace_sink *sink = sim->trace;
	struct trace_rec *rec;

	if (!sink)
		return;
	if (sink->nr == sink->size) {
		if (sink->failed || sink->flush(sink, sink->buffer, sink->nr)) {
			sink->failed = 1;
			sink->nr_lost++;
			sim->trace = NULL;
			return;
		}
		sink->nr = 0;
	}
	rec = &sink->buffer[sink->nr++];
	rec->at_ns = sim->now;
	rec->type = (uint8_t)type;
	rec->arg = (uint8_t)arg;
	rec->pcpu = (uint16_t)pcpu;
	rec->vcpu = (uint16_t)vcpu;
	rec->aux = (uint16_t)aux;
}

#endif
