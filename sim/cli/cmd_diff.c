/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_diff.c - corun diff: two result folders side by side. */
#include <getopt.h>
#include <string.h>

#include "base/output.h"
#include "cli.h"
#include "report/report.h"
#include "study/diff.h"

extern const struct verb verb_diff; /* at the end */

struct diff_options {
	const char *a, *b, *policies, *dir;
	char policy_list[4096]; /* of several --policy */
	bool csv, all, force, plot;
};

static int parse_option(int option, struct diff_options *o, struct error *err)
{
	static const char *const formats[] = {"table", "csv"};
	unsigned format;

	switch (option) {
	case 'p':
		return cli_join("--policy", optarg, &o->policies, o->policy_list,
				sizeof(o->policy_list), err);
	case 'o':
		o->dir = optarg;
		return 0;
	case 'f':
		if (cli_find_word("diff: --format", optarg, formats, 2, &format, err))
			return -1;
		o->csv = format == 1;
		return 0;
	default:
		o->all |= option == 'a';
		o->force |= option == 'F';
		o->plot |= option == 'P';
		return 0;
	}
}

static int parse_options(int argc, char **argv, struct diff_options *o, struct error *err)
{
	static const struct option options[] = {{"policy", required_argument, NULL, 'p'},
						{"format", required_argument, NULL, 'f'},
						{"output", required_argument, NULL, 'o'},
						{"all", no_argument, NULL, 'a'},
						{"force", no_argument, NULL, 'F'},
						{"plot", no_argument, NULL, 'P'},
						{0}};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
		if (option == '?' || option == ':')
			return cli_bad_option(&verb_diff, options, argv[optind - 1], err);
		if (parse_option(option, o, err))
			return -1;
	}
	if (optind + 2 != argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "diff: found %d result folders, expected two; see `corun help "
				 "diff`",
				 argc - optind);
	if ((o->force || o->plot) && !o->dir)
		return error_set(err, STATUS_INPUT, "usage", "diff: --%s needs -o DIR",
				 o->plot ? "plot" : "force");
	o->a = argv[optind];
	o->b = argv[optind + 1];
	return 0;
}

/* A folder that `corun plot` draws from: the policies of both in one study. */
static int write_folder(struct diff *diff, const struct diff_options *o, struct error *err)
{
	struct report study = {.study = &diff->study, .scenario = diff->a.scenario};
	struct diff_report report = {diff, true};
	struct output output;
	int failed;

	if (output_open(&output, o->dir, o->force, err))
		return -1;
	study.output = &output;
	failed = output_file(&output, "diff.txt", report_diff_table, &report, err) ||
		 output_file(&output, "diff.csv", report_diff_csv, &report, err) ||
		 output_file(&output, "results.csv", report_results_csv, &study, err) ||
		 output_file(&output, "time.csv", report_time_csv, &study, err) ||
		 output_file(&output, "shares.csv", report_shares_csv, &study, err) ||
		 output_file(&output, "cdf.csv", report_cdf_csv, &study, err) ||
		 output_file(&output, "diff.json", report_diff_json, &study, err) ||
		 output_commit(&output, err);
	output_fini(&output);
	return failed ? -1 : 0;
}

static int cmd_diff(int argc, char **argv, struct error *err)
{
	struct diff_options o = {0};
	struct diff_report report;
	struct diff diff;
	int failed;

	if (parse_options(argc, argv, &o, err) || diff_open(&diff, o.a, o.b, o.policies, err))
		return -1;
	report = (struct diff_report){&diff, o.all};
	failed = o.dir && write_folder(&diff, &o, err);
	if (!failed && (o.csv ? report_diff_csv : report_diff_table)(stdout, &report))
		failed = error_set(err, STATUS_IO, "memory", "out of memory");
	diff_close(&diff);
	if (!failed && o.plot)
		return cli_draw(o.dir, err);
	return failed ? -1 : STATUS_OK;
}

const struct verb verb_diff = {
	.name = "diff",
	.rank = 140,
	.arguments = "A B [options]",
	.summary = "two result folders side by side, with intervals of the differences",
	.help = "A and B are result folders (run or compare -o): two versions, two policies, two\n"
		"scenarios.  With the same seed they are compared replication by replication,\n"
		"otherwise as independent samples.  The difference is B - A.  Where the scenarios\n"
		"differ, the keys that do stand first.\n"
		"\n"
		"  --policy X,Y=Z     policy X of both, Y of A against Z of B (those of the same "
		"name)\n"
		"  --format FORMAT    table or csv\n"
		"  --all              every metric, group, VM and key that differs, in the table\n"
		"  -o, --output DIR   diff.txt, diff.csv, and what `corun plot` draws from\n"
		"  --plot             draw it\n"
		"  --force            write into DIR though it is not empty\n",
	.run = cmd_diff,
};
