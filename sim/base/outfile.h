/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outfile.h - a file that is there whole or not at all.
 */
#ifndef CORUN_OUTFILE_H
#define CORUN_OUTFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "error.h"

struct tempfile;

struct outfile {
	FILE *file; /* write here */
	char *path; /* NULL: standard output, or another process's */
	struct tempfile *temp; /* NULL: written as it is (a device) */
	unsigned nr_made; /* folders above it that were not there */
	bool spares_inputs; /* it takes the place of no file that was read */
};

/*
 * Opens PATH for writing; NULL or "-" is standard output.  A regular file is
 * written beside PATH, in a folder that is made if it is missing, and takes its place at close; a device is written as it is.
 * 0, or -1 with *err: STATUS_INPUT (no name; a file that was read), STATUS_IO.
 */
int outfile_open(struct outfile *out, const char *path, struct error *err);

/* The same where the file that was read is the one that is meant. */
int outfile_renew(struct outfile *out, const char *path, struct error *err);

/*
 * In a worker: the file that its parent has opened and will close; name: for messages.
 * Closing it here only sees that all is written.  0, or -1 with *err.
 */
int outfile_lend(struct outfile *out, int fd, const char *name, struct error *err);

/* 0, or -1 with *err (STATUS_IO), and then PATH is as it was. */
int outfile_close(struct outfile *out, struct error *err);

/*
 * The first half of it: what is written so far stands in out->temp and is closed; 0, or
 * -1 with *err.  outfile_close and outfile_abort still follow.
 */
int outfile_flush(struct outfile *out, struct error *err);

/* Gives up; PATH is as it was. */
void outfile_abort(struct outfile *out);

#endif
