/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * halt_poll.c - halt polling: the host looks, for a while, whether something comes
 * for a vCPU that halts, before it gives its pCPU away.
 *
 * The guest is halted: its time is blocked time (VT_HALT_POLL, not received, not
 * entitled).  The policy sees none of it: to it the stint goes on, and is charged.
 * A wake-up meanwhile costs neither a switch nor a pick.  The polling ends
 *	- with a wake-up, or the vCPU's own timer: it goes on at once;
 *	- when its time is up, or the pCPU is to pick again (a kick, the end of the
 *	  slice): it leaves the pCPU, blocked.
 *	- when somebody waits whose last pCPU this was, which is what a host with a
 *	  queue a pCPU knows (KVM: single_task_running); then it does not begin, either.
 *	  Who wakes may be fetched by another pCPU at once: a look is due as late as
 *	  a kick would come.
 *
 * For how long: per vCPU, from 0, by KVM's rules (Linux 6.12, virt/kvm/kvm_main.c).
 * After a halt of h, polling p: h <= p leaves p; h > max shrinks it; less than
 * max grows it.  So halts that are worth it are learnt, and long ones forgotten.
 *
 * It begins, and its steps come, in run: vcpu_off.c, dispatch.c.
 */
#include "halt_poll.h"

#include "engine/book/account.h"
#include "engine/book/entitle.h"
#include "engine/core/pcpu.h"
#include "engine/core/thread.h"
#include "engine/core/trace_put.h"
#include "engine/wait/ipi_target.h"
#include "engine/wait/lock.h"
#include "engine/wait/wait.h"

static uint64_t poll_grown(const struct halt_poll_spec *spec, uint64_t poll_ns)
{
	if (!spec->grow)
		return poll_ns;
	/* poll_ns is at most max_ns, a day: no overflow for the factors that are allowed */
	return sp_min(sp_max(poll_ns * spec->grow, spec->grow_start_ns), spec->max_ns);
}

static uint64_t poll_shrunk(const struct halt_poll_spec *spec, uint64_t poll_ns)
{
	if (!spec->shrink || poll_ns / spec->shrink < spec->grow_start_ns)
		return 0;
	return poll_ns / spec->shrink;
}

void halt_poll_adapt(struct sim *sim, uint32_t vcpu)
{
	const struct halt_poll_spec *spec = &sim->world->host.halt_poll;
	struct vcpu_cold *cold = &sim->cold[vcpu];
	uint64_t halted_ns = sim->now - cold->halted_ns;

	if (cold->halted_ns == NEVER)
		return;
	cold->halted_ns = NEVER;
	if (halted_ns <= cold->poll_ns)
		return;
	if (cold->poll_ns && halted_ns > spec->max_ns)
		cold->poll_ns = poll_shrunk(spec, cold->poll_ns);
	else if (cold->poll_ns < spec->max_ns && halted_ns < spec->max_ns)
		cold->poll_ns = poll_grown(spec, cold->poll_ns);
}

void halt_poll_wake(struct sim *sim, uint32_t vcpu, uint32_t reason, uint32_t waker)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];
	struct pcpu *p = &sim->pcpus[v->pcpu];

	account_vcpu(sim, vcpu);
	account_vm(sim, m);
	m->nr_unblocked++;
	m->nr_running++;
	m->count[VC_WAKEUPS]++;
	m->count[VC_HALT_POLLS_WOKEN]++;
	v->state = VS_RUNNING;
	v->mode = VT_OVERHEAD;
	v->timer_ns = NEVER;
	entitle_unblocked(sim, vcpu, true);
	hist_add(account_hist(sim, v->vm, GH_WAKEUP), 0);
	trace_put(sim, TR_POLL_END, reason, v->pcpu, vcpu, waker);
	trace_put(sim, TR_MODE, VT_OVERHEAD, v->pcpu, vcpu, 0);
	halt_poll_adapt(sim, vcpu);
	if (m->threaded)
		threads_vcpu_woke(sim, vcpu);
	pcpu_arm_guest(sim, p);
	if (sim->ipi)
		ipi_vcpu_on(sim, p, vcpu);
	p->step_ns = sim->now + v->debt_ns;
	if (v->granted)
		lock_granted_runs(sim, vcpu);
	sync_vcpu_moved(sim, vcpu, true);
	pcpu_arm(sim, p);
}

void halt_poll_look(struct sim *sim, struct pcpu *p)
{
	if (!is_polling(sim, p))
		return;
	p->step_ns = sp_min(p->step_ns, sim->now + sim->world->host.kick_ns + 1);
	pcpu_arm_step(sim, p);
}
