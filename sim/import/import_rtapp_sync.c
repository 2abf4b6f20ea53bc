/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_rtapp_sync.c - threads of rt-app that wake one another by name, or are forked.
 *
 * suspend and resume, wait, signal and broad have the rules of condition variables: a wake
 * that finds nobody is lost; resume and broad wake all, signal wakes one.
 */
#include "import_rtapp.h"

#include <stdlib.h>
#include <string.h>

enum rtapp_kind rtapp_kind_of(enum rtapp_event event)
{
	switch (event) {
	case RTAPP_LOCK:
		return RTAPP_MUTEX;
	case RTAPP_BARRIER:
		return RTAPP_MEETING;
	case RTAPP_SUSPEND:
	case RTAPP_RESUME:
		return RTAPP_SUSPENDED;
	case RTAPP_FORK:
		return RTAPP_FORKED;
	default:
		return RTAPP_CONDITION;
	}
}

/* The thread whose event it is: the event's mapping, or that of its phases. */
static const struct node *owner_of(const struct node *event)
{
	const struct node *map = event->parent;

	if (map->parent && map->parent->name && !strcmp(map->parent->name, "phases"))
		return map->parent->parent;
	return map;
}

const char *rtapp_ref(const struct node *node)
{
	const struct node *ref = node->kind == NODE_MAP ? node_get(node, "ref") : node;

	if (!ref || ref->kind != NODE_SCALAR)
		return "";
	return *ref->text ? ref->text : owner_of(node)->name;
}

/* {ref, mutex}: the mutex is given up while it waits, so it has to be the innermost one. */
static int check_wait(struct rtapp *app, const struct node *node, const struct rtapp_held *held)
{
	const struct node *ref = node_get(node, "ref"), *mutex = node_get(node, "mutex");
	const struct node *last = held->nr ? held->locks[held->nr - 1] : NULL;

	if (node->kind != NODE_MAP || !ref || !mutex || node->nr != 2)
		return rtapp_unexpected(app, node, "{\"ref\": ..., \"mutex\": ...}");
	if (!rtapp_read_text(app, ref, "a condition's name") ||
	    !rtapp_read_text(app, mutex, "a mutex's name"))
		return -1;
	if (last && !strcmp(last->text, mutex->text))
		return 0;
	return node_fail(app->loader, mutex->place,
			 "found a wait with %s, expected %s: it is the mutex that was locked last, "
			 "and that is given up meanwhile",
			 node_found(app->loader, mutex),
			 last ? node_found(app->loader, last) : "one that is locked");
}

static int read_fork(struct rtapp *app, const struct node *node, const struct rtapp_held *held)
{
	struct rtapp_task *task = &app->tasks[app->nr_tasks];

	if (!rtapp_read_text(app, node, "a thread's name"))
		return -1;
	if (app->options.separate || held->nr)
		return node_fail(app->loader, node->place, "found a fork %s, expected none",
				 held->nr ? "under a mutex" : "with --separate");
	if (!task->forks)
		task->forks = node;
	return 0;
}

int rtapp_read_wake(struct rtapp *app, const struct node *node, enum rtapp_event event,
		    const struct rtapp_held *held)
{
	switch (event) {
	case RTAPP_WAIT:
	case RTAPP_SYNC:
		if (check_wait(app, node, held))
			return -1;
		break;
	case RTAPP_FORK:
		return read_fork(app, node, held);
	case RTAPP_SUSPEND:
		if (held->nr)
			return node_fail(app->loader, node->name_place,
					 "found a suspend under a mutex, expected none: who would "
					 "wake it may want that");
		if (node->kind == NODE_SCALAR && !*node->text)
			break; /* by its own name */
		/* fall through */
	default:
		if (!rtapp_read_text(app, node, "a name"))
			return -1;
	}
	return rtapp_name_object(app, node, rtapp_ref(node), rtapp_kind_of(event));
}

/* -- forks ------------------------------------------------------------------------- */

static struct rtapp_task *find_task(struct rtapp *app, const char *name)
{
	for (uint32_t i = 0; i < app->nr_tasks; i++)
		if (!strcmp(app->tasks[i].node->name, name))
			return &app->tasks[i];
	return NULL;
}

/* How often a mapping says it is done; -1: without end. */
static long long loop_of(const struct node *map, long long unless_said)
{
	const struct node *loop = node_get(map, "loop");

	return loop ? strtoll(loop->text, NULL, 10) : unless_said;
}

/* Is there a barrier in it? */
static bool meets(const struct node *map)
{
	for (const struct node *at = map->first; at; at = at->next)
		if (rtapp_event_of(at->name) == RTAPP_BARRIER ||
		    (at->kind == NODE_MAP && rtapp_event_of(at->name) == RTAPP_NONE && meets(at)))
			return true;
	return false;
}

/* The forks of one mapping of events, which is done so many times. */
static int count_in(struct rtapp *app, const struct node *map, long long times, uint32_t forker)
{
	for (const struct node *at = map->first; at; at = at->next) {
		struct rtapp_task *task;

		if (rtapp_event_of(at->name) != RTAPP_FORK)
			continue;
		task = find_task(app, at->text);
		if (!task)
			return rtapp_unexpected(app, at, "the name of a thread");
		if (task->forks)
			return node_fail(app->loader, at->place,
					 "found a fork of %s, which forks itself (line %u), "
					 "expected "
					 "none",
					 node_found(app->loader, at), task->forks->place.line);
		if (times < 0 || times > RTAPP_MAX_THREADS)
			return node_fail(app->loader, at->place,
					 "found a fork in a loop without end, expected one that "
					 "ends: "
					 "all threads are there from the start, and wait for it");
		if (meets(task->node))
			return node_fail(app->loader, at->place,
					 "found a fork of %s, which meets others at a barrier, "
					 "expected "
					 "none: how many must meet would not be clear",
					 node_found(app->loader, at));
		task->forked += (uint32_t)times * app->tasks[forker].instances;
		if (task->forked > RTAPP_MAX_THREADS)
			return rtapp_unexpected(app, at, "fewer forks");
		if (rtapp_name_object(app, at, at->text, RTAPP_FORKED))
			return -1;
	}
	return 0;
}

/* a times b, where -1 is without end. */
static long long times_of(long long a, long long b)
{
	if (!a || !b)
		return 0;
	if (a < 0 || b < 0)
		return -1;
	return a > RTAPP_MAX_THREADS || b > RTAPP_MAX_THREADS ? RTAPP_MAX_THREADS + 1LL : a * b;
}

int rtapp_count_forks(struct rtapp *app)
{
	for (uint32_t i = 0; i < app->nr_tasks; i++) {
		const struct node *node = app->tasks[i].node, *phases = node_get(node, "phases");
		long long loop = app->tasks[i].loop;

		if (!app->tasks[i].forks)
			continue;
		if (!phases && count_in(app, node, loop, i))
			return -1;
		for (const struct node *at = phases ? phases->first : NULL; at; at = at->next)
			if (count_in(app, at, times_of(loop, loop_of(at, 1)), i))
				return -1;
	}
	return 0;
}
