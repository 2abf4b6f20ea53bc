/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock_mutex.c - the sleeping mutex: a thread that does not get it leaves its vCPU.
 *
 * What it does by default is what a pthread mutex does (glibc: a futex); with both keys on
 * it is a mutex of Linux 6.1's own (kernel/locking/mutex.c), less what that does for speed
 * alone.
 *
 *	take	Whoever finds it free has it, also past those who sleep (barging).
 *	sleep	Else the thread goes to the end of the line and sleeps.
 *	spin	Or spins first, if spin_on_owner says so: while the owner has a vCPU, for
 *		it will be done soon then.  Spinners have a line of their own, whose first
 *		one gets a mutex that is released.  A spinner sleeps when the owner leaves
 *		its vCPU, when its own slice is over, and with `running` also when the
 *		owner, or the spinner before it, is preempted (vcpu_is_preempted).
 *	wake	A release wakes the first in line, who tries again when it has a vCPU.  If
 *		somebody was faster, it goes to the end of the line; or, with `handover`, it
 *		stays the first, and the next release gives the mutex to it, whoever else may
 *		want it.
 *
 * Example: A holds it, B sleeps for it.  A releases, computes for 1 us, and takes it
 * again, before B has a vCPU: A went past B.  B, awake, finds it taken, and sleeps; this
 * may go on for long.  With handover, A's next release makes B the owner, and A, which
 * wants it again, sleeps: nobody starves, but now the mutex waits for vCPUs, and whoever
 * comes meanwhile has to sleep: handovers breed handovers (a convoy).
 *
 * Who the owner is stands in wait/mutex_owner.c.  Spinners wait in o's line, as for any lock;
 * sleepers in the mutex's own (wait/mutex_wait.c).
 */
#include "lock_mutex.h"

#include "engine/core/fail.h"
#include "engine/core/trace_put.h"
#include "engine/wait/cause.h"
#include "engine/wait/lock.h"
#include "engine/wait/lock_kind.h"
#include "engine/wait/lock_line.h"
#include "engine/wait/mutex_owner.h"
#include "engine/wait/mutex_wait.h"
#include "engine/wait/spin.h"
#include "engine/wait/wait.h"
#include "threads.h"

/* -- those who sleep ----------------------------------------------------------- */

static void wake_first(struct sim *sim, uint32_t vcpu, struct mutex *m)
{
	if (m->head == SP_NONE || thread_of(sim, m->head)->state != TT_WAITING)
		return;
	sim->vms[sim->vcpus[vcpu].vm].nr_stuck--;
	thread_ready(sim, m->head, vcpu);
}

/* -- those who spin ------------------------------------------------------------ */

/* Is it of no use to spin, or to spin on? */
static bool is_spin_pointless(struct sim *sim, const struct sync *o, uint32_t before)
{
	if (o->holder == SP_NONE && mutex_of(sim, o)->owner != SP_NONE)
		return true;
	if (o->spec->owner != LOCK_OWNER_RUNNING)
		return false;
	return (o->holder != SP_NONE && sim->vcpus[o->holder].state != VS_RUNNING) ||
	       (before != SP_NONE && sim->vcpus[before].state != VS_RUNNING);
}

static uint64_t mutex_spin_left_ns(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	return is_spin_pointless(sim, o, sim->vcpus[vcpu].prev) ? 0 : NEVER;
}

static enum spin_outcome mutex_spin_over(struct sim *sim, uint32_t vcpu, struct sync *o)
{
	line_leave(sim, vcpu, o);
	sync_wait_drop(sim, vcpu);
	mutex_sleep_for(sim, vcpu, sim->vcpus[vcpu].waits);
	return SPIN_WAITS;
}

static void mutex_moved(struct sim *sim, uint32_t vcpu, struct sync *o, bool runs)
{
	(void)runs;
	if (o->spec->owner == LOCK_OWNER_RUNNING && sim->vcpus[vcpu].next != SP_NONE)
		spin_rearm(sim, sim->vcpus[vcpu].next);
}

static bool mutex_may_take(struct sim *sim, uint32_t vcpu, const struct sync *o)
{
	return o->head == vcpu && mutex_of(sim, o)->owner == SP_NONE;
}

static uint32_t mutex_next(struct sim *sim, uint32_t vm, struct sync *o)
{
	(void)vm;
	if (mutex_of(sim, o)->owner != SP_NONE)
		return SP_NONE;
	return o->head != SP_NONE && sim->vcpus[o->head].listed ? o->head : SP_NONE;
}

static uint32_t mutex_heir(const struct sync *o)
{
	return o->head;
}

static void mutex_owner_moved(struct sim *sim, struct sync *o)
{
	if (o->spec->owner == LOCK_OWNER_RUNNING)
		mutex_alert_spinners(sim, o);
}

/* -- taking and releasing ------------------------------------------------------ */

/* Would this thread wait for itself?  Only mutexes are held by who sleeps. */
static bool would_deadlock(struct sim *sim, uint32_t thread, struct sync *o)
{
	for (uint32_t depth = 0; depth <= WORLD_MAX_LOCKS; depth++) {
		uint32_t owner = mutex_owner_of(sim, o);
		const struct thread *t;

		if (owner == thread)
			return true;
		if (owner == SP_NONE)
			return false;
		t = thread_of(sim, owner);
		if (t->state == TT_LOADED && sim->vcpus[t->vcpu].act == ACT_LOCK)
			o = sync_of(sim, t->vm, sim->vcpus[t->vcpu].waits);
		else if (t->state == TT_WAITING && t->in_line)
			o = sync_of(sim, t->vm, t->waits);
		else
			return false;
		if (!object_has(o->kind, LOCK_SLEEPS))
			return false;
	}
	return false;
}

static bool mutex_take(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);
	struct mutex *m = mutex_of(sim, o);
	uint32_t thread = sim->threads->cpus[vcpu].thread;
	bool waited = thread_of(sim, thread)->in_line;

	if (o->holder != SP_NONE || (m->owner != SP_NONE && m->owner != thread))
		return false;
	if (waited) {
		mutex_step_out(sim, m);
		if (m->owner == SP_NONE)
			m->handover = false;
	} else if (m->head != SP_NONE) {
		sim->vms[v->vm].count[VC_LOCK_STEALS]++;
	}
	m->owner = SP_NONE;
	lock_take(sim, vcpu, index, false, waited);
	return true;
}

enum mutex_outcome mutex_acquire(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);
	uint32_t thread = sim->threads->cpus[vcpu].thread;

	if (mutex_take(sim, vcpu, index))
		return MUTEX_TAKEN;
	if (v->held && would_deadlock(sim, thread, o)) {
		lock_fail_deadlock(sim, vcpu, index);
		return MUTEX_SPINS; /* ends the run */
	}
	if (!thread_of(sim, thread)->in_line) {
		sim->cold[vcpu].want_ns = sim->now;
		if (o->spec->owner != LOCK_OWNER_OFF && !is_spin_pointless(sim, o, o->tail)) {
			trace_put(sim, TR_LOCK_WAIT, 0, v->pcpu, vcpu, index);
			sync_wait_begin(sim, vcpu, index, ACT_LOCK);
			line_join(sim, vcpu, o);
			sync_check_stuck(sim, v->vm);
			return MUTEX_SPINS;
		}
	}
	mutex_sleep_for(sim, vcpu, index);
	return MUTEX_SLEEPS;
}

void mutex_release(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);
	struct mutex *m = mutex_of(sim, o);

	lock_drop(sim, vcpu, index);
	if (m->handover && m->head != SP_NONE) {
		m->handover = false;
		m->owner = m->head;
		sync_update(sim, v->vm, o);
		mutex_alert_spinners(sim, o);
	} else {
		lock_hand_on(sim, v->vm, index);
	}
	wake_first(sim, vcpu, m);
}

LOCK_KIND(mutex, 80, LOCK_SLEEPS) = {
	.moved = mutex_moved,
	.leave = line_leave,
	.next = mutex_next,
	.may_take = mutex_may_take,
	.heir = mutex_heir,
	.spin_left_ns = mutex_spin_left_ns,
	.spin_over = mutex_spin_over,
	.owner_moved = mutex_owner_moved,
};
