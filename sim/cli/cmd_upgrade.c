/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_upgrade.c - corun upgrade: the same scenario in the newest version of the format. */
#include <getopt.h>
#include <stdio.h>

#include "base/outfile.h"
#include "cli.h"
#include "scenario/keys.h"
#include "scenario/upgrade.h"

extern const struct verb verb_upgrade; /* at the end */

struct upgrade_options {
	const char *input, *output;
	bool force;
};

static int parse_options(int argc, char **argv, struct upgrade_options *to, struct error *err)
{
	static const struct option options[] = {{"output", required_argument, NULL, 'o'},
						{"force", no_argument, NULL, 'f'},
						{0}};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
		if (option == 'o')
			to->output = optarg;
		else if (option == 'f')
			to->force = true;
		else
			return cli_bad_option(&verb_upgrade, options, argv[optind - 1], err);
	}
	if (optind + 1 != argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "upgrade: found %d scenarios, expected one", argc - optind);
	to->input = argv[optind];
	return 0;
}

static int write_text(const struct upgrade *upgrade, const struct upgrade_options *options,
		      struct error *err)
{
	struct outfile out;
	int failed;

	if (options->force)
		failed = outfile_renew(&out, options->output, err);
	else
		failed = outfile_open(&out, options->output, err);
	if (failed)
		return -1;
	fwrite(upgrade->text.text, 1, upgrade->text.length, out.file);
	return outfile_close(&out, err); /* a failed write is found here */
}

/* What is another text now, a line each. */
static void tell(const struct upgrade *upgrade)
{
	if (!upgrade->nr_changes)
		fprintf(stderr, "corun: note: it says corun: %d already\n", SCENARIO_VERSION);
	for (unsigned i = 0; i < upgrade->nr_changes; i++)
		fprintf(stderr, "corun: note: wrote %s\n", upgrade->changes[i]);
}

static int cmd_upgrade(int argc, char **argv, struct error *err)
{
	struct upgrade_options options = {0};
	struct upgrade upgrade;
	int failed;

	if (parse_options(argc, argv, &options, err))
		return -1;
	failed = upgrade_read(&upgrade, options.input, err);
	if (!failed)
		failed = write_text(&upgrade, &options, err);
	if (!failed)
		tell(&upgrade);
	upgrade_fini(&upgrade);
	return failed ? -1 : STATUS_OK;
}

const struct verb verb_upgrade = {
	.name = "upgrade",
	.rank = 65,
	.arguments = "SCENARIO.yaml [-o OUT [--force]]",
	.summary = "the same scenario in the newest version of the format",
	.help = "  -o, --output OUT      write to OUT instead of standard output\n"
		"  --force               OUT may be the scenario itself\n"
		"It gives the same results: defaults that newer versions have otherwise are "
		"written\n"
		"out.  Comments and layout stay.  What was written is told on standard error.  "
		"Only\n"
		"this file is changed, not what it includes.  - reads standard input.\n",
	.run = cmd_upgrade,
};
