/* SPDX-License-Identifier: BSD-2-Clause */
/* Has a timer callback and never arms the timer. */
#include "spoil.h"

static void wait_in_vain(void *st, sp_u64 now_ns, struct sp_out *out)
{
	(void)st;
	(void)now_ns;
	(void)out;
}

SPOILED("counts", .timer = wait_in_vain);
