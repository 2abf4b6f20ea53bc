/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fair.c - hogs alone: who gets how much, and by which clock.
 *
 * No faults and few costs, so that nothing but the policy decides.  Sizes are
 * such that every policy can be exact: two VMs as wide as the pool, or vCPUs
 * that share one pCPU.
 */
#include <stdlib.h>

#include "gen.h"
#include "suite.h"

#define MS 1000000u

enum change {
	CHANGE_NOTHING,
	CHANGE_PCPUS, /* the last pCPU goes for a second */
	CHANGE_WEIGHTS, /* all begin at nice 0, and one vCPU a VM is replaced */
};

struct hogs {
	const char *name;
	uint32_t nr_pcpus;
	uint32_t width;
	uint32_t nr_vms;
	uint32_t tolerance; /* in 1000 of what is due */
	uint32_t weights[4];
	uint32_t theft_pct[4];
	uint32_t cap_pct[4];
	uint32_t period_ms; /* of caps; 0: 100 */
	uint32_t due_pct[4]; /* of the time of one pCPU, where caps decide */
	uint32_t change; /* enum change, before time is taken */
};

static void add_hogs(struct host *h, const struct hogs *hogs)
{
	uint32_t vm, i, v = 0;

	for (vm = 0; vm < hogs->nr_vms; vm++) {
		struct sp_vm_config config = {.width = hogs->width, .weight = SP_WEIGHT_NICE_0};
		struct program program = {.hog = 1, .theft_pct = hogs->theft_pct[vm]};
		struct sp_vcpu_config vcpu = {.vm = vm};

		if (hogs->change != CHANGE_WEIGHTS)
			config.weight = hogs->weights[vm];
		if (hogs->cap_pct[vm]) {
			config.period_ns = (hogs->period_ms ? hogs->period_ms : 100) * MS;
			config.quota_ns = hogs->cap_pct[vm] * config.period_ns / 100;
		}
		host_vm_add(h, vm, &config, &program);
		for (i = 0; i < hogs->width; i++, v++) {
			host_vcpu_add(h, v, &vcpu);
			agenda_set(&h->agenda, SLOT_VCPU(v),
				   h->now_ns + rng_between(&h->rng, 0, 20 * MS));
		}
	}
}

/* What each VM ran of the whole, against its weight. */
static void judge(const struct hogs *hogs, struct host *h, uint32_t check, struct verdict *verdict)
{
	uint64_t ran_ns[4] = {0}, total_ns = 0, weight_sum = 0;
	uint32_t v, vm;
	char text[160];

	for (v = 0; v < hogs->nr_vms * hogs->width; v++) {
		ran_ns[v / hogs->width] += h->vcpus[v].ran_ns;
		total_ns += h->vcpus[v].ran_ns;
	}
	for (vm = 0; vm < hogs->nr_vms; vm++)
		weight_sum += hogs->weights[vm];
	for (vm = 0; vm < hogs->nr_vms; vm++) {
		uint64_t got = ran_ns[vm] / (total_ns / 100000 + 1);
		uint64_t due = 100000ull * hogs->weights[vm] / weight_sum;
		uint64_t off = got > due ? got - due : due - got;

		if (total_ns && off * 1000 <= due * hogs->tolerance)
			continue;
		snprintf(text, sizeof(text),
			 "%s: VM %u of weight %u got %llu.%03llu %%, due %llu.%03llu", hogs->name,
			 vm, hogs->weights[vm], (unsigned long long)got / 1000,
			 (unsigned long long)got % 1000, (unsigned long long)due / 1000,
			 (unsigned long long)due % 1000);
		verdict_note(verdict, check, h->plan->seed, 0, 0, text);
	}
}

/* What each VM ran of one pCPU's time, against what caps leave it: within 1 %. */
static void judge_caps(const struct hogs *hogs, struct host *h, uint64_t span_ns,
		       struct verdict *verdict)
{
	char text[160];
	uint32_t vm;

	for (vm = 0; vm < hogs->nr_vms; vm++) {
		uint64_t got = h->vms[vm].ran_ns / (span_ns / 100000);
		uint64_t due = 1000ull * hogs->due_pct[vm];
		uint64_t off = got > due ? got - due : due - got;

		if (off * 100 <= due)
			continue;
		snprintf(text, sizeof(text),
			 "%s: VM %u of cap %u %% got %llu.%03llu %% of a pCPU, due %u", hogs->name,
			 vm, hogs->cap_pct[vm], (unsigned long long)got / 1000,
			 (unsigned long long)got % 1000, hogs->due_pct[vm]);
		verdict_note(verdict, CHECK_cap, h->plan->seed, 0, 0, text);
	}
}

/* A quota that is scarce is not one sibling's: each has half of an even part at least. */
static void judge_siblings(const struct hogs *hogs, struct host *h, struct verdict *verdict)
{
	char text[160];
	uint32_t v;

	for (v = 0; v < hogs->nr_vms * hogs->width; v++) {
		uint32_t vm = v / hogs->width;
		uint64_t even_ns = h->vms[vm].ran_ns / hogs->width;

		if (!hogs->cap_pct[vm] || h->vcpus[v].ran_ns * 2 >= even_ns)
			continue;
		snprintf(text, sizeof(text), "%s: v%u of a VM of cap %u %% ran %llu ms, even %llu",
			 hogs->name, v, hogs->cap_pct[vm],
			 (unsigned long long)h->vcpus[v].ran_ns / MS,
			 (unsigned long long)even_ns / MS);
		verdict_note(verdict, CHECK_siblings, h->plan->seed, 0, 0, text);
	}
}

/* Hogs leave no pCPU idle: of `span_ns` on all of them, at least 95 % must have run. */
static void judge_use(const struct hogs *hogs, struct host *h, uint64_t span_ns, uint32_t check,
		      struct verdict *verdict)
{
	uint64_t ran_ns = 0, all_ns = span_ns * hogs->nr_pcpus;
	char text[160];
	uint32_t v;

	for (v = 0; v < hogs->nr_vms * hogs->width; v++)
		ran_ns += h->vcpus[v].ran_ns;
	if (ran_ns >= all_ns / 100 * 95)
		return;
	snprintf(text, sizeof(text), "%s: %llu %% of the pool is used", hogs->name,
		 (unsigned long long)(ran_ns / (all_ns / 100)));
	verdict_note(verdict, check, h->plan->seed, 0, 0, text);
}

static void run_for(struct host *h, struct plan *plan, uint32_t ms)
{
	plan->end_ns = h->now_ns + (uint64_t)ms * MS;
	gen_run(h);
	h->now_ns = plan->end_ns;
}

/* Whoever runs is charged up to now, and everyone starts at nothing. */
static void settle(struct host *h, int forget)
{
	uint32_t i;

	for (i = 0; i < h->plan->nr_pcpus; i++) {
		host_stop(h, i, SP_STOP_PREEMPTED);
		host_pick(h, i);
	}
	for (i = 0; i < SP_NR_VCPUS && forget; i++)
		h->vcpus[i].ran_ns = 0;
}

static void change_pcpus(struct host *h, struct plan *plan, uint32_t last)
{
	run_for(h, plan, 5000);
	host_pcpu_offline(h, last);
	run_for(h, plan, 1000);
	host_pcpu_online(h, last, &plan->topos[last]);
	run_for(h, plan, 1000);
	settle(h, 1);
}

/* Who is added after the change has its VM's weight all the same. */
static void change_weights(struct host *h, struct plan *plan, const struct hogs *hogs)
{
	uint32_t vm;

	run_for(h, plan, 1000);
	for (vm = 0; vm < hogs->nr_vms; vm++) {
		struct sp_vcpu_config config = {.vm = vm};
		uint32_t v = vm * hogs->width;

		host_vm_set_weight(h, vm, hogs->weights[vm]);
		host_vcpu_remove(h, v);
		host_vcpu_add(h, v, &config);
		host_wake(h, v, 1);
	}
	run_for(h, plan, 1000);
	settle(h, 1);
}

static void race(const struct sp_policy *policy, const struct hogs *hogs, uint64_t seed,
		 uint32_t check, struct verdict *verdict)
{
	struct observer observer = {NULL, NULL, NULL};
	struct arena arena;
	struct plan plan;
	struct host *h = calloc(1, sizeof(*h));
	uint32_t i;

	if (!h)
		abort();
	plan_calm(&plan, policy, seed, hogs->nr_pcpus);
	arena_init(&arena, policy->state_size);
	gen_start(h, policy, &plan, arena.state, &arena.out->out, &observer);
	for (i = 0; i < plan.nr_pcpus; i++)
		host_pcpu_online(h, plan.pcpus[i], &plan.topos[i]);
	add_hogs(h, hogs);
	if (hogs->change == CHANGE_PCPUS)
		change_pcpus(h, &plan, hogs->nr_pcpus - 1);
	else if (hogs->change == CHANGE_WEIGHTS)
		change_weights(h, &plan, hogs);
	run_for(h, &plan, 60000);
	settle(h, 0);
	if (check == CHECK_cap)
		judge_caps(hogs, h, 60000ull * MS, verdict);
	if (check == CHECK_cap)
		judge_siblings(hogs, h, verdict);
	else
		judge(hogs, h, check, verdict);
	if (!hogs->theft_pct[0] && check != CHECK_cap)
		judge_use(hogs, h, 60000ull * MS, check, verdict);
	gen_fini(h);
	free(h);
	arena_fini(&arena);
}

#define FULL .nr_pcpus = 4, .width = 4, .nr_vms = 2, .tolerance = 20
#define FOUR .nr_pcpus = 1, .width = 1, .nr_vms = 4, .tolerance = 20

void fair_check_shares(const struct sp_policy *policy, uint64_t seed, struct verdict *verdict)
{
	static const struct hogs equal[] = {
		{.name = "two full VMs, equal", FULL, .weights = {1024, 1024}},
		{.name = "four on one pCPU, equal", FOUR, .weights = {1024, 1024, 1024, 1024}},
	};
	static const struct hogs weighted[] = {
		{.name = "two full VMs, nice 0 and 5", FULL, .weights = {1024, 335}},
		{.name = "four on one pCPU, nice -5 to 10",
		 FOUR,
		 .weights = {3121, 1024, 335, 110}},
	};
	static const struct hogs changed = {.name = "two full VMs, nice 0 and then 5",
					    .nr_pcpus = 4,
					    .width = 4,
					    .nr_vms = 2,
					    .tolerance = 30,
					    .weights = {1024, 335},
					    .change = CHANGE_WEIGHTS};
	uint32_t i;

	if ((policy->caps & SP_CAP_WEIGHT) && policy->vm_set_weight)
		race(policy, &changed, seed, CHECK_shares, verdict);
	for (i = 0; i < 2; i++) {
		race(policy, &equal[i], seed, CHECK_shares, verdict);
		if (policy->caps & SP_CAP_WEIGHT)
			race(policy, &weighted[i], seed, CHECK_shares, verdict);
	}
}

/* Half of what VM 0 holds a pCPU for is not its own: it is due as much all the same. */
void fair_check_charge(const struct sp_policy *policy, uint64_t seed, struct verdict *verdict)
{
	static const struct hogs robbed = {.name = "one of two robbed of half",
					   .nr_pcpus = 1,
					   .width = 1,
					   .nr_vms = 2,
					   .tolerance = 50,
					   .weights = {1024, 1024},
					   .theft_pct = {50}};

	if (policy->caps & SP_CAP_WEIGHT)
		race(policy, &robbed, seed, CHECK_charge, verdict);
}

/* Experiment 1: caps of 50 and 20 % (a quota of 20 ms in 100), and caps that do not bind. */
void fair_check_caps(const struct sp_policy *policy, uint64_t seed, struct verdict *verdict)
{
	static const struct hogs capped[] = {
		{.name = "alone, capped",
		 .nr_pcpus = 1,
		 .width = 1,
		 .nr_vms = 1,
		 .cap_pct = {50},
		 .due_pct = {50}},
		{.name = "one capped, one not",
		 .nr_pcpus = 1,
		 .width = 1,
		 .nr_vms = 2,
		 .cap_pct = {20, 0},
		 .due_pct = {20, 80}},
		{.name = "wide VMs, caps of less and of more than one pCPU",
		 .nr_pcpus = 4,
		 .width = 4,
		 .nr_vms = 3,
		 .cap_pct = {50, 150, 0},
		 .due_pct = {50, 150, 200}},
		{.name = "alone, capped by periods of 10 ms",
		 .nr_pcpus = 1,
		 .width = 1,
		 .nr_vms = 1,
		 .cap_pct = {50},
		 .period_ms = 10,
		 .due_pct = {50}},
		{.name = "one capped by periods of 1 s, one not",
		 .nr_pcpus = 1,
		 .width = 1,
		 .nr_vms = 2,
		 .cap_pct = {20, 0},
		 .period_ms = 1000,
		 .due_pct = {20, 80}},
		{.name = "a quota of one grant, four siblings",
		 .nr_pcpus = 4,
		 .width = 4,
		 .nr_vms = 1,
		 .cap_pct = {5},
		 .due_pct = {5}},
		{.name = "a quota of five grants for four, beside a hog",
		 .nr_pcpus = 4,
		 .width = 4,
		 .nr_vms = 2,
		 .cap_pct = {22, 0},
		 .due_pct = {22, 378}},
		{.name = "caps that do not bind",
		 .nr_pcpus = 1,
		 .width = 1,
		 .nr_vms = 2,
		 .cap_pct = {90, 300},
		 .due_pct = {50, 50}},
	};
	struct hogs hogs;
	uint32_t i, vm;

	for (i = 0; i < sizeof(capped) / sizeof(capped[0]) && policy->caps & SP_CAP_LIMIT; i++) {
		hogs = capped[i];
		for (vm = 0; vm < hogs.nr_vms; vm++)
			hogs.weights[vm] = SP_WEIGHT_NICE_0;
		race(policy, &hogs, seed, CHECK_cap, verdict);
	}
}

void fair_check_returns(const struct sp_policy *policy, uint64_t seed, struct verdict *verdict)
{
	static const struct hogs hogs = {.name = "two full VMs, after a pCPU was away",
					 .nr_pcpus = 4,
					 .width = 4,
					 .nr_vms = 2,
					 .tolerance = 20,
					 .weights = {1024, 1024},
					 .change = CHANGE_PCPUS};

	race(policy, &hogs, seed, CHECK_returns, verdict);
}
