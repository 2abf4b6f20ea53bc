/* SPDX-License-Identifier: BSD-2-Clause */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

/* What messages quote comes from files and command lines: no byte of it steers a terminal. */
static void put_printable(char *to, size_t size, const char *from)
{
	size_t used = 0;

	while (*from && used + 5 < size) {
		unsigned n = utf8_length(from);

		if (n) {
			memcpy(to + used, from, n);
			used += n;
			from += n;
		} else {
			used += (size_t)snprintf(to + used, size - used, "\\x%02x",
						 (unsigned char)*from++);
		}
	}
	to[used] = '\0';
}

int error_set(struct error *err, enum status status, const char *kind, const char *format, ...)
{
	char text[sizeof(err->text)];
	va_list args;

	err->status = status;
	snprintf(err->kind, sizeof(err->kind), "%s", kind);
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	put_printable(err->text, sizeof(err->text), text);
	return -1;
}
