/* SPDX-License-Identifier: BSD-2-Clause */
/* Prepares for a vCPU before it finds out that it will not have it. */
#include "spoil.h"

static sp_s32 add_hastily(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config, sp_u64 now_ns,
			  struct sp_out *out)
{
	rr_vcpu(st, vcpu)->pcpu = SP_NONE;
	return rr_vcpu_add(st, vcpu, config, now_ns, out);
}

SPOILED("refusals", .vcpu_add = add_hastily);
