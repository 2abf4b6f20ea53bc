/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipi.h - interrupts inside a VM: from vCPU to vCPU, and sections that keep them off.
 *
 * sim.ipi is NULL where no program sends any or turns any off: then nothing here is
 * called (ipi_setup and ipi_free apart).
 */
#ifndef CORUN_IPI_H
#define CORUN_IPI_H

#include "engine.h"

/* 0, or -1 without memory. */
int ipi_setup(struct sim *sim);
void ipi_free(struct sim *sim);

/* -- the sender's side (guest.c) ---------------------------------------------- */

/* The step at pc: true if the vCPU waits from now on.  What it owes is in debt_ns. */
bool ipi_send(struct sim *sim, uint32_t vcpu, const struct op *op);
/* A section begins or ends that keeps interrupts off; they nest. */
void ipi_off(struct sim *sim, uint32_t vcpu);
/* ... ends: true if an interrupt is taken there and then, and debt_ns is to be paid. */
bool ipi_on(struct sim *sim, uint32_t vcpu);
/* Interrupts are off and a guest tick has come: it will be paid at the end. */
bool ipi_delays_tick(struct sim *sim, uint32_t vcpu);
/* It waits for several siblings and has yet to look for one to yield to: once a wait. */
bool ipi_may_ask(const struct sim *sim, uint32_t vcpu);
void ipi_asked(struct sim *sim, uint32_t vcpu);
/* It is about to answer an interrupt, perhaps at this very instant. */
bool ipi_handles(const struct sim *sim, uint32_t vcpu);
/* An interrupt has been sent to it that it has not handled yet. */
bool ipi_is_pending(const struct sim *sim, uint32_t vcpu);
/* It was woken for an interrupt only, and blocks again (timer_ns is set). */
bool ipi_sleeps_on(struct sim *sim, uint32_t vcpu);

/* -- the target's side (host.c, engine.c) --------------------------------------- */

/* The vCPU has been switched in on p; p is armed by the caller. */
void ipi_vcpu_on(struct sim *sim, struct pcpu *p, uint32_t vcpu);
/* It blocks; timer_ns may be brought forward to an interrupt under way to it. */
void ipi_vcpu_blocks(struct sim *sim, uint32_t vcpu);
/* The vCPU on p owes so much more before it goes on. */
void ipi_put_off(struct sim *sim, struct pcpu *p, uint64_t by_ns);
/* p's irq_ns has come. */
void ipi_event(struct sim *sim, struct pcpu *p);

/* -- why a sender waits (sync.c), and what is left (account.c) ------------------ */

/* Why o's sender spins: enum cause. */
uint32_t ipi_cause(struct sim *sim, uint32_t vm, const struct sync *o);
/* One that is off CPU and has yet to answer this sender, or SP_NONE. */
uint32_t ipi_culprit(const struct sim *sim, uint32_t vcpu);
/* vcpu came or left: those who wait for its answer have another cause, perhaps. */
void ipi_moved(struct sim *sim, uint32_t vcpu);
/* A lock's cause has changed. */
void ipi_update(struct sim *sim, uint32_t vm);
/* It has begun to wait: fails the run if that is for something that only it can give. */
void ipi_check_deadlock(struct sim *sim, uint32_t vcpu);
/* Is an interrupt under way to one that can still take it? */
bool ipi_has_hope(struct sim *sim, uint32_t vm);
/* The VM stops. */
void ipi_reset(struct sim *sim, uint32_t vm);
/* The window begins. */
void ipi_window(struct sim *sim);
/* Law 10: 0, or by how many the interrupts sent and those answered or open differ. */
uint64_t ipi_lost(struct sim *sim, uint32_t vm);

#endif
