/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes at all as one line, in each layout: what is found in it lies within it. */
#include <stdlib.h>
#include <string.h>

#include "../../sim/import/import_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_piece(const char *line, size_t size, const char *piece, size_t length)
{
	if (piece && (piece < line || length > size || (size_t)(piece - line) > size - length))
		abort();
}

static void check(const struct ftrace_line *found, const char *line, size_t size)
{
	check_piece(line, size, found->machine.at, span_length(&found->machine));
	check_piece(line, size, found->event.at, span_length(&found->event));
	check_piece(line, size, found->prev.comm, found->prev.length);
	check_piece(line, size, found->next.comm, found->next.length);
	if (found->kind == FTRACE_BAD && (!found->what || found->column > size + 1))
		abort();
	if (found->cpu > FTRACE_MAX_CPU || found->prev.pid > FTRACE_MAX_PID ||
	    found->next.pid > FTRACE_MAX_PID)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = malloc(size ? size : 1); /* of its own: a byte too far is found out */
	enum ftrace_layout layout;
	struct ftrace_line found;

	if (!line)
		return 0;
	memcpy(line, data, size);
	for (layout = FTRACE_ANY; layout < FTRACE_NR_LAYOUTS; layout++) {
		ftrace_line_parse(&found, layout, line, size);
		check(&found, line, size);
	}
	free(line);
	return 0;
}
