/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * life.c - pools, pCPUs, domains and units come and go.
 *
 * A VM is announced with its width when Xen makes the domain (the number of its
 * vCPUs is fixed by then), a vCPU when Xen allocates its unit: both can be refused
 * there, and the policy knows a gang before its first member wakes.
 */
#include <xen/err.h>
#include <xen/errno.h>
#include <xen/xmalloc.h>

#include "corun.h"

/* -- pools -------------------------------------------------------------------- */

struct corun_pool *corun_pool_alloc(const struct sp_policy *policy, const u64 *tunables)
{
	struct corun_pool *pool = xzalloc(struct corun_pool);
	struct sp_config *config = xzalloc(struct sp_config);
	unsigned int i;
	sp_s32 rc = -SP_EINVAL;

	if (!pool || !config)
		goto fail;
	spin_lock_init(&pool->lock);
	pool->policy = policy;
	pool->timer_ns = SP_NEVER_NS;
	pool->state = _xzalloc(policy->state_size, 64);
	pool->out = xzalloc(struct sp_out);
	if (!pool->state || !pool->out)
		goto fail;
	config->seed = 1;
	for (i = 0; i < policy->nr_tunables && i < SP_MAX_TUNABLES; i++)
		pool->tunables[i] = config->tunables[i] = tunables[i];
	rc = policy->init(pool->state, config);
	if (!rc) {
		xfree(config);
		return pool;
	}
	printk(XENLOG_ERR "corun: %s refuses its tunables (%d)\n", policy->name, rc);
fail:
	xfree(config);
	if (pool)
		corun_pool_free(pool);
	return NULL;
}

void corun_pool_free(struct corun_pool *pool)
{
	xfree(pool->out);
	xfree(pool->state);
	xfree(pool);
}

/* -- pCPUs -------------------------------------------------------------------- */

/* Nothing is allocated, but here a pCPU can still be refused. */
void *cf_check corun_alloc_pdata(const struct scheduler *ops, int cpu)
{
	if (cpu < SP_NR_PCPUS)
		return NULL;
	printk(XENLOG_ERR "corun: built for %u pCPUs, no room for pCPU %d\n", SP_NR_PCPUS, cpu);
	return ERR_PTR(-ENOSPC);
}

/* Called with the lock under which this pCPU was until now, interrupts off. */
spinlock_t *cf_check corun_switch_sched(struct scheduler *ops, unsigned int cpu, void *pdata,
					void *udata)
{
	struct corun_pool *pool = corun_pool(ops);
	struct sp_topo topo;
	u64 now_ns;

	/* The lowest pCPU of a core or socket is its id: unique in the host. */
	topo.core = cpumask_first(per_cpu(cpu_sibling_mask, cpu));
	topo.socket = cpumask_first(per_cpu(cpu_core_mask, cpu));
	if (topo.core >= SP_NR_PCPUS)
		topo.core = cpu;
	if (topo.socket >= SP_NR_PCPUS)
		topo.socket = topo.core;
	topo.llc = topo.socket; /* Xen 4.17 does not know more */

	sched_idle_unit(cpu)->priv = udata;
	spin_lock(&pool->lock);
	pool->pcpus[cpu].online = true;
	corun_timer_join(pool, cpu);
	now_ns = corun_begin(pool);
	if (pool->policy->pcpu_online(pool->state, cpu, &topo, now_ns, pool->out))
		corun_violation(pool, "a pCPU was refused", cpu);
	corun_apply(pool);
	spin_unlock(&pool->lock);
	return &pool->lock;
}

/* The pCPU has its new lock already; nothing of ours runs there. */
void cf_check corun_deinit_pdata(const struct scheduler *ops, void *pdata, int cpu)
{
	struct corun_pool *pool = corun_pool(ops);
	unsigned long flags;
	u64 now_ns;

	spin_lock_irqsave(&pool->lock, flags);
	if (pool->pcpus[cpu].running) {
		corun_violation(pool, "a pCPU left with a vCPU on it", cpu);
		corun_stop_locked(pool, pool->pcpus[cpu].running, cpu, SP_STOP_PREEMPTED);
	}
	pool->pcpus[cpu].online = false;
	now_ns = corun_begin(pool);
	pool->policy->pcpu_offline(pool->state, cpu, now_ns, pool->out);
	corun_apply(pool);
	spin_unlock_irqrestore(&pool->lock, flags);
	corun_timer_leave(pool, cpu);
}

/* After a suspend: Xen had moved the timers of this pCPU away. */
void cf_check corun_move_timers(const struct scheduler *ops, struct sched_resource *sr)
{
	struct corun_pool *pool = corun_pool(ops);

	if (pool->timer_lives && pool->timer_cpu == sr->master_cpu)
		migrate_timer(&pool->timer, sr->master_cpu);
}

/* -- domains ------------------------------------------------------------------ */

static unsigned int corun_free_dom_id(const struct corun_pool *pool)
{
	unsigned int id;

	for (id = 0; id < SP_NR_VMS; id++)
		if (!pool->doms[id])
			return id;
	return SP_NONE;
}

static int corun_errno(sp_s32 rc)
{
	return rc == -SP_ENOSPC ? -ENOSPC : rc == -SP_ENOTSUP ? -EOPNOTSUPP : -EINVAL;
}

static sp_s32 corun_add_dom(struct corun_pool *pool, struct corun_dom *cd, unsigned int width)
{
	struct sp_vm_config config = {.width = width,
				      .weight = cd->weight * CORUN_WEIGHT_SCALE,
				      .quota_ns = cd->cap_pct * (CORUN_CAP_PERIOD_NS / 100),
				      .period_ns = cd->cap_pct ? CORUN_CAP_PERIOD_NS : 0};
	u64 now_ns;
	sp_s32 rc;

	cd->id = corun_free_dom_id(pool);
	if (cd->id == SP_NONE || width > SP_NR_VCPUS)
		return -SP_ENOSPC;
	now_ns = corun_begin(pool);
	rc = pool->policy->vm_add(pool->state, cd->id, &config, now_ns, pool->out);
	corun_apply(pool);
	if (!rc)
		pool->doms[cd->id] = cd;
	return rc;
}

void *cf_check corun_alloc_domdata(const struct scheduler *ops, struct domain *d)
{
	struct corun_pool *pool = corun_pool(ops);
	unsigned int width = DIV_ROUND_UP(d->max_vcpus, cpupool_get_granularity(ops->cpupool));
	struct corun_dom *cd = xzalloc(struct corun_dom);
	unsigned long flags;
	sp_s32 rc;

	if (!cd)
		return ERR_PTR(-ENOMEM);
	cd->weight = CORUN_WEIGHT_DEFAULT;
	spin_lock_irqsave(&pool->lock, flags);
	rc = corun_add_dom(pool, cd, width ? width : 1);
	spin_unlock_irqrestore(&pool->lock, flags);
	if (!rc)
		return cd;
	xfree(cd);
	printk(XENLOG_ERR "corun: %s refuses domain %u with %u vCPUs: %s\n", pool->policy->name,
	       d->domain_id, d->max_vcpus,
	       rc == -SP_ENOSPC ? "too wide for its pool, or no room" : "not supported");
	return ERR_PTR(corun_errno(rc));
}

void cf_check corun_free_domdata(const struct scheduler *ops, void *data)
{
	struct corun_pool *pool = corun_pool(ops);
	struct corun_dom *cd = data;
	unsigned long flags;
	u64 now_ns;

	if (!cd)
		return;
	spin_lock_irqsave(&pool->lock, flags);
	pool->doms[cd->id] = NULL;
	now_ns = corun_begin(pool);
	pool->policy->vm_remove(pool->state, cd->id, now_ns, pool->out);
	corun_apply(pool);
	spin_unlock_irqrestore(&pool->lock, flags);
	xfree(cd);
}

/* -- units -------------------------------------------------------------------- */

static sp_s32 corun_add_unit(struct corun_pool *pool, struct corun_unit *cu, unsigned int vm)
{
	struct sp_vcpu_config config = {.vm = vm};
	unsigned int id;
	u64 now_ns;
	sp_s32 rc;

	for (id = 0; id < SP_NR_VCPUS && pool->units[id]; id++)
		;
	if (id == SP_NR_VCPUS)
		return -SP_ENOSPC;
	now_ns = corun_begin(pool);
	rc = pool->policy->vcpu_add(pool->state, id, &config, now_ns, pool->out);
	corun_apply(pool);
	if (rc)
		return rc;
	cu->id = id;
	pool->units[id] = cu;
	return 0;
}

void *cf_check corun_alloc_udata(const struct scheduler *ops, struct sched_unit *unit,
				 void *domdata)
{
	struct corun_pool *pool = corun_pool(ops);
	struct corun_dom *cd = domdata;
	struct corun_unit *cu = xzalloc(struct corun_unit);
	unsigned long flags;
	sp_s32 rc;

	if (!cu)
		return NULL;
	cu->unit = unit;
	cu->id = cu->wanted_by = SP_NONE;
	if (!cd) /* the idle unit of a pCPU */
		return cu;
	spin_lock_irqsave(&pool->lock, flags);
	rc = corun_add_unit(pool, cu, cd->id);
	spin_unlock_irqrestore(&pool->lock, flags);
	if (!rc)
		return cu;
	printk(XENLOG_ERR "corun: %s refuses a vCPU (%d)\n", pool->policy->name, rc);
	xfree(cu);
	return NULL;
}

void cf_check corun_free_udata(const struct scheduler *ops, void *data)
{
	struct corun_pool *pool = corun_pool(ops);
	struct corun_unit *cu = data;
	unsigned long flags;
	u64 now_ns;

	if (cu && cu->id != SP_NONE) {
		spin_lock_irqsave(&pool->lock, flags);
		pool->units[cu->id] = NULL;
		now_ns = corun_begin(pool);
		pool->policy->vcpu_remove(pool->state, cu->id, now_ns, pool->out);
		corun_apply(pool);
		spin_unlock_irqrestore(&pool->lock, flags);
	}
	xfree(cu);
}

void cf_check corun_insert_unit(const struct scheduler *ops, struct sched_unit *unit)
{
	struct corun_pool *pool = corun_pool(ops);
	struct corun_unit *cu = corun_unit(unit);
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	cu->inserted = true;
	if (!cpumask_subset(&cpu_online_map, unit->cpu_hard_affinity))
		corun_affinity_locked(pool, cu, unit->cpu_hard_affinity);
	if (unit_runnable(unit))
		corun_wake_locked(pool, cu);
	spin_unlock_irqrestore(&pool->lock, flags);
}

/* Xen has paused it, so it does not run. */
void cf_check corun_remove_unit(const struct scheduler *ops, struct sched_unit *unit)
{
	struct corun_pool *pool = corun_pool(ops);
	struct corun_unit *cu = corun_unit(unit);
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	if (cu->state == CORUN_RUNNING) {
		corun_violation(pool, "a vCPU removed while it runs", cu->id);
		corun_stop_locked(pool, cu, sched_unit_master(unit), SP_STOP_BLOCKED);
	}
	corun_block_locked(pool, cu);
	cu->inserted = false;
	spin_unlock_irqrestore(&pool->lock, flags);
}
