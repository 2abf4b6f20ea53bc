/* SPDX-License-Identifier: BSD-2-Clause */
/* nice, but for its clock: it charges what it planned, not what ran. */
#define SP_POLICY_SYMBOL spoil_honest
#include "../../../policies/nice.c"

extern const struct sp_policy sp_this_policy;
extern const char *const sp_spoiled_check;

const char *const sp_spoiled_check = "charge";

static void stop_and_overcharge(void *st, const struct sp_stint *stint, sp_u64 now_ns,
				struct sp_out *out)
{
	struct sp_stint planned = *stint;

	planned.ran_ns = 10000000;
	nice_vcpu_stopped(st, &planned, now_ns, out);
}

/* A cap would be charged for what was planned, too, and be found out as well. */
static sp_s32 add_without_cap(void *st, sp_u32 vm, const struct sp_vm_config *config, sp_u64 now_ns,
			      struct sp_out *out)
{
	return config->quota_ns ? -SP_ENOTSUP : nice_vm_add(st, vm, config, now_ns, out);
}

const struct sp_policy sp_this_policy = {
	.name = "nice",
	.summary = "spoiled",
	.contract = SP_CONTRACT_VERSION,
	.caps = SP_CAP_WEIGHT | SP_CAP_WEIGHT_VCPU,
	.state_size = sizeof(struct nice),
	.nr_tunables = sizeof(nice_tunables) / sizeof(nice_tunables[0]),
	.tunables = nice_tunables,
	.init = nice_init,
	.pcpu_online = nice_pcpu_online,
	.pcpu_offline = nice_pcpu_offline,
	.vm_add = add_without_cap,
	.vm_remove = nice_vm_remove,
	.vcpu_add = nice_vcpu_add,
	.vcpu_remove = nice_vcpu_remove,
	.vcpu_wake = nice_vcpu_wake,
	.vcpu_block = nice_vcpu_block,
	.vcpu_stopped = stop_and_overcharge,
	.pick_next = nice_pick_next,
	.vm_set_weight = nice_vm_set_weight,
	.vcpu_set_weight = nice_vcpu_set_weight,
	.check = nice_check,
};
