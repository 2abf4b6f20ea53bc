/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * help.h - what `corun help` says: verbs, one verb, exit statuses; and the same as pages of the
 * docs and of man, and for shells that complete words, all from the program's own tables.
 */
#ifndef CORUN_HELP_H
#define CORUN_HELP_H

#include <stdio.h>

#include "cli.h"

/* All verbs, for one who gave none. */
void help_usage(FILE *to);

/* One verb: what `corun VERB --help` says. */
void help_verb(FILE *to, const struct verb *verb);

/* What the exit status says. */
void help_statuses(FILE *to);

/* The verb that comes next in the list behind one of this rank; NULL: none. */
const struct verb *help_next_verb(unsigned rank);

/* NULL with *err, and the nearest name. */
const struct verb *help_find_verb(const char *name, struct error *err);

/* docs/commands.md */
void help_markdown(FILE *to);

/* corun(1), corun-VERB(1), corun-scenario(5); 0, or -1: no memory. */
int help_man(FILE *to);
int help_man_verb(FILE *to, const struct verb *verb);
int help_man_scenario(FILE *to);

/* What a shell reads to complete words. */
void help_bash(FILE *to);
void help_zsh(FILE *to);

/* `corun help [VERB|statuses|scenario] [--format ...]`: a status, or -1 with *err. */
int help_run(int argc, char **argv, struct error *err);

#endif
