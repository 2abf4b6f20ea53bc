/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_check.c - corun check: a gate for CI. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/inputs.h"
#include "base/output.h"
#include "cli.h"
#include "gate/check_bless.h"
#include "gate/check_history.h"
#include "gate/check_report.h"
#include "policy_args.h"
#include "study/jobs.h"

extern const struct verb verb_check; /* at the end */

struct check_options {
	const char *suite, *only, *dir, *policies, *history, *label;
	char policy_list[4096]; /* of several --policy */
	int (*format)(FILE *to, void *report);
	unsigned nr_workers;
	uint64_t patience_ns;
	bool bless, dry_run, all, force, quiet, own_process;
};

/* -- options ---------------------------------------------------------------- */

enum {
	OPT_BLESS = 256,
	OPT_DRY_RUN,
	OPT_ONLY,
	OPT_FORMAT,
	OPT_POLICY,
	OPT_ALL,
	OPT_FORCE,
	OPT_QUIET,
	OPT_OWN_PROCESS,
	OPT_PATIENCE,
	OPT_HISTORY,
	OPT_LABEL,
};

static const struct option option_table[] = {
	{"bless", no_argument, NULL, OPT_BLESS},
	{"dry-run", no_argument, NULL, OPT_DRY_RUN},
	{"only", required_argument, NULL, OPT_ONLY},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"policy", required_argument, NULL, OPT_POLICY},
	{"all", no_argument, NULL, OPT_ALL},
	{"force", no_argument, NULL, OPT_FORCE},
	{"quiet", no_argument, NULL, OPT_QUIET},
	{"own-process", no_argument, NULL, OPT_OWN_PROCESS},
	{"patience", required_argument, NULL, OPT_PATIENCE},
	{"history", required_argument, NULL, OPT_HISTORY},
	{"label", required_argument, NULL, OPT_LABEL},
	{"jobs", required_argument, NULL, 'j'},
	{"output", required_argument, NULL, 'o'},
	{0},
};

static int parse_format(struct check_options *o, const char *name, struct error *err)
{
	static const char *const names[] = {"table", "tap", "junit", "markdown", "github"};
	static int (*const writers[])(FILE * to, void *report) = {
		check_report_table,    check_report_tap,    check_report_junit,
		check_report_markdown, check_report_github,
	};
	unsigned i;

	if (cli_find_word("check: --format", name, names, sizeof(names) / sizeof(names[0]), &i,
			  err))
		return -1;
	o->format = writers[i];
	return 0;
}

static int parse_workers(struct check_options *o, const char *text, struct error *err)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || text[0] < '0' || text[0] > '9' || n < 1 || n > JOBS_MAX_WORKERS)
		return error_set(err, STATUS_INPUT, "usage",
				 "-j: found '%.100s', expected a number of workers, 1 to 1024",
				 text);
	o->nr_workers = (unsigned)n;
	return 0;
}

static int parse_label(const char *text, struct error *err)
{
	size_t n = 0;

	while (text[n] && (unsigned char)text[n] >= ' ' && text[n] != 0x7f)
		n++;
	if (!text[n] && n <= 200)
		return 0;
	return error_set(err, STATUS_INPUT, "usage",
			 "--label: expected at most 200 bytes on one line");
}

static int parse_one(int option, struct check_options *o, struct error *err)
{
	switch (option) {
	case OPT_FORMAT:
		return parse_format(o, optarg, err);
	case 'j':
		return parse_workers(o, optarg, err);
	case 'o':
		o->dir = optarg;
		return 0;
	case OPT_POLICY:
		return cli_join("--policy", optarg, &o->policies, o->policy_list,
				sizeof(o->policy_list), err);
	case OPT_PATIENCE:
		return cli_parse_patience(optarg, &o->patience_ns, err);
	case OPT_ONLY:
		o->only = optarg;
		return 0;
	case OPT_HISTORY:
		o->history = optarg;
		return cli_check_output("--history", optarg, "file", err);
	case OPT_LABEL:
		o->label = optarg;
		return parse_label(optarg, err);
	default:
		o->bless |= option == OPT_BLESS;
		o->dry_run |= option == OPT_DRY_RUN;
		o->all |= option == OPT_ALL;
		o->force |= option == OPT_FORCE;
		o->quiet |= option == OPT_QUIET;
		o->own_process |= option == OPT_OWN_PROCESS;
		return 0;
	}
}

static int check_together(const struct check_options *o, struct error *err)
{
	if (o->dry_run && !o->bless)
		return error_set(err, STATUS_INPUT, "usage", "check: --dry-run needs --bless");
	if (o->bless && (o->only || o->dir || o->history))
		return error_set(err, STATUS_INPUT, "usage",
				 "check: --bless renews the whole baseline and writes nothing "
				 "else; "
				 "%s does not go with it",
				 o->only  ? "--only"
				 : o->dir ? "-o"
					  : "--history");
	if (o->label && !o->history)
		return error_set(err, STATUS_INPUT, "usage", "check: --label needs --history FILE");
	if (o->force && !o->dir)
		return error_set(err, STATUS_INPUT, "usage", "check: --force needs -o DIR");
	return 0;
}

static int parse_options(int argc, char **argv, struct check_options *o, struct error *err)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	char shorts[3] = "-?";
	int option;

	memset(o, 0, sizeof(*o));
	o->format = check_report_table;
	o->nr_workers = online < 1			  ? 1
			: online > (long)JOBS_MAX_WORKERS ? JOBS_MAX_WORKERS
							  : (unsigned)online;
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":j:o:", option_table, NULL)) != -1) {
		if (option == '?' || option == ':') {
			bool is_short = optopt > 0 && optopt < 256 && argv[optind - 1][1] != '-';

			shorts[1] = (char)optopt;
			return cli_bad_option(&verb_check, option_table,
					      is_short ? shorts : argv[optind - 1], err);
		}
		if (parse_one(option, o, err))
			return -1;
	}
	if (optind + 1 != argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "check: expected one suite, found %d; see `corun help check`",
				 argc - optind);
	o->suite = argv[optind];
	return check_together(o, err);
}

/* -- checking --------------------------------------------------------------- */

static bool needs_baseline(const struct suite *suite)
{
	uint32_t i;

	for (i = 0; i < suite->nr_tests; i++)
		if (suite->tests[i].bound == SUITE_BASELINE)
			return true;
	return false;
}

static int write_reports(struct check_report *report, const struct check_options *o,
			 struct output *output, struct error *err)
{
	if (o->dir && (output_file(output, "check.txt", check_report_table, report, err) ||
		       output_file(output, "check.tap", check_report_tap, report, err) ||
		       output_file(output, "junit.xml", check_report_junit, report, err) ||
		       output_file(output, "summary.md", check_report_markdown, report, err) ||
		       output_commit(output, err)))
		return -1;
	if (o->format(stdout, report))
		return error_set(err, STATUS_IO, "memory", "out of memory");
	return 0;
}

static int run_check(const struct suite *suite, const struct baseline *baseline,
		     const struct check_options *o, struct error *err)
{
	struct check check = {.suite = suite,
			      .baseline = baseline,
			      .nr_workers = o->nr_workers,
			      .patience_ns = o->patience_ns,
			      .quiet = o->quiet};
	struct check_report report = {.check = &check, .all = o->all};
	struct output output = {0};
	int failed;

	failed = check_init(&check, err) ||
		 (o->dir && output_open(&output, o->dir, o->force, err)) ||
		 check_run(&check, err) ||
		 (o->history &&
		  check_history_append(&check, o->history, o->label ? o->label : "", err)) ||
		 write_reports(&report, o, &output, err);
	if (!failed)
		failed = (int)check_status(&check);
	else
		failed = -1;
	output_fini(&output);
	check_fini(&check);
	return failed;
}

static int do_check(const struct suite *suite, const struct check_options *o, struct error *err)
{
	struct baseline baseline;
	int status;

	if (!needs_baseline(suite))
		return run_check(suite, NULL, o, err);
	if (baseline_read(&baseline, suite->baseline, err))
		return -1;
	status = run_check(suite, &baseline, o, err);
	baseline_fini(&baseline);
	return status;
}

/* -- renewing --------------------------------------------------------------- */

/* old: NULL where there is none. */
static int renew(const struct check *check, const struct baseline *old,
		 const struct check_options *o, struct error *err)
{
	struct baseline fresh;
	int changed, status = 0;

	if (bless_collect(check, old ? old->notes : "", &fresh, err))
		return -1;
	changed = bless_show(stdout, check, old, &fresh);
	if (changed < 0)
		status = error_set(err, STATUS_IO, "memory", "out of memory");
	else if (fflush(stdout)) /* shown first, or not renewed at all */
		status = error_set(err, STATUS_IO, "io", "cannot write standard output: %s",
				   strerror(errno));
	else if (!changed)
		puts("nothing has changed; the baseline stands");
	else if (o->dry_run)
		puts("not written: --dry-run");
	else
		status = baseline_write(&fresh, check->suite->baseline, old ? old->checksum : NULL,
					err);
	if (changed > 0 && !status && !o->dry_run)
		puts("renewed");
	baseline_fini(&fresh);
	return status;
}

static int do_bless(const struct suite *suite, const struct check_options *o, struct error *err)
{
	struct check check = {.suite = suite,
			      .nr_workers = o->nr_workers,
			      .patience_ns = o->patience_ns,
			      .quiet = o->quiet};
	struct baseline old;
	struct error why;
	bool have;
	int failed;

	if (!needs_baseline(suite))
		return error_set(err, STATUS_INPUT, "baseline",
				 "%s: no check compares with a baseline: there is nothing to "
				 "record",
				 suite->path);
	if (inputs_has(suite->baseline))
		return error_set(err, STATUS_INPUT, "usage",
				 "%.300s: found a file that is read, expected another one as the "
				 "baseline to write",
				 suite->baseline);
	have = !baseline_read(&old, suite->baseline, &why);
	if (!have && access(suite->baseline, F_OK) == 0)
		fprintf(stderr, "corun: warning: replacing what is no baseline: %s\n", why.text);
	failed = check_init(&check, err) || check_record(&check, err) ||
		 renew(&check, have ? &old : NULL, o, err);
	check_fini(&check);
	if (have)
		baseline_fini(&old);
	return failed ? -1 : STATUS_OK;
}

/* --policy: shared objects only; tests are chosen by their names. */
static int parse_policies(const struct check_options *o, struct policy_args *args,
			  struct error *err)
{
	const struct module_terms terms = {o->own_process, o->patience_ns};

	if (!o->policies)
		return 0;
	if (policy_args_parse(args, o->policies, false, &terms, err))
		return -1;
	if (args->nr_files < args->nr)
		return error_set(err, STATUS_INPUT, "usage",
				 "--policy: found '%.200s', expected a shared object such as "
				 "./mine.so, or NAME=./mine.so (tests are chosen by --only)",
				 o->policies);
	return 0;
}

/* A line for each file, however often the suite has it. */
static void note_versions(const struct suite *suite)
{
	for (uint32_t i = 0; i < suite->nr_scenarios; i++) {
		const struct suite_scenario *s = &suite->scenarios[i];
		uint32_t before = 0;

		while (strcmp(suite->scenarios[before].path, s->path) != 0)
			before++;
		if (before == i)
			scenario_note_version(stderr, s->world, s->path);
	}
}

static int cmd_check(int argc, char **argv, struct error *err)
{
	struct check_options options;
	struct policy_args args = {0};
	struct suite suite;
	int status = -1;

	if (parse_options(argc, argv, &options, err))
		return -1;
	if (!parse_policies(&options, &args, err) &&
	    !suite_load(&suite, options.suite, options.only, args.stand_ins, args.nr_stand_ins,
			options.patience_ns, err)) {
		note_versions(&suite);
		status = options.bless ? do_bless(&suite, &options, err)
				       : do_check(&suite, &options, err);
		suite_fini(&suite);
	}
	policy_args_fini(&args);
	return status;
}

const struct verb verb_check = {
	.name = "check",
	.rank = 120,
	.arguments = "SUITE.yaml [options]",
	.summary = "a gate for CI: has anything become worse than its bound or baseline?",
	.help = "Runs the scenarios of a suite and holds every metric against its bound: a "
		"number,\n"
		"another policy, or a recorded baseline with a margin.  Replications are paired; "
		"what\n"
		"is close gets more of them.  docs/gate.md explains the suite and the statistics.\n"
		"Status 0: all held; 1: a regression; 3: none, but some are undecided, or have "
		"too\n"
		"few samples for a quantile; 2: a changed scenario or a damaged baseline.\n"
		"\n"
		"  --bless            record the baseline anew; shows what is different first\n"
		"  --dry-run          with --bless: show it only\n"
		"  --only GLOB        only tests whose names match, such as '*/gang/*'\n"
		"  --policy FILE.so   in the place of the policy that it is called as, in every\n"
		"                     scenario; NAME=FILE.so: of the policy NAME\n"
		"  --own-process      FILE.so may have state of its own\n"
		"  --patience TIME    CPU time that a policy may take for one answer (10s)\n"
		"  --format FORMAT    table, tap, junit, markdown or github (annotations)\n"
		"  --all              in the table: the tests that held, too\n"
		"  --history FILE     append to FILE a CSV row a test: value, interval, verdict\n"
		"  --label TEXT       ... what this run is called there, such as a commit\n"
		"  -o, --output DIR   check.txt, check.tap, junit.xml and summary.md\n"
		"  --force            write into DIR though it is not empty\n"
		"  -j, --jobs N       replications at a time (as many as CPUs are online)\n"
		"  --quiet            no progress on stderr\n",
	.run = cmd_check,
};
