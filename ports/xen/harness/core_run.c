/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core_run.c - one event after the other: schedule, switch, save the context, count.
 */
#include "core.h"

static void context_saved(struct host *h, unsigned int cpu)
{
	struct sched_unit *unit = h->leaving[cpu].unit;

	if (!unit)
		return;
	h->leaving[cpu].unit = NULL;
	machine_be(cpu, get_sched_res(cpu)->curr->vcpu_list);
	unit->vcpu_list->is_running = false;
	unit->is_running = false;
	sched_context_saved(h->sched, unit);
	core_migrate_finish(h, unit);
	machine_check_locks();
}

static void switch_to(struct host *h, unsigned int cpu, struct sched_unit *prev,
		      struct sched_unit *next)
{
	struct sched_resource *sr = get_sched_res(cpu);
	struct vcpu *v = prev->vcpu_list;

	if (prev == next)
		return;
	if (next->is_running)
		host_fail("a unit is started on pCPU %u that runs or is not saved yet", cpu);
	if (next->res != sr)
		host_fail("a unit is started on pCPU %u that belongs elsewhere", cpu);
	next->is_running = next->vcpu_list->is_running = true;
	core_set_state(v, is_idle_unit(prev) || vcpu_runnable(v) ? RUNSTATE_runnable
			  : v->pause_flags & VPF_blocked	 ? RUNSTATE_blocked
								 : RUNSTATE_offline);
	core_set_state(next->vcpu_list, RUNSTATE_running);
	sr->curr = next;
	h->nr_switches++;
	h->leaving[cpu].unit = prev;
	h->leaving[cpu].at = machine_now() + (s_time_t)(is_idle_unit(prev) ? 0 : h->switch_ns);
}

static void schedule(struct host *h, unsigned int cpu)
{
	struct sched_resource *sr = get_sched_res(cpu);
	struct sched_unit *prev = sr->curr;
	spinlock_t *lock;
	s_time_t now;

	if (h->leaving[cpu].unit) /* not before the last switch is complete */
		machine_advance(h->leaving[cpu].at);
	context_saved(h, cpu);
	if (!sr->scheduler)
		return;
	machine_be(cpu, prev->vcpu_list);
	now = machine_now();
	lock = pcpu_schedule_lock_irq(cpu);
	stop_timer(&sr->s_timer);
	sr->scheduler->do_schedule(sr->scheduler, prev, now, false);
	if (!prev->next_task)
		host_fail("do_schedule named nobody");
	if (!is_idle_unit(prev->next_task) && !unit_runnable(prev->next_task))
		host_fail("a unit was chosen that is not runnable");
	if (prev->next_time >= 0)
		set_timer(&sr->s_timer, now + prev->next_time);
	switch_to(h, cpu, prev, prev->next_task);
	pcpu_schedule_unlock_irq(lock, cpu);
	machine_check_locks();
}

static void account(struct host *h, u64 ns)
{
	unsigned int g, i;

	for (g = 0; g < h->nr_guests; g++) {
		struct guest *at = &h->guests[g];
		unsigned int nr = 0;

		for (i = 0; at->d && i < at->nr; i++)
			nr += at->d->vcpu[i]->runstate.state == RUNSTATE_running;
		at->run_ns += nr * ns;
		if (nr)
			at->any_ns += ns;
		if (nr && nr == at->nr)
			at->all_ns += ns;
	}
}

void core_clear_counts(struct host *h)
{
	unsigned int g;

	h->nr_switches = 0;
	for (g = 0; g < h->nr_guests; g++)
		h->guests[g].run_ns = h->guests[g].any_ns = h->guests[g].all_ns = 0;
}

static s_time_t next_event(struct host *h, s_time_t end)
{
	struct timer *t = machine_next_timer();
	s_time_t at = t && t->expires < end ? t->expires : end;
	unsigned int i, g;

	for (i = 0; i < h->nr_cpus; i++)
		if (h->leaving[i].unit && h->leaving[i].at < at)
			at = h->leaving[i].at;
	for (g = 0; g < h->nr_guests; g++)
		for (i = 0; h->guests[g].d && h->guests[g].busy_ns && i < h->guests[g].nr; i++)
			if (h->guests[g].flips_at[i] < at)
				at = h->guests[g].flips_at[i];
	return at;
}

static void do_events(struct host *h)
{
	s_time_t now = machine_now();
	struct timer *t;
	unsigned int i, g;

	for (i = 0; i < h->nr_cpus; i++)
		if (h->leaving[i].unit && h->leaving[i].at <= now)
			context_saved(h, i);
	for (g = 0; g < h->nr_guests; g++)
		for (i = 0; h->guests[g].d && h->guests[g].busy_ns && i < h->guests[g].nr; i++)
			if (h->guests[g].flips_at[i] <= now)
				core_flip(h, &h->guests[g], i);
	while ((t = machine_next_timer()) != NULL && t->expires <= now)
		machine_fire(t);
}

void core_run(struct host *h, s_time_t ns)
{
	s_time_t end = machine_now() + ns;
	unsigned int cpu, at_once = 0;

	while (machine_now() < end) {
		s_time_t before = machine_now(), at;
		bool again = false;

		for (cpu = 0; cpu < h->nr_cpus; cpu++)
			if (machine_take_softirq(cpu)) {
				schedule(h, cpu);
				again = true;
			}
		if (again && ++at_once < 1000000) {
			account(h, (u64)(machine_now() - before));
			continue;
		}
		if (again)
			host_fail("a million rounds at one instant");
		at_once = 0;
		at = next_event(h, end);
		if (at > before) {
			account(h, (u64)(at - before));
			machine_advance(at);
		}
		do_events(h);
	}
}
