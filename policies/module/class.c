/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One size of a policy, for a shared object: policy.mk compiles this once for each,
 * with the policy's file as SP_MODULE_POLICY.
 */
#include SP_MODULE_POLICY

#include "sp_module.h"

extern const struct sp_module_class SP_MODULE_CLASS;
const struct sp_module_class SP_MODULE_CLASS = {
	.nr_pcpus = SP_NR_PCPUS,
	.nr_vcpus = SP_NR_VCPUS,
	.nr_vms = SP_NR_VMS,
	.out_pcpus = SP_OUT_PCPUS,
	.out_size = sizeof(struct sp_out),
	.table_size = sizeof(struct sp_policy),
	.policy = &SP_POLICY_SYMBOL,
};
