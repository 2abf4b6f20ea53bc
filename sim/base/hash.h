/* SPDX-License-Identifier: BSD-2-Clause */
/* hash.h - 64 bits (FNV-1a) by which a text is known again; no seal against forgers. */
#ifndef CORUN_HASH_H
#define CORUN_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(14695981039346656037)

static inline uint64_t hash_add(uint64_t hash, const void *data, size_t bytes)
{
	const unsigned char *at = data;
	size_t i;

	for (i = 0; i < bytes; i++)
		hash = (hash ^ at[i]) * UINT64_C(1099511628211);
	return hash;
}

/* Sixteen digits. */
void hash_text(uint64_t hash, char text[17]);

/* Of a whole file.  0, or -1 with errno. */
int hash_file(const char *path, char text[17]);

#endif
