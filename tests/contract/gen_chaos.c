/* SPDX-License-Identifier: BSD-2-Clause */
/* gen_chaos.c - comings, goings, changes and stray calls, drawn one at a time. */
#include <string.h>

#include "gen.h"

#define US 1000u
#define MS 1000000u

/* -- whom it hits ----------------------------------------------------------------- */

/* A vCPU in one of these states (a set of bits 1 << state), or SP_NONE. */
static uint32_t draw_vcpu(struct host *h, uint32_t states)
{
	uint32_t i, at = rng_below(&h->rng, SP_NR_VCPUS);

	for (i = 0; i < SP_NR_VCPUS; i++, at = (at + 1) % SP_NR_VCPUS)
		if (states & (1u << h->vcpus[at].state))
			return at;
	return SP_NONE;
}

#define ANY_VCPU (1u << V_BLOCKED | 1u << V_RUNNABLE | 1u << V_RUNNING)

static uint32_t draw_vm(struct host *h, uint32_t exists)
{
	uint32_t i, at = rng_below(&h->rng, SP_NR_VMS);

	for (i = 0; i < SP_NR_VMS; i++, at = (at + 1) % SP_NR_VMS)
		if (h->vms[at].exists == exists)
			return at;
	return SP_NONE;
}

static uint32_t draw_pcpu(struct host *h, uint32_t online)
{
	uint32_t i, at = rng_below(&h->rng, h->plan->nr_pcpus);

	for (i = 0; i < h->plan->nr_pcpus; i++, at = (at + 1) % h->plan->nr_pcpus)
		if (h->pcpus[h->plan->pcpus[at]].online == online)
			return at;
	return SP_NONE;
}

/* -- VMs --------------------------------------------------------------------------- */

static uint32_t draw_weight(struct host *h)
{
	if (h->plan->weights == WEIGHTS_MILD)
		return (uint32_t)rng_between(&h->rng, 512, 2048);
	if (h->plan->weights == WEIGHTS_WILD && rng_chance(&h->rng, 50))
		return rng_chance(&h->rng, 500) ? 1 : SP_WEIGHT_MAX;
	if (h->plan->weights == WEIGHTS_WILD) /* nice 19 to -20 */
		return (uint32_t)rng_log(&h->rng, 15, 88761);
	return SP_WEIGHT_NICE_0;
}

/* Now and then what is no weight, and has to be refused. */
static uint32_t draw_any_weight(struct host *h)
{
	if (rng_chance(&h->rng, 20))
		return rng_chance(&h->rng, 500) ? 0 : SP_WEIGHT_MAX + 1;
	return draw_weight(h);
}

static struct program draw_program(struct host *h)
{
	static const struct program programs[] = {
		{1 * MS, 30 * MS, 100 * US, 10 * MS, 0, 0}, /* batch */
		{20 * US, 500 * US, 200 * US, 20 * MS, 0, 0}, /* interactive */
		{5 * US, 100 * US, 50 * US, 1 * MS, 0, 0}, /* chatty */
	};
	struct program program = programs[rng_below(&h->rng, 3)];

	program.hog = h->plan->mood != MOOD_UNDERLOADED &&
		      rng_chance(&h->rng, h->plan->capped > 300 ? 900 : 400);
	if (rng_chance(&h->rng, 100))
		program.theft_pct = rng_below(&h->rng, 90);
	return program;
}

/* Caps of 2 to 150 %, by periods of 10 ms to 1 s; half of them with a burst. */
static void draw_cap(struct host *h, struct sp_vm_config *config)
{
	config->period_ns = rng_log(&h->rng, 10, 1000) * MS;
	config->quota_ns = rng_log(&h->rng, 2, 150) * config->period_ns / 100;
	if (rng_chance(&h->rng, 500))
		config->burst_ns = rng_between(&h->rng, 0, config->quota_ns);
}

/* Mostly what the policy honours; now and then what it must refuse. */
static struct sp_vm_config draw_vm_config(struct host *h)
{
	uint32_t caps = h->policy->caps, most = h->nr_online < 8 ? h->nr_online : 8;
	struct sp_vm_config config = {0};
	int bold = rng_chance(&h->rng, 50);

	config.width = (uint32_t)rng_log(&h->rng, 1, most);
	if (rng_chance(&h->rng, h->plan->wide))
		config.width =
			(uint32_t)sp_min(h->nr_online + 1 + rng_below(&h->rng, 4), SP_NR_VCPUS);
	config.weight = SP_WEIGHT_NICE_0;
	if ((caps & SP_CAP_WEIGHT) || bold)
		config.weight = draw_any_weight(h);
	if (((caps & SP_CAP_LIMIT) || bold) && rng_chance(&h->rng, h->plan->capped))
		draw_cap(h, &config);
	return config;
}

static struct sp_affinity draw_affinity(struct host *h)
{
	struct sp_affinity a = {0};

	if (!(h->policy->caps & SP_CAP_AFFINITY) && !rng_chance(&h->rng, 50))
		return a;
	if (rng_chance(&h->rng, 600))
		return a;
	a.first = h->plan->pcpus[rng_below(&h->rng, h->plan->nr_pcpus)];
	a.nr = 1 + rng_below(&h->rng, SP_NR_PCPUS - a.first);
	return a;
}

static void add_vcpu(struct host *h, uint32_t vm)
{
	struct sp_vcpu_config config = {.vm = vm};
	uint32_t v = draw_vcpu(h, 1u << V_ABSENT);

	if (v == SP_NONE || h->vms[vm].nr >= h->vms[vm].width)
		return;
	config.affinity = draw_affinity(h);
	if (rng_chance(&h->rng, 250))
		config.weight = SP_WEIGHT_NICE_0;
	if ((h->policy->caps & SP_CAP_WEIGHT_VCPU) || rng_chance(&h->rng, 20))
		config.weight = rng_chance(&h->rng, 700) ? 0 : draw_any_weight(h);
	if (!host_vcpu_add(h, v, &config) && !h->broken)
		agenda_set(&h->agenda, SLOT_VCPU(v), h->now_ns + rng_between(&h->rng, 0, 1 * MS));
}

void gen_add_vm(struct host *h)
{
	struct sp_vm_config config = draw_vm_config(h);
	struct program program = draw_program(h);
	uint32_t i, vm = draw_vm(h, 0);

	if (vm == SP_NONE || h->nr_vcpus + config.width > SP_NR_VCPUS)
		return;
	if (host_vm_add(h, vm, &config, &program) || h->broken)
		return;
	for (i = 0; i < config.width && !h->broken; i++)
		if (!rng_chance(&h->rng, 50)) /* the rest may come later */
			add_vcpu(h, vm);
}

/* -- the deeds ---------------------------------------------------------------------- */

static void vm_comes_or_goes(struct host *h)
{
	uint32_t vm = draw_vm(h, 1);

	if (h->nr_vcpus < h->plan->nr_vcpus || vm == SP_NONE)
		gen_add_vm(h);
	else
		host_vm_remove(h, vm);
}

static void vcpu_comes_or_goes(struct host *h)
{
	uint32_t vm = draw_vm(h, 1), v = draw_vcpu(h, ANY_VCPU);

	if (vm != SP_NONE && h->vms[vm].nr < h->vms[vm].width)
		add_vcpu(h, vm);
	else if (v != SP_NONE)
		host_vcpu_remove(h, v);
}

/* At least one stays; fewer than the widest VM needs, only now and then. */
static void pcpu_comes_or_goes(struct host *h)
{
	uint32_t gone = draw_pcpu(h, 0), there = draw_pcpu(h, 1), vm, widest = 1;

	for (vm = 0; vm < SP_NR_VMS; vm++)
		if (h->vms[vm].exists && h->vms[vm].width > widest)
			widest = h->vms[vm].width;
	if (gone != SP_NONE && (h->nr_online < widest || rng_chance(&h->rng, 500)))
		host_pcpu_online(h, h->plan->pcpus[gone], &h->plan->topos[gone]);
	else if (h->nr_online > 1 && (h->nr_online > widest || rng_chance(&h->rng, 100)))
		host_pcpu_offline(h, h->plan->pcpus[there]);
}

/* The host raced: v is awake already, or asleep already. */
static void stray_wake(struct host *h)
{
	uint32_t v = draw_vcpu(h, 1u << V_RUNNABLE | 1u << V_RUNNING);

	if (v != SP_NONE)
		host_wake(h, v, 1);
}

static void stray_block(struct host *h)
{
	uint32_t v = draw_vcpu(h, 1u << V_BLOCKED);

	if (v != SP_NONE)
		host_block(h, v);
}

static void block_waiting(struct host *h)
{
	uint32_t v = draw_vcpu(h, 1u << V_RUNNABLE);

	if (v != SP_NONE)
		host_block(h, v);
}

static void early_wake(struct host *h)
{
	uint32_t v = draw_vcpu(h, 1u << V_BLOCKED);

	if (v != SP_NONE)
		host_wake(h, v, 1);
}

/* A pick for no reason, idle or not. */
static void spurious_pick(struct host *h)
{
	uint32_t at = draw_pcpu(h, 1), p;

	if (at == SP_NONE)
		return;
	p = h->plan->pcpus[at];
	host_stop(h, p, SP_STOP_PREEMPTED);
	if (!h->broken)
		host_pick(h, p);
}

/* Late: the target may be in any state by now. */
static void stray_ipi(struct host *h)
{
	struct call c = {0};
	uint32_t from = draw_vcpu(h, 1u << V_RUNNING), to = draw_vcpu(h, ANY_VCPU);

	if (from == SP_NONE || to == from || h->vcpus[to].vm != h->vcpus[from].vm)
		return;
	c.u.ipi = (struct sp_ipi){.from = from, .to = to, .waits = rng_chance(&h->rng, 500) != 0};
	host_call(h, OP_vcpu_ipi, &c);
}

static void spin(struct host *h)
{
	struct call c = {.vcpu = draw_vcpu(h, 1u << V_RUNNING), .other = SP_NONE};

	if (h->policy->vcpu_ipi && rng_chance(&h->rng, 500)) {
		stray_ipi(h);
		return;
	}
	if (c.vcpu == SP_NONE)
		return;
	if (rng_chance(&h->rng, 500))
		c.other = draw_vcpu(h, ANY_VCPU);
	if (c.other == c.vcpu ||
	    (c.other != SP_NONE && h->vcpus[c.other].vm != h->vcpus[c.vcpu].vm))
		c.other = SP_NONE;
	host_call(h, OP_vcpu_spin, &c);
}

static void change_affinity(struct host *h)
{
	struct sp_affinity a = draw_affinity(h);
	uint32_t v = draw_vcpu(h, ANY_VCPU);

	if (v != SP_NONE)
		host_set_affinity(h, v, &a);
}

static void change_vm_weight(struct host *h)
{
	uint32_t vm = draw_vm(h, 1);

	if (vm != SP_NONE)
		host_vm_set_weight(h, vm, draw_any_weight(h));
}

static void change_vcpu_weight(struct host *h)
{
	uint32_t v = draw_vcpu(h, ANY_VCPU);

	if (v != SP_NONE)
		host_vcpu_set_weight(h, v, draw_any_weight(h));
}

void gen_chaos(struct host *h)
{
	static void (*const deeds[])(struct host *) = {
		vm_comes_or_goes, vcpu_comes_or_goes, pcpu_comes_or_goes,
		stray_wake,	  stray_block,	      block_waiting,
		early_wake,	  spurious_pick,      spin,
		change_affinity,  change_vm_weight,   change_vcpu_weight,
		vm_comes_or_goes, pcpu_comes_or_goes,
	};

	deeds[rng_below(&h->rng, sizeof(deeds) / sizeof(deeds[0]))](h);
}
