/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_run.c - corun run: one policy in all detail. */
#include "report/report.h"
#include "run_study.h"

extern const struct verb verb_run; /* at the end */

static int cmd_run(int argc, char **argv, struct error *err)
{
	struct run_options options;
	const struct run_plan plan = {
		.options = &options,
		.table = report_run,
	};

	if (run_options_parse(&verb_run, RUN_RUN, argc, argv, &options, err))
		return -1;
	return run_study(&plan, err);
}

const struct verb verb_run = {
	.name = "run",
	.rank = 10,
	.arguments = "SCENARIO.yaml [options]",
	.summary = "run one policy and show everything about it",
	.help = "One replication of the baseline policy, unless told otherwise: metrics, where "
		"the\n"
		"time of vCPUs and pCPUs goes, every VM, latencies.\n"
		"\n"
		"  --policy NAME      another policy of the scenario, or a shipped one, or a "
		"shared\n"
		"                     object, ./mine.so\n"
		"  --rep N            replication N instead of 0\n"
		"  --record FILE      write the policy's calls and answers, to be replayed in "
		"other\n"
		"                     builds of it (ports/conformance)\n"
		"  --trace FILE       write the binary trace of the replication; see `corun "
		"trace`\n" //
	RUN_OPTIONS_HELP,
	.run = cmd_run,
};
