/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes whoever wakes for one that does not wait. */
#include "spoil.h"

static void wake_unmarked(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			  struct sp_out *out)
{
	rr_vcpu_wake(st, vcpu, wake, now_ns, out);
	rr_vcpu(st, vcpu)->state = RR_BLOCKED;
}

SPOILED("invariants", .vcpu_wake = wake_unmarked);
