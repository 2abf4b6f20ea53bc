/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes the target of an interrupt for the pCPU that it runs on. */
#include "spoil.h"

static void kick_by_name(void *st, const struct sp_ipi *ipi, sp_u64 now_ns, struct sp_out *out)
{
	(void)st;
	(void)now_ns;
	if (ipi->waits)
		sp_kick(out, ipi->to);
}

SPOILED("kicks", .vcpu_ipi = kick_by_name);
