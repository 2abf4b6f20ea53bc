/* SPDX-License-Identifier: BSD-2-Clause */
#include "hash.h"

#include <inttypes.h>
#include <stdio.h>

void hash_text(uint64_t hash, char text[17])
{
	snprintf(text, 17, "%016" PRIx64, hash);
}

int hash_file(const char *path, char text[17])
{
	FILE *file = fopen(path, "re");
	char chunk[65536];
	uint64_t hash = HASH_START;
	size_t n;
	int failed;

	if (!file)
		return -1;
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		hash = hash_add(hash, chunk, n);
	failed = ferror(file);
	fclose(file);
	hash_text(hash, text);
	return failed ? -1 : 0;
}
