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
#include "base/suggest.h"
#include "cli/cli.h"

/* The verb that comes next in the list behind one of this rank. */
static const struct verb *next_verb(unsigned rank)
{
	const struct verb *next = NULL;
	unsigned i;

	for (i = 0; i < nr_cli_verbs; i++)
		if (cli_verbs[i]->rank > rank && (!next || cli_verbs[i]->rank < next->rank))
			next = cli_verbs[i];
	return next;
}

static void print_usage(FILE *to)
{
	const struct verb *verb;

	fputs("usage: corun VERB [arguments]\n\n", to);
	for (verb = next_verb(0); verb; verb = next_verb(verb->rank))
		fprintf(to, "  %-10s %s\n", verb->name, verb->summary);
	fputs("\n  help VERB  what a verb takes and does\n"
	      "  --version  which corun this is\n"
	      "  --share    where its policies/, workloads/ and traces/ are\n",
	      to);
}

static void print_help(const struct verb *verb)
{
	printf("usage: corun %s %s\n\n%s.\n\n%s", verb->name, verb->arguments, verb->summary,
	       verb->help);
	if (verb->help_more)
		verb->help_more();
}

/* NULL with *err, and the nearest name. */
static const struct verb *find_verb(const char *name, struct error *err)
{
	const struct verb *verb = cli_find_verb(name);
	struct suggest suggest;
	unsigned i;

	if (verb)
		return verb;
	suggest_init(&suggest, name);
	suggest_offer(&suggest, "help");
	for (i = 0; i < nr_cli_verbs; i++)
		suggest_offer(&suggest, cli_verbs[i]->name);
	error_set(err, STATUS_INPUT, "usage", "no verb '%.100s'%s%s%s; see `corun help`", name,
		  suggest.best ? ", did you mean '" : "", suggest.best ? suggest.best : "",
		  suggest.best ? "'?" : "");
	return NULL;
}

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
	const struct verb *verb = find_verb(argv[0], err);

	if (!verb)
		return -1;
	if (wants_help(argc, argv)) {
		print_help(verb);
		return STATUS_OK;
	}
	return verb->run(argc, argv, err);
}

static int run_help(const char *name, struct error *err)
{
	const struct verb *verb;

	if (!name) {
		print_usage(stdout);
		return STATUS_OK;
	}
	verb = find_verb(name, err);
	if (!verb)
		return -1;
	print_help(verb);
	return STATUS_OK;
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
		print_usage(stderr);
		return error_set(err, STATUS_INPUT, "usage", "no verb given");
	}
	if (!strcmp(first, "--version")) {
		puts("corun " CORUN_VERSION);
		return STATUS_OK;
	}
	if (!strcmp(first, "--share"))
		return print_share(err);
	if (!strcmp(first, "help") || !strcmp(first, "--help") || !strcmp(first, "-h"))
		return run_help(argc > 2 ? argv[2] : NULL, err);
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
