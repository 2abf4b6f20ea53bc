/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cause.h - why those who wait burn time: the end of the wait-for chain.
 */
#ifndef CORUN_CAUSE_H
#define CORUN_CAUSE_H

#include "engine/core/state.h"

static inline bool vcpu_is_waiting(const struct vcpu *v)
{
	return v->act == ACT_LOCK || v->act == ACT_BARRIER || v->act == ACT_IPI;
}

static inline bool sync_is_free(const struct sync *o)
{
	return o->holder == SP_NONE && !o->nr_readers;
}

/* Does it hold the lock as a reader? */
static inline bool lock_is_read_by(const struct sync *o, uint32_t vcpu)
{
	return o->nr_readers && o->holder != vcpu;
}

/* A free lock: is it kept for a waiter that is runnable and off CPU? */
bool lock_is_kept(const struct sim *sim, const struct sync *o);

/* The object's cause may have changed. */
void sync_update(struct sim *sim, uint32_t vm, struct sync *o);
/* The same for the VM's barriers: their cause hangs on who runs. */
void sync_update_barriers(struct sim *sim, uint32_t vm);
/* ... for the locks that a vCPU has, ... */
void sync_update_held(struct sim *sim, uint32_t vcpu);
/* ... and for the senders that wait for its answer. */
void ipi_moved(struct sim *sim, uint32_t vcpu);
/* Is it, having locks, off CPU against its will?  account_vm has been called. */
void sync_update_holder_off(struct sim *sim, uint32_t vcpu);

/* The vCPU at the end of the chain that is runnable and off CPU.  SP_NONE: there is none. */
uint32_t sync_culprit(struct sim *sim, uint32_t vcpu);

/* A spinner has come to o, whose holder is preempted; or leaves it. */
void sync_mark_harm(struct sim *sim, uint32_t vm, const struct sync *o);
void sync_leave_harm(struct sim *sim, uint32_t vm, const struct sync *o);
/* Counts the harm of a preempted holder if somebody has spun for it by now. */
void sync_settle_harm(struct sim *sim, uint32_t holder);

#endif
