/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cli.h - the command line: one file a verb (cmd_NAME.c), one table in main.c.
 */
#ifndef CORUN_CLI_H
#define CORUN_CLI_H

#include "base/error.h"

struct verb {
	const char *name;
	const char *arguments; /* "SCENARIO.yaml [options]" */
	const char *summary; /* one line */
	const char *help; /* the rest, printed by `corun VERB --help` */
	/*
	 * argv[0] is the verb; options are parsed with getopt_long.  Returns the exit
	 * status, or -1 after filling *err, which main prints and exits with.
	 */
	int (*run)(int argc, char **argv, struct error *err);
};

extern const struct verb verb_run, verb_compare, verb_plot, verb_show, verb_validate, verb_keys,
	verb_policies, verb_metrics, verb_import, verb_trace, verb_check, verb_init, verb_diff,
	verb_sweep;

/* For an option getopt_long did not know: the usage error, with the nearest right name. */
struct option;
int cli_bad_option(const struct verb *verb, const struct option *options, const char *given,
		   struct error *err);

#endif
