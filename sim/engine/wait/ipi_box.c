/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipi_box.c - interrupts inside a VM, as long as they lie in a box: one message for each
 * target, in order of arrival, of which the head is the one that is handled.
 *
 * Who waits for answers is a spinner like any other: every vCPU of such a VM has a struct
 * sync of its own behind the VM's locks and barriers, so that cause.c books the causes.
 */
#include "ipi_box.h"

#include <stdlib.h>
#include <string.h>

#include "engine/core/fail.h"

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

/* -- boxes --------------------------------------------------------------------- */

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

struct msg *ipi_box_head(const struct sim *sim, const struct box *box)
{
	return box->head == NO_MSG ? NULL : &sim->ipi->msgs[box->head];
}

struct msg *ipi_box_push(struct sim *sim, uint32_t vcpu)
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

struct msg ipi_box_pop(struct sim *sim, uint32_t vcpu)
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

struct sync *ipi_object_of(struct sim *sim, uint32_t vcpu)
{
	const struct vm *m = &sim->vms[sim->vcpus[vcpu].vm];

	return &sim->syncs[m->first_object + m->nr_objects + (vcpu - m->first_vcpu)];
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

/* -- whom the senders wait for ------------------------------------------------- */

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
			ipi_fail_deadlock(sim, vcpu);
}

bool ipi_has_hope(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];

	for (uint32_t t = m->first_vcpu; t < m->first_vcpu + m->width; t++)
		if (sim->ipi->boxes[t].head != NO_MSG && !is_deaf(sim, t))
			return true;
	return false;
}

/* -- the window, and the end --------------------------------------------------- */

void ipi_reset(struct sim *sim, uint32_t vm)
{
	const struct vm *m = &sim->vms[vm];

	sim->ipi->vms[vm].dropped += box_count(sim, vm);
	sim->ipi->vms[vm].nr_senders = 0;
	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++) {
		struct box *box = &sim->ipi->boxes[v];

		while (box->head != NO_MSG)
			ipi_box_pop(sim, v);
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
