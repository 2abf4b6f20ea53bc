/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_facts.c - where a trace is from.  A result folder has the resolved scenario beside it,
 * in our own layout (scenario_print.c): "# hash X", "description: X", and below "policies:"
 * a block a policy.  Of what is laid out otherwise nothing is said.
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

static void read_line(struct trace_facts *facts, const struct trace_reader *reader, char *line,
		      int *depth)
{
	size_t n = strlen(line);

	if (!strncmp(line, "# hash ", 7)) {
		add(facts, "hash", line + 7, n - 7);
	} else if (!strncmp(line, "description: \"", 14) && n > 14) {
		add(facts, "scenario", line + 14, n - 15);
	} else if (line[0] != ' ') {
		*depth = !strcmp(line, "policies:");
	} else if (*depth && line[2] != ' ') {
		*depth = reader->policy && !strncmp(line + 2, reader->policy, n - 3) &&
					 strlen(reader->policy) == n - 3
				 ? 2
				 : 1;
	} else if (*depth == 2 && !strncmp(line, "    ", 4) && line[4] != ' ') {
		add_tunable(facts, line + 4);
	}
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
	FILE *file = strcmp(reader->path, "-") ? open_scenario(reader->path) : NULL;
	size_t room = 0;
	char *line = NULL;
	int depth = 0;

	facts->nr = 0;
	if (reader->policy)
		add(facts, "policy", reader->policy, strlen(reader->policy));
	if (!file)
		return;
	inputs_add(fileno(file));
	while (getline(&line, &room, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (*line)
			read_line(facts, reader, line, &depth);
	}
	free(line);
	fclose(file);
}
