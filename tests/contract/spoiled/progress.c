/* SPDX-License-Identifier: BSD-2-Clause */
/* Every pick asks for another one. */
#include "spoil.h"

static void pick_and_ask_again(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	rr_pick_next(st, pcpu, now_ns, out);
	sp_kick(out, pcpu);
}

SPOILED("progress", .pick_next = pick_and_ask_again);
