/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core_boot.c - the host as it comes up: units, domains, pCPUs, the pool.
 */
#include "core.h"

extern const struct scheduler *const __start_schedulers[], *const __stop_schedulers[];

struct sched_unit *core_new_unit(struct domain *d, unsigned int id)
{
	struct sched_unit *unit = host_zalloc(sizeof(*unit));
	struct vcpu *v = host_zalloc(sizeof(*v));

	unit->domain = d;
	unit->unit_id = id;
	unit->vcpu_list = v;
	unit->cpu_hard_affinity = host_zalloc(sizeof(cpumask_t));
	unit->cpu_hard_affinity_saved = host_zalloc(sizeof(cpumask_t));
	unit->cpu_soft_affinity = host_zalloc(sizeof(cpumask_t));
	cpumask_setall(unit->cpu_hard_affinity);
	cpumask_setall(unit->cpu_soft_affinity);
	v->vcpu_id = (int)id;
	v->domain = d;
	v->sched_unit = unit;
	v->runstate.state = RUNSTATE_offline;
	unit->runstate_cnt[RUNSTATE_offline] = 1;
	d->vcpu[id] = v;
	if (id) {
		d->vcpu[id - 1]->next_in_list = v;
		d->vcpu[id - 1]->sched_unit->next_in_list = unit;
	} else {
		d->sched_unit_list = unit;
	}
	return unit;
}

struct domain *core_new_domain(domid_t id, unsigned int nr)
{
	struct domain *d = host_zalloc(sizeof(*d));

	d->domain_id = id;
	d->max_vcpus = nr;
	d->vcpu = host_zalloc(nr * sizeof(*d->vcpu));
	d->node_affinity = node_online_map;
	return d;
}

static void s_timer(void *cpu)
{
	cpu_raise_softirq((unsigned int)(unsigned long)cpu, SCHEDULE_SOFTIRQ);
}

/* A pCPU that is free: no scheduler, its own lock, its idle unit runs. */
static void new_cpu(struct domain *idle, unsigned int cpu)
{
	struct sched_resource *sr = host_zalloc(sizeof(*sr));
	struct sched_unit *unit = core_new_unit(idle, cpu);

	sr->cpus = host_zalloc(sizeof(cpumask_t));
	cpumask_set_cpu(cpu, sr->cpus);
	sr->master_cpu = cpu;
	sr->granularity = 1;
	spin_lock_init(&sr->_lock);
	sr->schedule_lock = &sr->_lock;
	init_timer(&sr->s_timer, s_timer, (void *)(unsigned long)cpu, cpu);
	set_sched_res(cpu, sr);
	sr->curr = sr->sched_unit_idle = unit;
	sched_set_res(unit, sr);
	unit->is_running = true;
	unit->vcpu_list->is_running = true;
	unit->vcpu_list->runstate.state = RUNSTATE_running;
}

struct host *core_boot(const char *opt_name, unsigned int nr_cpus)
{
	struct host *h = host_zalloc(sizeof(*h));
	struct domain *idle = core_new_domain(DOMID_IDLE, nr_cpus);
	const struct scheduler *const *s;
	unsigned int cpu;

	h->sched = host_zalloc(sizeof(*h->sched));
	h->pool = host_zalloc(sizeof(*h->pool));
	h->pool->cpu_valid = host_zalloc(sizeof(cpumask_t));
	h->pool->res_valid = host_zalloc(sizeof(cpumask_t));
	h->pool->sched_gran = 1;
	h->pool->sched = h->sched;
	h->nr_cpus = nr_cpus;
	h->switch_ns = 2000;
	machine_init(nr_cpus);
	for (s = __start_schedulers; s < __stop_schedulers; s++)
		if (!strcmp((*s)->opt_name, opt_name))
			break;
	if (s == __stop_schedulers)
		host_fail("there is no scheduler '%s'", opt_name);
	memcpy(h->sched, *s, sizeof(*h->sched));
	if (h->sched->global_init && h->sched->global_init())
		host_fail("%s: global_init failed", opt_name);
	if (sched_init(h->sched))
		host_fail("%s: init failed", opt_name);
	h->sched->cpupool = h->pool;
	for (cpu = 0; cpu < nr_cpus; cpu++)
		new_cpu(idle, cpu);
	for (cpu = 0; cpu < nr_cpus; cpu++)
		core_cpu_on(h, cpu);
	return h;
}
