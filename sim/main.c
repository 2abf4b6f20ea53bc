/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * corun - how a hypervisor's CPU scheduler treats SMP guests.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "base/datadir.h"
#include "base/inputs.h"
#include "base/version.h"
#include "cli/cli.h"
#include "cli/help.h"
#include "cli/parts.h"

static bool wants_help(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return true;
	return false;
}

static int run_verb(int argc, char **argv, struct error *err)
{
	const struct verb *verb = cli_find_verb(argv[0]);

	if (!verb && part_is_there(argv[0]))
		return part_run(argv[0], argv, err);
	if (!verb)
		verb = help_find_verb(argv[0], err);
	if (!verb)
		return -1;
	if (wants_help(argc, argv)) {
		help_verb(stdout, verb);
		return STATUS_OK;
	}
	return verb->run(argc, argv, err);
}

/* The tree that we were built in, or share/corun beside the bin we are installed in. */
static int print_share(struct error *err)
{
	char *policies = datadir_find("policies", "policy.h", err), *slash;

	if (!policies)
		return -1;
	slash = strrchr(policies, '/');
	*slash = '\0';
	puts(policies);
	free(policies);
	return STATUS_OK;
}

static int dispatch(int argc, char **argv, struct error *err)
{
	const char *first = argc > 1 ? argv[1] : "";

	if (argc < 2) {
		help_usage(stderr);
		return error_set(err, STATUS_INPUT, "usage", "no verb given");
	}
	if (!strcmp(first, "--version")) {
		printf("corun %s (commit %s, %s)\n", version_number, version_commit,
		       version_compiler);
		return STATUS_OK;
	}
	if (!strcmp(first, "--share"))
		return print_share(err);
	if (!strcmp(first, "help") || !strcmp(first, "--help") || !strcmp(first, "-h"))
		return help_run(argc - 1, argv + 1, err);
	return run_verb(argc - 1, argv + 1, err);
}

/*
 * Has everything reached standard output?  A reader that went away (`| head`) is
 * no error, and ends us as its signal would have.
 */
static int finish_stdout(int status, struct error *err)
{
	int had_error = ferror(stdout), flushed;

	errno = 0;
	flushed = fflush(stdout);
	if (!flushed && !had_error)
		return status;
	if (errno == EPIPE)
		return 128 + SIGPIPE;
	return error_set(err, STATUS_IO, "io", "cannot write standard output%s%s",
			 errno ? ": " : "", errno ? strerror(errno) : "");
}

int main(int argc, char **argv)
{
	struct error err = {STATUS_BUG, "bug", "an error without a text"};
	int status;

	gsl_set_error_handler_off();
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like all others */
	inputs_watch();
	status = dispatch(argc, argv, &err);
	if (status >= 0)
		status = finish_stdout(status, &err);
	else
		fflush(stdout);
	if (status >= 0)
		return status;
	fprintf(stderr, "corun: error[%s]: %s\n", err.kind, err.text);
	return (int)err.status;
}
