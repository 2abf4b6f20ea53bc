/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entitle.c - what each VM is entitled to: weighted max-min, with ceilings.
 *
 * Each vCPU that is not blocked may have min(its ceiling, weight * level) of a pCPU, with
 * the level that just fills the pool.  vCPUs of one weight have one rate, so a clock a
 * weight is enough: a class.  The ceiling is one pCPU; a VM with a cap is a class of its
 * own, whose vCPUs together may have no more than the cap once they have used up its credit.
 * Credit grows at the rate of the cap, up to the quota of a period and the burst, and starts
 * with none: who sleeps may catch up within that, as policies allow, while a hog is
 * entitled to its cap exactly.  What it leaves is the others' by weight.
 */
#include "entitle.h"

#include "asked.h"

#define OPENS 0.01 /* of the most: from this much credit on it is no ceiling */

/* Without caps: class_weight[] descends, so the heaviest reach a whole pCPU first. */
static void rates_by_weight(struct pool *pool)
{
	double pcpus = pool->nr_online, weight = 0;

	for (uint32_t k = 0; k < pool->nr_classes; k++)
		weight += (double)pool->class_weight[k] * pool->class_count[k];
	for (uint32_t k = 0; k < pool->nr_classes; k++) {
		double own = pool->class_weight[k];
		double rate = weight > 0 ? own * pcpus / weight : 0;

		if (rate >= 1) {
			rate = 1;
			pcpus -= pool->class_count[k];
			weight -= own * pool->class_count[k];
		}
		pool->class_rate[k] = rate;
	}
}

static double ceiling(const struct pool *pool, uint32_t k)
{
	const struct entitled_cap *cap = &pool->class_cap[k];
	double each = cap->pcpus / pool->class_count[k];

	return !(cap->pcpus > 0) || cap->open || each > 1 ? 1 : each;
}

/* With caps: whoever reaches its ceiling leaves the more to the others, until nobody does. */
static void rates_below_caps(struct pool *pool)
{
	double pcpus = pool->nr_online, weight = 0, level;
	bool again = true;

	for (uint32_t k = 0; k < pool->nr_classes; k++) {
		pool->class_rate[k] = -1; /* not known */
		weight += (double)pool->class_weight[k] * pool->class_count[k];
	}
	while (again) {
		again = false;
		level = weight > 0 ? pcpus / weight : 0;
		for (uint32_t k = 0; k < pool->nr_classes; k++) {
			double most = pool->class_count[k] ? ceiling(pool, k) : 0;

			if (pool->class_rate[k] >= 0 || pool->class_weight[k] * level < most)
				continue;
			pool->class_rate[k] = most;
			pcpus -= most * pool->class_count[k];
			weight -= (double)pool->class_weight[k] * pool->class_count[k];
			again = true;
		}
	}
	for (uint32_t k = 0; k < pool->nr_classes; k++)
		if (pool->class_rate[k] < 0)
			pool->class_rate[k] = pool->class_weight[k] * level;
}

static void find_rates(struct pool *pool)
{
	if (pool->class_cap)
		rates_below_caps(pool);
	else
		rates_by_weight(pool);
}

/* How fast it uses up its credit. */
static double drain(const struct pool *pool, uint32_t k)
{
	return pool->class_rate[k] * pool->class_count[k] - pool->class_cap[k].pcpus;
}

/* The first credit runs out after so long, at most until_ns: rates change then. */
static double next_change_ns(const struct pool *pool, double until_ns)
{
	for (uint32_t k = 0; k < pool->nr_classes; k++) {
		const struct entitled_cap *cap = &pool->class_cap[k];

		if (cap->open && drain(pool, k) > 0 && cap->credit_ns / drain(pool, k) < until_ns)
			until_ns = cap->credit_ns / drain(pool, k);
	}
	return until_ns;
}

static void advance_clocks(struct pool *pool, double spent_ns)
{
	for (uint32_t k = 0; k < pool->nr_classes; k++)
		pool->class_clock[k] += spent_ns * pool->class_rate[k];
}

/* As long as rates stay as they are; then they are found anew. */
static double advance_below_caps(struct pool *pool, double left_ns)
{
	double spent_ns = next_change_ns(pool, left_ns);

	advance_clocks(pool, spent_ns);
	for (uint32_t k = 0; k < pool->nr_classes; k++) {
		struct entitled_cap *cap = &pool->class_cap[k];

		cap->credit_ns -= spent_ns * drain(pool, k);
		if (cap->credit_ns > cap->most_ns)
			cap->credit_ns = cap->most_ns;
		if (cap->credit_ns < 1) { /* the rest is rounding */
			cap->credit_ns = 0;
			cap->open = false;
		} else if (cap->credit_ns > OPENS * cap->most_ns) {
			cap->open = true;
		}
	}
	find_rates(pool);
	return left_ns - spent_ns;
}

static void bring_up(struct sim *sim, struct pool *pool)
{
	double left_ns = (double)(sim->now - pool->entitled_ns);

	if (sim->now == pool->entitled_ns)
		return;
	pool->entitled_ns = sim->now;
	if (!pool->class_cap)
		advance_clocks(pool, left_ns);
	else
		while (left_ns > 0)
			left_ns = advance_below_caps(pool, left_ns);
}

static void unblocked(struct sim *sim, uint32_t vcpu, bool on)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vcpu_cold *cold = &sim->cold[vcpu];
	struct pool *pool = &sim->pools[sim->vms[v->vm].pool];
	uint32_t k = cold->weight_class;

	bring_up(sim, pool);
	if (on) {
		cold->entitled = pool->class_clock[k];
		pool->class_count[k]++;
	} else {
		sim->vms[v->vm].entitled += pool->class_clock[k] - cold->entitled;
		pool->class_count[k]--;
	}
	find_rates(pool);
}

void entitle_unblocked(struct sim *sim, uint32_t vcpu, bool on)
{
	if (sim->asked)
		asked_unblocked(sim, vcpu, on);
	else
		unblocked(sim, vcpu, on);
}

void entitle_book(struct sim *sim, uint32_t vcpu)
{
	if (sim->asked)
		return;
	unblocked(sim, vcpu, false);
	unblocked(sim, vcpu, true);
}

void entitle_online(struct sim *sim, const struct pcpu *p, bool on)
{
	struct pool *pool = &sim->pools[p->pool];

	bring_up(sim, pool);
	pool->nr_online += on ? 1 : UINT32_MAX;
	find_rates(pool);
	if (sim->asked)
		asked_online(sim, p, on);
}
