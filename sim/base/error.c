/* SPDX-License-Identifier: BSD-2-Clause */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

int error_set(struct error *err, enum status status, const char *kind, const char *format, ...)
{
	va_list args;

	err->status = status;
	snprintf(err->kind, sizeof(err->kind), "%s", kind);
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -1;
}
