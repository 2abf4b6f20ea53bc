/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * corun.h - the policies of policies/ as a Xen scheduler: what the parts share.
 *
 *	calls.c   an event becomes a call of the policy, sp_out becomes deeds
 *	run.c     wake, sleep, yield, and the choice itself
 *	life.c    pools, pCPUs, domains and units come and go
 *	admin.c   command line, weights, dumps, the table that Xen registers
 *
 * WHO MAY CALL WHEN
 *	One lock for the pool.  switch_sched gives it to Xen as the schedule lock of
 *	every pCPU, so that Xen's locked hooks (wake, sleep, yield, do_schedule,
 *	adjust_affinity of an inserted unit) are serialised by it; all other hooks
 *	and the timer take it themselves.  That is the contract's promise 1.
 *	Order: lock of the free pCPUs, then ours, then a timer's.
 *
 * WHAT IS CALLED WHAT
 *	Xen's domain is the contract's VM, a sched_unit (one vCPU, or a core's worth
 *	of them with sched-gran=core) is its vCPU, a scheduling resource its pCPU,
 *	known by the number of its first pCPU.  VMs and vCPUs get small ids, the
 *	lowest that is free.
 */
#ifndef CORUN_XEN_H
#define CORUN_XEN_H

#include <xen/compiler.h>
#include <xen/cpumask.h>
#include <xen/init.h>
#include <xen/lib.h>
#include <xen/sched.h>
#include <xen/softirq.h>
#include <xen/spinlock.h>
#include <xen/time.h>
#include <xen/timer.h>

#include "../private.h"
#include "policies/policy.h"

/* Xen's weight 256 is nice 0; 65535, its largest, still is a weight of ours. */
#define CORUN_WEIGHT_DEFAULT 256u
#define CORUN_WEIGHT_SCALE (SP_WEIGHT_NICE_0 / CORUN_WEIGHT_DEFAULT)

/* Xen's cap is a percentage alone: the period is Linux's default. */
#define CORUN_CAP_PERIOD_NS SP_MS(100)

struct corun_dom {
	unsigned int id;
	unsigned int weight; /* Xen's, 1 to 65535 */
	unsigned int cap_pct;
};

enum corun_unit_state {
	CORUN_BLOCKED,
	CORUN_RUNNABLE,
	CORUN_RUNNING, /* a stint is open: Xen was told to run it */
};

struct corun_unit {
	struct sched_unit *unit;
	unsigned int id; /* SP_NONE: idle */
	enum corun_unit_state state;
	bool inserted;
	bool yields; /* said so since it was last picked */
	u64 since_ns; /* CORUN_RUNNING: begin of the stint */
	unsigned int wanted_by; /* pCPU that waits until its context is saved, or SP_NONE */
};

struct corun_pcpu {
	bool online;
	struct corun_unit *running; /* whose stint is open here */
	u64 until_ns; /* when it was to end */
};

/* Told by the dump key 'r'. */
struct corun_stats {
	u64 nr_calls;
	u64 nr_picks;
	u64 nr_unsaved; /* picks of a unit whose context was not saved yet */
	u64 nr_stale; /* picks of a unit that had blocked meanwhile */
	u64 nr_violations; /* answers that no policy may give */
	u64 held_ns; /* time in policy calls and their effects, lock held */
	u64 longest_ns;
};

struct corun_pool {
	spinlock_t lock;
	const struct sp_policy *policy;
	u64 tunables[SP_MAX_TUNABLES]; /* in force */
	void *state;
	struct sp_out *out;
	u64 now_ns; /* of the last call: the clock that the policy sees never steps back */
	u64 began_ns; /* of the call under way */
	struct timer timer;
	bool timer_lives; /* initialised: there is a pCPU to run it on */
	unsigned int timer_cpu;
	u64 timer_ns; /* what it is armed for, or SP_NEVER_NS */
	struct corun_pcpu pcpus[SP_NR_PCPUS];
	struct corun_unit *units[SP_NR_VCPUS];
	struct corun_dom *doms[SP_NR_VMS];
	struct corun_stats stats;
};

static inline struct corun_pool *corun_pool(const struct scheduler *ops)
{
	return ops->sched_data;
}

static inline struct corun_unit *corun_unit(const struct sched_unit *unit)
{
	return unit->priv;
}

/* All policies that were compiled in, by name; generated, ends with NULL. */
extern const struct sp_policy *const corun_policies[];

/* -- calls.c -------------------------------------------------------------- */

/* Before a call: sp_out as new, and the time to hand over. */
u64 corun_begin(struct corun_pool *pool);
/* After it: kicks and the timer.  The caller has taken what pick_next said. */
void corun_apply(struct corun_pool *pool);
/* A port or policy broke the contract: counted, and told once in a while. */
void corun_violation(struct corun_pool *pool, const char *what, unsigned int id);

/* The timer of the instance runs on some pCPU of the pool; this one joins, or has left. */
void corun_timer_join(struct corun_pool *pool, unsigned int cpu);
void corun_timer_leave(struct corun_pool *pool, unsigned int cpu);

/* -- run.c ---------------------------------------------------------------- */

void corun_wake_locked(struct corun_pool *pool, struct corun_unit *cu);
void corun_block_locked(struct corun_pool *pool, struct corun_unit *cu);
/* Report the end of the stint that is open for it. */
void corun_stop_locked(struct corun_pool *pool, struct corun_unit *cu, unsigned int cpu,
		       unsigned int why);
/* Hand the hard affinity to a policy that honours one. */
void corun_affinity_locked(struct corun_pool *pool, struct corun_unit *cu, const cpumask_t *hard);

void cf_check corun_wake(const struct scheduler *ops, struct sched_unit *unit);
void cf_check corun_sleep(const struct scheduler *ops, struct sched_unit *unit);
void cf_check corun_yield(const struct scheduler *ops, struct sched_unit *unit);
void cf_check corun_context_saved(const struct scheduler *ops, struct sched_unit *unit);
void cf_check corun_schedule(const struct scheduler *ops, struct sched_unit *prev, s_time_t now,
			     bool tasklet);
struct sched_resource *cf_check corun_pick_resource(const struct scheduler *ops,
						    const struct sched_unit *unit);
void cf_check corun_adjust_affinity(const struct scheduler *ops, struct sched_unit *unit,
				    const cpumask_t *hard, const cpumask_t *soft);

/* -- life.c --------------------------------------------------------------- */

/* An instance of the policy, tunables in the order of its table; NULL: refused, said why. */
struct corun_pool *corun_pool_alloc(const struct sp_policy *policy, const u64 *tunables);
void corun_pool_free(struct corun_pool *pool);

void *cf_check corun_alloc_pdata(const struct scheduler *ops, int cpu);
spinlock_t *cf_check corun_switch_sched(struct scheduler *ops, unsigned int cpu, void *pdata,
					void *udata);
void cf_check corun_deinit_pdata(const struct scheduler *ops, void *pdata, int cpu);
void cf_check corun_move_timers(const struct scheduler *ops, struct sched_resource *sr);
void *cf_check corun_alloc_domdata(const struct scheduler *ops, struct domain *d);
void cf_check corun_free_domdata(const struct scheduler *ops, void *data);
void *cf_check corun_alloc_udata(const struct scheduler *ops, struct sched_unit *unit,
				 void *domdata);
void cf_check corun_free_udata(const struct scheduler *ops, void *data);
void cf_check corun_insert_unit(const struct scheduler *ops, struct sched_unit *unit);
void cf_check corun_remove_unit(const struct scheduler *ops, struct sched_unit *unit);

#endif
