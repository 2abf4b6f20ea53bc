/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_spin.h - why a spinner spins, from the events of its VM.
 *
 * The engine keeps a clock a lock and cause, and books a spin when it is over, so
 * its TR_MODE says no more than that a vCPU spins.  The events around it say why;
 * this follows the wait-for chain as the engine does.
 */
#ifndef CORUN_TRACE_SPIN_H
#define CORUN_TRACE_SPIN_H

#include <stdbool.h>
#include <stdint.h>

#include "trace_read.h"

struct trace_track;

/* A vCPU waits for another one to handle its interrupt. */
struct trace_ipi {
	uint16_t from, to;
};

struct trace_spin {
	uint16_t *holders; /* [nr_vms * WORLD_MAX_LOCKS]: vCPU or TRACE_NONE */
	uint16_t *waits; /* [nr_vcpus]: lock or barrier it waits at, TRACE_NONE */
	bool *at_barrier; /* [nr_vcpus] */
	uint32_t *nr_waiting; /* [nr_vms] */
	struct trace_ipi *ipis; /* open ones, in no order */
	uint32_t nr_ipis, size_ipis;
};

/* 0, or -1: no memory. */
int trace_spin_init(struct trace_spin *spin, const struct trace_reader *reader);
void trace_spin_free(struct trace_spin *spin);

/* Notes who holds and who waits. */
void trace_spin_apply(struct trace_spin *spin, const struct trace_reader *reader,
		      const struct trace_rec *rec);

/* Why this vCPU, which waits and runs, spins: VT_SPIN_CONTENTION ... VT_SPIN_PARTNER. */
uint8_t trace_spin_cause(const struct trace_spin *spin, const struct trace_reader *reader,
			 const struct trace_track *track, uint16_t vcpu);

#endif
