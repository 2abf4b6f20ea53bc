/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutex_wait.c - the line of the threads that sleep for a mutex, and how they come into it.
 */
#include "mutex_wait.h"

#include "lock.h"
#include "lock_line.h"
#include "mutex_owner.h"
#include "wait.h"

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
void mutex_step_out(struct sim *sim, struct mutex *m)
{
	struct thread *t = thread_of(sim, m->head);

	t->in_line = false;
	m->head = t->beside;
	if (m->head == SP_NONE)
		m->tail = SP_NONE;
}

/* The vCPU's thread is to sleep for it: its vCPU is told to find another. */
void mutex_sleep_for(struct sim *sim, uint32_t vcpu, uint32_t index)
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
		mutex_step_out(sim, m);
		line_up(sim, thread, m);
	}
	v->waits = (uint16_t)index;
	v->timer_ns = NEVER;
	sim->vms[v->vm].nr_stuck++;
	sim->vms[v->vm].count[VC_MUTEX_SLEEPS]++;
}

bool mutex_spin_stop(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, v->waits);

	line_leave(sim, vcpu, o);
	sync_wait_drop(sim, vcpu);
	if (mutex_owner_of(sim, o) != SP_NONE) {
		mutex_sleep_for(sim, vcpu, v->waits);
		return true;
	}
	/* free, as it had not looked yet since it came back: to sleep now would be for good */
	lock_hand_on(sim, v->vm, v->waits);
	return false;
}
