/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outfile.h - a text file that is there whole or not at all.
 */
#ifndef CORUN_OUTFILE_H
#define CORUN_OUTFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "error.h"

struct outfile {
	FILE *file; /* write here */
	char *path, *beside; /* NULL: standard output */
};

/*
 * Opens PATH for writing; NULL or "-" is standard output.  A regular file is
 * written beside PATH and takes its place at close; a device is written as it is.
 * 0, or -1 with *err (STATUS_IO).
 */
int outfile_open(struct outfile *out, const char *path, struct error *err);

/* 0, or -1 with *err (STATUS_IO), and then PATH is as it was. */
int outfile_close(struct outfile *out, struct error *err);

/* Gives up; PATH is as it was. */
void outfile_abort(struct outfile *out);

#endif
