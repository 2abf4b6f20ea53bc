/* SPDX-License-Identifier: BSD-2-Clause */
#include "guarded.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PATTERN 0xa5
#define LINE 64u

static size_t page_bytes(void)
{
	long bytes = sysconf(_SC_PAGESIZE);

	return bytes > 0 ? (size_t)bytes : 4096;
}

int guarded_make(struct guarded *guarded, size_t bytes)
{
	size_t page = page_bytes(), lines = (bytes + LINE - 1) / LINE * LINE;
	size_t inner = (lines + page - 1) / page * page;

	memset(guarded, 0, sizeof(*guarded));
	guarded->map_bytes = inner + 2 * page;
	guarded->map =
		mmap(NULL, guarded->map_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (guarded->map == MAP_FAILED ||
	    mprotect(guarded->map + page, inner, PROT_READ | PROT_WRITE)) {
		if (guarded->map != MAP_FAILED)
			munmap(guarded->map, guarded->map_bytes);
		guarded->map = NULL;
		return -1;
	}
	guarded->bytes = bytes;
	guarded->data = guarded->map + page + inner - lines;
	memset(guarded->map + page, PATTERN, inner - lines);
	memset(guarded->data + bytes, PATTERN, lines - bytes);
	return 0;
}

static bool is_pattern(const unsigned char *from, const unsigned char *end)
{
	while (from < end && *from == PATTERN)
		from++;
	return from == end;
}

bool guarded_is_whole(const struct guarded *guarded)
{
	size_t page = page_bytes();

	return !guarded->map || (is_pattern(guarded->map + page, guarded->data) &&
				 is_pattern(guarded->data + guarded->bytes,
					    guarded->map + guarded->map_bytes - page));
}

void guarded_free(struct guarded *guarded)
{
	if (guarded->map)
		munmap(guarded->map, guarded->map_bytes);
	memset(guarded, 0, sizeof(*guarded));
}
