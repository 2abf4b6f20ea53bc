/* SPDX-License-Identifier: BSD-2-Clause */
/* import_rtapp_events.c - what the threads of a workload of rt-app do, one event after the other. */
#include "import_rtapp.h"

#include <string.h>

struct rtapp_object *rtapp_find_object(struct rtapp *app, const char *name, bool is_barrier)
{
	for (uint32_t i = 0; i < app->nr_objects; i++)
		if (app->objects[i].is_barrier == is_barrier && !strcmp(app->objects[i].name, name))
			return &app->objects[i];
	return NULL;
}

/* A lock or barrier is named: it exists from now on. */
static int name_object(struct rtapp *app, const struct node *node, bool is_barrier)
{
	const char *name =
		rtapp_read_text(app, node, is_barrier ? "a barrier's name" : "a mutex's name");
	struct rtapp_object *object;

	if (!name)
		return -1;
	object = rtapp_find_object(app, name, is_barrier);
	if (!object) {
		if (app->nr_objects == RTAPP_MAX_OBJECTS)
			return node_fail(app->loader, node->place,
					 "found more than %d mutexes and barriers, expected fewer",
					 RTAPP_MAX_OBJECTS);
		object = &app->objects[app->nr_objects];
		*object = (struct rtapp_object){.name = name,
						.word = rtapp_make_name(app, name, false),
						.is_barrier = is_barrier,
						.first = node,
						.first_task = app->nr_tasks};
		app->nr_objects++;
	}
	object->references++;
	if (app->options.separate &&
	    (object->first_task != app->nr_tasks || app->tasks[app->nr_tasks].instances > 1))
		return node_fail(app->loader, node->place,
				 "found %s, which threads share, expected none: with --separate "
				 "each is a VM of its own",
				 node_found(app->loader, node));
	if (is_barrier && object->references > 1 && object->first_task == app->nr_tasks)
		return node_fail(app->loader, node->place,
				 "found the barrier %s twice in a thread, expected another name: "
				 "it would wait for itself",
				 node_found(app->loader, node));
	if (is_barrier && app->tasks[app->nr_tasks].instances > 1)
		return node_fail(app->loader, node->place,
				 "found a barrier in a thread of several instances, expected one: "
				 "how many must meet would not be clear");
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
	if (strncmp(name, "unique", 6) != 0 && task->instances > 1)
		return node_fail(app->loader, ref->place,
				 "found a timer that %u instances share, expected one called "
				 "unique...: each has its own then",
				 task->instances);
	for (uint32_t i = 0; i < app->nr_tasks && strncmp(name, "unique", 6) != 0; i++) {
		const struct node *other = app->tasks[i].timer;

		if (other && !strcmp(node_get(other, "ref")->text, name))
			return node_fail(app->loader, ref->place,
					 "found the timer '%s' of line %u again, expected one of "
					 "its own for each thread",
					 node_quote(app->loader, name), other->place.line);
	}
	task->relative = !mode || strcmp(mode->text ? mode->text : "", "absolute") != 0;
	if (mode &&
	    (mode->kind != NODE_SCALAR || (task->relative && strcmp(mode->text, "relative") != 0)))
		return rtapp_unexpected(app, mode, "relative or absolute");
	if (!task->period_us)
		return 0; /* that is how rt-app says: none */
	if (task->timer)
		return node_fail(app->loader, timer->place,
				 "found another timer than in line %u, expected one a thread",
				 task->timer->place.line);
	task->timer = timer;
	return 0;
}

static int read_lock(struct rtapp *app, const struct node *node, struct rtapp_held *held)
{
	if (name_object(app, node, false))
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
		return name_object(app, node, true);
	case RTAPP_TIMER:
		if (held->nr)
			return node_fail(app->loader, node->place,
					 "found a timer under a mutex, expected none");
		return read_timer(app, node);
	default: /* RTAPP_YIELD */
		if (app->options.separate)
			return 0;
		return node_fail(app->loader, node->name_place,
				 "found a yield, expected none: a guest's threads take turns by "
				 "slices only (--separate: the vCPU yields)");
	}
}
