/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "study/jobs.h"

static int no_memory(struct error *err)
{
	return error_set(err, STATUS_IO, "memory", "out of memory");
}

/* -- series ----------------------------------------------------------------- */

static bool same_series(const struct check_series *s, uint32_t policy,
			const struct suite_test *test)
{
	return s->scenario == test->scenario && s->policy == policy && s->metric == test->metric &&
	       s->scope.kind == test->scope.kind && s->scope.id == test->scope.id;
}

/* That of this policy with the test's metric and scope, made if there is none yet. */
static uint32_t series_for(struct check *check, const struct suite_test *test, uint32_t policy)
{
	struct check_series *s;
	uint32_t i;

	for (i = 0; i < check->nr_series; i++)
		if (same_series(&check->series[i], policy, test))
			return i;
	s = &check->series[check->nr_series];
	s->scenario = test->scenario;
	s->policy = policy;
	s->metric = test->metric;
	s->scope = test->scope;
	s->fewest = UINT64_MAX;
	s->x = calloc(check->suite->reps_max, sizeof(*s->x));
	return s->x ? check->nr_series++ : SUITE_NONE;
}

void check_metric_name(const struct suite *suite, const struct check_series *series,
		       char name[CHECK_METRIC_CHARS])
{
	const struct world *world = suite->scenarios[series->scenario].world;

	if (series->scope.kind == SCOPE_HOST)
		snprintf(name, CHECK_METRIC_CHARS, "%s", series->metric->name);
	else
		snprintf(name, CHECK_METRIC_CHARS, "%s@%s", series->metric->name,
			 scope_name(world, &series->scope));
}

/* -- the baseline, is it one of this suite? --------------------------------- */

static int match_scenario(const struct check *check, const struct suite_scenario *s,
			  struct error *err)
{
	const struct baseline_scenario *b = baseline_scenario(check->baseline, s->name);
	const char *file = check->suite->baseline;

	if (!b)
		return error_set(err, STATUS_INPUT, "baseline",
				 "%s: nothing is recorded for the scenario '%s' of %s; renew it "
				 "with "
				 "--bless",
				 file, s->name, check->suite->path);
	if (b->version != s->world->version)
		return error_set(err, STATUS_INPUT, "baseline",
				 "%s: scenario '%s' was recorded as corun: %u and says corun: %u "
				 "now, which has other defaults: the numbers do not compare; renew "
				 "it with --bless",
				 file, s->name, b->version, s->world->version);
	if (strcmp(b->hash, s->world->hash) != 0 || b->seed != s->world->run.seed)
		return error_set(err, STATUS_INPUT, "baseline",
				 "%s: scenario '%s' has changed since it was recorded (hash %s, "
				 "now "
				 "%s; defaults and tunables count): the numbers do not compare; if "
				 "that is meant, renew it with --bless",
				 file, s->name, b->hash, s->world->hash);
	return 0;
}

static int match_series(struct check *check, uint32_t test, struct error *err)
{
	const struct check_series *s = &check->series[check->series_of[test]];
	const struct suite_scenario *scenario = &check->suite->scenarios[s->scenario];
	const char *policy = scenario->world->policies[s->policy].name;
	const struct baseline_series *recorded;
	char name[CHECK_METRIC_CHARS];

	if (match_scenario(check, scenario, err))
		return -1;
	check_metric_name(check->suite, s, name);
	recorded = baseline_series(check->baseline, scenario->name, policy, name);
	if (!recorded)
		return error_set(err, STATUS_INPUT, "baseline",
				 "%s: nothing is recorded for %s; renew it with --bless",
				 check->suite->baseline, check->suite->tests[test].name);
	if (recorded->nr < check->suite->reps_min)
		return error_set(err, STATUS_INPUT, "baseline",
				 "%s: found %u replications for %s, expected at least %u; renew it "
				 "with --bless",
				 check->suite->baseline, recorded->nr,
				 check->suite->tests[test].name, check->suite->reps_min);
	check->recorded[test] = recorded;
	return 0;
}

static uint32_t count_looks(const struct suite *suite)
{
	uint32_t nr = 1, reps = suite->reps_min;

	for (; reps < suite->reps_max; reps = 2 * reps)
		nr++;
	return nr;
}

int check_init(struct check *check, struct error *err)
{
	const struct suite *suite = check->suite;
	uint32_t i;

	check->nr_looks = count_looks(suite);
	check->series = calloc(2 * (size_t)suite->nr_tests, sizeof(*check->series));
	check->series_of = calloc(suite->nr_tests, sizeof(*check->series_of));
	check->reference_of = calloc(suite->nr_tests, sizeof(*check->reference_of));
	check->recorded = calloc(suite->nr_tests, sizeof(*check->recorded));
	check->results = calloc(suite->nr_tests, sizeof(*check->results));
	if (!check->series || !check->series_of || !check->reference_of || !check->recorded ||
	    !check->results)
		return no_memory(err);
	for (i = 0; i < suite->nr_tests; i++) {
		const struct suite_test *test = &suite->tests[i];

		check->reference_of[i] = SUITE_NONE;
		check->series_of[i] = series_for(check, test, test->policy);
		if (test->of != SUITE_NONE)
			check->reference_of[i] = series_for(check, test, test->of);
		if (check->series_of[i] == SUITE_NONE ||
		    (test->of != SUITE_NONE && check->reference_of[i] == SUITE_NONE))
			return no_memory(err);
		if (test->bound == SUITE_BASELINE && check->baseline && match_series(check, i, err))
			return -1;
	}
	return 0;
}

void check_fini(struct check *check)
{
	uint32_t i;

	for (i = 0; i < check->nr_series; i++) {
		free(check->series[i].x);
		free(check->series[i].why_void);
	}
	free(check->series);
	free(check->series_of);
	free(check->reference_of);
	free(check->recorded);
	free(check->results);
}

/* -- running ---------------------------------------------------------------- */

/* These policies have no results; every series of theirs says why. */
static int collect_voids(struct check *check, uint32_t scenario, const struct study *study,
			 struct error *err)
{
	uint32_t i, v;

	for (i = 0; i < check->nr_series; i++) {
		struct check_series *s = &check->series[i];

		for (v = 0; v < study->nr_voids && s->scenario == scenario; v++) {
			if (study->voids[v].policy != s->policy)
				continue;
			free(s->why_void);
			s->why_void = strdup(study->voids[v].err.text);
			s->void_rep = study->voids[v].rep - check->first_rep;
			if (!s->why_void)
				return no_memory(err);
		}
	}
	return 0;
}

/* How many samples the quantile of this replication is of. */
static void count_samples(struct check_series *s, const struct study_rep *rep)
{
	uint32_t scope = s->scope.kind == SCOPE_GROUP ? 1 + s->scope.id : 0;
	const struct hist_packed *hist;

	if (s->metric->kind != METRIC_QUANTILE)
		return;
	hist = rep->hists[scope * NR_GH + s->metric->hist];
	if (hist && hist->count >= s->fewest)
		return;
	s->fewest = hist ? hist->count : 0;
	s->fewest_rep = s->nr;
}

/* Fills the series of this study's policies with what it measured. */
static void collect(struct check *check, uint32_t scenario, const struct study *study)
{
	uint32_t i, p, r;

	for (i = 0; i < check->nr_series; i++) {
		struct check_series *s = &check->series[i];
		uint32_t column = study_column(study, s->metric, &s->scope);

		for (p = 0; p < study->nr_policies && study->policies[p] != s->policy; p++)
			;
		if (s->scenario != scenario || p == study->nr_policies)
			continue;
		for (r = 0; r < study->nr_reps; r++) {
			const struct study_rep *rep = *study_slot(study, r, p);

			count_samples(s, rep);
			s->x[s->nr++] = rep->samples[column];
		}
	}
}

static int run_study_of(struct check *check, struct study *study, struct error *err)
{
	const struct jobs jobs = {.study = study,
				  .nr_workers = check->nr_workers,
				  .patience_ns = check->patience_ns,
				  .progress = &check->progress,
				  .strict = true};
	int interrupted = 0;

	if (jobs_run(&jobs, &interrupted, err))
		return -1;
	if (interrupted)
		return error_set(err, (enum status)(128 + interrupted), "interrupted",
				 "interrupted: no verdict");
	return 0;
}

/* Replications have to goal of these policies. */
static int run_policies(struct check *check, uint32_t scenario, const uint32_t *policies,
			uint32_t nr_policies, uint32_t have, uint32_t goal, struct error *err)
{
	const struct suite_scenario *s = &check->suite->scenarios[scenario];
	struct study study;
	struct error inner;
	int failed;

	if (study_init(&study, s->world, policies, nr_policies, goal - have, err))
		return -1;
	stop_init(&study.rule, goal - have, goal - have, 0);
	study.first_rep = check->first_rep + have;
	failed = run_study_of(check, &study, &inner);
	if (failed)
		error_set(err, inner.status, inner.kind, "scenario %s: %.900s", s->name,
			  inner.text);
	else if (study.nr_policies)
		collect(check, scenario, &study);
	if (!failed)
		failed = collect_voids(check, scenario, &study, err);
	study_fini(&study);
	return failed;
}

/*
 * Brings the policies of a scenario that are marked to goal replications.  What an
 * open test needs was needed at every look before, so all have equally many.
 */
static int run_scenario(struct check *check, uint32_t scenario, const bool *wanted, uint32_t goal,
			struct error *err)
{
	const struct world *world = check->suite->scenarios[scenario].world;
	uint32_t *policies = calloc(world->nr_policies, sizeof(*policies));
	uint32_t nr = 0, have = 0, i;
	int failed = 0;

	if (!policies)
		return no_memory(err);
	for (i = 0; i < world->nr_policies; i++)
		if (wanted[i])
			policies[nr++] = i;
	for (i = 0; nr && i < check->nr_series; i++)
		if (check->series[i].scenario == scenario && wanted[check->series[i].policy])
			have = check->series[i].nr;
	if (nr && have < goal)
		failed = run_policies(check, scenario, policies, nr, have, goal, err);
	free(policies);
	return failed;
}

/* Brings everything that a test wants (those that are open, or those with a baseline). */
static int run_all(struct check *check, uint32_t goal, bool record, struct error *err)
{
	const struct suite *suite = check->suite;
	uint32_t scenario, i;
	int failed = 0;

	for (scenario = 0; !failed && scenario < suite->nr_scenarios; scenario++) {
		bool *wanted;

		progress_part(&check->progress, "scenario", scenario, suite->nr_scenarios);
		wanted = calloc(suite->scenarios[scenario].world->nr_policies + 1, sizeof(*wanted));

		if (!wanted)
			return no_memory(err);
		for (i = 0; i < suite->nr_tests; i++) {
			const struct suite_test *test = &suite->tests[i];

			if (test->scenario != scenario ||
			    (record ? test->bound != SUITE_BASELINE
				    : check->results[i].verdict != CHECK_OPEN))
				continue;
			wanted[test->policy] = true;
			if (test->of != SUITE_NONE)
				wanted[test->of] = true;
		}
		failed = run_scenario(check, scenario, wanted, goal, err);
		free(wanted);
	}
	return failed;
}

static void count_verdicts(struct check *check)
{
	uint32_t i;

	memset(check->nr, 0, sizeof(check->nr));
	for (i = 0; i < check->suite->nr_tests; i++)
		check->nr[check->results[i].verdict]++;
}

int check_run(struct check *check, struct error *err)
{
	const struct suite *suite = check->suite;
	uint32_t goal = suite->reps_min, look;

	progress_init(&check->progress, check->quiet);
	for (look = 0; look < check->nr_looks; look++) {
		if (run_all(check, goal, false, err))
			return -1;
		check_judge(check, look + 1 == check->nr_looks);
		count_verdicts(check);
		if (!check->nr[CHECK_OPEN])
			break;
		goal = 2 * goal < suite->reps_max ? 2 * goal : suite->reps_max;
	}
	return 0;
}

int check_record(struct check *check, struct error *err)
{
	uint32_t i;

	progress_init(&check->progress, check->quiet);
	if (run_all(check, check->suite->reps_max, true, err))
		return -1;
	for (i = 0; i < check->nr_series; i++)
		if (check->series[i].why_void)
			return error_set(err, STATUS_MODEL, "void", "scenario %s: %.900s",
					 check->suite->scenarios[check->series[i].scenario].name,
					 check->series[i].why_void);
	return 0;
}

enum status check_status(const struct check *check)
{
	if (check->nr[CHECK_VOID])
		return STATUS_MODEL;
	if (check->nr[CHECK_REGRESSION])
		return STATUS_FAILED;
	return check->nr[CHECK_UNDECIDED] || check->nr[CHECK_FEW] ? STATUS_UNDECIDED : STATUS_OK;
}
