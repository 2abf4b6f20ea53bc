/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * admin.c - what an administrator sees: command line, weights, dumps, the table.
 *
 * COMMAND LINE OF XEN
 *	sched=corun corun=gang               the pool made at boot runs gang
 *	corun=gang,slot=30ms,min_slot=2ms    with tunables: ns, us, ms, s or bare
 *	corun-pool=relaxed                   pools made later run this one; without
 *					     it, whatever corun= says
 *
 * WHY CREDIT'S ID
 *	A scheduler is known to the tools by a number that must be unique and that
 *	libxl must have heard of.  Credit's serves, with credit configured away: then
 *	`xl sched-credit -d DOMAIN -w WEIGHT` sets our weights (256 is nice 0), and
 *	`xl cpupool-create` with sched="credit" makes a pool of ours.  One number,
 *	so one scheduler; which policy it runs is said by corun= (and a policy may
 *	bear the name of one of Xen's own schedulers).
 */
#include <xen/err.h>
#include <xen/errno.h>
#include <xen/param.h>
#include <public/domctl.h>
#include <public/sysctl.h>

#include "corun.h"

static char __read_mostly opt_corun[128];
string_param("corun", opt_corun);
static char __read_mostly opt_corun_pool[128];
string_param("corun-pool", opt_corun_pool);

/* -- command line ------------------------------------------------------------- */

/* Does the word from s to a comma, an equals sign or the end read `name`? */
static bool corun_is_word(const char *s, const char *name)
{
	while (*name && *s == *name) {
		s++;
		name++;
	}
	return !*name && (!*s || *s == ',' || *s == '=');
}

static const char *corun_next_word(const char *s)
{
	while (*s && *s != ',')
		s++;
	return *s ? s + 1 : s;
}

/* A number with an optional unit of time; false if it is none, or above max. */
static bool corun_number(const char *s, u64 max, u64 *value)
{
	static const struct {
		const char *suffix;
		u64 factor;
	} units[] = {{"", 1}, {"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};
	unsigned int i;
	u64 n = 0;

	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (n > max)
			return false;
		n = n * 10 + (unsigned int)(*s - '0');
	}
	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (corun_is_word(s, units[i].suffix)) {
			if (n > max / units[i].factor)
				return false;
			*value = n * units[i].factor;
			return true;
		}
	return false;
}

static bool corun_set_tunable(const struct sp_policy *policy, const char *s, u64 *tunables)
{
	unsigned int i;
	u64 value;

	for (i = 0; i < policy->nr_tunables && i < SP_MAX_TUNABLES; i++) {
		const struct sp_tunable *t = &policy->tunables[i];
		const char *equals = s;

		if (!corun_is_word(s, t->name))
			continue;
		while (*equals && *equals != '=' && *equals != ',')
			equals++;
		if (*equals == '=' && corun_number(equals + 1, t->max, &value) && value >= t->min) {
			tunables[i] = value;
			return true;
		}
		printk(XENLOG_ERR "corun: %s: %s wants %" PRIu64 " to %" PRIu64 "\n", policy->name,
		       t->name, t->min, t->max);
		return false;
	}
	printk(XENLOG_ERR "corun: %s has no tunable like '%s'\n", policy->name, s);
	return false;
}

/* "NAME[,TUNABLE=VALUE]..." to a policy and its tunables, or NULL, said why. */
static const struct sp_policy *corun_parse(const char *s, u64 *tunables)
{
	const struct sp_policy *policy;
	unsigned int i;

	for (i = 0; (policy = corun_policies[i]) != NULL; i++)
		if (corun_is_word(s, policy->name))
			break;
	if (!policy) {
		printk(XENLOG_ERR "corun: no policy '%s'; corun= takes one of:", s);
		for (i = 0; corun_policies[i]; i++)
			printk(" %s", corun_policies[i]->name);
		printk("\n");
		return NULL;
	}
	if (policy->contract != SP_CONTRACT_VERSION || policy->nr_tunables > SP_MAX_TUNABLES) {
		printk(XENLOG_ERR "corun: %s is of another contract\n", policy->name);
		return NULL;
	}
	for (i = 0; i < policy->nr_tunables; i++)
		tunables[i] = policy->tunables[i].preset;
	for (s = corun_next_word(s); *s; s = corun_next_word(s))
		if (!corun_set_tunable(policy, s, tunables))
			return NULL;
	return policy;
}

/* The first call makes the scheduler that Xen boots with (or its first pool of ours). */
static int cf_check corun_init(struct scheduler *ops)
{
	u64 tunables[SP_MAX_TUNABLES] = {0};
	bool later = system_state >= SYS_STATE_active && opt_corun_pool[0];
	const struct sp_policy *policy = corun_parse(later ? opt_corun_pool : opt_corun, tunables);
	struct corun_pool *pool;

	if (!policy)
		return -EINVAL;
	pool = corun_pool_alloc(policy, tunables);
	if (!pool)
		return -ENOMEM;
	ops->sched_data = pool;
	printk("corun: a pool runs policy %s, %u bytes of state\n", policy->name,
	       policy->state_size);
	return 0;
}

static void cf_check corun_deinit(struct scheduler *ops)
{
	struct corun_pool *pool = corun_pool(ops);

	ops->sched_data = NULL;
	if (pool)
		corun_pool_free(pool);
}

/* -- weights ------------------------------------------------------------------ */

static int corun_set_weight(struct corun_pool *pool, struct corun_dom *cd, unsigned int weight)
{
	u64 now_ns;
	sp_s32 rc;

	if (weight == cd->weight)
		return 0;
	if (!(pool->policy->caps & SP_CAP_WEIGHT) || !pool->policy->vm_set_weight)
		return -EOPNOTSUPP;
	now_ns = corun_begin(pool);
	rc = pool->policy->vm_set_weight(pool->state, cd->id, weight * CORUN_WEIGHT_SCALE, now_ns,
					 pool->out);
	corun_apply(pool);
	if (rc)
		return -EINVAL;
	cd->weight = weight;
	return 0;
}

/* As credit reads it: weight 0 and cap 65535 mean "as it is".  Caps are not changed here. */
static int cf_check corun_adjust(const struct scheduler *ops, struct domain *d,
				 struct xen_domctl_scheduler_op *op)
{
	struct corun_pool *pool = corun_pool(ops);
	struct corun_dom *cd = d->sched_priv;
	unsigned long flags;
	int rc = 0;

	spin_lock_irqsave(&pool->lock, flags);
	switch (op->cmd) {
	case XEN_DOMCTL_SCHEDOP_getinfo:
		op->u.credit.weight = cd->weight;
		op->u.credit.cap = cd->cap_pct;
		break;
	case XEN_DOMCTL_SCHEDOP_putinfo:
		if (op->u.credit.cap != (uint16_t)~0U && op->u.credit.cap != cd->cap_pct)
			rc = -EOPNOTSUPP;
		else if (op->u.credit.weight)
			rc = corun_set_weight(pool, cd, op->u.credit.weight);
		break;
	default:
		rc = -EINVAL;
		break;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return rc;
}

/* What xl shows of a pool: the policy's first time, which is its slot or slice. */
static int cf_check corun_adjust_global(const struct scheduler *ops,
					struct xen_sysctl_scheduler_op *op)
{
	const struct corun_pool *pool = corun_pool(ops);
	const struct sp_policy *policy = pool->policy;
	unsigned int i;

	if (op->cmd != XEN_SYSCTL_SCHEDOP_getinfo)
		return -EOPNOTSUPP;
	op->u.sched_credit.tslice_ms = 0;
	op->u.sched_credit.ratelimit_us = 0;
	op->u.sched_credit.vcpu_migr_delay_us = 0;
	for (i = 0; i < policy->nr_tunables; i++)
		if (policy->tunables[i].unit == SP_UNIT_NS) {
			op->u.sched_credit.tslice_ms = pool->tunables[i] / MILLISECS(1);
			break;
		}
	return 0;
}

/* -- dumps (key 'r') ----------------------------------------------------------- */

static void cf_check corun_dump_settings(const struct scheduler *ops)
{
	struct corun_pool *pool = corun_pool(ops);
	struct corun_stats s;
	unsigned long flags;
	sp_s32 broken = 0;
	unsigned int i;
	u64 now_ns;

	spin_lock_irqsave(&pool->lock, flags);
	now_ns = (u64)NOW();
	s = pool->stats;
	if (pool->policy->check)
		broken = pool->policy->check(pool->state);
	spin_unlock_irqrestore(&pool->lock, flags);

	printk("corun: policy %s: %s\n", pool->policy->name, pool->policy->summary);
	printk("corun: calls=%" PRIu64 " picks=%" PRIu64 " unsaved=%" PRIu64 " stale=%" PRIu64
	       " violations=%" PRIu64 " held_ns=%" PRIu64 " longest_ns=%" PRIu64 " now_ns=%" PRIu64
	       " check=%d\n",
	       s.nr_calls, s.nr_picks, s.nr_unsaved, s.nr_stale, s.nr_violations, s.held_ns,
	       s.longest_ns, now_ns, broken);
	for (i = 0; i < SP_NR_VMS; i++)
		if (pool->doms[i])
			printk("corun: vm %u: weight=%u\n", i, pool->doms[i]->weight);
}

static void cf_check corun_dump_cpu_state(const struct scheduler *ops, int cpu)
{
	const struct corun_pool *pool = corun_pool(ops);
	const struct corun_unit *cu = pool->pcpus[cpu].running;

	if (cu)
		printk("corun: pCPU %d runs %pv, vCPU %u of the policy\n", cpu, cu->unit->vcpu_list,
		       cu->id);
	else
		printk("corun: pCPU %d idles\n", cpu);
}

static const struct scheduler sched_corun_def = {
	.name = "corun, one policy source",
	.opt_name = "corun",
	.sched_id = XEN_SCHEDULER_CREDIT,
	.init = corun_init,
	.deinit = corun_deinit,
	.alloc_pdata = corun_alloc_pdata,
	.deinit_pdata = corun_deinit_pdata,
	.switch_sched = corun_switch_sched,
	.move_timers = corun_move_timers,
	.alloc_domdata = corun_alloc_domdata,
	.free_domdata = corun_free_domdata,
	.alloc_udata = corun_alloc_udata,
	.free_udata = corun_free_udata,
	.insert_unit = corun_insert_unit,
	.remove_unit = corun_remove_unit,
	.wake = corun_wake,
	.sleep = corun_sleep,
	.yield = corun_yield,
	.context_saved = corun_context_saved,
	.do_schedule = corun_schedule,
	.pick_resource = corun_pick_resource,
	.adjust = corun_adjust,
	.adjust_affinity = corun_adjust_affinity,
	.adjust_global = corun_adjust_global,
	.dump_settings = corun_dump_settings,
	.dump_cpu_state = corun_dump_cpu_state,
};

REGISTER_SCHEDULER(sched_corun_def);
