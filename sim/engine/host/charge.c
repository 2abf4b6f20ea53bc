/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * charge.c - interruptions: ticks and interrupts cost the vCPU that they hit.
 */
#include "charge.h"

#include "engine/book/account.h"
#include "engine/core/pcpu.h"
#include "engine/wait/ipi_target.h"
#include "engine/wait/wait.h"

void pcpu_charge(struct sim *sim, struct pcpu *p, uint64_t cost_ns)
{
	uint32_t vcpu = p->current;
	struct vcpu *v = &sim->vcpus[vcpu];

	if (!cost_ns || is_polling(sim, p))
		return; /* who polls looks a little later */
	account_vcpu(sim, vcpu);
	v->debt_ns += cost_ns;
	if (v->listed) {
		sync_spin_end(sim, vcpu);
		p->step_ns = sim->now + v->debt_ns;
	} else {
		p->step_ns += cost_ns;
	}
	if (sim->ipi)
		ipi_put_off(sim, p, cost_ns);
}
