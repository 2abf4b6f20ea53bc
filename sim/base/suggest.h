/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * suggest.h - "did you mean ...?": the nearest of the right names.
 */
#ifndef CORUN_SUGGEST_H
#define CORUN_SUGGEST_H

#define SUGGEST_MAX 63 /* names longer than this are never near */

/*
 * Edits (insert, delete, replace, swap of neighbours; capitals and - against _
 * are free) that make b of a, or SUGGEST_MAX + 1 where either is too long.
 */
unsigned suggest_distance(const char *a, const char *b);

/* At most so many edits make a name near: a third of what was typed, at least one. */
unsigned suggest_limit(const char *given);

/* Keeps the best of names offered one by one. */
struct suggest {
	const char *given;
	const char *best; /* NULL while none is near */
	unsigned distance;
};

void suggest_init(struct suggest *suggest, const char *given);
void suggest_offer(struct suggest *suggest, const char *name);

/* The nearest of names[n] to what was given, or NULL if none is near. */
const char *suggest_nearest(const char *given, const char *const *names, unsigned n);

#endif
