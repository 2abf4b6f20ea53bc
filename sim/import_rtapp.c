/* SPDX-License-Identifier: BSD-2-Clause */
/* import_rtapp.c - what a workload of rt-app says, checked key by key. */
#include "import_rtapp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suggest.h"

enum word_kind { WORD_EVENT, WORD_PROPERTY, WORD_IGNORED, WORD_REFUSED };

struct word {
	const char *name;
	enum word_kind kind;
	enum rtapp_event event;
	const char *why; /* WORD_REFUSED */
};

#define NO_CONDITIONS "threads that wake one another by name are not in the model"
#define NO_CLASSES "a guest's threads have no scheduling classes here"

/* Of a thread or a phase. */
static const struct word words[] = {
	{"run", WORD_EVENT, RTAPP_RUN, NULL},
	{"runtime", WORD_EVENT, RTAPP_RUNTIME, NULL},
	{"sleep", WORD_EVENT, RTAPP_SLEEP, NULL},
	{"timer", WORD_EVENT, RTAPP_TIMER, NULL},
	{"lock", WORD_EVENT, RTAPP_LOCK, NULL},
	{"unlock", WORD_EVENT, RTAPP_UNLOCK, NULL},
	{"barrier", WORD_EVENT, RTAPP_BARRIER, NULL},
	{"yield", WORD_EVENT, RTAPP_YIELD, NULL},
	{"loop", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"instance", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"delay", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"phases", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"policy", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"priority", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"cpus", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"wait", WORD_REFUSED, RTAPP_NONE, NO_CONDITIONS},
	{"signal", WORD_REFUSED, RTAPP_NONE, NO_CONDITIONS},
	{"broad", WORD_REFUSED, RTAPP_NONE, NO_CONDITIONS},
	{"sync", WORD_REFUSED, RTAPP_NONE, NO_CONDITIONS},
	{"suspend", WORD_REFUSED, RTAPP_NONE, NO_CONDITIONS},
	{"resume", WORD_REFUSED, RTAPP_NONE, NO_CONDITIONS},
	{"fork", WORD_REFUSED, RTAPP_NONE, "all threads are there from the start"},
	{"mem", WORD_REFUSED, RTAPP_NONE, "an amount of memory traffic has no duration here"},
	{"iorun", WORD_REFUSED, RTAPP_NONE, "an amount of I/O has no duration here"},
	{"external_workload", WORD_REFUSED, RTAPP_NONE, "no code is run"},
	{"membind_nodes", WORD_REFUSED, RTAPP_NONE, "memory nodes are not in the model"},
	{"taskgroup", WORD_REFUSED, RTAPP_NONE, "task groups are not in the model"},
	{"util_min", WORD_REFUSED, RTAPP_NONE, "CPU frequencies are not in the model"},
	{"util_max", WORD_REFUSED, RTAPP_NONE, "CPU frequencies are not in the model"},
	{"dl-runtime", WORD_REFUSED, RTAPP_NONE, NO_CLASSES},
	{"dl-period", WORD_REFUSED, RTAPP_NONE, NO_CLASSES},
	{"dl-deadline", WORD_REFUSED, RTAPP_NONE, NO_CLASSES},
	{"period", WORD_REFUSED, RTAPP_NONE, NO_CLASSES},
	{"deadline", WORD_REFUSED, RTAPP_NONE, NO_CLASSES},
};

static const struct word global_words[] = {
	{"duration", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"default_policy", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"pi_enabled", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"calibration", WORD_IGNORED, RTAPP_NONE, NULL},
	{"lock_pages", WORD_IGNORED, RTAPP_NONE, NULL},
	{"logdir", WORD_IGNORED, RTAPP_NONE, NULL},
	{"log_basename", WORD_IGNORED, RTAPP_NONE, NULL},
	{"log_size", WORD_IGNORED, RTAPP_NONE, NULL},
	{"ftrace", WORD_IGNORED, RTAPP_NONE, NULL},
	{"gnuplot", WORD_IGNORED, RTAPP_NONE, NULL},
	{"frag", WORD_IGNORED, RTAPP_NONE, NULL},
	{"io_device", WORD_IGNORED, RTAPP_NONE, NULL},
	{"mem_buffer_size", WORD_IGNORED, RTAPP_NONE, NULL},
	{"cumulative_slack", WORD_IGNORED, RTAPP_NONE, NULL},
};

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* name is word, perhaps with a number behind (of an event). */
static bool is_word(const char *name, const struct word *word)
{
	size_t n = strlen(word->name);

	if (strncmp(name, word->name, n) != 0)
		return false;
	if (word->kind != WORD_PROPERTY && word->kind != WORD_IGNORED)
		n += strspn(name + n, "0123456789");
	return name[n] == '\0';
}

/* The word that a child's name is, or NULL with the error set. */
static const struct word *word_of(struct rtapp *app, const struct node *child,
				  const struct word *table, size_t nr, const char *whose)
{
	struct suggest suggest;

	for (size_t i = 0; i < nr; i++)
		if (is_word(child->name, &table[i])) {
			if (table[i].kind != WORD_REFUSED)
				return &table[i];
			node_fail(app->loader, child->name_place, "found %s, expected none: %s",
				  node_quote(app->loader, child->name), table[i].why);
			return NULL;
		}
	suggest_init(&suggest, child->name);
	for (size_t i = 0; i < nr; i++)
		suggest_offer(&suggest, table[i].name);
	node_fail(app->loader, child->name_place, "found the key '%s', expected one of %s%s%s%s",
		  node_quote(app->loader, child->name), whose,
		  suggest.best ? "; did you mean " : "", suggest.best ? suggest.best : "",
		  suggest.best ? "?" : "");
	return NULL;
}

enum rtapp_event rtapp_event_of(const char *name)
{
	for (size_t i = 0; i < NR(words); i++)
		if (words[i].kind == WORD_EVENT && is_word(name, &words[i]))
			return words[i].event;
	return RTAPP_NONE;
}

/* -- values ------------------------------------------------------------------------ */

static int unexpected(struct rtapp *app, const struct node *node, const char *expected)
{
	return node_fail(app->loader, node->place, "found %s, expected %s",
			 node_found(app->loader, node), expected);
}

/* An integer of [min, max], or -1 with the error set. */
static int read_int(struct rtapp *app, const struct node *node, int64_t min, int64_t max,
		    const char *unit, int64_t *value)
{
	char expected[128], *end = NULL;

	snprintf(expected, sizeof(expected), "an integer from %lld to %lld%s%s", (long long)min,
		 (long long)max, *unit ? ", in " : "", unit);
	errno = 0;
	if (node->kind == NODE_SCALAR && node->plain && *node->text)
		*value = strtoll(node->text, &end, 10);
	if (!end || *end || errno || *value < min || *value > max)
		return unexpected(app, node, expected);
	return 0;
}

static int read_us(struct rtapp *app, const struct node *node, uint64_t *us)
{
	int64_t value;

	if (read_int(app, node, 0, 86400000000, "microseconds", &value))
		return -1;
	*us = (uint64_t)value;
	return 0;
}

/* The text of a string, or NULL with the error set. */
static const char *read_text(struct rtapp *app, const struct node *node, const char *expected)
{
	if (node->kind == NODE_SCALAR && !node->plain && *node->text)
		return node->text;
	unexpected(app, node, expected);
	return NULL;
}

/* A name as a scenario takes it, different from those of all other tasks, or objects. */
static const char *make_name(struct rtapp *app, const char *text, bool is_task)
{
	char name[61];
	bool taken = true;

	for (unsigned copy = 1; taken; copy++) {
		size_t n = 0;

		while (n < 50 && text[n]) {
			unsigned char c = (unsigned char)text[n];
			bool fit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				   (c >= '0' && c <= '9') || c == '_' || (c == '-' && n);

			name[n++] = fit ? (char)c : '_';
		}
		if (n == 0)
			name[n++] = '_';
		name[n] = '\0';
		if (copy > 1)
			snprintf(name + n, sizeof(name) - n, "_%u", copy);
		taken = is_task && strcmp(name, "noise") == 0;
		for (uint32_t i = 0; i < (is_task ? app->nr_tasks : app->nr_objects); i++)
			taken |= !strcmp(name, is_task ? app->tasks[i].name : app->objects[i].word);
	}
	return arena_copy(app->loader->arena, name, strlen(name));
}

/* -- events ------------------------------------------------------------------------- */

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
	const char *name = read_text(app, node, is_barrier ? "a barrier's name" : "a mutex's name");
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
						.word = make_name(app, name, false),
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
		return unexpected(app, timer, "{\"ref\": ..., \"period\": ...}");
	for (const struct node *at = timer->first; at; at = at->next)
		if (at != period && at != ref && at != mode)
			return node_fail(app->loader, at->name_place,
					 "found the key '%s', expected ref, period or mode, each "
					 "once",
					 node_quote(app->loader, at->name));
	if (!ref || !period)
		return unexpected(app, timer, "{\"ref\": ..., \"period\": ...}");
	name = read_text(app, ref, "a timer's name");
	if (!name || read_us(app, period, &task->period_us))
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
		return unexpected(app, mode, "relative or absolute");
	if (!task->period_us)
		return 0; /* that is how rt-app says: none */
	if (task->timer)
		return node_fail(app->loader, timer->place,
				 "found another timer than in line %u, expected one a thread",
				 task->timer->place.line);
	task->timer = timer;
	return 0;
}

/* The locks that are held, innermost last. */
struct held {
	const struct node *locks[6];
	uint32_t nr;
};

static int read_lock(struct rtapp *app, const struct node *node, struct held *held)
{
	if (name_object(app, node, false))
		return -1;
	if (held->nr == NR(held->locks))
		return node_fail(app->loader, node->place,
				 "found more than %zu mutexes held at once, expected fewer",
				 NR(held->locks));
	held->locks[held->nr++] = node;
	return 0;
}

static int read_unlock(struct rtapp *app, const struct node *node, struct held *held)
{
	const struct node *last = held->nr ? held->locks[held->nr - 1] : NULL;

	if (!read_text(app, node, "a mutex's name"))
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

static int read_event(struct rtapp *app, const struct node *node, enum rtapp_event event,
		      struct held *held)
{
	uint64_t us;

	switch (event) {
	case RTAPP_RUNTIME:
		app->tasks[app->nr_tasks].runtime = true;
		return read_us(app, node, &us);
	case RTAPP_RUN:
	case RTAPP_SLEEP:
		return read_us(app, node, &us);
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

/* -- threads ------------------------------------------------------------------------- */

static int read_policy(struct rtapp *app, const struct node *node)
{
	const char *policy = read_text(app, node, "\"SCHED_OTHER\"");

	if (!policy || strcmp(policy, "SCHED_OTHER") == 0)
		return policy ? 0 : -1;
	return node_fail(app->loader, node->place,
			 "found %s, expected \"SCHED_OTHER\": " NO_CLASSES,
			 node_found(app->loader, node));
}

static int read_cpus(struct rtapp *app, const struct node *list)
{
	struct rtapp_task *task = &app->tasks[app->nr_tasks];
	int64_t cpu, before = 0;

	if (!app->options.separate)
		return node_fail(app->loader, list->name_place,
				 "found cpus, expected none: a guest's threads run on any of its "
				 "vCPUs (--separate: each is a VM, which is pinned)");
	if (list->kind != NODE_LIST || !list->nr)
		return unexpected(app, list, "a list of CPUs");
	for (const struct node *at = list->first; at; at = at->next) {
		if (read_int(app, at, 0, 4095, "", &cpu))
			return -1;
		if (at != list->first && cpu != before + 1)
			return node_fail(app->loader, at->place,
					 "found the CPU %lld behind %lld, expected one range, "
					 "ascending",
					 (long long)cpu, (long long)before);
		before = cpu;
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
		return read_int(app, node, -1, 4294967295, "", in_phase ? &value : &task->loop);
	if (in_phase)
		return node_fail(app->loader, node->name_place,
				 "found %s in a phase, expected it of the thread",
				 node_quote(app->loader, name));
	if (strcmp(name, "delay") == 0)
		return read_us(app, node, &task->delay_us);
	if (strcmp(name, "cpus") == 0)
		return read_cpus(app, node);
	if (strcmp(name, "priority") == 0) {
		if (read_int(app, node, -20, 19, "", &task->nice))
			return -1;
		if (task->nice && !app->options.separate)
			return node_fail(
				app->loader, node->place,
				"found the priority %lld, expected 0: a guest's threads have "
				"no weights (--separate: each is a VM with that nice level)",
				(long long)task->nice);
	}
	return 0; /* instance and phases: read before and behind */
}

/* The events of a phase, or of a thread without phases. */
static int read_events(struct rtapp *app, const struct node *map, bool in_phase)
{
	struct rtapp_task *task = &app->tasks[app->nr_tasks];
	struct held held = {.nr = 0};

	for (const struct node *at = map->first; at; at = at->next) {
		const struct word *word =
			word_of(app, at, words, NR(words), in_phase ? "a phase" : "a thread");

		if (!word)
			return -1;
		if (task->timer && word->event != RTAPP_NONE)
			return node_fail(app->loader, at->name_place,
					 "found %s behind a timer, expected nothing: the timer is "
					 "what begins the next round",
					 node_quote(app->loader, at->name));
		if (word->event == RTAPP_NONE ? read_property(app, at, in_phase)
					      : read_event(app, at, word->event, &held))
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
		return unexpected(app, phases, "a mapping of phases");
	if (has_events(node))
		return node_fail(app->loader, phases->name_place,
				 "found phases beside events, expected either");
	for (const struct node *at = phases->first; at; at = at->next) {
		if (at->kind != NODE_MAP)
			return unexpected(app, at, "a mapping of events");
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

	if (task->timer && ((phases && phases->nr > 1) || task->loop != -1))
		return node_fail(app->loader, task->timer->place,
				 "found a timer in a thread of several phases or with an end, "
				 "expected one phase, for ever");
	if (task->timer && task->delay_us)
		return node_fail(app->loader, task->timer->place,
				 "found a timer and a delay, expected one of them");
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
		return unexpected(app, node, "a mapping, the thread");
	*task = (struct rtapp_task){.node = node, .loop = -1};
	phases = node_get(node, "phases");
	instance = node_get(node, "instance");
	if (instance && read_int(app, instance, 1, RTAPP_MAX_THREADS, "", &instances))
		return -1;
	task->instances = (uint32_t)instances;
	task->name = make_name(app, node->name, true);
	if (read_events(app, node, false) || (phases && read_phases(app, node, phases)) ||
	    check_task(app, task))
		return -1;
	app->nr_tasks++;
	app->nr_threads += task->instances;
	if (app->nr_threads > RTAPP_MAX_THREADS)
		return node_fail(app->loader, node->name_place,
				 "found %u threads up to here, expected at most %d",
				 app->nr_threads, RTAPP_MAX_THREADS);
	return 0;
}

static int read_tasks(struct rtapp *app, const struct node *tasks)
{
	if (tasks->kind != NODE_MAP)
		return unexpected(app, tasks, "a mapping of threads");
	for (const struct node *at = tasks->first; at; at = at->next) {
		if (app->nr_tasks == RTAPP_MAX_TASKS)
			return node_fail(app->loader, at->name_place,
					 "found more than %d kinds of threads, expected fewer",
					 RTAPP_MAX_TASKS);
		if (read_task(app, at))
			return -1;
	}
	if (!app->nr_tasks)
		return unexpected(app, tasks, "at least one thread");
	return 0;
}

/* -- global ---------------------------------------------------------------------------- */

static int read_global(struct rtapp *app, const struct node *global)
{
	const struct node *duration = node_get(global, "duration"), *at;
	int64_t seconds = -1;

	if (global && global->kind != NODE_MAP)
		return unexpected(app, global, "a mapping");
	for (at = global ? global->first : NULL; at; at = at->next) {
		const struct word *word =
			word_of(app, at, global_words, NR(global_words), "global");

		if (!word)
			return -1;
		if (strcmp(at->name, "default_policy") == 0 && read_policy(app, at))
			return -1;
		if (strcmp(at->name, "pi_enabled") == 0 &&
		    (at->kind != NODE_SCALAR || strcmp(at->text, "false") != 0))
			return unexpected(app, at, "false: mutexes hand down no priority here");
	}
	if (duration && read_int(app, duration, -1, 86400, "seconds", &seconds))
		return -1;
	if (!seconds)
		return unexpected(app, duration, "-1, or at least 1, in seconds");
	app->endless = seconds < 0;
	app->duration_s = app->endless ? RTAPP_NO_DURATION_S : (uint64_t)seconds;
	return 0;
}

int rtapp_read(struct rtapp *app, const struct node *root)
{
	const struct node *tasks = node_get(root, "tasks"), *global = node_get(root, "global");

	if (root->kind != NODE_MAP)
		return unexpected(app, root, "a mapping with tasks");
	for (const struct node *at = root->first; at; at = at->next)
		if (at != tasks && at != global && strcmp(at->name, "resources") != 0)
			return node_fail(app->loader, at->name_place,
					 "found the key '%s', expected tasks, global and "
					 "resources, "
					 "each once",
					 node_quote(app->loader, at->name));
	if (!tasks)
		return unexpected(app, root, "a mapping with tasks");
	return read_global(app, global) || read_tasks(app, tasks) ? -1 : 0;
}
