/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes every weight, and has no idea of weights. */
#include "spoil.h"

static sp_s32 add_any(void *st, sp_u32 vm, const struct sp_vm_config *config, sp_u64 now_ns,
		      struct sp_out *out)
{
	(void)st;
	(void)vm;
	(void)config;
	(void)now_ns;
	(void)out;
	return 0;
}

SPOILED("accepts", .vm_add = add_any);
