/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_facts.c - where a trace is from: what it says itself; and the tunables of its policy,
 * where the resolved scenario lies beside it, as in a result folder.  That has our own layout
 * (scenario_print.c): "# hash X", which must be the trace's, and below "policies:" a block a
 * policy.  Of what is laid out otherwise nothing is said.
 */
#include <stdlib.h>
#include <string.h>

#include "base/inputs.h"
#include "trace_export.h"

static void add(struct trace_facts *facts, const char *name, const char *value, size_t length)
{
	struct trace_fact *fact;

	if (facts->nr == TRACE_MAX_FACTS)
		return;
	fact = &facts->facts[facts->nr++];
	snprintf(fact->name, sizeof(fact->name), "%s", name);
	snprintf(fact->value, sizeof(fact->value), "%.*s",
		 (int)(length < sizeof(fact->value) ? length : sizeof(fact->value) - 1), value);
}

/* "    KEY: VALUE  # where it is from" */
static void add_tunable(struct trace_facts *facts, const char *line)
{
	const char *colon = strchr(line, ':'), *end = strstr(line, "  # ");
	char name[80];

	if (!colon || colon[1] != ' ' || !strncmp(line, "policy:", 7))
		return;
	snprintf(name, sizeof(name), "tunable %.*s", (int)(colon - line < 60 ? colon - line : 60),
		 line);
	add(facts, name, colon + 2, end ? (size_t)(end - colon - 2) : strlen(colon + 2));
}

/* Which block of the file a line is in. */
enum block { OTHER_SCENARIO, ELSEWHERE, POLICIES, OUR_POLICY };

static enum block read_line(struct trace_facts *facts, const struct trace_reader *reader,
			    enum block block, const char *line)
{
	size_t n = strlen(line);

	if (!strncmp(line, "# hash ", 7))
		return !strcmp(line + 7, reader->origin.scenario) ? ELSEWHERE : OTHER_SCENARIO;
	if (block == OTHER_SCENARIO)
		return block;
	if (line[0] != ' ')
		return !strcmp(line, "policies:") ? POLICIES : ELSEWHERE;
	if (block >= POLICIES && n > 3 && line[2] != ' ')
		return strlen(reader->policy) == n - 3 && !strncmp(line + 2, reader->policy, n - 3)
			       ? OUR_POLICY
			       : POLICIES;
	if (block == OUR_POLICY && !strncmp(line, "    ", 4) && line[4] != ' ')
		add_tunable(facts, line + 4);
	return block;
}

/* scenario.yaml beside the trace, or NULL. */
static FILE *open_scenario(const char *trace)
{
	const char *slash = strrchr(trace, '/');
	size_t folder = slash ? (size_t)(slash - trace) + 1 : 0;
	char *path = malloc(folder + sizeof("scenario.yaml"));
	FILE *file;

	if (!path)
		return NULL;
	memcpy(path, trace, folder);
	memcpy(path + folder, "scenario.yaml", sizeof("scenario.yaml"));
	file = fopen(path, "re");
	free(path);
	return file;
}

void trace_facts_read(struct trace_facts *facts, const struct trace_reader *reader)
{
	enum block block = OTHER_SCENARIO; /* until its hash is that of the trace */
	const char *word, *value;
	char *line = NULL;
	size_t room = 0;
	unsigned at = 0;
	FILE *file = NULL;

	facts->nr = 0;
	if (reader->policy)
		add(facts, "policy", reader->policy, strlen(reader->policy));
	while (trace_origin_next(&reader->origin, &at, &word, &value))
		add(facts, word, value, strlen(value));
	if (reader->policy && reader->origin.scenario && strcmp(reader->path, "-"))
		file = open_scenario(reader->path);
	if (!file)
		return;
	inputs_add(fileno(file));
	while (getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (*line)
			block = read_line(facts, reader, block, line);
	}
	free(line);
	fclose(file);
}
