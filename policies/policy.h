/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.h - the contract between a scheduling policy and the host it runs in.
 *
 * A policy is a pure step function: (state, event, now) -> (state', sp_out).
 * It never calls the host.  The host (the simulator, Xen, a sched_ext loader: in
 * short, the port) serialises the calls, and acts on sp_out after it has dropped
 * its lock.
 *
 * LIFE CYCLE
 *
 *	init(config)
 *	  |
 *	  +-- pcpu_online(p, topo) ------------ pcpu_offline(p)
 *	  |
 *	  +-- vm_add(vm, width, weight) ------- vm_remove(vm)
 *	        |
 *	        +-- vcpu_add(v, vm, weight) --- vcpu_remove(v)
 *	              |
 *	              v        vcpu_wake
 *	           BLOCKED ------------------> RUNNABLE <-----------------+
 *	              ^  ^                       |   |                    |
 *	              |  +------ vcpu_block -----+   | pick_next -> v     |
 *	              |                              v                    |
 *	              |   vcpu_stopped(blocked)   RUNNING  vcpu_stopped --+
 *	              +------------------------------+     (any other why)
 *
 * WHAT THE HOST PROMISES
 *
 *  1. Calls on one instance never overlap, and now_ns never decreases.
 *  2. Ids are below SP_NR_PCPUS, SP_NR_VCPUS and SP_NR_VMS; they may be sparse.
 *  3. A vCPU is added blocked, after its VM; it is removed blocked, before it.
 *     A VM never gets more vCPUs than the width it was added with.
 *  4. Every stint on a pCPU ends in exactly one vcpu_stopped, before anything
 *     else is picked for that pCPU and before the vCPU can run elsewhere.
 *  5. When pick_next(p) is called, nothing runs on p.  A vCPU that an earlier
 *     pick_next(p) returned and for which no vcpu_stopped came never ran there:
 *     it was still saving its context elsewhere, or blocked meanwhile, or the
 *     host had other plans.  Unless vcpu_block said otherwise it is runnable.
 *  6. pick_next comes: after a kick of that pCPU (late, perhaps once for many),
 *     at run_until_ns (late, as any timer), whenever a vCPU stopped there, when the
 *     pCPU came online, and sometimes for no reason, even twice at one instant.
 *  7. After an answer that the host could not use, pick_next(p) comes again.
 *  8. Before pcpu_offline(p) what ran there has stopped.  p is not picked for
 *     until it is online again.
 *  9. sp_out is reset before every call (sp_out_reset).
 * 10. Ids of cores, caches and sockets are below SP_NR_PCPUS and unique in the
 *     pool.
 * 11. A quota has a period of 1 ms to 1 s; without a quota period and burst are 0.
 *     burst is no more than the quota.
 *
 * WHAT THE POLICY PROMISES
 *
 *  1. A vCPU it returns is runnable, is not running on another pCPU as far as it
 *     was told, and may run on that pCPU (if the policy honours affinity).
 *  2. vcpu_wake of one that is not blocked, vcpu_block of a blocked one: nothing
 *     happens.  The host races with its guests; a hint may be missing or stale.
 *  3. It charges by ran_ns alone.  What it believed ran may never have run; what
 *     it picked may have started late.
 *  4. It never leaves a runnable vCPU beside an idle pCPU for good: either it
 *     kicks a pCPU, or a run_until_ns or its timer is armed that ends the wait.
 *  5. A vCPU is announced as co-stopped or capped only while it is runnable and
 *     not running; the note that ends it comes when it may be picked again, and at
 *     the latest with the call that blocks or removes it.
 *  6. A call that it refuses (a negative return) changes nothing.
 *  7. State is what it was given: no writable data elsewhere, no pointers stored,
 *     no implicit padding (all state is hashed and compared between targets).
 *  8. It kicks pCPUs that are online, each once a call (sp_kick sees to that).
 *
 * WHAT IT INCLUDES
 *
 * "policy.h", the helpers "sp_*.h" that it uses, and its parts, of its own folder
 * ("queue.c") or of the policy that it is built on ("cfs/queue.c"); nothing else.
 * Helpers and a policy's state.h are headers and compile alone; parts are .c and do
 * not: the main file includes them in order.
 *
 * HOW IT IS WRITTEN
 *
 * Unsigned 64-bit arithmetic, divisors tested, no float; loops with sp_for, elements of
 * arrays through SP_AT; no recursion; at most five arguments; locals under about 256
 * bytes.
 */
#ifndef SP_POLICY_H
#define SP_POLICY_H

#include "sp_bitmap.h"
#include "sp_types.h"
#include "sp_weight.h"

#define SP_CONTRACT_VERSION 3u /* 2: vcpu_ipi; 3: promise 8, no weight of 0, caps */

/* Errors, returned negative. */
#define SP_EINVAL 1 /* an argument out of range, or a vCPU or VM in a wrong state */
#define SP_ENOSPC 2 /* wider than the pool, or more than the state has room for */
#define SP_ENOTSUP 3 /* the policy does not honour this; see caps */

/* Why a vCPU woke.  A hint: SP_WAKE_UNKNOWN where the host cannot tell. */
enum sp_wake_reason {
	SP_WAKE_UNKNOWN,
	SP_WAKE_TIMER, /* its own timer */
	SP_WAKE_IPI, /* a sibling sent an interrupt */
	SP_WAKE_KICK, /* a paravirtual kick: a lock was handed over */
	SP_WAKE_DEVICE, /* an interrupt from outside the VM */
};

struct sp_wake {
	sp_u32 reason; /* enum sp_wake_reason */
	sp_u32 waker; /* the vCPU that caused it, or SP_NONE */
	sp_u32 waker_pcpu; /* where that happened, or SP_NONE */
};

/*
 * A running vCPU has sent an interrupt to a sibling that is not blocked (a blocked one
 * is woken: vcpu_wake, SP_WAKE_IPI).  One call for each target.
 */
struct sp_ipi {
	sp_u32 from; /* runs */
	sp_u32 to; /* of the same VM; runs, or is runnable */
	sp_u32 waits; /* non-zero: from spins until to has handled it */
	sp_u32 zero; /* no implicit padding */
};

/* Why a stint ended. */
enum sp_stop_reason {
	SP_STOP_BLOCKED, /* halted, waits for an event: not runnable any more */
	SP_STOP_PREEMPTED, /* a kick, or the host asked for another pick */
	SP_STOP_YIELDED, /* gave way of its own accord */
	SP_STOP_SLICE, /* run_until_ns was reached */
	SP_STOP_STOLEN, /* the host took the pCPU for work of its own */
};

struct sp_stint {
	sp_u32 vcpu;
	sp_u32 pcpu;
	sp_u32 why; /* enum sp_stop_reason */
	sp_u32 zero; /* no implicit padding */
	sp_u64 ran_ns; /* as measured by the host, context switch excluded */
};

/* A periodic host tick found this vCPU running (SP_NONE: idle). */
struct sp_tick {
	sp_u32 pcpu;
	sp_u32 vcpu;
	sp_u64 ran_ns; /* of the stint under way */
};

/* Ids of the core, last-level cache and socket that a pCPU is part of. */
struct sp_topo {
	sp_u32 core;
	sp_u32 llc;
	sp_u32 socket;
};

/*
 * Weights (sp_weight.h) are per vCPU.  A VM-wide weight (what the VM's vCPUs share) is
 * for policies with SP_CAP_WEIGHT_VM.
 */
struct sp_vm_config {
	sp_u32 width; /* vCPUs that will be added, 1 to SP_NR_VCPUS */
	sp_u32 weight; /* of each of its vCPUs */
	/*
	 * A ceiling, as Linux's cpu.max and cpu.max.burst have it: its vCPUs together run
	 * for quota in a period.  What they leave of it is added to the next, but never
	 * more than burst in all.
	 */
	sp_u64 quota_ns; /* 0: none */
	sp_u64 period_ns;
	sp_u64 burst_ns;
};

/* vCPU may run on pCPUs first to first + nr - 1; nr 0: anywhere. */
struct sp_affinity {
	sp_u32 first;
	sp_u32 nr;
};

struct sp_vcpu_config {
	sp_u32 vm;
	sp_u32 weight; /* 0: as its VM */
	struct sp_affinity affinity;
};

#define SP_MAX_TUNABLES 16

struct sp_config {
	sp_u64 seed; /* the only source of randomness a policy may use */
	sp_u64 tunables[SP_MAX_TUNABLES]; /* in the order of the table, within range */
};

/* The timer stays as it is: the default of sp_out.timer_ns. */
#define SP_KEEP_NS (SP_NEVER_NS - 1)

/* A transition that the policy announces; the host accounts by it. */
enum sp_note_kind {
	SP_COSTOP, /* runnable, held back to limit skew */
	SP_COSTART, /* held back no longer */
	SP_CAP, /* runnable, held back by its cap */
	SP_UNCAP,
};

struct sp_note {
	sp_id vcpu;
	sp_u16 kind; /* enum sp_note_kind */
	sp_u32 detail; /* policy's own: skew in us for SP_COSTOP */
};

/* A line for the trace; what a and b mean is the policy's own. */
struct sp_mark {
	sp_u32 code;
	sp_u32 a;
	sp_u64 b;
};

#define SP_OUT_NOTES 64
#define SP_OUT_MARKS 4

/*
 * What a call wants done.  Owned by the port; one may serve all instances.
 * The kick list has no duplicates (stamp), and resetting costs the same for 4
 * and for 4,096 pCPUs.
 */
struct sp_out {
	sp_u32 next; /* pick_next: the vCPU to run, or SP_NONE for idle */
	sp_u32 kick_all; /* non-zero: every online pCPU of the pool is kicked */
	/* pick_next: pick again at this instant at the latest, idle or not */
	sp_u64 run_until_ns;
	/* the instance's one timer: an instant, SP_KEEP_NS or SP_NEVER_NS (disarm) */
	sp_u64 timer_ns;
	sp_u32 nr_kicks;
	sp_u32 nr_notes;
	sp_u32 nr_marks;
	sp_u32 nr_lost; /* notes and marks that found no room: a broken contract */
	sp_u64 epoch;
	struct sp_note notes[SP_OUT_NOTES];
	struct sp_mark marks[SP_OUT_MARKS];
	sp_u64 stamp[SP_OUT_PCPUS];
	sp_id kicks[SP_OUT_PCPUS];
};

/* What a policy honours.  Hosts and scenarios refuse what is not here. */
#define SP_CAP_WEIGHT_VCPU (1u << 0) /* weights that differ between siblings */
#define SP_CAP_WEIGHT_VM (1u << 1) /* weight is of the VM as a whole (by a tunable) */
#define SP_CAP_WEIGHT (1u << 2) /* weights that differ between VMs */
#define SP_CAP_AFFINITY (1u << 3)
#define SP_CAP_LIMIT (1u << 4) /* sp_vm_config.quota_ns */
#define SP_CAP_SMT (1u << 5) /* siblings of a core are told apart */

enum sp_unit {
	SP_UNIT_NONE, /* a count */
	SP_UNIT_NS,
	SP_UNIT_BOOL,
	SP_UNIT_PCT,
};

struct sp_tunable {
	const char *name;
	const char *help; /* one line */
	sp_u32 unit; /* enum sp_unit */
	sp_u32 zero;
	sp_u64 preset; /* the default */
	sp_u64 min;
	sp_u64 max;
};

/*
 * The table of a policy: read-only, shared by all its instances.
 * `st` is its state block: state_size bytes, zeroed, aligned to 8.
 */
struct sp_policy {
	const char *name; /* at most 9 characters, as Xen wants it */
	const char *summary; /* one line */
	sp_u32 contract; /* SP_CONTRACT_VERSION */
	sp_u32 caps;
	sp_u32 state_size;
	sp_u32 nr_tunables;
	const struct sp_tunable *tunables;

	/* -- mandatory ------------------------------------------------------- */

	/* First call.  Returns 0, or -SP_EINVAL for tunables that contradict. */
	sp_s32 (*init)(void *st, const struct sp_config *config);

	/* p joins the pool.  A pick_next(p) follows. */
	sp_s32 (*pcpu_online)(void *st, sp_u32 pcpu, const struct sp_topo *topo, sp_u64 now_ns,
			      struct sp_out *out);
	/* p leaves; vCPUs that waited for p in particular are placed anew (kick them). */
	void (*pcpu_offline)(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out);

	/*
	 * -SP_ENOSPC if the VM can never run, -SP_ENOTSUP for what caps lack, -SP_EINVAL
	 * for a weight that is none (sp_is_weight), here and in all that gives one.
	 */
	sp_s32 (*vm_add)(void *st, sp_u32 vm, const struct sp_vm_config *config, sp_u64 now_ns,
			 struct sp_out *out);
	void (*vm_remove)(void *st, sp_u32 vm, sp_u64 now_ns, struct sp_out *out);
	sp_s32 (*vcpu_add)(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config,
			   sp_u64 now_ns, struct sp_out *out);
	void (*vcpu_remove)(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out);

	/* Runnable from now on: queue it, and kick where it should run. */
	void (*vcpu_wake)(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			  struct sp_out *out);
	/* A runnable vCPU that is not running blocks: forget that it wants to run. */
	void (*vcpu_block)(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out);
	/* The end of a stint: charge it. */
	void (*vcpu_stopped)(void *st, const struct sp_stint *stint, sp_u64 now_ns,
			     struct sp_out *out);
	/* Which vCPU runs on p?  Answer in out->next and out->run_until_ns. */
	void (*pick_next)(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out);

	/* -- optional (NULL) ------------------------------------------------- */

	/* The instant last given in out->timer_ns has come; it is disarmed. */
	void (*timer)(void *st, sp_u64 now_ns, struct sp_out *out);
	/* The host's periodic tick, with its own phase on every pCPU. */
	void (*tick)(void *st, const struct sp_tick *tick, sp_u64 now_ns, struct sp_out *out);
	/* A running vCPU was seen spinning; target: the one it waits for, or SP_NONE. */
	void (*vcpu_spin)(void *st, sp_u32 vcpu, sp_u32 target, sp_u64 now_ns, struct sp_out *out);
	/* from, running, gives way in favour of to. */
	void (*vcpu_yield_to)(void *st, sp_u32 from, sp_u32 to, sp_u64 now_ns, struct sp_out *out);
	/*
	 * An interrupt between siblings.  A hint, and one that many hosts cannot give
	 * (interrupts that the hardware delivers pass them by): such a host never calls,
	 * and by the time of the call the target may have run, or blocked.
	 */
	void (*vcpu_ipi)(void *st, const struct sp_ipi *ipi, sp_u64 now_ns, struct sp_out *out);
	/* New weight of a VM: of all its vCPUs that were added without one of their own. */
	sp_s32 (*vm_set_weight)(void *st, sp_u32 vm, sp_u32 weight, sp_u64 now_ns,
				struct sp_out *out);
	/* New weight of one vCPU. */
	sp_s32 (*vcpu_set_weight)(void *st, sp_u32 vcpu, sp_u32 weight, sp_u64 now_ns,
				  struct sp_out *out);
	sp_s32 (*vcpu_set_affinity)(void *st, sp_u32 vcpu, const struct sp_affinity *affinity,
				    sp_u64 now_ns, struct sp_out *out);
	/* 0, or the number of the invariant that does not hold.  Hosts need not have
	 * it; our own tests ask for it in every policy of policies/. */
	sp_s32 (*check)(const void *st);
};

/*
 * A policy file ends with
 *	SP_POLICY = { .name = "rr", ..., };
 * Ports name the symbol; BPF needs it static, so that the table folds away.
 */
#ifndef SP_POLICY_SYMBOL
#define SP_POLICY_SYMBOL sp_this_policy
#endif
#ifdef __bpf__
#define SP_POLICY static const struct sp_policy SP_POLICY_SYMBOL
#else
#define SP_POLICY                                                                                  \
	extern const struct sp_policy SP_POLICY_SYMBOL;                                            \
	const struct sp_policy SP_POLICY_SYMBOL
#endif

/* -- what a policy does to its sp_out -------------------------------------- */

static inline void sp_out_reset(struct sp_out *out)
{
	out->next = SP_NONE;
	out->kick_all = 0;
	out->run_until_ns = SP_NEVER_NS;
	out->timer_ns = SP_KEEP_NS;
	out->nr_kicks = 0;
	out->nr_notes = 0;
	out->nr_marks = 0;
	out->nr_lost = 0;
	out->epoch++;
}

/* Have pcpu pick again soon.  Kicks of one pCPU coalesce. */
static inline void sp_kick(struct sp_out *out, sp_u32 pcpu)
{
	sp_u32 p = SP_IDX(pcpu, SP_OUT_PCPUS);
	sp_u32 at = out->nr_kicks;

	if (out->stamp[p] == out->epoch || at >= SP_OUT_PCPUS)
		return;
	out->stamp[p] = out->epoch;
	SP_AT(out->kicks, at) = (sp_id)p;
	out->nr_kicks = at + 1;
}

/* Room for n more notes?  A policy with more to say says it at its next timer. */
static inline int sp_note_room(const struct sp_out *out, sp_u32 n)
{
	return out->nr_notes + n <= SP_OUT_NOTES;
}

static inline void sp_note(struct sp_out *out, sp_u32 vcpu, sp_u32 kind, sp_u32 detail)
{
	sp_u32 at = out->nr_notes;

	if (at >= SP_OUT_NOTES) {
		out->nr_lost++;
		return;
	}
	SP_AT(out->notes, at).vcpu = (sp_id)vcpu;
	SP_AT(out->notes, at).kind = (sp_u16)kind;
	SP_AT(out->notes, at).detail = detail;
	out->nr_notes = at + 1;
}

static inline void sp_mark(struct sp_out *out, sp_u32 code, sp_u32 a, sp_u64 b)
{
	sp_u32 at = out->nr_marks;

	if (at >= SP_OUT_MARKS) {
		out->nr_lost++;
		return;
	}
	SP_AT(out->marks, at).code = code;
	SP_AT(out->marks, at).a = a;
	SP_AT(out->marks, at).b = b;
	out->nr_marks = at + 1;
}

#endif
