/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - the model of a host that calls a policy as policy.h says a host may.
 *
 * It knows what really runs where; the policy knows what it is told.  Every call
 * goes through host_call, with an observer before and after: the checks, a
 * recorder, or another build of the policy that must answer the same.
 */
#ifndef HOST_H
#define HOST_H

#include "agenda.h"
#include "call.h"
#include "rng.h"

/* Slots of the agenda; at one instant the lower number comes first. */
#define SLOT_KICK(p) (p)
#define SLOT_UNTIL(p) (SP_NR_PCPUS + (p))
#define SLOT_TICK(p) (2 * SP_NR_PCPUS + (p))
#define SLOT_VCPU(v) (3 * SP_NR_PCPUS + (v)) /* end of a burst or of a sleep */
#define SLOT_SAVE(v) (3 * SP_NR_PCPUS + SP_NR_VCPUS + (v))
#define SLOT_TIMER (3 * SP_NR_PCPUS + 2 * SP_NR_VCPUS)
#define SLOT_CHAOS (SLOT_TIMER + 1)
#define NR_SLOTS (SLOT_TIMER + 2)

enum vcpu_state { V_ABSENT, V_BLOCKED, V_RUNNABLE, V_RUNNING };

struct pcpu {
	struct sp_topo topo;
	uint32_t exists;
	uint32_t online;
	uint32_t running; /* or SP_NONE */
	uint32_t wanted; /* picked here, context not yet saved elsewhere, or SP_NONE */
	uint64_t start_ns; /* of the stint, the switch behind it */
	uint64_t tick_phase_ns;
};

struct vcpu {
	uint32_t state; /* enum vcpu_state */
	uint32_t vm;
	uint32_t pcpu; /* where it runs or ran last */
	uint32_t unsaved; /* its context is still on that pCPU */
	uint32_t weight; /* its own, or 0: its VM's */
	struct sp_affinity affinity;
	uint64_t left_ns; /* of the burst */
	uint64_t waiting_ns; /* V_RUNNABLE: since when */
	uint64_t
		unserved_ns; /* since then it has not run: a stint cut short in its switch is none */
	uint64_t ran_ns; /* in all */
};

/* What the vCPUs of a VM do; a hog's burst does not end. */
struct program {
	uint64_t burst_min_ns, burst_max_ns;
	uint64_t sleep_min_ns, sleep_max_ns;
	uint32_t hog;
	uint32_t theft_pct; /* of each stint that is not its own (ran_ns is less) */
};

struct vm {
	uint32_t exists;
	uint32_t width;
	uint32_t nr; /* vCPUs there are now */
	uint32_t weight;
	struct sp_vm_config config;
	uint64_t added_ns;
	uint64_t ran_ns; /* all its vCPUs, since then */
	struct program program;
};

/* In 1000: how often a host does what a policy may not rely upon. */
struct faults {
	uint32_t late_kick;
	uint32_t again; /* another pick at the same instant */
	uint32_t discard; /* the answer is not used, pick comes later */
	uint32_t race_block; /* picked, and blocks before it runs */
	uint32_t stolen; /* a preempted pCPU is the host's own for a while */
	uint32_t lost_hint;
};

/* All that a run is made of, drawn from its seed before it starts (plan.h). */
struct plan {
	uint64_t seed;
	uint32_t nr_calls; /* the run ends after that many calls, */
	uint32_t nr_pcpus;
	uint64_t end_ns; /* or at this instant */
	uint64_t tick_ns;
	uint64_t kick_ns, late_ns, switch_ns, save_ns; /* at most; 0: no cost at all */
	uint64_t chaos_ns; /* mean gap between comings, goings and stray calls; 0: none */
	struct faults faults;
	uint32_t nr_vcpus; /* about as many */
	uint32_t weights; /* enum weights */
	uint32_t mood; /* enum mood: which programs */
	uint32_t wide; /* in 1000: VMs wider than the pool */
	uint32_t capped; /* in 1000: VMs with a cap (if the policy takes them) */
	uint32_t pcpus[SP_NR_PCPUS]; /* ids, ascending, sparse */
	struct sp_topo topos[SP_NR_PCPUS];
	struct sp_config config;
};

enum weights { WEIGHTS_EQUAL, WEIGHTS_MILD, WEIGHTS_WILD };
enum mood { MOOD_UNDERLOADED, MOOD_OVERLOADED, MOOD_MIXED, NR_MOODS };

struct host;
struct observer {
	void (*before)(struct observer *o, struct host *h, const struct call *c);
	void (*after)(struct observer *o, struct host *h, const struct call *c);
	void (*settled)(struct observer *o, struct host *h); /* an event is dealt with */
};

struct host {
	const struct sp_policy *policy;
	void *state;
	struct sp_out *out;
	const struct plan *plan;
	struct observer *observer;
	struct rng rng;
	struct agenda agenda;
	uint64_t now_ns;
	uint32_t nr_calls;
	uint32_t stray; /* this wake or block finds a vCPU awake or blocked already */
	uint32_t broken; /* the observer has seen enough: the run ends */
	uint32_t nr_online;
	uint32_t nr_running;
	uint32_t nr_waiting; /* V_RUNNABLE */
	uint32_t nr_vcpus;
	uint64_t nr_outside; /* events that no kick caused */
	struct pcpu pcpus[SP_NR_PCPUS];
	struct vcpu vcpus[SP_NR_VCPUS];
	struct vm vms[SP_NR_VMS];
};

/* Fill in op and now, reset sp_out, call, do what sp_out asks for. */
int32_t host_call(struct host *h, uint32_t op, struct call *c);
/* Stop what runs on p, if anything does. */
void host_stop(struct host *h, uint32_t p, uint32_t why);
/* Ask who runs on p, and have it run or leave p idle.  Nothing may run there. */
void host_pick(struct host *h, uint32_t p);
void host_kick(struct host *h, uint32_t p);
void host_wake(struct host *h, uint32_t v, int hint);
/* A runnable vCPU that does not run blocks. */
void host_block(struct host *h, uint32_t v);
/* The context of v is saved: whoever waited for it picks again. */
void host_save(struct host *h, uint32_t v);
int host_allows(const struct host *h, uint32_t v, uint32_t p);
/* Can v run at all, given affinity, its VM's width and the pCPUs there are? */
int host_can_run(const struct host *h, uint32_t v);

/* -- comings and goings (host_pool.c) -- */
void host_pcpu_online(struct host *h, uint32_t p, const struct sp_topo *topo);
void host_pcpu_offline(struct host *h, uint32_t p);
int32_t host_vm_add(struct host *h, uint32_t vm, const struct sp_vm_config *config,
		    const struct program *program);
void host_vm_remove(struct host *h, uint32_t vm);
int32_t host_vcpu_add(struct host *h, uint32_t v, const struct sp_vcpu_config *config);
void host_vcpu_remove(struct host *h, uint32_t v);
/* From whatever it does to blocked. */
void host_quiesce(struct host *h, uint32_t v);
void host_set_affinity(struct host *h, uint32_t v, const struct sp_affinity *affinity);
void host_vm_set_weight(struct host *h, uint32_t vm, uint32_t weight);
void host_vcpu_set_weight(struct host *h, uint32_t v, uint32_t weight);

static inline uint32_t vcpu_weight(const struct host *h, uint32_t v)
{
	return h->vcpus[v].weight ? h->vcpus[v].weight : h->vms[h->vcpus[v].vm].weight;
}

#endif
