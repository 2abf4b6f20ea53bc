/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eevdf/state.h - what eevdf keeps beside the state of cfs: lags and deadlines.
 *
 * Virtual times (vruntime, deadline, lag) are those of sp_weight.h: real time run, times
 * 1024 / weight.
 */
#ifndef EEVDF_STATE_H
#define EEVDF_STATE_H

#include "cfs/state.h"
#include "sp_list.h"

/* The first three rows and the last are eevdf's, those between are cfs's. */
enum {
	EEVDF_BASE_SLICE,
	EEVDF_RUN_TO_PARITY,
	EEVDF_SHORT_SLICE,
	EEVDF_SHORT_WEIGHT = CFS_JIFFY + 1,
	EEVDF_PREEMPT_SHORT,
	EEVDF_DELAY_DEQUEUE
};

/* Values of run_to_parity: for how long is who was picked safe from who wakes? */
enum {
	EEVDF_PARITY_OFF, /* for the base slice, unscaled */
	EEVDF_PARITY_SHORTEST, /* for the shortest slice in its queue: Linux 6.18 */
	EEVDF_PARITY_SLICE /* for all of its slice: Linux 6.12 */
};

#define EEVDF_LEAST_SLICE_NS SP_US(100) /* as in Linux */

/* A vCPU of this weight or less is of Linux's class SCHED_IDLE, which has weight 3. */
#define EEVDF_WEIGHT_IDLE 3

struct eevdf_vcpu {
	sp_u64 deadline_ns; /* virtual; is_relative: from its vruntime on */
	sp_u64 safe_ns; /* picked, and not preempted before it has this vruntime */
	sp_u64 owed_ns; /* off the queues: its lag, if it had less than was due */
	sp_u64 debt_ns; /* if it had more */
	struct sp_link link; /* lingers: its neighbours */
	sp_u32 lingers; /* blocked, but competes at its pCPU until its turn comes */
	sp_u32 is_relative;
	sp_u32 zero;
};

/* Those who linger at a pCPU, and what they add to the mean: their vruntimes stand still. */
struct eevdf_pcpu {
	struct sp_list lingering;
	sp_u32 nr_lingering;
	sp_u64 load; /* their weights */
	sp_u64 at_ns; /* vruntimes are counted from here */
	sp_u64 sum; /* of weight times vruntime, modulo 2^64 */
};

/* The state of cfs comes first: cfs's parts take st for it. */
struct eevdf {
	struct cfs cfs;
	sp_u64 base_ns; /* slice, scaled */
	struct eevdf_pcpu pcpus[SP_NR_PCPUS];
	struct eevdf_vcpu vcpus[SP_NR_VCPUS];
};

static inline struct eevdf *eevdf_of(struct cfs *c)
{
	return (struct eevdf *)c;
}

static inline struct eevdf_vcpu *eevdf_vcpu(struct cfs *c, sp_u32 vcpu)
{
	return &SP_AT(eevdf_of(c)->vcpus, vcpu);
}

static inline struct eevdf_pcpu *eevdf_pcpu(struct cfs *c, sp_u32 pcpu)
{
	return &SP_AT(eevdf_of(c)->pcpus, pcpu);
}

#endif
