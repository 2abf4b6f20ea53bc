/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sp_bitmap.h - sets of small ids, walked by occupancy.
 *
 * A set of n ids is an array of SP_WORDS(n) 64-bit words.  Walks cost one step
 * a word plus one a member: 64 words for 4,096 pCPUs.  No compiler builtin for
 * counting bits is used: freestanding targets answer those with a library call.
 *
 *	sp_u64 idle[SP_WORDS(SP_NR_PCPUS)];
 *
 *	p = sp_next_bit(idle, SP_WORDS(SP_NR_PCPUS), 0);   first member or SP_NONE
 *	p = sp_next_bit(idle, SP_WORDS(SP_NR_PCPUS), p+1); the next one
 */
#ifndef SP_BITMAP_H
#define SP_BITMAP_H

#include "sp_types.h"

/* Words for n bits: a power of two, as n is, and at least one. */
#define SP_WORDS(n) ((n) < 64 ? 1 : (n) / 64)

static inline sp_u32 sp_count_bits(sp_u64 word)
{
	word -= (word >> 1) & 0x5555555555555555u;
	word = (word & 0x3333333333333333u) + ((word >> 2) & 0x3333333333333333u);
	word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (sp_u32)((word * 0x0101010101010101u) >> 56);
}

/*
 * Number of the lowest set bit of a non-zero word: how many are below it.  No branches:
 * the BPF verifier would follow each of their 64 outcomes through all that comes after.
 */
static inline sp_u32 sp_lowest_bit(sp_u64 word)
{
	return sp_count_bits((word & (0 - word)) - 1);
}

/*
 * The bit of i in its word.  A 32-bit compiler may answer a 64-bit shift by a variable
 * with a library call too (gcc does in code that it takes for cold): there the half is
 * chosen first.
 */
static inline sp_u64 sp_bit(sp_u32 i)
{
#if __SIZEOF_LONG__ == 4
	sp_u32 half = 1u << (i & 31);

	return i & 32 ? (sp_u64)half << 32 : half;
#else
	return (sp_u64)1 << (i & 63);
#endif
}

#define sp_set_bit(map, nr_words, i) ((map)[SP_IDX((sp_u32)(i) / 64, nr_words)] |= sp_bit(i))
#define sp_clear_bit(map, nr_words, i) ((map)[SP_IDX((sp_u32)(i) / 64, nr_words)] &= ~sp_bit(i))
#define sp_test_bit(map, nr_words, i) (((map)[SP_IDX((sp_u32)(i) / 64, nr_words)] & sp_bit(i)) != 0)

/* The first member at or after `from`, or SP_NONE.  nr_words is a constant. */
static inline sp_u32 sp_next_bit(const sp_u64 *map, const sp_u32 nr_words, sp_u32 from)
{
	sp_u32 w, first = from / 64;
	sp_u64 word;

	if (first >= nr_words)
		return SP_NONE;
	word = map[SP_IDX(first, nr_words)] & ~(sp_bit(from) - 1);
	if (word)
		return first * 64 + sp_lowest_bit(word);
	for (w = first + 1; SP_MAY_LOOP && w < nr_words; w++) {
		word = map[SP_IDX(w, nr_words)];
		if (word)
			return w * 64 + sp_lowest_bit(word);
	}
	return SP_NONE;
}

/* The same, starting over at 0 when the end is reached: for fair rotation. */
static inline sp_u32 sp_next_bit_wrap(const sp_u64 *map, const sp_u32 nr_words, sp_u32 from)
{
	sp_u32 at = sp_next_bit(map, nr_words, from);

	return at != SP_NONE ? at : sp_next_bit(map, nr_words, 0);
}

static inline sp_u32 sp_any_bit(const sp_u64 *map, const sp_u32 nr_words)
{
	return sp_next_bit(map, nr_words, 0) != SP_NONE;
}

#endif
