/* SPDX-License-Identifier: BSD-2-Clause */
/* help_man.c - manual pages: the help texts as they are, between what man wants. */
#include <ctype.h>
#include <stdlib.h>

#include "base/version.h"
#include "help.h"
#include "scenario/keys.h"

/* A dot or a quote at the begin of a line would be a command; a hyphen may be broken. */
static void put_roff(FILE *to, const char *text)
{
	const char *at;

	for (at = text; *at; at++) {
		if ((at == text || at[-1] == '\n') && (*at == '.' || *at == '\''))
			fputs("\\&", to);
		if (*at == '\\')
			fputs("\\e", to);
		else if (*at == '-')
			fputs("\\-", to);
		else
			fputc(*at, to);
	}
}

static void put_title(FILE *to, const char *name, unsigned section, const char *summary)
{
	const char *at;

	fputs(".\\\" SPDX-License-Identifier: BSD-2-Clause\n.\\\" Made by `corun help --format "
	      "man`; do not edit.\n.TH ",
	      to);
	for (at = name; *at; at++)
		fputc(toupper((unsigned char)*at), to);
	fprintf(to, " %u \"\" \"corun %s\"\n.SH NAME\n", section, version_number);
	put_roff(to, name);
	fputs(" \\- ", to);
	put_roff(to, summary);
	fputc('\n', to);
}

/* What a writer says, as it is. */
static int put_said(FILE *to, void (*say)(FILE *to, const void *what), const void *what)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return -1;
	say(memory, what);
	if (fclose(memory)) {
		free(text);
		return -1;
	}
	fputs(".nf\n", to);
	put_roff(to, text);
	fputs(".fi\n", to);
	free(text);
	return 0;
}

static void say_statuses(FILE *to, const void *what)
{
	(void)what;
	help_statuses(to);
}

static void say_usage(FILE *to, const void *what)
{
	(void)what;
	help_usage(to);
}

static void say_verb(FILE *to, const void *what)
{
	const struct verb *verb = what;

	fputs(verb->help, to);
	if (verb->help_more)
		verb->help_more(to);
}

static void say_keys(FILE *to, const void *what)
{
	(void)what;
	keys_print(to, "", KEY_FORMAT_TABLE);
}

int help_man(FILE *to)
{
	const struct verb *verb;

	put_title(to, "corun", 1, "how a hypervisor's CPU scheduler treats SMP guests");
	fputs(".SH SYNOPSIS\n.B corun\n.I VERB\n[arguments]\n.SH DESCRIPTION\n", to);
	if (put_said(to, say_usage, NULL))
		return -1;
	fputs(".SH EXIT STATUS\n", to);
	if (put_said(to, say_statuses, NULL))
		return -1;
	fputs(".SH SEE ALSO\n", to);
	for (verb = help_next_verb(0); verb; verb = help_next_verb(verb->rank))
		fprintf(to, ".BR corun\\-%s (1),\n", verb->name);
	fputs(".BR corun\\-scenario (5)\n", to);
	return 0;
}

int help_man_verb(FILE *to, const struct verb *verb)
{
	char name[64];

	snprintf(name, sizeof(name), "corun-%s", verb->name);
	put_title(to, name, 1, verb->summary);
	fprintf(to, ".SH SYNOPSIS\n.B corun %s\n", verb->name);
	put_roff(to, verb->arguments);
	fputs("\n.SH DESCRIPTION\n", to);
	if (put_said(to, say_verb, verb))
		return -1;
	fputs(".SH EXIT STATUS\n", to);
	if (put_said(to, say_statuses, NULL))
		return -1;
	fputs(".SH SEE ALSO\n.BR corun (1),\n.BR corun\\-scenario (5)\n", to);
	return 0;
}

int help_man_scenario(FILE *to)
{
	put_title(to, "corun-scenario", 5, "what a scenario of corun may say");
	fputs(".SH DESCRIPTION\nA scenario is YAML.  Its keys, with types, ranges, defaults and "
	      "their sources:\n.PP\n",
	      to);
	if (put_said(to, say_keys, NULL))
		return -1;
	fputs(".SH SEE ALSO\n.BR corun (1),\n.BR corun\\-keys (1),\n.BR corun\\-validate (1)\n",
	      to);
	return 0;
}
