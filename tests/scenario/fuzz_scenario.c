/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_scenario.c - any bytes at all: a message, or a world that prints and loads
 * again as the same.  The first line of the input may be "--set PATH=VALUE".
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../sim/scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what, const char *text)
{
	fprintf(stderr, "%s\n%s\n", what, text);
	abort();
}

/* One line, without control characters, and no bug of ours. */
static void check_error(const struct error *err)
{
	if (err->status != STATUS_INPUT)
		fail("a wrong status", err->text);
	for (const char *at = err->text; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			fail("a control character", err->text);
}

static void check_world(const struct world *world)
{
	struct scenario_options options = {.no_files = true};
	char *text = NULL, hash[17];
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);
	struct error err;
	struct world *again;

	if (!to)
		abort();
	scenario_print(to, world);
	fclose(to);
	memcpy(hash, world->hash, sizeof(hash));
	again = scenario_load_text("printed", text, length, &options, &err);
	if (!again)
		fail(err.text, text);
	if (strcmp(again->hash, hash) != 0)
		fail("another hash", text);
	scenario_free(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scenario_options options = {.no_files = true};
	const char *text = (const char *)data, *line = NULL;
	char *set = NULL;
	struct world *world;
	struct error err;

	if (size > 6 && memcmp(text, "--set ", 6) == 0)
		line = memchr(text, '\n', size);
	if (line) {
		set = strndup(text + 6, (size_t)(line - text) - 6);
		if (!set)
			return 0;
		options.sets = (const char *const *)&set;
		options.nr_sets = 1;
		size -= (size_t)(line + 1 - text);
		text = line + 1;
	}
	world = scenario_load_text("input", text, size, &options, &err);
	if (world)
		check_world(world);
	else
		check_error(&err);
	scenario_free(world);
	free(set);
	return 0;
}
