/* SPDX-License-Identifier: BSD-2-Clause */
/* nice, but for weights: 0 is as good as any. */
#define SP_POLICY_SYMBOL spoil_honest
#include "../../../policies/nice.c"

extern const struct sp_policy sp_this_policy;
extern const char *const sp_spoiled_check;

const char *const sp_spoiled_check = "weights";

static sp_s32 set_any_weight(void *st, sp_u32 vm, sp_u32 weight, sp_u64 now_ns, struct sp_out *out)
{
	return weight ? nice_vm_set_weight(st, vm, weight, now_ns, out) : 0;
}

const struct sp_policy sp_this_policy = {
	.name = "nice",
	.summary = "spoiled",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT | SP_CAP_WEIGHT_VCPU | SP_CAP_LIMIT,
	.state_size = sizeof(struct nice),
	.nr_tunables = sizeof(nice_tunables) / sizeof(nice_tunables[0]),
	.tunables = nice_tunables,
	.init = nice_init,
	.pcpu_online = nice_pcpu_online,
	.pcpu_offline = nice_pcpu_offline,
	.vm_add = nice_vm_add,
	.vm_remove = nice_vm_remove,
	.vcpu_add = nice_vcpu_add,
	.vcpu_remove = nice_vcpu_remove,
	.vcpu_wake = nice_vcpu_wake,
	.vcpu_block = nice_vcpu_block,
	.vcpu_stopped = nice_vcpu_stopped,
	.pick_next = nice_pick_next,
	.vm_set_weight = set_any_weight,
	.vcpu_set_weight = nice_vcpu_set_weight,
	.timer = nice_timer,
	.check = nice_check,
};
