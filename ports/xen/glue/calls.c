/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * calls.c - around every call of the policy: the clock, the timer, the kicks.
 *
 * Effects are applied when the policy has returned, with the pool's lock still
 * held: raising a softirq and setting a timer are legal there, and sp_out belongs
 * to the pool.
 */
#include "corun.h"

u64 corun_begin(struct corun_pool *pool)
{
	u64 now_ns = (u64)NOW();

	/* Clocks of different pCPUs may differ a little. */
	if (now_ns < pool->now_ns)
		now_ns = pool->now_ns;
	pool->now_ns = now_ns;
	pool->began_ns = now_ns;
	sp_out_reset(pool->out);
	return now_ns;
}

static void corun_kick(struct corun_pool *pool, unsigned int cpu)
{
	if (cpu < SP_NR_PCPUS && pool->pcpus[cpu].online)
		cpu_raise_softirq(cpu, SCHEDULE_SOFTIRQ);
}

/* Xen's own timers know no "never"; centuries ahead will do. */
static s_time_t corun_time(u64 at_ns)
{
	return at_ns > (u64)STIME_MAX ? STIME_MAX : (s_time_t)at_ns;
}

static void corun_set_timer(struct corun_pool *pool, u64 at_ns)
{
	pool->timer_ns = at_ns;
	if (!pool->timer_lives)
		return;
	if (at_ns == SP_NEVER_NS)
		stop_timer(&pool->timer);
	else
		set_timer(&pool->timer, corun_time(at_ns));
}

void corun_apply(struct corun_pool *pool)
{
	const struct sp_out *out = pool->out;
	u64 held_ns;
	unsigned int i;

	for (i = 0; i < out->nr_kicks && i < SP_OUT_PCPUS; i++)
		corun_kick(pool, out->kicks[i]);
	for (i = 0; out->kick_all && i < SP_NR_PCPUS; i++)
		corun_kick(pool, i);
	if (out->timer_ns != SP_KEEP_NS)
		corun_set_timer(pool, out->timer_ns);
	if (out->nr_lost)
		corun_violation(pool, "notes or marks lost", out->nr_lost);

	pool->stats.nr_calls++;
	held_ns = sp_sub0((u64)NOW(), pool->began_ns);
	pool->stats.held_ns += held_ns;
	pool->stats.longest_ns = sp_max(pool->stats.longest_ns, held_ns);
}

void corun_violation(struct corun_pool *pool, const char *what, unsigned int id)
{
	if (pool->stats.nr_violations++ < 16)
		printk(XENLOG_ERR "corun: %s: contract broken: %s (%u)\n", pool->policy->name, what,
		       id);
}

static void cf_check corun_timer_fn(void *data)
{
	struct corun_pool *pool = data;
	unsigned long flags;
	u64 now_ns;

	spin_lock_irqsave(&pool->lock, flags);
	now_ns = corun_begin(pool);
	if (now_ns >= pool->timer_ns) {
		pool->timer_ns = SP_NEVER_NS;
		if (pool->policy->timer)
			pool->policy->timer(pool->state, now_ns, pool->out);
		else
			corun_violation(pool, "a timer, yet no callback", 0);
		corun_apply(pool);
	} else if (pool->timer_ns != SP_NEVER_NS) {
		corun_set_timer(pool, pool->timer_ns); /* it was put off as we fired */
	}
	spin_unlock_irqrestore(&pool->lock, flags);
}

void corun_timer_join(struct corun_pool *pool, unsigned int cpu)
{
	if (pool->timer_lives)
		return;
	init_timer(&pool->timer, corun_timer_fn, pool, cpu);
	pool->timer_lives = true;
	pool->timer_cpu = cpu;
	if (pool->timer_ns != SP_NEVER_NS)
		corun_set_timer(pool, pool->timer_ns);
}

/* Not under the lock: the handler, which may be at work, takes it. */
void corun_timer_leave(struct corun_pool *pool, unsigned int cpu)
{
	unsigned int other;

	if (!pool->timer_lives || pool->timer_cpu != cpu)
		return;
	for (other = 0; other < SP_NR_PCPUS; other++)
		if (pool->pcpus[other].online)
			break;
	if (other < SP_NR_PCPUS) {
		migrate_timer(&pool->timer, other);
		pool->timer_cpu = other;
	} else {
		pool->timer_lives = false;
		kill_timer(&pool->timer);
	}
}
