/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the list of kicks by itself, past the stamps. */
#include "spoil.h"

static void wake_twice(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
		       struct sp_out *out)
{
	rr_vcpu_wake(st, vcpu, wake, now_ns, out);
	if (out->nr_kicks == 1)
		out->kicks[out->nr_kicks++ & (SP_OUT_PCPUS - 1)] = out->kicks[0];
}

SPOILED("kicks", .vcpu_wake = wake_twice);
