/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arena.h - memory of one scenario: handed out, never taken back singly.
 *
 * The loader stops at the first mistake in any of a hundred places; with one
 * arena there is one thing to free, and no error path can leak.
 */
#ifndef CORUN_ARENA_H
#define CORUN_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* newest first */
	size_t used, size; /* of the newest */
};

/* Zeroed and aligned for any type.  Ends the process (STATUS_IO) when memory is out. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* The same for n elements; n * bytes may not overflow. */
void *arena_array(struct arena *arena, size_t n, size_t bytes);
/* A terminated copy of text[length]. */
char *arena_copy(struct arena *arena, const char *text, size_t length);
char *arena_format(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void arena_free(struct arena *arena);

#endif
