/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output.h - a result folder: all of it is of one result, or it has no marker and is none.
 *
 * Files are written beside their names.  output_commit then removes the marker of what was
 * there before, all else that it left, puts the files in their places, and the marker last.
 */
#ifndef CORUN_OUTPUT_H
#define CORUN_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "error.h"
#include "outfile.h"

/* A file that waits for its place. */
struct output_part {
	char *name;
	struct outfile out;
	char hash[17]; /* of what is in it */
};

struct output {
	char *dir; /* NULL: none is open */
	int lock; /* the folder, locked against others */
	unsigned nr_made; /* folders that were not there: this one and what is above it */
	struct output_part *parts;
	unsigned nr_parts;
};

/*
 * Makes the folder and what is missing above it, or takes an empty one; with force one
 * that is not empty too.  What is in it stays as it is until output_commit.
 * 0, or -1 with *err: STATUS_INPUT (not empty, no name), STATUS_IO (another process
 * writes into it, ...).
 */
int output_open(struct output *output, const char *dir, bool force, struct error *err);

/* Gives up what is not committed. */
void output_fini(struct output *output);

/* DIR/name, to be freed; NULL when memory runs out. */
char *output_path(const struct output *output, const char *name);

/*
 * Has write() fill what will be DIR/name; it returns non-zero if it could not (for want of
 * memory).  0, or -1 with *err (STATUS_INPUT: that file was read; STATUS_IO).
 */
int output_file(struct output *output, const char *name, int (*write)(FILE *to, void *context),
		void *context, struct error *err);

/* The same for a file that somebody else has filled, flushed or not; it is ours from now on. */
int output_take(struct output *output, const char *name, struct outfile *out, struct error *err);

/* Forgets a file that output_take has brought. */
void output_drop(struct output *output, const char *name);

/*
 * Puts everything in its place; the last file is the marker: study.json, sweep.csv, ...
 * 0, or -1 with *err; then the folder is as it was, or has no marker.
 */
int output_commit(struct output *output, struct error *err);

/* For what is no result (`corun init`): only what has the same name is replaced. */
int output_commit_beside(struct output *output, struct error *err);

/* Removes what earlier results left, markers first.  0, or -1 with *err. */
int output_clear(const struct output *output, struct error *err);

#endif
