/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.h - everything that touches the policy.
 */
#ifndef CORUN_PORT_H
#define CORUN_PORT_H

#include "engine/core/state.h"

int port_init(struct sim *sim, struct pool *pool, struct error *err);
void port_pcpu_online(struct sim *sim, struct pcpu *p);
void port_pcpu_offline(struct sim *sim, struct pcpu *p);
int port_vm_start(struct sim *sim, uint32_t vm);
void port_vm_stop(struct sim *sim, uint32_t vm);
void port_wake(struct sim *sim, uint32_t vcpu, uint32_t reason, uint32_t waker, uint32_t pcpu);
void port_block(struct sim *sim, uint32_t vcpu);
void port_stopped(struct sim *sim, struct pcpu *p, uint32_t vcpu, uint32_t why, uint64_t ran_ns);
/* The vCPU to run on p, or SP_NONE; sets p->until_ns. */
uint32_t port_pick(struct sim *sim, struct pcpu *p);
/* vcpu, running, was seen spinning; target: for whom, or SP_NONE. */
void port_spin(struct sim *sim, uint32_t vcpu, uint32_t target);
/* from, running, gives way to `to`, a runnable sibling; false: the policy has no way to. */
bool port_yield_to(struct sim *sim, uint32_t from, uint32_t to);
void port_timer(struct sim *sim, struct pool *pool);
void port_tick(struct sim *sim, struct pcpu *p);
void port_ipi(struct sim *sim, uint32_t from, uint32_t to, bool waits);

#endif
