/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core_wake.c - a vCPU wakes, sleeps, or moves to another pCPU's care.
 */
#include "core.h"

void core_be_anyone(struct host *h)
{
	unsigned int cpu = cpumask_first(h->pool->cpu_valid);

	machine_be(cpu, get_sched_res(cpu)->sched_unit_idle->vcpu_list);
}

void core_set_state(struct vcpu *v, unsigned int state)
{
	v->sched_unit->runstate_cnt[v->runstate.state]--;
	v->sched_unit->runstate_cnt[state]++;
	v->runstate.state = (int)state;
}

void core_wake(struct host *h, struct vcpu *v)
{
	spinlock_t *lock = unit_schedule_lock_irq(v->sched_unit);

	if (vcpu_runnable(v)) {
		if (v->runstate.state >= RUNSTATE_blocked)
			core_set_state(v, RUNSTATE_runnable);
		sched_wake(h->sched, v->sched_unit);
	}
	unit_schedule_unlock_irq(lock, v->sched_unit);
	machine_check_locks();
}

void core_sleep_locked(struct host *h, struct vcpu *v)
{
	if (vcpu_runnable(v))
		return;
	if (v->runstate.state == RUNSTATE_runnable)
		core_set_state(v, RUNSTATE_offline);
	sched_sleep(h->sched, v->sched_unit);
}

void core_sleep(struct host *h, struct vcpu *v)
{
	spinlock_t *lock = unit_schedule_lock_irq(v->sched_unit);

	core_sleep_locked(h, v);
	unit_schedule_unlock_irq(lock, v->sched_unit);
	machine_check_locks();
}

void core_migrate_finish(struct host *h, struct sched_unit *unit)
{
	struct vcpu *v = unit->vcpu_list;
	struct sched_resource *to;
	spinlock_t *lock;

	if (unit->is_running || !test_bit(_VPF_migrating, &v->pause_flags))
		return;
	lock = unit_schedule_lock_irq(unit);
	to = sched_pick_resource(h->sched, unit);
	if (to->schedule_lock != lock)
		_spin_lock(to->schedule_lock);
	clear_bit(_VPF_migrating, &v->pause_flags);
	sched_migrate(h->sched, unit, to->master_cpu);
	if (to->schedule_lock != lock)
		_spin_unlock(to->schedule_lock);
	spin_unlock_irq(lock);
	core_wake(h, v);
}
