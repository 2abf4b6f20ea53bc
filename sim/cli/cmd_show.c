/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_show.c - corun show: a scenario with every default and its source. */
#include <getopt.h>
#include <stdlib.h>

#include "base/outfile.h"
#include "cli.h"
#include "scenario/offered.h"
#include "scenario/scenario.h"

extern const struct verb verb_show; /* at the end */

struct show_options {
	struct scenario_options scenario;
	const char **sets; /* room for all of argv */
	const char *input, *output;
};

static int parse_options(int argc, char **argv, struct show_options *to, struct error *err)
{
	static const struct option options[] = {{"set", required_argument, NULL, 's'},
						{"output", required_argument, NULL, 'o'},
						{0}};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":s:o:", options, NULL)) != -1) {
		if (option == 's')
			to->sets[to->scenario.nr_sets++] = optarg;
		else if (option == 'o')
			to->output = optarg;
		else
			return cli_bad_option(&verb_show, options, argv[optind - 1], err);
	}
	if (optind + 1 != argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "show: found %d scenarios, expected one", argc - optind);
	to->input = argv[optind];
	return 0;
}

static int print_world(const struct world *world, const char *path, struct error *err)
{
	struct outfile out;

	if (outfile_open(&out, path, err))
		return -1;
	if (offered_print(out.file, world, "# ")) {
		outfile_abort(&out);
		return error_set(err, STATUS_IO, "memory", "out of memory");
	}
	scenario_print(out.file, world); /* a failed write is found at close */
	return outfile_close(&out, err);
}

static int cmd_show(int argc, char **argv, struct error *err)
{
	struct show_options options = {.sets = calloc((size_t)argc, sizeof(*options.sets))};
	struct world *world = NULL;
	int failed;

	if (!options.sets)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	options.scenario.sets = options.sets;
	failed = parse_options(argc, argv, &options, err);
	if (!failed) {
		world = scenario_load(options.input, &options.scenario, err);
		if (world)
			scenario_note_version(stderr, world, options.input);
		failed = world ? print_world(world, options.output, err) : -1;
	}
	scenario_free(world);
	free(options.sets);
	return failed ? -1 : STATUS_OK;
}

const struct verb verb_show = {
	.name = "show",
	.rank = 50,
	.arguments = "SCENARIO.yaml [--set PATH=VALUE]... [-o OUT]",
	.summary = "the resolved scenario: every key, with the source of each default",
	.help = "  -s, --set PATH=VALUE  lay a value over the file, e.g. vms.build.count=3\n"
		"  -o, --output OUT      write to OUT instead of standard output\n"
		"First, as comments, the load that it offers: the pCPUs that each VM would keep "
		"busy\n"
		"alone.  What is printed is a scenario itself, with data files and includes "
		"inlined: it\n"
		"loads anywhere and gives the same results.  - reads standard input.\n",
	.run = cmd_show,
};
