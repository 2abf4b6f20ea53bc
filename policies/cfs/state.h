/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cfs/state.h - what cfs keeps of vCPUs, pCPUs, VMs and the topology.
 */
#ifndef CFS_STATE_H
#define CFS_STATE_H

#include "policy.h"
#include "sp_cap.h"

enum {
	CFS_LATENCY,
	CFS_MIN_GRANULARITY,
	CFS_WAKEUP_GRANULARITY,
	CFS_SCALE,
	CFS_TICK_ROUNDING,
	CFS_GROUP,
	CFS_MIGRATION_COST,
	CFS_NR_MIGRATE,
	CFS_BUSY_FACTOR,
	CFS_IMBALANCE_PCT,
	CFS_JIFFY
};

enum cfs_state {
	CFS_ABSENT,
	CFS_BLOCKED,
	CFS_QUEUED,
	CFS_RUNNING, /* picked, as far as we know */
	CFS_STRANDED, /* runnable, but no pCPU that it may use is online */
	CFS_CAPPED, /* runnable, but its VM has had its quota */
};

struct cfs_vcpu {
	struct sp_vtime v; /* vruntime, on the clock of its pCPU */
	sp_u64 ran_at_ns; /* when it last stopped: its cache is warm for a while */
	sp_u32 weight;
	sp_u32 share; /* what counts: the weight, or its part of the VM's */
	sp_id pcpu; /* where it queues, runs or last did; SP_NONE: nowhere yet */
	sp_id vm;
	sp_id before; /* neighbours in the queue */
	sp_id after;
	sp_id first; /* may run on pCPUs first to last */
	sp_id last;
	sp_u8 state; /* enum cfs_state */
	sp_u8 inherits; /* its weight is that of its VM */
	sp_u16 zero;
};

/* The levels of the topology: what a pCPU shares, ever less of it. */
enum { CFS_CORE, CFS_LLC, CFS_SOCKET, CFS_POOL, CFS_LEVELS };

struct cfs_pcpu {
	sp_u64 floor_ns; /* vruntime that all here have reached; never falls */
	sp_u64 load; /* shares of all that queue or run here */
	sp_u64 picked_at_ns; /* the vCPU that runs here was picked then */
	sp_u64 used_ns; /* of its slice, in stints before the one under way */
	sp_id head;
	sp_id tail;
	sp_id curr; /* what we picked last, or SP_NONE */
	sp_id prev; /* what stopped here and may go on; queued */
	sp_id next; /* buddies, see cfs_choose; queued or curr */
	sp_id last;
	sp_id skip;
	sp_u16 nr; /* that queue or run here */
	sp_id group[CFS_LEVELS]; /* ids of the core, LLC, socket, and 0 */
	sp_u8 resched; /* prev may not go on */
	sp_u8 ends; /* curr was given an end */
	sp_id urgent; /* queued, and next whatever its vruntime: for others than cfs itself */
	sp_u16 zero[2];
};

/* A core, LLC or socket, or the pool: pCPUs of it lie between first and last. */
struct cfs_group {
	sp_u16 first;
	sp_u16 last;
	sp_u16 nr; /* online */
	sp_u16 nr_idle;
};

/* Periodic balancing of a pCPU at a level. */
struct cfs_due {
	sp_u64 at_ns;
	sp_u32 interval_ms;
	sp_u32 nr_failed; /* in a row */
};

struct cfs_vm {
	sp_u64 load; /* weights of its vCPUs that queue or run */
	sp_u32 weight;
	sp_u32 nr; /* of its vCPUs that queue or run */
};

struct cfs {
	struct cfs_pcpu pcpus[SP_NR_PCPUS]; /* first: 64 bytes each, a cache line */
	sp_u64 tunables[SP_MAX_TUNABLES]; /* as configured */
	sp_u64 latency_ns; /* scaled, as are the next two */
	sp_u64 min_granularity_ns;
	sp_u64 wakeup_granularity_ns;
	sp_u64 load; /* of all pCPUs */
	sp_u32 nr_latency; /* more than these stretch the period */
	sp_u32 nr_overloaded;
	sp_u32 nr_stranded;
	sp_u32 is_armed; /* the timer, for balancing */
	sp_u32 balance_at; /* pCPU that the timer visits next */
	sp_u32 place_at; /* pCPU from which the next place is searched */
	sp_u64 balance_ns; /* is_armed: when */
	sp_u64 online[SP_WORDS(SP_NR_PCPUS)];
	sp_u64 idle[SP_WORDS(SP_NR_PCPUS)]; /* picked nothing, not yet kicked */
	sp_u64 overloaded[SP_WORDS(SP_NR_PCPUS)]; /* nr of 2 or more: someone waits */
	sp_u64 stranded[SP_WORDS(SP_NR_VCPUS)];
	struct cfs_vcpu vcpus[SP_NR_VCPUS];
	struct cfs_vm vms[SP_NR_VMS];
	struct cfs_group groups[CFS_LEVELS * SP_NR_PCPUS];
	struct cfs_due due[CFS_LEVELS * SP_NR_PCPUS];
	struct sp_caps caps;
};

static inline struct cfs_vcpu *cfs_vcpu(struct cfs *c, sp_u32 vcpu)
{
	return &SP_AT(c->vcpus, vcpu);
}

static inline struct cfs_pcpu *cfs_pcpu(struct cfs *c, sp_u32 pcpu)
{
	return &SP_AT(c->pcpus, pcpu);
}

static inline struct cfs_group *cfs_group(struct cfs *c, const struct cfs_pcpu *p, sp_u32 level)
{
	sp_u32 id = SP_AT(p->group, level);

	return &SP_AT(c->groups, level * SP_NR_PCPUS + id);
}

static inline int cfs_is_idle(const struct cfs *c, sp_u32 pcpu)
{
	return sp_test_bit(c->idle, SP_WORDS(SP_NR_PCPUS), pcpu) != 0;
}

/*
 * Have the BPF verifier take a result for any number: it proves what follows once,
 * not once for each way the result came about.  Elsewhere this is x.
 */
#define CFS_ANY(x) ((x) + SP_ZERO)

#endif
