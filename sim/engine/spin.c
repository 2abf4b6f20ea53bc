/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spin.c - what may happen to a vCPU because it spins.
 *
 * Spinning takes no time of its own: it ends when somebody else acts.  But a
 * spinner may lose patience (the kinds of lock that halt, or that jump the queue),
 * and the host may (a pause-loop exit).  Each such source says how much more
 * spinning it allows from now on; the least is the pCPU's next step.
 *
 * Only time spun counts: running, and not paying overhead.  An interruption
 * (pcpu_charge) and the loss of the pCPU end the spinning; it begins anew
 * with sync_spin_begin, and is armed again.  cold.spun_ns adds up what one wait
 * has spun so far.
 */
#include "engine.h"

struct spin_source {
	/* Spinning left until it acts; 0: now.  NEVER: nothing.  All is booked up to now. */
	uint64_t (*left_ns)(struct sim *sim, uint32_t vcpu);
	/* It acts.  Its left_ns must not be 0 afterwards, if the vCPU spins on. */
	enum spin_outcome (*act)(struct sim *sim, uint32_t vcpu);
};

/* In the order in which they act when they are due together. */
static const struct spin_source sources[] = {
	{lock_spin_left_ns, lock_spin_over},
	{pv_yield_left_ns, pv_yield_act},
	{ple_left_ns, ple_act},
};

#define NR_SOURCES (sizeof(sources) / sizeof(sources[0]))

void spin_arm(struct sim *sim, uint32_t vcpu)
{
	uint64_t least_ns = NEVER;

	for (uint32_t i = 0; i < NR_SOURCES; i++)
		least_ns = sp_min(least_ns, sources[i].left_ns(sim, vcpu));
	sim->pcpus[sim->vcpus[vcpu].pcpu].step_ns = least_ns == NEVER ? NEVER : sim->now + least_ns;
}

void spin_rearm(struct sim *sim, uint32_t vcpu)
{
	if (!sim->vcpus[vcpu].listed)
		return;
	account_vcpu(sim, vcpu);
	spin_arm(sim, vcpu);
	pcpu_arm_step(sim, &sim->pcpus[sim->vcpus[vcpu].pcpu]);
}

enum guest_outcome spin_event(struct sim *sim, uint32_t vcpu)
{
	for (uint32_t i = 0; i < NR_SOURCES; i++) {
		if (sources[i].left_ns(sim, vcpu))
			continue;
		switch (sources[i].act(sim, vcpu)) {
		case SPIN_ON:
			break;
		case SPIN_OVER:
			return GUEST_RUNS;
		case SPIN_BLOCKS:
			return GUEST_BLOCKS;
		case SPIN_YIELDS:
			return GUEST_YIELDS;
		case SPIN_WAITS:
			return guest_wait(sim, vcpu);
		}
	}
	spin_arm(sim, vcpu);
	return GUEST_RUNS;
}
