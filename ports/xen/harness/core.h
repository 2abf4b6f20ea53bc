/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core.h - a small scheduling core: calls a scheduler's hooks as Xen's own does.
 *
 * Hooks are called with the locks that Xen 4.17 holds there, one event at a time.
 * A context takes switch_ns to be saved after it was left; until then its unit
 * counts as running, and the scheduler must not start it elsewhere.
 *
 *	core_boot.c	units, domains, pCPUs, the pool
 *	core_pool.c	pCPUs come and go
 *	core_guest.c	guests come, go, block
 *	core_wake.c	wake, sleep, migrate
 *	core_run.c	schedule, and the loop of events
 *
 * What scenarios use is in machine.h; here is what these files share.
 */
#ifndef CORUN_HARNESS_CORE_H
#define CORUN_HARNESS_CORE_H

#include "machine.h"

struct sched_unit *core_new_unit(struct domain *d, unsigned int id);
struct domain *core_new_domain(domid_t id, unsigned int nr);

/* Work of the tools: on some pCPU of the pool, in nobody's context but its idle unit's. */
void core_be_anyone(struct host *h);
void core_set_state(struct vcpu *v, unsigned int state);
void core_wake(struct host *h, struct vcpu *v);
void core_sleep(struct host *h, struct vcpu *v);
/* The same with the schedule lock of its unit held. */
void core_sleep_locked(struct host *h, struct vcpu *v);
/* A unit that is to move and does not run goes where the scheduler says. */
void core_migrate_finish(struct host *h, struct sched_unit *unit);
/* vCPU i of the guest blocks or wakes, as it does every now and then. */
void core_flip(struct host *h, struct guest *g, unsigned int i);

#endif
