/* SPDX-License-Identifier: BSD-2-Clause */
/* rng.h - the generator's only source of chance: a counter, mixed. */
#ifndef RNG_H
#define RNG_H

#include <stdint.h>

struct rng {
	uint64_t at;
};

/* Finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection of 64 bits. */
static inline uint64_t mix64(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static inline uint64_t rng_next(struct rng *r)
{
	r->at += 0x9e3779b97f4a7c15u;
	return mix64(r->at);
}

/* 0 to n - 1; n is small against 2^32, so the bias does not matter here. */
static inline uint32_t rng_below(struct rng *r, uint32_t n)
{
	return n ? (uint32_t)(((rng_next(r) >> 32) * n) >> 32) : 0;
}

static inline uint64_t rng_between(struct rng *r, uint64_t lo, uint64_t hi)
{
	uint64_t span = hi - lo + 1;

	return span ? lo + rng_next(r) % span : rng_next(r);
}

/* True in `permille` of 1000 cases. */
static inline int rng_chance(struct rng *r, uint32_t permille)
{
	return rng_below(r, 1000) < permille;
}

/* lo to hi, every power of two in between equally likely. */
static inline uint64_t rng_log(struct rng *r, uint64_t lo, uint64_t hi)
{
	uint64_t base = lo ? lo : 1;
	uint32_t steps = 0;

	if (hi <= base)
		return hi;
	while (base <= hi >> 1) {
		base <<= 1;
		steps++;
	}
	base = (lo ? lo : 1) << rng_below(r, steps + 1);
	if (!lo && rng_below(r, steps + 2) == 0)
		return 0;
	return rng_between(r, base, base > hi / 2 ? hi : 2 * base - 1);
}

#endif
