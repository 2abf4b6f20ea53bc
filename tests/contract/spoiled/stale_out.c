/* SPDX-License-Identifier: BSD-2-Clause */
/* Trusts what is left in sp_out from the call before. */
#include "spoil.h"

static void pick_by_leftovers(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	rr_pick_next(st, pcpu, now_ns, out);
	if (out->next != SP_NONE)
		out->run_until_ns += out->notes[0].detail;
}

SPOILED("stale_out", .pick_next = pick_by_leftovers);
