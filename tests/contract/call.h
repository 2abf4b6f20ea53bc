/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.h - one call of a policy as a record: generated, checked, printed, kept,
 * and played again into another build or another instance.
 *
 * Also included by the BPF program, so: no libc, no implicit padding.
 */
#ifndef CALL_H
#define CALL_H

#include "policy.h"

/* In the order in which the counts are printed. */
#define CALL_OPS(X)                                                                                \
	X(init)                                                                                    \
	X(pcpu_online)                                                                             \
	X(pcpu_offline)                                                                            \
	X(vm_add)                                                                                  \
	X(vm_remove)                                                                               \
	X(vcpu_add)                                                                                \
	X(vcpu_remove)                                                                             \
	X(vcpu_wake)                                                                               \
	X(vcpu_block)                                                                              \
	X(vcpu_stopped)                                                                            \
	X(pick_next)                                                                               \
	X(timer)                                                                                   \
	X(tick)                                                                                    \
	X(vcpu_spin)                                                                               \
	X(vcpu_yield_to)                                                                           \
	X(vm_set_weight)                                                                           \
	X(vcpu_set_weight)                                                                         \
	X(vcpu_set_affinity)                                                                       \
	X(vcpu_ipi)

#define CALL_ENUM(op) OP_##op,
enum call_op { CALL_OPS(CALL_ENUM) NR_OPS };
#undef CALL_ENUM

struct call {
	sp_u64 now_ns;
	sp_u32 op; /* enum call_op */
	sp_u32 pcpu;
	sp_u32 vcpu;
	sp_u32 vm;
	sp_u32 other; /* vcpu_spin: target; vcpu_yield_to: to */
	sp_u32 weight;
	sp_s32 ret; /* out: what the callback returned, 0 for void */
	sp_u32 zero;
	union {
		struct sp_topo topo;
		struct sp_vm_config vm;
		struct sp_vcpu_config vcpu;
		struct sp_wake wake;
		struct sp_stint stint;
		struct sp_tick tick;
		struct sp_affinity affinity;
		struct sp_ipi ipi;
		sp_u64 words[4];
	} u;
};

#ifndef __bpf__
#include <stdint.h>
#include <stdio.h>

const char *call_name(uint32_t op);
/* Does the policy have this callback? */
int call_exists(const struct sp_policy *policy, uint32_t op);
/* Make the call; c->ret is set.  `config` is for init alone; out must be reset. */
void call_make(const struct sp_policy *policy, void *state, const struct sp_config *config,
	       struct call *c, struct sp_out *out);
/* A hash of all that the call answered, the stale rest of sp_out left out. */
uint64_t call_digest(const struct call *c, const struct sp_out *out);
/* One readable line: instant, callback, arguments, answer. */
void call_print(FILE *f, uint32_t nr, const struct call *c, const struct sp_out *out);
uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t size);
#endif

#endif
