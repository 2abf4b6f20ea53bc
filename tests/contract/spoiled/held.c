/* SPDX-License-Identifier: BSD-2-Clause */
/* Announces that who wakes is held back, and then picks him all the same. */
#include "spoil.h"

static void wake_and_hold(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			  struct sp_out *out)
{
	sp_u32 was = rr_vcpu(st, vcpu)->state;

	rr_vcpu_wake(st, vcpu, wake, now_ns, out);
	if (was == RR_BLOCKED)
		sp_note(out, vcpu, SP_COSTOP, 0);
}

static void block_and_release(void *st, sp_u32 vcpu, sp_u64 now_ns, struct sp_out *out)
{
	if (rr_vcpu(st, vcpu)->state == RR_QUEUED)
		sp_note(out, vcpu, SP_COSTART, 0);
	rr_vcpu_block(st, vcpu, now_ns, out);
}

SPOILED("held", .vcpu_wake = wake_and_hold, .vcpu_block = block_and_release);
