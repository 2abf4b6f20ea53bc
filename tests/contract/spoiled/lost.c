/* SPDX-License-Identifier: BSD-2-Clause */
/* More marks than there is room for. */
#include "spoil.h"

static void pick_and_chatter(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	sp_u32 i;

	rr_pick_next(st, pcpu, now_ns, out);
	for (i = 0; i <= SP_OUT_MARKS; i++)
		sp_mark(out, i, pcpu, now_ns);
}

SPOILED("lost", .pick_next = pick_and_chatter);
