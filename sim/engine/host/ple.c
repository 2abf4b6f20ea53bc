/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ple.c - pause-loop exits: the CPU tells the host that a vCPU spins.
 *
 * A loop with a PAUSE in it that has gone on for longer than a window leaves the
 * guest (VMX: so many cycles; SVM: so many PAUSEs).  It says *that* the vCPU
 * spins, never for whom.  The exit costs time, and restarts the loop's clock, as
 * every other interruption does.  Then the policy is told (vcpu_spin), and the host
 * reacts, as the scenario has it:
 *	spin		it resumes the guest, with a larger window
 *	yield		the vCPU gives its pCPU up, as under Xen
 *	directed	in favour of a sibling, found as KVM does: see yield.c
 *	oracle		in favour of the one that is waited for, which no host can know
 *
 * The window grows with each exit and is as it was when the vCPU is switched in
 * again (Linux 6.12, arch/x86/kvm: grow_ple_window, shrink_ple_window): who spins on
 * and on costs ever fewer exits.  On VMX only loops in the guest's kernel count;
 * here those are locks, while a spinning barrier is user code.
 */
#include "ple.h"

#include "engine/core/trace_put.h"
#include "engine/wait/cause.h"
#include "engine/wait/wait.h"
#include "port.h"
#include "yield.h"

/* Linux 6.12, x86.h: a factor where it is less than the base, a summand otherwise. */
static uint64_t window_grown(const struct ple_spec *spec, uint64_t window)
{
	if (!spec->grow)
		return spec->window;
	window = spec->grow < spec->window ? window * spec->grow : window + spec->grow;
	return sp_min(window, sp_max(spec->max, spec->window));
}

static uint64_t window_shrunk(const struct ple_spec *spec, uint64_t window)
{
	if (!spec->shrink)
		return spec->window;
	window =
		spec->shrink < spec->window ? window / spec->shrink : sp_sub0(window, spec->shrink);
	return sp_max(window, spec->window);
}

void ple_sched_in(struct sim *sim, uint32_t vcpu)
{
	const struct ple_spec *spec = &sim->world->host.ple;
	struct vcpu_cold *cold = &sim->cold[vcpu];

	if (!spec->window)
		return;
	cold->ple_window = window_shrunk(spec, cold->ple_window);
	cold->in_spin_loop = cold->dy_eligible = false;
}

/* Is it in a loop that the CPU would tell of? */
static bool is_seen(const struct sim *sim, uint32_t vcpu)
{
	return sim->world->host.ple.user || sim->vcpus[vcpu].act != ACT_BARRIER;
}

uint64_t ple_left_ns(struct sim *sim, uint32_t vcpu)
{
	const struct ple_spec *spec = &sim->world->host.ple;
	const struct vcpu_cold *cold = &sim->cold[vcpu];
	double window_ns;

	if (!spec->window || !is_seen(sim, vcpu))
		return NEVER;
	window_ns = (double)cold->ple_window * spec->unit_ns;
	if (window_ns >= (double)WORLD_MAX_NS)
		return NEVER;
	return sp_sub0((uint64_t)window_ns + 1, cold->spun_ns - cold->loop_ns);
}

enum spin_outcome ple_act(struct sim *sim, uint32_t vcpu)
{
	const struct ple_spec *spec = &sim->world->host.ple;
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vcpu_cold *cold = &sim->cold[vcpu];
	uint32_t culprit = sync_culprit(sim, vcpu), to = SP_NONE;
	bool yields = spec->react == PLE_YIELD;

	sim->vms[v->vm].count[VC_PLE_EXITS]++;
	cold->ple_window = window_grown(spec, cold->ple_window);
	v->debt_ns += spec->cost_ns;
	sync_spin_end(sim, vcpu);
	port_spin(sim, vcpu, spec->react == PLE_ORACLE ? culprit : SP_NONE);
	cold->in_spin_loop = true;
	if (spec->react == PLE_DIRECTED)
		to = yield_find(sim, vcpu);
	else if (spec->react == PLE_ORACLE)
		to = culprit;
	if (to != SP_NONE)
		yields = yield_to(sim, vcpu, to);
	cold->dy_eligible = false;
	trace_put(sim, TR_SPIN_EXIT, yields, v->pcpu, vcpu, to);
	if (yields)
		return SPIN_YIELDS;
	cold->in_spin_loop = false;
	sim->pcpus[v->pcpu].step_ns = sim->now + v->debt_ns;
	return SPIN_OVER;
}
