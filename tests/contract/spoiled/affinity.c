/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes affinities and forgets them. */
#include "spoil.h"

static sp_s32 add_anyhow(void *st, sp_u32 vcpu, const struct sp_vcpu_config *config, sp_u64 now_ns,
			 struct sp_out *out)
{
	struct sp_vcpu_config anywhere = *config;

	anywhere.affinity.nr = 0;
	return rr_vcpu_add(st, vcpu, &anywhere, now_ns, out);
}

SPOILED("affinity", .caps = SP_CAP_AFFINITY, .vcpu_add = add_anyhow);
