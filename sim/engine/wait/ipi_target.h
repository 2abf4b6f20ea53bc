/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipi_target.h - the target's side of interrupts: when it takes them, and what it owes then.
 */
#ifndef CORUN_IPI_TARGET_H
#define CORUN_IPI_TARGET_H

#include "ipi_box.h"

/* Starts on the head, if it is there: what that costs.  The vCPU runs. */
uint64_t ipi_handle(struct sim *sim, uint32_t vcpu);
/* When p's vCPU is next concerned with its box.  All is booked up to now. */
void ipi_set_irq(struct sim *sim, struct pcpu *p);
/* The vCPU has been switched in on p; p is armed by the caller. */
void ipi_vcpu_on(struct sim *sim, struct pcpu *p, uint32_t vcpu);
/* It blocks; timer_ns may be brought forward to an interrupt under way to it. */
void ipi_vcpu_blocks(struct sim *sim, uint32_t vcpu);
/* The vCPU on p owes so much more before it goes on. */
void ipi_put_off(struct sim *sim, struct pcpu *p, uint64_t by_ns);
/* A section begins or ends that keeps interrupts off; they nest. */
void ipi_off(struct sim *sim, uint32_t vcpu);
/* ... ends: true if an interrupt is taken there and then, and debt_ns is to be paid. */
bool ipi_on(struct sim *sim, uint32_t vcpu);
/* Interrupts are off and a guest tick has come: it will be paid at the end. */
bool ipi_delays_tick(struct sim *sim, uint32_t vcpu);
/* It is to wake for an interrupt: how it slept is remembered, so that it can go on. */
void ipi_disturb(struct sim *sim, uint32_t vcpu);
/* It was woken for an interrupt only, and blocks again (timer_ns is set). */
bool ipi_sleeps_on(struct sim *sim, uint32_t vcpu);

#endif
