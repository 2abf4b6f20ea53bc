/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spin.c - what may happen to a vCPU because it spins.
 *
 * Spinning takes no time of its own: it ends when somebody else acts.  But a
 * spinner may lose patience (the kinds of lock that halt, or that jump the queue),
 * and the host may (a pause-loop exit).  Each such source says how much more
 * spinning it allows from now on; the least is the pCPU's next step.  Set-up lists
 * the sources that a world has (run/setup.c), for the host's stand above.
 *
 * Only time spun counts: running, and not paying overhead.  An interruption
 * (pcpu_charge) and the loss of the pCPU end the spinning; it begins anew
 * with sync_spin_begin, and is armed again.  cold.spun_ns adds up what one wait
 * has spun so far.
 */
#include "spin.h"

#include "engine/book/account.h"
#include "engine/core/pcpu.h"

void spin_arm(struct sim *sim, uint32_t vcpu)
{
	uint64_t least_ns = NEVER;

	for (uint32_t i = 0; i < sim->nr_spin_sources; i++)
		least_ns = sp_min(least_ns, sim->spin_sources[i].left_ns(sim, vcpu));
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

enum spin_outcome spin_event(struct sim *sim, uint32_t vcpu)
{
	for (uint32_t i = 0; i < sim->nr_spin_sources; i++) {
		enum spin_outcome outcome;

		if (sim->spin_sources[i].left_ns(sim, vcpu))
			continue;
		outcome = sim->spin_sources[i].act(sim, vcpu);
		if (outcome != SPIN_ON)
			return outcome;
	}
	spin_arm(sim, vcpu);
	return SPIN_ON;
}
