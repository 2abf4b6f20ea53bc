/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcpu.c - what may happen on a pCPU, folded into its one slot of the event queue.
 */
#include "pcpu.h"

#include "thread.h"

static uint64_t earlier(uint64_t key, uint64_t at_ns, uint32_t class, uint32_t tie)
{
	uint64_t other = queue_key(at_ns, class, tie);

	return other < key ? other : key;
}

void pcpu_arm(struct sim *sim, struct pcpu *p)
{
	uint64_t key = QUEUE_NEVER, resched_ns;

	if (p->naps != SP_NONE)
		key = earlier(key, sim->vcpus[p->naps].timer_ns, EV_WAKE, p->tie);
	if (p->stolen_ns != NEVER) /* not within a switch */
		key = earlier(key, sp_max(p->stolen_ns, p->busy_ns), EV_STOLEN, p->tie);
	if (p->state != PS_OFFLINE) {
		resched_ns = p->kick_ns < p->until_ns ? p->kick_ns : p->until_ns;
		if (resched_ns < p->busy_ns)
			resched_ns = p->busy_ns;
		key = earlier(key, resched_ns, EV_RESCHED, p->tie);
	}
	if (p->state == PS_BUSY) {
		key = earlier(key, p->tick_ns, EV_TICK, p->tie);
		key = earlier(key, p->guest_tick_ns, EV_GUEST_TICK, p->tie);
		key = earlier(key, p->irq_ns, EV_IPI, p->tie);
	}
	p->other_key = key;
	pcpu_arm_step(sim, p); /* NEVER unless somebody runs */
}

void pcpu_kick(struct sim *sim, struct pcpu *p, uint64_t at_ns)
{
	if (at_ns >= p->kick_ns)
		return; /* coalesces with one that comes earlier */
	p->kick_ns = at_ns;
	pcpu_arm(sim, p);
}

uint64_t pcpu_tick_phase(enum phases phases, uint64_t period_ns, uint32_t at, uint32_t nr,
			 uint64_t bits)
{
	if (!period_ns || phases == PHASES_ALIGNED)
		return 0;
	if (phases == PHASES_SKEWED) /* over half of the period */
		return period_ns / 2 / nr * at;
	return bits % period_ns;
}

uint64_t pcpu_next_tick(uint64_t now, uint64_t period_ns, uint64_t phase_ns)
{
	if (!period_ns)
		return NEVER;
	return now + period_ns - (now + period_ns - phase_ns % period_ns) % period_ns;
}

uint64_t threads_timer_ns(const struct sim *sim, uint32_t vcpu)
{
	uint32_t first = sim->threads->cpus[vcpu].sleepers;

	return first == SP_NONE ? NEVER : thread_of(sim, first)->timer_ns;
}

void pcpu_arm_guest(struct sim *sim, struct pcpu *p)
{
	uint32_t vcpu = p->current;
	const struct vm *m = &sim->vms[sim->vcpus[vcpu].vm];

	p->guest_tick_ns =
		pcpu_next_tick(sim->now, m->guest_tick_ns, sim->cold[vcpu].tick_phase_ns);
	if (m->threaded)
		p->guest_tick_ns =
			sp_min(p->guest_tick_ns, sp_max(threads_timer_ns(sim, vcpu), sim->now));
	pcpu_arm(sim, p);
}
