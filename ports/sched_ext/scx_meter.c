/* SPDX-License-Identifier: BSD-2-Clause */
/* scx_meter.c - see scx_meter.h. */
#include "scx_meter.h"

#include <string.h>

void meter_init(struct meter *m)
{
	uint32_t i;

	memset(m, 0, sizeof(*m));
	for (i = 0; i < SP_NR_VCPUS; i++)
		m->vm_of[i] = SP_NONE;
}

static void vm_advance(struct meter_vm *vm, uint64_t now_ns)
{
	uint64_t dt_ns = now_ns > vm->since_ns ? now_ns - vm->since_ns : 0;

	vm->since_ns += dt_ns;
	vm->f.wall_ns += dt_ns;
	vm->f.run_ns += dt_ns * vm->nr_running;
	vm->f.steal_ns += dt_ns * (vm->nr_awake - vm->nr_running);
	if (!vm->nr_running)
		return;
	vm->f.any_ns += dt_ns;
	if (vm->nr_running == vm->width)
		vm->f.all_ns += dt_ns;
	if (vm->nr_awake < 2)
		return;
	vm->f.awake_any_ns += dt_ns;
	if (vm->nr_running == vm->nr_awake)
		vm->f.awake_all_ns += dt_ns;
}

static void count_state(struct meter_vm *vm, enum meter_state state, uint32_t one)
{
	vm->nr_running += state == METER_RUNS ? one : 0;
	vm->nr_awake += state == METER_RUNS || state == METER_WAITS ? one : 0;
}

static void set_state(struct meter *m, uint32_t vcpu, enum meter_state state)
{
	struct meter_vm *vm;

	if (vcpu >= SP_NR_VCPUS || m->vm_of[vcpu] == SP_NONE)
		return;
	vm = &m->vms[m->vm_of[vcpu]];
	vm_advance(vm, m->now_ns);
	count_state(vm, m->states[vcpu], (uint32_t)-1);
	count_state(vm, state, 1);
	m->states[vcpu] = state;
}

void meter_add(struct meter *m, uint32_t vcpu, uint32_t vm, enum meter_state state)
{
	m->vm_of[vcpu] = vm;
	m->states[vcpu] = METER_BLOCKED;
	m->vms[vm].width++;
	set_state(m, vcpu, state);
}

void meter_event(struct meter *m, const struct scx_event *e)
{
	if (e->at_ns < m->now_ns)
		m->nr_backwards++;
	else
		m->now_ns = e->at_ns;
	if (e->kind == SCX_EV_WAKE) {
		/* A wake-up of one that is on its way out of a CPU still changes nothing. */
		if (e->next < SP_NR_VCPUS && m->states[e->next] != METER_RUNS)
			set_state(m, e->next, METER_WAITS);
		return;
	}
	if (e->prev != SP_NONE)
		set_state(m, e->prev, e->is_prev_runnable ? METER_WAITS : METER_BLOCKED);
	if (e->next != SP_NONE) {
		set_state(m, e->next, METER_RUNS);
		if (e->next < SP_NR_VCPUS && m->vm_of[e->next] != SP_NONE)
			m->vms[m->vm_of[e->next]].f.switches++;
	}
}

void meter_advance(struct meter *m, uint64_t now_ns)
{
	uint32_t i;

	if (now_ns > m->now_ns)
		m->now_ns = now_ns;
	for (i = 0; i < SP_NR_VMS; i++)
		if (m->vms[i].width)
			vm_advance(&m->vms[i], m->now_ns);
}

void meter_reset(struct meter *m, uint64_t now_ns)
{
	uint32_t i;

	meter_advance(m, now_ns);
	for (i = 0; i < SP_NR_VMS; i++) {
		memset(&m->vms[i].f, 0, sizeof(m->vms[i].f));
		m->vms[i].since_ns = m->now_ns;
	}
}

double meter_ratio(uint64_t all_ns, uint64_t any_ns)
{
	return any_ns ? (double)all_ns / (double)any_ns : 1.0;
}
