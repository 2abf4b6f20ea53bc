/* SPDX-License-Identifier: BSD-2-Clause */
/* A slice of no length. */
#include "spoil.h"

static void pick_for_no_time(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	rr_pick_next(st, pcpu, now_ns, out);
	if (out->next != SP_NONE)
		out->run_until_ns = now_ns;
}

SPOILED("run_until", .pick_next = pick_for_no_time);
