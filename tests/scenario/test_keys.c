/* SPDX-License-Identifier: BSD-2-Clause */
/* The key table keeps its own promises, and the documentation is made from it. */
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../sim/scenario/keys.h"

/* The path of what a key lies in; "" for the scenario. */
static void parent_path(const char *path, char parent[128])
{
	size_t length = strlen(path);

	snprintf(parent, 128, "%s", path);
	if (length > 2 && strcmp(path + length - 2, "[]") == 0)
		parent[length - 2] = '\0';
	else if (strrchr(parent, '.'))
		*strrchr(parent, '.') = '\0';
	else
		parent[0] = '\0';
}

static void test_paths(void **state)
{
	char parent[128];

	(void)state;
	for (uint32_t i = 0; i < nr_key_table; i++) {
		const struct key *key = &key_table[i], *above;

		assert_ptr_equal(key_find(key->path), key); /* no path twice */
		parent_path(key->path, parent);
		above = key_find(parent);
		if (!above)
			fail_msg("%s has no parent", key->path);
		assert_true(above->type == KEY_MAP || above->type == KEY_NAMES ||
			    above->type == KEY_LIST || above->type == KEY_POLICY);
	}
	assert_null(key_find("host.costs.nothing"));
	assert_string_equal(key_child(key_find("vms"), "anything")->path, "vms.*");
	assert_null(key_child(key_find(""), "STEP"));
}

static void test_entries(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < nr_key_table; i++) {
		const struct key *key = &key_table[i];
		bool by_words = key->flags & KEY_PROSE || key->type == KEY_TEXT;

		if (!key->help || !*key->help)
			fail_msg("%s has no help", key->path);
		/* a default has a source, and what is required has no default */
		if (key->preset && !by_words && !key->source)
			fail_msg("the default of %s has no source", key->path);
		if (key->preset && key->flags & KEY_REQUIRED)
			fail_msg("%s is required and has a default", key->path);
		assert_true(key->min <= key->max || key->max == 0);
		if (key->type == KEY_WORD)
			assert_non_null(key->words);
		if (key->shorthand && key->type == KEY_MAP && !key_child(key, key->shorthand))
			fail_msg("%s has no %s", key->path, key->shorthand);
	}
}

static char *print_keys(const char *path, enum key_format format)
{
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	assert_non_null(to);
	keys_print(to, path, format);
	fclose(to);
	return text;
}

static void test_documentation(void **state)
{
	char *made = print_keys("", KEY_FORMAT_MARKDOWN), *kept = suite_read("docs/scenario.md");

	(void)state;
	if (strcmp(made, kept) != 0)
		fail_msg("docs/scenario.md is not what `corun keys --format markdown` prints");
	for (uint32_t i = 0; i < nr_key_table; i++)
		if (!strstr(made, key_table[i].path))
			fail_msg("%s is missing", key_table[i].path);
	free(made);
	free(kept);
}

static void test_selection(void **state)
{
	char *text = print_keys("vms.build.nice", KEY_FORMAT_TABLE);

	(void)state;
	assert_int_equal(strncmp(text, "vms.*.nice  integer, -20 to 19; default 0", 41), 0);
	free(text);
	text = print_keys("kick", KEY_FORMAT_TABLE);
	assert_int_equal(strncmp(text, "host.costs.kick  ", 17), 0);
	free(text);
	text = print_keys("host.costs.cold_cache", KEY_FORMAT_TABLE);
	assert_non_null(strstr(text, "host.costs.cold_cache.max"));
	assert_null(strstr(text, "host.costs.handoff"));
	free(text);
	assert_true(keys_known("programs.p.locks.zone"));
	assert_true(keys_known("host.events[2].at"));
	assert_false(keys_known("hos"));
	assert_false(keys_known("host.cost"));
	assert_false(keys_known("nothing"));
}

static void test_json(void **state)
{
	char *text = print_keys("", KEY_FORMAT_JSON);
	unsigned nr = 0;

	(void)state;
	for (const char *at = text; (at = strstr(at, "\"path\": ")); at++)
		nr++;
	assert_int_equal(nr, nr_key_table);
	assert_int_equal(strncmp(text, "[\n  {", 5), 0);
	assert_string_equal(text + strlen(text) - 4, "}\n]\n");
	free(text);
}

int run_keys(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),	      cmocka_unit_test(test_entries),
		cmocka_unit_test(test_documentation), cmocka_unit_test(test_selection),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
