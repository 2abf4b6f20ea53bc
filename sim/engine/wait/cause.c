/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause.c - why the waiting ones burn time.
 *
 * The cause of a spin is decided at the end of the wait-for chain: the root
 * holder runs (contention), is preempted (LHP), the lock was passed to a waiter
 * that is off CPU (LWP), a barrier's or an interrupt's partner is off CPU (partner).
 * Every object keeps one clock a cause, of which one runs.  A spinner notes the
 * clocks when it begins and books their differences when it ends, so a change of
 * cause costs the same for one spinner and for a hundred.
 *
 * A cause travels along nested locks: this is the recursion of sync_update.
 */
#include "cause.h"

#include "engine/core/trace_put.h"
#include "ipi_box.h"
#include "lock_kind.h"

static bool is_barrier(const struct sync *o)
{
	return !object_is_lock(o->kind);
}

/* Was o passed to v while it was off CPU, and has v not run since? */
static bool is_granted(struct sim *sim, const struct vcpu *v, const struct sync *o)
{
	return v->granted && o == sync_of(sim, v->vm, v->waits);
}

/* Spins, or has halted, for a lock: what it waits for is why those wait that it blocks. */
static bool is_waiting_on(const struct vcpu *v)
{
	return v->state == VS_RUNNING ? vcpu_is_waiting(v)
				      : v->state == VS_BLOCKED && v->act == ACT_LOCK;
}

/* -- what the cause is now ----------------------------------------------------- */

bool lock_is_kept(const struct sim *sim, const struct sync *o)
{
	const struct lock_kind *kind = o->lock;
	uint32_t heir = kind->heir ? kind->heir(o) : SP_NONE;

	return heir != SP_NONE && sim->vcpus[heir].state == VS_RUNNABLE;
}

/* Kept for a waiter that is off CPU, or nothing but a handover under way. */
static uint32_t cause_of_free_lock(struct sim *sim, const struct sync *o)
{
	return lock_is_kept(sim, o) ? CAUSE_LWP : CAUSE_CONTENTION;
}

/* What this holder of o means for those that wait for it. */
static uint32_t cause_of_holder(struct sim *sim, const struct sync *o, uint32_t holder)
{
	const struct vcpu *h = &sim->vcpus[holder];

	if (h->state == VS_RUNNABLE)
		return is_granted(sim, h, o) ? CAUSE_LWP : CAUSE_LHP;
	if (is_waiting_on(h))
		return sync_of(sim, h->vm, h->waits)->cause;
	return CAUSE_CONTENTION;
}

/* The first reader of o, from vCPU `from` of the VM on; SP_NONE: there is no more. */
static uint32_t next_reader(struct sim *sim, uint32_t vm, const struct sync *o, uint32_t from)
{
	const struct vm *m = &sim->vms[vm];
	uint64_t bit = UINT64_C(1) << (o - &sim->syncs[m->first_object]);

	for (uint32_t r = from; r < m->first_vcpu + m->width; r++)
		if (sim->vcpus[r].held & bit)
			return r;
	return SP_NONE;
}

/* Readers: one that is off CPU says more than one that waits, or works. */
static uint32_t cause_of_readers(struct sim *sim, uint32_t vm, const struct sync *o)
{
	uint32_t worst = CAUSE_CONTENTION, r = sim->vms[vm].first_vcpu;

	while ((r = next_reader(sim, vm, o, r)) != SP_NONE) {
		uint32_t cause = cause_of_holder(sim, o, r++);

		if (cause == CAUSE_LHP)
			return cause;
		if (cause != CAUSE_CONTENTION)
			worst = cause;
	}
	return worst;
}

static uint32_t cause_of_lock(struct sim *sim, uint32_t vm, const struct sync *o)
{
	if (o->holder != SP_NONE)
		return cause_of_holder(sim, o, o->holder);
	return o->nr_readers ? cause_of_readers(sim, vm, o) : cause_of_free_lock(sim, o);
}

/*
 * A barrier waits for all who have not come: if one of them is runnable and off
 * CPU, that is the cause; if one spins for a lock, that lock's cause is.
 */
static uint32_t cause_of_barrier(struct sim *sim, uint32_t vm, const struct sync *o)
{
	const struct vm *m = &sim->vms[vm];
	uint32_t off = (uint32_t)m->nr_unblocked - m->nr_running;
	uint32_t off_here = o->kind == OBJECT_BARRIER_SPIN
				    ? (uint32_t)o->nr_waiting - o->nr_parked - o->nr_on
				    : 0;
	uint32_t cause = CAUSE_CONTENTION;

	if (off > off_here)
		return CAUSE_PARTNER;
	for (uint32_t i = 0; i < m->nr_objects; i++) {
		const struct sync *lock = &sim->syncs[m->first_object + i];

		if (is_barrier(lock) || lock->nr_listed == 0)
			continue;
		if (lock->cause == CAUSE_LHP)
			return CAUSE_LHP;
		if (lock->cause == CAUSE_LWP)
			cause = CAUSE_LWP;
	}
	return cause;
}

static uint32_t cause_of(struct sim *sim, uint32_t vm, const struct sync *o)
{
	if (o->kind == OBJECT_IPI)
		return ipi_cause(sim, vm, o);
	return is_barrier(o) ? cause_of_barrier(sim, vm, o) : cause_of_lock(sim, vm, o);
}

/* -- who is to blame ----------------------------------------------------------- */

static bool is_preempted_holder(struct sim *sim, const struct sync *o, uint32_t holder)
{
	const struct vcpu *h = &sim->vcpus[holder];

	return h->state == VS_RUNNABLE && !is_granted(sim, h, o);
}

/* A holder of o that is preempted, or else one that waits, or else any; SP_NONE: free. */
static uint32_t worst_holder(struct sim *sim, uint32_t vm, const struct sync *o)
{
	uint32_t worst = o->holder, r = sim->vms[vm].first_vcpu;

	while (o->nr_readers && (r = next_reader(sim, vm, o, r)) != SP_NONE) {
		if (is_preempted_holder(sim, o, r))
			return r;
		if (worst == SP_NONE || is_waiting_on(&sim->vcpus[r]))
			worst = r;
		r++;
	}
	return worst;
}

/* The preempted holder at the end of this chain, or SP_NONE. */
static uint32_t preempted_root(struct sim *sim, uint32_t vm, const struct sync *o)
{
	for (uint32_t depth = 0; depth < WORLD_MAX_LOCKS; depth++) {
		uint32_t holder = worst_holder(sim, vm, o);

		if (holder == SP_NONE)
			return SP_NONE;
		if (!is_waiting_on(&sim->vcpus[holder]))
			return is_preempted_holder(sim, o, holder) ? holder : SP_NONE;
		o = sync_of(sim, vm, sim->vcpus[holder].waits);
	}
	return SP_NONE;
}

/* A barrier waits for all who have not come: one of them that is off CPU. */
static uint32_t missing_partner(struct sim *sim, uint32_t vm, uint32_t index)
{
	const struct vm *m = &sim->vms[vm];

	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++)
		if (sim->vcpus[v].state == VS_RUNNABLE &&
		    (sim->vcpus[v].act != ACT_BARRIER || sim->vcpus[v].waits != index))
			return v;
	return SP_NONE;
}

uint32_t sync_culprit(struct sim *sim, uint32_t vcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	uint32_t vm = v->vm;

	for (uint32_t depth = 0; depth <= WORLD_MAX_LOCKS && vcpu_is_waiting(v); depth++) {
		const struct sync *o = sync_of(sim, vm, v->waits);
		uint32_t next = o->holder;

		if (v->act == ACT_BARRIER)
			return missing_partner(sim, vm, v->waits);
		if (v->act == ACT_IPI)
			return ipi_culprit(sim, (uint32_t)(v - sim->vcpus));
		if (next == SP_NONE && o->lock->heir)
			next = o->lock->heir(o);
		if (next == SP_NONE)
			return SP_NONE;
		v = &sim->vcpus[next];
		if (v->state == VS_RUNNABLE)
			return next;
	}
	return SP_NONE;
}

/* -- harm ---------------------------------------------------------------------- */

/*
 * Somebody spins for a preempted holder.  That is harm once time has passed: when a
 * gang leaves, holder and spinners go at one instant, one after the other.
 */
void sync_mark_harm(struct sim *sim, uint32_t vm, const struct sync *o)
{
	uint32_t root = preempted_root(sim, vm, o);

	if (root == SP_NONE || sim->vcpus[root].harm != HARM_NONE)
		return;
	sim->vcpus[root].harm = HARM_PENDING;
	sim->cold[root].harm_ns = sim->now;
}

void sync_settle_harm(struct sim *sim, uint32_t holder)
{
	struct vcpu *h = &sim->vcpus[holder];

	if (h->harm != HARM_PENDING || sim->now == sim->cold[holder].harm_ns)
		return;
	h->harm = HARM_DONE;
	sim->vms[h->vm].count[VC_LHP_HARMFUL]++;
	trace_put(sim, TR_LHP_HARM, 0, h->pcpu, holder, 0);
}

/* A spinner leaves: the harm is done, or there was none. */
void sync_leave_harm(struct sim *sim, uint32_t vm, const struct sync *o)
{
	uint32_t root = o->cause == CAUSE_LHP ? preempted_root(sim, vm, o) : SP_NONE;

	if (root == SP_NONE)
		return;
	sync_settle_harm(sim, root);
	if (sim->vcpus[root].harm == HARM_PENDING && o->nr_listed == 0)
		sim->vcpus[root].harm = HARM_NONE;
}

/* -- the cause changes --------------------------------------------------------- */

static void update_ipis(struct sim *sim, uint32_t vm);

void sync_update_held(struct sim *sim, uint32_t vcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];

	for (uint64_t held = v->held; held; held &= held - 1)
		sync_update(sim, v->vm, sync_of(sim, v->vm, (uint32_t)__builtin_ctzll(held)));
}

static void update_list(struct sim *sim, uint32_t w)
{
	for (; w != SP_NONE; w = sim->vcpus[w].next)
		if (sim->vcpus[w].held && is_waiting_on(&sim->vcpus[w]))
			sync_update_held(sim, w);
}

/* Locks held by those who wait here have this cause, too. */
static void update_nested(struct sim *sim, uint32_t vm, const struct sync *o)
{
	if (!o->nr_nesting || (sim->vms[vm].threaded && is_barrier(o)))
		return; /* at a barrier of threads, nobody has a spinlock */
	update_list(sim, o->head);
	update_list(sim, o->thieves);
}

void sync_update(struct sim *sim, uint32_t vm, struct sync *o)
{
	uint32_t cause = cause_of(sim, vm, o);

	if (cause == o->cause)
		return;
	o->clock[o->cause] += sim->now - o->clock_ns;
	o->clock_ns = sim->now;
	o->cause = (uint8_t)cause;
	if (cause == CAUSE_LHP && o->nr_listed)
		sync_mark_harm(sim, vm, o);
	update_nested(sim, vm, o);
	if (!is_barrier(o) && sim->vms[vm].nr_barriers)
		sync_update_barriers(sim, vm);
	if (sim->ipi && o->kind != OBJECT_IPI)
		update_ipis(sim, vm);
}

void sync_update_barriers(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];

	if (!m->nr_barriers)
		return;
	for (uint32_t i = 0; i < m->nr_objects; i++) {
		struct sync *o = &sim->syncs[m->first_object + i];

		if (is_barrier(o) && o->nr_waiting)
			sync_update(sim, vm, o);
	}
}

/* A lock's cause has changed: so may that of senders whose targets wait for it, deaf. */
static void update_ipis(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];

	if (!sim->ipi->vms[vm].nr_senders)
		return;
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++)
		if (sim->vcpus[v].act == ACT_IPI)
			sync_update(sim, vm, ipi_object_of(sim, v));
}

void ipi_moved(struct sim *sim, uint32_t vcpu)
{
	uint32_t vm = sim->vcpus[vcpu].vm;

	for (uint32_t at = sim->ipi->boxes[vcpu].head; at != NO_MSG; at = sim->ipi->msgs[at].next)
		if (sim->ipi->msgs[at].waits)
			sync_update(sim, vm, ipi_object_of(sim, sim->ipi->msgs[at].from));
}

/* Is the holder off CPU against its will?  account_vm has been called. */
void sync_update_holder_off(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];
	bool off;

	for (uint64_t held = v->held; held; held &= held - 1) {
		struct sync *o = sync_of(sim, v->vm, (uint32_t)__builtin_ctzll(held));

		off = is_preempted_holder(sim, o, vcpu);
		if (!off && lock_is_read_by(o, vcpu))
			off = is_preempted_holder(sim, o, worst_holder(sim, v->vm, o));
		if (off == o->holder_off)
			continue;
		o->holder_off = off;
		if (off)
			m->nr_holders_off++;
		else
			m->nr_holders_off--;
	}
}
