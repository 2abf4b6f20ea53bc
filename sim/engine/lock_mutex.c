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
 * The owner is a thread.  While it is loaded, o->holder is its vCPU, as with any lock;
 * while it is not, o->holder is SP_NONE and mutex.owner says who.  Spinners wait in
 * o's line, as for any lock; sleepers in the mutex's own.
 */
#include "threads.h"

static struct mutex *mutex_of(struct sim *sim, const struct sync *o)
{
	return &sim->threads->mutexes[o - sim->syncs];
}

/* The thread that has it, or SP_NONE. */
static uint32_t owner_of(struct sim *sim, const struct sync *o)
{
	return o->holder != SP_NONE ? sim->threads->cpus[o->holder].thread
				    : mutex_of(sim, o)->owner;
}

/* -- those who sleep --------------------------------------------------------------- */

static void line_up(struct sim *sim, uint32_t thread, struct mutex *m)
{
	struct thread *t = thread_of(sim, thread);

	t->in_line = true;
	t->beside = SP_NONE;
	if (m->tail == SP_NONE)
		m->head = (uint16_t)thread;
	else
		thread_of(sim, m->tail)->beside = (uint16_t)thread;
	m->tail = (uint16_t)thread;
}

/* The first in line leaves it: awake, it has the mutex, or has been too late. */
static void step_out(struct sim *sim, struct mutex *m)
{
	struct thread *t = thread_of(sim, m->head);

	t->in_line = false;
	m->head = t->beside;
	if (m->head == SP_NONE)
		m->tail = SP_NONE;
}

/* The vCPU's thread is to sleep for it: its vCPU is told to find another. */
static void sleep_for(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);
	struct mutex *m = mutex_of(sim, o);
	uint32_t thread = sim->threads->cpus[vcpu].thread;

	if (!thread_of(sim, thread)->in_line) {
		line_up(sim, thread, m);
	} else if (o->spec->handover) {
		m->handover = true;
	} else {
		step_out(sim, m);
		line_up(sim, thread, m);
	}
	v->waits = (uint16_t)index;
	v->timer_ns = NEVER;
	sim->vms[v->vm].nr_stuck++;
	sim->vms[v->vm].count[VC_MUTEX_SLEEPS]++;
}

static void wake_first(struct sim *sim, uint32_t vcpu, struct mutex *m)
{
	if (m->head == SP_NONE || thread_of(sim, m->head)->state != TT_WAITING)
		return;
	sim->vms[sim->vcpus[vcpu].vm].nr_stuck--;
	thread_ready(sim, m->head, vcpu);
}

/* -- those who spin ----------------------------------------------------------------- */

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
	sleep_for(sim, vcpu, sim->vcpus[vcpu].waits);
	return SPIN_WAITS;
}

/* The owner, or the one before in line, comes or goes: is spinning of any use now? */
static void alert_spinners(struct sim *sim, const struct sync *o)
{
	for (uint32_t w = o->head; w != SP_NONE; w = sim->vcpus[w].next)
		spin_rearm(sim, w);
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

bool mutex_spin_stop(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, v->waits);

	line_leave(sim, vcpu, o);
	sync_wait_drop(sim, vcpu);
	if (owner_of(sim, o) != SP_NONE) {
		sleep_for(sim, vcpu, v->waits);
		return true;
	}
	/* free, as it had not looked yet since it came back: to sleep now would be for good */
	lock_hand_on(sim, v->vm, v->waits);
	return false;
}

static uint32_t mutex_heir(const struct sync *o)
{
	return o->head;
}

/* -- taking and releasing ------------------------------------------------------------- */

/* Would this thread wait for itself?  Only mutexes are held by who sleeps. */
static bool would_deadlock(struct sim *sim, uint32_t thread, struct sync *o)
{
	for (uint32_t depth = 0; depth <= WORLD_MAX_LOCKS; depth++) {
		uint32_t owner = owner_of(sim, o);
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
		step_out(sim, m);
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
	sleep_for(sim, vcpu, index);
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
		alert_spinners(sim, o);
	} else {
		lock_hand_on(sim, v->vm, index);
	}
	wake_first(sim, vcpu, m);
}

/* -- the owner comes and goes ---------------------------------------------------------- */

void mutex_owner_off(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	for (uint64_t held = v->held; held; held &= held - 1) {
		struct sync *o = sync_of(sim, v->vm, (uint32_t)__builtin_ctzll(held));

		sim->vms[v->vm].lock_held_ns += v->ran_ns - o->held_ran_ns;
		o->holder = SP_NONE;
		mutex_of(sim, o)->owner = sim->threads->cpus[vcpu].thread;
		sync_update(sim, v->vm, o);
		alert_spinners(sim, o);
	}
}

void mutex_owner_on(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	for (uint64_t held = v->held; held; held &= held - 1) {
		struct sync *o = sync_of(sim, v->vm, (uint32_t)__builtin_ctzll(held));

		o->holder = (uint16_t)vcpu;
		o->held_ran_ns = v->ran_ns;
		trace_put(sim, TR_LOCK_ACQUIRED, 3, v->pcpu, vcpu, (uint32_t)__builtin_ctzll(held));
		mutex_of(sim, o)->owner = SP_NONE;
	}
}

static void mutex_owner_moved(struct sim *sim, struct sync *o)
{
	if (o->spec->owner == LOCK_OWNER_RUNNING)
		alert_spinners(sim, o);
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
