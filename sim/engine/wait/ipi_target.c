/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipi_target.c - the target of interrupts.
 *
 * One that runs is interrupted when the message arrives; one that waits for a pCPU finds it
 * when it next runs; one that is blocked is woken for it.  The handler is overhead of the
 * target: it is paid before its own work goes on, and the message is answered when it is
 * paid (guest/ipi_send.c).  A message to a target with interrupts off waits in the box until
 * they are on again.
 */
#include "ipi_target.h"

#include "engine/core/pcpu.h"

/* Starts on the head, if it is there: what that costs.  The vCPU runs. */
uint64_t ipi_handle(struct sim *sim, uint32_t vcpu)
{
	struct box *box = &sim->ipi->boxes[vcpu];
	const struct msg *msg = ipi_box_head(sim, box);

	if (!msg || box->handles || box->nr_off || msg->at_ns > sim->now)
		return 0;
	box->handles = true;
	return sim->world->host.ipi_receive_ns + msg->handler_ns;
}

/* When p's vCPU is next concerned with its box.  All is booked up to now. */
void ipi_set_irq(struct sim *sim, struct pcpu *p)
{
	const struct box *box = &sim->ipi->boxes[p->current];
	const struct msg *msg = ipi_box_head(sim, box);

	if (box->handles)
		p->irq_ns = sim->now + sim->vcpus[p->current].debt_ns;
	else if (msg && !box->nr_off)
		p->irq_ns = sp_max(msg->at_ns, sim->now);
	else
		p->irq_ns = NEVER;
}

void ipi_put_off(struct sim *sim, struct pcpu *p, uint64_t by_ns)
{
	if (sim->ipi->boxes[p->current].handles && p->irq_ns != NEVER)
		p->irq_ns += by_ns;
}

void ipi_vcpu_on(struct sim *sim, struct pcpu *p, uint32_t vcpu)
{
	struct box *box = &sim->ipi->boxes[vcpu];

	if (box->flagged)
		sim->vcpus[vcpu].debt_ns += sim->world->host.ipi_flush_ns;
	box->flagged = false;
	sim->vcpus[vcpu].debt_ns += ipi_handle(sim, vcpu);
	ipi_set_irq(sim, p);
}

/* -- sections with interrupts off ---------------------------------------------- */

void ipi_off(struct sim *sim, uint32_t vcpu)
{
	struct box *box = &sim->ipi->boxes[vcpu];
	struct pcpu *p = &sim->pcpus[sim->vcpus[vcpu].pcpu];

	if (box->nr_off++ || p->irq_ns == NEVER || box->handles)
		return;
	p->irq_ns = NEVER;
	pcpu_arm(sim, p);
}

bool ipi_on(struct sim *sim, uint32_t vcpu)
{
	struct box *box = &sim->ipi->boxes[vcpu];
	struct vcpu *v = &sim->vcpus[vcpu];
	struct pcpu *p = &sim->pcpus[v->pcpu];

	if (--box->nr_off)
		return false;
	if (box->tick_due)
		v->debt_ns += sim->vms[v->vm].guest_tick_cost_ns;
	box->tick_due = false;
	v->debt_ns += ipi_handle(sim, vcpu);
	if (box->head != NO_MSG) {
		ipi_set_irq(sim, p);
		pcpu_arm(sim, p);
	}
	return v->debt_ns != 0;
}

bool ipi_delays_tick(struct sim *sim, uint32_t vcpu)
{
	struct box *box = &sim->ipi->boxes[vcpu];

	box->tick_due = box->tick_due || box->nr_off;
	return box->nr_off != 0;
}

/* -- sleepers ------------------------------------------------------------------ */

/* It is to wake for an interrupt: how it slept is remembered, so that it can go on. */
void ipi_disturb(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct box *box = &sim->ipi->boxes[vcpu];

	if (box->nap != NAP_NONE || v->act == ACT_LOCK || v->act == ACT_IDLE)
		return; /* a lock's waiter looks, who has no thread looks for one: and halts anew */
	if (v->timer_ns != NEVER) {
		box->nap = NAP_TIMER;
		box->until_ns = v->timer_ns;
	} else if (v->act == ACT_BARRIER) {
		box->nap = NAP_BARRIER;
	} else if (sim->code[v->pc].op == STEP_HALT) {
		v->pc++; /* this is what it waited for */
		sim->vms[v->vm].nr_stuck--;
	} else {
		box->nap = NAP_END;
	}
}

bool ipi_sleeps_on(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct box *box = &sim->ipi->boxes[vcpu];
	uint8_t nap = box->nap;

	box->nap = NAP_NONE;
	switch (nap) {
	case NAP_TIMER: /* vcpu_wake has cleared the timer */
		if (box->until_ns > sim->now)
			v->timer_ns = box->until_ns;
		return box->until_ns > sim->now;
	case NAP_BARRIER:
		return v->act == ACT_BARRIER;
	case NAP_END:
		return true;
	default:
		return false;
	}
}

void ipi_vcpu_blocks(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	const struct box *box = &sim->ipi->boxes[vcpu];
	const struct msg *msg = ipi_box_head(sim, box);

	if (!msg || box->nr_off || v->state == VS_ABSENT || v->timer_ns <= msg->at_ns)
		return;
	ipi_disturb(sim, vcpu);
	v->timer_ns = sp_max(msg->at_ns, sim->now);
	sim->cold[vcpu].kicker = msg->from;
	sim->cold[vcpu].kick_reason = SP_WAKE_IPI;
}
