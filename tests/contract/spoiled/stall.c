/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues who wakes, and tells nobody. */
#include "spoil.h"

static void wake_silently(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			  struct sp_out *out)
{
	(void)wake;
	(void)now_ns;
	(void)out;
	if (rr_vcpu(st, vcpu)->state == RR_BLOCKED)
		rr_enqueue(st, vcpu);
}

SPOILED("stall", .name = "stall", .vcpu_wake = wake_silently);
