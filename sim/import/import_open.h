/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_open.h - a recording to be read as text: a log as it is, a binary recording through
 * the tool that made it.
 */
#ifndef CORUN_IMPORT_OPEN_H
#define CORUN_IMPORT_OPEN_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/error.h"

struct import_tool;

struct import_source {
	FILE *file;
	const char *path; /* "-": standard input */
	const char *name; /* for messages */
	const struct import_tool *tool; /* NULL: file is the recording itself */
	pid_t pid; /* of the tool */
	bool is_xen; /* what xentrace writes: see import_xen.h */
};

/* 0, or -1 with *err (STATUS_INPUT: it cannot be opened). */
int import_open(struct import_source *source, const char *path, struct error *err);

/*
 * Closes it.  0, or -1 with *err: the tool is missing, or failed; that is the cause of
 * whatever was wrong with what it printed.
 */
int import_close(struct import_source *source, struct error *err);

/* The bytes with which a binary recording begins: what makes text of it; NULL: nothing known. */
const char *import_binary_command(const char *bytes, size_t length);

#endif
