/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core.c - a small scheduling core: calls a scheduler's hooks as Xen's own does.
 *
 * Hooks are called with the locks that Xen 4.17 holds there, one event at a time.
 * A context takes switch_ns to be saved after it was left; until then its unit
 * counts as running, and the scheduler must not start it elsewhere.
 */
#include "machine.h"

#include <public/domctl.h>

extern const struct scheduler *const __start_schedulers[], *const __stop_schedulers[];

struct leaving {
	struct sched_unit *unit;
	s_time_t at;
};
static struct leaving leaving[MAX_CPUS];
static bool blocked_by_guest[MAX_DOMAINS][MAX_VCPUS];

/* -- making --------------------------------------------------------------------- */

static struct sched_unit *new_unit(struct domain *d, unsigned int id)
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

static struct domain *new_domain(domid_t id, unsigned int nr)
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
	struct sched_unit *unit = new_unit(idle, cpu);

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

struct host *core_boot(const char *opt_name, unsigned int nr_cpus)
{
	struct host *h = host_zalloc(sizeof(*h));
	struct domain *idle = new_domain(DOMID_IDLE, nr_cpus);
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

/* Work of the tools: on some pCPU of the pool, in nobody's context but its idle unit's. */
static void be_anyone(struct host *h)
{
	unsigned int cpu = cpumask_first(h->pool->cpu_valid);

	machine_be(cpu, get_sched_res(cpu)->sched_unit_idle->vcpu_list);
}

/* -- wake and sleep ------------------------------------------------------------- */

static void set_state(struct vcpu *v, unsigned int state)
{
	v->sched_unit->runstate_cnt[v->runstate.state]--;
	v->sched_unit->runstate_cnt[state]++;
	v->runstate.state = (int)state;
}

static void wake(struct host *h, struct vcpu *v)
{
	spinlock_t *lock = unit_schedule_lock_irq(v->sched_unit);

	if (vcpu_runnable(v)) {
		if (v->runstate.state >= RUNSTATE_blocked)
			set_state(v, RUNSTATE_runnable);
		sched_wake(h->sched, v->sched_unit);
	}
	unit_schedule_unlock_irq(lock, v->sched_unit);
	machine_check_locks();
}

static void sleep_locked(struct host *h, struct vcpu *v)
{
	if (vcpu_runnable(v))
		return;
	if (v->runstate.state == RUNSTATE_runnable)
		set_state(v, RUNSTATE_offline);
	sched_sleep(h->sched, v->sched_unit);
}

static void sleep(struct host *h, struct vcpu *v)
{
	spinlock_t *lock = unit_schedule_lock_irq(v->sched_unit);

	sleep_locked(h, v);
	unit_schedule_unlock_irq(lock, v->sched_unit);
	machine_check_locks();
}

/* -- choosing ------------------------------------------------------------------- */

static void migrate_finish(struct host *h, struct sched_unit *unit)
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
	wake(h, v);
}

static void context_saved(struct host *h, unsigned int cpu)
{
	struct sched_unit *unit = leaving[cpu].unit;

	if (!unit)
		return;
	leaving[cpu].unit = NULL;
	machine_be(cpu, get_sched_res(cpu)->curr->vcpu_list);
	unit->vcpu_list->is_running = false;
	unit->is_running = false;
	sched_context_saved(h->sched, unit);
	migrate_finish(h, unit);
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
	set_state(v, is_idle_unit(prev) || vcpu_runnable(v) ? RUNSTATE_runnable
		     : v->pause_flags & VPF_blocked	    ? RUNSTATE_blocked
							    : RUNSTATE_offline);
	set_state(next->vcpu_list, RUNSTATE_running);
	sr->curr = next;
	h->nr_switches++;
	leaving[cpu].unit = prev;
	leaving[cpu].at = machine_now() + (s_time_t)(is_idle_unit(prev) ? 0 : h->switch_ns);
}

static void schedule(struct host *h, unsigned int cpu)
{
	struct sched_resource *sr = get_sched_res(cpu);
	struct sched_unit *prev = sr->curr;
	spinlock_t *lock;
	s_time_t now;

	if (leaving[cpu].unit) /* not before the last switch is complete */
		machine_advance(leaving[cpu].at);
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

/* -- guests --------------------------------------------------------------------- */

static u64 around(u64 mean)
{
	return mean / 2 + machine_random(mean);
}

static void unblock(struct host *h, struct guest *g, unsigned int i)
{
	clear_bit(_VPF_blocked, &g->d->vcpu[i]->pause_flags);
	blocked_by_guest[g - h->guests][i] = false;
	g->flips_at[i] = machine_now() + (s_time_t)around(g->busy_ns);
	wake(h, g->d->vcpu[i]);
}

/* What a guest does of its own accord: a vCPU that ran long enough blocks, and wakes. */
static void flip(struct host *h, struct guest *g, unsigned int i)
{
	struct vcpu *v = g->d->vcpu[i];

	if (blocked_by_guest[g - h->guests][i]) {
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
	blocked_by_guest[g - h->guests][i] = true;
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
	d = g->d = new_domain((domid_t)(g - h->guests + 1), nr_vcpus);
	g->nr = nr_vcpus;
	d->cpupool = h->pool;
	be_anyone(h);
	d->sched_priv = sched_alloc_domdata(h->sched, d);
	if (IS_ERR(d->sched_priv)) {
		g->d = NULL;
		return NULL;
	}
	for (i = 0; i < nr_vcpus; i++) {
		struct sched_unit *unit = new_unit(d, i);

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
		wake(h, d->vcpu[i]);
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

	be_anyone(h);
	atomic_inc(&g->d->pause_count);
	for (i = 0; i < g->nr; i++)
		sleep(h, g->d->vcpu[i]);
	while (is_busy(g))
		core_run(h, 1000);
}

void core_unpause(struct host *h, struct guest *g)
{
	unsigned int i;

	be_anyone(h);
	atomic_dec(&g->d->pause_count);
	for (i = 0; i < g->nr; i++)
		wake(h, g->d->vcpu[i]);
}

void core_remove_guest(struct host *h, struct guest *g)
{
	unsigned int i;

	core_pause(h, g);
	be_anyone(h);
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
	be_anyone(h);
	if (sched_adjust_dom(h->sched, g->d, &op))
		host_fail("a weight cannot be read");
	if (op.sched_id == XEN_SCHEDULER_CREDIT)
		op.u.credit.weight = (uint16_t)weight;
	else
		op.u.credit2.weight = (uint16_t)weight;
	op.cmd = XEN_DOMCTL_SCHEDOP_putinfo;
	return sched_adjust_dom(h->sched, g->d, &op);
}

/* Xen's order: not valid any more, everybody away, then another scheduler, then deinit. */
void core_cpu_off(struct host *h, unsigned int cpu)
{
	struct sched_resource *sr = get_sched_res(cpu);
	unsigned int tries, g, i;
	spinlock_t *old;

	cpumask_clear_cpu(cpu, h->pool->cpu_valid);
	cpumask_clear_cpu(cpu, h->pool->res_valid);
	for (tries = 0; tries < 1000; tries++) {
		bool left = false;

		be_anyone(h);
		for (g = 0; g < h->nr_guests; g++)
			for (i = 0; h->guests[g].d && i < h->guests[g].nr; i++) {
				struct sched_unit *unit = h->guests[g].d->vcpu[i]->sched_unit;
				spinlock_t *lock;

				if (unit->res != sr)
					continue;
				lock = unit_schedule_lock_irq(unit);
				set_bit(_VPF_migrating, &unit->vcpu_list->pause_flags);
				sleep_locked(h, unit->vcpu_list);
				unit_schedule_unlock_irq(lock, unit);
				migrate_finish(h, unit);
				left |= unit->res == sr;
			}
		if (!left)
			break;
		core_run(h, 10000);
	}
	if (tries == 1000)
		host_fail("pCPU %u cannot be emptied", cpu);
	be_anyone(h);
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

/* -- running -------------------------------------------------------------------- */

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
		if (leaving[i].unit && leaving[i].at < at)
			at = leaving[i].at;
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
		if (leaving[i].unit && leaving[i].at <= now)
			context_saved(h, i);
	for (g = 0; g < h->nr_guests; g++)
		for (i = 0; h->guests[g].d && h->guests[g].busy_ns && i < h->guests[g].nr; i++)
			if (h->guests[g].flips_at[i] <= now)
				flip(h, &h->guests[g], i);
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
