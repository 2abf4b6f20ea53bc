/* SPDX-License-Identifier: BSD-2-Clause */
/* One array, one element too long. */
#include "spoil.h"

static void block_beyond(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	unsigned char *state = st;

	rr_vcpu_block(st, vcpu, now_ns, out);
	state[sizeof(struct rr)] = (unsigned char)vcpu;
}

SPOILED("bounds", .vcpu_block = block_beyond);
