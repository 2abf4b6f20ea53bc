/* SPDX-License-Identifier: BSD-2-Clause */
/* Files: the workloads load, the broken ones say what is wrong with them. */
#include "suite.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BROKEN "tests/scenario/broken"
#define BROKEN_MIN 160

typedef void (*file_check)(const char *path);

/* All *.yaml of a folder; returns how many. */
static unsigned each_yaml(const char *folder, file_check check)
{
	struct dirent **entries;
	int nr = scandir(folder, &entries, NULL, alphasort);
	unsigned checked = 0;

	if (nr < 0)
		fail_msg("cannot read %s", folder);
	for (int i = 0; i < nr; i++) {
		const char *dot = strrchr(entries[i]->d_name, '.');
		char path[600];

		if (dot && strcmp(dot, ".yaml") == 0) {
			snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
			check(path);
			checked++;
		}
		free(entries[i]);
	}
	free(entries);
	return checked;
}

/*
 * The first line of the file is "# expect: " and the message behind "FILE:", or
 * "# expect: @" and all of it, FILE relative to tests/scenario.
 */
static void check_broken(const char *path)
{
	char *text = suite_read(path), expected[1200];
	const char *expect = text + strlen("# expect: ");
	struct error err;
	struct world *world = scenario_load(path, NULL, &err);

	if (strncmp(text, "# expect: ", 10) != 0)
		fail_msg("%s has no line '# expect: '", path);
	text[strcspn(text, "\n")] = '\0';
	if (*expect == '@')
		snprintf(expected, sizeof(expected), "tests/scenario/%s", expect + 1);
	else
		snprintf(expected, sizeof(expected), "%s:%s", path, expect);
	if (world)
		fail_msg("%s loads", path);
	assert_int_equal(err.status, STATUS_INPUT);
	assert_string_equal(err.kind, "scenario");
	/* paths inside of messages are seen from here */
	for (char *at; (at = strstr(err.text, " " BROKEN "/"));)
		memmove(at + 1, at + 16, strlen(at + 16) + 1);
	if (!suite_matches(err.text, expected))
		fail_msg("%s\n  is refused with\n%s\n  expected\n%s", path, err.text, expected);
	if (strpbrk(err.text, "\n\r\t\033"))
		fail_msg("%s: more than one line", path);
	free(text);
}

static void test_broken(void **state)
{
	unsigned nr = each_yaml(BROKEN, check_broken);

	(void)state;
	print_message("%u broken scenarios\n", nr);
	assert_true(nr >= BROKEN_MIN);
}

static void check_workload(const char *path)
{
	struct error err;
	struct world *world;

	if (strstr(path, "/suite"))
		return; /* suites of gates, not scenarios */
	world = scenario_load(path, NULL, &err);
	if (!world)
		fail_msg("%s", err.text);
	assert_true(world->nr_vms > 0 && world->nr_policies > 1);
	assert_true(world->run.reps_min >= 10 && world->run.reps_max <= 200);
	assert_true(world->description[0] != '\0');
	suite_fixed_point(world);
	scenario_free(world);
}

static void test_workloads(void **state)
{
	(void)state;
	assert_true(each_yaml("workloads", check_workload) >= 14);
}

static void test_matcher(void **state)
{
	(void)state;
	assert_true(suite_matches("one of a, b; did", "one of ...; did"));
	assert_true(suite_matches("abc", "abc"));
	assert_true(suite_matches("abc", "a..."));
	assert_false(suite_matches("abc", "ab"));
	assert_false(suite_matches("abc", "...b"));
	assert_false(suite_matches("abc", "x...c"));
}

int run_files(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matcher),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_workloads),
	};

	return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
