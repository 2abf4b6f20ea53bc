/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock.c - spinlocks: what all kinds have in common.
 *
 * A kind only decides who of the waiting gets a free lock (struct lock_kind).
 */
#include "lock.h"
#include "lock_kind.h"

#include "cause.h"
#include "engine/book/account.h"
#include "engine/core/fail.h"
#include "engine/core/trace_put.h"
#include "ipi_box.h"
#include "wait.h"

/*
 * The lock is this vCPU's, whether it runs or not.  This and what follows is the path of
 * every section that nobody else wants: see lock_acquire.
 */
static inline void lock_give(struct sim *sim, struct vcpu *v, struct sync *o, uint32_t index)
{
	o->holder = (uint16_t)(v - sim->vcpus);
	o->held_ran_ns = v->ran_ns + (v->state == VS_RUNNING ? sim->now - v->since_ns : 0);
	o->taken++;
	v->held |= UINT64_C(1) << index;
}

/* The same, to one reader of several. */
static void lock_give_reader(struct sim *sim, struct vcpu *v, struct sync *o, uint32_t index)
{
	struct vcpu_cold *cold = &sim->cold[v - sim->vcpus];

	lock_give(sim, v, o, index);
	cold->read_ran_ns[cold->nr_reads++] = o->held_ran_ns;
	o->holder = SP_NONE;
	o->nr_readers++;
}

/* It is not any more; it runs, all is booked up to now. */
static inline void lock_take_back(struct sim *sim, struct vcpu *v, struct sync *o, uint32_t index)
{
	struct vm *m = &sim->vms[v->vm];
	uint64_t from_ns = o->held_ran_ns;

	v->held &= ~(UINT64_C(1) << index);
	if (o->nr_readers) {
		struct vcpu_cold *cold = &sim->cold[v - sim->vcpus];

		/* sections are nested: the last one that it began is the one that ends */
		from_ns = cold->read_ran_ns[--cold->nr_reads];
		o->nr_readers--;
	}
	o->holder = SP_NONE;
	m->lock_held_ns += v->ran_ns + (sim->now - v->since_ns) - from_ns;
	m->count[VC_SECTIONS]++;
}

/* ... and it runs: its wait, if there was one, is over. */
static inline void lock_book_wait(struct sim *sim, const struct vcpu *v, uint64_t waited_ns)
{
	struct vm *m = &sim->vms[v->vm];

	m->lock_wait_ns += waited_ns;
	hist_add(&sim->groups[m->group].hist[GH_LOCK_WAIT], waited_ns);
}

static bool hangs_on(struct sim *sim, uint32_t vcpu, const struct sync *o, uint32_t depth);

/* The lock has this holder: does that one, at the end of the chain, wait for vcpu? */
static bool holder_hangs_on(struct sim *sim, uint32_t vcpu, uint32_t holder, uint32_t depth)
{
	const struct vcpu *h = &sim->vcpus[holder];

	if (holder == vcpu)
		return true;
	return h->act == ACT_LOCK && depth < WORLD_MAX_LOCKS &&
	       hangs_on(sim, vcpu, sync_of(sim, h->vm, h->waits), depth + 1);
}

/* Is o released only when vcpu has gone on?  Follows the chain, or the tree of readers. */
static bool hangs_on(struct sim *sim, uint32_t vcpu, const struct sync *o, uint32_t depth)
{
	const struct vm *m = &sim->vms[sim->vcpus[vcpu].vm];
	uint64_t bit = UINT64_C(1) << (o - &sim->syncs[m->first_object]);

	if (o->holder != SP_NONE)
		return holder_hangs_on(sim, vcpu, o->holder, depth);
	for (uint32_t r = m->first_vcpu; o->nr_readers && r < m->first_vcpu + m->width; r++)
		if (sim->vcpus[r].held & bit && holder_hangs_on(sim, vcpu, r, depth))
			return true;
	return false;
}

/* May a newcomer have it right now?  Whoever waits in line for a free lock goes first. */
static bool lock_is_open(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	const struct lock_kind *kind;

	if (o->holder != SP_NONE)
		return false;
	if (!o->nr_waiting && !o->nr_readers)
		return true;
	kind = o->lock;
	return !kind->may_enter || kind->may_enter(sim, vcpu, o);
}

void lock_take(struct sim *sim, uint32_t vcpu, uint32_t index, bool reads, bool waited)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);

	if (reads)
		lock_give_reader(sim, v, o, index);
	else
		lock_give(sim, v, o, index);
	lock_book_wait(sim, v, waited ? sim->now - sim->cold[vcpu].want_ns : 0);
	trace_put(sim, TR_LOCK_ACQUIRED, waited, v->pcpu, vcpu, index);
	if (o->nr_waiting) /* past those in line: it is not kept for anybody any more */
		sync_update(sim, v->vm, o);
}

/* Somebody else has it or wants it, or it is one of several locks, or shared. */
static __attribute__((noinline)) bool lock_acquire_slow(struct sim *sim, uint32_t vcpu,
							uint32_t index, bool reads)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);

	sim->cold[vcpu].reads = reads;
	if (v->held && (v->held & UINT64_C(1) << index || hangs_on(sim, vcpu, o, 0))) {
		lock_fail_deadlock(sim, vcpu, index);
		return false;
	}
	if (lock_is_open(sim, vcpu, o)) {
		lock_take(sim, vcpu, index, reads, false);
		return true;
	}
	trace_put(sim, TR_LOCK_WAIT, 0, v->pcpu, vcpu, index);
	sync_wait_begin(sim, vcpu, index, ACT_LOCK);
	o->lock->wait(sim, vcpu, o);
	if (sim->ipi)
		ipi_check_deadlock(sim, vcpu);
	sync_check_stuck(sim, v->vm);
	return false;
}

bool lock_acquire(struct sim *sim, uint32_t vcpu, uint32_t index, bool reads)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);

	if (o->holder != SP_NONE || o->nr_waiting || o->nr_readers || v->held || reads)
		return lock_acquire_slow(sim, vcpu, index, reads);
	lock_give(sim, v, o, index);
	lock_book_wait(sim, v, 0);
	trace_put(sim, TR_LOCK_ACQUIRED, 0, v->pcpu, vcpu, index);
	return true;
}

/* w, who waits for it, gets the free lock. */
static void lock_pass(struct sim *sim, uint32_t w, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[w];
	struct sync *o = sync_of(sim, v->vm, index);
	uint64_t others = (uint64_t)o->nr_listed - v->listed;

	account_vcpu(sim, w);
	o->lock->leave(sim, w, o);
	sync_wait_end(sim, w, o->handoff_ns + o->spec->handoff_spinner_ns * others);
	if (o->shared && sim->cold[w].reads)
		lock_give_reader(sim, v, o, index);
	else
		lock_give(sim, v, o, index);
	if (v->state == VS_RUNNING) {
		lock_book_wait(sim, v, sim->now - sim->cold[w].want_ns);
		trace_put(sim, TR_LOCK_ACQUIRED, 1, v->pcpu, w, index);
	} else {
		v->granted = true;
		o->pending = o->shared ? sim->cold[w].reads : o->pending;
		sim->vms[v->vm].count[VC_LWP]++;
	}
	sync_update(sim, v->vm, o);
}

/* One that has just been woken is off CPU, too, but has not lost its pCPU. */
static bool lock_is_kept_for_preempted(const struct sim *sim, const struct sync *o)
{
	return lock_is_kept(sim, o) && !sim->vcpus[o->lock->heir(o)].woken;
}

void lock_hand_on(struct sim *sim, uint32_t vm, uint32_t index)
{
	struct sync *o = sync_of(sim, vm, index);
	const struct lock_kind *kind = o->lock;
	bool passed = false;
	uint32_t next;

	/* readers go in one after the other; nobody follows a holder */
	while (o->nr_waiting && o->holder == SP_NONE &&
	       (next = kind->next(sim, vm, o)) != SP_NONE) {
		lock_pass(sim, next, index);
		passed = true;
	}
	if (passed)
		return;
	if (o->nr_waiting && lock_is_kept_for_preempted(sim, o))
		sim->vms[vm].count[VC_LWP]++;
	if (o->nr_waiting && kind->kept)
		kind->kept(sim, o);
	sync_update(sim, vm, o);
}

void lock_drop(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	lock_take_back(sim, v, sync_of(sim, v->vm, index), index);
	trace_put(sim, TR_LOCK_RELEASED, 0, v->pcpu, vcpu, index);
}

static __attribute__((noinline)) void lock_release_slow(struct sim *sim, uint32_t vcpu,
							uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);

	if (o->lock->released)
		o->lock->released(sim, vcpu, o);
	lock_hand_on(sim, v->vm, index);
}

void lock_release(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);

	lock_take_back(sim, v, o, index);
	trace_put(sim, TR_LOCK_RELEASED, 0, v->pcpu, vcpu, index);
	if (o->nr_waiting)
		lock_release_slow(sim, vcpu, index);
}

bool lock_retry(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	uint32_t index = v->waits;
	struct sync *o = sync_of(sim, v->vm, index);

	if (o->holder != SP_NONE)
		return false;
	if (o->lock->may_take && !o->lock->may_take(sim, vcpu, o))
		return false;
	lock_pass(sim, vcpu, index);
	return true;
}

void lock_granted_runs(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, v->waits);

	v->granted = false;
	lock_book_wait(sim, v, sim->now - sim->cold[vcpu].want_ns);
	trace_put(sim, TR_LOCK_ACQUIRED, 2, v->pcpu, vcpu, v->waits);
	if (o->shared && o->pending) {
		/* it lets in the readers behind it */
		o->pending = false;
		lock_hand_on(sim, v->vm, v->waits);
	}
}

/* -- a spinner's patience ------------------------------------------------------ */

uint64_t lock_spin_left_ns(struct sim *sim, uint32_t vcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, v->waits);

	if (v->act != ACT_LOCK || !o->lock->spin_left_ns)
		return NEVER;
	return o->lock->spin_left_ns(sim, vcpu, o);
}

enum spin_outcome lock_spin_over(struct sim *sim, uint32_t vcpu)
{
	struct sync *o = sync_of(sim, sim->vcpus[vcpu].vm, sim->vcpus[vcpu].waits);

	return o->lock->spin_over(sim, vcpu, o);
}
