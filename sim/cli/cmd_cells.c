/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_cells.c - corun cells: what sweeps say whatever should not matter. */
#include <getopt.h>
#include <string.h>
#include <sys/stat.h>

#include "base/suggest.h"
#include "cli.h"
#include "report/report_cells.h"

extern const struct verb verb_cells; /* at the end */

static int find_metric(const char *name, const struct metric **metric, struct error *err)
{
	struct suggest suggest;

	*metric = metric_find(name);
	if (*metric)
		return 0;
	suggest_init(&suggest, name);
	for (uint32_t i = 0; i < nr_metric_registry; i++)
		suggest_offer(&suggest, metric_registry[i].name);
	return error_set(err, STATUS_INPUT, "usage", "--metric: no metric '%.64s'%s%s%s", name,
			 suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
			 suggest.best ? "'?" : "");
}

/* "width,hints", which stays where it is. */
static int split_axes(char *list, struct fold *fold, struct error *err)
{
	fold->nr_axes = 0;
	for (char *at = list; at;) {
		if (fold->nr_axes == FOLD_MAX_AXES)
			return error_set(err, STATUS_INPUT, "usage", "--by: more than %u axes",
					 FOLD_MAX_AXES);
		fold->axes[fold->nr_axes++] = strsep(&at, ",");
	}
	return 0;
}

static int parse_options(int argc, char **argv, struct fold *fold, unsigned *csv, struct error *err)
{
	static const struct option options[] = {{"by", required_argument, NULL, 'b'},
						{"metric", required_argument, NULL, 'm'},
						{"format", required_argument, NULL, 'f'},
						{0}};
	static const char *const formats[] = {"table", "csv"};
	int option, failed = 0;

	opterr = 0;
	optind = 0;
	while (!failed && (option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == 'b')
			failed = split_axes(optarg, fold, err);
		else if (option == 'm')
			failed = find_metric(optarg, &fold->metric, err);
		else if (option == 'f')
			failed = cli_find_word("cells: --format", optarg, formats, 2, csv, err);
		else
			failed = cli_bad_option(&verb_cells, options, argv[optind - 1], err);
	}
	if (!failed && optind == argc)
		failed = error_set(err, STATUS_INPUT, "usage",
				   "cells: found no result folder; see `corun help cells`");
	return failed ? -1 : 0;
}

/* A folder of `corun sweep`, or a table of that kind by itself. */
static int read_one(struct fold *fold, char *name, struct error *err)
{
	struct stat status;
	char *slash = strrchr(name, '/');

	if (stat(name, &status) || S_ISDIR(status.st_mode))
		return fold_read(fold, name, "sweep.csv", err);
	if (!slash)
		return fold_read(fold, ".", name, err);
	*slash = '\0';
	return fold_read(fold, *name ? name : "/", slash + 1, err);
}

static int cmd_cells(int argc, char **argv, struct error *err)
{
	struct fold fold = {0};
	unsigned csv = 0;
	int failed = parse_options(argc, argv, &fold, &csv, err);

	for (int i = optind; !failed && i < argc; i++)
		failed = read_one(&fold, argv[i], err);
	if (!failed && (csv ? report_cells_csv : report_cells)(stdout, &fold))
		failed = error_set(err, STATUS_IO, "memory", "out of memory");
	fold_free(&fold);
	return failed ? -1 : STATUS_OK;
}

const struct verb verb_cells = {
	.name = "cells",
	.rank = 35,
	.arguments = "DIR... [--by AXIS,...] [options]",
	.summary = "what sweeps say of a policy whatever should not matter",
	.help = "A conclusion should not hang on when guests start, on the seed, on the host's\n"
		"irregularity.  Sweep over these, too; then each point of the axes named here is\n"
		"a row, and everything else that differs, other axes and other folders, its "
		"cells.\n"
		"A row is better or worse than the baseline only if it is so in every cell; one\n"
		"whose sign differs, or that is undecided in one cell, says `undecided`.\n"
		"\n"
		"  --by AXIS,...      axes of the sweep that make rows (none: a row a policy)\n"
		"  --metric NAME      what to compare (the first metric of the first sweep)\n"
		"  --format FORMAT    table or csv\n"
		"\n"
		"DIR is a result folder of `corun sweep`, or a sweep.csv by itself.\n",
	.run = cmd_cells,
};
