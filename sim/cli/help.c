/* SPDX-License-Identifier: BSD-2-Clause */
#include "help.h"

#include <getopt.h>
#include <string.h>

#include "base/suggest.h"
#include "parts.h"

/* -- exit statuses: this is the place -------------------------------------------- */

static const struct {
	const char *status, *meaning;
} statuses[] = {
	{"0", "fine; of check: every test held"},
	{"1", "a test of check did not hold"},
	{"2", "bad input or usage: nothing was run, and one line says where and what"},
	{"3", "check is undecided: no test failed, and some need more replications"},
	{"4", "a policy broke the contract (--strict, check) or has no results; the model "
	      "stalled"},
	{"5", "cannot read, write or start something, or memory ran out"},
	{"70", "a bug of corun: a law of its own accounts is broken; please report it"},
	{"128+N", "signal N ended it: 130 by Ctrl-C, 143 asked to end; what was complete is shown"},
};

#define NR_STATUSES (sizeof(statuses) / sizeof(statuses[0]))

static void list_statuses(FILE *to)
{
	fputs("Exit statuses of every verb:\n\n", to);
	for (unsigned i = 0; i < NR_STATUSES; i++)
		fprintf(to, "  %-6s %s\n", statuses[i].status, statuses[i].meaning);
	fputs("\nWhat went wrong is one line on standard error: corun: error[KIND]: what.\n", to);
}

/* -- verbs ------------------------------------------------------------------------ */

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

void help_usage(FILE *to)
{
	const struct verb *verb;

	fputs("usage: corun VERB [arguments]\n\n", to);
	for (verb = next_verb(0); verb; verb = next_verb(verb->rank))
		fprintf(to, "  %-10s %s\n", verb->name, verb->summary);
	parts_list(to);
	fputs("\n  help VERB  what a verb takes and does\n"
	      "  help statuses  what the exit status says\n"
	      "  --version  which corun this is\n"
	      "  --share    where its policies/, workloads/ and traces/ are\n",
	      to);
}

void help_verb(FILE *to, const struct verb *verb)
{
	fprintf(to, "usage: corun %s %s\n\n%s.\n\n%s", verb->name, verb->arguments, verb->summary,
		verb->help);
	if (verb->help_more)
		verb->help_more(to);
}

const struct verb *help_find_verb(const char *name, struct error *err)
{
	const struct verb *verb = cli_find_verb(name);
	struct suggest suggest;
	unsigned i;

	if (verb || part_explain(name, err))
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

/* -- as a page -------------------------------------------------------------------- */

static void put_markdown(FILE *to)
{
	const struct verb *verb;

	fputs("<!-- SPDX-License-Identifier: BSD-2-Clause -->\n# Commands\n\n"
	      "Made by `corun help --format markdown`; do not edit.  In a terminal: `corun help "
	      "VERB`.\n\n## Exit statuses\n\n| status | meaning |\n|---|---|\n",
	      to);
	for (unsigned i = 0; i < NR_STATUSES; i++)
		fprintf(to, "| %s | %s |\n", statuses[i].status, statuses[i].meaning);
	fputs("\nWhat went wrong is one line on standard error: `corun: error[KIND]: what`.\n", to);
	for (verb = next_verb(0); verb; verb = next_verb(verb->rank)) {
		fprintf(to, "\n## corun %s\n\n```text\n", verb->name);
		help_verb(to, verb);
		fputs("```\n", to);
	}
}

int help_run(int argc, char **argv, struct error *err)
{
	static const struct option options[] = {{"format", required_argument, NULL, 'f'}, {0}};
	static const char *const formats[] = {"text", "markdown"};
	static const struct verb help = {.name = "help"};
	const struct verb *verb;
	const char *name;
	unsigned format = 0;
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":f:h", options, NULL)) != -1) {
		if (option == 'h')
			continue; /* `corun help --help` */
		if (option != 'f')
			return cli_bad_option(&help, options, argv[optind - 1], err);
		if (cli_find_word("help: --format", optarg, formats, 2, &format, err))
			return -1;
	}
	name = optind < argc ? argv[optind] : NULL;
	if (format == 1)
		put_markdown(stdout);
	else if (!name)
		help_usage(stdout);
	else if (!strcmp(name, "statuses"))
		list_statuses(stdout);
	else if (part_is_there(name))
		return part_run(name, (char *[]){argv[optind], (char[]){"--help"}, NULL}, err);
	else if ((verb = help_find_verb(name, err)))
		help_verb(stdout, verb);
	else
		return -1;
	return STATUS_OK;
}
