/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpstate.h - how this thread rounds and traps: code that changes it changes the digits of
 * everything that is computed after it.
 */
#ifndef CORUN_FPSTATE_H
#define CORUN_FPSTATE_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)

/* SSE's control bits (rounding, traps, denormals), the x87's, and the direction flag. */
static inline uint64_t fpstate_get(void)
{
	uint64_t flags;
	uint32_t sse;
	uint16_t x87;

	__asm__ volatile("stmxcsr %0" : "=m"(sse));
	__asm__ volatile("fnstcw %0" : "=m"(x87));
	flags = __builtin_ia32_readeflags_u64();
	return (sse & 0xffc0u) | (uint64_t)x87 << 16 | (flags & 0x400u) << 32;
}

/* Does memory run backwards?  Then the next memcpy is a wild write. */
static inline bool fpstate_is_backwards(void)
{
	return __builtin_ia32_readeflags_u64() & 0x400u;
}

static inline void fpstate_set(uint64_t state)
{
	uint32_t sse = (uint32_t)state & 0xffc0u;
	uint16_t x87 = (uint16_t)(state >> 16);

	__asm__ volatile("cld\n\tldmxcsr %0" : : "m"(sse) : "cc");
	__asm__ volatile("fldcw %0" : : "m"(x87));
}

#else

#include <fenv.h>

static inline uint64_t fpstate_get(void)
{
	return (uint64_t)(uint32_t)fegetround();
}

static inline bool fpstate_is_backwards(void)
{
	return false;
}

static inline void fpstate_set(uint64_t state)
{
	fesetround((int)(uint32_t)state);
}

#endif
#endif
