/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - the gate: runs a suite, and says of every test whether it holds.
 *
 * Every test comes down to how far a metric has moved in the wrong direction from its
 * bound, or from what was recorded, paired by replication, and to its margin.  Within
 * the margin for sure is held, beyond it for sure is a regression, and what is neither
 * gets twice as many replications at the next look, up to the most that the suite
 * allows.  What is still close then is a regression if it has moved for sure and its
 * estimate lies beyond the margin, and undecided if not.
 *
 * "For sure" is a one-sided t-test at the suite's level, split over the looks.
 * For regressions it is corrected over all tests of the suite (Holm), so that the
 * level bounds the chance of any false alarm, which is a regression where nothing has
 * become worse; for held ones it is not, so that it bounds the chance, test by test,
 * of passing one that is beyond its margin.
 */
#ifndef CORUN_CHECK_H
#define CORUN_CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/progress.h"
#include "baseline.h"
#include "suite.h"

enum check_verdict {
	CHECK_OPEN,
	CHECK_HELD,
	CHECK_REGRESSION,
	CHECK_UNDECIDED,
	CHECK_FEW, /* a quantile of fewer samples in a replication than it takes */
	CHECK_VOID, /* a policy that it needs has no results */
	NR_CHECK_VERDICTS
};

/* What was measured of one metric of one policy in one scenario. */
struct check_series {
	uint32_t scenario, policy;
	const struct metric *metric;
	struct scope scope;
	struct sample *x; /* [suite->reps_max] */
	uint32_t nr;
	char *why_void; /* what the policy has done, or NULL */
	uint32_t void_rep; /* ... and in which replication, less first_rep */
	/* of a quantile: samples in the replication that has the fewest, and which that is */
	uint64_t fewest;
	uint32_t fewest_rep;
};

struct check_result {
	enum check_verdict verdict;
	const char *reason; /* why there is no value, or NULL */
	uint32_t nr_reps; /* that the following says something about */
	struct estimate value; /* of the policy, now */
	struct estimate reference; /* the bound, with `of` or a baseline as it was measured */
	struct estimate moved; /* value - reference, paired */
	double margin; /* what `moved` may be in the wrong direction */
	double excess; /* `moved` in the wrong direction, less the margin */
	/* one-sided, each against its contrary: */
	double p_moved; /* it has become worse */
	double p_beyond; /* ... by more than the margin */
	double p_within; /* ... by less */
	double p_holm, p_surely; /* p_moved and p_beyond, corrected over tests and looks */
	uint32_t worst; /* the replication that differs most, in the wrong direction */
	double worst_value, worst_reference; /* what was measured there */
	/* CHECK_FEW: how many there were in the worst replication, and how many it takes; */
	uint64_t nr_samples, needed_samples;
	uint64_t needed_ns; /* ... and a run.duration that would do */
};

struct check {
	/* set by the caller: */
	const struct suite *suite;
	const struct baseline *baseline; /* NULL: no test may need one */
	unsigned nr_workers;
	uint64_t patience_ns; /* jobs.h; 0: its default */
	bool quiet;
	struct progress progress; /* over the scenarios of a look */
	uint32_t first_rep; /* replication that counts as the first; 0 but for tests of the gate */
	/* after check_init: */
	uint32_t nr_looks;
	struct check_series *series;
	uint32_t nr_series;
	uint32_t *series_of; /* [nr_tests] the series of a test */
	uint32_t *reference_of; /* [nr_tests] that of its `of`, or SUITE_NONE */
	const struct baseline_series **recorded; /* [nr_tests] or NULL */
	struct check_result *results; /* [nr_tests] */
	uint32_t nr[NR_CHECK_VERDICTS]; /* after check_run */
};

/* 0, or -1 with *err: a baseline that is not of these scenarios (STATUS_INPUT). */
int check_init(struct check *check, struct error *err);
void check_fini(struct check *check);

/* Looks until everything is decided or the replications are used up.  0, or -1 with *err. */
int check_run(struct check *check, struct error *err);

/*
 * Instead of looking: runs every series that is compared with a baseline as often
 * as the suite allows.  Call after check_init without a baseline.
 */
int check_record(struct check *check, struct error *err);

/* check_judge.c: the tests that are open, by what has been measured. */
void check_judge(struct check *check, bool last);

/* The name of a series in a baseline: "corun", "corun@build". */
#define CHECK_METRIC_CHARS 160
void check_metric_name(const struct suite *suite, const struct check_series *series,
		       char name[CHECK_METRIC_CHARS]);

/* STATUS_OK, STATUS_MODEL (some are void), STATUS_FAILED or STATUS_UNDECIDED (or too few samples). */
enum status check_status(const struct check *check);

#endif
