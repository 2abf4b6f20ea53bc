/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sp_types.h - the few words that make one policy text fit every target.
 *
 * A policy is compiled natively (simulator, tests), inside Xen, as BPF, and for
 * 32-bit big-endian machines.  None of those has <stdint.h> for sure, the BPF
 * verifier wants to see every array index bounded next to its use, and wants
 * loops it can prove quickly.  All of that is hidden here and nowhere else.
 */
#ifndef SP_TYPES_H
#define SP_TYPES_H

typedef __UINT8_TYPE__ sp_u8;
typedef __UINT16_TYPE__ sp_u16;
typedef __UINT32_TYPE__ sp_u32;
typedef __UINT64_TYPE__ sp_u64;
typedef __INT32_TYPE__ sp_s32;
typedef __INT64_TYPE__ sp_s64;

/* An id as it is stored in a policy's state; arguments travel as sp_u32. */
typedef sp_u16 sp_id;

/* No vCPU, no pCPU, no VM, end of a list.  Valid ids are below it. */
#define SP_NONE 0xffffu

/* "Never", for an instant.  Later than any instant a host may name. */
#define SP_NEVER_NS (~(sp_u64)0)

/* Durations, in ns. */
#define SP_US(n) ((sp_u64)(n)*1000u)
#define SP_MS(n) ((sp_u64)(n)*1000000u)

/*
 * Dimensions, given by the port as powers of two: how many of each the state
 * block has room for.  Ids handed to a policy are below them and may be sparse.
 */
#ifndef SP_NR_PCPUS
#define SP_NR_PCPUS 16
#endif
#ifndef SP_NR_VCPUS
#define SP_NR_VCPUS 64
#endif
#ifndef SP_NR_VMS
#define SP_NR_VMS SP_NR_VCPUS
#endif

/* pCPUs that one sp_out can name: a port may serve several sizes with one. */
#ifndef SP_OUT_PCPUS
#define SP_OUT_PCPUS SP_NR_PCPUS
#endif

#define SP_IS_POW2(n) ((n) > 0 && ((n) & ((n)-1)) == 0)
_Static_assert(SP_IS_POW2(SP_NR_PCPUS) && SP_NR_PCPUS <= 32768, "SP_NR_PCPUS: a power of two");
_Static_assert(SP_IS_POW2(SP_NR_VCPUS) && SP_NR_VCPUS <= 32768, "SP_NR_VCPUS: a power of two");
_Static_assert(SP_IS_POW2(SP_NR_VMS) && SP_NR_VMS <= 32768, "SP_NR_VMS: a power of two");
_Static_assert(SP_IS_POW2(SP_OUT_PCPUS) && SP_OUT_PCPUS >= SP_NR_PCPUS, "SP_OUT_PCPUS");

#ifdef __bpf__
/*
 * SP_IDX under BPF: the empty asm keeps the optimiser from proving the mask
 * away, so that the verifier meets it right before the access.
 */
#define SP_IDX(i, n)                                                                               \
	({                                                                                         \
		sp_u32 sp_idx_ = (i);                                                              \
		__asm__ volatile("" : "+r"(sp_idx_));                                              \
		((n)-1) & sp_idx_;                                                                 \
	})
/*
 * may_goto (Linux 6.9 and later; sched_ext needs 6.12 anyway): with it, and a
 * loop counter that starts from a value the verifier cannot know, a loop is
 * proven in a few passes instead of one pass an iteration.  Measured on the toy
 * CFS of 256 vCPUs and 16 pCPUs: 450 verified instructions against 19,891.
 * 64 bits: added to anything, it makes that any number, to the verifier.
 */
static volatile sp_u64 sp_bpf_zero;
#define SP_ZERO sp_bpf_zero
#define SP_MAY_LOOP                                                                                \
	({                                                                                         \
		__label__ sp_break_, sp_on_;                                                       \
		int sp_ok_ = 1;                                                                    \
		__asm__ volatile goto("1:.byte 0xe5; .byte 0;"                                     \
				      ".long ((%l[sp_break_] - 1b - 8) / 8) & 0xffff;"             \
				      ".short 0" :: ::sp_break_);                                  \
		goto sp_on_;                                                                       \
	sp_break_:                                                                                 \
		sp_ok_ = 0;                                                                        \
	sp_on_:;                                                                                   \
		sp_ok_;                                                                            \
	})
#define SP_NOINLINE __attribute__((noinline))
#else
/* Index below n, a power of two: wraps rather than overruns. */
#define SP_IDX(i, n) ((sp_u32)(i) & ((sp_u32)(n)-1u))
#define SP_ZERO 0u
#define SP_MAY_LOOP 1
#define SP_NOINLINE
#endif

/*
 * Element i of an array, in range whatever i is.  The length is the array's own, a power
 * of two; a pointer, which has none, does not compile: there, SP_IDX and a length that
 * the caller answers for.
 */
#define SP_AT(array, i) ((array)[SP_IDX(i, SP_LENGTH(array))])
#define SP_LENGTH(array)                                                                           \
	((sp_u32)(sizeof(array) / sizeof((array)[0]) +                                             \
		  0 * sizeof(char[SP_IS_ARRAY(array) ? 1 : -1]) +                                  \
		  0 * sizeof(char[SP_IS_POW2(sizeof(array) / sizeof((array)[0])) ? 1 : -1])))
#define SP_IS_ARRAY(a) !__builtin_types_compatible_p(__typeof__(a), __typeof__(&(a)[0]))

/*
 * The loop of a policy: i counts from 0 to n - 1.  n is a constant, the real
 * limit is tested inside.  `continue` and `break` work as usual.
 */
#define sp_for(i, n) for ((i) = SP_ZERO; SP_MAY_LOOP && (i) < (n); (i)++)

/* A helper that some files include and do not call, and too long to be inlined everywhere. */
#define SP_MAYBE __attribute__((unused))

/* Xen tags functions reached through a pointer; elsewhere this is nothing. */
#ifndef SP_CALLBACK
#define SP_CALLBACK
#endif

static inline sp_u64 sp_min(sp_u64 a, sp_u64 b)
{
	return a < b ? a : b;
}

static inline sp_u64 sp_max(sp_u64 a, sp_u64 b)
{
	return a > b ? a : b;
}

/* a - b, or 0 where that would be negative. */
static inline sp_u64 sp_sub0(sp_u64 a, sp_u64 b)
{
	return a > b ? a - b : 0;
}

/* a + b, or SP_NEVER_NS where that would wrap. */
static inline sp_u64 sp_add_sat(sp_u64 a, sp_u64 b)
{
	sp_u64 sum = a + b;

	return sum < a ? SP_NEVER_NS : sum;
}

#endif
