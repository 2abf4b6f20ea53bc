/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output.h - a result folder: every file in it is whole or not there.
 */
#ifndef CORUN_OUTPUT_H
#define CORUN_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "error.h"

struct output {
	char *dir;
};

/*
 * Makes the folder (its parent must exist), or takes an empty one; with force one
 * that is not empty too, from which the traces of an earlier result are removed.
 * 0, or -1 with *err: STATUS_INPUT (not empty), STATUS_IO.
 */
int output_open(struct output *output, const char *dir, bool force, struct error *err);
void output_fini(struct output *output);

/* DIR/name, to be freed; NULL when memory runs out. */
char *output_path(const struct output *output, const char *name);

/*
 * Has write() fill DIR/name; it returns non-zero if it could not (for want of
 * memory).  0, or -1 with *err (STATUS_IO), and the file is as it was.
 */
int output_file(const struct output *output, const char *name,
		int (*write)(FILE *to, void *context), void *context, struct error *err);

#endif
