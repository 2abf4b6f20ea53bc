/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guarded.h - memory for others to write to: one step too far is noticed.  Its end lies
 * before a page that nobody may touch, and what is left around it holds a pattern.
 */
#ifndef CORUN_GUARDED_H
#define CORUN_GUARDED_H

#include <stdbool.h>
#include <stddef.h>

struct guarded {
	unsigned char *data; /* zeroed, on a cache line; NULL: none */
	size_t bytes;
	unsigned char *map; /* all of it, with a forbidden page at either end */
	size_t map_bytes;
};

/* 0, or -1 with errno. */
int guarded_make(struct guarded *guarded, size_t bytes);

/* Is the pattern around it whole? */
bool guarded_is_whole(const struct guarded *guarded);

void guarded_free(struct guarded *guarded);

#endif
