/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutex_owner.c - the owner of a mutex comes to a vCPU, and leaves it.
 *
 * While it is loaded, o->holder is its vCPU, as with any lock; while it is not, o->holder is
 * SP_NONE and mutex.owner says who.
 */
#include "mutex_owner.h"

#include "cause.h"
#include "engine/core/trace_put.h"
#include "spin.h"

/* The owner, or the one before in line, comes or goes: is spinning of any use now? */
void mutex_alert_spinners(struct sim *sim, const struct sync *o)
{
	for (uint32_t w = o->head; w != SP_NONE; w = sim->vcpus[w].next)
		spin_rearm(sim, w);
}

void mutex_owner_off(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	for (uint64_t held = v->held; held; held &= held - 1) {
		struct sync *o = sync_of(sim, v->vm, (uint32_t)__builtin_ctzll(held));

		sim->vms[v->vm].lock_held_ns += v->ran_ns - o->held_ran_ns;
		o->holder = SP_NONE;
		mutex_of(sim, o)->owner = sim->threads->cpus[vcpu].thread;
		sync_update(sim, v->vm, o);
		mutex_alert_spinners(sim, o);
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
