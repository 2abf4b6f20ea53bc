/* SPDX-License-Identifier: BSD-2-Clause */
/* import_rtapp.c - what a workload of rt-app says, checked key by key. */
#include "import_rtapp.h"

#include <stdlib.h>
#include <string.h>

/* rt-app reads what it knows, and so do comments get into its files. */
static void pass_over(struct rtapp *app, const char *name)
{
	if (app->nr_passed < RTAPP_MAX_PASSED)
		app->passed[app->nr_passed] = name;
	app->nr_passed++;
}

static bool is_comment(const char *name)
{
	return *name == '_' || !strncmp(name, "comment", 7);
}

/* -- threads ------------------------------------------------------------------------- */

static int read_policy(struct rtapp *app, const struct node *node)
{
	const char *policy = rtapp_read_text(app, node, "\"SCHED_OTHER\"");

	if (!policy || strcmp(policy, "SCHED_OTHER") == 0)
		return policy ? 0 : -1;
	/* a thread alone goes before nobody: see rtapp_read */
	if (strcmp(policy, "SCHED_FIFO") == 0 || strcmp(policy, "SCHED_RR") == 0) {
		app->real_time = app->real_time ? app->real_time : node;
		return 0;
	}
	return node_fail(app->loader, node->place,
			 "found %s, expected \"SCHED_OTHER\": " RTAPP_NO_CLASSES,
			 node_found(app->loader, node));
}

static int read_cpus(struct rtapp *app, const struct node *list)
{
	struct rtapp_task *task = &app->tasks[app->nr_tasks];
	int64_t cpu, before = 0;

	if (list->kind != NODE_LIST || !list->nr)
		return rtapp_unexpected(app, list, "a list of CPUs");
	for (const struct node *at = list->first; at; at = at->next) {
		if (rtapp_read_int(app, at, 0, 4095, "", &cpu))
			return -1;
		if (at != list->first && cpu != before + 1)
			return node_fail(app->loader, at->place,
					 "found the CPU %lld behind %lld, expected one range, "
					 "ascending",
					 (long long)cpu, (long long)before);
		before = cpu;
	}
	if (!app->options.separate) {
		app->nr_left_out++;
		return 0;
	}
	task->first_cpu = list->first;
	task->last_cpu = list->last;
	return 0;
}

/* A property of a thread, or of a phase, which may have only some of them. */
static int read_property(struct rtapp *app, const struct node *node, bool in_phase)
{
	struct rtapp_task *task = &app->tasks[app->nr_tasks];
	const char *name = node->name;
	int64_t value;

	if (node_get(node->parent, name) != node)
		return node_fail(app->loader, node->name_place, "found %s again, expected it once",
				 node_quote(app->loader, name));
	if (strcmp(name, "policy") == 0)
		return read_policy(app, node);
	if (strcmp(name, "loop") == 0)
		return rtapp_read_int(app, node, -1, 4294967295, "",
				      in_phase ? &value : &task->loop);
	if (strcmp(name, "cpus") == 0 && in_phase && !app->options.separate)
		return read_cpus(app, node);
	if (in_phase)
		return node_fail(app->loader, node->name_place,
				 "found %s in a phase, expected it of the thread",
				 node_quote(app->loader, name));
	if (strcmp(name, "delay") == 0)
		return rtapp_read_us(app, node, &task->delay_us);
	if (strcmp(name, "cpus") == 0)
		return read_cpus(app, node);
	if (strcmp(name, "priority") == 0) {
		if (rtapp_read_int(app, node, -20, 19, "", &task->nice))
			return -1;
		app->nr_left_out += task->nice && !app->options.separate;
	}
	return 0; /* instance and phases: read before and behind */
}

/* The events of a phase, or of a thread without phases. */
static int read_events(struct rtapp *app, const struct node *map, bool in_phase)
{
	struct rtapp_task *task = &app->tasks[app->nr_tasks];
	struct rtapp_held held = {.nr = 0};

	for (const struct node *at = map->first; at; at = at->next) {
		enum rtapp_event event;

		if (is_comment(at->name)) {
			pass_over(app, at->name);
			continue;
		}
		if (rtapp_read_word(app, at, in_phase ? "a phase" : "a thread", &event))
			return -1;
		/* only what is last can begin the next round */
		task->is_clock &= event == RTAPP_NONE;
		if (event == RTAPP_NONE ? read_property(app, at, in_phase)
					: rtapp_read_event(app, at, event, &held))
			return -1;
	}
	if (held.nr)
		return node_fail(app->loader, held.locks[held.nr - 1]->place,
				 "found a lock of %s without unlock, expected both in one phase",
				 node_found(app->loader, held.locks[held.nr - 1]));
	return 0;
}

static bool has_events(const struct node *map)
{
	for (const struct node *at = map->first; at; at = at->next)
		if (rtapp_event_of(at->name) != RTAPP_NONE)
			return true;
	return false;
}

static int read_phases(struct rtapp *app, const struct node *node, const struct node *phases)
{
	const struct node *loop;

	if (phases->kind != NODE_MAP || !phases->nr)
		return rtapp_unexpected(app, phases, "a mapping of phases");
	if (has_events(node))
		return node_fail(app->loader, phases->name_place,
				 "found phases beside events, expected either");
	for (const struct node *at = phases->first; at; at = at->next) {
		if (at->kind != NODE_MAP)
			return rtapp_unexpected(app, at, "a mapping of events");
		loop = node_get(at, "loop");
		if (read_events(app, at, true))
			return -1;
		if (loop && strcmp(loop->text, "-1") == 0 && phases->nr > 1)
			return node_fail(app->loader, loop->place,
					 "found a phase that loops for ever beside others, "
					 "expected a "
					 "number");
	}
	return 0;
}

/* What a thread's properties mean together. */
static int check_task(struct rtapp *app, const struct rtapp_task *task)
{
	const struct node *phases = node_get(task->node, "phases"), *at;

	for (at = phases ? phases->first : task->node; at; at = phases ? at->next : NULL)
		if (has_events(at))
			return 0;
	return node_fail(app->loader, task->node->place,
			 "found a thread without events, expected some");
}

static int read_task(struct rtapp *app, const struct node *node)
{
	struct rtapp_task *task = &app->tasks[app->nr_tasks];
	const struct node *phases, *instance;
	int64_t instances = 1;

	if (node->kind != NODE_MAP)
		return rtapp_unexpected(app, node, "a mapping, the thread");
	*task = (struct rtapp_task){.node = node, .loop = -1};
	phases = node_get(node, "phases");
	instance = node_get(node, "instance");
	if (instance && rtapp_read_int(app, instance, 0, RTAPP_MAX_THREADS, "", &instances))
		return -1;
	task->instances = (uint32_t)instances;
	task->name = rtapp_make_name(app, node->name, true);
	if (read_events(app, node, false) || (phases && read_phases(app, node, phases)) ||
	    check_task(app, task))
		return -1;
	/* absolute, one phase, for ever, at once: that is an open loop */
	task->is_clock &= task->timer && !task->relative && task->loop == -1 && !task->delay_us &&
			  !(phases && (phases->nr > 1 || node_get(phases->first, "loop")));
	app->nr_tasks++;
	return 0;
}

static int read_tasks(struct rtapp *app, const struct node *tasks)
{
	if (tasks->kind != NODE_MAP)
		return rtapp_unexpected(app, tasks, "a mapping of threads");
	for (const struct node *at = tasks->first; at; at = at->next) {
		if (app->nr_tasks == RTAPP_MAX_TASKS)
			return node_fail(app->loader, at->name_place,
					 "found more than %d kinds of threads, expected fewer",
					 RTAPP_MAX_TASKS);
		if (is_comment(at->name))
			pass_over(app, at->name);
		else if (read_task(app, at))
			return -1;
	}
	if (!app->nr_tasks)
		return rtapp_unexpected(app, tasks, "at least one thread");
	return 0;
}

/* -- global ---------------------------------------------------------------------------- */

/* Seconds, to the ms; -1: until all threads end. */
static int read_duration(struct rtapp *app, const struct node *node, int64_t *ms)
{
	double seconds = 0;
	char *end = NULL;

	if (node->kind == NODE_SCALAR && node->plain && *node->text)
		seconds = strtod(node->text, &end);
	if (!end || *end || !(seconds == -1 || (seconds >= 0.001 && seconds <= 86400)))
		return rtapp_unexpected(app, node,
					"a number from 0.001 to 86400, in seconds, or -1");
	*ms = seconds < 0 ? -1 : (int64_t)(seconds * 1000 + 0.5);
	return 0;
}

static int read_global(struct rtapp *app, const struct node *global)
{
	const struct node *duration = node_get(global, "duration"), *at;
	int64_t ms = -1;

	if (global && global->kind != NODE_MAP)
		return rtapp_unexpected(app, global, "a mapping");
	for (at = global ? global->first : NULL; at; at = at->next) {
		if (!rtapp_knows_global(at->name))
			pass_over(app, at->name);
		if (strcmp(at->name, "default_policy") == 0 && read_policy(app, at))
			return -1;
		if (strcmp(at->name, "pi_enabled") == 0 &&
		    (at->kind != NODE_SCALAR || strcmp(at->text, "false") != 0))
			return rtapp_unexpected(app, at,
						"false: mutexes hand down no priority here");
	}
	if (duration && read_duration(app, duration, &ms))
		return -1;
	app->endless = ms < 0;
	app->duration_ms = app->endless ? RTAPP_NO_DURATION_S * 1000 : (uint64_t)ms;
	return 0;
}

static int count_threads(struct rtapp *app, const struct node *tasks)
{
	for (uint32_t i = 0; i < app->nr_tasks; i++) {
		app->nr_threads += app->tasks[i].instances + app->tasks[i].forked;
		if (app->nr_threads > RTAPP_MAX_THREADS)
			return node_fail(app->loader, app->tasks[i].node->name_place,
					 "found %u threads up to here, expected at most %d",
					 app->nr_threads, RTAPP_MAX_THREADS);
	}
	if (!app->nr_threads)
		return rtapp_unexpected(app, tasks, "at least one thread");
	return 0;
}

int rtapp_read(struct rtapp *app, const struct node *root)
{
	const struct node *tasks = node_get(root, "tasks"), *global = node_get(root, "global");

	if (root->kind != NODE_MAP)
		return rtapp_unexpected(app, root, "a mapping with tasks");
	for (const struct node *at = root->first; at; at = at->next) {
		if (at == tasks || at == global || strcmp(at->name, "resources") == 0)
			continue;
		if (strcmp(at->name, "tasks") == 0 || strcmp(at->name, "global") == 0)
			return node_fail(app->loader, at->name_place,
					 "found %s again, expected it once",
					 node_quote(app->loader, at->name));
		pass_over(app, at->name);
	}
	if (!tasks)
		return rtapp_unexpected(app, root, "a mapping with tasks");
	if (read_global(app, global) || read_tasks(app, tasks) || rtapp_count_forks(app) ||
	    count_threads(app, tasks))
		return -1;
	if (app->real_time && app->nr_threads > 1)
		return node_fail(app->loader, app->real_time->place,
				 "found %s, expected \"SCHED_OTHER\": " RTAPP_NO_CLASSES,
				 node_found(app->loader, app->real_time));
	return 0;
}
