/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * policy_bpf.c - one policy as BPF programs, for the verifier and for comparison.
 *
 * One SEC("syscall") program a callback, each of which takes the instance's
 * bpf_spin_lock, calls the policy and drops the lock: what a sched_ext port has
 * to do.  Built once a policy: -DSP_POLICY_FILE='"../../policies/rr.c"'.
 * What the policy answered goes back in the context; user space reads the state
 * from the map (bpf_check.c).
 *
 * The licence string is the target's own: bpf_spin_lock is a GPL-only helper.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include SP_POLICY_FILE
#include "bpf_context.h"

struct bpf_instance {
	struct bpf_spin_lock lock;
	__u32 zero;
	struct sp_out out;
	__u8 state[BPF_STATE_MAX] __attribute__((aligned(8)));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bpf_instance);
} instance SEC(".maps");

_Static_assert(sizeof(SP_POLICY_SYMBOL) > 0, "the policy file ends in its table");

#define P SP_POLICY_SYMBOL

/* Defines program `op`; `invoke` is the policy's callback on st, c (by value), out. */
#define CALL(op, invoke)                                                                           \
	SEC("syscall") int bpf_##op(struct bpf_context *ctx)                                       \
	{                                                                                          \
		__u32 key = 0;                                                                     \
		struct bpf_instance *in = bpf_map_lookup_elem(&instance, &key);                    \
		struct call c = ctx->call;                                                         \
		__s32 ret = 0;                                                                     \
		if (!in)                                                                           \
			return 1;                                                                  \
		bpf_spin_lock(&in->lock);                                                          \
		sp_out_reset(&in->out);                                                            \
		if (P.op)                                                                          \
			invoke;                                                                    \
		bpf_spin_unlock(&in->lock);                                                        \
		ctx->call.ret = ret;                                                               \
		ctx->out = in->out;                                                                \
		return 0;                                                                          \
	}

#define ST in->state
#define OUT &in->out

CALL(pcpu_online, ret = P.pcpu_online(ST, c.pcpu, &c.u.topo, c.now_ns, OUT))
CALL(pcpu_offline, P.pcpu_offline(ST, c.pcpu, c.now_ns, OUT))
CALL(vm_add, ret = P.vm_add(ST, c.vm, &c.u.vm, c.now_ns, OUT))
CALL(vm_remove, P.vm_remove(ST, c.vm, c.now_ns, OUT))
CALL(vcpu_add, ret = P.vcpu_add(ST, c.vcpu, &c.u.vcpu, c.now_ns, OUT))
CALL(vcpu_remove, P.vcpu_remove(ST, c.vcpu, c.now_ns, OUT))
CALL(vcpu_wake, P.vcpu_wake(ST, c.vcpu, &c.u.wake, c.now_ns, OUT))
CALL(vcpu_block, P.vcpu_block(ST, c.vcpu, c.now_ns, OUT))
CALL(vcpu_stopped, P.vcpu_stopped(ST, &c.u.stint, c.now_ns, OUT))
CALL(pick_next, P.pick_next(ST, c.pcpu, c.now_ns, OUT))
CALL(timer, P.timer(ST, c.now_ns, OUT))
CALL(tick, P.tick(ST, &c.u.tick, c.now_ns, OUT))
CALL(vcpu_spin, P.vcpu_spin(ST, c.vcpu, c.other, c.now_ns, OUT))
CALL(vcpu_yield_to, P.vcpu_yield_to(ST, c.vcpu, c.other, c.now_ns, OUT))
CALL(vcpu_ipi, P.vcpu_ipi(ST, &c.u.ipi, c.now_ns, OUT))
CALL(vm_set_weight, ret = P.vm_set_weight(ST, c.vm, c.weight, c.now_ns, OUT))
CALL(vcpu_set_weight, ret = P.vcpu_set_weight(ST, c.vcpu, c.weight, c.now_ns, OUT))
CALL(vcpu_set_affinity, ret = P.vcpu_set_affinity(ST, c.vcpu, &c.u.affinity, c.now_ns, OUT))

/* init reads its configuration from the context: the stack is too small for it. */
SEC("syscall") int bpf_init(struct bpf_init_context *ctx)
{
	__u32 key = 0;
	struct bpf_instance *in = bpf_map_lookup_elem(&instance, &key);
	struct sp_config config = ctx->config;
	__s32 ret;

	if (!in)
		return 1;
	bpf_spin_lock(&in->lock);
	ret = P.init(in->state, &config);
	bpf_spin_unlock(&in->lock);
	ctx->ret = ret;
	ctx->state_size = P.state_size;
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
