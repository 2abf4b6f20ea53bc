/* SPDX-License-Identifier: BSD-2-Clause */
#include <getopt.h>
#include <stdbool.h>
#include <string.h>

#include "help.h"
#include "parts.h"

enum format { FORMAT_TEXT, FORMAT_MARKDOWN, FORMAT_MAN, FORMAT_BASH, FORMAT_ZSH, NR_FORMATS };

static int no_memory(struct error *err)
{
	return error_set(err, STATUS_IO, "memory", "out of memory");
}

static int run_text(char *name, struct error *err)
{
	const struct verb *verb;

	if (!name) {
		help_usage(stdout);
	} else if (!strcmp(name, "statuses")) {
		help_statuses(stdout);
	} else if (!cli_find_verb(name) && part_is_there(name)) {
		return part_run(name, (char *[]){name, (char[]){"--help"}, NULL}, err);
	} else {
		verb = help_find_verb(name, err);
		if (!verb)
			return -1;
		help_verb(stdout, verb);
	}
	return STATUS_OK;
}

static int run_man(const char *name, struct error *err)
{
	const struct verb *verb;

	if (!name)
		return help_man(stdout) ? no_memory(err) : STATUS_OK;
	if (!strcmp(name, "scenario"))
		return help_man_scenario(stdout) ? no_memory(err) : STATUS_OK;
	verb = help_find_verb(name, err);
	if (!verb)
		return -1;
	return help_man_verb(stdout, verb) ? no_memory(err) : STATUS_OK;
}

int help_run(int argc, char **argv, struct error *err)
{
	static const struct option options[] = {{"format", required_argument, NULL, 'f'},
						{"help", no_argument, NULL, 'h'},
						{0}};
	static const char *const formats[NR_FORMATS] = {"text", "markdown", "man", "bash", "zsh"};
	static const struct verb help = {.name = "help"};
	unsigned format = FORMAT_TEXT;
	char *name;
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":f:h", options, NULL)) != -1) {
		if (option == 'h')
			continue; /* `corun help --help` */
		if (option != 'f')
			return cli_bad_option(&help, options, argv[optind - 1], err);
		if (cli_find_word("help: --format", optarg, formats, NR_FORMATS, &format, err))
			return -1;
	}
	name = optind < argc ? argv[optind] : NULL;
	if (format == FORMAT_TEXT)
		return run_text(name, err);
	if (format == FORMAT_MAN)
		return run_man(name, err);
	if (format == FORMAT_MARKDOWN)
		help_markdown(stdout);
	else if (format == FORMAT_BASH)
		help_bash(stdout);
	else
		help_zsh(stdout);
	return STATUS_OK;
}
