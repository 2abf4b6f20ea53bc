/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_compare.c - corun compare: several policies under the same demand. */
#include "report/report.h"
#include "run_study.h"

extern const struct verb verb_compare; /* at the end */

static int cmd_compare(int argc, char **argv, struct error *err)
{
	struct run_options options;
	const struct run_plan plan = {
		.options = &options,
		.all_policies = true,
		.all_reps = true,
		.table = report_compare,
	};
	int status;

	if (run_options_parse(&verb_compare, RUN_COMPARE, argc, argv, &options, err))
		return -1;
	status = run_study(&plan, err);
	if (status == STATUS_OK && options.plot)
		status = cli_draw(options.dir, err);
	return status;
}

const struct verb verb_compare = {
	.name = "compare",
	.rank = 20,
	.arguments = "SCENARIO.yaml [options]",
	.summary = "run several policies under the same demand and compare them",
	.help = "Every policy of the scenario sees the same demand, replication by replication; "
		"the\n"
		"differences to the baseline are paired, with 95 % intervals.\n"
		"\n"
		"  --policy A,B       these policies of the scenario only; a shipped one that it "
		"lacks\n"
		"                     and a shared object ./mine.so are one more, and "
		"NAME=./mine.so\n"
		"                     takes the place of NAME; shared objects of the scenario that "
		"are\n"
		"                     not among them are not opened\n"
		"  --rep N            only replication N, such as the one that `corun check` "
		"names\n"
		"  --metric A,B       these metrics in the tables, and no other; see `corun "
		"metrics`\n"
		"  --trace            trace-POLICY.bin of replication 0 in the result folder\n"
		"  --plot             draw the pictures of the result folder; see `corun plot`\n" //
	RUN_OPTIONS_HELP,
	.run = cmd_compare,
};
