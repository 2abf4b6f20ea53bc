/* SPDX-License-Identifier: BSD-2-Clause */
/* Remembers, outside its state, how often it was asked. */
#include "spoil.h"

static void pick_by_memory(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	static sp_u32 nr_asked;

	rr_pick_next(st, pcpu, now_ns, out);
	if (out->next != SP_NONE)
		out->run_until_ns += nr_asked++ % 1024;
}

SPOILED("repeat", .pick_next = pick_by_memory);
