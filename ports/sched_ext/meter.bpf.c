/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * meter.bpf.c - every switch and wake-up of a tagged thread, as an event for user space
 * (scx_meter.c makes figures of them).  It looks at the scheduler's tracepoints and so
 * is the same under the stock scheduler and under ours.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "scx_abi.h"

char _license[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SP_NR_VCPUS);
	__type(key, sp_u32);
	__type(value, struct scx_tag);
} tags SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} events SEC(".maps");

sp_u64 nr_lost SEC(".bss.lost"); /* events that found no room */

static inline sp_u32 vcpu_of(const struct task_struct *p)
{
	sp_u32 tid = (sp_u32)p->pid;
	const struct scx_tag *tag = bpf_map_lookup_elem(&tags, &tid);

	return tag ? tag->vcpu : SP_NONE;
}

static inline void report(sp_u32 kind, sp_u32 prev, sp_u32 next, sp_u32 is_prev_runnable)
{
	struct scx_event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e) {
		__sync_fetch_and_add(&nr_lost, 1);
		return;
	}
	e->at_ns = bpf_ktime_get_ns();
	e->kind = kind;
	e->cpu = bpf_get_smp_processor_id();
	e->prev = prev;
	e->next = next;
	e->is_prev_runnable = is_prev_runnable;
	e->zero = 0;
	/* Read at leisure: a wake-up of the reader for each would be noise of our own. */
	bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(meter_switch, bool is_preempted, struct task_struct *prev, struct task_struct *next,
	     unsigned int prev_state)
{
	sp_u32 from = vcpu_of(prev), to = vcpu_of(next);

	if (from != SP_NONE || to != SP_NONE)
		report(SCX_EV_SWITCH, from, to, is_preempted || prev_state == 0);
	return 0;
}

SEC("tp_btf/sched_wakeup") int BPF_PROG(meter_wakeup, struct task_struct *p)
{
	sp_u32 vcpu = vcpu_of(p);

	if (vcpu != SP_NONE)
		report(SCX_EV_WAKE, SP_NONE, vcpu, 0);
	return 0;
}
