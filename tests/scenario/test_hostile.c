/* SPDX-License-Identifier: BSD-2-Clause */
/* Input that means harm, or was damaged: refused with a message, quickly. */
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char *repeat(const char *before, const char *what, size_t times, const char *after)
{
	size_t length = strlen(what);
	char *text = malloc(strlen(before) + times * length + strlen(after) + 1), *at = text;

	assert_non_null(text);
	at = stpcpy(at, before);
	for (size_t i = 0; i < times; i++)
		at = stpcpy(at, what);
	strcpy(at, after);
	return text;
}

static void refuse_repeat(const char *before, const char *what, size_t times, const char *after,
			  const char *part)
{
	char *text = repeat(before, what, times, after);

	suite_refuse(text, part);
	free(text);
}

static void test_nesting(void **state)
{
	(void)state;
	refuse_repeat("corun: ", "[", 100000, "", "more than 40 levels of nesting");
	refuse_repeat("corun: ", "{a: ", 100000, "", "more than 40 levels of nesting");
	refuse_repeat("", "- ", 100000, "", "more than 40 levels of nesting");
}

static void test_many(void **state)
{
	char *text;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	(void)state;
	refuse_repeat("corun: [", "1, ", 1100000, "1]\n", "more than 1000000 values");
	for (int i = 0; i < 2000; i++)
		fprintf(to, "k%d: 1\n", i);
	fclose(to);
	suite_refuse(text, "text:1025:1: found more than 1024 keys in one mapping");
	free(text);
	refuse_repeat("description: ", "x", 5000, "\n", "found a text of 5000 bytes");
}

/* Nine levels of nine: 387 million values, were they all made. */
static void test_alias_bomb(void **state)
{
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);
	clock_t before = clock();

	(void)state;
	fputs("a0: &a0 [x, x, x, x, x, x, x, x, x]\n", to);
	for (int i = 1; i < 9; i++) {
		fprintf(to, "a%d: &a%d [", i, i);
		for (int j = 0; j < 9; j++)
			fprintf(to, "%s*a%d", j ? ", " : "", i - 1);
		fputs("]\n", to);
	}
	fclose(to);
	suite_refuse(text, "more than 1000000 values");
	assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 20);
	free(text);
}

static void test_bytes(void **state)
{
	static const char nul[] = "corun: 1\ndescr\0iption: x\n";
	static const char utf16[] = "\xff\xfe"
				    "c\0o\0r\0u\0n\0";

	(void)state;
	suite_refuse("", "found nothing, expected a scenario");
	suite_refuse("\n\n  \n", "found nothing, expected a scenario");
	suite_refuse_bytes(nul, sizeof(nul) - 1, "found bytes that are no text");
	suite_refuse_bytes(utf16, sizeof(utf16) - 1, "found bytes that are no text");
	suite_refuse("corun: \xff\xfe\n", "found bytes that are no text");
	suite_refuse("corun: \xc3", "found bytes that are no text");
	suite_refuse("corun: \xed\xa0\x80\n", "found bytes that are no text"); /* a surrogate */
	suite_refuse("corun: \x01\n", "found bytes that are no text");
	suite_refuse("\xef\xbb\xbf", "found nothing");
	scenario_free(suite_load("\xef\xbb\xbf" SMALL_TOP SMALL_VMS SMALL_PROGRAMS));
}

/* No line of a file can put anything on the terminal but text. */
static void test_escapes(void **state)
{
	(void)state;
	suite_refuse(SMALL_TOP "\"\\e[2J\\x07\\u0085\": 1\n",
		     "found the key '\\x1b[2J\\x07\\xc2\\x85'");
	suite_refuse(SMALL_TOP "\"line\\nbreak\": 1\n", "found the key 'line\\x0abreak'");
}

static void refuse_path(const char *path, enum status status, const char *part)
{
	struct error err;
	struct world *world = scenario_load(path, NULL, &err);

	assert_null(world);
	assert_int_equal(err.status, status);
	if (!strstr(err.text, part))
		fail_msg("refused with\n%s\nexpected\n%s", err.text, part);
}

static void test_paths(void **state)
{
	char folder[] = "/tmp/corun-scenario-XXXXXX", path[64];
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	refuse_path(folder, STATUS_INPUT, "found a folder, expected a scenario in a regular file");
	refuse_path("/dev/zero", STATUS_INPUT, "found a device");
	snprintf(path, sizeof(path), "%s/pipe", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	refuse_path(path, STATUS_INPUT, "found a pipe"); /* and does not wait for a writer */
	unlink(path);
	refuse_path(path, STATUS_INPUT, "found nothing to read");
	refuse_path("", STATUS_INPUT, "found nothing to read");
	snprintf(path, sizeof(path), "%s/large.yaml", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(ftruncate(fileno(file), 17 << 20), 0);
	fclose(file);
	refuse_path(path, STATUS_INPUT, "found more than 16 MiB");
	unlink(path);
	rmdir(folder);
}

/* Every prefix of a scenario is refused or loaded, without harm. */
static void test_cut_short(void **state)
{
	char *text = suite_read("workloads/cloud-mix.yaml");
	size_t length = strlen(text), loaded = 0;

	(void)state;
	for (size_t n = 0; n < length; n += 7) {
		struct error err;
		struct world *world = scenario_load_text("cut", text, n, NULL, &err);

		if (world)
			loaded++;
		else
			assert_int_equal(err.status, STATUS_INPUT);
		scenario_free(world);
	}
	assert_true(loaded < length / 7);
	free(text);
}

int run_hostile(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nesting),	   cmocka_unit_test(test_many),
		cmocka_unit_test(test_alias_bomb), cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_escapes),	   cmocka_unit_test(test_paths),
		cmocka_unit_test(test_cut_short),
	};

	return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
