/* SPDX-License-Identifier: BSD-2-Clause */
/* Says of everybody it picks that he is held back no longer: nobody was. */
#include "spoil.h"

static void pick_and_release(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	rr_pick_next(st, pcpu, now_ns, out);
	if (out->next != SP_NONE)
		sp_note(out, out->next, SP_COSTART, 0);
}

SPOILED("notes", .pick_next = pick_and_release);
