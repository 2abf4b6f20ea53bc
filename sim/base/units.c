/* SPDX-License-Identifier: BSD-2-Clause */
#include "units.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_MAX (INT64_C(1) << 53) /* beyond it a double loses integers */

static const struct {
	const char *name;
	uint64_t ns;
	unsigned digits; /* after the point, down to 1 ns */
} time_units[] = {{"s", 1000000000, 9}, {"ms", 1000000, 6}, {"us", 1000, 3}, {"ns", 1, 0}};

#define NR_TIME_UNITS (sizeof(time_units) / sizeof(time_units[0]))

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of the digits at text, or 0 where there are none or a leading zero. */
static size_t whole_length(const char *text)
{
	size_t n = 0;

	while (is_digit(text[n]))
		n++;
	return n > 1 && text[0] == '0' ? 0 : n;
}

/* Length of a plain decimal (12, 0.5) at text, 0 if there is none. */
static size_t decimal_length(const char *text)
{
	size_t n = whole_length(text), fraction = 0;

	if (n == 0 || text[n] != '.')
		return n;
	while (is_digit(text[n + 1 + fraction]))
		fraction++;
	return fraction ? n + 1 + fraction : 0;
}

/* value = value * 10 + digit, unless that overflows. */
static bool push_digit(uint64_t *value, char digit)
{
	return !__builtin_mul_overflow(*value, UINT64_C(10), value) &&
	       !__builtin_add_overflow(*value, (uint64_t)(digit - '0'), value);
}

/* number[length] units of 10^digits ns, exactly. */
static enum unit_error scale_ns(const char *number, size_t length, unsigned digits, uint64_t *ns)
{
	uint64_t value = 0;
	size_t i = 0;

	for (; i < length && number[i] != '.'; i++)
		if (!push_digit(&value, number[i]))
			return UNIT_OVERFLOW;
	if (i < length)
		i++;
	for (; digits > 0; digits--) {
		if (!push_digit(&value, i < length ? number[i] : '0'))
			return UNIT_OVERFLOW;
		if (i < length)
			i++;
	}
	for (; i < length; i++)
		if (number[i] != '0')
			return UNIT_TOO_FINE;
	*ns = value;
	return UNIT_OK;
}

enum unit_error unit_parse_ns(const char *text, uint64_t *ns)
{
	size_t length = decimal_length(text);
	const char *unit = text + length;

	if (length == 0)
		return UNIT_MALFORMED;
	if (*unit == '\0') {
		*ns = 0;
		return length == 1 && text[0] == '0' ? UNIT_OK : UNIT_MISSING;
	}
	for (size_t i = 0; i < NR_TIME_UNITS; i++)
		if (strcmp(unit, time_units[i].name) == 0)
			return scale_ns(text, length, time_units[i].digits, ns);
	return UNIT_UNKNOWN;
}

enum unit_error unit_parse_int(const char *text, int64_t *value)
{
	bool negative = text[0] == '-';
	const char *digits = text + negative;
	size_t length = whole_length(digits);
	uint64_t magnitude = 0;

	if (length == 0 || digits[length] != '\0' || (negative && digits[0] == '0'))
		return UNIT_MALFORMED;
	for (size_t i = 0; i < length; i++)
		if (!push_digit(&magnitude, digits[i]) || magnitude > (uint64_t)EXACT_MAX)
			return UNIT_OVERFLOW;
	*value = negative ? -(int64_t)magnitude : (int64_t)magnitude;
	return UNIT_OK;
}

/* The decimal text[length], which has been checked to be one. */
static enum unit_error read_double(const char *text, size_t length, double *value)
{
	char copy[64];

	if (length >= sizeof(copy))
		return UNIT_OVERFLOW;
	memcpy(copy, text, length);
	copy[length] = '\0';
	errno = 0;
	*value = strtod(copy, NULL); /* the locale is "C": nobody calls setlocale */
	return isfinite(*value) ? UNIT_OK : UNIT_OVERFLOW;
}

enum unit_error unit_parse_real(const char *text, double *value)
{
	size_t length = decimal_length(text[0] == '-' ? text + 1 : text), exponent;

	if (length == 0)
		return UNIT_MALFORMED;
	length += text[0] == '-';
	if (text[length] == 'e') {
		exponent = length + 1;
		if (text[exponent] == '-' || text[exponent] == '+')
			exponent++;
		if (!is_digit(text[exponent]))
			return UNIT_MALFORMED;
		while (is_digit(text[exponent]))
			exponent++;
		length = exponent;
	}
	if (text[length] != '\0')
		return UNIT_MALFORMED;
	return read_double(text, length, value);
}

enum unit_error unit_parse_pct(const char *text, double *value)
{
	size_t length = decimal_length(text);

	if (length == 0)
		return UNIT_MALFORMED;
	if (text[length] == '\0') {
		*value = 0;
		return length == 1 && text[0] == '0' ? UNIT_OK : UNIT_MISSING;
	}
	if (strcmp(text + length, "%") != 0)
		return UNIT_UNKNOWN;
	return read_double(text, length, value);
}

void unit_format_ns(char text[UNIT_NS_CHARS], uint64_t ns)
{
	size_t u = 0;
	uint64_t whole, milli;
	int digits = 3;

	if (ns == 0) {
		snprintf(text, UNIT_NS_CHARS, "0");
		return;
	}
	/* the largest unit that is not above it and leaves at most three digits */
	while (ns < time_units[u].ns ||
	       (time_units[u].ns >= 1000 && ns % (time_units[u].ns / 1000)))
		u++;
	whole = ns / time_units[u].ns;
	milli = time_units[u].ns >= 1000 ? ns % time_units[u].ns / (time_units[u].ns / 1000) : 0;
	if (milli == 0) {
		snprintf(text, UNIT_NS_CHARS, "%" PRIu64 "%s", whole, time_units[u].name);
		return;
	}
	while (milli % 10 == 0) {
		milli /= 10;
		digits--;
	}
	snprintf(text, UNIT_NS_CHARS, "%" PRIu64 ".%0*" PRIu64 "%s", whole, digits, milli,
		 time_units[u].name);
}
