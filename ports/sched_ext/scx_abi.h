/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scx_abi.h - what the BPF side and the loader of the sched_ext port both know:
 * dimensions, the records that are read and written from outside, events of the meter.
 */
#ifndef SCX_ABI_H
#define SCX_ABI_H

#include "../../policies/policy.h"

/* Room for a policy's state, in bytes; checked when it is loaded. */
#ifndef SCX_STATE_MAX
#define SCX_STATE_MAX 262144
#endif

_Static_assert(SP_NR_PCPUS <= 64, "a set of pCPUs is one word here");

/* Operations of the control program: the calls that the loader makes itself. */
enum scx_control_op {
	SCX_INIT,
	SCX_PCPU_ONLINE,
	SCX_VM_ADD,
	SCX_VM_REMOVE,
	SCX_VM_SET_WEIGHT,
	SCX_VCPU_ADD,
	SCX_VCPU_REMOVE,
	SCX_NOTHING, /* takes the lock and lets it go: what is left to subtract */
};

struct scx_control {
	sp_u32 op; /* enum scx_control_op */
	sp_u32 id; /* pCPU, VM or vCPU */
	sp_s32 ret; /* out: what the policy returned */
	sp_u32 weight; /* SCX_VM_SET_WEIGHT */
	struct sp_topo topo; /* SCX_PCPU_ONLINE */
	sp_u32 zero;
	struct sp_vm_config vm; /* SCX_VM_ADD */
	struct sp_vcpu_config vcpu; /* SCX_VCPU_ADD */
	struct sp_config config; /* SCX_INIT */
};

/* Value of the map `tags`, by thread id (as the initial pid namespace has it). */
struct scx_tag {
	sp_u32 vcpu;
	sp_u32 vm;
};

/* What the port counted since it was loaded; read for the live display. */
struct scx_counts {
	sp_u64 picks;
	sp_u64 stale; /* picks that could not be started: not saved yet, or gone */
	sp_u64 kicks;
	sp_u64 stolen; /* stints that the host's own tasks cut short */
	sp_u64 unasked; /* stints that began without a pick */
	sp_u64 late; /* stints that began after their run_until_ns */
	sp_u64 late_slot_ns; /* sum over slot ends: how late the pick came */
	sp_u64 slot_ends;
	sp_u64 yields; /* directed and plain: KVM's answer to a spinning guest */
};

/* Calls of the policy, by what they cost; SCX_NOTHING_STEP: the lock and the clock alone. */
enum scx_step_kind {
	SCX_PICK_STEP,
	SCX_STOPPED_STEP,
	SCX_WAKE_STEP,
	SCX_OTHER_STEP,
	SCX_NOTHING_STEP,
	SCX_NR_STEPS = 8, /* a power of two */
};

/*
 * From before the lock until after it, the clock being read outside: eight buckets an
 * octave, bucket_ns of the eight first is their number.
 */
#define SCX_NR_BUCKETS 256

struct scx_held {
	sp_u64 sum_ns;
	sp_u64 buckets[SCX_NR_BUCKETS];
};

/* What the loader reads while the scheduler runs, and after its end. */
struct scx_public {
	struct scx_counts counts;
	sp_s64 exit_kind; /* the kernel's: 0 while it runs, 64 when asked to go, 1024 on: thrown out */
	char exit_reason[64]; /* "runnable task stall" */
	char exit_detail[128]; /* who, for how long; may be empty */
};

/* What the meter reports: a switch or a wake-up that concerns a tagged thread. */
enum scx_event_kind { SCX_EV_SWITCH, SCX_EV_WAKE };

struct scx_event {
	sp_u64 at_ns;
	sp_u32 kind; /* enum scx_event_kind */
	sp_u32 cpu;
	sp_u32 prev; /* vCPU that left, or SP_NONE */
	sp_u32 next; /* vCPU that came (or woke), or SP_NONE */
	sp_u32 is_prev_runnable;
	sp_u32 zero;
};

#endif
