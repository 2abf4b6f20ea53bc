/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h - a study, written down: tables for people, CSV and JSON for machines.
 *
 * Writers of files have the shape that output_file wants: they return 0, or -1
 * when memory runs out; whether the stream took it is for its owner to see.
 */
#ifndef CORUN_REPORT_H
#define CORUN_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/output.h"
#include "study/study.h"

struct report {
	struct study *study;
	const char *scenario; /* the file, as given */
	const struct metric *primary; /* of the stopping rule, or NULL */
	bool all; /* every metric, group and VM in the tables */
	const char *metrics; /* "a,b": these in the tables of compare, and no other; or NULL */
	const struct output *output; /* NULL, or the folder with the tables study.json is for */
	int interrupted; /* the signal that cut the study short, or 0 */
};

/* What was run: scenario, policies, seed, window, replications and why so many. */
int report_heading(FILE *to, const struct report *report);

/* Policies side by side, then their differences to the baseline. */
int report_compare(FILE *to, void *report);

/* Runs of two kinds: quantiles and shares; nothing where there is one kind. */
int report_kinds(FILE *to, const struct report *report);

/* One policy in all detail. */
int report_run(FILE *to, void *report);

/*
 * policy,replication,seed,scope,name,metric,value,unit,numerator,denominator; no value:
 * nothing there
 */
int report_results_csv(FILE *to, void *report);

/* What results.csv and histograms.csv are about, for results.h to read back. */
int report_study_json(FILE *to, void *report);

/*
 * policy,replication,scope,name,what,count,censored,sum_ns,max_ns,buckets: the buckets in
 * use as index:count, see hist.h; empty ones are left out
 */
int report_histograms_csv(FILE *to, void *report);

/* Everything with its interval and its difference to the baseline. */
int report_summary_json(FILE *to, void *report);

/* diff.json: that a folder is one of `corun diff`, and its files */
int report_diff_json(FILE *to, void *report);

/* sweep.json: the same of `corun sweep`; its files, and of each point its study.json */
struct report_sweep_parts {
	const struct output *output;
	unsigned nr_points;
};
int report_sweep_json(FILE *to, void *parts);

/* policy,state,share: the guests' vCPU time */
int report_time_csv(FILE *to, void *report);

/* policy,vm,received,entitled: as shares of the host's pCPU time */
int report_shares_csv(FILE *to, void *report);

/* policy,group,what,upto_us,fraction: cumulative, a row per bucket in use */
int report_cdf_csv(FILE *to, void *report);

/* A CSV field: quoted where it has to be. */
void report_csv_field(FILE *to, const char *text);

#endif
