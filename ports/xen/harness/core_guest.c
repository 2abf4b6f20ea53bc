/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core_guest.c - guests come, go, are paused and weighed, and block of their own accord.
 */
#include "core.h"

#include <public/domctl.h>

static u64 around(u64 mean)
{
	return mean / 2 + machine_random(mean);
}

static void unblock(struct host *h, struct guest *g, unsigned int i)
{
	clear_bit(_VPF_blocked, &g->d->vcpu[i]->pause_flags);
	g->is_blocked[i] = false;
	g->flips_at[i] = machine_now() + (s_time_t)around(g->busy_ns);
	core_wake(h, g->d->vcpu[i]);
}

/* What a guest does of its own accord: a vCPU that ran long enough blocks, and wakes. */
void core_flip(struct host *h, struct guest *g, unsigned int i)
{
	struct vcpu *v = g->d->vcpu[i];

	if (g->is_blocked[i]) {
		machine_be((unsigned int)v->processor,
			   get_sched_res((unsigned int)v->processor)->curr->vcpu_list);
		unblock(h, g, i);
		return;
	}
	if (v->runstate.state != RUNSTATE_running) { /* it has to run to block */
		g->flips_at[i] = machine_now() + 100000;
		return;
	}
	set_bit(_VPF_blocked, &v->pause_flags);
	g->is_blocked[i] = true;
	g->flips_at[i] = machine_now() + (s_time_t)around(g->sleep_ns);
	machine_be((unsigned int)v->processor, v);
	cpu_raise_softirq((unsigned int)v->processor, SCHEDULE_SOFTIRQ);
}

struct guest *core_add_guest(struct host *h, unsigned int nr_vcpus)
{
	struct guest *g = &h->guests[0];
	struct domain *d;
	unsigned int i;

	while (g->d)
		g++;
	if (g >= &h->guests[MAX_DOMAINS] || nr_vcpus > MAX_VCPUS)
		host_fail("too many guests");
	memset(g, 0, sizeof(*g));
	if (h->nr_guests <= (unsigned int)(g - h->guests))
		h->nr_guests = (unsigned int)(g - h->guests) + 1;
	d = g->d = core_new_domain((domid_t)(g - h->guests + 1), nr_vcpus);
	g->nr = nr_vcpus;
	d->cpupool = h->pool;
	core_be_anyone(h);
	d->sched_priv = sched_alloc_domdata(h->sched, d);
	if (IS_ERR(d->sched_priv)) {
		g->d = NULL;
		return NULL;
	}
	for (i = 0; i < nr_vcpus; i++) {
		struct sched_unit *unit = core_new_unit(d, i);

		d->vcpu[i]->pause_flags = VPF_down;
		sched_set_res(unit, get_sched_res(cpumask_first(h->pool->cpu_valid)));
		unit->priv = sched_alloc_udata(h->sched, unit, d->sched_priv);
		if (!unit->priv)
			host_fail("a vCPU is refused");
		sched_adjust_affinity(h->sched, unit, unit->cpu_hard_affinity,
				      unit->cpu_soft_affinity);
		sched_insert_unit(h->sched, unit);
		machine_check_locks();
		clear_bit(_VPF_down, &d->vcpu[i]->pause_flags);
		core_wake(h, d->vcpu[i]);
	}
	return g;
}

static bool is_busy(const struct guest *g)
{
	unsigned int i;

	for (i = 0; i < g->nr; i++)
		if (g->d->vcpu[i]->sched_unit->is_running)
			return true;
	return false;
}

void core_pause(struct host *h, struct guest *g)
{
	unsigned int i;

	core_be_anyone(h);
	atomic_inc(&g->d->pause_count);
	for (i = 0; i < g->nr; i++)
		core_sleep(h, g->d->vcpu[i]);
	while (is_busy(g))
		core_run(h, 1000);
}

void core_unpause(struct host *h, struct guest *g)
{
	unsigned int i;

	core_be_anyone(h);
	atomic_dec(&g->d->pause_count);
	for (i = 0; i < g->nr; i++)
		core_wake(h, g->d->vcpu[i]);
}

void core_remove_guest(struct host *h, struct guest *g)
{
	unsigned int i;

	core_pause(h, g);
	core_be_anyone(h);
	for (i = g->nr; i-- > 0;) {
		sched_remove_unit(h->sched, g->d->vcpu[i]->sched_unit);
		sched_free_udata(h->sched, g->d->vcpu[i]->sched_unit->priv);
	}
	sched_free_domdata(h->sched, g->d->sched_priv);
	machine_check_locks();
	g->d = NULL;
}

int core_set_weight(struct host *h, struct guest *g, unsigned int weight)
{
	struct xen_domctl_scheduler_op op = {.sched_id = h->sched->sched_id,
					     .cmd = XEN_DOMCTL_SCHEDOP_getinfo};

	if (op.sched_id != XEN_SCHEDULER_CREDIT && op.sched_id != XEN_SCHEDULER_CREDIT2)
		return -EOPNOTSUPP;
	core_be_anyone(h);
	if (sched_adjust_dom(h->sched, g->d, &op))
		host_fail("a weight cannot be read");
	if (op.sched_id == XEN_SCHEDULER_CREDIT)
		op.u.credit.weight = (uint16_t)weight;
	else
		op.u.credit2.weight = (uint16_t)weight;
	op.cmd = XEN_DOMCTL_SCHEDOP_putinfo;
	return sched_adjust_dom(h->sched, g->d, &op);
}
