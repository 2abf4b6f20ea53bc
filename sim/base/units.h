/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * units.h - numbers as people write them: 2us, 1.5ms, 30%, 42.
 *
 * Everything is decimal, without signs where none makes sense, without leading
 * zeros, without thousands marks.  Durations are read and printed in integers,
 * so 0.1us is 100 ns and nothing near it.
 */
#ifndef CORUN_UNITS_H
#define CORUN_UNITS_H

#include <stddef.h>
#include <stdint.h>

enum unit_error {
	UNIT_OK,
	UNIT_MALFORMED, /* not a number of this kind at all */
	UNIT_MISSING, /* a number, but bare */
	UNIT_UNKNOWN, /* a number with another unit */
	UNIT_TOO_FINE, /* a fraction of a nanosecond */
	UNIT_OVERFLOW, /* does not fit */
};

/* A duration in ns; 0 needs no unit. */
enum unit_error unit_parse_ns(const char *text, uint64_t *ns);
/* An integer in [-2^53, 2^53]. */
enum unit_error unit_parse_int(const char *text, int64_t *value);
/* A finite decimal, with or without a fraction or an exponent. */
enum unit_error unit_parse_real(const char *text, double *value);
/* 2% gives 2; 0 needs no sign. */
enum unit_error unit_parse_pct(const char *text, double *value);

/* The shortest of our spellings that is exact: 0, 710ns, 1.5ms, 86400s. */
#define UNIT_NS_CHARS 48
void unit_format_ns(char text[UNIT_NS_CHARS], uint64_t ns);

#endif
