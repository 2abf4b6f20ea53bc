/* SPDX-License-Identifier: BSD-2-Clause */
/* test_progress.c - what a long run says, by a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/progress.h"

#define SECOND UINT64_C(1000000000)

static uint64_t now;

static uint64_t read_now(void)
{
	return now;
}

/* What is said at these calls: a second each, done goes from 0 to goal. */
static char *said(bool redraws, uint32_t goal, uint32_t nr_parts, uint64_t step_ns)
{
	struct progress progress;
	size_t size;
	char *text;
	FILE *to = open_memstream(&text, &size);

	assert_non_null(to);
	now = 1000 * SECOND; /* no clock begins at 0 */
	progress_init_with(&progress, to, redraws, read_now);
	for (uint32_t part = 0; part < nr_parts; part++) {
		progress_part(&progress, "point", part, nr_parts);
		for (uint32_t i = 0; i <= goal; i++) {
			progress_show(&progress, i, goal, "replications");
			now += i < goal ? step_ns : 0;
		}
		progress_clear(&progress);
	}
	assert_int_equal(fclose(to), 0);
	return text;
}

static void test_lines(void **state)
{
	char *text = said(false, 100, 1, SECOND);

	(void)state;
	assert_string_equal(text, "corun: 30 of 100 replications after 30 s, about 70 s left\n"
				  "corun: 60 of 100 replications after 60 s, about 40 s left\n"
				  "corun: 90 of 100 replications after 90 s, about 10 s left\n");
	free(text);
}

static void test_short_is_silent(void **state)
{
	char *text = said(false, 29, 1, SECOND);

	(void)state;
	assert_string_equal(text, "");
	free(text);
}

/* The half minute goes on over the parts, and so does the measurement. */
static void test_parts(void **state)
{
	char *text = said(false, 10, 8, SECOND);

	(void)state;
	assert_string_equal(
		text, "corun: point 3 of 8, 10 of 10 replications after 30 s, about 50 s left\n"
		      "corun: point 6 of 8, 10 of 10 replications after 60 s, about 20 s left\n");
	free(text);
}

static void test_long(void **state)
{
	char *text = said(false, 4, 1, 3600 * SECOND);

	(void)state;
	assert_non_null(strstr(text, "1 of 4 replications after 3600 s, about 3.0 h left\n"));
	assert_non_null(strstr(text, "3 of 4 replications after 10800 s, about 60 min left\n"));
	free(text);
}

static void test_terminal(void **state)
{
	char *text = said(true, 4, 1, SECOND);

	(void)state;
	/* nothing is measured before two seconds; at the end the line is as it was */
	assert_string_equal(text, "\r\033[K0 of 4 replications"
				  "\r\033[K1 of 4 replications"
				  "\r\033[K2 of 4 replications, about 2 s left"
				  "\r\033[K3 of 4 replications, about 1 s left"
				  "\r\033[K4 of 4 replications, about 0 s left"
				  "\r\033[K");
	free(text);
	text = said(true, 1000, 1, SECOND / 1000); /* ten times a second, not a thousand */
	assert_non_null(strstr(text, "900 of 1000"));
	assert_null(strstr(text, "901 of 1000"));
	free(text);
}

static void test_quiet(void **state)
{
	struct progress progress;

	(void)state;
	progress_init(&progress, true);
	assert_null(progress.to);
	progress_show(&progress, 1, 2, "replications");
	progress_clear(&progress);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),	 cmocka_unit_test(test_short_is_silent),
		cmocka_unit_test(test_parts),	 cmocka_unit_test(test_long),
		cmocka_unit_test(test_terminal), cmocka_unit_test(test_quiet),
	};

	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
