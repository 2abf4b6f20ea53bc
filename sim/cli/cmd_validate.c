/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_validate.c - corun validate: are these scenarios fine, with all their policies? */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/outfile.h"
#include "cli.h"
#include "scenario/offered.h"
#include "scenario/scenario.h"
#include "study/accept.h"

extern const struct verb verb_validate; /* at the end */

/* One line on stderr; remembers the worst status. */
static void report(const struct error *err, const char *file, const char *policy, int *status)
{
	if (policy)
		fprintf(stderr, "corun: error[%s]: %s: policy %s: %s\n", err->kind, file, policy,
			err->text);
	else
		fprintf(stderr, "corun: error[%s]: %s\n", err->kind, err->text);
	if (*status == STATUS_OK || err->status != STATUS_INPUT)
		*status = (int)err->status;
}

/* 0: all take it; -1 with *err, STATUS_OK if those that do not have been told of. */
static int ask_policies(const struct world *world, const char *file, int *status, struct error *err)
{
	struct question *questions = calloc(world->nr_policies, sizeof(*questions));
	int failed;

	if (!questions)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	for (uint32_t i = 0; i < world->nr_policies; i++)
		questions[i] = (struct question){.world = world, .policy = i};
	failed = study_accepts(questions, world->nr_policies, 0, err);
	if (!failed)
		err->status = STATUS_OK;
	for (uint32_t i = 0; i < world->nr_policies && err->status == STATUS_OK; i++) {
		if (!questions[i].refused && !questions[i].died)
			continue;
		report(&questions[i].err, file, questions[i].died ? NULL : world->policies[i].name,
		       status);
		failed = -1;
	}
	free(questions);
	return failed;
}

static void validate(const char *file, const struct scenario_options *options, FILE *out,
		     int *status)
{
	struct error err;
	struct world *world = scenario_load(file, options, &err);
	bool fine = world && ask_policies(world, file, status, &err) >= 0;

	if (!world || (!fine && err.status != STATUS_OK)) {
		report(&err, file, NULL, status);
		scenario_free(world);
		return;
	}
	scenario_note_version(stderr, world, file);
	if (fine) {
		fprintf(out, "ok %s: %u VMs, %u vCPUs on %u pCPUs, %u policies, hash %s\n", file,
			world->nr_vms, world->nr_vcpus, world->host.nr_pcpus, world->nr_policies,
			world->hash);
		if (offered_print(out, world, "   "))
			fputs("corun: warning: out of memory\n", stderr);
	}
	scenario_free(world);
}

static int parse_options(int argc, char **argv, struct scenario_options *to, const char **sets,
			 struct error *err)
{
	static const struct option options[] = {{"set", required_argument, NULL, 's'}, {0}};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":s:", options, NULL)) != -1) {
		if (option != 's')
			return cli_bad_option(&verb_validate, options, argv[optind - 1], err);
		sets[to->nr_sets++] = optarg;
	}
	to->sets = sets;
	if (optind == argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "validate: found no scenario, expected one or more");
	return 0;
}

static int cmd_validate(int argc, char **argv, struct error *err)
{
	const char **sets = calloc((size_t)argc, sizeof(*sets));
	struct scenario_options options = {0};
	struct outfile out;
	int status = STATUS_OK, failed;

	if (!sets)
		return error_set(err, STATUS_IO, "memory", "out of memory");
	failed = parse_options(argc, argv, &options, sets, err) || outfile_open(&out, NULL, err);
	if (!failed) {
		for (int i = optind; i < argc; i++)
			validate(argv[i], &options, out.file, &status);
		failed = outfile_close(&out, err);
	}
	free(sets);
	return failed ? -1 : status;
}

const struct verb verb_validate = {
	.name = "validate",
	.rank = 60,
	.arguments = "SCENARIO.yaml... [--set PATH=VALUE]...",
	.summary = "check scenarios without running them",
	.help = "  -s, --set PATH=VALUE  lay a value over each file\n"
		"An ok line on standard output for each that is fine with all its policies, and "
		"the\n"
		"load that it offers: the pCPUs that each VM would keep busy alone; the\n"
		"first mistake of each that is not, and each policy that refuses it, on standard\n"
		"error, and status 2.\n",
	.run = cmd_validate,
};
