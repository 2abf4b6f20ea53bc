/* SPDX-License-Identifier: BSD-2-Clause */
/* bpf_context.h - what travels between bpf_check.c and the programs of policy_bpf.c. */
#ifndef BPF_CONTEXT_H
#define BPF_CONTEXT_H

#include "../contract/call.h"

/* Room for a policy's state under BPF, in bytes. */
#define BPF_STATE_MAX 131072

struct bpf_context {
	struct call call; /* call.ret: out */
	struct sp_out out; /* out */
};

struct bpf_init_context {
	struct sp_config config;
	sp_s32 ret; /* out */
	sp_u32 state_size; /* out */
};

/* The map's one value, as user space sees it. */
struct bpf_image {
	sp_u32 lock;
	sp_u32 zero;
	struct sp_out out;
	sp_u8 state[BPF_STATE_MAX] __attribute__((aligned(8)));
};

#endif
