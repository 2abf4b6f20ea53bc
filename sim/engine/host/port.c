/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.c - the simulator as a host of the policy contract (policies/policy.h).
 *
 * All calls of a policy are here, and so is everything that its answers cause.
 * A pool has ids of its own: pCPUs and vCPUs are numbered from 0 in each.
 */
#include "port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fpstate.h"
#include "engine/book/account.h"
#include "engine/core/fail.h"
#include "engine/core/guard.h"
#include "engine/core/pcpu.h"
#include "engine/core/trace_put.h"
#include "engine/record/record.h"
#include "late.h"
#include "registry/policies.h"

/* After an answer that was no use, ask again this much later. */
#define RETRY_NS 1000000

static uint32_t global_pcpu(const struct pool *pool, uint32_t local)
{
	return pool->first_pcpu + local;
}

static struct pool *pool_of_vm(struct sim *sim, uint32_t vm)
{
	return &sim->pools[sim->vms[vm].pool];
}

/* The policy broke the contract: counted, the first one is kept in words. */
static void violate(struct sim *sim, const char *what, uint32_t number)
{
	if (sim->nr_violations++ == 0)
		snprintf(sim->violation, sizeof(sim->violation), "%s at %llu ns: %s (%u)",
			 sim->world->policies[sim->job->policy].name, (unsigned long long)sim->now,
			 what, number);
	if (sim->job->strict)
		sim_fail(sim, STATUS_MODEL, "contract", "%s", sim->violation);
}

/* -- sp_out --------------------------------------------------------------------- */

/* nr_before: so many others this call has kicked. */
static void apply_kick(struct sim *sim, struct pool *pool, uint32_t local, uint32_t *nr_before)
{
	const struct host_spec *host = &sim->world->host;
	struct pcpu *p;
	uint64_t at_ns = sim->now;

	if (local >= pool->nr_pcpus) {
		violate(sim, "kick of a pCPU that is not there", local);
		return;
	}
	p = &sim->pcpus[global_pcpu(pool, local)];
	if (p->state == PS_OFFLINE) {
		violate(sim, "kick of a pCPU that is offline", local);
		return;
	}
	if (global_pcpu(pool, local) != sim->here) {
		at_ns += host->kick_ns + (*nr_before)++ * host->late_next_ns +
			 late_kick_ns(sim, global_pcpu(pool, local), sim->now);
		sim->nr_kicks++;
	}
	trace_put(sim, TR_KICK, 0, global_pcpu(pool, local), SP_NONE, 0);
	pcpu_kick(sim, p, at_ns);
}

static void apply_note(struct sim *sim, struct pool *pool, const struct sp_note *note)
{
	struct vcpu *v;
	uint32_t vcpu;
	bool back;

	if (note->vcpu >= pool->nr_vcpus) {
		violate(sim, "note about a vCPU that is not there", note->vcpu);
		return;
	}
	vcpu = pool->vcpu_of[note->vcpu];
	v = &sim->vcpus[vcpu];
	back = note->kind == SP_COSTOP || note->kind == SP_CAP;
	if (v->held_back == back)
		return;
	v->held_back = back;
	if (back)
		sim->vms[v->vm].count[VC_COSTOPS]++;
	trace_put(sim, TR_COSTOP, note->kind, SP_NONE, vcpu, 0);
	if (v->state == VS_RUNNABLE)
		account_mode(sim, vcpu, back ? VT_HELD : VT_STEAL);
}

static void apply_timer(struct sim *sim, struct pool *pool)
{
	uint64_t at_ns = sim->out->timer_ns;

	if (at_ns == SP_KEEP_NS)
		return;
	/* one after the pCPUs: a policy's timer is of no pCPU */
	at_ns = sp_max(sim->now, late_timer(sim, WORLD_MAX_PCPUS + pool->first_pcpu, at_ns));
	pool->timer_ns = at_ns;
	queue_arm(&sim->queue, sim->slot_pools + (uint32_t)(pool - sim->pools),
		  at_ns == SP_NEVER_NS ? QUEUE_NEVER : queue_key(at_ns, EV_TIMER, pool->tie));
}

/* Has this call kicked it before?  A stamp that sp_kick never writes tells. */
static bool is_repeated(struct sp_out *out, uint32_t local)
{
	uint64_t mark = ~out->epoch;

	if (out->stamp[local] == mark)
		return true;
	out->stamp[local] = mark;
	return false;
}

static void apply_kicks(struct sim *sim, struct pool *pool)
{
	struct sp_out *out = sim->out;
	uint32_t nr_kicked = 0;

	if (out->kick_all) {
		for (uint32_t p = 0; p < pool->nr_pcpus; p++)
			if (sim->pcpus[global_pcpu(pool, p)].state != PS_OFFLINE)
				apply_kick(sim, pool, p, &nr_kicked);
		return;
	}
	for (uint32_t i = 0; i < out->nr_kicks; i++) {
		if (out->kicks[i] < SP_OUT_PCPUS && is_repeated(out, out->kicks[i]))
			violate(sim, "kick of a pCPU twice in one call", out->kicks[i]);
		else
			apply_kick(sim, pool, out->kicks[i], &nr_kicked);
	}
}

/* A count beyond its array is no list at all. */
static void check_count(struct sim *sim, uint32_t *count, uint32_t max, const char *what)
{
	if (*count <= max)
		return;
	violate(sim, what, *count);
	*count = 0;
}

/* The call is over.  What it wants done, except the pick itself. */
static void apply(struct sim *sim, struct pool *pool)
{
	struct sp_out *out = sim->out;

	if (sim->job->careful || fpstate_is_backwards())
		guard_look(sim);
	where_leave(sim->where);
	check_count(sim, &out->nr_kicks, SP_OUT_PCPUS, "nr_kicks beyond its array");
	check_count(sim, &out->nr_notes, SP_OUT_NOTES, "nr_notes beyond its array");
	check_count(sim, &out->nr_marks, SP_OUT_MARKS, "nr_marks beyond its array");
	if (out->epoch != sim->out_epoch) {
		violate(sim, "changed sp_out's epoch", (uint32_t)out->epoch);
		out->epoch = sim->out_epoch;
	}
	apply_timer(sim, pool);
	for (uint32_t i = 0; i < out->nr_notes; i++)
		apply_note(sim, pool, &out->notes[i]);
	for (uint32_t i = 0; i < out->nr_marks; i++)
		trace_put(sim, TR_MARK, out->marks[i].code, SP_NONE, SP_NONE, out->marks[i].a);
	if (out->nr_lost)
		violate(sim, "notes or marks without room", out->nr_lost);
	apply_kicks(sim, pool);
}

/* A call begins. */
static struct sp_out *fresh(struct sim *sim, enum where_callback callback)
{
	sp_out_reset(sim->out);
	sim->out_epoch = sim->out->epoch;
	where_enter(sim->where, callback, sim->now);
	return sim->out;
}

/* -- life cycle ------------------------------------------------------------------- */

int port_init(struct sim *sim, struct pool *pool, struct error *err)
{
	const struct policy_spec *spec = &sim->world->policies[sim->job->policy];
	const struct policy_entry *entry = spec->from ? spec->from : policy_find(spec->policy);
	struct sp_config config = {0};
	bool refused;

	if (!entry)
		return error_set(err, STATUS_INPUT, "policy", "unknown policy '%s'", spec->policy);
	if (spec->from) {
		where_enter(sim->where, WHERE_LOADING, 0);
		refused = policy_module_load(spec->from, err);
		where_leave(sim->where);
		if (refused)
			return -1;
	}
	pool->policy = policy_class_for(entry, pool->nr_pcpus, pool->nr_vcpus);
	if (!pool->policy)
		return error_set(err, STATUS_INPUT, "policy",
				 "%s: %u pCPUs and %u vCPUs are too many", spec->policy,
				 pool->nr_pcpus, pool->nr_vcpus);
	if (pool->policy->contract != SP_CONTRACT_VERSION)
		return error_set(err, STATUS_INPUT, "policy",
				 "%s: built for contract version %u, not %u", spec->policy,
				 pool->policy->contract, SP_CONTRACT_VERSION);
	if (guard_policy(pool))
		return error_set(err, STATUS_IO, "memory", "out of memory for the state of %s",
				 spec->policy);
	pool->state = pool->guarded.data;
	if (sim->job->record &&
	    recorder_join(sim->job->record, pool, (uint32_t)(pool - sim->pools)))
		return error_set(err, STATUS_IO, "memory", "out of memory for the record");
	config.seed = rng_key(rng_key(sim->seed_key, RNG_POLICY), (uint64_t)(pool - sim->pools));
	for (uint32_t i = 0; i < pool->policy->nr_tunables; i++)
		config.tunables[i] = spec->tunables[i];
	where_enter(sim->where, WHERE_INIT, 0);
	refused = pool->policy->init(pool->state, &config);
	if (sim->job->careful || fpstate_is_backwards())
		guard_look(sim);
	where_leave(sim->where);
	if (refused && !sim->failed)
		return error_set(err, STATUS_INPUT, "policy",
				 "%s: its tunables contradict each other", spec->name);
	return sim->failed ? -1 : 0;
}

void port_pcpu_online(struct sim *sim, struct pcpu *p)
{
	struct pool *pool = &sim->pools[p->pool];
	uint32_t id = global_pcpu(pool, p->local);
	const struct sp_topo *first = &sim->world->host.topo[pool->first_pcpu];
	struct sp_topo topo = sim->world->host.topo[id];

	/* a pool numbers everything from 0: its policy may be of a small size class */
	topo.core -= first->core;
	topo.llc -= first->llc;
	topo.socket -= first->socket;
	if (pool->policy->pcpu_online(pool->state, p->local, &topo, sim->now,
				      fresh(sim, WHERE_PCPU_ONLINE)))
		violate(sim, "refuses a pCPU", id);
	apply(sim, pool);
}

void port_pcpu_offline(struct sim *sim, struct pcpu *p)
{
	struct pool *pool = &sim->pools[p->pool];

	pool->policy->pcpu_offline(pool->state, p->local, sim->now, fresh(sim, WHERE_PCPU_OFFLINE));
	apply(sim, pool);
}

static int refuse(struct sim *sim, struct pool *pool, const char *name, int32_t why)
{
	const char *reason = "it is out of range";

	if (why == -SP_ENOSPC)
		reason = "it is wider than the pool has pCPUs";
	else if (why == -SP_ENOTSUP)
		reason = "a weight, a cap or a pin that this policy does not honour "
			 "(see `corun policies`)";
	sim_fail(sim, STATUS_INPUT, "policy", "policy %s refuses VM %s: %s",
		 sim->world->policies[sim->job->policy].name, name, reason);
	(void)pool;
	return -1;
}

int port_vm_start(struct sim *sim, uint32_t vm)
{
	const struct vm_spec *spec = &sim->world->vms[vm];
	struct pool *pool = pool_of_vm(sim, vm);
	struct sp_vm_config config = {.width = spec->width,
				      .weight = spec->weight,
				      .quota_ns = spec->cap_quota_ns,
				      .period_ns = spec->cap_period_ns,
				      .burst_ns = spec->cap_burst_ns};
	int32_t ret;

	ret = pool->policy->vm_add(pool->state, sim->vms[vm].local, &config, sim->now,
				   fresh(sim, WHERE_VM_ADD));
	apply(sim, pool);
	if (ret)
		return refuse(sim, pool, spec->name, ret);
	for (uint32_t v = spec->first_vcpu; v < spec->first_vcpu + spec->width; v++) {
		struct sp_vcpu_config vcpu = {.vm = sim->vms[vm].local,
					      .weight = 0,
					      .affinity = sim->world->vcpus[v].affinity};

		if (vcpu.affinity.nr)
			vcpu.affinity.first -= pool->first_pcpu;
		ret = pool->policy->vcpu_add(pool->state, sim->vcpus[v].local, &vcpu, sim->now,
					     fresh(sim, WHERE_VCPU_ADD));
		apply(sim, pool);
		if (ret)
			return refuse(sim, pool, spec->name, ret);
	}
	return 0;
}

void port_vm_stop(struct sim *sim, uint32_t vm)
{
	const struct vm_spec *spec = &sim->world->vms[vm];
	struct pool *pool = pool_of_vm(sim, vm);

	for (uint32_t v = spec->first_vcpu; v < spec->first_vcpu + spec->width; v++) {
		pool->policy->vcpu_remove(pool->state, sim->vcpus[v].local, sim->now,
					  fresh(sim, WHERE_VCPU_REMOVE));
		apply(sim, pool);
	}
	pool->policy->vm_remove(pool->state, sim->vms[vm].local, sim->now,
				fresh(sim, WHERE_VM_REMOVE));
	apply(sim, pool);
}

/* -- events --------------------------------------------------------------------------- */

void port_wake(struct sim *sim, uint32_t vcpu, uint32_t reason, uint32_t waker, uint32_t pcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	struct pool *pool = pool_of_vm(sim, v->vm);
	struct sp_wake wake = {.reason = reason, .waker = SP_NONE, .waker_pcpu = SP_NONE};

	if (waker != SP_NONE)
		wake.waker = sim->vcpus[waker].local;
	if (pcpu != SP_NONE)
		wake.waker_pcpu = pcpu - pool->first_pcpu;
	pool->policy->vcpu_wake(pool->state, v->local, &wake, sim->now,
				fresh(sim, WHERE_VCPU_WAKE));
	apply(sim, pool);
}

void port_block(struct sim *sim, uint32_t vcpu)
{
	struct pool *pool = pool_of_vm(sim, sim->vcpus[vcpu].vm);

	pool->policy->vcpu_block(pool->state, sim->vcpus[vcpu].local, sim->now,
				 fresh(sim, WHERE_VCPU_BLOCK));
	apply(sim, pool);
}

void port_stopped(struct sim *sim, struct pcpu *p, uint32_t vcpu, uint32_t why, uint64_t ran_ns)
{
	struct pool *pool = &sim->pools[p->pool];
	struct sp_stint stint = {.vcpu = sim->vcpus[vcpu].local,
				 .pcpu = p->local,
				 .why = why,
				 .ran_ns = ran_ns};

	pool->policy->vcpu_stopped(pool->state, &stint, sim->now, fresh(sim, WHERE_VCPU_STOPPED));
	apply(sim, pool);
}

void port_spin(struct sim *sim, uint32_t vcpu, uint32_t target)
{
	struct pool *pool = pool_of_vm(sim, sim->vcpus[vcpu].vm);

	if (!pool->policy->vcpu_spin)
		return;
	pool->policy->vcpu_spin(pool->state, sim->vcpus[vcpu].local,
				target == SP_NONE ? SP_NONE : sim->vcpus[target].local, sim->now,
				fresh(sim, WHERE_VCPU_SPIN));
	apply(sim, pool);
}

bool port_yield_to(struct sim *sim, uint32_t from, uint32_t to)
{
	struct pool *pool = pool_of_vm(sim, sim->vcpus[from].vm);

	if (!pool->policy->vcpu_yield_to)
		return false;
	pool->policy->vcpu_yield_to(pool->state, sim->vcpus[from].local, sim->vcpus[to].local,
				    sim->now, fresh(sim, WHERE_VCPU_YIELD_TO));
	apply(sim, pool);
	return true;
}

void port_timer(struct sim *sim, struct pool *pool)
{
	pool->timer_ns = SP_NEVER_NS;
	queue_arm(&sim->queue, sim->slot_pools + (uint32_t)(pool - sim->pools), QUEUE_NEVER);
	if (!pool->policy->timer) {
		violate(sim, "armed a timer without a timer callback", 0);
		return;
	}
	pool->policy->timer(pool->state, sim->now, fresh(sim, WHERE_TIMER));
	apply(sim, pool);
}

void port_tick(struct sim *sim, struct pcpu *p)
{
	struct pool *pool = &sim->pools[p->pool];
	struct sp_tick tick = {.pcpu = p->local, .vcpu = SP_NONE};

	if (!pool->policy->tick)
		return;
	if (p->current != SP_NONE) {
		tick.vcpu = sim->vcpus[p->current].local;
		tick.ran_ns = sp_sub0(sim->now, p->stint_ns);
	}
	pool->policy->tick(pool->state, &tick, sim->now, fresh(sim, WHERE_TICK));
	apply(sim, pool);
}

void port_ipi(struct sim *sim, uint32_t from, uint32_t to, bool waits)
{
	struct pool *pool = pool_of_vm(sim, sim->vcpus[to].vm);
	struct sp_ipi ipi = {.from = sim->vcpus[from].local,
			     .to = sim->vcpus[to].local,
			     .waits = waits};

	if (!pool->policy->vcpu_ipi)
		return;
	pool->policy->vcpu_ipi(pool->state, &ipi, sim->now, fresh(sim, WHERE_VCPU_IPI));
	apply(sim, pool);
}

/* -- the pick ---------------------------------------------------------------------------- */

static bool may_run_on(const struct sim *sim, uint32_t vcpu, uint32_t pcpu)
{
	const struct sp_affinity *a = &sim->world->vcpus[vcpu].affinity;

	return !a->nr || (pcpu >= a->first && pcpu - a->first < a->nr);
}

/* Can this answer be used?  If not, the pCPU idles and asks again. */
static bool pick_is_valid(struct sim *sim, struct pool *pool, struct pcpu *p, uint32_t local)
{
	uint32_t id = global_pcpu(pool, p->local), vcpu;
	const struct vcpu *v;

	if (local >= pool->nr_vcpus) {
		violate(sim, "picked a vCPU that is not there", local);
		return false;
	}
	vcpu = pool->vcpu_of[local];
	v = &sim->vcpus[vcpu];
	if (v->state != VS_RUNNABLE && p->current != vcpu) {
		violate(sim,
			v->state == VS_RUNNING ? "picked a vCPU that runs elsewhere"
					       : "picked a vCPU that is not runnable",
			local);
		return false;
	}
	if (!may_run_on(sim, vcpu, id)) {
		violate(sim, "picked a vCPU for a pCPU that it may not use", local);
		return false;
	}
	return true;
}

uint32_t port_pick(struct sim *sim, struct pcpu *p)
{
	struct pool *pool = &sim->pools[p->pool];
	struct sp_out *out = fresh(sim, WHERE_PICK_NEXT);
	uint32_t local, vcpu;

	sim->nr_picks++;
	pool->policy->pick_next(pool->state, p->local, sim->now, out);
	local = out->next;
	p->until_ns = out->run_until_ns;
	if (p->until_ns <= sim->now) {
		violate(sim, "run_until is not in the future", p->local);
		p->until_ns = sim->now + RETRY_NS;
	}
	p->until_ns = late_timer(sim, global_pcpu(pool, p->local), p->until_ns);
	apply(sim, pool);
	if (local == SP_NONE)
		return SP_NONE;
	if (!pick_is_valid(sim, pool, p, local)) {
		pcpu_kick(sim, p, sim->now + RETRY_NS);
		return SP_NONE;
	}
	vcpu = pool->vcpu_of[local];
	if (p->current != vcpu && sim->vcpus[vcpu].saved_ns > sim->now) {
		/* its context is still being saved elsewhere: idle, and again then */
		pcpu_kick(sim, p, sim->vcpus[vcpu].saved_ns);
		return SP_NONE;
	}
	return vcpu;
}
