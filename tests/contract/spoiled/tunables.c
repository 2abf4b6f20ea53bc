/* SPDX-License-Identifier: BSD-2-Clause */
/* Offers a slice and always takes its own. */
#include "spoil.h"

static sp_s32 init_as_ever(void *st, const struct sp_config *config)
{
	struct rr *rr = st;
	sp_s32 ret = rr_init(st, config);

	rr->slice_ns = 10000000;
	return ret;
}

SPOILED("tunables", .init = init_as_ever);
