/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps something for all instances together, fresh after every init. */
#include "spoil.h"

static sp_u32 nr_asked;

static sp_s32 init_all(void *st, const struct sp_config *config)
{
	nr_asked = 0;
	return rr_init(st, config);
}

static void pick_by_all(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	rr_pick_next(st, pcpu, now_ns, out);
	if (out->next != SP_NONE)
		out->run_until_ns += nr_asked++ % 1024;
}

SPOILED("instances", .init = init_all, .pick_next = pick_by_all);
