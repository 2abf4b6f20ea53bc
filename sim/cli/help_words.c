/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * help_words.c - completion for shells: verbs, their options (those that their help has), and
 * what --policy, --metric and --set take.  Programs beside the core are asked for theirs.
 */
#include <stdbool.h>
#include <string.h>

#include "help.h"
#include "parts.h"
#include "registry/policies.h"
#include "scenario/keys.h"
#include "study/metrics.h"

/* "--name" at the begin of a line of help, behind blanks or a short option: its length, or 0. */
static size_t option_at(const char *line, const char **name)
{
	line += strspn(line, " ");
	if (line[0] == '-' && line[1] && line[1] != '-' && line[2] == ',')
		line += 3 + strspn(line + 3, " ");
	*name = line;
	if (line[0] != '-' || line[1] != '-')
		return 0;
	return 2 + strspn(line + 2, "abcdefghijklmnopqrstuvwxyz-");
}

static void put_options(FILE *to, const struct verb *verb)
{
	const char *line = verb->help, *name;

	for (;;) {
		size_t n = *line == ' ' ? option_at(line, &name) : 0;

		if (n > 2)
			fprintf(to, "%.*s ", (int)n, name);
		line = strchr(line, '\n');
		if (!line)
			break;
		line++;
	}
	fputs("--help", to);
}

static void put_metrics(FILE *to)
{
	uint32_t i;

	for (i = 0; i < nr_metric_registry; i++)
		fprintf(to, "%s%s", i ? " " : "", metric_registry[i].name);
}

static void put_policies(FILE *to)
{
	uint32_t i;

	for (i = 0; i < nr_policy_registry; i++)
		fprintf(to, "%s%s", i ? " " : "", policy_registry[i].name);
}

/* Those that can be typed as they stand. */
static void put_keys(FILE *to)
{
	uint32_t i;

	for (i = 0; i < nr_key_table; i++)
		if (!strpbrk(key_table[i].path, "*[]") && strchr(key_table[i].path, '.'))
			fprintf(to, "%s= ", key_table[i].path);
}

/* A program beside the core says by itself what it takes: words of its help. */
#define PART_OPTIONS(name)                                                                         \
	"corun \"" name "\" --help 2>/dev/null </dev/null | sed -n "                               \
	"'s/^ *\\(-[a-z], *\\)\\{0,1\\}\\(--[a-z-]*\\).*/\\2/p'"

void help_bash(FILE *to)
{
	const struct verb *verb;

	fputs("# SPDX-License-Identifier: BSD-2-Clause\n"
	      "# Made by `corun help --format bash`; do not edit.\n"
	      "_corun()\n{\n\tlocal word=${COMP_WORDS[COMP_CWORD]} "
	      "before=${COMP_WORDS[COMP_CWORD-1]}\n"
	      "\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\tCOMPREPLY=($(compgen -W '",
	      to);
	for (verb = help_next_verb(0); verb; verb = help_next_verb(verb->rank))
		fprintf(to, "%s ", verb->name);
	parts_names(to);
	fputs("help --version --share' -- \"$word\"))\n\t\treturn\n\tfi\n\tcase $before in\n"
	      "\t--policy) COMPREPLY=($(compgen -W '",
	      to);
	put_policies(to);
	fputs("' -- \"$word\") $(compgen -f -X '!*.so' -- \"$word\")); return ;;\n\t--metric) "
	      "COMPREPLY=($(compgen -W '",
	      to);
	put_metrics(to);
	fputs("' -- \"$word\")); return ;;\n\t--set) COMPREPLY=($(compgen -W '", to);
	put_keys(to);
	fputs("' -- \"$word\")); return ;;\n\tesac\n\tcase $word in\n\t-*) ;;\n\t*)\n"
	      "\t\tcase ${COMP_WORDS[1]} in\n\t\tmetrics) COMPREPLY=($(compgen -W '",
	      to);
	put_metrics(to);
	fputs("' -- \"$word\")); return ;;\n\t\tpolicies) COMPREPLY=($(compgen -W '", to);
	put_policies(to);
	fputs("' -- \"$word\")); return ;;\n\t\tesac\n\t\tCOMPREPLY=($(compgen -f -- \"$word\"))\n"
	      "\t\treturn ;;\n\tesac\n\tcase ${COMP_WORDS[1]} in\n",
	      to);
	for (verb = help_next_verb(0); verb; verb = help_next_verb(verb->rank)) {
		fprintf(to, "\t%s) COMPREPLY=($(compgen -W '", verb->name);
		put_options(to, verb);
		fputs("' -- \"$word\")) ;;\n", to);
	}
	fputs("\t*) COMPREPLY=($(compgen -W \"$(" PART_OPTIONS(
		      "${COMP_WORDS[1]}") ")\" -- \"$word\")) ;;\n",
	      to);
	fputs("\tesac\n}\ncomplete -o filenames -o nospace -F _corun corun\n", to);
}

void help_zsh(FILE *to)
{
	const struct verb *verb;

	fputs("#compdef corun\n# SPDX-License-Identifier: BSD-2-Clause\n"
	      "# Made by `corun help --format zsh`; do not edit.\n"
	      "if (( CURRENT == 2 )); then\n\tcompadd -- ",
	      to);
	for (verb = help_next_verb(0); verb; verb = help_next_verb(verb->rank))
		fprintf(to, "%s ", verb->name);
	parts_names(to);
	fputs("help --version --share\n\treturn\nfi\ncase $words[CURRENT-1] in\n--policy) compadd "
	      "-- ",
	      to);
	put_policies(to);
	fputs("; _files -g '*.so'; return ;;\n--metric) compadd -- ", to);
	put_metrics(to);
	fputs("; return ;;\n--set) compadd -S '' -- ", to);
	put_keys(to);
	fputs("; return ;;\nesac\ncase $words[CURRENT] in\n-*) ;;\n*) _files; return ;;\nesac\n"
	      "case $words[2] in\n",
	      to);
	for (verb = help_next_verb(0); verb; verb = help_next_verb(verb->rank)) {
		fprintf(to, "%s) compadd -- ", verb->name);
		put_options(to, verb);
		fputs(" ;;\n", to);
	}
	fputs("*) compadd -- $(" PART_OPTIONS("$words[2]") ") ;;\nesac\n", to);
}
