/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* Tests set this to 0: a chunk for each piece, so that sanitizers see its ends. */
#ifndef ARENA_CHUNK
#define ARENA_CHUNK 65536u
#endif
#define ARENA_ALIGN 16u

struct arena_chunk {
	struct arena_chunk *next;
	uint64_t zero; /* keeps what follows aligned to 16 */
};

static void arena_out_of_memory(void)
{
	fprintf(stderr, "corun: error[memory]: out of memory while reading a scenario\n");
	exit(STATUS_IO);
}

static void arena_grow(struct arena *arena, size_t bytes)
{
	size_t size = bytes > ARENA_CHUNK ? bytes : ARENA_CHUNK;
	struct arena_chunk *chunk;

	if (size > SIZE_MAX - sizeof(*chunk))
		arena_out_of_memory();
	chunk = calloc(1, sizeof(*chunk) + size);
	if (!chunk)
		arena_out_of_memory();
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->used = 0;
	arena->size = size;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	size_t rounded;
	char *at;

	if (bytes > SIZE_MAX - ARENA_ALIGN)
		arena_out_of_memory();
	if (!arena->chunks || bytes >= arena->size - arena->used)
		arena_grow(arena, bytes);
	at = (char *)(arena->chunks + 1) + arena->used;
	rounded = (bytes + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
	arena->used = rounded < arena->size - arena->used ? arena->used + rounded : arena->size;
	return at;
}

void *arena_array(struct arena *arena, size_t n, size_t bytes)
{
	if (bytes && n > SIZE_MAX / bytes)
		arena_out_of_memory();
	return arena_alloc(arena, n * bytes);
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
	char *copy;

	if (length == SIZE_MAX)
		arena_out_of_memory();
	copy = arena_alloc(arena, length + 1);
	if (length)
		memcpy(copy, text, length);
	return copy;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		arena_out_of_memory();
	text = arena_alloc(arena, (size_t)length + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

void arena_free(struct arena *arena)
{
	while (arena->chunks) {
		struct arena_chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	arena->used = arena->size = 0;
}
