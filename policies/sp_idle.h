/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sp_idle.h - have one of the idle pCPUs pick.
 *
 *	sp_u64 idle[SP_WORDS(SP_NR_PCPUS)];   online, picked nothing, not yet kicked
 *
 * The pCPU that is kicked leaves the set at once: it is counted on, and the next vCPU
 * that wakes has another one kicked.
 */
#ifndef SP_IDLE_H
#define SP_IDLE_H

#include "policy.h"

static inline void sp_idle_call(sp_u64 *idle, sp_u32 pcpu, struct sp_out *out)
{
	if (pcpu == SP_NONE)
		return;
	sp_clear_bit(idle, SP_WORDS(SP_NR_PCPUS), pcpu);
	sp_kick(out, pcpu);
}

/* The lowest one; nothing happens if all are busy. */
static SP_MAYBE void sp_idle_kick(sp_u64 *idle, struct sp_out *out)
{
	sp_idle_call(idle, sp_next_bit(idle, SP_WORDS(SP_NR_PCPUS), 0), out);
}

/* `near` if it is idle, or else the next one, going round.  Was there one? */
static SP_MAYBE int sp_idle_kick_near(sp_u64 *idle, sp_u32 near, struct sp_out *out)
{
	sp_u32 pcpu = sp_next_bit_wrap(idle, SP_WORDS(SP_NR_PCPUS), near);

	sp_idle_call(idle, pcpu, out);
	return pcpu != SP_NONE;
}

#endif
