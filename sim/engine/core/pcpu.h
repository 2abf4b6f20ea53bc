/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcpu.h - a pCPU's slot in the event queue: the earliest of all that may happen there.
 */
#ifndef CORUN_PCPU_H
#define CORUN_PCPU_H

#include "state.h"

/* What may happen there has changed. */
void pcpu_arm(struct sim *sim, struct pcpu *p);

/* The same when only step_ns has changed since. */
static inline void pcpu_arm_step(struct sim *sim, struct pcpu *p)
{
	uint64_t key = queue_key(p->step_ns, EV_STEP, p->tie);

	queue_arm(&sim->queue, (uint32_t)(p - sim->pcpus), key < p->other_key ? key : p->other_key);
}

/* The next that happens inside the guest that runs on p, tick or timer, may have changed. */
void pcpu_arm_guest(struct sim *sim, struct pcpu *p);
/* It picks then, unless it does so earlier. */
void pcpu_kick(struct sim *sim, struct pcpu *p, uint64_t at_ns);
/* The phase of tick number `at` of `nr`; bits: of a random one. */
uint64_t pcpu_tick_phase(enum phases phases, uint64_t period_ns, uint32_t at, uint32_t nr,
			 uint64_t bits);
/* The first instant after now that is a multiple of the period, plus the phase. */
uint64_t pcpu_next_tick(uint64_t now, uint64_t period_ns, uint64_t phase_ns);
/* The earliest timer of a vCPU's sleeping threads, or NEVER. */
uint64_t threads_timer_ns(const struct sim *sim, uint32_t vcpu);

/* p keeps its vCPU, halted, and polls for it: its step_ns comes then. */
static inline bool is_polling(const struct sim *sim, const struct pcpu *p)
{
	return p->current != SP_NONE && sim->vcpus[p->current].state == VS_BLOCKED;
}

#endif
