/* SPDX-License-Identifier: BSD-2-Clause */
/* Kicks the pCPU that has just left. */
#include "spoil.h"

static void kick_the_gone(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	rr_pcpu_offline(st, pcpu, now_ns, out);
	sp_kick(out, pcpu);
}

SPOILED("kicks", .pcpu_offline = kick_the_gone);
