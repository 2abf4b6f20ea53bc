/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipi.c - interrupts inside a VM, from one vCPU to its siblings.
 *
 * A sender leaves one message for each target in the target's box, in order of
 * arrival, and owes the cost of sending once (one hypercall or register write names
 * them all).  A target that runs is interrupted when the message arrives; one that
 * waits for a pCPU finds it when it next runs; one that is blocked is woken for it,
 * or skipped.  The handler is overhead of the target: it is paid before its own work
 * goes on, and the message is answered when it is paid.  A message to a target with
 * interrupts off waits in the box until they are on again.
 *
 * Who waits is a spinner like any other: every vCPU of such a VM has a struct sync of
 * its own behind the VM's locks and barriers, so that sync.c books the causes.
 *
 * A target that is not interrupted, because it is off CPU and the sender does not
 * insist, is flagged, and pays for a flush of its own when it next runs.
 */
#include "ipi.h"

#include <stdlib.h>
#include <string.h>

#define NO_MSG UINT32_MAX

struct msg {
	uint64_t at_ns; /* arrives */
	uint64_t handler_ns;
	uint32_t next; /* in the box, or among the free; NO_MSG */
	uint16_t from;
	bool waits; /* from does */
};

/* How it slept when it was woken for an interrupt. */
enum nap_kind { NAP_NONE, NAP_TIMER, NAP_BARRIER, NAP_END };

struct box {
	uint64_t until_ns; /* NAP_TIMER: would have slept until then */
	uint32_t head, tail; /* messages for it; the head is the one that it handles */
	uint16_t open; /* answers that it waits for */
	uint16_t nr_off; /* sections around it that keep interrupts off */
	uint8_t nap; /* enum nap_kind */
	bool handles; /* the head's handler is part of debt_ns */
	bool flagged; /* flushes when it next runs */
	bool tick_due; /* of the guest, while interrupts were off */
	bool may_ask; /* it has called several, and not looked yet who of them is off CPU */
};

struct ipi_vm {
	uint64_t open_at_window; /* messages in its boxes then */
	uint64_t dropped; /* since: it was stopped */
	uint32_t nr_senders; /* vCPUs that wait */
};

struct ipi {
	struct box *boxes; /* of all vCPUs */
	struct ipi_vm *vms;
	struct msg *msgs;
	uint32_t nr_msgs, size_msgs, free_msgs;
};

static bool ipi_is_wanted(const struct world *world)
{
	for (uint32_t i = 0; i < world->nr_programs; i++)
		if (world->programs[i].interrupts)
			return true;
	return false;
}

int ipi_setup(struct sim *sim)
{
	const struct world *world = sim->world;
	struct ipi *ipi;

	if (!ipi_is_wanted(world))
		return 0;
	ipi = sim->ipi = calloc(1, sizeof(*ipi));
	if (!ipi)
		return -1;
	ipi->free_msgs = NO_MSG;
	ipi->boxes = calloc(world->nr_vcpus, sizeof(*ipi->boxes));
	ipi->vms = calloc(world->nr_vms, sizeof(*ipi->vms));
	if (!ipi->boxes || !ipi->vms)
		return -1;
	for (uint32_t i = 0; i < world->nr_vcpus; i++)
		ipi->boxes[i].head = ipi->boxes[i].tail = NO_MSG;
	return 0;
}

void ipi_free(struct sim *sim)
{
	if (!sim->ipi)
		return;
	free(sim->ipi->boxes);
	free(sim->ipi->vms);
	free(sim->ipi->msgs);
	free(sim->ipi);
}

/* -- boxes ---------------------------------------------------------------------- */

static uint32_t msg_new(struct sim *sim)
{
	struct ipi *ipi = sim->ipi;
	uint32_t at = ipi->free_msgs;

	if (at != NO_MSG) {
		ipi->free_msgs = ipi->msgs[at].next;
		return at;
	}
	if (ipi->nr_msgs == ipi->size_msgs) {
		uint32_t size = ipi->size_msgs ? 2 * ipi->size_msgs : 64;
		struct msg *more = realloc(ipi->msgs, size * sizeof(*more));

		if (!more) {
			sim_fail(sim, STATUS_IO, "memory", "out of memory for interrupts");
			return NO_MSG;
		}
		ipi->msgs = more;
		ipi->size_msgs = size;
	}
	return ipi->nr_msgs++;
}

static struct msg *head_of(const struct sim *sim, const struct box *box)
{
	return box->head == NO_MSG ? NULL : &sim->ipi->msgs[box->head];
}

static struct msg *box_push(struct sim *sim, uint32_t vcpu)
{
	struct box *box = &sim->ipi->boxes[vcpu];
	uint32_t at = msg_new(sim);

	if (at == NO_MSG)
		return NULL;
	if (box->tail == NO_MSG)
		box->head = at;
	else
		sim->ipi->msgs[box->tail].next = at;
	box->tail = at;
	sim->ipi->msgs[at].next = NO_MSG;
	return &sim->ipi->msgs[at];
}

static struct msg box_pop(struct sim *sim, uint32_t vcpu)
{
	struct ipi *ipi = sim->ipi;
	struct box *box = &ipi->boxes[vcpu];
	uint32_t at = box->head;
	struct msg msg = ipi->msgs[at];

	box->head = msg.next;
	if (box->head == NO_MSG)
		box->tail = NO_MSG;
	ipi->msgs[at].next = ipi->free_msgs;
	ipi->free_msgs = at;
	return msg;
}

static uint64_t box_count(const struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];
	uint64_t nr = 0;

	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++)
		for (uint32_t at = sim->ipi->boxes[v].head; at != NO_MSG;
		     at = sim->ipi->msgs[at].next)
			nr++;
	return nr;
}

/* -- handling ------------------------------------------------------------------- */

static struct sync *object_of(struct sim *sim, uint32_t vcpu)
{
	const struct vm *m = &sim->vms[sim->vcpus[vcpu].vm];

	return &sim->syncs[m->first_object + m->nr_objects + (vcpu - m->first_vcpu)];
}

/* The last answer has come. */
static void wait_over(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	account_vcpu(sim, vcpu);
	hist_add(account_hist(sim, v->vm, GH_IPI), sim->now - sim->cold[vcpu].want_ns);
	object_of(sim, vcpu)->head = SP_NONE;
	sim->ipi->vms[v->vm].nr_senders--;
	sync_wait_end(sim, vcpu, 0);
}

/* The head's handler is done. */
static void answer(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct box *box = &sim->ipi->boxes[vcpu];
	struct msg msg = box_pop(sim, vcpu);

	box->handles = false;
	sim->vms[v->vm].count[VC_IPIS_HANDLED]++;
	trace_put(sim, TR_IPI_DONE, msg.waits, v->pcpu, vcpu, msg.from);
	if (msg.waits && --sim->ipi->boxes[msg.from].open == 0)
		wait_over(sim, msg.from);
	else if (msg.waits)
		sync_update(sim, v->vm, object_of(sim, msg.from));
	sync_check_stuck(sim, v->vm);
}

/* Starts on the head, if it is there: what that costs.  The vCPU runs. */
static uint64_t handle(struct sim *sim, uint32_t vcpu)
{
	struct box *box = &sim->ipi->boxes[vcpu];
	const struct msg *msg = head_of(sim, box);

	if (!msg || box->handles || box->nr_off || msg->at_ns > sim->now)
		return 0;
	box->handles = true;
	return sim->world->host.ipi_receive_ns + msg->handler_ns;
}

/* When p's vCPU is next concerned with its box.  All is booked up to now. */
static void set_irq(struct sim *sim, struct pcpu *p)
{
	const struct box *box = &sim->ipi->boxes[p->current];
	const struct msg *msg = head_of(sim, box);

	if (box->handles)
		p->irq_ns = sim->now + sim->vcpus[p->current].debt_ns;
	else if (msg && !box->nr_off)
		p->irq_ns = sp_max(msg->at_ns, sim->now);
	else
		p->irq_ns = NEVER;
}

void ipi_event(struct sim *sim, struct pcpu *p)
{
	uint32_t vcpu = p->current;
	uint64_t cost_ns;

	account_vcpu(sim, vcpu);
	if (sim->ipi->boxes[vcpu].handles)
		answer(sim, vcpu);
	cost_ns = handle(sim, vcpu);
	pcpu_charge(sim, p, cost_ns);
	set_irq(sim, p);
	pcpu_arm(sim, p);
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
	sim->vcpus[vcpu].debt_ns += handle(sim, vcpu);
	set_irq(sim, p);
}

/* -- sections with interrupts off ------------------------------------------------- */

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
	v->debt_ns += handle(sim, vcpu);
	if (box->head != NO_MSG) {
		set_irq(sim, p);
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

/* -- sleepers ---------------------------------------------------------------------- */

/* It is to wake for an interrupt: how it slept is remembered, so that it can go on. */
static void disturb(struct sim *sim, uint32_t vcpu)
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

bool ipi_handles(const struct sim *sim, uint32_t vcpu)
{
	return sim->ipi->boxes[vcpu].handles;
}

bool ipi_is_pending(const struct sim *sim, uint32_t vcpu)
{
	return sim->ipi->boxes[vcpu].head != NO_MSG;
}

bool ipi_may_ask(const struct sim *sim, uint32_t vcpu)
{
	return sim->ipi->boxes[vcpu].may_ask;
}

void ipi_asked(struct sim *sim, uint32_t vcpu)
{
	sim->ipi->boxes[vcpu].may_ask = false;
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
	const struct msg *msg = head_of(sim, box);

	if (!msg || box->nr_off || v->state == VS_ABSENT || v->timer_ns <= msg->at_ns)
		return;
	disturb(sim, vcpu);
	v->timer_ns = sp_max(msg->at_ns, sim->now);
	sim->cold[vcpu].kicker = msg->from;
	sim->cold[vcpu].kick_reason = SP_WAKE_IPI;
}

/* A message is on its way to one that is blocked: wakes it when it arrives. */
static void call_up(struct sim *sim, uint32_t vcpu, const struct msg *msg)
{
	/* it may be on its way out of its sleep, or deaf: halted in a lock */
	if (sim->vcpus[vcpu].timer_ns <= msg->at_ns || sim->ipi->boxes[vcpu].nr_off)
		return;
	disturb(sim, vcpu);
	vcpu_kick(sim, vcpu, SP_WAKE_IPI, msg->from, msg->at_ns - sim->now);
}

/* -- sending ------------------------------------------------------------------------ */

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
	struct msg *msg = box_push(sim, to);

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
		set_irq(sim, &sim->pcpus[t->pcpu]);
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
	struct sync *o = object_of(sim, vcpu);

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

/* -- whom the senders wait for -------------------------------------------------------- */

static bool waits_for(const struct sim *sim, uint32_t from, uint32_t to)
{
	for (uint32_t at = sim->ipi->boxes[to].head; at != NO_MSG; at = sim->ipi->msgs[at].next)
		if (sim->ipi->msgs[at].from == from && sim->ipi->msgs[at].waits)
			return true;
	return false;
}

uint32_t ipi_culprit(const struct sim *sim, uint32_t vcpu)
{
	const struct vm *m = &sim->vms[sim->vcpus[vcpu].vm];

	for (uint32_t t = m->first_vcpu; t < m->first_vcpu + m->width; t++)
		if (sim->vcpus[t].state == VS_RUNNABLE && waits_for(sim, vcpu, t))
			return t;
	return SP_NONE;
}

/* It cannot answer before it has what it waits for. */
static bool is_deaf(const struct sim *sim, uint32_t vcpu)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	bool waits = v->act == ACT_LOCK || v->act == ACT_BARRIER || v->act == ACT_IPI;

	return waits && sim->ipi->boxes[vcpu].nr_off && !sim->ipi->boxes[vcpu].handles;
}

uint32_t ipi_cause(struct sim *sim, uint32_t vm, const struct sync *o)
{
	const struct vm *m = &sim->vms[vm];
	uint32_t from = o->head, cause = CAUSE_CONTENTION;

	if (from == SP_NONE)
		return CAUSE_CONTENTION;
	for (uint32_t t = m->first_vcpu; t < m->first_vcpu + m->width; t++) {
		const struct vcpu *v = &sim->vcpus[t];

		if (t == from || sim->ipi->boxes[t].head == NO_MSG || !waits_for(sim, from, t))
			continue;
		if (v->state == VS_RUNNABLE)
			return CAUSE_PARTNER;
		if (is_deaf(sim, t))
			cause = sp_max(cause, sync_of(sim, vm, v->waits)->cause);
	}
	return cause;
}

void ipi_moved(struct sim *sim, uint32_t vcpu)
{
	uint32_t vm = sim->vcpus[vcpu].vm;

	for (uint32_t at = sim->ipi->boxes[vcpu].head; at != NO_MSG; at = sim->ipi->msgs[at].next)
		if (sim->ipi->msgs[at].waits)
			sync_update(sim, vm, object_of(sim, sim->ipi->msgs[at].from));
}

void ipi_update(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];

	if (!sim->ipi->vms[vm].nr_senders)
		return;
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++)
		if (sim->vcpus[v].act == ACT_IPI)
			sync_update(sim, vm, object_of(sim, v));
}

/* Does the chain of what v waits for lead to goal?  depth bounds chains that loop. */
static bool leads_to(struct sim *sim, uint32_t vcpu, uint32_t goal, uint32_t depth)
{
	const struct vcpu *v = &sim->vcpus[vcpu];
	const struct vm *m = &sim->vms[v->vm];

	if (depth == 0)
		return false;
	if (v->act == ACT_LOCK) {
		uint32_t holder = sync_of(sim, v->vm, v->waits)->holder;

		return holder != SP_NONE && holder != vcpu &&
		       (holder == goal || leads_to(sim, holder, goal, depth - 1));
	}
	if (v->act != ACT_IPI)
		return false;
	for (uint32_t t = m->first_vcpu; t < m->first_vcpu + m->width; t++)
		if (t != vcpu && is_deaf(sim, t) && waits_for(sim, vcpu, t) &&
		    (t == goal || leads_to(sim, t, goal, depth - 1)))
			return true;
	return false;
}

void ipi_check_deadlock(struct sim *sim, uint32_t vcpu)
{
	bool sends = sim->vcpus[vcpu].act == ACT_IPI;

	if (sends || (is_deaf(sim, vcpu) && sim->ipi->boxes[vcpu].head != NO_MSG))
		if (leads_to(sim, vcpu, vcpu, 8))
			sync_fail_ipi(sim, vcpu);
}

bool ipi_has_hope(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];

	for (uint32_t t = m->first_vcpu; t < m->first_vcpu + m->width; t++)
		if (sim->ipi->boxes[t].head != NO_MSG && !is_deaf(sim, t))
			return true;
	return false;
}

/* -- the window, and the end ------------------------------------------------------------ */

void ipi_reset(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];

	sim->ipi->vms[vm].dropped += box_count(sim, vm);
	sim->ipi->vms[vm].nr_senders = 0;
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++) {
		struct box *box = &sim->ipi->boxes[v];

		while (box->head != NO_MSG)
			box_pop(sim, v);
		memset(box, 0, sizeof(*box));
		box->head = box->tail = NO_MSG;
	}
}

void ipi_window(struct sim *sim)
{
	for (uint32_t i = 0; i < sim->world->nr_vms; i++) {
		sim->ipi->vms[i].open_at_window = box_count(sim, i);
		sim->ipi->vms[i].dropped = 0;
	}
}

uint64_t ipi_lost(struct sim *sim, uint32_t vm)
{
	const struct ipi_vm *m = &sim->ipi->vms[vm];
	const uint64_t *count = sim->vms[vm].count;

	return m->open_at_window + count[VC_IPIS] - count[VC_IPIS_HANDLED] - m->dropped -
	       box_count(sim, vm);
}
