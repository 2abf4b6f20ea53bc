/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * help.h - what `corun help` says: verbs, one verb, exit statuses; and the same as a page of
 * the docs, from the program's own tables.
 */
#ifndef CORUN_HELP_H
#define CORUN_HELP_H

#include <stdio.h>

#include "cli.h"

/* All verbs, for one who gave none. */
void help_usage(FILE *to);

/* One verb: what `corun VERB --help` says. */
void help_verb(FILE *to, const struct verb *verb);

/* NULL with *err, and the nearest name. */
const struct verb *help_find_verb(const char *name, struct error *err);

/* `corun help [VERB|statuses] [--format text|markdown]`: a status, or -1 with *err. */
int help_run(int argc, char **argv, struct error *err);

#endif
