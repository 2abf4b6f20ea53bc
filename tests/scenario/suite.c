/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct world *suite_load(const char *text)
{
	struct error err;
	struct world *world =
		scenario_load_text("tests/scenario/text", text, strlen(text), NULL, &err);

	if (!world)
		fail_msg("%s\nin\n%s", err.text, text);
	return world;
}

void suite_refuse_bytes(const char *text, size_t length, const char *part)
{
	struct error err;
	struct world *world = scenario_load_text("text", text, length, NULL, &err);

	if (world) {
		scenario_free(world);
		fail_msg("loaded, but should be refused with '%s'", part);
	}
	assert_int_equal(err.status, STATUS_INPUT);
	assert_string_equal(err.kind, "scenario");
	if (!strstr(err.text, part))
		fail_msg("refused with\n%s\nexpected\n%s", err.text, part);
	for (const char *at = err.text; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			fail_msg("a control character in '%s'", err.text);
}

void suite_refuse(const char *text, const char *part)
{
	suite_refuse_bytes(text, strlen(text), part);
}

char *suite_print(const struct world *world)
{
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	assert_non_null(to);
	assert_int_equal(scenario_print(to, world), 0);
	fclose(to);
	return text;
}

char *suite_read(const char *path)
{
	FILE *from = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!from)
		fail_msg("cannot read %s", path);
	if (getdelim(&text, &size, '\0', from) < 0)
		text[0] = '\0';
	fclose(from);
	return text;
}

void suite_fixed_point(const struct world *world)
{
	char *first = suite_print(world), *second;
	struct world *again = suite_load(first);

	second = suite_print(again);
	assert_string_equal(first, second);
	assert_string_equal(world->hash, again->hash);
	scenario_free(again);
	free(first);
	free(second);
}

int suite_matches(const char *text, const char *pattern)
{
	const char *dots = strstr(pattern, "...");
	size_t length = dots ? (size_t)(dots - pattern) : strlen(pattern);

	if (strncmp(text, pattern, length) != 0)
		return 0;
	if (!dots)
		return text[length] == '\0';
	for (text += length;; text++) {
		if (suite_matches(text, dots + 3))
			return 1;
		if (!*text)
			return 0;
	}
}

int main(void)
{
	int failed = run_units() + run_keys() + run_files() + run_merge() + run_hostile() +
		     run_world() + run_programs();

	return failed ? 1 : 0;
}
