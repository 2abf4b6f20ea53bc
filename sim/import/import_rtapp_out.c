/* SPDX-License-Identifier: BSD-2-Clause */
/* import_rtapp_out.c - the scenario that a workload of rt-app becomes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "import_rtapp.h"
#include "rtapp_json.h"
#include "scenario/scenario.h"
#include "scenario/scenario_parts.h"

/* -- steps ------------------------------------------------------------------------- */

/* A value of "" is a step whose mapping follows. */
static void put_step(FILE *out, unsigned indent, const char *key, const char *value)
{
	fprintf(out, "%*s- %s:%s%s\n", (int)indent, "", key, *value ? " " : "", value);
}

static const char *object_word(const struct rtapp *app, const struct node *node, bool is_barrier)
{
	return rtapp_find_object((struct rtapp *)app, node->text, is_barrier)->word;
}

/* Decimal, without what strtoll lets pass: a sign, zeros in front. */
static long long number(const struct node *node)
{
	return strtoll(node->text, NULL, 10);
}

/* A list of steps may not be empty. */
static bool ends_at_once(const struct node *lock)
{
	const struct node *at = lock->next;

	while (rtapp_event_of(at->name) == RTAPP_NONE)
		at = at->next;
	return rtapp_event_of(at->name) == RTAPP_UNLOCK;
}

static void put_nothing(FILE *out, const struct node *map, unsigned indent)
{
	for (const struct node *at = map->first; at; at = at->next)
		if (rtapp_event_of(at->name) > RTAPP_NONE &&
		    rtapp_event_of(at->name) != RTAPP_TIMER)
			return;
	put_step(out, indent, "compute", "0");
}

/* The events of a map, one below the other; sections open a level and close it. */
static void put_events(FILE *out, const struct rtapp *app, const struct node *map, unsigned indent)
{
	char us[32];

	put_nothing(out, map, indent);
	for (const struct node *at = map->first; at; at = at->next) {
		switch (rtapp_event_of(at->name)) {
		case RTAPP_RUN:
		case RTAPP_RUNTIME:
			snprintf(us, sizeof(us), "%lldus", number(at));
			put_step(out, indent, "compute", us);
			break;
		case RTAPP_SLEEP:
			snprintf(us, sizeof(us), "%lldus", number(at));
			put_step(out, indent, "sleep", us);
			break;
		case RTAPP_LOCK:
			put_step(out, indent, "critical", "");
			fprintf(out, "%*slock: %s\n%*sdo:\n", (int)indent + 4, "",
				object_word(app, at, false), (int)indent + 4, "");
			indent += 6;
			if (ends_at_once(at))
				put_step(out, indent, "compute", "0");
			break;
		case RTAPP_UNLOCK:
			indent -= 6;
			break;
		case RTAPP_BARRIER:
			put_step(out, indent, "barrier", object_word(app, at, true));
			break;
		case RTAPP_YIELD:
			put_step(out, indent, "yield", "{}");
			break;
		default: /* properties; the timer is the program's */
			break;
		}
	}
}

/* All that a thread does once a loop. */
static void put_body(FILE *out, const struct rtapp *app, const struct rtapp_task *task,
		     unsigned indent)
{
	const struct node *phases = node_get(task->node, "phases");
	bool any = false;

	if (!phases) {
		put_events(out, app, task->node, indent);
		return;
	}
	for (const struct node *at = phases->first; at; at = at->next) {
		const struct node *loop = node_get(at, "loop");
		long long times = loop ? number(loop) : 1;

		if (times == 0)
			continue;
		any = true;
		if (times <= 1) { /* for ever: then it is the only phase, and the thread loops */
			put_events(out, app, at, indent);
			continue;
		}
		put_step(out, indent, "repeat", "");
		fprintf(out, "%*stimes: %lld\n%*sdo:\n", (int)indent + 4, "", times,
			(int)indent + 4, "");
		put_events(out, app, at, indent + 6);
	}
	if (!any) /* all of them zero times */
		put_step(out, indent, "compute", "0");
}

/* -- programs ----------------------------------------------------------------------- */

static bool names(const struct node *map, const struct rtapp_object *object)
{
	for (const struct node *at = map->first; at; at = at->next) {
		enum rtapp_event event = rtapp_event_of(at->name);

		if (event == (object->is_barrier ? RTAPP_BARRIER : RTAPP_LOCK) &&
		    strcmp(at->text, object->name) == 0)
			return true;
		if (at->kind == NODE_MAP && event == RTAPP_NONE && names(at, object))
			return true;
	}
	return false;
}

static void put_objects(FILE *out, const struct rtapp *app, const struct rtapp_task *task,
			bool barriers)
{
	bool any = false;

	for (uint32_t i = 0; i < app->nr_objects; i++) {
		const struct rtapp_object *object = &app->objects[i];

		if (object->is_barrier != barriers || !names(task->node, object))
			continue;
		if (!any)
			fprintf(out, "    %s:\n", barriers ? "barriers" : "locks");
		any = true;
		if (barriers)
			fprintf(out, "      %s: {wait: block, parties: %u}\n", object->word,
				object->references);
		else
			fprintf(out, "      %s: mutex\n", object->word);
	}
}

static bool loops_for_ever(const struct rtapp_task *task)
{
	const struct node *phases = node_get(task->node, "phases");
	const struct node *loop =
		phases && phases->nr == 1 ? node_get(phases->first, "loop") : NULL;

	return task->loop < 0 || (loop && number(loop) < 0);
}

static void put_program(FILE *out, const struct rtapp *app, const struct rtapp_task *task)
{
	bool ever = loops_for_ever(task);

	fprintf(out, "  %s:\n", task->name);
	put_objects(out, app, task, false);
	put_objects(out, app, task, true);
	if (task->timer) {
		fprintf(out, "    arrivals:\n      every: %" PRIu64 "us\n      do:\n",
			task->period_us);
		put_body(out, app, task, 8);
		return;
	}
	if (task->delay_us || task->loop == 0) {
		fprintf(out, "    steps:\n      - sleep: %" PRIu64 "us\n", task->delay_us);
		if (task->loop == 0)
			return;
		/* an endless loop is the whole of a program: so many rounds are as good */
		fprintf(out, "      - repeat:\n          times: %lld\n          do:\n",
			ever ? 4294967295LL : (long long)task->loop);
		put_body(out, app, task, 12);
		return;
	}
	fputs("    repeat:\n", out);
	if (!ever)
		fprintf(out, "      times: %lld\n", (long long)task->loop);
	fputs("      do:\n", out);
	put_body(out, app, task, 8);
}

/* -- the rest ------------------------------------------------------------------------- */

static uint32_t nr_cores(const struct rtapp *app)
{
	uint32_t cores = app->options.nr_vcpus;

	if (!cores)
		cores = app->nr_threads < 4 ? app->nr_threads : 4;
	for (uint32_t i = 0; i < app->nr_tasks; i++) {
		const struct node *last = app->tasks[i].last_cpu;

		if (last && number(last) + 1 > cores)
			cores = (uint32_t)number(last) + 1;
	}
	return cores;
}

static void put_vms(FILE *out, const struct rtapp *app)
{
	const char *separator = "";

	fputs("vms:\n", out);
	if (!app->options.separate) {
		fprintf(out, "  app:\n    vcpus: %u\n    threads: %u\n    programs: [",
			nr_cores(app), app->nr_threads);
		for (uint32_t i = 0; i < app->nr_tasks; i++)
			for (uint32_t k = 0; k < app->tasks[i].instances; k++, separator = ", ")
				fprintf(out, "%s%s", separator, app->tasks[i].name);
		fputs("]\n", out);
		return;
	}
	for (uint32_t i = 0; i < app->nr_tasks; i++) {
		const struct rtapp_task *task = &app->tasks[i];

		fprintf(out, "  %s: {count: %u, vcpus: 1, nice: %lld, program: %s", task->name,
			task->instances, (long long)task->nice, task->name);
		if (task->first_cpu)
			fprintf(out, ", pin: [%lld-%lld]", number(task->first_cpu),
				number(task->last_cpu));
		fputs("}\n", out);
	}
}

void rtapp_put(FILE *out, const struct rtapp *app, const char *name)
{
	fputs("# Made by `corun import --format rt-app`; everything here may be edited.\n"
	      "corun: 1\ndescription: \"",
	      out);
	for (; *name; name++)
		fputc(*name < ' ' || *name > '~' || *name == '"' || *name == '\\' ? '_' : *name,
		      out);
	fprintf(out, ", a workload of rt-app\"\nhost: {cores: %u}\n", nr_cores(app));
	fprintf(out, "run: {duration: %" PRIu64 "s}%s\n", app->duration_s,
		app->endless ? "  # the workload says: until all threads end" : "");
	/* a gang of one is none, and takes no pins */
	fputs(app->options.separate ? "policies:\n  cfs: {}\n"
				    : "policies:\n  cfs: {}\n  gang: {}\n",
	      out);
	put_vms(out, app);
	fputs("programs:\n", out);
	for (uint32_t i = 0; i < app->nr_tasks; i++)
		put_program(out, app, &app->tasks[i]);
}

void rtapp_put_notes(FILE *out, const struct rtapp *app)
{
	bool runtime = false, relative = false;

	fprintf(out, "corun: import: %u threads of %u kinds, %u mutexes and barriers\n",
		app->nr_threads, app->nr_tasks, app->nr_objects);
	for (uint32_t i = 0; i < app->nr_tasks; i++) {
		runtime |= app->tasks[i].runtime;
		relative |= app->tasks[i].timer && app->tasks[i].relative;
	}
	if (app->endless)
		fprintf(out, "corun: import: no duration: taken as %d s\n", RTAPP_NO_DURATION_S);
	if (runtime)
		fputs("corun: import: runtime is taken as run: CPU time, not time on the clock\n",
		      out);
	if (relative)
		fputs("corun: import: timers are taken as absolute: a missed one is caught up "
		      "with\n",
		      out);
}

/* It is a scenario; else what the loader says, which has more limits than rt-app. */
static int check_scenario(struct loader *loader, const char *name, const char *text, size_t length)
{
	const struct scenario_options options = {.no_files = true};
	struct error why = {0};
	struct world *world = scenario_load_text("scenario", text, length, &options, &why);

	if (!world)
		return error_set(loader->err, STATUS_INPUT, "import",
				 "%.200s: what it would become is no scenario: %.400s",
				 node_escape(loader->arena, name, 200), why.text);
	scenario_free(world);
	return 0;
}

static int write_text(struct rtapp *app, const char *name, char **text)
{
	const char *slash = strrchr(name, '/');
	size_t length = 0;
	FILE *out = open_memstream(text, &length);

	if (out)
		rtapp_put(out, app, slash ? slash + 1 : name);
	if (!out || fclose(out))
		return error_set(app->loader->err, STATUS_IO, "memory", "out of memory");
	if (check_scenario(app->loader, name, *text, length)) {
		free(*text);
		*text = NULL;
		return -1;
	}
	return 0;
}

int rtapp_import(const char *name, const char *text, size_t length,
		 const struct rtapp_options *options, char **scenario, FILE *notes,
		 struct error *err)
{
	struct arena arena = {0};
	struct loader loader = {.arena = &arena, .err = err};
	struct rtapp *app = arena_alloc(&arena, sizeof(*app));
	const struct node *root =
		rtapp_json_parse(&loader, file_source(&arena, name), text, length);
	int failed;

	*scenario = NULL;
	app->loader = &loader;
	app->options = *options;
	failed = !root || rtapp_read(app, root) || write_text(app, name, scenario);
	if (!failed && notes)
		rtapp_put_notes(notes, app);
	arena_free(&arena);
	return failed ? -1 : 0;
}
