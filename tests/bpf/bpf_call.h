/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf_call.h - one call of a policy, as it travels to a BPF program and as the
 * event generator and the recorder write it down.  No implicit padding.
 */
#ifndef BPF_CALL_H
#define BPF_CALL_H

/* Room for a policy's state under BPF, in bytes. */
#define BPF_STATE_MAX 131072

struct bpf_call {
	sp_u64 now_ns;
	sp_u32 pcpu;
	sp_u32 vcpu;
	sp_u32 vm;
	sp_u32 other; /* vcpu_spin: target; vcpu_yield_to: to */
	sp_u32 weight;
	sp_s32 ret; /* out: what the callback returned */
	union {
		struct sp_topo topo;
		struct sp_vm_config vm;
		struct sp_vcpu_config vcpu;
		struct sp_wake wake;
		struct sp_stint stint;
		struct sp_tick tick;
		struct sp_affinity affinity;
		sp_u64 words[4];
	} u;
};

struct bpf_init_call {
	struct sp_config config;
	sp_s32 ret; /* out */
	sp_u32 state_size; /* out */
};

#endif
