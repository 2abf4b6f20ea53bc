/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stolen.h - pCPU time that the host takes for work of its own.
 */
#ifndef CORUN_STOLEN_H
#define CORUN_STOLEN_H

#include "engine/core/state.h"

/* p->stolen_ns for the first time. */
void stolen_start(struct sim *sim, struct pcpu *p);
/* p->stolen_ns has come: how long the host has p, and when it will come again. */
uint64_t stolen_next(struct sim *sim, struct pcpu *p);
/* If the host has p, it gives it back: p is idle. */
void stolen_end(struct sim *sim, struct pcpu *p);

#endif
