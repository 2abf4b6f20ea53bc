/* SPDX-License-Identifier: BSD-2-Clause */
/* gen.h - runs a plan: time, guests, and the chaos that a host may be. */
#ifndef GEN_H
#define GEN_H

#include "plan.h"

/*
 * Give h a fresh pool and call init.  state: policy->state_size bytes, zeroed;
 * out: zeroed or used before.  The observer may be one that does nothing.
 */
void gen_start(struct host *h, const struct sp_policy *policy, const struct plan *plan, void *state,
	       struct sp_out *out, struct observer *observer);
/* pCPUs online and VMs added, as the plan has it. */
void gen_populate(struct host *h);
/* Until the plan's end or until an observer breaks the run. */
void gen_run(struct host *h);
void gen_fini(struct host *h);

/* gen_chaos.c: one coming, going, change or stray call; a VM of random make. */
void gen_chaos(struct host *h);
void gen_add_vm(struct host *h);

#endif
