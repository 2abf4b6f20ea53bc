/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rng.h - counter-based random numbers: a draw is a function of its key.
 *
 * No state runs along, so a draw does not depend on what else was drawn: adding
 * a VM, or turning a mechanism on, leaves every other vCPU's demand identical.
 */
#ifndef CORUN_RNG_H
#define CORUN_RNG_H

#include <stdint.h>

/* Streams of their own for the mechanisms, apart from the guests' demand. */
enum rng_stream {
	RNG_DEMAND = 1, /* guest steps */
	RNG_START, /* start offsets */
	RNG_TICK, /* phases of ticks */
	RNG_LOCK, /* which waiter wins a test-and-set lock */
	RNG_POLICY, /* the policy's seed */
	RNG_TIES,
	RNG_ARRIVAL,
	RNG_STOLEN, /* when, and for how long, the host takes a pCPU */
	RNG_YIELD, /* which vCPU a random yield favours */
	RNG_IPI = 40, /* targets and handlers of interrupts; numbers are for ever */
	RNG_STOLEN_RATE = 43, /* how often the host takes each pCPU, against the others */
	RNG_LATE, /* how late timers and kicks are served */
	RNG_LOAD = 50, /* when guests' loads begin */
};

/* A good 64-bit mixer (two multiply-xorshift rounds, Stafford's variant 13). */
static inline uint64_t rng_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* Folds one more part into a key. */
static inline uint64_t rng_key(uint64_t key, uint64_t part)
{
	return rng_mix(key + UINT64_C(0x9e3779b97f4a7c15) * (part + 1));
}

/*
 * The draw with this counter: 64 random bits.  For a key that rng_key mixed this
 * is SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) seeded with it.
 */
static inline uint64_t rng_bits(uint64_t key, uint64_t counter)
{
	return rng_mix(key + UINT64_C(0x9e3779b97f4a7c15) * (counter + 1));
}

/* In [0, 1), 53 bits. */
static inline double rng_unit(uint64_t key, uint64_t counter)
{
	return (double)(rng_bits(key, counter) >> 11) * 0x1p-53;
}

/* In (0, 1): quantile functions have poles at the ends. */
static inline double rng_open_unit(uint64_t key, uint64_t counter)
{
	return ((double)(rng_bits(key, counter) >> 11) + 0.5) * 0x1p-53;
}

/* Key of a name. */
uint64_t rng_name(const char *name);

#endif
