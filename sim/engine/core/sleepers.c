/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sleepers.c - timers of blocked vCPUs, in a pairing heap on their home pCPU.
 *
 * The heap hangs together by vCPU numbers inside the vCPU records: no memory of
 * its own, constant insertion, and the earliest is at hand to be folded into the
 * pCPU's slot of the event queue.  Equal instants: by the vCPU's tie number.
 */
#include "sleepers.h"

static bool nap_before(const struct sim *sim, uint32_t a, uint32_t b)
{
	const struct vcpu *va = &sim->vcpus[a], *vb = &sim->vcpus[b];

	if (va->timer_ns != vb->timer_ns)
		return va->timer_ns < vb->timer_ns;
	return sim->vcpu_ties[a] < sim->vcpu_ties[b];
}

/* Two heaps become one: the later root becomes the earlier one's first child. */
static uint32_t nap_meld(struct sim *sim, uint32_t a, uint32_t b)
{
	struct vcpu *va, *vb;

	if (a == SP_NONE)
		return b;
	if (b == SP_NONE)
		return a;
	if (nap_before(sim, b, a)) {
		uint32_t swap = a;

		a = b;
		b = swap;
	}
	va = &sim->vcpus[a];
	vb = &sim->vcpus[b];
	vb->nap_prev = (uint16_t)a;
	vb->nap_next = va->nap_child;
	if (va->nap_child != SP_NONE)
		sim->vcpus[va->nap_child].nap_prev = (uint16_t)b;
	va->nap_child = (uint16_t)b;
	return a;
}

/* The children of a removed root become one heap: pairs, then all together. */
static uint32_t nap_collect(struct sim *sim, uint32_t first)
{
	uint32_t pairs = SP_NONE, root = SP_NONE;

	while (first != SP_NONE) {
		uint32_t a = first, b = sim->vcpus[a].nap_next;

		first = b == SP_NONE ? SP_NONE : sim->vcpus[b].nap_next;
		sim->vcpus[a].nap_next = sim->vcpus[a].nap_prev = SP_NONE;
		if (b != SP_NONE)
			sim->vcpus[b].nap_next = sim->vcpus[b].nap_prev = SP_NONE;
		a = nap_meld(sim, a, b);
		sim->vcpus[a].nap_next = (uint16_t)pairs;
		pairs = a;
	}
	while (pairs != SP_NONE) {
		uint32_t next = sim->vcpus[pairs].nap_next;

		sim->vcpus[pairs].nap_next = SP_NONE;
		root = nap_meld(sim, root, pairs);
		pairs = next;
	}
	return root;
}

void nap_push(struct sim *sim, struct pcpu *p, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	v->nap_child = v->nap_next = v->nap_prev = SP_NONE;
	v->napping = true;
	p->naps = (uint16_t)nap_meld(sim, p->naps, vcpu);
}

uint32_t nap_pop(struct sim *sim, struct pcpu *p)
{
	uint32_t vcpu = p->naps;

	p->naps = (uint16_t)nap_collect(sim, sim->vcpus[vcpu].nap_child);
	sim->vcpus[vcpu].napping = false;
	return vcpu;
}

void nap_remove(struct sim *sim, struct pcpu *p, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	uint32_t rest;

	if (p->naps == vcpu) {
		nap_pop(sim, p);
		return;
	}
	if (sim->vcpus[v->nap_prev].nap_child == vcpu)
		sim->vcpus[v->nap_prev].nap_child = v->nap_next;
	else
		sim->vcpus[v->nap_prev].nap_next = v->nap_next;
	if (v->nap_next != SP_NONE)
		sim->vcpus[v->nap_next].nap_prev = v->nap_prev;
	v->nap_next = v->nap_prev = SP_NONE;
	v->napping = false;
	rest = nap_collect(sim, v->nap_child);
	p->naps = (uint16_t)nap_meld(sim, p->naps, rest);
}
