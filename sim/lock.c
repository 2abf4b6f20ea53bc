/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock.c - spinlocks: what all kinds have in common.
 *
 * A kind only decides who of the waiting gets a free lock (struct lock_kind).
 */
#include "engine.h"

const struct lock_kind *lock_kind_of(const struct sync *o)
{
	static const struct lock_kind *const kinds[] = {
		[OBJECT_TAS] = &lock_tas, [OBJECT_TICKET] = &lock_ticket,
		[OBJECT_MCS] = &lock_mcs, [OBJECT_QSPINLOCK] = &lock_qspinlock,
		[OBJECT_PV] = &lock_pv,
	};

	return kinds[o->kind];
}

/* The lock is this vCPU's, whether it runs or not. */
static void lock_give(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);

	o->holder = (uint16_t)vcpu;
	o->held_ran_ns = v->ran_ns + (v->state == VS_RUNNING ? sim->now - v->since_ns : 0);
	o->taken++;
	v->held |= UINT64_C(1) << index;
}

/* ... and it runs: its wait, if there was one, is over. */
static void lock_book_wait(struct sim *sim, uint32_t vcpu, uint64_t waited_ns)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	sim->vms[v->vm].lock_wait_ns += waited_ns;
	hist_add(account_hist(sim, v->vm, GH_LOCK_WAIT), waited_ns);
}

/* Does v wait for something that only v can give?  Follows the chain. */
static bool lock_would_deadlock(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	const struct vcpu *v = &sim->vcpus[vcpu];

	for (uint32_t depth = 0; depth <= WORLD_MAX_LOCKS && o->holder != NONE16; depth++) {
		const struct vcpu *h = &sim->vcpus[o->holder];

		if (o->holder == vcpu)
			return true;
		if (h->act != ACT_LOCK)
			return false;
		o = sync_of(sim, v->vm, h->waits);
	}
	return false;
}

static void lock_fail_deadlock(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	const struct program *program = &sim->world->programs[v->program];
	bool self = sync_of(sim, v->vm, index)->holder == vcpu;
	char name[128];

	sim_fail(sim, STATUS_MODEL, "deadlock",
		 "guest deadlock at %llu ns: %s takes lock '%s' (line %u) %s",
		 (unsigned long long)sim->now, sim_vcpu_name(sim, vcpu, name),
		 program->objects[index].name, sim_vcpu_line(sim, vcpu),
		 self ? "that it holds already"
		      : "whose holder waits, at the end of the chain, for a lock that it holds");
}

/* May a newcomer have it right now?  Whoever waits in line for a free lock goes first. */
static bool lock_is_open(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	const struct lock_kind *kind;

	if (o->holder != NONE16)
		return false;
	if (!o->nr_waiting)
		return true;
	kind = lock_kind_of(o);
	return !kind->may_enter || kind->may_enter(sim, vcpu, o);
}

bool lock_acquire(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);

	if (lock_is_open(sim, vcpu, o)) {
		lock_give(sim, vcpu, index);
		lock_book_wait(sim, vcpu, 0);
		trace_put(sim, TR_LOCK_ACQUIRED, 0, v->pcpu, vcpu, index);
		return true;
	}
	if (v->held && lock_would_deadlock(sim, vcpu, o)) {
		lock_fail_deadlock(sim, vcpu, index);
		return false;
	}
	trace_put(sim, TR_LOCK_WAIT, 0, v->pcpu, vcpu, index);
	sync_wait_begin(sim, vcpu, index, ACT_LOCK);
	lock_kind_of(o)->wait(sim, vcpu, o);
	sync_check_stuck(sim, v->vm);
	return false;
}

/* w, who waits for it, gets the free lock. */
static void lock_pass(struct sim *sim, uint32_t w, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[w];
	struct sync *o = sync_of(sim, v->vm, index);
	uint64_t others = (uint64_t)o->nr_listed - v->listed;

	account_vcpu(sim, w);
	lock_kind_of(o)->leave(sim, w, o);
	sync_wait_end(sim, w, o->handoff_ns + o->spec->handoff_spinner_ns * others);
	lock_give(sim, w, index);
	if (v->state == VS_RUNNING) {
		lock_book_wait(sim, w, sim->now - sim->cold[w].want_ns);
		trace_put(sim, TR_LOCK_ACQUIRED, 1, v->pcpu, w, index);
	} else {
		v->granted = true;
		sim->vms[v->vm].count[VC_LWP]++;
	}
	sync_update(sim, v->vm, o);
}

bool lock_is_kept(const struct sim *sim, const struct sync *o)
{
	const struct lock_kind *kind = lock_kind_of(o);
	uint32_t heir = kind->heir ? kind->heir(o) : NONE16;

	return heir != NONE16 && sim->vcpus[heir].state == VS_RUNNABLE;
}

void lock_release(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);
	struct vm *m = &sim->vms[v->vm];
	const struct lock_kind *kind;
	uint32_t next;

	m->lock_held_ns += v->ran_ns + (sim->now - v->since_ns) - o->held_ran_ns;
	m->count[VC_SECTIONS]++;
	v->held &= ~(UINT64_C(1) << index);
	o->holder = NONE16;
	trace_put(sim, TR_LOCK_RELEASED, 0, v->pcpu, vcpu, index);
	if (!o->nr_waiting)
		return;
	kind = lock_kind_of(o);
	if (kind->released)
		kind->released(sim, vcpu, o);
	next = kind->next(sim, v->vm, o);
	if (next != NONE16) {
		lock_pass(sim, next, index);
		return;
	}
	if (lock_is_kept(sim, o))
		m->count[VC_LWP]++;
	sync_update(sim, v->vm, o);
}

bool lock_retry(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	uint32_t index = v->waits;
	struct sync *o = sync_of(sim, v->vm, index);

	if (o->holder != NONE16)
		return false;
	if (lock_kind_of(o)->may_take && !lock_kind_of(o)->may_take(sim, vcpu, o))
		return false;
	lock_pass(sim, vcpu, index);
	return true;
}

void lock_granted_runs(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	v->granted = false;
	lock_book_wait(sim, vcpu, sim->now - sim->cold[vcpu].want_ns);
	trace_put(sim, TR_LOCK_ACQUIRED, 2, v->pcpu, vcpu, v->waits);
}

/* -- a spinner's patience -------------------------------------------------------- */

uint64_t lock_spin_left_ns(struct sim *sim, uint32_t vcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, v->waits);

	if (v->act != ACT_LOCK || !lock_kind_of(o)->spin_left_ns)
		return NEVER;
	return lock_kind_of(o)->spin_left_ns(sim, vcpu, o);
}

enum spin_outcome lock_spin_over(struct sim *sim, uint32_t vcpu)
{
	struct sync *o = sync_of(sim, sim->vcpus[vcpu].vm, sim->vcpus[vcpu].waits);

	return lock_kind_of(o)->spin_over(sim, vcpu, o);
}
