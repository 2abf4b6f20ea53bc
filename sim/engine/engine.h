/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine.h - the simulator's insides, shared by engine, host, guest, locks and
 * accounting.  Nothing outside sim/ includes it; the door is sim.h.
 *
 * Who owns what:
 *	engine.c	the event loop, host events, the end of a run
 *	setup.c		a struct sim from a world
 *	port.c		the policy contract: calls, sp_out, refusals
 *	host.c		pCPUs: stints, switches, kicks, wake-ups
 *	guest.c		vCPUs: steps of the guest programs
 *	threads.c	a guest's own scheduler: which of its threads a vCPU runs
 *	sync.c		locks and barriers: who waits for whom, and why
 *	lock_*.c	one file a lock kind (lock_mutex.c: of threads); lock_line.c: waiters in line
 *	ipi.c		interrupts between vCPUs of a VM (its door is ipi.h)
 *	smt.c		threads of one core: their speed, and forced idle
 *	spin.c		what may happen to a vCPU because it spins
 *	ple.c		pause-loop exits; yield.c: giving way to a sibling
 *	halt_poll.c	a pCPU polls for a vCPU that halts
 *	stolen.c	pCPUs taken by the host itself
 *	account.c	where the time goes; the laws
 *	sleepers.c	timers of blocked vCPUs
 */
#ifndef CORUN_ENGINE_H
#define CORUN_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "queue.h"
#include "sim.h"

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
	ACT_IDLE, /* has no thread (threads.h): takes one as soon as it runs, or halts */
};

/* Open loop: what is due, and since when. */
struct arrivals {
	uint64_t from_ns; /* they count from here */
	uint64_t at_ns; /* the scheduled arrival that is worked on, or waited for */
	uint64_t nr; /* counter of arrivals */
	bool responding; /* at_ns is waited for or worked on */
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
	uint16_t kicker; /* napping: who has kicked it; SP_NONE: a timer wakes it */
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
	uint16_t parties; /* barriers */
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

/* A VM: who runs and what is booked with every event first. */
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
	struct guest *guest; /* its own scheduler: threads.h; NULL: every vCPU is a thread */
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
	uint64_t irq_ns; /* ipi.c: the running vCPU is interrupted, or has handled one */
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

/* Of a weight class that is one VM with a cap: see entitle.c. */
struct entitled_cap {
	double pcpus; /* the cap; 0: none */
	double credit_ns;
	uint32_t vm;
	bool open; /* it has credit: the cap does not bind */
};

/* One policy instance. */
struct pool {
	const struct sp_policy *policy;
	void *state;
	uint64_t timer_ns;
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
 * Who was put on a pCPU last: where its next event will look, unless that one has left
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
	struct trace_sink *trace; /* NULL: off */
	uint32_t slot_pools, slot_host; /* queue slots after the pCPUs' */
	/* host events, VM starts and stops, in order */
	struct agenda_item *agenda;
	uint32_t nr_agenda, at_agenda;
	uint64_t window_start_ns, end_ns;
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
	bool finished; /* all finite programs are complete, nothing else runs */
	char violation[200];
	struct error *err;
};

enum agenda_kind {
	AGENDA_VM_STOP,
	AGENDA_PCPU_OFF,
	AGENDA_PCPU_ON,
	AGENDA_VM_START,
	AGENDA_WINDOW
};

struct agenda_item {
	uint64_t at_ns;
	uint32_t kind; /* enum agenda_kind */
	uint32_t id;
};

/* -- setup.c ------------------------------------------------------------------ */

int sim_setup(struct sim *sim, const struct sim_job *job, struct error *err);
/* What decides between equals: by id, by descending id, or by a seeded permutation. */
uint32_t sim_tie(const struct sim *sim, uint32_t id, uint32_t bits);
void sim_free(struct sim *sim);

/* -- port.c: everything that touches the policy ------------------------------- */

int port_init(struct sim *sim, struct pool *pool, struct error *err);
void port_pcpu_online(struct sim *sim, struct pcpu *p);
void port_pcpu_offline(struct sim *sim, struct pcpu *p);
int port_vm_start(struct sim *sim, uint32_t vm);
void port_vm_stop(struct sim *sim, uint32_t vm);
void port_wake(struct sim *sim, uint32_t vcpu, uint32_t reason, uint32_t waker, uint32_t pcpu);
void port_block(struct sim *sim, uint32_t vcpu);
void port_stopped(struct sim *sim, struct pcpu *p, uint32_t vcpu, uint32_t why, uint64_t ran_ns);
/* The vCPU to run on p, or SP_NONE; sets p->until_ns. */
uint32_t port_pick(struct sim *sim, struct pcpu *p);
/* vcpu, running, was seen spinning; target: for whom, or SP_NONE. */
void port_spin(struct sim *sim, uint32_t vcpu, uint32_t target);
/* from, running, gives way to `to`, a runnable sibling; false: the policy has no way to. */
bool port_yield_to(struct sim *sim, uint32_t from, uint32_t to);
void port_timer(struct sim *sim, struct pool *pool);
void port_tick(struct sim *sim, struct pcpu *p);
void port_ipi(struct sim *sim, uint32_t from, uint32_t to, bool waits);

/* -- host.c ------------------------------------------------------------------- */

void pcpu_arm(struct sim *sim, struct pcpu *p);

/* The same when only step_ns has changed since. */
static inline void pcpu_arm_step(struct sim *sim, struct pcpu *p)
{
	uint64_t key = queue_key(p->step_ns, EV_STEP, p->tie);

	queue_arm(&sim->queue, (uint32_t)(p - sim->pcpus), key < p->other_key ? key : p->other_key);
}

/* The next that happens inside the guest that runs on p, tick or timer, may have changed. */
void pcpu_arm_guest(struct sim *sim, struct pcpu *p);
void pcpu_kick(struct sim *sim, struct pcpu *p, uint64_t at_ns);
/* The first instant after now that is a multiple of the period, plus the phase. */
uint64_t host_next_tick(uint64_t now, uint64_t period_ns, uint64_t phase_ns);
/* A running vCPU halts, as far as the guest goes; mode: VT_BLOCKED, VT_HALT_POLL. */
void vcpu_halts(struct sim *sim, uint32_t vcpu, uint32_t mode);
/* What runs on p, if anything, leaves; p is not asked for another one. */
void pcpu_vacate(struct sim *sim, struct pcpu *p, uint32_t why);
/* What runs on p stops for this reason (enum sp_stop_reason), and p picks. */
void pcpu_resched(struct sim *sim, struct pcpu *p, uint32_t why);
/* A blocked vCPU wakes; pcpu: where that happens. */
void vcpu_wake(struct sim *sim, uint32_t vcpu, uint32_t reason, uint32_t waker, uint32_t pcpu);
/* The same after some time, by a kick of the waker: an interrupt takes its time. */
void vcpu_kick(struct sim *sim, uint32_t vcpu, uint32_t reason, uint32_t waker, uint64_t after_ns);
/* Its VM stops: off its pCPU, out of its wait or sleep, absent. */
void vcpu_evict(struct sim *sim, uint32_t vcpu);
void host_pcpu_off(struct sim *sim, uint32_t pcpu);
void host_pcpu_on(struct sim *sim, uint32_t pcpu);
void host_vm_start(struct sim *sim, uint32_t vm);
void host_vm_stop(struct sim *sim, uint32_t vm);
/* An interruption of the vCPU that runs on p: it owes that much more. */
void pcpu_charge(struct sim *sim, struct pcpu *p, uint64_t cost_ns);
void host_tick(struct sim *sim, struct pcpu *p);
void host_guest_tick(struct sim *sim, struct pcpu *p);
void host_nap_over(struct sim *sim, struct pcpu *p);

/* -- ple.c: a source of spin events ------------------------------------------- */

uint64_t ple_left_ns(struct sim *sim, uint32_t vcpu);
enum spin_outcome ple_act(struct sim *sim, uint32_t vcpu);
/* The vCPU is switched in, or goes on after a yield: its pause loop is over. */
void ple_sched_in(struct sim *sim, uint32_t vcpu);

/* -- yield.c ------------------------------------------------------------------- */

/* Whom KVM's search would favour, for a vCPU that spins; SP_NONE: nobody. */
uint32_t yield_find(struct sim *sim, uint32_t me);
/* from gives way to `to`: whoever runs from has to stop it as one that yields. */
bool yield_to(struct sim *sim, uint32_t from, uint32_t to);
/* The guest's own yields: a source of spin events. */
uint64_t pv_yield_left_ns(struct sim *sim, uint32_t vcpu);
enum spin_outcome pv_yield_act(struct sim *sim, uint32_t vcpu);

/* -- halt_poll.c -------------------------------------------------------------- */

/* p keeps its vCPU, halted, and polls for it: its step_ns comes then. */
static inline bool is_polling(const struct sim *sim, const struct pcpu *p)
{
	return p->current != SP_NONE && sim->vcpus[p->current].state == VS_BLOCKED;
}

/* The vCPU on p halts; true: p polls for it, and is to be armed. */
bool halt_poll_begin(struct sim *sim, struct pcpu *p);
/* Somebody whose last pCPU was p waits now: if p polls, it will see. */
void halt_poll_look(struct sim *sim, struct pcpu *p);
/* The step_ns of a polling pCPU has come. */
void halt_poll_step(struct sim *sim, struct pcpu *p);
/* A vCPU that is polled for goes on where it is. */
void halt_poll_wake(struct sim *sim, uint32_t vcpu, uint32_t reason, uint32_t waker);
/* It runs again: how long is worth polling next time? */
void halt_poll_adapt(struct sim *sim, uint32_t vcpu);

/* -- stolen.c ----------------------------------------------------------------- */

void stolen_start(struct sim *sim, struct pcpu *p);
/* p->stolen_ns has come. */
void stolen_begin(struct sim *sim, struct pcpu *p);
/* If the host has p, it gives it back: p is idle. */
void stolen_end(struct sim *sim, struct pcpu *p);

/* -- guest.c ------------------------------------------------------------------ */

enum guest_outcome { GUEST_RUNS, GUEST_BLOCKS, GUEST_YIELDS };

/* The vCPU, running, goes on where it is: arms its pCPU's step_ns. */
enum guest_outcome guest_resume(struct sim *sim, uint32_t vcpu);
/* Its pCPU's step_ns has come. */
enum guest_outcome guest_step(struct sim *sim, uint32_t vcpu);

/* Its thread cannot go on, as somebody else will tell: it takes another, or halts. */
enum guest_outcome guest_wait(struct sim *sim, uint32_t vcpu);

/* The run ends: arrivals not answered yet enter the response times, with their age. */
void guest_book_backlog(struct sim *sim, uint32_t vm, uint32_t program, uint64_t key,
			struct arrivals *arrivals);

/* -- sync.c ------------------------------------------------------------------- */

static inline struct sync *sync_of(struct sim *sim, uint32_t vm, uint32_t index)
{
	return &sim->syncs[sim->vms[vm].first_object + index];
}

/* A running vCPU waits for object `index` of its VM from now on, as act says. */
void sync_wait_begin(struct sim *sim, uint32_t vcpu, uint32_t index, enum vcpu_act act);
/* The wait is over: the vCPU may take the next step once it has paid pay_ns. */
void sync_wait_end(struct sim *sim, uint32_t vcpu, uint64_t pay_ns);
/* A running vCPU does not wait for it any more, without having it. */
void sync_wait_drop(struct sim *sim, uint32_t vcpu);
/* A waiting vCPU that runs begins or ends to burn time for its object. */
void sync_spin_begin(struct sim *sim, uint32_t vcpu);
void sync_spin_end(struct sim *sim, uint32_t vcpu);
/* Books the spin time of a listed vCPU up to now, by cause. */
void sync_spin_book(struct sim *sim, uint32_t vcpu);
/* The vCPU has come to run, or left its pCPU: causes change. */
void sync_vcpu_moved(struct sim *sim, uint32_t vcpu, bool runs);
/* A blocked vCPU is runnable again, perhaps with locks in its hands. */
void sync_vcpu_woke(struct sim *sim, uint32_t vcpu);
/* Who is runnable and off CPU, and is waited for at the end of the chain?  SP_NONE: nobody. */
uint32_t sync_culprit(struct sim *sim, uint32_t vcpu);
/* Counts the harm of a preempted holder if somebody has spun for it by now. */
void sync_settle_harm(struct sim *sim, uint32_t holder);
/* The object's cause may have changed. */
void sync_update(struct sim *sim, uint32_t vm, struct sync *o);
/* The same for the VM's barriers: their cause hangs on who runs. */
void sync_update_barriers(struct sim *sim, uint32_t vm);
/* Nobody of this VM can go on?  Then that is a deadlock. */
void sync_check_stuck(struct sim *sim, uint32_t vm);
/* A vCPU waits for answers that can never come. */
void sync_fail_ipi(struct sim *sim, uint32_t vcpu);
/* Everything of this VM as new. */
void sync_reset(struct sim *sim, uint32_t vm);
/* An object's clock of one cause, brought up to now. */
uint64_t sync_clock(const struct sim *sim, const struct sync *o, uint32_t cause);

/* -- smt.c ---------------------------------------------------------------------- */

void smt_setup(struct sim *sim);
/* p's state has changed; was_busy: before.  Only where its core has other threads. */
void smt_state(struct sim *sim, struct pcpu *p, bool was_busy);

/* Only if sim.smt_rate: a timed step has been armed as if at full speed ... */
void smt_put_off(struct sim *sim, uint32_t vcpu);
/* ... or spent_ns of it have been taken off left_ns as if they were. */
void smt_give_back(struct sim *sim, uint32_t vcpu, uint64_t spent_ns);

/* -- spin.c ------------------------------------------------------------------- */

/* A spinning vCPU: sets its pCPU's step_ns; its time is booked up to now. */
void spin_arm(struct sim *sim, uint32_t vcpu);
/* What a source allows has changed under a vCPU that may be spinning. */
void spin_rearm(struct sim *sim, uint32_t vcpu);
/* The step_ns of a spinning vCPU has come. */
enum guest_outcome spin_event(struct sim *sim, uint32_t vcpu);

/* -- lock.c: common to all kinds, which are tables of functions --------------- */

struct lock_kind {
	/* A vCPU begins to wait, and is (or is not any more) on its pCPU. */
	void (*wait)(struct sim *sim, uint32_t vcpu, struct sync *o);
	void (*moved)(struct sim *sim, uint32_t vcpu, struct sync *o, bool runs);
	/* This waiter does not wait any more: it has the lock. */
	void (*leave)(struct sim *sim, uint32_t vcpu, struct sync *o);
	/* The lock is free: who of the waiting gets it (leave follows)?  SP_NONE: nobody yet. */
	uint32_t (*next)(struct sim *sim, uint32_t vm, struct sync *o);
	/*
	 * The lock is free and somebody waits: may a newcomer, or a waiter that is back on
	 * its pCPU, take it?  NULL: whoever comes.
	 */
	bool (*may_enter)(struct sim *sim, uint32_t vcpu, const struct sync *o);
	bool (*may_take)(struct sim *sim, uint32_t vcpu, const struct sync *o);
	/* The lock is free: for whom of the waiting is it kept?  NULL: for nobody. */
	uint32_t (*heir)(const struct sync *o);
	/* A vCPU has released the lock, and somebody waits. */
	void (*released)(struct sim *sim, uint32_t vcpu, struct sync *o);
	/* The lock stays free although somebody waits. */
	void (*kept)(struct sim *sim, struct sync *o);
	/*
	 * A spinner's patience, as in spin.c: how much longer it spins, and what it does
	 * then.  NULL: it has no end.
	 */
	uint64_t (*spin_left_ns)(struct sim *sim, uint32_t vcpu, struct sync *o);
	enum spin_outcome (*spin_over)(struct sim *sim, uint32_t vcpu, struct sync *o);
	/* The vCPU that has it has come to run, or left its pCPU.  NULL: nothing comes of it. */
	void (*owner_moved)(struct sim *sim, struct sync *o);
};

/*
 * LOCK_KIND(word, place, traits) = {...}; in lock_NAME.c is all that there is to say of a
 * kind: the scenario's word for it, where that stands among the words (by place), and
 * enum lock_trait.  The build finds it and makes lock_kinds.h of all of them.
 */
#define LOCK_KIND(word, place, traits)                                                             \
	extern const struct lock_kind lock_##word;                                                 \
	const struct lock_kind lock_##word

#define LOCK_KIND_EXTERN(NAME, word, traits) extern const struct lock_kind lock_##word;
LOCK_KINDS(LOCK_KIND_EXTERN)
#undef LOCK_KIND_EXTERN

/* true: the vCPU has it; false: it waits. */
bool lock_acquire(struct sim *sim, uint32_t vcpu, uint32_t index, bool reads);
void lock_release(struct sim *sim, uint32_t vcpu, uint32_t index);
/* The parts of these: it takes the free lock; it gives it up. */
void lock_take(struct sim *sim, uint32_t vcpu, uint32_t index, bool reads, bool waited);
void lock_drop(struct sim *sim, uint32_t vcpu, uint32_t index);
/* The lock may have come free: it goes to whom its kind names, if that is anybody. */
void lock_hand_on(struct sim *sim, uint32_t vm, uint32_t index);
/* The run ends: the vCPU takes a lock for which it would wait for ever. */
void lock_fail_deadlock(struct sim *sim, uint32_t vcpu, uint32_t index);
/* A waiting vCPU is back on a pCPU: true if it has the lock now. */
bool lock_retry(struct sim *sim, uint32_t vcpu);
/* A vCPU to which the lock was passed while it was off CPU runs. */
void lock_granted_runs(struct sim *sim, uint32_t vcpu);

/* Books what it has held so far, of all the locks that it holds: their time ends. */
void lock_book_held(struct sim *sim, uint32_t vcpu);

/* Does it hold the lock as a reader? */
static inline bool lock_is_read_by(const struct sync *o, uint32_t vcpu)
{
	return o->nr_readers && o->holder != vcpu;
}

/* A free lock: is it kept for a waiter that is runnable and off CPU? */
bool lock_is_kept(const struct sim *sim, const struct sync *o);

/* Lines of waiters, first come, first served: for the kinds that have one. */
void line_join(struct sim *sim, uint32_t vcpu, struct sync *o);
void line_leave(struct sim *sim, uint32_t vcpu, struct sync *o);

/* The lock as a source of spin events: see spin.c. */
uint64_t lock_spin_left_ns(struct sim *sim, uint32_t vcpu);
enum spin_outcome lock_spin_over(struct sim *sim, uint32_t vcpu);

/* -- barrier.c: true if the vCPU goes on at once, being the last -------------- */

bool barrier_arrive(struct sim *sim, uint32_t vcpu, uint32_t index);

/* -- account.c ---------------------------------------------------------------- */

/* Books a vCPU's time up to now under its mode. */
void account_spent(struct sim *sim, uint32_t vcpu, uint64_t spent_ns);

static inline void account_vcpu(struct sim *sim, uint32_t vcpu)
{
	uint64_t spent_ns = sim->now - sim->vcpus[vcpu].since_ns;

	if (spent_ns)
		account_spent(sim, vcpu, spent_ns);
}

/* Books and changes the mode. */
void account_mode(struct sim *sim, uint32_t vcpu, uint32_t mode);
/* Brings the VM's co-run and LHP clocks up to now; call before they change. */
void account_vm(struct sim *sim, struct vm *vm);
void account_pcpu(struct sim *sim, struct pcpu *p);
void account_pcpu_state(struct sim *sim, struct pcpu *p, uint32_t state);
/* A vCPU begins or ends to wait for a pCPU. */
void account_wait_begin(struct sim *sim, uint32_t vcpu);
void account_wait_end(struct sim *sim, uint32_t vcpu);
void account_pool(struct sim *sim, struct pool *pool);
/* A wait that is still open enters with the age it has: starving must show. */
void account_censored(struct sim *sim, uint32_t vm, enum group_hist which, uint64_t since_ns);
/* The VM stops, or the run ends: what its vCPUs wait for, and hold, is booked. */
void account_open_vm(struct sim *sim, uint32_t vm);
/* The window begins: everything booked so far is forgotten. */
void account_window(struct sim *sim);
/* Books all up to now, checks the laws, fills the result. */
int account_finish(struct sim *sim, struct sim_result *result);
struct hist *account_hist(struct sim *sim, uint32_t vm, enum group_hist which);

/* -- entitle.c ---------------------------------------------------------------- */

/* A vCPU becomes unblocked or blocked. */
void entitle_unblocked(struct sim *sim, uint32_t vcpu, bool on);
/* A pCPU of the pool comes (+1) or goes (-1): what its VMs are entitled to changes. */
void entitle_online(struct sim *sim, struct pool *pool, int by);

/* -- sleepers.c --------------------------------------------------------------- */

void nap_push(struct sim *sim, struct pcpu *p, uint32_t vcpu);
uint32_t nap_pop(struct sim *sim, struct pcpu *p);
void nap_remove(struct sim *sim, struct pcpu *p, uint32_t vcpu);

/* -- engine.c ----------------------------------------------------------------- */

/* The run ends with this error; the loop stops after the current event. */
void sim_fail(struct sim *sim, enum status status, const char *kind, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* "build.0/2": a vCPU in messages; buf of at least 100 bytes. */
const char *sim_vcpu_name(const struct sim *sim, uint32_t vcpu, char *buf);
/* The line of the scenario that a vCPU is at. */
uint32_t sim_vcpu_line(const struct sim *sim, uint32_t vcpu);

static inline void trace_put(struct sim *sim, uint32_t type, uint32_t arg, uint32_t pcpu,
			     uint32_t vcpu, uint32_t aux)
{
	struct trace_sink *sink = sim->trace;
	struct trace_rec *rec;

	if (!sink)
		return;
	if (sink->nr == sink->size) {
		if (sink->failed || sink->flush(sink, sink->buffer, sink->nr)) {
			sink->failed = 1;
			sink->nr_lost++;
			sim->trace = NULL;
			return;
		}
		sink->nr = 0;
	}
	rec = &sink->buffer[sink->nr++];
	rec->at_ns = sim->now;
	rec->type = (uint8_t)type;
	rec->arg = (uint8_t)arg;
	rec->pcpu = (uint16_t)pcpu;
	rec->vcpu = (uint16_t)vcpu;
	rec->aux = (uint16_t)aux;
}

static inline bool mode_is_spin(uint32_t mode)
{
	return mode >= VT_SPIN_CONTENTION && mode <= VT_SPIN_PARTNER;
}

#endif
