/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * false_alarm SUITE RUNS: does the gate cry wolf?  RUNS times a baseline is recorded
 * and checked, by the same policies with fresh replications on both sides: nothing has
 * changed but chance.  A run in which any test is called a regression is a false alarm.
 *
 * With the suite's margins the rate has to be at or under its level, by the upper 95 %
 * bound (Clopper and Pearson) where there are runs enough for one.  The same samples
 * are judged a second time without margins, where the null hypothesis is true to the
 * letter: there the rate must not be above the level for sure.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_cdf.h>

#include "../../sim/gate/check.h"
#include "../../sim/gate/check_bless.h"

#define ENOUGH_RUNS 59u /* without a single alarm 59 runs are the fewest to bound 5 % */

static void die(const struct error *err)
{
	fprintf(stderr, "false_alarm: %s\n", err->text);
	exit(1);
}

/* Everything, from replication `first` on. */
static void record(struct check *check, const struct suite *suite, uint32_t first)
{
	struct error err;

	memset(check, 0, sizeof(*check));
	check->suite = suite;
	check->nr_workers = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	check->quiet = true;
	check->first_rep = first;
	if (check_init(check, &err) || check_record(check, &err))
		die(&err);
}

/* Judges again what is there, look by look as check_run does; any false alarm? */
static bool alarms(struct check *check, const char **which)
{
	const struct suite *suite = check->suite;
	uint32_t goal = suite->reps_min, look, i;

	memset(check->results, 0, suite->nr_tests * sizeof(*check->results));
	for (look = 0; look < check->nr_looks; look++) {
		for (i = 0; i < check->nr_series; i++)
			check->series[i].nr = goal;
		check_judge(check, look + 1 == check->nr_looks);
		goal = 2 * goal < suite->reps_max ? 2 * goal : suite->reps_max;
	}
	for (i = 0; i < suite->nr_tests; i++) {
		if (check->results[i].verdict != CHECK_REGRESSION)
			continue;
		*which = suite->tests[i].name;
		return true;
	}
	return false;
}

static void drop_margins(struct suite *suite)
{
	uint32_t i;

	for (i = 0; i < suite->nr_tests; i++)
		suite->tests[i].relative = suite->tests[i].absolute = 0;
}

/* One run of each kind: alarm[0] with margins, alarm[1] without. */
static void run(struct suite *suite, struct suite *bare, uint32_t number, bool alarm[2])
{
	struct check before, after;
	struct baseline baseline;
	const char *which = "";
	struct error err;
	uint32_t i;

	record(&before, suite, 2 * number * suite->reps_max);
	record(&after, suite, (2 * number + 1) * suite->reps_max);
	if (bless_collect(&before, "", &baseline, &err))
		die(&err);
	for (i = 0; i < suite->nr_tests; i++) {
		const struct check_series *s = &after.series[after.series_of[i]];
		const struct suite_scenario *in = &suite->scenarios[s->scenario];
		char name[CHECK_METRIC_CHARS];

		check_metric_name(suite, s, name);
		after.recorded[i] = baseline_series(&baseline, in->name,
						    in->world->policies[s->policy].name, name);
	}
	alarm[0] = alarms(&after, &which);
	if (alarm[0])
		printf("run %u: false alarm: %s\n", number, which);
	after.suite = bare;
	alarm[1] = alarms(&after, &which);
	if (alarm[1])
		printf("run %u: false alarm without margins: %s\n", number, which);
	baseline_fini(&baseline);
	check_fini(&before);
	check_fini(&after);
}

static double upper(uint32_t nr, uint32_t of)
{
	return nr >= of ? 1 : gsl_cdf_beta_Pinv(0.95, nr + 1.0, of - nr);
}

static double lower(uint32_t nr, uint32_t of)
{
	return nr ? gsl_cdf_beta_Pinv(0.05, nr, of - nr + 1.0) : 0;
}

int main(int argc, char **argv)
{
	uint32_t runs = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0, i, nr[2] = {0};
	struct suite suite, bare;
	struct error err;
	bool fine;

	if (!runs) {
		fprintf(stderr, "usage: false_alarm SUITE RUNS\n");
		return 2;
	}
	if (suite_load(&suite, argv[1], NULL, NULL, 0, 0, &err) ||
	    suite_load(&bare, argv[1], NULL, NULL, 0, 0, &err))
		die(&err);
	drop_margins(&bare);
	for (i = 0; i < runs; i++) {
		bool alarm[2];

		run(&suite, &bare, i, alarm);
		nr[0] += alarm[0];
		nr[1] += alarm[1];
		if (i % 50 == 49)
			printf("%u runs: %u and %u false alarms\n", i + 1, nr[0], nr[1]);
		fflush(stdout);
	}
	printf("%u tests, %u runs, level %g %%\n", suite.nr_tests, runs, 100 * suite.level);
	printf("with margins: %u false alarms, at most %.2f %%\n", nr[0], 100 * upper(nr[0], runs));
	printf("without:      %u false alarms, %.2f to %.2f %%\n", nr[1], 100 * lower(nr[1], runs),
	       100 * upper(nr[1], runs));
	if (runs < ENOUGH_RUNS)
		fine = !nr[0];
	else
		fine = upper(nr[0], runs) <= suite.level;
	fine = fine && lower(nr[1], runs) <= suite.level;
	suite_fini(&suite);
	suite_fini(&bare);
	return fine ? 0 : 1;
}
