/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "study/jobs.h"

#define MAX_REPS 100000u /* as the key run.reps.max */

enum {
	OPT_SET = 256,
	OPT_SEED,
	OPT_DURATION,
	OPT_REP,
	OPT_REPS,
	OPT_POLICY,
	OPT_FORMAT,
	OPT_TRACE,
	OPT_RECORD,
	OPT_FORCE,
	OPT_STRICT,
	OPT_QUIET,
	OPT_ALL,
	OPT_PLOT,
	OPT_OVER,
	OPT_METRIC,
	OPT_OWN_PROCESS,
	OPT_PATIENCE,
};

#define SHARED_OPTIONS                                                                             \
	{"set", required_argument, NULL, OPT_SET}, {"seed", required_argument, NULL, OPT_SEED},    \
		{"duration", required_argument, NULL, OPT_DURATION},                               \
		{"reps", required_argument, NULL, OPT_REPS},                                       \
		{"policy", required_argument, NULL, OPT_POLICY},                                   \
		{"own-process", no_argument, NULL, OPT_OWN_PROCESS},                               \
		{"patience", required_argument, NULL, OPT_PATIENCE},                               \
		{"format", required_argument, NULL, OPT_FORMAT},                                   \
		{"jobs", required_argument, NULL, 'j'}, {"output", required_argument, NULL, 'o'},  \
		{"force", no_argument, NULL, OPT_FORCE},                                           \
		{"strict", no_argument, NULL, OPT_STRICT},                                         \
		{"quiet", no_argument, NULL, OPT_QUIET},                                           \
	{                                                                                          \
		"all", no_argument, NULL, OPT_ALL                                                  \
	}

static const struct option run_table[] = {
	SHARED_OPTIONS,
	{"rep", required_argument, NULL, OPT_REP},
	{"trace", required_argument, NULL, OPT_TRACE},
	{"record", required_argument, NULL, OPT_RECORD},
	{0},
};

static const struct option compare_table[] = {
	SHARED_OPTIONS,
	{"rep", required_argument, NULL, OPT_REP},
	{"trace", no_argument, NULL, OPT_TRACE},
	{"metric", required_argument, NULL, OPT_METRIC},
	{"plot", no_argument, NULL, OPT_PLOT},
	{0},
};

static const struct option sweep_table[] = {
	SHARED_OPTIONS,
	{"over", required_argument, NULL, OPT_OVER},
	{"metric", required_argument, NULL, OPT_METRIC},
	{"plot", no_argument, NULL, OPT_PLOT},
	{0},
};

static const struct option *const tables[] = {
	[RUN_RUN] = run_table,
	[RUN_COMPARE] = compare_table,
	[RUN_SWEEP] = sweep_table,
};

static int usage(struct error *err, const char *option, const char *given, const char *expected)
{
	return error_set(err, STATUS_INPUT, "usage", "%s: found '%s', expected %s", option, given,
			 expected);
}

/* Decimal digits and nothing else, low to high. */
static int parse_count(const char *text, unsigned long low, unsigned long high, uint32_t *value)
{
	unsigned long n;
	char *end;

	if (!*text || strspn(text, "0123456789") != strlen(text))
		return -1;
	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || n < low || n > high)
		return -1;
	*value = (uint32_t)n;
	return 0;
}

static int add_set(struct run_options *o, const char *set, struct error *err)
{
	if (o->nr_sets == RUN_MAX_SETS)
		return error_set(err, STATUS_INPUT, "usage", "--set: at most %d of them",
				 RUN_MAX_SETS - 8);
	o->sets[o->nr_sets++] = set;
	return 0;
}

/* Options that are short for a --set. */
static int add_short(struct run_options *o, char *to, size_t size, const char *path,
		     const char *value, struct error *err)
{
	int n = snprintf(to, size, "%s=%s", path, value);

	if (n < 0 || (size_t)n >= size)
		return error_set(err, STATUS_INPUT, "usage", "the value of %s is too long", path);
	return add_set(o, to, err);
}

static int parse_reps(struct run_options *o, const char *text, struct error *err)
{
	const char *dots = strstr(text, "..");
	char low[32], number[16];
	const char *high = dots ? dots + 2 : text;

	snprintf(low, sizeof(low), "%.*s", dots ? (int)(dots - text) : 31, text);
	if (parse_count(low, 1, MAX_REPS, &o->reps_min) ||
	    parse_count(high, 1, MAX_REPS, &o->reps_max) || o->reps_max < o->reps_min)
		return usage(err, "--reps", text, "N or MIN..MAX, 1 to 100000");
	snprintf(number, sizeof(number), "%u", o->reps_min);
	if (add_short(o, o->min, sizeof(o->min), "run.reps.min", number, err))
		return -1;
	snprintf(number, sizeof(number), "%u", o->reps_max);
	return add_short(o, o->max, sizeof(o->max), "run.reps.max", number, err);
}

static int parse_format(struct run_options *o, const char *text, struct error *err)
{
	static const char *const names[] = {"table", "csv", "json"};
	unsigned i;

	if (cli_find_word("--format", text, names, 3, &i, err))
		return -1;
	o->format = names[i];
	return 0;
}

static int add_over(struct run_options *o, const char *text, struct error *err)
{
	if (o->nr_overs == RUN_MAX_OVERS)
		return error_set(err, STATUS_INPUT, "usage", "--over: at most %d of them",
				 RUN_MAX_OVERS);
	o->overs[o->nr_overs++] = text;
	return 0;
}

static int parse_one(int option, const char *value, struct run_options *o, struct error *err)
{
	switch (option) {
	case OPT_SET:
		return add_set(o, value, err);
	case OPT_SEED:
		return add_short(o, o->seed, sizeof(o->seed), "run.seed", value, err);
	case OPT_DURATION:
		return add_short(o, o->duration, sizeof(o->duration), "run.duration", value, err);
	case OPT_REP:
		return parse_count(value, 0, MAX_REPS - 1, &o->rep)
			       ? usage(err, "--rep", value, "a replication, from 0 on")
			       : 0;
	case OPT_REPS:
		return parse_reps(o, value, err);
	case OPT_FORMAT:
		return parse_format(o, value, err);
	case 'j':
		return parse_count(value, 1, JOBS_MAX_WORKERS, &o->nr_workers)
			       ? usage(err, "-j", value, "a number of workers, 1 to 1024")
			       : 0;
	case OPT_POLICY:
		return cli_join("--policy", value, &o->policies, o->policy_list,
				sizeof(o->policy_list), err);
	case OPT_PATIENCE:
		return cli_parse_patience(value, &o->patience_ns, err);
	case OPT_TRACE:
		o->trace = value ? value : "";
		return value ? cli_check_output("--trace", value, "file", err) : 0;
	case OPT_OVER:
		return add_over(o, value, err);
	case OPT_METRIC:
		return cli_join("--metric", value, &o->metrics, o->metric_list,
				sizeof(o->metric_list), err);
	case OPT_RECORD:
		o->record = value;
		return cli_check_output("--record", value, "file", err);
	case 'o':
		o->dir = value;
		return 0;
	default:
		o->force |= option == OPT_FORCE;
		o->own_process |= option == OPT_OWN_PROCESS;
		o->strict |= option == OPT_STRICT;
		o->quiet |= option == OPT_QUIET;
		o->all |= option == OPT_ALL;
		o->plot |= option == OPT_PLOT;
		return 0;
	}
}

/* What is wrong with the options taken together. */
static int check(const struct run_options *o, enum run_verb which, struct error *err)
{
	if (o->rep != UINT32_MAX && o->reps_min)
		return error_set(err, STATUS_INPUT, "usage", "--rep and --reps exclude each other");
	if (o->force && !o->dir)
		return error_set(err, STATUS_INPUT, "usage", "--force needs -o DIR");
	if (which != RUN_RUN && (o->trace || o->plot) && !o->dir)
		return error_set(err, STATUS_INPUT, "usage", "%s needs -o DIR",
				 o->plot ? "--plot" : "--trace");
	if (which == RUN_SWEEP && !o->nr_overs)
		return error_set(err, STATUS_INPUT, "usage",
				 "sweep: expected --over PATH=VALUE,VALUE,...");
	return 0;
}

static unsigned online_cpus(void)
{
	long nr = sysconf(_SC_NPROCESSORS_ONLN);

	return nr < 1 ? 1 : nr > (long)JOBS_MAX_WORKERS ? JOBS_MAX_WORKERS : (unsigned)nr;
}

int run_options_parse(const struct verb *verb, enum run_verb which, int argc, char **argv,
		      struct run_options *o, struct error *err)
{
	const struct option *table = tables[which];
	char shorts[3] = "-?";
	int option;

	memset(o, 0, sizeof(*o));
	o->rep = UINT32_MAX;
	o->format = "table";
	o->nr_workers = online_cpus();
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":j:o:", table, NULL)) != -1) {
		if (option == '?' || option == ':') {
			bool is_short = optopt > 0 && optopt < 256 && argv[optind - 1][1] != '-';

			shorts[1] = (char)optopt;
			return cli_bad_option(verb, table, is_short ? shorts : argv[optind - 1],
					      err);
		}
		if (parse_one(option, optarg, o, err))
			return -1;
	}
	if (optind + 1 != argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "%s: expected one scenario, found %d; see `corun help %s`",
				 verb->name, argc - optind, verb->name);
	o->scenario = argv[optind];
	return check(o, which, err);
}
