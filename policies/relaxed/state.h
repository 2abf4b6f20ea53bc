/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relaxed/state.h - what relaxed keeps of vCPUs, VMs and pCPUs.
 */
#ifndef RELAXED_STATE_H
#define RELAXED_STATE_H

#include "policy.h"
#include "sp_heap.h"
#include "sp_list.h"

enum relaxed_state {
	RELAXED_ABSENT,
	RELAXED_BLOCKED,
	RELAXED_WAITING,
	RELAXED_RUNNING,
	RELAXED_HELD, /* co-stopped */
};

struct relaxed_vcpu {
	struct sp_vtime v; /* what it had of its share */
	sp_u64 since_ns; /* when it was picked, or began to wait */
	sp_u16 state; /* enum relaxed_state */
	sp_id vm;
	sp_id pcpu; /* RELAXED_RUNNING: where; else: where last, or SP_NONE */
	sp_id next; /* sibling */
	struct sp_link link; /* RELAXED_WAITING: siblings that wait, for longer and for less long */
	sp_u16 zero;
	sp_u8 leads; /* RELAXED_RUNNING: to be co-stopped when it stops */
	sp_u8 handed; /* RELAXED_WAITING: a pCPU was kicked for it */
};

struct relaxed_vm {
	sp_u64 floor_ns; /* least virtual time of those not blocked */
	sp_u64 floor_at_ns; /* as of this instant */
	sp_u64 stop_ns; /* the thresholds of skew, in its virtual time */
	sp_u64 start_ns;
	sp_u32 weight;
	sp_u16 nr_active; /* not blocked */
	sp_u16 nr_running;
	sp_u16 nr_held;
	sp_id head; /* of its vCPUs */
	struct sp_list waiting; /* of its vCPUs, longest wait first */
};

struct relaxed_pcpu {
	sp_u64 period_ns; /* end of the period in which it was given a VM */
	sp_id vm; /* that VM */
	sp_id running; /* what we picked last, or SP_NONE */
	sp_id hand; /* what it was kicked for, or SP_NONE */
	sp_u16 zero;
};

struct relaxed {
	/* tunables */
	sp_u64 slice_ns;
	sp_u64 sample_ns;
	sp_u64 stop_ns;
	sp_u64 start_ns;

	sp_u64 vclock_ns; /* where a vCPU that wakes joins; never falls */
	sp_u64 period_end_ns; /* slices end there */
	sp_id favour; /* VM that pCPUs are given in this period, while one of it waits */
	sp_id resume; /* VM at which the next sampling begins */
	sp_id laggard; /* while a VM is sampled: where to look for the next */
	sp_u16 armed; /* a sampling is to come */
	sp_u64 idle[SP_WORDS(SP_NR_PCPUS)]; /* online, nothing picked, not yet kicked */
	sp_u64 watched[SP_WORDS(SP_NR_VMS)]; /* two active vCPUs or more, or one held */
	struct relaxed_vcpu vcpus[SP_NR_VCPUS];
	struct relaxed_vm vms[SP_NR_VMS];
	struct relaxed_pcpu pcpus[SP_NR_PCPUS];
	struct sp_heap waiting; /* all that wait, by virtual time */
};

static inline struct relaxed_vcpu *relaxed_vcpu(struct relaxed *r, sp_u32 vcpu)
{
	return &SP_AT(r->vcpus, vcpu);
}

static inline struct relaxed_vm *relaxed_vm(struct relaxed *r, sp_u32 vm)
{
	return &SP_AT(r->vms, vm);
}

static inline struct relaxed_pcpu *relaxed_pcpu(struct relaxed *r, sp_u32 pcpu)
{
	return &SP_AT(r->pcpus, pcpu);
}

#endif
