/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - a scenario, resolved: what the engine runs.
 *
 * Built by the scenario loader (scenario.h) and constant from then on: several
 * replications may read one world at the same time.  All times are ns.  All
 * ids are dense and count from 0 in the order of the scenario file.
 */
#ifndef CORUN_WORLD_H
#define CORUN_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "../../policies/policy.h"
#include "base/dist.h"

#define WORLD_MAX_PCPUS 4096
#define WORLD_MAX_VCPUS 16384
#define WORLD_MAX_VMS 16384
#define WORLD_MAX_THREADS 32768 /* of VMs that have more than vCPUs */
#define WORLD_MAX_LOCKS 64 /* locks plus barriers of one program set, per VM */
#define WORLD_MAX_NEST 6 /* nested repeats; nested critical sections */
#define WORLD_MAX_NS DIST_MAX_NS
#define WORLD_NONE UINT32_MAX

/* -- guest programs --------------------------------------------------------- */

enum step_op {
	STEP_COMPUTE, /* dist */
	STEP_LOCK, /* object: spin until the lock is held; count 1: for reading */
	STEP_UNLOCK, /* object */
	STEP_HOLD, /* dist: like compute, but inside a critical section */
	STEP_BARRIER, /* object */
	STEP_SLEEP, /* dist: blocked for that long */
	STEP_HALT, /* blocked until an interrupt comes, or the VM stops */
	STEP_YIELD,
	STEP_REPEAT, /* count (0: for ever); target: first step after the loop */
	STEP_REPEAT_END, /* target: the step after its STEP_REPEAT */
	STEP_CHOOSE, /* first, count: entries of choices[] */
	STEP_JUMP, /* target */
	STEP_ARRIVE, /* dist = time between arrivals: blocked until the next one is due */
	STEP_RESPOND, /* the work of that arrival is done: response time, one op */
	STEP_IPI, /* dist: the handler; object: enum ipi_to; count: enum ipi_wait, IPI_WAKES */
	STEP_OP, /* one unit of work is done (end of an outermost loop body) */
	STEP_END, /* the program is complete */
	/* the engine's own: what lock and unlock are if the object is a mutex */
	STEP_MUTEX_LOCK,
	STEP_MUTEX_UNLOCK,
};

/* STEP_IPI: who is interrupted (as the words of STEP.ipi.to, backwards) */
enum ipi_to { IPI_TO_ALL, IPI_TO_OTHERS, IPI_TO_RANDOM, IPI_TO_ONE /* target: its index */ };
/* ... and whose handling is waited for (as the words of STEP.ipi.wait). */
enum ipi_wait { IPI_WAIT_ALL, IPI_WAIT_RUNNING, IPI_WAIT_NONE };
#define IPI_WAIT_MASK 3u
#define IPI_WAKES 4u /* halted targets, too, rather than skip them */

struct step {
	uint16_t op; /* enum step_op */
	uint16_t depth; /* STEP_REPEAT*: which loop counter */
	uint32_t object; /* lock or barrier, index into the program's objects[] */
	uint32_t dist; /* index into dists[] */
	uint32_t target; /* index into steps[] */
	uint32_t first; /* STEP_CHOOSE */
	uint32_t count;
	uint32_t line; /* of the scenario file, for messages */
	uint32_t id; /* stable key of the step for random draws: its ordinal */
	bool irqs_off; /* STEP_LOCK, STEP_UNLOCK: interrupts are off in between */
};

struct choice {
	double upto; /* cumulative probability, the last one is 1 */
	uint32_t target;
};

/* Locks first, in the order of the words of programs.*.locks.*.kind. */
enum object_kind {
	OBJECT_TAS,
	OBJECT_TICKET,
	OBJECT_MCS,
	OBJECT_QSPINLOCK,
	OBJECT_PV,
	OBJECT_PREEMPTABLE,
	OBJECT_RWLOCK,
	OBJECT_MUTEX,
	OBJECT_BARRIER_SPIN,
	OBJECT_BARRIER_BLOCK,
	OBJECT_IPI, /* of a vCPU: it waits for answers; no scenario has it */
};

static inline bool object_is_lock(enum object_kind kind)
{
	return kind < OBJECT_BARRIER_SPIN;
}

/* When a waiter of a paravirtual lock gives up early because of the one before it. */
enum lock_early {
	LOCK_EARLY_OFF,
	LOCK_EARLY_HALTED, /* that one has halted */
	LOCK_EARLY_PREEMPTED, /* or has lost its pCPU, as the hypervisor tells */
};

/* How long a mutex's waiter spins before it sleeps. */
enum lock_owner {
	LOCK_OWNER_OFF, /* not at all */
	LOCK_OWNER_LOADED, /* while the owner has a vCPU */
	LOCK_OWNER_RUNNING, /* ... that runs, as the hypervisor tells */
};

/* What only some kinds of lock have; 0 for all others. */
struct lock_spec {
	uint64_t handoff_spinner_ns; /* on top of the handoff for each other spinner */
	uint64_t spin_ns; /* pv: patience of a waiter; then it halts */
	uint64_t recheck_ns; /* pv: a halted waiter wakes by itself; UINT64_MAX: never */
	uint64_t kick_cost_ns; /* pv: a kick takes this from who releases the lock ... */
	uint64_t kick_latency_ns; /* ... and wakes the waiter after this */
	bool steal, halt, kick; /* pv: its parts */
	enum lock_early early;
	uint64_t timeout_ns; /* preemptable: patience of a waiter, times its distance */
	bool prefers_readers; /* rwlock */
	enum lock_owner owner; /* mutex */
	bool handover; /* mutex: to who has been too late once */
};

/* A lock or a barrier.  Every VM that runs the program has one of its own. */
struct object {
	char name[64];
	enum object_kind kind;
	uint32_t parties; /* barriers: how many must meet; 0: all vCPUs of the VM */
	uint64_t handoff_ns; /* locks: from unlock to the next holder's first work */
	struct lock_spec lock;
	bool irqs_off; /* locks: interrupts are off from wanting to releasing it */
};

struct program {
	char name[64];
	struct step *steps;
	uint32_t nr_steps;
	struct choice *choices;
	uint32_t nr_choices;
	struct dist *dists;
	uint32_t nr_dists;
	struct object *objects;
	uint32_t nr_objects;
	bool finite; /* ends by itself: has a completion time */
	bool interrupts; /* it sends some, or turns them off */
};

/* -- virtual machines ------------------------------------------------------- */

struct vm_spec {
	char name[80]; /* "build.1", or "build" where the count is 1 */
	uint64_t key; /* hash of the name: random draws hang on it, not on the id */
	uint32_t group; /* index into groups[]: what one entry of `vms:` made */
	uint32_t first_vcpu; /* its vCPUs are first_vcpu ... + width - 1 */
	uint32_t width;
	uint32_t weight; /* of each vCPU, 1024 = nice 0 */
	uint32_t cap_pct;
	uint32_t pool; /* index of the pool it lives in */
	bool noise; /* the management VM: shown apart from the guests */
	uint64_t start_ns; /* becomes runnable (plus a random offset per vCPU) */
	uint64_t stop_ns; /* WORLD_MAX_NS: never */
	uint64_t guest_tick_ns; /* 0: off */
	uint64_t guest_tick_cost_ns;
	/* Its own scheduler; nr_threads 0: none, every vCPU is a thread of its own. */
	uint32_t first_thread, nr_threads; /* in threads[] */
	uint64_t thread_slice_ns; /* ends at a guest tick; 0: never */
	bool counts_steal; /* a slice is time that passed, not time that the vCPU ran */
	uint64_t thread_switch_ns; /* overhead at each change of thread on a vCPU */
};

struct vcpu_spec {
	uint32_t vm;
	uint32_t index; /* within its VM */
	uint32_t program; /* unless its VM has threads */
	struct sp_affinity affinity; /* in pCPU ids of the host; nr 0: anywhere */
};

struct thread_spec {
	uint32_t vm;
	uint32_t index; /* within its VM */
	uint32_t program;
};

struct vm_group {
	char name[64];
	uint32_t first_vm, nr_vms;
	bool noise;
};

/* -- host ------------------------------------------------------------------- */

enum host_event_kind { HOST_PCPU_OFF, HOST_PCPU_ON };

struct host_event {
	uint64_t at_ns;
	enum host_event_kind kind;
	uint32_t pcpu;
};

struct pool_spec {
	uint32_t first_pcpu, nr_pcpus; /* contiguous */
};

/* How long a pCPU polls for a vCPU that halts: see halt_poll.c. */
struct halt_poll_spec {
	uint64_t max_ns; /* 0: not at all */
	uint64_t grow_start_ns;
	uint32_t grow, shrink; /* factors; 0: does not grow; shrinks to nothing at once */
};

/* Pause-loop exits: see ple.c. */
enum ple_react { PLE_SPIN, PLE_YIELD, PLE_DIRECTED, PLE_ORACLE };
enum yield_candidates { YIELD_RANDOM, YIELD_NAIVE, YIELD_ELIGIBLE, YIELD_KERNEL };

struct ple_spec {
	uint64_t window, max; /* in units; window 0: off */
	double unit_ns; /* a cycle, or a turn of the loop */
	uint64_t grow, shrink; /* 0: always the window as it is here */
	uint64_t cost_ns;
	enum ple_react react;
	enum yield_candidates candidates;
	bool user; /* loops in user code are seen, too */
};

/* A guest asks the hypervisor to run somebody: see yield.c. */
struct pv_yield_spec {
	uint64_t lock_ns; /* after so much spinning for a lock, and again; 0: never */
	uint64_t cost_ns;
	bool ipi; /* after a call to several siblings, if one of them is off CPU */
};

enum hints { HINTS_NONE, HINTS_KVM, HINTS_XEN, HINTS_ORACLE };

#define SMT_FULL 65536u

struct host_spec {
	uint32_t sockets, llcs, cores,
		threads; /* llcs per socket, cores per LLC, threads per core */
	uint32_t nr_pcpus;
	struct sp_topo *topo; /* [nr_pcpus] */
	struct pool_spec *pools;
	uint32_t nr_pools;
	uint64_t context_switch_ns; /* overhead at each change of vCPU on a pCPU */
	uint64_t migration_ns; /* extra overhead after a move to another pCPU */
	uint64_t cold_cache_max_ns; /* extra overhead once the cache is fully cold ... */
	uint64_t cold_cache_full_ns; /* ... after this long away (linear up to it) */
	uint64_t kick_ns; /* from kick to pick on the other pCPU */
	uint32_t smt_rate; /* speed of a thread beside a busy one, in SMT_FULL; 0: that */
	uint64_t ipi_send_ns; /* for the sender, however many targets */
	uint64_t ipi_deliver_ns; /* from sent to the target's interruption */
	uint64_t ipi_receive_ns; /* for the target, beside the handler */
	uint64_t ipi_flush_ns; /* for a target that was flagged, when it next runs */
	uint64_t tick_ns; /* 0: no host tick */
	uint64_t tick_cost_ns;
	struct halt_poll_spec halt_poll;
	struct ple_spec ple;
	struct pv_yield_spec pv_yield;
	/* host work out of the policy's reach, on every pCPU; stolen_run.max_ns 0: none */
	struct dist stolen_run, stolen_every;
	struct host_event *events; /* by time */
	uint32_t nr_events;
};

/* -- policies and the run --------------------------------------------------- */

struct policy_entry; /* policies.h */

struct policy_spec {
	char name[64]; /* the scenario's name for it: "gang-30" */
	char policy[16]; /* the policy's own: "gang" */
	/* Of a shared object; a policy of ours, built in, has NULL and "": */
	const struct policy_entry *from; /* open while the world is */
	const char *file;
	char build[17]; /* hash of the file */
	uint64_t tunables[SP_MAX_TUNABLES];
};

enum ties { TIES_ID, TIES_REVERSE, TIES_HASH };

struct run_spec {
	uint64_t duration_ns; /* measured, after the warm-up */
	uint64_t warmup_ns;
	uint64_t seed;
	uint64_t start_spread_ns; /* vCPUs start at random within this, 0: all at once */
	bool tick_phases; /* random phase per pCPU and vCPU; false: all at 0 */
	enum ties ties;
	uint32_t reps_min, reps_max;
	char primary[64]; /* metric judged by the stopping rule, "" for none */
	double until_rel; /* relative half width to reach, 0: reps_min replications */
};

struct world {
	char description[512];
	char hash[17]; /* of the resolved scenario, hexadecimal */
	enum hints hints; /* the preset; what it stands for is in host */
	struct host_spec host;
	struct run_spec run;
	struct policy_spec *policies;
	uint32_t nr_policies;
	uint32_t baseline; /* index into policies */
	struct program *programs;
	uint32_t nr_programs;
	struct vm_group *groups;
	uint32_t nr_groups;
	struct vm_spec *vms;
	uint32_t nr_vms;
	struct vcpu_spec *vcpus;
	uint32_t nr_vcpus;
	struct thread_spec *threads;
	uint32_t nr_threads;
};

static inline const char *world_hints_name(const struct world *world)
{
	static const char *const names[] = {"none", "kvm", "xen", "oracle"};

	return names[world->hints];
}

#endif
