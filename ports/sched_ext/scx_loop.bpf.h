/* SPDX-License-Identifier: GPL-2.0-only */
/* scx_loop.bpf.h - how a policy's loops begin under this verifier. */
#ifndef SCX_LOOP_BPF_H
#define SCX_LOOP_BPF_H

/*
 * sp_for begins with the later argument registers wiped.  Linux 6.18.15 (not 6.18.44)
 * links one that is dead to what the loop needs precisely, follows it back into a
 * function that the loop calls, and gives up ("verifier bug: backtracking exit
 * unexpected regs").  Besides, states that differ in the dead alone are pruned: cfs costs
 * clang-14 105,000 instructions a pick instead of 726,000.
 */
#undef SP_ZERO
#define SP_ZERO                                                                                    \
	({                                                                                         \
		__asm__ volatile("r3 = 0\nr4 = 0\nr5 = 0" ::: "r3", "r4", "r5");                   \
		sp_bpf_zero;                                                                       \
	})

#endif
