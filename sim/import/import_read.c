/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_read.c - the log's lines, and where in it something is wrong.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import.h"

struct line_reader {
	FILE *file;
	const char *name;
	unsigned long long nr;
	size_t length;
	bool complete; /* it ended with a newline */
	char text[IMPORT_MAX_LINE + 1];
};

static int bad_line(const struct line_reader *reader, size_t column, const char *what,
		    struct error *err)
{
	return error_set(err, STATUS_INPUT, "import", "%s:%llu:%zu: %s", reader->name, reader->nr,
			 column, what);
}

/* The first two bytes of a gzip file (RFC 1952). */
static bool is_gzip(const struct line_reader *reader, int c)
{
	return reader->nr == 1 && reader->length == 1 && reader->text[0] == 0x1f && c == 0x8b;
}

/* 1 and a line, 0 at the end, -1 with *err. */
static int next_line(struct line_reader *reader, struct error *err)
{
	int c;

	reader->nr++;
	reader->length = 0;
	while ((c = getc_unlocked(reader->file)) != EOF && c != '\n') {
		if (is_gzip(reader, c))
			return bad_line(reader, 1,
					"found gzip data, expected text: zcat it into `corun "
					"import -`",
					err);
		if (c == '\0')
			return bad_line(reader, reader->length + 1,
					"found a zero byte, expected text", err);
		if (reader->length == IMPORT_MAX_LINE)
			return bad_line(reader, reader->length + 1,
					"found a line of more than 4096 bytes", err);
		reader->text[reader->length++] = (char)c;
	}
	if (ferror(reader->file))
		return error_set(err, STATUS_IO, "import", "%s: %s", reader->name, strerror(errno));
	reader->complete = c == '\n';
	reader->text[reader->length] = '\0';
	return reader->complete || reader->length;
}

static int read_line(struct import *import, const struct line_reader *reader, struct error *err)
{
	struct ftrace_line line;
	struct error inner;

	ftrace_line_parse(&line, reader->text, reader->length);
	import->counts.lines++;
	/* A log that was cut off, or copied while it grew, ends within a line. */
	if (!reader->complete && line.kind == FTRACE_BAD) {
		import->counts.cut_lines++;
		return 0;
	}
	if (line.kind == FTRACE_OTHER)
		return 0;
	if (line.kind == FTRACE_BAD)
		return bad_line(reader, line.column, line.what, err);
	if (import_apply(import, &line, &inner))
		return error_set(err, inner.status, inner.kind, "%s:%llu:1: %s", reader->name,
				 reader->nr, inner.text);
	return 0;
}

int import_read(struct import *import, FILE *file, const char *name, struct error *err)
{
	struct line_reader reader = {.file = file, .name = name};
	int more;

	while ((more = next_line(&reader, err)) > 0)
		if (read_line(import, &reader, err))
			return -1;
	if (more < 0)
		return -1;
	if (!import->counts.switches)
		return bad_line(&reader, 1,
				"found no sched_switch line up to the end, expected an "
				"ftrace text log of sched_switch and sched_waking",
				err);
	return import_finish(import, err);
}
