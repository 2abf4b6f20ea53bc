/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of the gate that can be tried by hand: baseline files, and the judgement
 * on samples that are made up here.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../sim/base/rng.h"
#include "../../sim/gate/check.h"

#define FILE_NAME "gate-test.baseline"

/* -- baselines -------------------------------------------------------------- */

static struct sample some[3] = {{1.0 / 3, 1}, {12345678901.0, 7.1}, {0, 0}};
static struct baseline_series series[2] = {
	{"seed", "gang", "corun", some, 3},
	{"seed", "gang", "spin@build", some, 3},
};
static struct baseline_build builds[1] = {{"gang", "fedcba9876543210"}};
static struct baseline_scenario scenario = {"seed", 2, "0123456789abcdef", 42, builds, 1};

static struct baseline made(void)
{
	struct baseline b = {.corun = "0.0.0",
			     .notes = "# a note\n",
			     .scenarios = &scenario,
			     .nr_scenarios = 1,
			     .series = series,
			     .nr_series = 2};
	return b;
}

static char *slurp(size_t *length)
{
	FILE *file = fopen(FILE_NAME, "r");
	char *text = calloc(1, 10000);

	assert_non_null(file);
	*length = fread(text, 1, 9999, file);
	fclose(file);
	return text;
}

static void spit(const char *text, size_t length)
{
	FILE *file = fopen(FILE_NAME, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	fclose(file);
}

static int fresh_file(void **state)
{
	struct baseline b = made();
	struct error err;

	(void)state;
	unlink(FILE_NAME);
	return baseline_write(&b, FILE_NAME, NULL, &err);
}

static int no_file(void **state)
{
	(void)state;
	return unlink(FILE_NAME);
}

static void test_round_trip(void **state)
{
	struct baseline b;
	struct error err;
	const struct baseline_series *s;

	(void)state;
	assert_int_equal(baseline_read(&b, FILE_NAME, &err), 0);
	assert_string_equal(b.notes, "# a note\n");
	assert_string_equal(baseline_scenario(&b, "seed")->hash, "0123456789abcdef");
	assert_int_equal(baseline_scenario(&b, "seed")->seed, 42);
	assert_string_equal(baseline_build(baseline_scenario(&b, "seed"), "gang"),
			    "fedcba9876543210");
	assert_string_equal(baseline_build(baseline_scenario(&b, "seed"), "cfs"), "");
	s = baseline_series(&b, "seed", "gang", "spin@build");
	assert_non_null(s);
	assert_int_equal(s->nr, 3);
	assert_memory_equal(s->x, some, sizeof(some)); /* to the bit */
	assert_null(baseline_series(&b, "seed", "cfs", "corun"));
	baseline_fini(&b);
}

/* Cut anywhere, it is never taken for a baseline. */
static void test_cut_short(void **state)
{
	size_t length, at;
	char *text = slurp(&length);

	(void)state;
	for (at = 0; at < length; at++) {
		struct baseline b;
		struct error err;

		spit(text, at);
		assert_int_equal(baseline_read(&b, FILE_NAME, &err), -1);
		assert_int_equal(err.status, STATUS_INPUT);
	}
	free(text);
}

/* Nor is one in which any byte below the notes was changed. */
static void test_edited(void **state)
{
	size_t length, at;
	char *text = slurp(&length);

	(void)state;
	for (at = strlen("# a note\n"); at < length; at++) {
		struct baseline b;
		struct error err;

		text[at] ^= 1;
		spit(text, length);
		assert_int_equal(baseline_read(&b, FILE_NAME, &err), -1);
		assert_string_equal(err.kind, "baseline");
		text[at] ^= 1;
	}
	free(text);
}

/* Whoever has read an older one does not overwrite the newer one. */
static void test_renewed_meanwhile(void **state)
{
	struct baseline b = made(), now;
	struct error err;
	size_t before, after;
	char *was = slurp(&before), *is;

	(void)state;
	assert_int_equal(baseline_write(&b, FILE_NAME, "0000000000000000", &err), -1);
	assert_int_equal(err.status, STATUS_IO);
	assert_int_equal(baseline_write(&b, FILE_NAME, NULL, &err), -1);
	is = slurp(&after);
	assert_int_equal(before, after);
	assert_memory_equal(was, is, before);
	assert_int_equal(baseline_read(&now, FILE_NAME, &err), 0);
	b.corun = "0.0.1";
	assert_int_equal(baseline_write(&b, FILE_NAME, now.checksum, &err), 0);
	baseline_fini(&now);
	free(was);
	free(is);
}

/* -- judgement -------------------------------------------------------------- */

#define NR_TESTS 20u
#define NR_REPS 40u

/* A suite of NR_TESTS means, each with a baseline of its own. */
struct bench {
	struct suite suite;
	struct suite_test tests[NR_TESTS];
	struct check check;
	struct check_series series[NR_TESTS];
	struct baseline_series recorded[NR_TESTS];
	const struct baseline_series *recorded_of[NR_TESTS];
	uint32_t series_of[NR_TESTS], reference_of[NR_TESTS];
	struct check_result results[NR_TESTS];
	struct sample x[NR_TESTS][NR_REPS], y[NR_TESTS][NR_REPS];
};

static void bench_init(struct bench *b, double margin)
{
	uint32_t i;

	memset(b, 0, sizeof(*b));
	b->suite.tests = b->tests;
	b->suite.nr_tests = NR_TESTS;
	b->suite.level = 0.05;
	b->suite.reps_min = 10;
	b->suite.reps_max = NR_REPS;
	for (i = 0; i < NR_TESTS; i++) {
		b->tests[i].metric = metric_find("throughput");
		b->tests[i].bound = SUITE_BASELINE;
		b->tests[i].of = SUITE_NONE;
		b->tests[i].absolute = margin;
		b->series[i].x = b->x[i];
		b->series_of[i] = i;
		b->recorded[i].x = b->y[i];
		b->recorded[i].nr = NR_REPS;
		b->recorded_of[i] = &b->recorded[i];
	}
	b->check.suite = &b->suite;
	b->check.series = b->series;
	b->check.nr_series = NR_TESTS;
	b->check.series_of = b->series_of;
	b->check.reference_of = b->reference_of;
	b->check.recorded = b->recorded_of;
	b->check.results = b->results;
	b->check.nr_looks = 3;
}

/* Both sides around 100; the test's own side lower by `worse`. */
static void bench_draw(struct bench *b, uint64_t key, double worse)
{
	uint64_t counter = 0;
	uint32_t i, r;

	for (i = 0; i < NR_TESTS; i++) {
		for (r = 0; r < NR_REPS; r++) {
			/* skewed on purpose: a mean of 1, now and then far above */
			double a = -log(1 - rng_unit(key, counter++)),
			       c = -log(1 - rng_unit(key, counter++));

			b->x[i][r] = (struct sample){99 + a - worse, 1};
			b->y[i][r] = (struct sample){99 + c, 1};
		}
	}
}

/* The looks; returns how many tests have this verdict then. */
static uint32_t bench_judge(struct bench *b, enum check_verdict verdict)
{
	uint32_t look, i, nr = 0;

	memset(b->results, 0, sizeof(b->results));
	for (look = 0; look < 3; look++) {
		for (i = 0; i < NR_TESTS; i++)
			b->series[i].nr = 10u << look;
		check_judge(&b->check, look == 2);
	}
	for (i = 0; i < NR_TESTS; i++)
		nr += b->results[i].verdict == verdict;
	return nr;
}

/* 2,000 suites in which nothing has changed, without any margin. */
static void test_false_alarms(void **state)
{
	static struct bench b;
	uint32_t run, nr = 0;

	(void)state;
	bench_init(&b, 0);
	for (run = 0; run < 2000; run++) {
		bench_draw(&b, rng_key(7, run), 0);
		nr += bench_judge(&b, CHECK_REGRESSION) > 0;
	}
	printf("false alarms: %u of 2000 suites of %u tests\n", nr, NR_TESTS);
	assert_true(nr <= 100); /* the level, and nothing on top */
	assert_true(nr >= 5); /* it is not so timid that it never says anything */
}

/* Worse by exactly the margin: that passes as held in one of twenty at most. */
static void test_false_peace(void **state)
{
	static struct bench b;
	uint32_t run, nr = 0;

	(void)state;
	bench_init(&b, 1);
	for (run = 0; run < 200; run++) {
		bench_draw(&b, rng_key(8, run), 1);
		nr += bench_judge(&b, CHECK_HELD);
	}
	printf("held at the margin: %u of %u tests\n", nr, 200 * NR_TESTS);
	assert_true(nr <= 200 * NR_TESTS / 20);
}

static void test_clear_cases(void **state)
{
	static struct bench b;

	(void)state;
	bench_init(&b, 2);
	bench_draw(&b, 9, 5);
	assert_int_equal(bench_judge(&b, CHECK_REGRESSION), NR_TESTS);
	assert_int_equal(b.results[0].nr_reps, 10); /* no more than it takes */
	bench_draw(&b, 9, -5); /* better is never a regression */
	assert_int_equal(bench_judge(&b, CHECK_HELD), NR_TESTS);
	bench_draw(&b, 9, 2); /* at the margin nobody is sure that it holds */
	assert_int_equal(bench_judge(&b, CHECK_HELD), 0);
	memcpy(b.x, b.y, sizeof(b.x)); /* unchanged to the bit */
	assert_int_equal(bench_judge(&b, CHECK_HELD), NR_TESTS);
	assert_int_equal(b.results[0].moved.kind, EST_EXACT);
	b.x[3][4].den = 0; /* nothing measured where something was */
	bench_judge(&b, CHECK_OPEN);
	assert_int_equal(b.results[3].verdict, CHECK_REGRESSION);
	assert_int_equal(b.results[3].worst, 4);
}

/* Every pair worse by `worse`, give or take `scatter` in turns: no chance in it. */
static void bench_fill(struct bench *b, double worse, double scatter)
{
	uint32_t i, r;

	for (i = 0; i < NR_TESTS; i++) {
		for (r = 0; r < NR_REPS; r++) {
			b->y[i][r] = (struct sample){100, 1};
			b->x[i][r] = (struct sample){100 - worse + (r % 2 ? scatter : -scatter), 1};
		}
	}
}

/*
 * The margin is 2.  A regression has moved for sure and its estimate lies beyond the
 * margin; that the truth does must be sure only where replications are to be saved.
 */
static void test_close_cases(void **state)
{
	static struct bench b;

	(void)state;
	bench_init(&b, 2);
	bench_fill(&b, 2.5, 0.1); /* beyond for sure: at the first look */
	assert_int_equal(bench_judge(&b, CHECK_REGRESSION), NR_TESTS);
	assert_int_equal(b.results[0].nr_reps, 10);
	bench_fill(&b, 2.2, 1); /* has moved for sure; beyond, probably */
	assert_int_equal(bench_judge(&b, CHECK_REGRESSION), NR_TESTS);
	assert_int_equal(b.results[0].nr_reps, NR_REPS);
	assert_true(b.results[0].p_surely > 0.05 && b.results[0].p_holm < 0.05);
	bench_fill(&b, 1.9, 1); /* has moved for sure; not beyond, probably */
	assert_int_equal(bench_judge(&b, CHECK_UNDECIDED), NR_TESTS);
	assert_int_equal(b.results[0].nr_reps, NR_REPS);
	bench_fill(&b, 2.2, 30); /* beyond by the look of it, but may be chance */
	assert_int_equal(bench_judge(&b, CHECK_UNDECIDED), NR_TESTS);
	bench_fill(&b, 1.5, 0.1); /* has moved for sure, within the margin */
	assert_int_equal(bench_judge(&b, CHECK_HELD), NR_TESTS);
	assert_int_equal(b.results[0].nr_reps, 10);
}

/* Holm by hand: p times tests left, never falling, times the looks. */
static void test_holm(void **state)
{
	static struct bench b;
	uint32_t i, k;

	(void)state;
	bench_init(&b, 0);
	for (i = 0; i < NR_TESTS; i++)
		bench_draw(&b, 10, 0.8);
	memset(b.results, 0, sizeof(b.results));
	for (i = 0; i < NR_TESTS; i++)
		b.series[i].nr = 10;
	check_judge(&b.check, false);
	for (i = 0; i < NR_TESTS; i++) {
		double expected = 0;

		for (k = 0; k < NR_TESTS; k++) {
			double p = b.results[k].p_moved;
			uint32_t j, rank = 0;

			if (p > b.results[i].p_moved)
				continue;
			for (j = 0; j < NR_TESTS; j++)
				rank += b.results[j].p_moved < p;
			expected = fmax(expected, p * (NR_TESTS - rank) * 3);
		}
		assert_true(fabs(fmin(expected, 1) - b.results[i].p_holm) < 1e-12);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, fresh_file, no_file),
		cmocka_unit_test_setup_teardown(test_cut_short, fresh_file, no_file),
		cmocka_unit_test_setup_teardown(test_edited, fresh_file, no_file),
		cmocka_unit_test_setup_teardown(test_renewed_meanwhile, fresh_file, no_file),
		cmocka_unit_test(test_false_alarms),
		cmocka_unit_test(test_false_peace),
		cmocka_unit_test(test_clear_cases),
		cmocka_unit_test(test_close_cases),
		cmocka_unit_test(test_holm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
