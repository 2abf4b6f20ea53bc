/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scx.bpf.c - a policy of policies/ as a Linux sched_ext scheduler.
 *
 * IDEA
 *	A vCPU is a thread with a tag (map `tags`).  Every vCPU has a dispatch queue
 *	of its own, in which it waits with an endless slice; dispatch(cpu) asks the
 *	policy and moves the queue of the one that it names to the CPU.  A slot ends
 *	by a timer pinned to its CPU, a kick is a preempting one of the kernel.
 *	Only tagged threads are switched over (SCX_OPS_SWITCH_PARTIAL): the host's
 *	ordinary tasks stay in the fair class, which goes before, and what they take
 *	is reported as stolen.
 *
 * WHO TELLS THE POLICY WHAT (Linux 6.18, kernel/sched/ext.c, for the order)
 *	runnable       vcpu_wake
 *	stopping       vcpu_stopped: blocked, or stolen by a task of a higher class
 *	quiescent      vcpu_block, if it was not running
 *	dispatch       vcpu_stopped of what still runs here (preempted, slice end or
 *	               yielded), then pick_next
 *	running        nothing: the stint begins
 *	tick           tick
 *	yield          vcpu_spin and vcpu_yield_to, where KVM directs it
 *	exit_task      vcpu_remove
 * vcpu_ipi never comes: interrupts between the vCPUs of a guest end in KVM.  Of its
 * pause-loop exits only those are heard of for which KVM directs a yield.
 *
 * A pick may name a vCPU that another CPU has not put away yet: its queue is empty.
 * The CPU then idles, and is kicked as soon as the vCPU is queued (wanted_by).
 *
 * Built once a policy: -DSP_POLICY_FILE='"../../policies/gang/gang.c"'
 * -DSCX_NAME='"corun_gang"', against the vmlinux.h of the kernel.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "scx_abi.h"
#include "scx_loop.bpf.h"
#include SP_POLICY_FILE

/* Flags of helpers, which BTF does not carry (Linux 6.18, include/uapi/linux/bpf.h). */
#ifndef BPF_F_TIMER_ABS
#define BPF_F_TIMER_ABS (1ULL << 0)
#define BPF_F_TIMER_CPU_PIN (1ULL << 1)
#endif
#define CLOCK_MONOTONIC 1

#include "scx_step.bpf.h"
#include "scx_control.bpf.h"
#include "scx_calls.bpf.h"

char _license[] SEC("license") = "GPL";

/* Wait after a pick that found the queue empty though the vCPU is on its way there. */
#define RETRY_NS 20000u

static inline sp_u32 vcpu_of(const struct task_struct *p)
{
	sp_u32 tid = (sp_u32)p->pid;
	const struct scx_tag *tag = bpf_map_lookup_elem(&tags, &tid);

	return tag ? tag->vcpu : SP_NONE;
}

/* -- timers ---------------------------------------------------------------------------- */

static int slot_ended(void *map, sp_u32 *pcpu, struct scx_timer *timer)
{
	struct scx_instance *in = instance_get();

	if (in && pcpu_get(in, *pcpu)->run_until_ns <= bpf_ktime_get_ns())
		kick(in, *pcpu);
	return 0;
}

static int policy_timer_came(void *map, sp_u32 *key, struct scx_timer *timer)
{
	step_timer();
	return 0;
}

/* Runs on the CPU in question: a pinned timer stays where it is started. */
static void set_slot_end(struct scx_instance *in, sp_u32 pcpu, sp_u64 at_ns)
{
	struct scx_timer *t = bpf_map_lookup_elem(&slot_timers, &pcpu);

	if (!t || pcpu_get(in, pcpu)->armed_ns == at_ns || at_ns == SP_NEVER_NS)
		return;
	pcpu_get(in, pcpu)->armed_ns = at_ns;
	bpf_timer_start(&t->timer, at_ns, BPF_F_TIMER_ABS | BPF_F_TIMER_CPU_PIN);
}

/* -- the life of a vCPU ------------------------------------------------------------------ */

/* Where it last ran: the policy says later where it goes, and no CPU is claimed here. */
SEC("struct_ops/corun_select_cpu")
sp_s32 BPF_PROG(corun_select_cpu, struct task_struct *p, sp_s32 prev_cpu, sp_u64 wake_flags)
{
	return prev_cpu;
}

SEC("struct_ops/corun_runnable") void BPF_PROG(corun_runnable, struct task_struct *p, sp_u64 flags)
{
	sp_u32 vcpu = vcpu_of(p);

	if (vcpu != SP_NONE)
		step_wake(vcpu);
}

SEC("struct_ops/corun_enqueue") void BPF_PROG(corun_enqueue, struct task_struct *p, sp_u64 flags)
{
	struct scx_instance *in = instance_get();
	sp_u32 vcpu = vcpu_of(p), wanted_by = SP_NONE;

	if (!in)
		return;
	if (vcpu == SP_NONE) {
		/* Someone put a thread without a tag here: it goes before, once it wakes. */
		if (flags & SCX_ENQ_WAKEUP)
			flags |= SCX_ENQ_PREEMPT;
		scx_bpf_dsq_insert(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags);
		return;
	}
	scx_bpf_dsq_insert(p, vcpu, SCX_SLICE_INF, flags);
	bpf_spin_lock(&in->lock);
	vcpu_get(in, vcpu)->is_queued = 1;
	wanted_by = vcpu_get(in, vcpu)->wanted_by;
	vcpu_get(in, vcpu)->wanted_by = SP_NONE;
	bpf_spin_unlock(&in->lock);
	/* Delivered once this CPU's interrupts are on again: it is in its queue by then. */
	if (wanted_by != SP_NONE)
		kick(in, wanted_by);
}

SEC("struct_ops/corun_running") void BPF_PROG(corun_running, struct task_struct *p)
{
	struct scx_instance *in = instance_get();
	sp_u32 vcpu = vcpu_of(p), pcpu = bpf_get_smp_processor_id();
	sp_u64 now_ns = bpf_ktime_get_ns();
	struct scx_pcpu *c;
	int is_asked, is_late;

	if (!in || vcpu == SP_NONE)
		return;
	c = pcpu_get(in, pcpu);
	is_asked = c->picked == vcpu;
	is_late = now_ns >= c->run_until_ns || c->is_kicked;
	stint_begin(in, vcpu, pcpu, now_ns);
	vcpu_get(in, vcpu)->is_asked = (sp_u32)is_asked;
	c->picked = SP_NONE;
	if (is_asked && !is_late)
		return;
	__sync_fetch_and_add(is_asked ? &pub.counts.late : &pub.counts.unasked, 1);
	kick(in, pcpu);
}

SEC("struct_ops/corun_stopping")
void BPF_PROG(corun_stopping, struct task_struct *p, bool is_runnable)
{
	struct scx_instance *in = instance_get();
	sp_u32 vcpu = vcpu_of(p);

	if (!in || vcpu == SP_NONE || vcpu_get(in, vcpu)->pcpu == SP_NONE)
		return;
	if (is_runnable)
		__sync_fetch_and_add(&pub.counts.stolen, 1);
	step_stop(vcpu, is_runnable ? SP_STOP_STOLEN : SP_STOP_BLOCKED);
}

SEC("struct_ops/corun_quiescent")
void BPF_PROG(corun_quiescent, struct task_struct *p, sp_u64 flags)
{
	struct scx_instance *in = instance_get();
	sp_u32 vcpu = vcpu_of(p);

	if (!in || vcpu == SP_NONE)
		return;
	vcpu_get(in, vcpu)->is_queued = 0;
	if (!vcpu_get(in, vcpu)->is_blocked)
		step_block(vcpu);
}

SEC("struct_ops/corun_exit_task")
void BPF_PROG(corun_exit_task, struct task_struct *p, struct scx_exit_task_args *args)
{
	sp_u32 vcpu = vcpu_of(p), tid = (sp_u32)p->pid;

	if (vcpu == SP_NONE)
		return;
	step_remove(vcpu);
	bpf_map_delete_elem(&tags, &tid);
}

/* -- who runs ---------------------------------------------------------------------------- */

static inline sp_u32 reason_to_stop(struct scx_instance *in, sp_u32 vcpu, sp_u32 pcpu)
{
	if (vcpu_get(in, vcpu)->is_yielding)
		return SP_STOP_YIELDED;
	return bpf_ktime_get_ns() >= pcpu_get(in, pcpu)->run_until_ns ? SP_STOP_SLICE
								      : SP_STOP_PREEMPTED;
}

/* Its queue is empty: it is not saved yet, on its way there, or gone. */
static inline void give_up_pick(struct scx_instance *in, struct scx_pcpu *c)
{
	__sync_fetch_and_add(&pub.counts.stale, 1);
	c->picked = SP_NONE;
	if (c->is_coming)
		c->run_until_ns = bpf_ktime_get_ns() + RETRY_NS;
}

SEC("struct_ops/corun_dispatch") void BPF_PROG(corun_dispatch, sp_s32 cpu, struct task_struct *prev)
{
	struct scx_instance *in = instance_get();
	sp_u32 pcpu = (sp_u32)cpu, prev_vcpu = prev ? vcpu_of(prev) : SP_NONE, next;
	struct scx_pcpu *c;

	if (!in || pcpu >= SP_NR_PCPUS)
		return;
	c = pcpu_get(in, pcpu);
	if (prev_vcpu != SP_NONE)
		step_stop(prev_vcpu, reason_to_stop(in, prev_vcpu, pcpu));
	step_pick(pcpu);
	next = c->picked;
	if (next == SP_NONE) {
		/* idle, perhaps until run_until_ns */
	} else if (next == prev_vcpu && prev && (prev->scx.flags & SCX_TASK_QUEUED)) {
		prev->scx.slice = SCX_SLICE_INF;
		stint_begin(in, next, pcpu, bpf_ktime_get_ns());
		c->picked = SP_NONE;
		vcpu_get(in, next)->wanted_by = SP_NONE;
	} else if (scx_bpf_dsq_move_to_local(next)) {
		vcpu_get(in, next)->wanted_by = SP_NONE;
	} else {
		give_up_pick(in, c);
	}
	set_slot_end(in, pcpu, c->run_until_ns);
}

/* A task of a higher class takes the CPU: what waited for it goes back to its queue. */
SEC("struct_ops/corun_cpu_release")
void BPF_PROG(corun_cpu_release, sp_s32 cpu, struct scx_cpu_release_args *args)
{
	scx_bpf_reenqueue_local();
}

SEC("struct_ops/corun_tick") void BPF_PROG(corun_tick, struct task_struct *p)
{
	struct scx_instance *in = instance_get();
	sp_u32 vcpu = vcpu_of(p);

	if (P.tick && in && vcpu != SP_NONE && vcpu_get(in, vcpu)->is_asked)
		step_tick(vcpu);
}

/* to NULL: a plain sched_yield; else KVM's directed yield of a vCPU that spins. */
SEC("struct_ops/corun_yield")
bool BPF_PROG(corun_yield, struct task_struct *from, struct task_struct *to)
{
	struct scx_instance *in = instance_get();
	sp_u32 vcpu = vcpu_of(from), target = to ? vcpu_of(to) : SP_NONE;

	if (!in || vcpu == SP_NONE)
		return false;
	__sync_fetch_and_add(&pub.counts.yields, 1);
	if (!to) {
		vcpu_get(in, vcpu)->is_yielding = 1;
		from->scx.slice = 0;
		return false;
	}
	return target != SP_NONE && step_spin(vcpu, target);
}

/* -- the scheduler ------------------------------------------------------------------------ */

static SP_NOINLINE int prepare_pcpu(sp_u32 pcpu)
{
	struct scx_timer *t = bpf_map_lookup_elem(&slot_timers, &pcpu);

	if (!t)
		return 1;
	bpf_timer_init(&t->timer, &slot_timers, CLOCK_MONOTONIC);
	bpf_timer_set_callback(&t->timer, slot_ended);
	return 0;
}

SEC("struct_ops.s/corun_init") sp_s32 BPF_PROG(corun_init)
{
	sp_u32 key = 0, i;
	struct scx_timer *t = bpf_map_lookup_elem(&policy_timer, &key);
	sp_s32 error = 0;

	if (!t)
		return -1;
	bpf_timer_init(&t->timer, &policy_timer, CLOCK_MONOTONIC);
	bpf_timer_set_callback(&t->timer, policy_timer_came);
	sp_for (i, SP_NR_PCPUS)
		prepare_pcpu(i);
	sp_for (i, SP_NR_VCPUS) {
		error = scx_bpf_create_dsq(i, -1);
		if (error)
			break;
	}
	return error;
}

SEC("struct_ops/corun_exit") void BPF_PROG(corun_exit, struct scx_exit_info *info)
{
	pub.exit_kind = info->kind;
	bpf_probe_read_kernel_str(pub.exit_reason, sizeof(pub.exit_reason), info->reason);
	if (info->msg)
		bpf_probe_read_kernel_str(pub.exit_detail, sizeof(pub.exit_detail), info->msg);
}

SEC(".struct_ops.link")
struct sched_ext_ops corun_ops = {
	.select_cpu = (void *)corun_select_cpu,
	.enqueue = (void *)corun_enqueue,
	.dispatch = (void *)corun_dispatch,
	.tick = (void *)corun_tick,
	.runnable = (void *)corun_runnable,
	.running = (void *)corun_running,
	.stopping = (void *)corun_stopping,
	.quiescent = (void *)corun_quiescent,
	.yield = (void *)corun_yield,
	.cpu_release = (void *)corun_cpu_release,
	.exit_task = (void *)corun_exit_task,
	.init = (void *)corun_init,
	.exit = (void *)corun_exit,
	.flags = SCX_OPS_SWITCH_PARTIAL | SCX_OPS_ENQ_LAST,
	.name = SCX_NAME,
};
