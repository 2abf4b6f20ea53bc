/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_schema.c - corun schema: what scenarios and suites may say, as a JSON Schema. */
#include <getopt.h>

#include "base/outfile.h"
#include "cli.h"
#include "gate/suite_keys.h"
#include "scenario/keys_schema.h"

extern const struct verb verb_schema; /* at the end */

static int cmd_schema(int argc, char **argv, struct error *err)
{
	static const struct option options[] = {{"output", required_argument, NULL, 'o'}, {0}};
	static const char *const names[] = {"scenario", "suite"};
	void (*const print[])(FILE * to) = {keys_print_schema, suite_print_schema};
	const char *path = NULL;
	struct outfile out;
	unsigned which = 0;
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
		if (option != 'o')
			return cli_bad_option(&verb_schema, options, argv[optind - 1], err);
		path = optarg;
	}
	if (optind + 1 < argc)
		return error_set(err, STATUS_INPUT, "usage", "schema: found %d words, expected one",
				 argc - optind);
	if (optind < argc && cli_find_word("schema", argv[optind], names, 2, &which, err))
		return -1;
	if (outfile_open(&out, path, err))
		return -1;
	print[which](out.file);
	return outfile_close(&out, err) ? -1 : STATUS_OK;
}

const struct verb verb_schema = {
	.name = "schema",
	.rank = 75,
	.arguments = "[scenario | suite] [-o OUT]",
	.summary = "what a scenario (or a suite) may say, as a JSON Schema for editors",
	.help = "  -o, --output OUT   write to OUT instead of standard output\n"
		"Made of the tables that corun itself reads scenarios by.  It refuses most "
		"mistakes while\n"
		"one types; what hangs on the rest of a scenario only `corun validate` finds.  "
		"For\n"
		"yaml-language-server, as the first line of a scenario:\n"
		"  # yaml-language-server: $schema=scenario.schema.json\n",
	.run = cmd_schema,
};
