/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_read.c - the log's lines, which of them are ours, and where in it something is wrong.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "import.h"
#include "import_open.h"

struct line_reader {
	FILE *file;
	const char *name;
	unsigned long long nr;
	size_t length;
	bool complete; /* it ended with a newline */
	bool is_long; /* the rest of it has been passed over */
	/* The line before was a lost-event marker of the import's machine (see is_stranger). */
	bool after_marker;
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

/* A binary recording in a pipe. */
static int check_binary(const struct line_reader *reader, struct error *err)
{
	const char *command = import_binary_command(reader->text, reader->length);
	char what[200];

	if (!command)
		return 0;
	snprintf(what, sizeof(what),
		 "found a binary recording, expected text: %s FILE | corun import -", command);
	return bad_line(reader, 1, what, err);
}

/* 1 and a line, 0 at the end, -1 with *err. */
static int next_line(struct line_reader *reader, struct error *err)
{
	int c;

	reader->nr++;
	reader->length = 0;
	reader->is_long = false;
	while ((c = getc_unlocked(reader->file)) != EOF && c != '\n') {
		if (is_gzip(reader, c))
			return bad_line(reader, 1,
					"found gzip data, expected text: zcat it into `corun "
					"import -`",
					err);
		if (reader->nr == 1 && reader->length <= 10 && check_binary(reader, err))
			return -1;
		if (c == '\0')
			return bad_line(reader, reader->length + 1,
					"found a zero byte, expected text", err);
		if (reader->length == IMPORT_MAX_LINE)
			reader->is_long = true;
		else
			reader->text[reader->length++] = (char)c;
	}
	if (ferror(reader->file))
		return error_set(err, STATUS_IO, "import", "%s: %s", reader->name, strerror(errno));
	reader->complete = c == '\n';
	reader->text[reader->length] = '\0';
	return reader->complete || reader->length;
}

static bool is_machine(const struct import *import, const struct span *machine)
{
	size_t n = span_length(machine);

	return strlen(import->machine) == n && !memcmp(import->machine, machine->at, n);
}

/*
 * Is the line of another machine than the one that is imported?  trace-cmd prints the name
 * in front of a lost-event marker, and then not again in front of the event behind it.
 */
static bool is_stranger(const struct import *import, struct line_reader *reader,
			const struct ftrace_line *line)
{
	bool is_ours = is_machine(import, &line->machine);

	if (!import->has_machine)
		return false;
	if (line->kind == FTRACE_LOST) {
		/* a marker without a name is of the only machine, or of nobody knows which */
		is_ours |= line->machine.at == line->machine.end;
		reader->after_marker = is_ours;
		return !is_ours;
	}
	is_ours |= reader->after_marker && line->machine.at == line->machine.end;
	reader->after_marker = false;
	return !is_ours;
}

/* The first event of ours settles what the rest is read as. */
static void settle(struct import *import, const struct ftrace_line *line)
{
	size_t n = span_length(&line->machine);

	if (line->kind == FTRACE_LOST)
		return;
	if (import->layout == FTRACE_ANY)
		import->layout = line->layout;
	if (!import->has_machine && n < IMPORT_MACHINE) {
		import->has_machine = true;
		if (n)
			memcpy(import->machine, line->machine.at, n);
		import->machine[n] = '\0';
	}
}

static void count_unfit(struct import *import, const struct line_reader *reader,
			const struct ftrace_line *line)
{
	import->counts.unfit++;
	if (!import->counts.first_unfit)
		import->counts.first_unfit = reader->nr;
	if (line->torn)
		import_torn(import);
}

static int read_line(struct import *import, struct line_reader *reader, struct error *err)
{
	struct ftrace_line line;
	struct error inner;

	ftrace_line_parse(&line, import->layout, reader->text, reader->length);
	import->counts.lines++;
	if (reader->is_long && !import->counts.first_long)
		import->counts.first_long = reader->nr;
	/* A log that was cut off, or copied while it grew, ends within a line. */
	if (!reader->complete && (line.kind == FTRACE_BAD || line.kind == FTRACE_UNFIT)) {
		import->counts.cut_lines++;
		return 0;
	}
	if (line.kind == FTRACE_QUIET)
		return 0;
	if (line.kind == FTRACE_UNFIT) {
		count_unfit(import, reader, &line);
		return 0;
	}
	if (is_stranger(import, reader, &line)) {
		import->counts.strangers++;
		return 0;
	}
	if (line.kind == FTRACE_OTHER) {
		import->counts.others++;
		return 0;
	}
	if (line.kind == FTRACE_BAD)
		return bad_line(reader, line.column, line.what, err);
	settle(import, &line);
	if (import_apply(import, &line, &inner))
		return error_set(err, inner.status, inner.kind, "%s:%llu:1: %s", reader->name,
				 reader->nr, inner.text);
	return 0;
}

/* There was not a single switch: what there was instead. */
static int no_switch(const struct import *import, const struct line_reader *reader,
		     struct error *err)
{
	const struct import_counts *c = &import->counts;

	if (c->first_long)
		return error_set(err, STATUS_INPUT, "import",
				 "%s:%" PRIu64 ":%u: found a line of more than %u bytes, and no "
				 "sched_switch line in the whole log",
				 reader->name, c->first_long, IMPORT_MAX_LINE + 1, IMPORT_MAX_LINE);
	if (c->first_unfit)
		return error_set(err, STATUS_INPUT, "import",
				 "%s:%llu:1: found no sched_switch line up to the end; line "
				 "%" PRIu64
				 " is the first that fits none of the layouts tried: expected %s",
				 reader->name, reader->nr, c->first_unfit, FTRACE_EXPECTED);
	return bad_line(reader, 1,
			"found no sched_switch line up to the end, expected a log of sched_switch "
			"and sched_waking",
			err);
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
		return no_switch(import, &reader, err);
	return import_finish(import, err);
}
