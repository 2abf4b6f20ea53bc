/* SPDX-License-Identifier: BSD-2-Clause */
/* nice, but what a stint ran over its grant is never paid, and every stint ends late. */
#define SP_POLICY_SYMBOL spoil_honest
#include "../../../policies/nice.c"

extern const struct sp_policy sp_this_policy;
extern const char *const sp_spoiled_check;

const char *const sp_spoiled_check = "cap";

static void stop_and_forget(void *st, const struct sp_stint *stint, sp_u64 now_ns,
			    struct sp_out *out)
{
	struct nice *n = st;
	sp_u64 grant_ns = SP_AT(n->caps.grants_ns, stint->pcpu);
	struct sp_cap *cap = sp_cap(&n->caps, nice_vcpu(n, stint->vcpu)->vm);

	nice_vcpu_stopped(st, stint, now_ns, out);
	if (cap->quota_ns && stint->ran_ns > grant_ns / 2)
		cap->used_ns = sp_sub0(cap->used_ns, stint->ran_ns - grant_ns / 2);
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
	.vcpu_stopped = stop_and_forget,
	.pick_next = nice_pick_next,
	.timer = nice_timer,
	.vm_set_weight = nice_vm_set_weight,
	.vcpu_set_weight = nice_vcpu_set_weight,
	.check = nice_check,
};
