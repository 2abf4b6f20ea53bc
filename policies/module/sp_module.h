/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sp_module.h - a policy as a shared object, for hosts in user space.
 *
 * The object holds the policy compiled for several sizes and exports one symbol,
 * sp_module, that says which.  policy.mk, beside this file, builds it; the policy's
 * own text needs nothing of this.
 */
#ifndef SP_MODULE_H
#define SP_MODULE_H

#include "../policy.h"

#define SP_MODULE_VERSION 1u /* of these two structures */
#define SP_MODULE_CLASSES 3u

/* The policy as it was compiled for one size; every number is the compiler's own. */
struct sp_module_class {
	sp_u32 nr_pcpus, nr_vcpus, nr_vms; /* SP_NR_* */
	sp_u32 out_pcpus; /* SP_OUT_PCPUS */
	sp_u32 out_size; /* of struct sp_out */
	sp_u32 table_size; /* of struct sp_policy */
	const struct sp_policy *policy;
};

struct sp_module {
	sp_u32 version; /* SP_MODULE_VERSION */
	sp_u32 contract; /* SP_CONTRACT_VERSION of the headers it was built with */
	sp_u32 nr_classes; /* 1 to SP_MODULE_CLASSES, sizes ascending */
	sp_u32 zero;
	const struct sp_module_class *classes[SP_MODULE_CLASSES];
};

#endif
