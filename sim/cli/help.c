/* SPDX-License-Identifier: BSD-2-Clause */
#include "help.h"

#include "base/suggest.h"
#include "parts.h"

/* -- exit statuses: this is the place -------------------------------------------- */

static const struct {
	const char *status, *meaning;
} statuses[] = {
	{"0", "fine; of check: every test held"},
	{"1", "a test of check did not hold"},
	{"2", "bad input or usage: nothing was run, and one line says where and what"},
	{"3",
	 "check is undecided: no test failed, and some need more replications, or longer ones"},
	{"4", "a policy broke the contract (--strict, check) or has no results; the model "
	      "stalled"},
	{"5", "cannot read, write or start something, or memory ran out"},
	{"70", "a bug of corun: a law of its own accounts is broken; please report it"},
	{"128+N", "signal N ended it: 130 by Ctrl-C, 143 asked to end; what was complete is shown"},
};

#define NR_STATUSES (sizeof(statuses) / sizeof(statuses[0]))

void help_statuses(FILE *to)
{
	fputs("Exit statuses of every verb:\n\n", to);
	for (unsigned i = 0; i < NR_STATUSES; i++)
		fprintf(to, "  %-6s %s\n", statuses[i].status, statuses[i].meaning);
	fputs("\nWhat went wrong is one line on standard error: corun: error[KIND]: what.\n", to);
}

/* -- verbs ------------------------------------------------------------------------ */

/* The verb that comes next in the list behind one of this rank. */
const struct verb *help_next_verb(unsigned rank)
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
	for (verb = help_next_verb(0); verb; verb = help_next_verb(verb->rank))
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

void help_markdown(FILE *to)
{
	const struct verb *verb;

	fputs("<!-- SPDX-License-Identifier: BSD-2-Clause -->\n# Commands\n\n"
	      "Made by `corun help --format markdown`; do not edit.  In a terminal: `corun help "
	      "VERB`.\n\n## Exit statuses\n\n| status | meaning |\n|---|---|\n",
	      to);
	for (unsigned i = 0; i < NR_STATUSES; i++)
		fprintf(to, "| %s | %s |\n", statuses[i].status, statuses[i].meaning);
	fputs("\nWhat went wrong is one line on standard error: `corun: error[KIND]: what`.\n", to);
	for (verb = help_next_verb(0); verb; verb = help_next_verb(verb->rank)) {
		fprintf(to, "\n## corun %s\n\n```text\n", verb->name);
		help_verb(to, verb);
		fputs("```\n", to);
	}
}
