/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipi_send.c - interrupts inside a VM, from one vCPU to its siblings.
 *
 * A sender leaves one message for each target in the target's box (wait/ipi_box.c), and owes
 * the cost of sending once (one hypercall or register write names them all).  A blocked
 * target is woken, or skipped; the others take it as wait/ipi_target.c says.  When the
 * handler is paid, the message is answered: the last answer lets the sender go on.
 *
 * A target that is not interrupted, because it is off CPU and the sender does not
 * insist, is flagged, and pays for a flush of its own when it next runs.
 */
#include "ipi_send.h"

#include "engine/book/account.h"
#include "engine/core/pcpu.h"
#include "engine/core/trace_put.h"
#include "engine/host/charge.h"
#include "engine/host/port.h"
#include "engine/host/vcpu.h"
#include "engine/wait/cause.h"
#include "engine/wait/ipi_target.h"
#include "engine/wait/wait.h"

/* -- answers ------------------------------------------------------------------- */

/* The last answer has come. */
static void wait_over(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	account_vcpu(sim, vcpu);
	hist_add(account_hist(sim, v->vm, GH_IPI), sim->now - sim->cold[vcpu].want_ns);
	ipi_object_of(sim, vcpu)->head = SP_NONE;
	sim->ipi->vms[v->vm].nr_senders--;
	sync_wait_end(sim, vcpu, 0);
}

/* The head's handler is done. */
static void answer(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct box *box = &sim->ipi->boxes[vcpu];
	struct msg msg = ipi_box_pop(sim, vcpu);

	box->handles = false;
	sim->vms[v->vm].count[VC_IPIS_HANDLED]++;
	trace_put(sim, TR_IPI_DONE, msg.waits, v->pcpu, vcpu, msg.from);
	if (msg.waits && --sim->ipi->boxes[msg.from].open == 0)
		wait_over(sim, msg.from);
	else if (msg.waits)
		sync_update(sim, v->vm, ipi_object_of(sim, msg.from));
	sync_check_stuck(sim, v->vm);
}

void ipi_event(struct sim *sim, struct pcpu *p)
{
	uint32_t vcpu = p->current;
	uint64_t cost_ns;

	account_vcpu(sim, vcpu);
	if (sim->ipi->boxes[vcpu].handles)
		answer(sim, vcpu);
	cost_ns = ipi_handle(sim, vcpu);
	pcpu_charge(sim, p, cost_ns);
	ipi_set_irq(sim, p);
	pcpu_arm(sim, p);
}

/* -- sending ------------------------------------------------------------------- */

/* A message is on its way to one that is blocked: wakes it when it arrives. */
static void call_up(struct sim *sim, uint32_t vcpu, const struct msg *msg)
{
	/* it may be on its way out of its sleep, or deaf: halted in a lock */
	if (sim->vcpus[vcpu].timer_ns <= msg->at_ns || sim->ipi->boxes[vcpu].nr_off)
		return;
	ipi_disturb(sim, vcpu);
	vcpu_kick(sim, vcpu, SP_WAKE_IPI, msg->from, msg->at_ns - sim->now);
}

static uint64_t draw_key(const struct vcpu *v, const struct op *op)
{
	return rng_key(v->key + op->key, RNG_IPI);
}

/* Does the kernel of a halted vCPU run nothing that needs the interrupt? */
static bool is_idle(const struct vcpu *v)
{
	return v->state == VS_BLOCKED && v->act != ACT_LOCK;
}

static void post(struct sim *sim, uint32_t from, uint32_t to, const struct op *op)
{
	const struct host_spec *host = &sim->world->host;
	struct vcpu *s = &sim->vcpus[from], *t = &sim->vcpus[to];
	bool waits = (op->count & IPI_WAIT_MASK) != IPI_WAIT_NONE;
	struct msg *msg = ipi_box_push(sim, to);

	if (!msg)
		return;
	msg->at_ns = sim->now + host->ipi_send_ns + host->ipi_deliver_ns;
	msg->handler_ns = dist_draw(op->dist, draw_key(s, op), sim->cold[from].irq_draws++);
	msg->from = (uint16_t)from;
	msg->waits = waits;
	sim->ipi->boxes[from].open = (uint16_t)(sim->ipi->boxes[from].open + waits);
	sim->vms[s->vm].count[VC_IPIS]++;
	trace_put(sim, TR_IPI, waits, s->pcpu, from, to);
	if (t->state == VS_BLOCKED) {
		call_up(sim, to, msg);
		return;
	}
	if (t->state == VS_RUNNING && !sim->ipi->boxes[to].handles) {
		account_vcpu(sim, to);
		ipi_set_irq(sim, &sim->pcpus[t->pcpu]);
		pcpu_arm(sim, &sim->pcpus[t->pcpu]);
	}
	port_ipi(sim, from, to, waits);
}

/* One target: interrupted, flagged, or not there. */
static void aim(struct sim *sim, uint32_t from, uint32_t to, const struct op *op)
{
	struct vcpu *t = &sim->vcpus[to];
	bool skips = !(op->count & IPI_WAKES) && is_idle(t);

	if (t->state == VS_ABSENT ||
	    (t->state == VS_BLOCKED && sim->cold[to].arrivals.from_ns > sim->now))
		return; /* it has not started yet */
	if ((op->count & IPI_WAIT_MASK) == IPI_WAIT_RUNNING && t->state == VS_RUNNABLE)
		skips = true;
	if (!skips) {
		post(sim, from, to, op);
		return;
	}
	sim->ipi->boxes[to].flagged = true;
	sim->vms[t->vm].count[VC_IPIS_FLAGGED]++;
	trace_put(sim, TR_IPI, 2, sim->vcpus[from].pcpu, from, to);
}

/* An interrupt to a sibling that has not taken the one before says nothing new. */
static bool coalesces(const struct sim *sim, uint32_t to, const struct op *op)
{
	const struct box *box = &sim->ipi->boxes[to];

	if ((op->count & IPI_WAIT_MASK) != IPI_WAIT_NONE)
		return false;
	for (uint32_t at = box->handles ? sim->ipi->msgs[box->head].next : box->head; at != NO_MSG;
	     at = sim->ipi->msgs[at].next)
		if (!sim->ipi->msgs[at].waits)
			return true;
	return false;
}

static void aim_all(struct sim *sim, uint32_t vcpu, const struct op *op)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	const struct vm *m = &sim->vms[v->vm];
	uint32_t first = m->first_vcpu, nr = m->width, to;

	if (op->object == IPI_TO_RANDOM && nr > 1) {
		first = m->first_vcpu + (uint32_t)(rng_bits(rng_key(draw_key(v, op), 1),
							    sim->cold[vcpu].irq_draws++) %
						   (nr - 1));
		first += first >= vcpu;
		nr = 1;
	} else if (op->object == IPI_TO_ONE) {
		first = m->first_vcpu + op->target;
		nr = 1;
	}
	for (to = first; to < first + nr && !sim->failed; to++)
		if (to != vcpu && !coalesces(sim, to, op))
			aim(sim, vcpu, to, op);
}

bool ipi_send(struct sim *sim, uint32_t vcpu, const struct op *op)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct box *box = &sim->ipi->boxes[vcpu];
	uint64_t sent = sim->vms[v->vm].count[VC_IPIS];
	struct sync *o = ipi_object_of(sim, vcpu);

	aim_all(sim, vcpu, op);
	if (sim->vms[v->vm].count[VC_IPIS] != sent)
		v->debt_ns += sim->world->host.ipi_send_ns;
	if (op->object == IPI_TO_ALL)
		v->debt_ns += dist_draw(op->dist, draw_key(v, op), sim->cold[vcpu].irq_draws++);
	if (!box->open || sim->failed)
		return false;
	box->may_ask = box->open > 1;
	o->head = (uint16_t)vcpu; /* those who nest on it are found through its list */
	sim->ipi->vms[v->vm].nr_senders++;
	sync_wait_begin(sim, vcpu, (uint32_t)(o - sync_of(sim, v->vm, 0)), ACT_IPI);
	sync_update(sim, v->vm, o);
	ipi_check_deadlock(sim, vcpu);
	sync_check_stuck(sim, v->vm);
	return true;
}
