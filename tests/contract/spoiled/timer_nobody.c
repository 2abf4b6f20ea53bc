/* SPDX-License-Identifier: BSD-2-Clause */
/* A timer that has no callback. */
#include "spoil.h"

static void wake_and_arm(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			 struct sp_out *out)
{
	sp_u32 was = rr_vcpu(st, vcpu)->state;

	rr_vcpu_wake(st, vcpu, wake, now_ns, out);
	if (was == RR_BLOCKED)
		out->timer_ns = now_ns + 1000;
}

SPOILED("timer", .vcpu_wake = wake_and_arm);
