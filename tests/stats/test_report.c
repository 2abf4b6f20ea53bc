/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers as printed, JSON, CSV. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/base/json.h"
#include "../../sim/report/report.h"
#include "../../sim/report/report_text.h"
#include "json_check.h"

/* -- numbers ---------------------------------------------------------------- */

static void expect_estimate(const char *text, enum estimate_kind kind, double value, double half,
			    enum metric_unit unit)
{
	struct estimate e = {.kind = kind,
			     .value = value,
			     .low = value - half,
			     .high = value + half};
	char to[TEXT_MAX];

	text_estimate(to, &e, text_scale(unit, value));
	assert_string_equal(to, text);
}

static void intervals_show_two_digits(void **state)
{
	(void)state;
	expect_estimate("97.12 ±0.31", EST_INTERVAL, 0.9712, 0.0031, UNIT_SHARE);
	expect_estimate("1235 ±12", EST_INTERVAL, 1234.6, 12.3, UNIT_OPS);
	expect_estimate("123457 ±1235", EST_INTERVAL, 123456.7, 1234.6, UNIT_INDEX);
	expect_estimate("1.234568 ±0.000012", EST_INTERVAL, 1.23456789, 0.0000123, UNIT_INDEX);
	expect_estimate("0.0 ±1.0", EST_INTERVAL, 0.00001, 0.999, UNIT_INDEX);
	expect_estimate("12.30 ±0.10", EST_INTERVAL, 12300, 100, UNIT_TIME); /* ms */
	/* never more than nine digits; what is too small to show is said all the same */
	expect_estimate("1234.56789 ±0.00002", EST_INTERVAL, 1234.567891, 0.0000234, UNIT_INDEX);
	expect_estimate("12345678.9 ±2e-06", EST_INTERVAL, 12345678.912, 0.0000021, UNIT_INDEX);
}

static void exact_values_are_said_to_be(void **state)
{
	(void)state;
	expect_estimate("62.5 exact", EST_EXACT, 0.625, 0, UNIT_SHARE);
	expect_estimate("0 exact", EST_EXACT, 0, 0, UNIT_SHARE);
	expect_estimate("100 exact", EST_EXACT, 1, 0, UNIT_SHARE);
	expect_estimate("33.3333333 exact", EST_EXACT, 1.0 / 3, 0, UNIT_SHARE);
	expect_estimate("66.67", EST_POINT, 2.0 / 3, 0, UNIT_SHARE);
	expect_estimate("0.3333", EST_POINT, 1.0 / 3, 0, UNIT_INDEX);
}

static void what_is_missing_is_said(void **state)
{
	struct estimate e = {.kind = EST_NA, .reason = NA_SAMPLES};
	char to[TEXT_MAX];

	(void)state;
	text_estimate(to, &e, text_scale(UNIT_TIME, 0));
	assert_string_equal(to, "n/a (samples)");
	e.reason = NA_MISSING;
	text_estimate(to, &e, text_scale(UNIT_TIME, 0));
	assert_string_equal(to, "n/a (in some)");
	e.reason = NA_EMPTY;
	text_difference(to, &e, text_scale(UNIT_TIME, 0));
	assert_string_equal(to, "n/a");
	e = (struct estimate){.kind = EST_INTERVAL,
			      .value = 5,
			      .low = 4,
			      .high = 6,
			      .at_least = true};
	text_estimate(to, &e, text_scale(UNIT_TIME, 5));
	assert_string_equal(to, ">=5.0 ±1.0");
	e = (struct estimate){.kind = EST_INTERVAL, .value = 0.05, .low = 0.04, .high = 0.06};
	text_difference(to, &e, text_scale(UNIT_SHARE, 1));
	assert_string_equal(to, "+5.0 ±1.0");
	e.value = -0.00001, e.low = -0.5, e.high = 0.49998;
	text_difference(to, &e, text_scale(UNIT_INDEX, 1));
	assert_string_equal(to, "0.00 ±0.50");
}

static void durations_read_well(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = {{0, "0 s"},
		     {300, "300 ns"},
		     {1500, "1.5 us"},
		     {1500000, "1.5 ms"},
		     {10000000000, "10 s"},
		     {86400000000000, "86400 s"},
		     {1234567890, "1.23456789 s"}};
	char to[TEXT_MAX];
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text_duration(to, cases[i].ns);
		assert_string_equal(to, cases[i].text);
	}
}

static void verdicts(void **state)
{
	static const struct metric lower = {.better = BETTER_LOWER},
				   higher = {.better = BETTER_HIGHER},
				   none = {.better = BETTER_NONE};
	const struct estimate down = {.kind = EST_INTERVAL, .value = -2, .low = -3, .high = -1};
	const struct estimate up = {.kind = EST_INTERVAL, .value = 2, .low = 1, .high = 3};
	const struct estimate open = {.kind = EST_INTERVAL, .value = 2, .low = 0, .high = 4};
	const struct estimate zero = {.kind = EST_EXACT}, exact = {EST_EXACT, 0, 0, 2, 2, 2, 9, 0};
	const struct estimate point = {.kind = EST_POINT, .value = 2, .low = 2, .high = 2};

	(void)state;
	assert_int_equal(study_verdict(&lower, &down), VERDICT_BETTER);
	assert_int_equal(study_verdict(&higher, &down), VERDICT_WORSE);
	assert_int_equal(study_verdict(&lower, &up), VERDICT_WORSE);
	assert_int_equal(study_verdict(&higher, &up), VERDICT_BETTER);
	assert_int_equal(study_verdict(&higher, &open), VERDICT_UNDECIDED);
	assert_int_equal(study_verdict(&none, &up), VERDICT_NONE);
	assert_int_equal(study_verdict(&higher, &zero), VERDICT_SAME);
	assert_int_equal(study_verdict(&higher, &exact), VERDICT_BETTER);
	assert_int_equal(study_verdict(&higher, &point), VERDICT_NONE);
}

/* -- JSON and CSV ----------------------------------------------------------- */

static void the_checker_can_fail(void **state)
{
	static const char *const good[] = {"{}", "[1, -2.5e+3, \"a\\u0001\", null, true]",
					   " {\"a\": {\"b\": []}}\n"};
	static const char *const bad[] = {"",	   "{",		"[1,]",	     "{\"a\" 1}",
					  "[nan]", "[1] 2",	"[\"\n\"]",  "[01]",
					  "[1.]",  "{\"a\": }", "[\"\\x\"]", "[inf]"};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(json_is_valid(good[i]));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (json_is_valid(bad[i]))
			fail_msg("taken for JSON: %s", bad[i]);
}

static void json_is_quoted_and_finite(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	struct json json;

	(void)state;
	assert_non_null(to);
	json_init(&json, to);
	json_open(&json, NULL, '{');
	json_string(&json, "a \"quoted\"\n\\ key", "\x01 tab\t \x7f ünïcode");
	json_number(&json, "nan", NAN);
	json_number(&json, "inf", -INFINITY);
	json_number(&json, "third", 1.0 / 3);
	json_number(&json, "zero", -0.0);
	json_count(&json, "big", UINT64_MAX);
	json_open(&json, "list", '[');
	json_close(&json, ']');
	json_bool(&json, "yes", true);
	json_close(&json, '}');
	fclose(to);
	assert_true(json_is_valid(text));
	assert_non_null(strstr(text, "\"nan\": null"));
	assert_non_null(strstr(text, "\"inf\": null"));
	assert_non_null(strstr(text, "\"third\": 0.333333333,"));
	assert_non_null(strstr(text, "\"zero\": 0,"));
	assert_non_null(strstr(text, "18446744073709551615"));
	assert_non_null(strstr(text, "\"list\": []"));
	free(text);
}

static void csv_is_quoted(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	(void)state;
	assert_non_null(to);
	report_csv_field(to, "plain");
	report_csv_field(to, "a,b");
	report_csv_field(to, "say \"x\"");
	fclose(to);
	assert_string_equal(text, "plain\"a,b\"\"say \"\"x\"\"\"");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_show_two_digits),
		cmocka_unit_test(exact_values_are_said_to_be),
		cmocka_unit_test(what_is_missing_is_said),
		cmocka_unit_test(durations_read_well),
		cmocka_unit_test(verdicts),
		cmocka_unit_test(the_checker_can_fail),
		cmocka_unit_test(json_is_quoted_and_finite),
		cmocka_unit_test(csv_is_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
