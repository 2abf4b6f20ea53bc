/* SPDX-License-Identifier: BSD-2-Clause */
#include "rng.h"

uint64_t rng_name(const char *name)
{
	uint64_t key = UINT64_C(0x636f72756e); /* "corun" */

	for (const char *c = name; *c; c++)
		key = rng_key(key, (unsigned char)*c);
	return key;
}
