/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipi_send.h - the sender's side of interrupts, and the answers.
 */
#ifndef CORUN_IPI_SEND_H
#define CORUN_IPI_SEND_H

#include "engine/core/state.h"

/* The step at pc: true if the vCPU waits from now on.  What it owes is in debt_ns. */
bool ipi_send(struct sim *sim, uint32_t vcpu, const struct op *op);
/* p's irq_ns has come. */
void ipi_event(struct sim *sim, struct pcpu *p);

#endif
