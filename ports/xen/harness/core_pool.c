/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core_pool.c - pCPUs join the pool and leave it.
 */
#include "core.h"

void core_cpu_on(struct host *h, unsigned int cpu)
{
	struct sched_resource *sr = get_sched_res(cpu);
	struct scheduler *s = h->sched;
	void *pdata, *udata;
	spinlock_t *old, *new;
	unsigned long flags;

	machine_be(cpu, sr->curr->vcpu_list);
	pdata = sched_alloc_pdata(s, (int)cpu);
	udata = sched_alloc_udata(s, sr->sched_unit_idle, NULL);
	if (IS_ERR(pdata) || !udata)
		host_fail("pCPU %u is refused", cpu);
	old = sr->schedule_lock;
	flags = _spin_lock_irqsave(old);
	new = sched_switch_sched(s, cpu, pdata, udata);
	sr->scheduler = s;
	sr->sched_priv = pdata;
	sr->cpupool = h->pool;
	sr->schedule_lock = new;
	_spin_unlock_irqrestore(old, flags);
	cpumask_set_cpu(cpu, h->pool->cpu_valid);
	cpumask_set_cpu(cpu, h->pool->res_valid);
	cpu_raise_softirq(cpu, SCHEDULE_SOFTIRQ);
	machine_check_locks();
}

/* Everybody off this pCPU: those that run there leave when their context is saved. */
static bool is_emptied(struct host *h, struct sched_resource *sr)
{
	unsigned int g, i;
	bool left = false;

	core_be_anyone(h);
	for (g = 0; g < h->nr_guests; g++)
		for (i = 0; h->guests[g].d && i < h->guests[g].nr; i++) {
			struct sched_unit *unit = h->guests[g].d->vcpu[i]->sched_unit;
			spinlock_t *lock;

			if (unit->res != sr)
				continue;
			lock = unit_schedule_lock_irq(unit);
			set_bit(_VPF_migrating, &unit->vcpu_list->pause_flags);
			core_sleep_locked(h, unit->vcpu_list);
			unit_schedule_unlock_irq(lock, unit);
			core_migrate_finish(h, unit);
			left |= unit->res == sr;
		}
	return !left;
}

/* Xen's order: not valid any more, everybody away, then another scheduler, then deinit. */
void core_cpu_off(struct host *h, unsigned int cpu)
{
	struct sched_resource *sr = get_sched_res(cpu);
	unsigned int tries;
	spinlock_t *old;

	cpumask_clear_cpu(cpu, h->pool->cpu_valid);
	cpumask_clear_cpu(cpu, h->pool->res_valid);
	for (tries = 0; tries < 1000 && !is_emptied(h, sr); tries++)
		core_run(h, 10000);
	if (tries == 1000)
		host_fail("pCPU %u cannot be emptied", cpu);
	core_be_anyone(h);
	old = pcpu_schedule_lock_irq(cpu);
	if (!is_idle_unit(sr->curr))
		host_fail("pCPU %u leaves with a unit on it", cpu);
	sr->scheduler = NULL;
	sr->cpupool = NULL;
	sr->schedule_lock = &sr->_lock;
	spin_unlock_irq(old);
	sched_deinit_pdata(h->sched, sr->sched_priv, (int)cpu);
	sched_free_udata(h->sched, sr->sched_unit_idle->priv);
	sched_free_pdata(h->sched, sr->sched_priv, (int)cpu);
	stop_timer(&sr->s_timer);
	sr->sched_unit_idle->priv = NULL;
	machine_check_locks();
}
