/* SPDX-License-Identifier: BSD-2-Clause */
/* cfs, but caps are kept by periods of 100 ms, whatever the host says. */
#define SP_POLICY_SYMBOL spoil_honest
#include "../../../policies/cfs/cfs.c"

extern const struct sp_policy sp_this_policy;
extern const char *const sp_spoiled_check;

const char *const sp_spoiled_check = "cap";

static sp_s32 add_long(void *st, sp_u32 vm, const struct sp_vm_config *config, sp_u64 now_ns,
		       struct sp_out *out)
{
	struct sp_vm_config longer = *config;

	if (longer.quota_ns)
		longer.quota_ns = longer.quota_ns * 100 / (longer.period_ns / SP_MS(1));
	longer.period_ns = longer.quota_ns ? SP_MS(100) : 0;
	return cfs_vm_add(st, vm, &longer, now_ns, out);
}

const struct sp_policy sp_this_policy = {
	.name = "cfs",
	.summary = "spoiled",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT | SP_CAP_WEIGHT_VCPU | SP_CAP_WEIGHT_VM | SP_CAP_AFFINITY |
		SP_CAP_LIMIT,
	.state_size = sizeof(struct cfs),
	.nr_tunables = sizeof(cfs_tunables) / sizeof(cfs_tunables[0]),
	.tunables = cfs_tunables,
	.init = cfs_init,
	.pcpu_online = cfs_pcpu_online,
	.pcpu_offline = cfs_pcpu_offline,
	.vm_add = add_long,
	.vm_remove = cfs_vm_remove,
	.vcpu_add = cfs_vcpu_add,
	.vcpu_remove = cfs_vcpu_remove,
	.vcpu_wake = cfs_vcpu_wake,
	.vcpu_block = cfs_vcpu_block,
	.vcpu_stopped = cfs_vcpu_stopped,
	.pick_next = cfs_pick_next,
	.timer = cfs_timer,
	.tick = cfs_tick,
	.vcpu_yield_to = cfs_vcpu_yield_to,
	.vm_set_weight = cfs_vm_set_weight,
	.vcpu_set_weight = cfs_vcpu_set_weight,
	.vcpu_set_affinity = cfs_vcpu_set_affinity,
	.check = cfs_check,
};
