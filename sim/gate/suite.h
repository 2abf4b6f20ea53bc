/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * suite.h - a suite of checks: scenario x policy x metric, each with a bound.
 *
 *	suite: 1
 *	description: what a change may not bring back
 *	level: 5%                          # of a false alarm anywhere in the suite
 *	reps: {min: 10, max: 40}           # from the first look to the last
 *	baseline: gate.baseline            # default: the suite's name, .baseline
 *	margins:                           # what counts as a change against the baseline
 *	  corun: {absolute: 2%}
 *	  throughput: {relative: 3%}
 *	scenarios:
 *	  seed: {file: seed.yaml, set: {run.duration: 1s}}
 *	checks:
 *	  cure: {scenario: seed, policy: gang, metric: lwp_spin, at_most: 0.5%}
 *	  pays: {scenario: seed, policy: gang, metric: throughput,
 *	         at_least: {times: 1.3, of: cfs}}
 *	  holds: {scenario: seed, policy: [cfs, gang], metric: [corun, throughput],
 *	          baseline: yes}
 *
 * A check with lists stands for a test for every combination.
 */
#ifndef CORUN_SUITE_H
#define CORUN_SUITE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/world.h"
#include "study/metrics.h"
#include "text/arena.h"
#include "text/node.h"

#define SUITE_MIN_REPS 5u /* fewer say nothing about their own scatter */
#define SUITE_MAX_REPS 10000u
#define SUITE_MAX_TESTS 10000u
#define SUITE_NONE UINT32_MAX

struct suite_scenario {
	const char *name;
	const char *path; /* as seen from where corun was started */
	const char **sets; /* [nr_sets] "path=value" */
	unsigned nr_sets;
	struct place place;
	struct world *world;
};

enum suite_bound { SUITE_AT_MOST, SUITE_AT_LEAST, SUITE_BASELINE };

struct suite_test {
	const char *name; /* "cure/seed/gang/lwp_spin", with "@build" for a scope */
	struct place place; /* of the check */
	uint32_t scenario; /* index into scenarios[] */
	uint32_t policy; /* index into the world's policies */
	uint32_t of; /* the policy that the bound refers to, or SUITE_NONE */
	const struct metric *metric;
	struct scope scope;
	enum suite_bound bound;
	/*
	 * SUITE_AT_MOST, SUITE_AT_LEAST: the bound, in the unit of the metric (a share is a
	 * fraction, times are us); with `of` what that policy's value is multiplied by.
	 */
	double value;
	/* SUITE_BASELINE: the margin is the larger of both. */
	double relative; /* as a fraction of the recorded value */
	double absolute; /* in the unit of the metric */
};

struct stand_in;

struct suite {
	const char *path; /* as given */
	const char *description;
	const char *baseline; /* file */
	double level; /* 0.05 */
	uint32_t reps_min, reps_max;
	struct suite_scenario *scenarios;
	uint32_t nr_scenarios;
	struct suite_test *tests;
	uint32_t nr_tests;
	struct stand_in *stand_ins; /* the caller's */
	unsigned nr_stand_ins;
	uint64_t patience_ns; /* scenario.h */
	struct arena arena; /* all of the above but those */
};

/*
 * Loads the suite and its scenarios; only: a glob that the names of tests must
 * match, or NULL; stand_ins: shared objects in the place of policies, each in at least
 * one scenario; they stay while the suite is; patience_ns: scenario.h.  0, or -1 with *err:
 * STATUS_INPUT, kind "suite" or "scenario", one line that starts FILE:LINE:COLUMN.
 */
int suite_load(struct suite *suite, const char *path, const char *only, struct stand_in *stand_ins,
	       unsigned nr_stand_ins, uint64_t patience_ns, struct error *err);
void suite_fini(struct suite *suite);

/* "all", or the name of the group or VM that a test looks at. */
const char *suite_scope_name(const struct suite *suite, const struct suite_test *test);
const char *suite_policy_name(const struct suite *suite, const struct suite_test *test);

#endif
