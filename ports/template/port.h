/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.h - one pool of pCPUs under one policy, as a hypervisor's scheduler hooks
 * see it.  How to use it: port.c, from its head comment on.
 *
 * Unless it says otherwise, a function here may be called from any CPU, with
 * interrupts on or off, without the pool's lock; functions that return sp_s32
 * return 0 or a negative SP_E... and then nothing has changed.
 */
#ifndef PORT_H
#define PORT_H

#include "hv.h"

/* An answer that is no use is asked for again after this long. */
#define PORT_RETRY_NS 1000000u

struct port_pool {
	const struct sp_policy *policy;
	void *state; /* policy->state_size bytes, zeroed, aligned to 8 */
	sp_u64 last_ns; /* of the last call: time does not go back behind it */
	sp_u64 timer_ns; /* what hv_set_timer must arm, SP_NEVER_NS: nothing */
	sp_u64 nr_violations;
	sp_u64 online[SP_WORDS(SP_NR_PCPUS)];
	sp_id wanted_by[SP_NR_VCPUS]; /* pCPU that waits for its context to be saved, or SP_NONE */
};

/* Every policy that was compiled in: generated, a new one is there by itself. */
extern const struct sp_policy *const port_policies[];
extern const sp_u32 nr_port_policies;
/* By name, or NULL. */
const struct sp_policy *port_policy_find(const char *name);

/* -- life --------------------------------------------------------------------- */

/* Defaults of the policy's tunables, and a seed. */
void port_config_init(struct sp_config *config, const struct sp_policy *policy, sp_u64 seed);
/* No locks yet.  state: as in struct port_pool; there is no fini, free the state. */
sp_s32 port_pool_init(struct port_pool *pool, const struct sp_policy *policy, void *state,
		      const struct sp_config *config);
/* Then pick on it. */
sp_s32 port_pcpu_online(struct port_pool *pool, sp_u32 pcpu, const struct sp_topo *topo);
/* What ran there has stopped, port_vcpu_stopped has said so. */
void port_pcpu_offline(struct port_pool *pool, sp_u32 pcpu);

sp_s32 port_vm_add(struct port_pool *pool, sp_u32 vm, const struct sp_vm_config *config);
void port_vm_remove(struct port_pool *pool, sp_u32 vm);
/* Blocked, both times. */
sp_s32 port_vcpu_add(struct port_pool *pool, sp_u32 vcpu, const struct sp_vcpu_config *config);
void port_vcpu_remove(struct port_pool *pool, sp_u32 vcpu);

/* -- what happens to vCPUs ------------------------------------------------------ */

/* wake: members SP_WAKE_UNKNOWN and SP_NONE where nothing is known. */
void port_vcpu_wake(struct port_pool *pool, sp_u32 vcpu, const struct sp_wake *wake);
/* A runnable one that does not run. */
void port_vcpu_block(struct port_pool *pool, sp_u32 vcpu);
/* Exactly once for each time that one ran, before port_pick on that pCPU. */
void port_vcpu_stopped(struct port_pool *pool, const struct sp_stint *stint);
/* Its registers are in memory: it may run anywhere now.  Also at zero cost. */
void port_context_saved(struct port_pool *pool, sp_u32 vcpu);
/* Who runs on pcpu, where nothing runs now: a vCPU, or SP_NONE for idle.  Ask again
 * at *until_ns at the latest, in either case. */
sp_u32 port_pick(struct port_pool *pool, sp_u32 pcpu, sp_u64 *until_ns);

/* -- time ------------------------------------------------------------------------- */

/* What hv_set_timer asked for. */
void port_timer(struct port_pool *pool);
/* The periodic tick, if there is one.  vcpu SP_NONE: idle. */
void port_tick(struct port_pool *pool, const struct sp_tick *tick);

/* -- hints and changes: policies without the callback ignore or refuse them -------- */

void port_vcpu_spin(struct port_pool *pool, sp_u32 vcpu, sp_u32 target);
void port_vcpu_yield_to(struct port_pool *pool, sp_u32 from, sp_u32 to);
/* Where the hypervisor sees interrupts between vCPUs of a VM, and the target is not
 * blocked; where the hardware delivers them unseen, never. */
void port_vcpu_ipi(struct port_pool *pool, const struct sp_ipi *ipi);
sp_s32 port_vm_set_weight(struct port_pool *pool, sp_u32 vm, sp_u32 weight);
sp_s32 port_vcpu_set_weight(struct port_pool *pool, sp_u32 vcpu, sp_u32 weight);
sp_s32 port_vcpu_set_affinity(struct port_pool *pool, sp_u32 vcpu,
			      const struct sp_affinity *affinity);

#endif
