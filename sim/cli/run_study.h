/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_study.h - what `run`, `compare` and `sweep` have in common: load the scenario, run
 * the study, write it down.
 */
#ifndef CORUN_RUN_STUDY_H
#define CORUN_RUN_STUDY_H

#include <stdio.h>

#include "base/progress.h"
#include "run_options.h"
#include "study/study.h"

struct run_plan {
	const struct run_options *options;
	bool all_policies; /* of the scenario, unless --policy; else the baseline only */
	bool all_reps; /* as the scenario says, unless --reps; else one */
	int (*table)(FILE *to, void *report); /* for --format table */
	/* not NULL: takes the study instead of standard output.  0, or -1 with *err. */
	int (*take)(void *context, struct study *study, struct error *err);
	void *context;
	struct progress *progress; /* of all the studies of which this is one; or NULL */
	bool noted; /* the scenario's version has been spoken of */
	bool only_check; /* nothing is run: is this a study that could be? */
};

/* Returns the exit status, or -1 with *err. */
int run_study(const struct run_plan *plan, struct error *err);

#endif
