/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hybrid/state.h - what hybrid keeps of vCPUs, VMs, gangs and pCPUs.
 */
#ifndef HYBRID_STATE_H
#define HYBRID_STATE_H

#include "policy.h"
#include "sp_heap.h"

enum hybrid_state {
	HYBRID_ABSENT,
	HYBRID_BLOCKED,
	HYBRID_QUEUED, /* in the heap */
	HYBRID_HELD, /* runnable, of a gang, in no pCPU's hands */
	HYBRID_RUNNING,
};

struct hybrid_vcpu {
	struct sp_vtime age;
	sp_u32 seq; /* of the slot in which it had a cell last */
	sp_u16 state; /* enum hybrid_state */
	sp_id vm;
	sp_id pcpu; /* HYBRID_RUNNING: where, as far as we know */
	sp_id cell; /* its pCPU in slot seq */
	sp_id next; /* sibling */
	sp_u16 zero;
};

enum hybrid_mode { HYBRID_LOOSE, HYBRID_OFF, HYBRID_ON, HYBRID_ASLEEP };

struct hybrid_vm {
	sp_u64 age_ns; /* the most that a vCPU of it has reached */
	sp_u64 key_ns; /* HYBRID_OFF: its place in the list */
	sp_u64 spun_at_ns; /* LOOSE: spins are counted from here; else: last seen */
	sp_u32 nr_spins;
	sp_u32 width; /* 0: no such VM */
	sp_u32 weight;
	sp_u16 nr_active; /* vCPUs that are not blocked */
	sp_u16 mode; /* enum hybrid_mode */
	sp_id head; /* its vCPUs */
	sp_id next; /* HYBRID_OFF, HYBRID_ON: in the list */
	sp_u32 zero;
};

struct hybrid_pcpu {
	sp_u64 picked_at_ns; /* running was */
	sp_u32 seq; /* of the slot that cell is of */
	sp_id cell; /* whose it is in that slot */
	sp_id running; /* what we picked last, or SP_NONE */
};

struct hybrid {
	sp_u64 slice_ns; /* tunables */
	sp_u64 window_ns;
	sp_u64 hold_ns;
	sp_u64 spins;
	sp_u64 floor_ns; /* age that a vCPU which wakes is lifted to; never falls */
	sp_u64 slot_start_ns;
	sp_u64 slot_end_ns; /* SP_NEVER_NS: no gang is on */
	sp_u32 seq; /* of slots */
	sp_u32 nr_online;
	sp_u32 nr_running; /* picked, gangs' included */
	sp_u32 nr_live; /* vCPUs of gangs that are on, not blocked */
	sp_u32 nr_free; /* pCPUs that no gang of the slot has a claim to */
	sp_u32 cursor; /* the pCPU from which the next cell is searched */
	sp_id on; /* first gang that is on */
	sp_id off; /* the youngest gang that waits */
	sp_u32 zero;
	sp_u64 online[SP_WORDS(SP_NR_PCPUS)];
	sp_u64 idle[SP_WORDS(SP_NR_PCPUS)]; /* picked nothing, not yet kicked */
	struct hybrid_pcpu pcpus[SP_NR_PCPUS];
	struct hybrid_vcpu vcpus[SP_NR_VCPUS];
	struct hybrid_vm vms[SP_NR_VMS];
	struct sp_heap waiting; /* loose vCPUs by age */
};

/* Marks for the trace: VM a becomes a gang, or b is 0 and it is loose again. */
enum { HYBRID_MARK_GANG = 1 };

static inline struct hybrid_vcpu *hybrid_vcpu(struct hybrid *h, sp_u32 vcpu)
{
	return &SP_AT(h->vcpus, vcpu);
}

static inline struct hybrid_vm *hybrid_vm(struct hybrid *h, sp_u32 vm)
{
	return &SP_AT(h->vms, vm);
}

static inline struct hybrid_pcpu *hybrid_pcpu(struct hybrid *h, sp_u32 pcpu)
{
	return &SP_AT(h->pcpus, pcpu);
}

#endif
