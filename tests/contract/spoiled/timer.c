/* SPDX-License-Identifier: BSD-2-Clause */
/* A timer in the past. */
#include "spoil.h"

static void wake_late(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
		      struct sp_out *out)
{
	sp_u32 was = rr_vcpu(st, vcpu)->state;

	rr_vcpu_wake(st, vcpu, wake, now_ns, out);
	if (was == RR_BLOCKED)
		out->timer_ns = now_ns - 1;
}

static void ignore_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	(void)st;
	(void)now_ns;
	(void)out;
}

SPOILED("timer", .vcpu_wake = wake_late, .timer = ignore_timer);
