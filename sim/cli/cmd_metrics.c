/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_metrics.c - corun metrics: the registry, for people. */
#include <getopt.h>

#include "base/suggest.h"
#include "cli.h"
#include "study/metrics.h"

extern const struct verb verb_metrics; /* at the end */

static int find(const char *name, const struct metric **only, struct error *err)
{
	struct suggest suggest;
	uint32_t i;

	*only = metric_find(name);
	if (*only)
		return 0;
	suggest_init(&suggest, name);
	for (i = 0; i < nr_metric_registry; i++)
		suggest_offer(&suggest, metric_registry[i].name);
	return error_set(err, STATUS_INPUT, "usage", "metrics: no metric '%s'%s%s%s", name,
			 suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
			 suggest.best ? "'?" : "");
}

static int cmd_metrics(int argc, char **argv, struct error *err)
{
	static const struct option options[] = {{"format", required_argument, NULL, 'f'}, {0}};
	static const char *const formats[] = {"table", "markdown", "json"};
	const struct metric *only = NULL;
	unsigned format = 0;
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option != 'f')
			return cli_bad_option(&verb_metrics, options, argv[optind - 1], err);
		if (cli_find_word("metrics: --format", optarg, formats, 3, &format, err))
			return -1;
	}
	if (argc - optind > 1)
		return error_set(err, STATUS_INPUT, "usage", "metrics: one name at most, found %d",
				 argc - optind);
	if (optind < argc && find(argv[optind], &only, err))
		return -1;
	return metrics_print(stdout, only, formats[format], err) ? -1 : STATUS_OK;
}

const struct verb verb_metrics = {
	.name = "metrics",
	.rank = 90,
	.arguments = "[NAME] [--format table|markdown|json]",
	.summary = "what every metric means",
	.help = "All metrics, or one: unit, which direction is better, how replications are put\n"
		"together, and the exact definition.  docs/metrics.md is made from here.\n"
		"\n"
		"  --format FORMAT    table, markdown or json\n",
	.run = cmd_metrics,
};
