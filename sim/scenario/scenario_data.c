/* SPDX-License-Identifier: BSD-2-Clause */
/* Data files that a scenario names: measured durations, recorded bursts. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "scenario_parts.h"

#define VALUES_MAX 400000u /* of all data files together */
#define TASKS_MAX 1024u

struct data_file {
	struct file_text file;
	char *at; /* the rest */
	struct place place; /* of the line under way */
};

static int data_open(struct loader *loader, const struct node *node, struct data_file *data)
{
	const char *path = file_beside(loader->arena, node->place, node->text);
	struct error err;

	if (loader->no_files)
		return node_fail(loader, node->place, "found the path '%s', expected no files here",
				 node_quote(loader, node->text));
	if (node->text[0] == '\0' || strcmp(path, "-") == 0)
		return node_fail(loader, node->place, "found %s, expected the path of a file",
				 node_found(loader, node));
	if (file_read(path, "data", &data->file, &err)) {
		if (err.status == STATUS_INPUT)
			return node_fail(loader, node->place, "%s", err.text);
		*loader->err = err;
		return -1;
	}
	data->at = data->file.text;
	data->place = (struct place){file_source(loader->arena, path), 0, 1};
	if (!memchr(data->file.text, '\0', data->file.length))
		return 0;
	free(data->file.text);
	return node_fail(loader, data->place, "found a NUL byte, expected text");
}

/* The next line that says something, without blanks at its ends; NULL: none. */
static char *data_line(struct data_file *data)
{
	while (*data->at) {
		char *line = data->at + strspn(data->at, " \t");
		char *end = line + strcspn(line, "\n");

		data->at = *end ? end + 1 : end;
		data->place.line++;
		while (end > line && strchr(" \t\r", end[-1]))
			end--;
		*end = '\0';
		if (*line && *line != '#')
			return line;
	}
	return NULL;
}

/* One more value at the end of list. */
static int data_push(struct loader *loader, struct node *list, uint64_t ns, struct place place,
		     const struct key *key)
{
	char text[UNIT_NS_CHARS];
	struct node *value;

	if (loader->nr_values++ >= VALUES_MAX)
		return node_fail(loader, place,
				 "found more than %u values in data files, "
				 "expected fewer",
				 VALUES_MAX);
	if ((double)ns > key->max)
		return node_fail(loader, place, "found %" PRIu64 " ns, expected at most a day", ns);
	unit_format_ns(text, ns);
	value = node_scalar(loader, arena_copy(loader->arena, text, strlen(text)), place);
	if (!value)
		return -1;
	value->u = ns;
	value->key = key;
	node_append(list, value);
	return 0;
}

/* A duration with its unit; after a line "# ns" a bare number of ns will do too. */
static int data_duration(struct loader *loader, const struct data_file *data, const char *line,
			 bool bare_ns, uint64_t *ns)
{
	enum unit_error error = unit_parse_ns(line, ns);
	int64_t value;

	if (error == UNIT_MISSING && bare_ns && unit_parse_int(line, &value) == UNIT_OK) {
		*ns = (uint64_t)value;
		return 0;
	}
	if (error == UNIT_OK)
		return 0;
	return node_fail(loader, data->place,
			 "found '%s', expected a duration with its unit "
			 "(ns, us, ms, s)%s",
			 node_quote(loader, line),
			 error == UNIT_MISSING ? ", or a first line '# ns'" : "");
}

static int read_times(struct loader *loader, struct data_file *data, struct node *list,
		      const struct key *key)
{
	bool bare_ns = strncmp(data->at, "# ns\n", 5) == 0;
	const char *line;
	uint64_t ns;

	while ((line = data_line(data)))
		if (data_duration(loader, data, line, bare_ns, &ns) ||
		    data_push(loader, list, ns, data->place, key))
			return -1;
	if (list->nr == 0)
		return node_fail(loader, data->place, "found no durations, expected one a line");
	return 0;
}

int data_read_times(struct loader *loader, struct node *node, const struct key *key)
{
	struct data_file data;
	int failed;

	if (data_open(loader, node, &data))
		return -1;
	node->kind = NODE_LIST;
	node->text = NULL;
	failed = read_times(loader, &data, node, key);
	free(data.file.text);
	return failed;
}

/* -- recordings ------------------------------------------------------------- */

struct recording {
	struct loader *loader;
	struct node *tasks; /* the list of {run, sleep} that is being made */
	const char *names[TASKS_MAX]; /* of the tasks, in order of appearance */
	struct node *nodes[TASKS_MAX];
	uint32_t nr;
	const char *only; /* this task; NULL: all */
};

/* The task's {run, sleep}, made if it is new. */
static struct node *recording_task(struct recording *recording, const char *name,
				   struct place place)
{
	struct loader *loader = recording->loader;
	struct node *task, *run, *sleep;
	uint32_t i;

	for (i = 0; i < recording->nr; i++)
		if (strcmp(recording->names[i], name) == 0)
			return recording->nodes[i];
	if (recording->nr == TASKS_MAX) {
		node_fail(loader, place, "found more than %u tasks, expected fewer", TASKS_MAX);
		return NULL;
	}
	task = node_new(loader, NODE_MAP, place);
	run = node_new(loader, NODE_LIST, place);
	sleep = node_new(loader, NODE_LIST, place);
	if (!task || !run || !sleep)
		return NULL;
	node_put(task, "run", place, run);
	node_put(task, "sleep", place, sleep);
	node_append(recording->tasks, task);
	recording->names[recording->nr] = arena_copy(loader->arena, name, strlen(name));
	recording->nodes[recording->nr++] = task;
	return task;
}

/* "TASK RUN_NS SLEEP_NS" */
static int recording_line(struct recording *recording, struct data_file *data, char *line)
{
	struct loader *loader = recording->loader;
	char *rest, *name = strtok_r(line, " \t", &rest);
	char *run_text = strtok_r(NULL, " \t", &rest);
	char *sleep_text = strtok_r(NULL, " \t", &rest);
	const struct key *key = key_find("programs.*.replay.tasks[].run");
	int64_t run, sleep;
	struct node *task;

	if (!sleep_text || strtok_r(NULL, " \t", &rest) || unit_parse_int(run_text, &run) ||
	    unit_parse_int(sleep_text, &sleep) || run < 0 || sleep < 0)
		return node_fail(loader, data->place,
				 "found a line that begins with '%s', expected "
				 "TASK RUN_NS SLEEP_NS",
				 node_quote(loader, name));
	if (recording->only && strcmp(recording->only, name) != 0)
		return 0;
	task = recording_task(recording, name, data->place);
	if (!task || data_push(loader, task->first, (uint64_t)run, data->place, key) ||
	    data_push(loader, task->last, (uint64_t)sleep, data->place,
		      key_find("programs.*.replay.tasks[].sleep")))
		return -1;
	return 0;
}

static int read_recording(struct recording *recording, struct data_file *data)
{
	static const char header[] = "# corun bursts 1";
	size_t length = sizeof(header) - 1;
	char *line;

	if (strncmp(data->at, header, length) != 0 || !strchr("\r\n", data->at[length]))
		return node_fail(recording->loader, data->place,
				 "found another first line, expected '%s'", header);
	while ((line = data_line(data)))
		if (recording_line(recording, data, line))
			return -1;
	if (recording->nr == 0)
		return node_fail(recording->loader, data->place,
				 "found no bursts%s%s, expected lines "
				 "TASK RUN_NS SLEEP_NS",
				 recording->only ? " of the task " : "",
				 recording->only ? node_quote(recording->loader, recording->only)
						 : "");
	return 0;
}

int data_read_replay(struct loader *loader, struct node *replay)
{
	struct recording recording = {.loader = loader};
	struct node *file = node_get(replay, "file"), *task = node_get(replay, "task");
	struct data_file data;
	int failed;

	if (task && (!file || task->kind != NODE_SCALAR))
		return node_fail(loader, task->place,
				 "found %s for task, expected one of replay.file",
				 node_found(loader, task));
	/* anything else that is wrong the table will find */
	if (!file || file->kind != NODE_SCALAR || replay->nr > (task ? 2 : 1))
		return 0;
	if (data_open(loader, file, &data))
		return -1;
	recording.only = task ? task->text : NULL;
	recording.tasks = node_new(loader, NODE_LIST, file->place);
	failed = recording.tasks ? read_recording(&recording, &data) : -1;
	free(data.file.text);
	if (failed)
		return -1;
	node_remove(file);
	if (task)
		node_remove(task);
	node_put(replay, "tasks", file->place, recording.tasks);
	return 0;
}
