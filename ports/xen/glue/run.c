/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run.c - who runs: Xen's wake, sleep, yield, context_saved and do_schedule.
 *
 * A stint is open from the do_schedule that chose a unit to the next one on that
 * pCPU; that one closes it (vcpu_stopped) before it asks for another.  So wake
 * and sleep of a unit that runs tell the policy nothing: do_schedule will see.
 * vcpu_ipi never comes: Xen has no hook for an interrupt to a vCPU that is awake.  Nor
 * does it say who wakes a unit, or why: current may be at a hypercall that sends it an
 * event, or has been interrupted for a timer of the other's (softirqs run on the way back
 * to a guest, outside in_irq()).  So a wake-up has no reason and no waker here.
 */
#include "corun.h"

/* Answers that cannot be used, at one instant, before the pCPU idles for a moment. */
#define CORUN_TRIES 8
#define CORUN_RETRY MILLISECS(1)
/* A run_until_ns in the past must not make the pCPU schedule for ever. */
#define CORUN_SHORTEST MICROSECS(1)

/* -- wake and sleep ----------------------------------------------------------- */

void corun_wake_locked(struct corun_pool *pool, struct corun_unit *cu)
{
	const struct sp_wake wake = {.reason = SP_WAKE_UNKNOWN,
				     .waker = SP_NONE,
				     .waker_pcpu = SP_NONE};
	u64 now_ns;

	if (cu->state != CORUN_BLOCKED || !cu->inserted)
		return;
	cu->state = CORUN_RUNNABLE;
	now_ns = corun_begin(pool);
	pool->policy->vcpu_wake(pool->state, cu->id, &wake, now_ns, pool->out);
	corun_apply(pool);
}

void corun_block_locked(struct corun_pool *pool, struct corun_unit *cu)
{
	u64 now_ns;

	if (cu->state != CORUN_RUNNABLE)
		return;
	cu->state = CORUN_BLOCKED;
	now_ns = corun_begin(pool);
	pool->policy->vcpu_block(pool->state, cu->id, now_ns, pool->out);
	corun_apply(pool);
}

void cf_check corun_wake(const struct scheduler *ops, struct sched_unit *unit)
{
	if (!is_idle_unit(unit))
		corun_wake_locked(corun_pool(ops), corun_unit(unit));
}

void cf_check corun_sleep(const struct scheduler *ops, struct sched_unit *unit)
{
	unsigned int cpu = sched_unit_master(unit);

	if (is_idle_unit(unit))
		return;
	if (curr_on_cpu(cpu) == unit)
		cpu_raise_softirq(cpu, SCHEDULE_SOFTIRQ);
	else
		corun_block_locked(corun_pool(ops), corun_unit(unit));
}

void cf_check corun_yield(const struct scheduler *ops, struct sched_unit *unit)
{
	corun_unit(unit)->yields = true;
}

void cf_check corun_context_saved(const struct scheduler *ops, struct sched_unit *unit)
{
	struct corun_unit *cu = corun_unit(unit);
	spinlock_t *lock;

	if (is_idle_unit(unit))
		return;
	lock = unit_schedule_lock_irq(unit);
	if (cu->wanted_by != SP_NONE)
		cpu_raise_softirq(cu->wanted_by, SCHEDULE_SOFTIRQ);
	cu->wanted_by = SP_NONE;
	unit_schedule_unlock_irq(lock, unit);
}

/* -- the end of a stint ------------------------------------------------------- */

void corun_stop_locked(struct corun_pool *pool, struct corun_unit *cu, unsigned int cpu,
		       unsigned int why)
{
	struct sp_stint stint = {.vcpu = cu->id, .pcpu = cpu, .why = why};
	u64 now_ns = corun_begin(pool);

	stint.ran_ns = sp_sub0(now_ns, cu->since_ns);
	cu->state = why == SP_STOP_BLOCKED ? CORUN_BLOCKED : CORUN_RUNNABLE;
	cu->yields = false;
	pool->pcpus[cpu].running = NULL;
	pool->policy->vcpu_stopped(pool->state, &stint, now_ns, pool->out);
	corun_apply(pool);
}

static unsigned int corun_why(const struct corun_pool *pool, const struct corun_unit *cu,
			      unsigned int cpu, bool tasklet)
{
	if (!unit_runnable(cu->unit))
		return SP_STOP_BLOCKED;
	if (cu->yields)
		return SP_STOP_YIELDED;
	if (tasklet)
		return SP_STOP_STOLEN;
	return (u64)NOW() >= pool->pcpus[cpu].until_ns ? SP_STOP_SLICE : SP_STOP_PREEMPTED;
}

/* -- the choice --------------------------------------------------------------- */

/* The unit behind an answer of the policy, or NULL. */
static struct corun_unit *corun_answer(struct corun_pool *pool)
{
	unsigned int id = pool->out->next;
	struct corun_unit *cu;

	if (id == SP_NONE)
		return NULL;
	cu = id < SP_NR_VCPUS ? pool->units[id] : NULL;
	if (!cu || !cu->inserted) {
		corun_violation(pool, "picked a vCPU that is not there", id);
		return NULL;
	}
	if (cu->state == CORUN_RUNNING) {
		corun_violation(pool, "picked a vCPU that runs elsewhere", id);
		return NULL;
	}
	return cu;
}

/* Not before its context is saved; then this pCPU is kicked to ask again. */
static bool corun_is_unsaved(struct corun_pool *pool, struct corun_unit *cu,
			     const struct sched_unit *prev, unsigned int cpu)
{
	if (!cu->unit->is_running || cu->unit == prev)
		return false;
	if (cu->wanted_by != SP_NONE && cu->wanted_by != cpu)
		cpu_raise_softirq(cu->wanted_by, SCHEDULE_SOFTIRQ);
	cu->wanted_by = cpu;
	pool->stats.nr_unsaved++;
	return true;
}

/* Asks until the answer can be used.  *until_ns: when to ask again. */
static struct corun_unit *corun_choose(struct corun_pool *pool, const struct sched_unit *prev,
				       unsigned int cpu, u64 *until_ns)
{
	struct corun_unit *cu;
	unsigned int tries;
	u64 now_ns;

	for (tries = 0; tries < CORUN_TRIES; tries++) {
		now_ns = corun_begin(pool);
		pool->policy->pick_next(pool->state, cpu, now_ns, pool->out);
		cu = corun_answer(pool);
		*until_ns = pool->out->run_until_ns;
		corun_apply(pool);
		pool->stats.nr_picks++;
		if (!cu || corun_is_unsaved(pool, cu, prev, cpu))
			return NULL;
		if (unit_runnable_state(cu->unit))
			return cu;
		/* Flags change without the lock; its sleep is about to come. */
		pool->stats.nr_stale++;
		cu->state = CORUN_RUNNABLE;
		corun_block_locked(pool, cu);
	}
	*until_ns = pool->now_ns + CORUN_RETRY;
	return NULL;
}

static void corun_start(struct corun_pool *pool, struct corun_unit *cu, unsigned int cpu,
			u64 until_ns)
{
	cu->state = CORUN_RUNNING;
	cu->yields = false;
	cu->since_ns = pool->now_ns;
	pool->pcpus[cpu].running = cu;
	pool->pcpus[cpu].until_ns = until_ns;
	if (sched_unit_master(cu->unit) != cpu) {
		sched_set_res(cu->unit, get_sched_res(cpu));
		cu->unit->migrated = true;
	} else {
		cu->unit->migrated = false;
	}
}

/* A pCPU is in the pool a moment before Xen says so, and a moment after it left. */
static bool corun_is_member(const struct corun_pool *pool, unsigned int cpu)
{
	const struct cpupool *c = get_sched_res(cpu)->cpupool;

	return c && cpumask_test_cpu(cpu, c->res_valid) && cpu < SP_NR_PCPUS &&
	       pool->pcpus[cpu].online;
}

void cf_check corun_schedule(const struct scheduler *ops, struct sched_unit *prev, s_time_t now,
			     bool tasklet)
{
	struct corun_pool *pool = corun_pool(ops);
	unsigned int cpu = sched_get_resource_cpu(smp_processor_id());
	struct corun_unit *cu = cpu < SP_NR_PCPUS ? pool->pcpus[cpu].running : NULL;
	u64 until_ns = SP_NEVER_NS;

	if (cu)
		corun_stop_locked(pool, cu, cpu, corun_why(pool, cu, cpu, tasklet));
	cu = NULL;
	if (!tasklet) { /* else the idle vCPU does it, and asks again when done */
		if (corun_is_member(pool, cpu))
			cu = corun_choose(pool, prev, cpu, &until_ns);
		else
			until_ns = (u64)now + CORUN_RETRY;
	}
	if (cu) {
		corun_start(pool, cu, cpu, until_ns);
		prev->next_task = cu->unit;
	} else {
		prev->next_task = sched_idle_unit(cpu);
		unit_runnable_state(prev->next_task);
		/*
		 * When the pCPU leaves its pool, Xen 4.17.5 writes to the unit that the
		 * idle one gave way to last (schedule_cpu_rm: next_task), freed by then
		 * if its domain has moved to another pool.  So that is forgotten here.
		 */
		prev->next_task->next_task = prev->next_task;
	}
	if (until_ns >= (u64)STIME_MAX)
		prev->next_time = -1;
	else
		prev->next_time = max((s_time_t)until_ns - now, (s_time_t)CORUN_SHORTEST);
}

/* -- where --------------------------------------------------------------------- */

/*
 * Where Xen keeps a unit that does not run.  The policy says where it will: a
 * unit moves when it is chosen.  Here only the pool counts.
 */
struct sched_resource *cf_check corun_pick_resource(const struct scheduler *ops,
						    const struct sched_unit *unit)
{
	const cpumask_t *valid = cpupool_domain_master_cpumask(unit->domain);
	unsigned int cpu = sched_unit_master(unit);

	if (cpumask_test_cpu(cpu, valid) && cpumask_test_cpu(cpu, unit->cpu_hard_affinity))
		return unit->res;
	for_each_cpu(cpu, valid) if (
		cpumask_test_cpu(cpu, unit->cpu_hard_affinity)) return get_sched_res(cpu);
	cpu = cpumask_first(valid);
	return cpu < nr_cpu_ids ? get_sched_res(cpu) : unit->res;
}

/*
 * The contract's affinity is a range, Xen's is a set.  A set that is none, or a
 * policy that has no affinity: the vCPU runs anywhere in its pool, and the log
 * says so.
 */
void corun_affinity_locked(struct corun_pool *pool, struct corun_unit *cu, const cpumask_t *hard)
{
	struct sp_affinity affinity = {0, 0};
	unsigned int first = cpumask_first(hard), nr = 0;
	sp_s32 rc = -SP_ENOTSUP;
	u64 now_ns;

	if (!cpumask_subset(&cpu_online_map, hard)) {
		while (first + nr < nr_cpu_ids && cpumask_test_cpu(first + nr, hard))
			nr++;
		affinity.first = first;
		affinity.nr = nr == cpumask_weight(hard) && first + nr <= SP_NR_PCPUS ? nr : 0;
	} else {
		nr = 0;
	}
	if ((pool->policy->caps & SP_CAP_AFFINITY) && pool->policy->vcpu_set_affinity) {
		now_ns = corun_begin(pool);
		rc = pool->policy->vcpu_set_affinity(pool->state, cu->id, &affinity, now_ns,
						     pool->out);
		corun_apply(pool);
	}
	if (nr && (rc || !affinity.nr))
		printk(XENLOG_WARNING "corun: %s does not honour this affinity of %pv\n",
		       pool->policy->name, cu->unit->vcpu_list);
}

/* Before a unit is inserted no lock is held, and insert_unit will look. */
void cf_check corun_adjust_affinity(const struct scheduler *ops, struct sched_unit *unit,
				    const cpumask_t *hard, const cpumask_t *soft)
{
	struct corun_unit *cu = is_idle_unit(unit) ? NULL : corun_unit(unit);

	if (hard && cu && cu->inserted)
		corun_affinity_locked(corun_pool(ops), cu, hard);
}
