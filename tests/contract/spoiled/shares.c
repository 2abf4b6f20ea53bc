/* SPDX-License-Identifier: BSD-2-Clause */
/* Every second vCPU is a favourite. */
#include "spoil.h"

static void pick_with_favour(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	rr_pick_next(st, pcpu, now_ns, out);
	if (out->next != SP_NONE && out->next % 2)
		out->run_until_ns = now_ns + 2 * (out->run_until_ns - now_ns);
}

SPOILED("shares", .pick_next = pick_with_favour);
