/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutex_owner.h - who has a mutex: a thread, whether it is loaded or not.
 */
#ifndef CORUN_MUTEX_OWNER_H
#define CORUN_MUTEX_OWNER_H

#include "engine/core/thread.h"

static inline struct mutex *mutex_of(struct sim *sim, const struct sync *o)
{
	return &sim->threads->mutexes[o - sim->syncs];
}

/* The thread that has it, or SP_NONE. */
static inline uint32_t mutex_owner_of(struct sim *sim, const struct sync *o)
{
	return o->holder != SP_NONE ? sim->threads->cpus[o->holder].thread
				    : mutex_of(sim, o)->owner;
}

/* The thread that leaves, or has come to, this vCPU owns v->held. */
void mutex_owner_off(struct sim *sim, uint32_t vcpu);
void mutex_owner_on(struct sim *sim, uint32_t vcpu);
/* The owner, or the one before in line, comes or goes: is spinning of any use now? */
void mutex_alert_spinners(struct sim *sim, const struct sync *o);

#endif
