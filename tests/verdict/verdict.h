/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdict.h - what the tests of shipped scenarios share: a scenario, shortened,
 * and what a policy makes of it.
 */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdint.h>

#include "../../sim/scenario/scenario.h"

/*
 * The scenario of a file, measured for 1500 ms after a warm-up of 300 ms; set (NULL:
 * nothing): "path=value", or several with blanks between.  scenario_free it.
 */
struct world *verdict_load(const char *file, const char *set);

/* A metric of all guests under a policy of the scenario, over that many replications. */
double verdict_metric(const struct world *world, const char *policy, const char *name,
		      uint32_t reps);

/* The same of one entry of vms (no quantiles: they would be of the first group). */
double verdict_group(const struct world *world, const char *policy, const char *group,
		     const char *name, uint32_t reps);

/* verdict_load and verdict_metric in one. */
double verdict_of(const char *file, const char *set, const char *policy, const char *metric,
		  uint32_t reps);

#endif
