/* SPDX-License-Identifier: BSD-2-Clause */
/* import_rtapp_objects.c - what threads of rt-app share by name: mutexes, barriers, conditions. */
#include "import_rtapp.h"

#include <string.h>

struct rtapp_object *rtapp_find_object(const struct rtapp *app, const char *name,
				       enum rtapp_kind kind)
{
	for (uint32_t i = 0; i < app->nr_objects; i++)
		if (app->objects[i].kind == kind && !strcmp(app->objects[i].name, name))
			return (struct rtapp_object *)&app->objects[i];
	return NULL;
}

/* A barrier is for as many as name it: that has to be clear. */
static int check_barrier(struct rtapp *app, const struct node *node,
			 const struct rtapp_object *object)
{
	if (object->references > 1 && object->first_task == app->nr_tasks)
		return node_fail(app->loader, node->place,
				 "found the barrier %s twice in a thread, expected another name: "
				 "it would wait for itself",
				 node_found(app->loader, node));
	if (app->tasks[app->nr_tasks].instances != 1)
		return node_fail(app->loader, node->place,
				 "found a barrier in a thread of several instances, expected one: "
				 "how many must meet would not be clear");
	return 0;
}

int rtapp_name_object(struct rtapp *app, const struct node *node, const char *name,
		      enum rtapp_kind kind)
{
	struct rtapp_object *object = rtapp_find_object(app, name, kind);

	if (!object) {
		if (app->nr_objects == RTAPP_MAX_OBJECTS)
			return node_fail(app->loader, node->place,
					 "found more than %d mutexes and barriers, expected fewer",
					 RTAPP_MAX_OBJECTS);
		object = &app->objects[app->nr_objects];
		*object = (struct rtapp_object){.name = name,
						.word = rtapp_make_name(app, name, false),
						.kind = kind,
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
	return kind == RTAPP_MEETING ? check_barrier(app, node, object) : 0;
}
