/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_span.h - a piece of a line, read from its left end.
 *
 * take_X moves span->at behind an X if one is there, and leaves it where it was if not.
 */
#ifndef CORUN_IMPORT_SPAN_H
#define CORUN_IMPORT_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *at, *end;
};

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What an event's name is made of. */
static inline bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       c == '-' || c == '.';
}

static inline size_t span_length(const struct span *span)
{
	return (size_t)(span->end - span->at);
}

static inline bool take_blanks(struct span *span)
{
	const char *from = span->at;

	while (span->at < span->end && is_blank(*span->at))
		span->at++;
	return span->at > from;
}

static inline bool take_text(struct span *span, const char *text)
{
	size_t n = strlen(text);

	if (span_length(span) < n || memcmp(span->at, text, n))
		return false;
	span->at += n;
	return true;
}

static inline bool take_number(struct span *span, uint64_t max, uint64_t *value)
{
	const char *at = span->at;
	uint64_t v = 0;

	for (; at < span->end && is_digit(*at); at++) {
		v = v * 10 + (uint64_t)(*at - '0');
		if (v > max)
			return false;
	}
	if (at == span->at)
		return false;
	span->at = at;
	*value = v;
	return true;
}

/* Up to the next blank; its length. */
static inline size_t take_word(struct span *span)
{
	const char *from = span->at;

	while (span->at < span->end && !is_blank(*span->at))
		span->at++;
	return (size_t)(span->at - from);
}

/* Is this the end of a word? */
static inline bool at_border(const struct span *span)
{
	return span->at == span->end || is_blank(*span->at);
}

#endif
