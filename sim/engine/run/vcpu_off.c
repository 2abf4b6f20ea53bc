/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vcpu_off.c - a vCPU leaves its pCPU: it halts, is preempted, yields, or its VM stops.
 */
#include "vcpu_off.h"

#include "engine/book/account.h"
#include "engine/book/entitle.h"
#include "engine/book/smt.h"
#include "engine/core/pcpu.h"
#include "engine/core/sleepers.h"
#include "engine/core/trace_put.h"
#include "engine/guest/threads.h"
#include "engine/host/port.h"
#include "engine/host/vcpu.h"
#include "engine/wait/ipi_target.h"
#include "engine/wait/wait.h"

static void book_stint(struct sim *sim, const struct pcpu *p, uint32_t vcpu)
{
	uint64_t from_ns = p->busy_ns - sim->world->host.context_switch_ns;

	hist_add(account_hist(sim, sim->vcpus[vcpu].vm, GH_STINT), sp_sub0(sim->now, from_ns));
}

/* A lock's holder loses its pCPU: lock-holder preemption. */
static void book_lhp(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	uint64_t held = v->held;

	sim->vms[v->vm].count[VC_LHP]++;
	for (; held; held &= held - 1) {
		uint32_t index = (uint32_t)__builtin_ctzll(held);

		trace_put(sim, TR_LHP, sync_of(sim, v->vm, index)->nr_listed != 0, v->pcpu, vcpu,
			  index);
	}
}

void vcpu_halts(struct sim *sim, uint32_t vcpu, uint32_t mode)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];

	account_vcpu(sim, vcpu);
	account_vm(sim, m);
	m->nr_running--;
	m->nr_unblocked--;
	v->state = VS_BLOCKED;
	v->mode = (uint8_t)mode;
	entitle_unblocked(sim, vcpu, false);
	if (m->threaded)
		threads_vcpu_blocked(sim, vcpu);
}

/* RUNNING -> RUNNABLE or BLOCKED; the context is saved by `saved_ns`. */
void vcpu_off(struct sim *sim, struct pcpu *p, uint32_t why)
{
	uint32_t vcpu = p->current;
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];
	bool polled = v->state == VS_BLOCKED; /* halted already, as far as the guest goes */

	account_vcpu(sim, vcpu);
	if (v->listed)
		sync_spin_end(sim, vcpu);
	account_vm(sim, m);
	book_stint(sim, p, vcpu);
	trace_put(sim, TR_SWITCH_OUT, why, v->pcpu, vcpu, 0);
	p->current = SP_NONE;
	p->step_ns = NEVER;
	p->guest_tick_ns = NEVER;
	p->irq_ns = NEVER;
	v->saved_ns = sim->now;
	if (why == SP_STOP_BLOCKED) {
		if (!polled)
			vcpu_halts(sim, vcpu, VT_BLOCKED);
		v->mode = VT_BLOCKED;
		if (sim->ipi)
			ipi_vcpu_blocks(sim, vcpu);
		if (v->timer_ns != NEVER)
			nap_push(sim, p, vcpu);
	} else {
		m->nr_running--;
		v->state = VS_RUNNABLE;
		v->mode = v->held_back ? VT_HELD : VT_STEAL;
		account_wait_begin(sim, vcpu);
		if (why != SP_STOP_YIELDED)
			m->count[VC_PREEMPTIONS]++;
		if (v->held)
			book_lhp(sim, vcpu);
	}
	if (!polled)
		sync_vcpu_moved(sim, vcpu, false);
}

void pcpu_vacate(struct sim *sim, struct pcpu *p, uint32_t why)
{
	uint32_t vcpu = p->current;

	if (vcpu == SP_NONE)
		return;
	if (is_polling(sim, p))
		why = SP_STOP_BLOCKED;
	account_vcpu(sim, vcpu);
	port_stopped(sim, p, vcpu, why, sp_sub0(sim->now, p->stint_ns));
	vcpu_off(sim, p, why);
}

void vcpu_evict(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];

	if (v->state == VS_RUNNING || v->mode == VT_HALT_POLL) {
		struct pcpu *p = &sim->pcpus[v->pcpu];

		v->timer_ns = NEVER;
		pcpu_vacate(sim, p, SP_STOP_BLOCKED);
		pcpu_kick(sim, p, sim->now);
		account_pcpu_state(sim, p, PS_IDLE);
		pcpu_arm(sim, p);
	} else if (v->state == VS_RUNNABLE) {
		account_vcpu(sim, vcpu);
		account_wait_end(sim, vcpu);
		account_vm(sim, m);
		m->nr_unblocked--;
		entitle_unblocked(sim, vcpu, false);
		v->state = VS_BLOCKED;
		v->mode = VT_BLOCKED;
		port_block(sim, vcpu);
	} else {
		vcpu_drop_nap(sim, vcpu);
	}
	account_vcpu(sim, vcpu);
	v->state = VS_ABSENT;
	v->mode = VT_BLOCKED;
	v->held = 0;
	v->granted = v->held_back = v->woken = false;
	sim->cold[vcpu].kicker = SP_NONE;
	sim->cold[vcpu].nr_reads = 0;
	v->act = ACT_ADVANCE;
	v->debt_ns = 0;
	sim->cold[vcpu].halted_ns = NEVER;
}

bool halt_poll_begin(struct sim *sim, struct pcpu *p)
{
	uint32_t vcpu = p->current;
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vcpu_cold *cold = &sim->cold[vcpu];

	if (!sim->world->host.halt_poll.max_ns)
		return false;
	cold->halted_ns = sim->now;
	if (!cold->poll_ns || p->nr_home || p->kick_ns <= sim->now || p->until_ns <= sim->now)
		return false;
	account_vcpu(sim, vcpu);
	if (v->listed)
		sync_spin_end(sim, vcpu); /* it halts for a lock */
	vcpu_halts(sim, vcpu, VT_HALT_POLL);
	sync_vcpu_moved(sim, vcpu, false);
	sim->vms[v->vm].count[VC_HALT_POLLS]++;
	trace_put(sim, TR_MODE, VT_HALT_POLL, v->pcpu, vcpu, 0);
	if (sim->ipi)
		ipi_vcpu_blocks(sim, vcpu);
	p->irq_ns = NEVER;
	cold->poll_until_ns = sim->now + cold->poll_ns;
	p->step_ns = sp_min(cold->poll_until_ns, v->timer_ns);
	p->guest_tick_ns = NEVER; /* a halted kernel does not tick */
	return true;
}
