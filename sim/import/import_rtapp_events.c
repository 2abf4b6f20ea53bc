/* SPDX-License-Identifier: BSD-2-Clause */
/* import_rtapp_events.c - what the threads of a workload of rt-app do, one event after the other. */
#include "import_rtapp.h"

#include <string.h>

uint32_t rtapp_timer_of(const struct rtapp_task *task, const struct node *timer)
{
	const char *name = node_get(timer, "ref")->text;
	uint32_t i;

	for (i = 0; i < task->nr_timers && strcmp(task->timers[i], name); i++)
		continue;
	return i;
}

/* One that all threads of that name share has no time of its own in any of them. */
static int check_sharing(struct rtapp *app, const struct node *ref, const char *name)
{
	const struct rtapp_task *task = &app->tasks[app->nr_tasks];

	if (!strncmp(name, "unique", 6))
		return 0;
	if (task->instances > 1)
		return node_fail(app->loader, ref->place,
				 "found a timer that %u instances share, expected one called "
				 "unique...: each has its own then",
				 task->instances);
	for (uint32_t i = 0; i < app->nr_tasks; i++)
		for (uint32_t k = 0; k < app->tasks[i].nr_timers; k++)
			if (!strcmp(app->tasks[i].timers[k], name))
				return node_fail(app->loader, ref->place,
						 "found the timer '%s' of line %u again, expected "
						 "one of its own for each thread",
						 node_quote(app->loader, name),
						 app->tasks[i].node->place.line);
	return 0;
}

/* {ref, period, mode} */
static int read_timer(struct rtapp *app, const struct node *timer)
{
	struct rtapp_task *task = &app->tasks[app->nr_tasks];
	const struct node *period = node_get(timer, "period"), *ref = node_get(timer, "ref");
	const struct node *mode = node_get(timer, "mode");
	const char *name;

	if (timer->kind != NODE_MAP)
		return rtapp_unexpected(app, timer, "{\"ref\": ..., \"period\": ...}");
	for (const struct node *at = timer->first; at; at = at->next)
		if (at != period && at != ref && at != mode)
			return node_fail(app->loader, at->name_place,
					 "found the key '%s', expected ref, period or mode, each "
					 "once",
					 node_quote(app->loader, at->name));
	if (!ref || !period)
		return rtapp_unexpected(app, timer, "{\"ref\": ..., \"period\": ...}");
	name = rtapp_read_text(app, ref, "a timer's name");
	if (!name || rtapp_read_us(app, period, &task->period_us))
		return -1;
	if (check_sharing(app, ref, name))
		return -1;
	task->relative = !mode || strcmp(mode->text ? mode->text : "", "absolute") != 0;
	if (mode &&
	    (mode->kind != NODE_SCALAR || (task->relative && strcmp(mode->text, "relative") != 0)))
		return rtapp_unexpected(app, mode, "relative or absolute");
	if (!task->period_us)
		return 0; /* that is how rt-app says: none */
	if (rtapp_timer_of(task, timer) == task->nr_timers) {
		if (task->nr_timers == RTAPP_MAX_TIMERS)
			return node_fail(app->loader, timer->place,
					 "found more than %d timers in a thread, expected fewer",
					 RTAPP_MAX_TIMERS);
		task->timers[task->nr_timers++] = name;
	}
	task->is_clock = !task->timer; /* unless there is more behind it */
	task->timer = timer;
	return 0;
}

static int read_lock(struct rtapp *app, const struct node *node, struct rtapp_held *held)
{
	if (!rtapp_read_text(app, node, "a mutex's name") ||
	    rtapp_name_object(app, node, node->text, RTAPP_MUTEX))
		return -1;
	if (held->nr == RTAPP_MAX_HELD)
		return node_fail(app->loader, node->place,
				 "found more than %d mutexes held at once, expected fewer",
				 RTAPP_MAX_HELD);
	held->locks[held->nr++] = node;
	return 0;
}

static int read_unlock(struct rtapp *app, const struct node *node, struct rtapp_held *held)
{
	const struct node *last = held->nr ? held->locks[held->nr - 1] : NULL;

	if (!rtapp_read_text(app, node, "a mutex's name"))
		return -1;
	if (!last || strcmp(last->text, node->text) != 0)
		return node_fail(app->loader, node->place,
				 "found an unlock of %s, expected one of %s: sections are nested, "
				 "and end in their phase",
				 node_found(app->loader, node),
				 last ? node_found(app->loader, last) : "what is locked");
	held->nr--;
	return 0;
}

int rtapp_read_event(struct rtapp *app, const struct node *node, enum rtapp_event event,
		     struct rtapp_held *held)
{
	uint64_t us;

	switch (event) {
	case RTAPP_RUNTIME:
		app->tasks[app->nr_tasks].runtime = true;
		return rtapp_read_us(app, node, &us);
	case RTAPP_RUN:
	case RTAPP_SLEEP:
		return rtapp_read_us(app, node, &us);
	case RTAPP_LOCK:
		return read_lock(app, node, held);
	case RTAPP_UNLOCK:
		return read_unlock(app, node, held);
	case RTAPP_BARRIER:
		return rtapp_read_text(app, node, "a barrier's name")
			       ? rtapp_name_object(app, node, node->text, RTAPP_MEETING)
			       : -1;
	case RTAPP_TIMER:
		if (held->nr)
			return node_fail(app->loader, node->place,
					 "found a timer under a mutex, expected none");
		return read_timer(app, node);
	default:
		return rtapp_read_wake(app, node, event, held);
	case RTAPP_YIELD:
		if (app->options.separate)
			return 0;
		return node_fail(app->loader, node->name_place,
				 "found a yield, expected none: a guest's threads take turns by "
				 "slices only (--separate: the vCPU yields)");
	}
}
