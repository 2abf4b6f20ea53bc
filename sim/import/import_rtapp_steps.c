/* SPDX-License-Identifier: BSD-2-Clause */
/* import_rtapp_steps.c - the steps that the events of a thread of rt-app become. */
#include <stdio.h>
#include <string.h>

#include "import_rtapp.h"

/* A value of "" is a step whose mapping follows. */
void rtapp_put_step(FILE *out, unsigned indent, const char *key, const char *value)
{
	fprintf(out, "%*s- %s:%s%s\n", (int)indent, "", key, *value ? " " : "", value);
}

static const char *object_word(const struct rtapp *app, const struct node *node)
{
	enum rtapp_kind kind = rtapp_kind_of(rtapp_event_of(node->name));

	return rtapp_find_object(app, rtapp_ref(node), kind)->word;
}

/* A list of steps may not be empty: does the section that begins here end at once? */
static bool ends_at_once(const struct node *begin)
{
	const struct node *at = begin->next;

	while (rtapp_event_of(at->name) == RTAPP_NONE)
		at = at->next;
	return rtapp_event_of(at->name) == RTAPP_UNLOCK || rtapp_event_of(at->name) == RTAPP_WAIT;
}

/* Opens the section of a mutex behind begin; its steps are indented by 6 more. */
static void put_section(FILE *out, const char *lock, const struct node *begin, unsigned indent)
{
	rtapp_put_step(out, indent, "critical", "");
	fprintf(out, "%*slock: %s\n%*sdo:\n", (int)indent + 4, "", lock, (int)indent + 4, "");
	if (ends_at_once(begin))
		rtapp_put_step(out, indent + 6, "compute", "0");
}

static void put_wake_one(FILE *out, unsigned indent, const char *barrier, const char *more)
{
	fprintf(out, "%*s- wake: {barrier: %s, who: one%s}\n", (int)indent, "", barrier, more);
}

/* Gives the mutex up, waits, takes it again. */
static void put_wait(FILE *out, const struct rtapp *app, const struct node *at, unsigned indent)
{
	const char *mutex = node_get(at, "mutex")->text;

	rtapp_put_step(out, indent - 6, "barrier", object_word(app, at));
	put_section(out, rtapp_find_object(app, mutex, RTAPP_MUTEX)->word, at, indent - 6);
}

static void put_timer(FILE *out, const struct rtapp_task *task, const struct node *timer,
		      unsigned indent)
{
	const struct node *mode = node_get(timer, "mode");
	uint32_t nr = rtapp_timer_of(task, timer);

	if (!rtapp_number(node_get(timer, "period")))
		return;
	fprintf(out, "%*s- timer: {every: %lldus", (int)indent, "",
		rtapp_number(node_get(timer, "period")));
	if (nr)
		fprintf(out, ", number: %u", nr);
	if (!mode || strcmp(mode->text, "absolute") != 0)
		fputs(", late: restart", out);
	fputs("}\n", out);
}

static void put_wakes(FILE *out, const struct rtapp *app, const struct node *at, unsigned indent)
{
	switch (rtapp_event_of(at->name)) {
	case RTAPP_SUSPEND:
		rtapp_put_step(out, indent, "barrier", object_word(app, at));
		break;
	case RTAPP_RESUME:
	case RTAPP_BROAD:
		rtapp_put_step(out, indent, "wake", object_word(app, at));
		break;
	case RTAPP_SIGNAL:
		put_wake_one(out, indent, object_word(app, at), "");
		break;
	case RTAPP_FORK: /* one that has not started yet starts late */
		put_wake_one(out, indent, object_word(app, at), ", nobody: kept");
		break;
	case RTAPP_SYNC:
		put_wake_one(out, indent, object_word(app, at), "");
		put_wait(out, app, at, indent);
		break;
	case RTAPP_WAIT:
		put_wait(out, app, at, indent);
		break;
	default: /* properties */
		break;
	}
}

static void put_nothing(FILE *out, const struct rtapp_task *task, const struct node *map,
			unsigned indent)
{
	for (const struct node *at = map->first; at; at = at->next) {
		enum rtapp_event event = rtapp_event_of(at->name);

		if (event == RTAPP_TIMER && !task->is_clock && rtapp_number(node_get(at, "period")))
			return;
		if (event > RTAPP_NONE && event != RTAPP_TIMER)
			return;
	}
	rtapp_put_step(out, indent, "compute", "0");
}

/* The events of a map, one below the other; sections open a level and close it. */
static void put_events(FILE *out, const struct rtapp *app, const struct rtapp_task *task,
		       const struct node *map, unsigned indent)
{
	char us[32];

	put_nothing(out, task, map, indent);
	for (const struct node *at = map->first; at; at = at->next) {
		switch (rtapp_event_of(at->name)) {
		case RTAPP_RUN:
		case RTAPP_RUNTIME:
			snprintf(us, sizeof(us), "%lldus", rtapp_number(at));
			rtapp_put_step(out, indent, "compute", us);
			break;
		case RTAPP_SLEEP:
			snprintf(us, sizeof(us), "%lldus", rtapp_number(at));
			rtapp_put_step(out, indent, "sleep", us);
			break;
		case RTAPP_LOCK:
			put_section(out, object_word(app, at), at, indent);
			indent += 6;
			break;
		case RTAPP_UNLOCK:
			indent -= 6;
			break;
		case RTAPP_BARRIER:
			rtapp_put_step(out, indent, "barrier", object_word(app, at));
			break;
		case RTAPP_YIELD:
			rtapp_put_step(out, indent, "yield", "{}");
			break;
		case RTAPP_TIMER:
			if (!task->is_clock)
				put_timer(out, task, at, indent);
			break;
		default:
			put_wakes(out, app, at, indent);
			break;
		}
	}
}

/* All that a thread does once a loop. */
void rtapp_put_body(FILE *out, const struct rtapp *app, const struct rtapp_task *task,
		    unsigned indent)
{
	const struct node *phases = node_get(task->node, "phases");
	bool any = false;

	if (!phases) {
		put_events(out, app, task, task->node, indent);
		return;
	}
	for (const struct node *at = phases->first; at; at = at->next) {
		const struct node *loop = node_get(at, "loop");
		long long times = loop ? rtapp_number(loop) : 1;

		if (times == 0)
			continue;
		any = true;
		if (times <= 1) { /* for ever: then it is the only phase, and the thread loops */
			put_events(out, app, task, at, indent);
			continue;
		}
		rtapp_put_step(out, indent, "repeat", "");
		fprintf(out, "%*stimes: %lld\n%*sdo:\n", (int)indent + 4, "", times,
			(int)indent + 4, "");
		put_events(out, app, task, at, indent + 6);
	}
	if (!any) /* all of them zero times */
		rtapp_put_step(out, indent, "compute", "0");
}
