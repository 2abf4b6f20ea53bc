/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.c - the template of a port.  It compiles, it passes the contract tests, and
 * it is the guide: read it from top to bottom with your hypervisor's scheduler
 * interface beside it.
 *
 * WHAT YOU DO
 *
 *  1. Copy this folder (or take `make port-kit`) and fill in hv.h's functions.
 *  2. Have the hypervisor's hooks call port.h's functions:
 *
 *	the hypervisor ...			calls
 *	makes a pool (cpupool, scheduler)	port_pool_init, port_pcpu_online each
 *	takes a pCPU away, gives it back	port_pcpu_offline, port_pcpu_online
 *	creates, destroys a VM			port_vm_add, port_vm_remove
 *	creates, destroys a vCPU		port_vcpu_add, port_vcpu_remove
 *	wakes a vCPU (event, IPI, timer)	port_vcpu_wake
 *	pauses one that is not running		port_vcpu_block
 *	schedules on a pCPU			port_vcpu_stopped for what ran there,
 *						then port_pick
 *	has switched away from a vCPU		port_context_saved
 *	has reached *until_ns of a pick		schedules on that pCPU
 *	receives a kick				schedules on that pCPU
 *	sees a guest's IPI to an awake sibling	port_vcpu_ipi (a hint, may be left out)
 *
 *  3. Run the conformance test (docs/porting.md) with your compiler and flags.
 *
 * WHAT YOU PROMISE
 *	The ten promises of the host at the head of policy.h.  Those that ports get
 *	wrong: a vCPU's width is known before its vCPUs come (a gang must know it);
 *	exactly one port_vcpu_stopped a stint, also when the vCPU blocks and when the
 *	pCPU goes away; ran_ns is guest time, without the switch; a pick is made even
 *	if nothing seems to have changed.
 *
 * HOW A CALL GOES
 *	Every call of the policy has the same eleven steps, marked (1) to (11) below:
 *	(1) allocate, once; then for each call (2) serialise, (3) clamp time, (4) reset
 *	sp_out, (5) call, (6) unlock; and then act: (7) the pick, (8) its deadline,
 *	(9) kicks, (10) the timer, (11) trace.  Decide under the lock, act after it: an
 *	interrupt to another CPU, sent under the lock, has that CPU spin for it.
 *	(2) to (4), (6) and (9) to (11) are in port_call.c, the rest is here.
 */
#include "port_call.h"

/* -- life ------------------------------------------------------------------------- */

static int is_same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

const struct sp_policy *port_policy_find(const char *name)
{
	sp_u32 i;

	for (i = 0; i < nr_port_policies; i++)
		if (is_same(port_policies[i]->name, name))
			return port_policies[i];
	return (void *)0;
}

void port_config_init(struct sp_config *config, const struct sp_policy *policy, sp_u64 seed)
{
	sp_u32 i;

	/* A setting from the command line goes into tunables[] if min <= it <= max. */
	config->seed = seed;
	for (i = 0; i < SP_MAX_TUNABLES; i++)
		config->tunables[i] = i < policy->nr_tunables ? policy->tunables[i].preset : 0;
}

/*
 * (1) Allocate, once a pool: the state block, zeroed, by the size in the table; the
 * hypervisor allocates because only it knows from what memory.  A policy keeps
 * nothing elsewhere, so two pools never meet, and freeing the block ends the instance.
 * Sizes are compile time: SP_NR_PCPUS, SP_NR_VCPUS, SP_NR_VMS, powers of two.
 */
sp_s32 port_pool_init(struct port_pool *pool, const struct sp_policy *policy, void *state,
		      const struct sp_config *config)
{
	sp_u32 i;

	/* Refuse at registration what cannot work, rather than later what does not. */
	if (!state || policy->contract != SP_CONTRACT_VERSION)
		return -SP_EINVAL;
	pool->policy = policy;
	pool->state = state;
	pool->last_ns = 0;
	pool->timer_ns = SP_NEVER_NS;
	pool->nr_violations = 0;
	for (i = 0; i < SP_WORDS(SP_NR_PCPUS); i++)
		pool->online[i] = 0;
	for (i = 0; i < SP_NR_VCPUS; i++)
		pool->wanted_by[i] = SP_NONE;
	return policy->init(state, config);
}

/*
 * Ids may be sparse, but must be below the sizes: a policy masks its indices, and an
 * id that is too large would be somebody else.  So they are checked where they enter.
 */
sp_s32 port_pcpu_online(struct port_pool *pool, sp_u32 pcpu, const struct sp_topo *topo)
{
	struct port_call c;
	sp_s32 ret;

	if (pcpu >= SP_NR_PCPUS)
		return -SP_ENOSPC;
	port_call_begin(&c, pool);
	ret = pool->policy->pcpu_online(pool->state, pcpu, topo, c.now_ns, c.out);
	if (!ret)
		sp_set_bit(pool->online, SP_WORDS(SP_NR_PCPUS), pcpu);
	port_call_end(&c);
	return ret;
}

void port_pcpu_offline(struct port_pool *pool, sp_u32 pcpu)
{
	struct port_call c;

	port_call_begin(&c, pool);
	sp_clear_bit(pool->online, SP_WORDS(SP_NR_PCPUS), pcpu);
	pool->policy->pcpu_offline(pool->state, pcpu, c.now_ns, c.out);
	port_call_end(&c);
}

sp_s32 port_vm_add(struct port_pool *pool, sp_u32 vm, const struct sp_vm_config *config)
{
	struct port_call c;
	sp_s32 ret;

	if (vm >= SP_NR_VMS)
		return -SP_ENOSPC;
	/* Some hypervisors do not tell the width in time: take the maximum they allow. */
	port_call_begin(&c, pool);
	ret = pool->policy->vm_add(pool->state, vm, config, c.now_ns, c.out);
	port_call_end(&c);
	return ret;
}

void port_vm_remove(struct port_pool *pool, sp_u32 vm)
{
	struct port_call c;

	port_call_begin(&c, pool);
	pool->policy->vm_remove(pool->state, vm, c.now_ns, c.out);
	port_call_end(&c);
}

sp_s32 port_vcpu_add(struct port_pool *pool, sp_u32 vcpu, const struct sp_vcpu_config *config)
{
	struct port_call c;
	sp_s32 ret;

	if (vcpu >= SP_NR_VCPUS || config->vm >= SP_NR_VMS)
		return -SP_ENOSPC;
	port_call_begin(&c, pool);
	ret = pool->policy->vcpu_add(pool->state, vcpu, config, c.now_ns, c.out);
	port_call_end(&c);
	return ret;
}

void port_vcpu_remove(struct port_pool *pool, sp_u32 vcpu)
{
	struct port_call c;

	port_call_begin(&c, pool);
	pool->policy->vcpu_remove(pool->state, vcpu, c.now_ns, c.out);
	port_call_end(&c);
}

/* -- what happens to vCPUs ---------------------------------------------------------- */

/* Waking one that is awake, blocking one that is blocked: nothing happens.  So a hook
 * need not know which it is, and a race with the guest needs no care. */
void port_vcpu_wake(struct port_pool *pool, sp_u32 vcpu, const struct sp_wake *wake)
{
	struct port_call c;

	port_call_begin(&c, pool);
	pool->policy->vcpu_wake(pool->state, vcpu, wake, c.now_ns, c.out);
	port_call_end(&c);
}

void port_vcpu_block(struct port_pool *pool, sp_u32 vcpu)
{
	struct port_call c;

	port_call_begin(&c, pool);
	pool->policy->vcpu_block(pool->state, vcpu, c.now_ns, c.out);
	port_call_end(&c);
}

/*
 * The end of a stint.  A vCPU that blocks by itself is reported here alone, as
 * SP_STOP_BLOCKED; port_vcpu_block is for those that do not run.  Call it even if
 * port_pick then has the same vCPU go on: that is a new stint.
 */
void port_vcpu_stopped(struct port_pool *pool, const struct sp_stint *stint)
{
	struct port_call c;

	port_call_begin(&c, pool);
	pool->policy->vcpu_stopped(pool->state, stint, c.now_ns, c.out);
	port_call_end(&c);
}

/*
 * A pCPU that was told to wait for this vCPU may have it now.  It may also have picked
 * something else meanwhile: then it picks once for no reason, which is allowed.
 */
void port_context_saved(struct port_pool *pool, sp_u32 vcpu)
{
	sp_id *wanted_by = &pool->wanted_by[SP_IDX(vcpu, SP_NR_VCPUS)];
	struct port_call c;

	port_call_begin(&c, pool); /* no call of the policy: sp_out carries our own kick */
	if (*wanted_by != SP_NONE)
		sp_kick(c.out, *wanted_by);
	*wanted_by = SP_NONE;
	port_call_end(&c);
}

/*
 * (7) The pick: what the policy names is a wish.  The port checks it, the hypervisor
 * has the last word, and a wish that cannot be had is idle for now and another pick
 * soon: the policy is told by nothing but that pick (promise 7).
 */
static sp_u32 usable(struct port_call *c, sp_u32 pcpu, sp_u64 *until_ns)
{
	struct port_pool *pool = c->pool;
	sp_u64 retry_ns = c->now_ns + PORT_RETRY_NS;
	sp_u32 vcpu = c->out->next;

	/*
	 * (8) The deadline holds for idle too: gang slots end together.  SP_NEVER_NS:
	 * none.  One in the past would pick for ever.
	 */
	*until_ns = c->out->run_until_ns;
	if (*until_ns <= c->now_ns) {
		port_violate(pool, "run_until lies not in the future, at pCPU", pcpu);
		*until_ns = retry_ns;
	}
	if (vcpu == SP_NONE)
		return SP_NONE;
	if (vcpu >= SP_NR_VCPUS) {
		port_violate(pool, "picked a vCPU that cannot be", vcpu);
		*until_ns = sp_min(*until_ns, retry_ns);
		return SP_NONE;
	}
	switch (hv_can_run(pool, vcpu, pcpu)) {
	case HV_CAN_RUN:
		return vcpu;
	case HV_UNSAVED:
		pool->wanted_by[SP_IDX(vcpu, SP_NR_VCPUS)] = (sp_id)pcpu;
		return SP_NONE; /* host and port_context_saved see to the rest */
	default: /* no fault of the policy: its view is a little old */
		*until_ns = sp_min(*until_ns, retry_ns);
		return SP_NONE;
	}
}

/*
 * The heart: called by the schedule function of pcpu.  Most hypervisors stop and pick
 * in one function; then port_vcpu_stopped comes right before.  (Taking the lock once
 * for both is a good optimisation: port_call_begin, stopped, keep_books and send_kicks,
 * sp_out_reset, pick_next, port_call_end.)
 */
sp_u32 port_pick(struct port_pool *pool, sp_u32 pcpu, sp_u64 *until_ns)
{
	struct port_call c;
	sp_u32 vcpu;

	port_call_begin(&c, pool);
	pool->policy->pick_next(pool->state, pcpu, c.now_ns, c.out);
	vcpu = usable(&c, pcpu, until_ns);
	port_call_end(&c);
	return vcpu;
}

/* -- time ------------------------------------------------------------------------------ */

/*
 * A timer that fires while another CPU moves it comes too early or for nothing.  The
 * policy is called when its instant has come, and then the timer is disarmed.
 */
void port_timer(struct port_pool *pool)
{
	struct port_call c;

	port_call_begin(&c, pool);
	if (c.now_ns < pool->timer_ns) {
		if (pool->timer_ns != SP_NEVER_NS)
			c.out->timer_ns = pool->timer_ns; /* armed again by port_call_end */
		port_call_end(&c);
		return;
	}
	pool->timer_ns = SP_NEVER_NS;
	if (pool->policy->timer)
		pool->policy->timer(pool->state, c.now_ns, c.out);
	port_call_end(&c);
}

void port_tick(struct port_pool *pool, const struct sp_tick *tick)
{
	struct port_call c;

	if (!pool->policy->tick)
		return; /* not even the lock: this is the most frequent call of all */
	port_call_begin(&c, pool);
	pool->policy->tick(pool->state, tick, c.now_ns, c.out);
	port_call_end(&c);
}

/* -- hints and changes ------------------------------------------------------------------- */

void port_vcpu_spin(struct port_pool *pool, sp_u32 vcpu, sp_u32 target)
{
	struct port_call c;

	if (!pool->policy->vcpu_spin)
		return;
	port_call_begin(&c, pool);
	pool->policy->vcpu_spin(pool->state, vcpu, target, c.now_ns, c.out);
	port_call_end(&c);
}

void port_vcpu_yield_to(struct port_pool *pool, sp_u32 from, sp_u32 to)
{
	struct port_call c;

	if (!pool->policy->vcpu_yield_to)
		return;
	port_call_begin(&c, pool);
	pool->policy->vcpu_yield_to(pool->state, from, to, c.now_ns, c.out);
	port_call_end(&c);
}

void port_vcpu_ipi(struct port_pool *pool, const struct sp_ipi *ipi)
{
	struct port_call c;

	if (!pool->policy->vcpu_ipi)
		return;
	port_call_begin(&c, pool);
	pool->policy->vcpu_ipi(pool->state, ipi, c.now_ns, c.out);
	port_call_end(&c);
}

sp_s32 port_vm_set_weight(struct port_pool *pool, sp_u32 vm, sp_u32 weight)
{
	struct port_call c;
	sp_s32 ret;

	if (!pool->policy->vm_set_weight)
		return -SP_ENOTSUP;
	port_call_begin(&c, pool);
	ret = pool->policy->vm_set_weight(pool->state, vm, weight, c.now_ns, c.out);
	port_call_end(&c);
	return ret;
}

sp_s32 port_vcpu_set_weight(struct port_pool *pool, sp_u32 vcpu, sp_u32 weight)
{
	struct port_call c;
	sp_s32 ret;

	if (!pool->policy->vcpu_set_weight)
		return -SP_ENOTSUP;
	port_call_begin(&c, pool);
	ret = pool->policy->vcpu_set_weight(pool->state, vcpu, weight, c.now_ns, c.out);
	port_call_end(&c);
	return ret;
}

sp_s32 port_vcpu_set_affinity(struct port_pool *pool, sp_u32 vcpu,
			      const struct sp_affinity *affinity)
{
	struct port_call c;
	sp_s32 ret;

	if (!pool->policy->vcpu_set_affinity)
		return -SP_ENOTSUP;
	port_call_begin(&c, pool);
	ret = pool->policy->vcpu_set_affinity(pool->state, vcpu, affinity, c.now_ns, c.out);
	port_call_end(&c);
	return ret;
}
