/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bad_hang - never runs anybody: for the test that the kernel throws it out, and that
 * the machine lives on.
 */
#include "../../../policies/policy.h"

struct bad {
	sp_u64 nothing;
};

static SP_CALLBACK sp_s32 bad_init(void *st, const struct sp_config *config)
{
	return 0;
}

static SP_CALLBACK sp_s32 bad_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo,
					  sp_u64 now_ns, struct sp_out *out)
{
	return 0;
}

static SP_CALLBACK void bad_id(void *st, sp_u32 id, sp_u64 now_ns, struct sp_out *out)
{
}

static SP_CALLBACK sp_s32 bad_vm_add(void *st, sp_u32 vm, const struct sp_vm_config *config,
				     sp_u64 now_ns, struct sp_out *out)
{
	return 0;
}

static SP_CALLBACK sp_s32 bad_vcpu_add(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config,
				       sp_u64 now_ns, struct sp_out *out)
{
	return 0;
}

static SP_CALLBACK void bad_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake,
				      sp_u64 now_ns, struct sp_out *out)
{
}

static SP_CALLBACK void bad_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
					 struct sp_out *out)
{
}

SP_POLICY = {
	.name = "bad_hang",
	.summary = "never runs anybody",
	.contract = SP_CONTRACT_VERSION,
	.state_size = sizeof(struct bad),
	.init = bad_init,
	.pcpu_online = bad_pcpu_online,
	.pcpu_offline = bad_id,
	.vm_add = bad_vm_add,
	.vm_remove = bad_id,
	.vcpu_add = bad_vcpu_add,
	.vcpu_remove = bad_id,
	.vcpu_wake = bad_vcpu_wake,
	.vcpu_block = bad_id,
	.vcpu_stopped = bad_vcpu_stopped,
	.pick_next = bad_id,
};
