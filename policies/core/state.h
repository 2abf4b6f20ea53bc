/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * core/state.h - what core keeps of vCPUs, VMs, pCPUs and cores.
 */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include "policy.h"
#include "sp_heap.h"

/* Names begin with corevm_: struct core_state is Linux's, and BPF includes that. */
enum corevm_state { COREVM_ABSENT, COREVM_BLOCKED, COREVM_QUEUED, COREVM_RUNNING };

struct corevm_vcpu {
	struct sp_vtime age;
	sp_u32 weight; /* 0: as its VM */
	sp_id vm;
	sp_id pcpu; /* COREVM_RUNNING: where */
	sp_id next; /* sibling */
	sp_u16 state; /* enum corevm_state */
	sp_u32 rides; /* COREVM_RUNNING: it was not the youngest of all */
};

struct corevm_vm {
	sp_u32 weight;
	sp_id head; /* its vCPUs */
	sp_u16 nr_queued;
};

struct corevm_pcpu {
	sp_u32 turn; /* of its core, in which it picked last */
	sp_id core;
	sp_id next; /* thread of that core */
	sp_id running; /* what we picked last, or SP_NONE */
	sp_u16 zero[3];
};

struct corevm_core {
	sp_u64 until_ns; /* the turn's end */
	sp_u32 turn; /* its number */
	sp_id vm; /* whose turn it is */
	sp_id head; /* its threads that are online */
	sp_u16 nr_running;
	sp_u16 zero[3];
};

struct corevm {
	sp_u64 slice_ns;
	sp_u64 floor_ns; /* age that a vCPU which wakes is lifted to; never falls */
	sp_u64 online[SP_WORDS(SP_NR_PCPUS)];
	sp_u64 idle[SP_WORDS(SP_NR_PCPUS)]; /* picked nothing, not yet kicked */
	sp_u64 free[SP_WORDS(SP_NR_PCPUS)]; /* of those: on cores that run nobody */
	struct corevm_pcpu pcpus[SP_NR_PCPUS];
	struct corevm_core cores[SP_NR_PCPUS];
	struct corevm_vcpu vcpus[SP_NR_VCPUS];
	struct corevm_vm vms[SP_NR_VMS];
	struct sp_heap waiting; /* by age */
};

static inline struct corevm_vcpu *corevm_vcpu(struct corevm *s, sp_u32 vcpu)
{
	return &SP_AT(s->vcpus, vcpu);
}

static inline struct corevm_vm *corevm_vm(struct corevm *s, sp_u32 vm)
{
	return &SP_AT(s->vms, vm);
}

static inline struct corevm_pcpu *corevm_pcpu(struct corevm *s, sp_u32 pcpu)
{
	return &SP_AT(s->pcpus, pcpu);
}

static inline struct corevm_core *corevm_of(struct corevm *s, sp_u32 pcpu)
{
	return &SP_AT(s->cores, corevm_pcpu(s, pcpu)->core);
}

#endif
