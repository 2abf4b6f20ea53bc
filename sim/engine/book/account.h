/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account.h - where the time goes.
 *
 * The storey book keeps the accounts and decides nothing: each vCPU, pCPU, VM and pool
 * is booked up to an instant, and whoever is about to change a state that is booked by
 * calls here first.  It knows of waits only the clocks of their causes.
 */
#ifndef CORUN_ACCOUNT_H
#define CORUN_ACCOUNT_H

#include "engine/core/state.h"

/* -- vCPUs and their VMs ---------------------------------------------------------- */

/* Books a vCPU's time up to now under its mode. */
void account_spent(struct sim *sim, uint32_t vcpu, uint64_t spent_ns);

static inline void account_vcpu(struct sim *sim, uint32_t vcpu)
{
	uint64_t spent_ns = sim->now - sim->vcpus[vcpu].since_ns;

	if (spent_ns)
		account_spent(sim, vcpu, spent_ns);
}

/* Books and changes the mode. */
void account_mode(struct sim *sim, uint32_t vcpu, uint32_t mode);
/* Brings the VM's co-run and LHP clocks up to now; call before they change. */
void account_vm(struct sim *sim, struct vm *vm);
struct hist *account_hist(struct sim *sim, uint32_t vm, enum group_hist which);
/* A wait that is still open enters with the age it has: starving must show. */
void account_censored(struct sim *sim, uint32_t vm, enum group_hist which, uint64_t since_ns);

/* -- pCPUs, and vCPUs that wait for one --------------------------------------------- */

/* Idle, offline and stolen time; a busy pCPU is booked through its vCPU. */
void account_pcpu(struct sim *sim, struct pcpu *p);
void account_pool(struct sim *sim, struct pool *pool);
void account_affinity(struct sim *sim, struct affinity *a);
/* A vCPU begins or ends to wait for a pCPU. */
void account_wait_begin(struct sim *sim, uint32_t vcpu);
void account_wait_end(struct sim *sim, uint32_t vcpu);

/* -- spinning, and speed ------------------------------------------------------------ */

/* An object's clock of one cause, brought up to now. */
uint64_t sync_clock(const struct sim *sim, const struct sync *o, uint32_t cause);
/* Books the spin time of a listed vCPU up to now, by cause. */
void sync_spin_book(struct sim *sim, uint32_t vcpu);
/* Does what runs on p share its core with somebody, and is slowed by that? */
bool smt_is_slow(const struct sim *sim, const struct pcpu *p);

#endif
