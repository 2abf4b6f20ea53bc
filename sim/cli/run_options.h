/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_options.h - what `run`, `compare` and `sweep` understand on the command line.
 */
#ifndef CORUN_RUN_OPTIONS_H
#define CORUN_RUN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli.h"

#define RUN_MAX_SETS 256
#define RUN_MAX_OVERS 8
#define RUN_LIST_CHARS 4096 /* of several --policy or --metric together */

enum run_verb { RUN_RUN, RUN_COMPARE, RUN_SWEEP };

struct run_options {
	const char *scenario;
	const char *policies; /* "a,b", or NULL; of several --policy, in policy_list */
	const char *dir; /* -o, or NULL */
	const char *format; /* "table", "csv" or "json" */
	const char *trace; /* --trace: a file (run), or "" (compare), or NULL */
	const char *record; /* --record FILE, or NULL */
	uint32_t rep; /* --rep: number of the only replication; UINT32_MAX: not given */
	uint32_t reps_min, reps_max; /* --reps, 0: not given */
	unsigned nr_workers;
	uint64_t patience_ns; /* --patience; 0: not given */
	bool force, strict, quiet, all, plot, own_process;
	const char *sets[RUN_MAX_SETS]; /* for the loader, those from other options last */
	unsigned nr_sets;
	const char *overs[RUN_MAX_OVERS]; /* sweep: --over, as given */
	unsigned nr_overs;
	const char *metrics; /* compare, sweep: --metric "a,b", or NULL */
	char seed[64], duration[64], min[64], max[64]; /* what some of sets[] point to */
	char policy_list[RUN_LIST_CHARS], metric_list[RUN_LIST_CHARS];
};

/* The tail of the help of these verbs: the options they share. */
#define RUN_OPTIONS_HELP                                                                           \
	"  --set PATH=VALUE   change a key of the scenario; see `corun keys`\n"                    \
	"  --seed N           the same as --set run.seed=N\n"                                      \
	"  --duration TIME    the same as --set run.duration=TIME\n"                               \
	"  --reps N|MIN..MAX  so many replications; with a range the scenario's target decides\n"  \
	"  -j, --jobs N       replications at a time (as many as CPUs are online)\n"               \
	"  --format FORMAT    table, csv (a row per replication and metric) or json\n"             \
	"  --all              every metric, group, VM and pCPU in the table\n"                     \
	"  -o, --output DIR   result folder: scenario.yaml, results.csv, summary.json, ...\n"      \
	"  --force            write into DIR though it is not empty\n"                             \
	"  --own-process      shared objects of --policy may have state of their own\n"            \
	"  --patience TIME    CPU time that a policy may take for one answer (10s)\n"              \
	"  --strict           a policy that breaks the contract ends the run, status 4\n"          \
	"  --quiet            no progress on stderr\n"

/* which: the options that verb knows. 0, or -1 with *err. */
int run_options_parse(const struct verb *verb, enum run_verb which, int argc, char **argv,
		      struct run_options *options, struct error *err);

#endif
