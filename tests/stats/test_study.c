/* SPDX-License-Identifier: BSD-2-Clause */
/* Studies over an engine made by hand: workers, failures, interrupts, what is written. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/report/report.h"
#include "../../sim/study/jobs.h"
#include "fake_sim.h"
#include "fixture.h"
#include "json_check.h"

struct run {
	struct fixture fixture;
	struct study study;
	struct error err;
	int status, interrupted;
};

static struct run *run_study_of(enum fake_mode mode, unsigned nr_workers, uint32_t min,
				uint32_t max, double until, bool strict)
{
	static const uint32_t both[] = {0, 1};
	struct run *run = calloc(1, sizeof(*run));
	struct jobs jobs = {.nr_workers = nr_workers, .strict = strict, .quiet = true};

	assert_non_null(run);
	fixture_init(&run->fixture);
	run->fixture.world.run.seed = mode;
	assert_int_equal(study_init(&run->study, &run->fixture.world, both, 2, max, &run->err), 0);
	stop_init(&run->study.rule, min, max, until);
	jobs.study = &run->study;
	jobs.primary = metric_find("throughput");
	run->status = jobs_run(&jobs, &run->interrupted, &run->err);
	return run;
}

static void free_run(struct run *run)
{
	study_fini(&run->study);
	free(run);
}

/* Every writer, one after the other. */
static char *write_all(struct run *run)
{
	struct report report = {.study = &run->study,
				.scenario = "hand.yaml",
				.primary = metric_find("throughput"),
				.interrupted = run->interrupted};
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	assert_non_null(to);
	assert_int_equal(report_compare(to, &report), 0);
	assert_int_equal(report_run(to, &report), 0);
	assert_int_equal(report_results_csv(to, &report), 0);
	assert_int_equal(report_time_csv(to, &report), 0);
	assert_int_equal(report_shares_csv(to, &report), 0);
	assert_int_equal(report_cdf_csv(to, &report), 0);
	assert_int_equal(report_summary_json(to, &report), 0);
	fclose(to);
	return text;
}

static void any_number_of_workers_gives_the_same_bytes(void **state)
{
	static const unsigned workers[] = {1, 2, 3, 7, 64};
	struct run *first = run_study_of(FAKE_PLAIN, 1, 1, 200, 0.02, false);
	char *expected = write_all(first);
	unsigned i;

	(void)state;
	assert_int_equal(first->status, 0);
	assert_int_equal(first->study.rule.state, STOP_TARGET);
	assert_int_equal(first->study.nr_reps, 40);
	for (i = 0; i < sizeof(workers) / sizeof(workers[0]); i++) {
		struct run *run = run_study_of(FAKE_PLAIN, workers[i], 1, 200, 0.02, false);
		char *text = write_all(run);

		assert_string_equal(text, expected);
		free(text);
		free_run(run);
	}
	free(expected);
	free_run(first);
}

static unsigned count_lines(const char *text)
{
	unsigned nr = 0;

	for (; *text; text++)
		nr += *text == '\n';
	return nr;
}

/* As many commas in every line as in the first; no value is nan or inf. */
static void check_csv(const char *text)
{
	unsigned commas = 0, expected = 0, line = 0;

	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "inf"));
	for (; *text; text++) {
		commas += *text == ',';
		if (*text != '\n')
			continue;
		if (!line++)
			expected = commas;
		assert_int_equal(commas, expected);
		commas = 0;
	}
}

static char *write_one(struct run *run, int (*write)(FILE *, void *))
{
	struct report report = {.study = &run->study,
				.scenario = "hand \"quoted\".yaml",
				.interrupted = run->interrupted};
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	assert_non_null(to);
	assert_int_equal(write(to, &report), 0);
	fclose(to);
	return text;
}

/* Columns but for the rare metrics, which this engine never has. */
static int nr_written(const struct study *study)
{
	uint32_t c;
	int nr = 0;

	for (c = 0; c < study->nr_columns; c++)
		nr += !study->columns[c].metric->rare;
	return nr;
}

static void files_are_well_formed(void **state)
{
	static int (*const csv[])(FILE *, void *) = {report_results_csv, report_time_csv,
						     report_shares_csv, report_cdf_csv};
	enum fake_mode modes[] = {FAKE_PLAIN, FAKE_EMPTY, FAKE_VIOLATION};
	unsigned i, k;

	(void)state;
	for (k = 0; k < 3; k++) {
		struct run *run = run_study_of(modes[k], 2, 3, 3, 0, false);
		char *text;

		assert_int_equal(run->status, 0);
		for (i = 0; i < 4; i++) {
			text = write_one(run, csv[i]);
			check_csv(text);
			if (csv[i] == report_results_csv)
				assert_int_equal(count_lines(text),
						 1 + 2 * 3 * nr_written(&run->study));
			free(text);
		}
		text = write_one(run, report_summary_json);
		assert_true(json_is_valid(text));
		free(text);
		text = write_one(run, report_compare);
		assert_null(strstr(text, "nan"));
		free(text);
		free_run(run);
	}
}

/* web.0 and web.1 and batch do the same; two of three VMs are of group web. */
static void numbers_come_through(void **state)
{
	struct run *run = run_study_of(FAKE_PLAIN, 1, 10, 10, 0, false);
	struct scope host = scope_host(&run->fixture.world);
	struct estimate e, d;
	char *text;

	(void)state;
	study_estimate(&run->study, study_column(&run->study, metric_find("corun"), &host), 1, &e);
	assert_int_equal(e.kind, EST_EXACT);
	assert_true(e.value == 0.99);
	study_difference(&run->study, study_column(&run->study, metric_find("corun"), &host), 1,
			 &d);
	assert_int_equal(d.kind, EST_EXACT);
	assert_true(fabs(d.value - 0.79) < 1e-12);
	study_difference(&run->study, study_column(&run->study, metric_find("wait_p99"), &host), 1,
			 &d);
	assert_int_equal(d.kind, EST_INTERVAL);
	assert_int_equal(study_verdict(metric_find("wait_p99"), &d), VERDICT_BETTER);
	text = write_one(run, report_compare);
	assert_non_null(strstr(text, "base (baseline), other"));
	assert_non_null(strstr(text, "window    2 s after 1 s of warm-up, seed 42"));
	assert_non_null(strstr(text, "10 replications"));
	assert_non_null(strstr(text, "99 exact +"));
	assert_non_null(strstr(text, "+79 exact better"));
	free(text);
	free_run(run);
}

static void columns_are_where_they_belong(void **state)
{
	struct run *run = run_study_of(FAKE_EMPTY, 1, 1, 1, 0, false);
	uint32_t i;

	(void)state;
	for (i = 0; i < run->study.nr_columns; i++) {
		const struct study_column *c = &run->study.columns[i];

		assert_int_equal(study_column(&run->study, c->metric, &c->scope), i);
	}
	assert_true(i > 3 * 40);
	assert_int_equal(study_column(&run->study, metric_find("jain"),
				      &run->study.columns[i - 1].scope),
			 UINT32_MAX);
	free_run(run);
}

static void the_first_failure_is_named(void **state)
{
	unsigned workers;

	(void)state;
	for (workers = 1; workers < 16; workers += 7) {
		struct run *run = run_study_of(FAKE_FAIL, workers, 10, 10, 0, false);

		assert_int_equal(run->status, -1);
		assert_int_equal(run->err.status, STATUS_BUG);
		assert_string_equal(run->err.kind, "law");
		assert_string_equal(run->err.text,
				    "policy other, replication 3, seed 43: vCPU time "
				    "does not add up");
		free_run(run);
	}
}

static void violations_are_shown_and_strict_ends(void **state)
{
	struct run *run = run_study_of(FAKE_VIOLATION, 2, 4, 4, 0, false);
	char *text = write_one(run, report_compare);

	(void)state;
	assert_int_equal(run->status, 0);
	/* the first line says that it is not to be trusted */
	assert_ptr_equal(strstr(text, "NOT TO BE TRUSTED: the contract is broken by other ("),
			 text);
	assert_non_null(strstr(text, "CONTRACT  other broke it 3 times; first in replication 2, "
				     "seed 44: picked a running vCPU"));
	assert_non_null(strstr(text, "other (!)"));
	free(text);
	free_run(run);
	run = run_study_of(FAKE_VIOLATION, 2, 4, 4, 0, true);
	assert_int_equal(run->status, -1);
	assert_int_equal(run->err.status, STATUS_MODEL);
	assert_non_null(strstr(run->err.text, "policy other, replication 2, seed 44"));
	free_run(run);
}

static void an_interrupt_keeps_what_is_complete(void **state)
{
	struct run *run;
	char *text;

	(void)state;
	signal(SIGINT, SIG_DFL); /* a job in the background was started with it ignored */
	run = run_study_of(FAKE_SIGNAL, 1, 10, 10, 0, false);
	assert_int_equal(run->status, 0);
	assert_int_equal(run->interrupted, SIGINT);
	assert_int_equal(run->study.nr_reps, 4);
	text = write_one(run, report_compare);
	assert_non_null(strstr(text, "interrupted: 4 of at most 10 were complete"));
	free(text);
	text = write_one(run, report_summary_json);
	assert_true(json_is_valid(text));
	assert_non_null(strstr(text, "\"stopped_by\": \"interrupted\""));
	free(text);
	free_run(run);
	run = run_study_of(FAKE_SIGNAL_AT_ONCE, 1, 10, 10, 0, false);
	assert_int_equal(run->status, -1);
	assert_int_equal(run->err.status, 128 + SIGINT);
	free_run(run);
}

static void the_cap_is_printed(void **state)
{
	struct run *run = run_study_of(FAKE_PLAIN, 1, 10, 12, 0.0001, false);
	struct report report = {.study = &run->study,
				.scenario = "x",
				.primary = metric_find("throughput")};
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	(void)state;
	assert_non_null(to);
	report_heading(to, &report);
	fclose(to);
	assert_int_equal(run->study.nr_reps, 12);
	assert_non_null(strstr(text, "12 replications of each policy, 95 % intervals; the cap: "
				     "throughput is not within 0.01 %"));
	free(text);
	free_run(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_number_of_workers_gives_the_same_bytes),
		cmocka_unit_test(files_are_well_formed),
		cmocka_unit_test(numbers_come_through),
		cmocka_unit_test(columns_are_where_they_belong),
		cmocka_unit_test(the_first_failure_is_named),
		cmocka_unit_test(violations_are_shown_and_strict_ends),
		cmocka_unit_test(an_interrupt_keeps_what_is_complete),
		cmocka_unit_test(the_cap_is_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
