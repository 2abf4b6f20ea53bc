/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wait.c - who waits for what: a wait begins, is spun, and ends; vCPUs come and go meanwhile.
 */
#include "wait.h"

#include "cause.h"
#include "engine/book/account.h"
#include "engine/core/fail.h"
#include "engine/core/pcpu.h"
#include "engine/core/thread.h"
#include "ipi_box.h"
#include "lock_kind.h"

/* -- spinning ------------------------------------------------------------------ */

void sync_spin_begin(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, v->waits);

	account_mode(sim, vcpu, VT_SPIN_CONTENTION);
	for (uint32_t c = 0; c < NR_CAUSES; c++)
		sim->cold[vcpu].clock[c] = sync_clock(sim, o, c);
	sim->cold[vcpu].loop_ns = sim->cold[vcpu].spun_ns;
	v->listed = true;
	o->nr_listed++;
	if (o->cause == CAUSE_LHP)
		sync_mark_harm(sim, v->vm, o);
	if (o->nr_listed == 1)
		sync_update_barriers(sim, v->vm);
}

void sync_spin_end(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	account_mode(sim, vcpu, VT_OVERHEAD);
	v->listed = false;
	sync_of(sim, v->vm, v->waits)->nr_listed--;
	sync_leave_harm(sim, v->vm, sync_of(sim, v->vm, v->waits));
}

/* -- waiting ------------------------------------------------------------------- */

void sync_wait_begin(struct sim *sim, uint32_t vcpu, uint32_t index, enum vcpu_act act)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, index);

	v->act = (uint8_t)act;
	v->waits = (uint16_t)index;
	sim->cold[vcpu].want_ns = sim->now;
	sim->cold[vcpu].spun_ns = sim->cold[vcpu].asked_ns = 0;
	o->nr_waiting++;
	o->nr_on++;
	sim->vms[v->vm].nr_stuck++;
	if (v->held) {
		o->nr_nesting++;
		sync_update_held(sim, vcpu);
	}
}

void sync_wait_drop(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, v->waits);

	if (v->listed)
		sync_spin_end(sim, vcpu);
	o->nr_waiting--;
	o->nr_on--;
	sim->vms[v->vm].nr_stuck--;
	if (v->held)
		o->nr_nesting--;
	v->act = ACT_ADVANCE;
	if (v->held)
		sync_update_held(sim, vcpu);
}

void sync_wait_end(struct sim *sim, uint32_t vcpu, uint64_t pay_ns)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct sync *o = sync_of(sim, v->vm, v->waits);
	struct pcpu *p;

	if (v->listed)
		sync_spin_end(sim, vcpu);
	o->nr_waiting--;
	sim->vms[v->vm].nr_stuck--;
	if (v->held)
		o->nr_nesting--;
	v->act = ACT_ADVANCE;
	v->pc++;
	sim->vms[v->vm].count[VC_STEPS] += !object_is_lock(o->kind);
	v->debt_ns += pay_ns;
	if (v->state != VS_RUNNING)
		return;
	o->nr_on--;
	account_mode(sim, vcpu, VT_OVERHEAD);
	p = &sim->pcpus[v->pcpu];
	p->step_ns = sim->now + v->debt_ns;
	pcpu_arm_step(sim, p);
	if (v->held)
		sync_update_held(sim, vcpu);
}

/* -- vCPUs come and go --------------------------------------------------------- */

/* The kinds of the locks that v has: it came or left. */
static void tell_kinds(struct sim *sim, const struct vcpu *v)
{
	for (uint64_t held = v->held; held; held &= held - 1) {
		struct sync *o = sync_of(sim, v->vm, (uint32_t)__builtin_ctzll(held));

		if (o->lock->owner_moved)
			o->lock->owner_moved(sim, o);
	}
}

void sync_vcpu_moved(struct sim *sim, uint32_t vcpu, bool runs)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	if (vcpu_is_waiting(v)) {
		struct sync *o = sync_of(sim, v->vm, v->waits);

		if (runs)
			o->nr_on++;
		else
			o->nr_on--;
		if (v->act == ACT_LOCK && o->lock->moved)
			o->lock->moved(sim, vcpu, o, runs);
		if (v->act == ACT_LOCK && sync_is_free(o))
			sync_update(sim, v->vm, o);
	}
	if (v->held) {
		sync_update_holder_off(sim, vcpu);
		sync_update_held(sim, vcpu);
		if (sim->vms[v->vm].threaded)
			tell_kinds(sim, v);
	}
	sync_update_barriers(sim, v->vm);
	if (sim->ipi)
		ipi_moved(sim, vcpu);
}

void sync_vcpu_woke(struct sim *sim, uint32_t vcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];

	if (v->act == ACT_LOCK && sync_is_free(sync_of(sim, v->vm, v->waits)))
		sync_update(sim, v->vm, sync_of(sim, v->vm, v->waits));
	if (v->held) {
		sync_update_holder_off(sim, vcpu);
		sync_update_held(sim, vcpu);
	}
	sync_update_barriers(sim, v->vm);
	if (sim->ipi)
		ipi_moved(sim, vcpu);
}

/* -- nobody can go on ---------------------------------------------------------- */

/* At a signal one may wait for good: a worker without work is no deadlock. */
static bool idles_at_signal(const struct sim *sim, uint32_t vm, uint32_t act, uint32_t object)
{
	return act == ACT_BARRIER && !sim->syncs[sim->vms[vm].first_object + object].parties;
}

/* A thread of this VM that waits and is not loaded, or SP_NONE. */
static uint32_t threads_stuck(const struct sim *sim, uint32_t vm)
{
	const struct guest *g = sim->vms[vm].guest;

	for (uint32_t i = g->first_thread; i < g->first_thread + g->nr_threads; i++) {
		const struct thread *t = thread_of(sim, i);

		if (idles_at_signal(sim, vm, t->act, t->waits))
			continue;
		if (t->state == TT_WAITING || (t->state == TT_READY && t->act == ACT_BARRIER))
			return i;
	}
	return SP_NONE;
}

/* Names one vCPU that waits and what for. */
static void fail_stuck(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];
	const struct thread *t;
	uint32_t thread;
	char name[128];

	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++) {
		const struct vcpu *c = &sim->vcpus[v];
		const struct program *program = &sim->world->programs[c->program];

		if (!vcpu_is_waiting(c) || idles_at_signal(sim, vm, c->act, c->waits))
			continue;
		if (c->act == ACT_IPI) {
			ipi_fail_deadlock(sim, v);
			return;
		}
		sim_fail(sim, STATUS_MODEL, "deadlock",
			 "guest deadlock at %llu ns: %s waits at %s '%s' (line %u), and no vCPU of "
			 "its VM can go on",
			 (unsigned long long)sim->now, sim_vcpu_name(sim, v, name),
			 c->act == ACT_LOCK ? "lock" : "barrier", program->objects[c->waits].name,
			 sim_vcpu_line(sim, v));
		return;
	}
	thread = threads_stuck(sim, vm);
	t = thread_of(sim, thread);
	sim_fail(sim, STATUS_MODEL, "deadlock",
		 "guest deadlock at %llu ns: %s waits at %s '%s' (line %u), and no thread of its "
		 "VM "
		 "can go on",
		 (unsigned long long)sim->now, thread_name(sim, thread, name),
		 t->act == ACT_BARRIER ? "barrier" : "lock",
		 sim->world->programs[t->program].objects[t->waits].name, thread_line(sim, thread));
}

void sync_check_stuck(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];
	bool waits = false;

	if (m->nr_stuck < m->nr_threads || (sim->ipi && ipi_has_hope(sim, vm)))
		return;
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++) {
		const struct vcpu *c = &sim->vcpus[v];

		if (!vcpu_is_waiting(c) || idles_at_signal(sim, vm, c->act, c->waits))
			continue;
		/* A free lock is there for whoever runs first. */
		if (c->act == ACT_LOCK && sync_is_free(sync_of(sim, vm, c->waits)))
			return;
		waits = true;
	}
	if (waits || (m->threaded && threads_stuck(sim, vm) != SP_NONE))
		fail_stuck(sim, vm);
}

void sync_reset(struct sim *sim, uint32_t vm)
{
	struct vm *m = &sim->vms[vm];

	for (uint32_t i = 0; i < (uint32_t)m->nr_objects + m->nr_ipi_objects; i++) {
		struct sync *o = &sim->syncs[m->first_object + i];

		o->clock[o->cause] += sim->now - o->clock_ns;
		o->clock_ns = sim->now;
		o->cause = CAUSE_CONTENTION;
		o->holder = o->head = o->tail = o->thieves = SP_NONE;
		o->pending = false;
		o->nr_readers = 0;
		o->kept = 0;
		o->nr_waiting = o->nr_on = o->nr_listed = o->nr_nesting = o->nr_parked = 0;
		o->holder_off = false;
	}
	if (sim->ipi)
		ipi_reset(sim, vm);
	m->nr_holders_off = 0;
	m->nr_stuck = 0;
}
