/* SPDX-License-Identifier: BSD-2-Clause */
/* nice, but the first of the siblings that a cap lets go has what was held for all of them. */
#define SP_POLICY_SYMBOL spoil_honest
#include "../../../policies/nice.c"

extern const struct sp_policy sp_this_policy;
extern const char *const sp_spoiled_check;

const char *const sp_spoiled_check = "siblings";

/* The first of its siblings, before it, that was let go and not picked since; or itself. */
static sp_u32 first_held(const struct nice *n, sp_u32 vcpu)
{
	sp_u32 i;

	for (i = 0; i < vcpu; i++)
		if (n->caps.vcpus[i].held_ns && n->vcpus[i].vm == n->vcpus[vcpu].vm)
			break;
	return i;
}

static void give_to_first(void *st, sp_u64 now_ns, struct sp_out *out)
{
	struct nice *n = st;
	sp_u32 i, held_ns;

	nice_timer(st, now_ns, out);
	for (i = 0; i < SP_NR_VCPUS; i++) {
		held_ns = n->caps.vcpus[i].held_ns;
		n->caps.vcpus[i].held_ns = 0;
		n->caps.vcpus[first_held(n, i)].held_ns += held_ns;
	}
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
	.timer = give_to_first,
	.vm_set_weight = nice_vm_set_weight,
	.vcpu_set_weight = nice_vcpu_set_weight,
	.check = nice_check,
};
