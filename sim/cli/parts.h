/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parts.h - optional parts of corun: what needs more than the core's three libraries is a
 * program of its own, libexec/corun/corun-NAME beside bin.  `corun NAME` runs it.
 *
 * The core names none of them.  A file share/corun/init/parts/NAME says in one line what the part
 * does, and in another one how to get it.
 */
#ifndef CORUN_PARTS_H
#define CORUN_PARTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

/* Is a program of this name there? */
bool part_is_there(const char *name);

/*
 * Becomes corun-NAME with these arguments (argv[0] is the name); so it returns only if that
 * fails: -1 with *err.
 */
int part_run(const char *name, char **argv, struct error *err);

/*
 * What is known of a part that is not there: "NAME is a program of its own ...: how to get
 * it"; false: it is no part.
 */
bool part_explain(const char *name, struct error *err);

/* The names of those that are there, each with a blank behind it. */
void parts_names(FILE *to);

/* A line each of those that are there, as `corun help` lists verbs. */
void parts_list(FILE *to);

#endif
