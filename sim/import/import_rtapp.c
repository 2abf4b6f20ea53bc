/* SPDX-License-Identifier: BSD-2-Clause */
/* import_rtapp.c - what a workload of rt-app says, checked key by key. */
#include "import_rtapp.h"

#include <string.h>

#include "base/suggest.h"

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

/* -- threads ------------------------------------------------------------------------- */

static int read_policy(struct rtapp *app, const struct node *node)
{
	const char *policy = rtapp_read_text(app, node, "\"SCHED_OTHER\"");

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
	struct rtapp_held held = {.nr = 0};

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
					      : rtapp_read_event(app, at, word->event, &held))
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
		return rtapp_unexpected(app, node, "a mapping, the thread");
	*task = (struct rtapp_task){.node = node, .loop = -1};
	phases = node_get(node, "phases");
	instance = node_get(node, "instance");
	if (instance && rtapp_read_int(app, instance, 1, RTAPP_MAX_THREADS, "", &instances))
		return -1;
	task->instances = (uint32_t)instances;
	task->name = rtapp_make_name(app, node->name, true);
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
		return rtapp_unexpected(app, tasks, "a mapping of threads");
	for (const struct node *at = tasks->first; at; at = at->next) {
		if (app->nr_tasks == RTAPP_MAX_TASKS)
			return node_fail(app->loader, at->name_place,
					 "found more than %d kinds of threads, expected fewer",
					 RTAPP_MAX_TASKS);
		if (read_task(app, at))
			return -1;
	}
	if (!app->nr_tasks)
		return rtapp_unexpected(app, tasks, "at least one thread");
	return 0;
}

/* -- global ---------------------------------------------------------------------------- */

static int read_global(struct rtapp *app, const struct node *global)
{
	const struct node *duration = node_get(global, "duration"), *at;
	int64_t seconds = -1;

	if (global && global->kind != NODE_MAP)
		return rtapp_unexpected(app, global, "a mapping");
	for (at = global ? global->first : NULL; at; at = at->next) {
		const struct word *word =
			word_of(app, at, global_words, NR(global_words), "global");

		if (!word)
			return -1;
		if (strcmp(at->name, "default_policy") == 0 && read_policy(app, at))
			return -1;
		if (strcmp(at->name, "pi_enabled") == 0 &&
		    (at->kind != NODE_SCALAR || strcmp(at->text, "false") != 0))
			return rtapp_unexpected(app, at,
						"false: mutexes hand down no priority here");
	}
	if (duration && rtapp_read_int(app, duration, -1, 86400, "seconds", &seconds))
		return -1;
	if (!seconds)
		return rtapp_unexpected(app, duration, "-1, or at least 1, in seconds");
	app->endless = seconds < 0;
	app->duration_s = app->endless ? RTAPP_NO_DURATION_S : (uint64_t)seconds;
	return 0;
}

int rtapp_read(struct rtapp *app, const struct node *root)
{
	const struct node *tasks = node_get(root, "tasks"), *global = node_get(root, "global");

	if (root->kind != NODE_MAP)
		return rtapp_unexpected(app, root, "a mapping with tasks");
	for (const struct node *at = root->first; at; at = at->next)
		if (at != tasks && at != global && strcmp(at->name, "resources") != 0)
			return node_fail(app->loader, at->name_place,
					 "found the key '%s', expected tasks, global and "
					 "resources, "
					 "each once",
					 node_quote(app->loader, at->name));
	if (!tasks)
		return rtapp_unexpected(app, root, "a mapping with tasks");
	return read_global(app, global) || read_tasks(app, tasks) ? -1 : 0;
}
