/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.h - the records of a run, and nothing else: what the engine knows at an instant.
 *
 * The engine is six storeys, each a folder that calls only those below it:
 *
 *	run	the event loop; what comes and goes: pCPUs, VMs, stints; set-up, window, laws
 *	guest	what happens inside a VM: programs, threads, barriers, interrupts
 *	host	what the host does of itself: wake-ups, the policy's port, pause-loop exits
 *	wait	who waits for whom, and why: locks, causes, spinning, boxes of interrupts
 *	book	where the time goes
 *	core	the records, the queue, a pCPU's slot in it, how a run fails
 *
 * core knows no rule of the model.  All storeys read these records; who writes which is
 * told in docs/engine.md.  tests/arrows/edges says which storey may call which.
 */
#ifndef CORUN_STATE_H
#define CORUN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/guarded.h"
#include "base/rng.h"
#include "base/where.h"
#include "model/job.h"
#include "model/result.h"
#include "queue.h"

#define NEVER UINT64_MAX

/* Why a vCPU spins: in the order of VT_SPIN_CONTENTION ... VT_SPIN_PARTNER. */
enum cause { CAUSE_CONTENTION, CAUSE_LHP, CAUSE_LWP, CAUSE_PARTNER, NR_CAUSES };

enum vcpu_state {
	VS_ABSENT, /* its VM has not started, or has stopped */
	VS_BLOCKED,
	VS_RUNNABLE,
	VS_RUNNING,
};

/* Has somebody spun for this preempted holder? */
enum vcpu_harm { HARM_NONE, HARM_PENDING /* since harm_ns; for no time yet */, HARM_DONE };

/* What a vCPU does next when it has a pCPU (or does now, if it runs). */
enum vcpu_act {
	ACT_ADVANCE, /* take the step at pc */
	ACT_TIMED, /* left_ns of the step at pc remain */
	ACT_LOCK, /* waits for the lock of the step at pc */
	ACT_BARRIER, /* waits at the barrier of the step at pc */
	ACT_IPI, /* waits for answers to its interrupts */
	ACT_BOOT, /* comes up, and halts until its program begins: want_ns */
	ACT_IDLE, /* has no thread (guest/threads.h): takes one as soon as it runs, or halts */
};

/* Open loop: what is due, and since when. */
struct arrivals {
	uint64_t from_ns; /* they count from here */
	uint64_t at_ns; /* the scheduled arrival that is worked on, or waited for */
	uint64_t nr; /* counter of arrivals */
	bool responding; /* at_ns is waited for or worked on */
	uint64_t timer_ns[WORLD_MAX_TIMERS]; /* STEP_TIMER: ends of their periods; 0: none yet */
};

/*
 * A vCPU: what the event loop touches.  The rest is in struct vcpu_cold.
 * Times are instants unless they end in _left or debt.
 */
struct vcpu {
	uint64_t since_ns; /* accounted up to here */
	uint64_t left_ns; /* ACT_TIMED: work left in this step */
	uint64_t debt_ns; /* overhead to pay before any work */
	uint64_t ran_ns; /* running time, accounted so far */
	uint64_t wait_ns; /* VS_RUNNABLE: since when */
	uint64_t timer_ns; /* VS_BLOCKED: wakes then; NEVER */
	uint64_t saved_ns; /* its context is in memory from then on */
	uint64_t held; /* set of the VM's locks that it holds */
	uint64_t key; /* of its random draws */
	uint64_t draws; /* counter of its random draws */
	uint64_t ops; /* units of work completed */
	uint32_t pc; /* in sim.code */
	uint16_t vm;
	uint16_t program;
	uint16_t pcpu; /* VS_RUNNING: where; otherwise where it ran last */
	uint16_t local; /* its id within the pool */
	uint16_t waits; /* ACT_LOCK, ACT_BARRIER, ACT_IPI: the object, index within the VM */
	uint16_t next, prev; /* in an object's queue or list */
	uint16_t nap_child, nap_next, nap_prev; /* sleepers of a pCPU */
	uint8_t state; /* enum vcpu_state */
	uint8_t act; /* enum vcpu_act */
	uint8_t mode; /* enum vcpu_time: what since_ns ... now will be booked as */
	bool listed; /* running and spinning: its object's clocks count for it */
	bool granted; /* the lock it waits for is its own: it only has to run */
	bool held_back; /* co-stopped or capped by the policy */
	bool woken; /* waits for its first stint since a wake-up */
	uint8_t harm; /* enum vcpu_harm: of its present preemption as a lock's holder */
	bool napping; /* in a sleepers' heap */
} __attribute__((aligned(64)));

struct vcpu_cold {
	/* a cache line: while it spins */
	uint64_t want_ns; /* since when it wants the lock it waits for */
	uint64_t clock[NR_CAUSES]; /* the object's clocks when it began to spin */
	uint64_t spun_ns; /* what it has spun in this wait, accounted so far */
	uint64_t loop_ns; /* spun_ns when it began to spin without interruption */
	uint64_t asked_ns; /* spun_ns at its last look for a paravirtual yield */
	/* another: when it comes and goes */
	uint64_t idle_clock; /* of its affinity group, when it began to wait */
	double entitled; /* clock of its weight class, when it woke */
	uint64_t tick_phase_ns;
	uint32_t loops[WORLD_MAX_NEST];
	uint16_t affinity; /* index into sim.affinities, SP_NONE: anywhere in the pool */
	uint16_t weight_class; /* within its pool */
	uint16_t kicker; /* napping: the vCPU that has kicked it; SP_NONE: a timer wakes it */
	uint16_t place; /* preemptable: its distance from the first in line */
	bool done;
	uint8_t kick_reason; /* enum sp_wake_reason */
	bool thief; /* pv: tries to steal the lock, and stands in no queue */
	bool reads; /* rwlock: it waits as a reader */
	uint8_t nr_reads; /* rwlocks that it holds as a reader: read_ran_ns */
	bool in_spin_loop; /* off CPU since it gave way in a pause loop */
	bool dy_eligible; /* and may be favoured all the same: see yield.c */
	/* the others: what mechanisms need that are off, or happen rarely */
	uint64_t harm_ns; /* HARM_PENDING: since then */
	uint64_t ple_window; /* as it has grown */
	uint64_t stage_ns; /* pv: spun_ns when its patience began anew */
	uint64_t halted_ns; /* since then, for halt polling; NEVER */
	uint64_t poll_ns; /* how long its pCPU will poll when it halts */
	uint64_t poll_until_ns; /* VT_HALT_POLL */
	uint64_t irq_draws; /* counter of its draws for interrupts */
	uint64_t read_ran_ns[WORLD_MAX_NEST]; /* its running time when it had each lock */
	struct arrivals arrivals;
} __attribute__((aligned(64)));

/* A lock or barrier of one VM; what every acquisition touches comes first. */
struct sync {
	uint64_t held_ran_ns; /* the holder's running time when it took the lock */
	uint64_t handoff_ns;
	uint64_t taken; /* times it was taken: counter for draws */
	uint16_t holder; /* vCPU (granted or holding), SP_NONE */
	uint16_t head, tail; /* waiters in line; tas: running spinners; barrier: all waiting */
	uint16_t thieves; /* pv: waiters that are not in line */
	uint16_t nr_waiting; /* all that want it, running or not */
	uint16_t nr_on; /* of the waiting: that run */
	uint16_t nr_listed; /* of those: that spin for it right now */
	uint16_t nr_nesting; /* of the waiting: that hold other locks */
	uint16_t nr_parked; /* of the waiting: threads that no vCPU has loaded */
	uint32_t kept; /* signals: wakes for those who are yet to come */
	uint16_t parties; /* barriers; 0: a signal, which nobody's coming opens */
	uint8_t kind; /* enum object_kind */
	uint8_t cause; /* enum cause: the clock that runs */
	bool holder_off; /* counted in vm.nr_holders_off */
	bool pending; /* pv: the first in line spins for the lock, nobody may steal it;
			 rwlock: a reader has been let in that has not run since */
	bool shared; /* rwlock: readers hold it together */
	uint16_t nr_readers; /* rwlock: that hold it; the holder is then SP_NONE */
	uint64_t clock_ns; /* the clocks are up to date to here */
	uint64_t clock[NR_CAUSES]; /* how long each cause has been in force */
	const struct lock_spec *spec; /* locks */
	const struct lock_kind *lock; /* locks: what its kind does */
} __attribute__((aligned(64)));

/* A VM: what runs and what is booked with every event first. */
struct vm {
	uint32_t first_vcpu;
	uint32_t first_object;
	uint16_t nr_running;
	uint16_t nr_unblocked; /* running, runnable, held back */
	uint16_t nr_holders_off; /* locks whose holder is runnable and off CPU */
	uint16_t nr_stuck; /* threads: wait for a lock or barrier, done, or halted for good */
	uint16_t width;
	uint16_t group;
	uint16_t pool;
	uint16_t local;
	uint16_t nr_objects, nr_barriers;
	uint16_t nr_done;
	uint16_t nr_threads; /* its width, unless it has a scheduler of its own */
	bool present;
	bool threaded; /* it has: guest is not NULL */
	uint64_t time[NR_VT]; /* of its vCPUs, summed */
	uint64_t lock_held_ns, lock_wait_ns;
	uint64_t count[NR_VC];
	uint64_t clock_ns; /* co-run and LHP clocks are up to date to here */
	uint64_t corun_any_ns, corun_all_ns, corun_all_n_ns;
	uint64_t lhp_wall_ns, lhp_exposed_ns;
	uint64_t frag_wait_ns;
	uint64_t started_ns, done_at_ns;
	double entitled;
	uint64_t guest_tick_ns, guest_tick_cost_ns;
	struct guest *guest; /* its own scheduler: thread.h; NULL: every vCPU is a thread */
	uint64_t yield_draws;
	uint16_t last_boosted; /* index of the vCPU that a directed yield favoured last */
	uint16_t nr_ipi_objects; /* behind the others: one a vCPU, or none */
};

/* A step of a program, resolved for the engine: 32 bytes, nothing to look up. */
struct op {
	uint8_t op; /* enum step_op */
	uint8_t depth;
	bool counts; /* a step of the scenario is complete with it */
	bool irqs_off; /* STEP_LOCK, STEP_UNLOCK */
	uint32_t object; /* lock, barrier; STEP_CHOOSE: first choice; STEP_IPI: enum ipi_to */
	uint32_t target; /* in sim.code; STEP_IPI: IPI_TO_ONE, which */
	uint32_t count; /* STEP_IPI: enum ipi_wait, and IPI_WAKES */
	const struct dist *dist;
	uint64_t key; /* folded into a vCPU's key: the key of this step's draws */
};

enum pcpu_state { PS_OFFLINE, PS_IDLE, PS_BUSY, PS_STOLEN };

/* A pCPU: the candidates for its slot of the event queue come first. */
struct pcpu {
	uint64_t step_ns; /* the running vCPU's next doing; while it spins: see spin.c */
	uint64_t until_ns; /* run_until of the last pick */
	uint64_t kick_ns; /* a kick arrives */
	uint64_t busy_ns; /* in a context switch up to here: picks wait */
	uint64_t tick_ns; /* next host tick */
	uint64_t guest_tick_ns; /* next tick of the running guest */
	uint64_t stint_ns; /* the running vCPU's guest time counts from here */
	uint16_t current; /* vCPU, SP_NONE */
	uint16_t naps; /* root of its sleepers' heap */
	uint16_t tie;
	uint8_t state; /* enum pcpu_state */
	uint64_t other_key; /* the least of all candidates but step_ns */
	uint64_t irq_ns; /* interrupts: the running vCPU is interrupted, or has handled one */
	uint64_t time[NR_PT];
	uint64_t since_ns; /* idle and offline time is accounted up to here */
	uint64_t tick_phase_ns;
	uint16_t pool;
	uint16_t local;
	uint16_t nr_wanted; /* affinity groups it is in with someone waiting */
	uint16_t nr_groups;
	uint32_t first_group; /* in sim.pcpu_groups */
	uint64_t stolen_ns; /* the host takes it then; NEVER */
	uint32_t nr_stolen; /* times it did: counter for draws */
	uint16_t core_first; /* the pCPUs of its core begin there ... */
	uint8_t core_nr; /* ... and are so many */
	uint8_t nr_busy_beside; /* of them, without itself, that are busy */
	bool forced; /* idles beside a busy one */
	uint16_t nr_home; /* runnable vCPUs, off CPU, that ran here last: only if sim.count_home */
} __attribute__((aligned(64)));

/* vCPUs that may run on the same contiguous pCPUs, other than the whole pool. */
struct affinity {
	uint32_t first, nr; /* pCPUs */
	uint32_t nr_idle, nr_waiting;
	uint64_t idle_clock, clock_ns; /* time with an idle pCPU */
};

/* Of a weight class that is one VM with a cap: see book/entitle.c. */
struct entitled_cap {
	double pcpus; /* the cap; 0: none */
	double credit_ns, most_ns; /* at most: a quota and the burst */
	uint32_t vm;
	bool open; /* it has credit: the cap does not bind */
};

/* One policy instance. */
struct pool {
	const struct sp_policy *policy;
	void *state;
	uint64_t timer_ns;
	struct guarded guarded; /* the policy's own state, whatever stands between */
	const struct sp_policy *table; /* its own table, and as it was (guard.c) */
	uint64_t table_sum;
	uint32_t first_pcpu, nr_pcpus, nr_online;
	uint16_t *vcpu_of; /* local id -> vCPU */
	uint32_t nr_vcpus, nr_vms;
	uint16_t tie;
	/* fragmentation */
	uint32_t nr_idle; /* pCPUs */
	uint32_t nr_idle_wanted; /* of them: some pinned vCPU waits for it */
	uint32_t nr_waiting; /* unpinned vCPUs, runnable and off CPU */
	uint32_t nr_forced, nr_forced_wanted; /* of the idle: beside a busy thread (smt.c) */
	uint64_t idle_clock, frag_idle_ns, forced_idle_ns, clock_ns;
	/* entitlement, by weight class: heaviest first */
	uint32_t nr_classes;
	uint32_t *class_weight, *class_count;
	double *class_clock, *class_rate;
	uint64_t entitled_ns;
	struct entitled_cap *class_cap; /* NULL: no VM of the pool has a ceiling */
};

/*
 * The vCPU that was put on a pCPU last: where its next event will look, unless that one has left
 * since.  A hint for fetch_ahead, never a fact.
 */
struct last_on {
	uint16_t vcpu, vm;
	uint32_t object; /* the VM's first */
};

/*
 * Worlds with more vCPUs look ahead.  So many touch about 1 MB between two events of one
 * pCPU: a second-level cache.  With fewer, looking ahead costs 3 % and gains nothing.
 */
#define FETCH_AHEAD_VCPUS 2048

/* What comes of a source of spin events having acted. */
enum spin_outcome {
	SPIN_ON, /* the vCPU spins on, and is armed again by whoever asked */
	SPIN_OVER, /* it does something else (holds the lock, pays overhead): step_ns is set */
	SPIN_BLOCKS, /* it halts where it is: ACT_LOCK, woken by who wants it to go on */
	SPIN_YIELDS,
	SPIN_WAITS, /* its thread sleeps, and the vCPU takes another, or halts */
};

struct sim;

/* What may end a spin: a lock's kind, the host.  See spin.c. */
struct spin_source {
	/* Spinning left until it acts; 0: now.  NEVER: nothing.  All is booked up to now. */
	uint64_t (*left_ns)(struct sim *sim, uint32_t vcpu);
	/* It acts.  Its left_ns must not be 0 afterwards, if the vCPU spins on. */
	enum spin_outcome (*act)(struct sim *sim, uint32_t vcpu);
};

#define MAX_SPIN_SOURCES 3

struct sim {
	uint64_t now;
	uint32_t smt_rate; /* the host's; 0: nobody is slowed */
	struct queue queue;
	const struct world *world;
	const struct sim_job *job;
	struct vcpu *vcpus;
	struct vcpu_cold *cold;
	struct op *code; /* of all programs, one after the other */
	uint32_t *code_of; /* program -> its first op */
	struct pcpu *pcpus;
	struct vm *vms;
	struct sync *syncs;
	struct threads *threads; /* NULL: no VM has more than its vCPUs */
	struct pool *pools;
	struct affinity *affinities;
	uint32_t nr_affinities;
	uint16_t *pcpu_groups;
	struct group_result *groups;
	struct last_on *last_on; /* of each pCPU; NULL: the world is small */
	uint16_t *vcpu_ties;
	uint16_t *pcpu_of_tie, *pool_of_tie; /* ties are one to one with ids */
	struct spin_source spin_sources[MAX_SPIN_SOURCES]; /* as they act when due together */
	uint32_t nr_spin_sources;
	struct ipi *ipi; /* NULL: no program sends or delays interrupts */
	struct sp_out *out;
	struct guarded out_guarded;
	uint64_t out_epoch; /* as it was before the call */
	struct asked *asked; /* what vCPUs ask for: book/asked.h; NULL: nobody wants to know */
	struct where *where; /* the job's, or our own */
	struct where own_where;
	uint64_t fpstate; /* as the replication began */
	struct trace_sink *trace; /* NULL: off */
	uint32_t slot_pools, slot_host; /* queue slots after the pCPUs' */
	/* host events, VM starts and stops, in order */
	struct agenda_item *agenda;
	uint32_t nr_agenda, at_agenda;
	uint64_t window_start_ns, end_ns;
	uint64_t last_load_ns; /* of the guests that are there from the beginning */
	bool measuring;
	bool count_home; /* some mechanism asks for pcpu.nr_home */
	uint64_t seed_key; /* (seed, replication) */
	uint64_t nr_events, nr_switches, nr_picks, nr_kicks, nr_violations;
	uint64_t instant_events; /* events since time last moved */
	uint64_t instant_limit;
	uint32_t to_finish; /* vCPUs of finite programs that are not complete */
	uint16_t here; /* the pCPU whose event is being handled, SP_NONE: none */
	bool endless; /* some guest's program never ends: run to the end of the window */
	bool failed; /* err is set: the loop ends */
	bool touched; /* the policy has touched what is not its own */
	bool finished; /* all finite programs are complete, nothing else runs */
	char violation[200];
	struct error *err;
};

enum agenda_kind {
	AGENDA_VM_STOP,
	AGENDA_PCPU_OFF,
	AGENDA_PCPU_ON,
	AGENDA_VM_START,
	AGENDA_WINDOW,
	AGENDA_HALF
};

struct agenda_item {
	uint64_t at_ns;
	uint32_t kind; /* enum agenda_kind */
	uint32_t id;
};

static inline struct sync *sync_of(struct sim *sim, uint32_t vm, uint32_t index)
{
	return &sim->syncs[sim->vms[vm].first_object + index];
}

#endif
