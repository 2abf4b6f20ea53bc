/* SPDX-License-Identifier: BSD-2-Clause */
/* import_rtapp_out.c - the scenario that a workload of rt-app becomes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "import_rtapp.h"
#include "rtapp_json.h"
#include "scenario/scenario.h"
#include "scenario/scenario_parts.h"

/* -- programs ----------------------------------------------------------------------- */

static bool names(const struct node *map, const struct rtapp_object *object)
{
	for (const struct node *at = map->first; at; at = at->next) {
		enum rtapp_event event = rtapp_event_of(at->name);

		if (at->kind == NODE_MAP && event == RTAPP_NONE && names(at, object))
			return true;
		if (event == RTAPP_LOCK || event == RTAPP_BARRIER || event >= RTAPP_SUSPEND)
			if (rtapp_kind_of(event) == object->kind &&
			    strcmp(rtapp_ref(at), object->name) == 0)
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
		bool is_own =
			object->kind == RTAPP_FORKED && !strcmp(object->name, task->node->name);

		if ((object->kind != RTAPP_MUTEX) != barriers ||
		    !(is_own || names(task->node, object)))
			continue;
		if (!any)
			fprintf(out, "    %s:\n", barriers ? "barriers" : "locks");
		any = true;
		if (object->kind == RTAPP_MEETING)
			fprintf(out, "      %s: {wait: block, parties: %u}\n", object->word,
				object->references);
		else
			fprintf(out, "      %s: %s\n", object->word, barriers ? "wake" : "mutex");
	}
}

static bool loops_for_ever(const struct rtapp_task *task)
{
	const struct node *phases = node_get(task->node, "phases");
	const struct node *loop =
		phases && phases->nr == 1 ? node_get(phases->first, "loop") : NULL;

	return task->loop < 0 || (loop && rtapp_number(loop) < 0);
}

/* Before its first round: what it waits for to be forked, its delay. */
static void put_start(FILE *out, const struct rtapp *app, const struct rtapp_task *task,
		      bool is_forked)
{
	fputs("    steps:\n", out);
	if (is_forked)
		rtapp_put_step(out, 6, "barrier",
			       rtapp_find_object(app, task->node->name, RTAPP_FORKED)->word);
	/* timers run from then on */
	for (uint32_t i = 0; i < task->nr_timers && task->delay_us && !is_forked; i++)
		fprintf(out, "      - timer: {every: %" PRIu64 "us, number: %u}\n", task->delay_us,
			i);
	if (!task->nr_timers || !task->delay_us || is_forked)
		fprintf(out, "      - sleep: %" PRIu64 "us\n", task->delay_us);
}

static void put_program(FILE *out, const struct rtapp *app, const struct rtapp_task *task,
			bool is_forked)
{
	bool ever = loops_for_ever(task);

	fprintf(out, "  %s%s:\n", task->name, is_forked ? "_forked" : "");
	put_objects(out, app, task, false);
	put_objects(out, app, task, true);
	if (task->is_clock && !is_forked) {
		fprintf(out, "    arrivals:\n      every: %" PRIu64 "us\n      do:\n",
			task->period_us);
		rtapp_put_body(out, app, task, 8);
		return;
	}
	if (task->delay_us || task->loop == 0 || is_forked) {
		put_start(out, app, task, is_forked);
		if (task->loop == 0)
			return;
		/* an endless loop is the whole of a program: so many rounds are as good */
		fprintf(out, "      - repeat:\n          times: %lld\n          do:\n",
			ever ? 4294967295LL : (long long)task->loop);
		rtapp_put_body(out, app, task, 12);
		return;
	}
	fputs("    repeat:\n", out);
	if (!ever)
		fprintf(out, "      times: %lld\n", (long long)task->loop);
	fputs("      do:\n", out);
	rtapp_put_body(out, app, task, 8);
}

/* -- the rest ------------------------------------------------------------------------- */

static uint32_t nr_cores(const struct rtapp *app)
{
	uint32_t cores = app->options.nr_vcpus;

	if (!cores)
		cores = app->nr_threads < 4 ? app->nr_threads : 4;
	for (uint32_t i = 0; i < app->nr_tasks; i++) {
		const struct node *last = app->tasks[i].last_cpu;

		if (last && rtapp_number(last) + 1 > cores)
			cores = (uint32_t)rtapp_number(last) + 1;
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
			for (uint32_t k = 0; k < app->tasks[i].instances + app->tasks[i].forked;
			     k++, separator = ", ")
				fprintf(out, "%s%s%s", separator, app->tasks[i].name,
					k < app->tasks[i].instances ? "" : "_forked");
		fputs("]\n", out);
		return;
	}
	for (uint32_t i = 0; i < app->nr_tasks; i++) {
		const struct rtapp_task *task = &app->tasks[i];

		fprintf(out, "  %s: {count: %u, vcpus: 1, nice: %lld, program: %s", task->name,
			task->instances, (long long)task->nice, task->name);
		if (task->first_cpu)
			fprintf(out, ", pin: [%lld-%lld]", rtapp_number(task->first_cpu),
				rtapp_number(task->last_cpu));
		fputs("}\n", out);
	}
}

void rtapp_put(FILE *out, const struct rtapp *app, const char *name)
{
	fputs("# Made by `corun import --format rt-app`; everything here may be edited.\n"
	      "corun: 2\ndescription: \"",
	      out);
	for (; *name; name++)
		fputc(*name < ' ' || *name > '~' || *name == '"' || *name == '\\' ? '_' : *name,
		      out);
	fprintf(out, ", a workload of rt-app\"\nhost: {cores: %u}\n", nr_cores(app));
	fprintf(out, "run: {duration: %" PRIu64 "%s}%s\n",
		app->duration_ms % 1000 ? app->duration_ms : app->duration_ms / 1000,
		app->duration_ms % 1000 ? "ms" : "s",
		app->endless ? "  # the workload says: until all threads end" : "");
	/* a gang of one is none, and takes no pins */
	fputs(app->options.separate ? "policies:\n  cfs: {}\n"
				    : "policies:\n  cfs: {}\n  gang: {}\n",
	      out);
	put_vms(out, app);
	fputs("programs:\n", out);
	for (uint32_t i = 0; i < app->nr_tasks; i++) {
		if (app->tasks[i].instances)
			put_program(out, app, &app->tasks[i], false);
		if (app->tasks[i].forked)
			put_program(out, app, &app->tasks[i], true);
	}
}

static void put_passed(FILE *out, const struct rtapp *app)
{
	uint32_t i;

	if (!app->nr_passed)
		return;
	fprintf(out, "corun: import: %u keys passed over:", app->nr_passed);
	for (i = 0; i < app->nr_passed && i < RTAPP_MAX_PASSED; i++)
		fprintf(out, "%s %s", i ? "," : "", node_quote(app->loader, app->passed[i]));
	fputs(i < app->nr_passed ? ", ...\n" : "\n", out);
}

void rtapp_put_notes(FILE *out, const struct rtapp *app)
{
	bool runtime = false;
	uint32_t forked = 0;

	fprintf(out, "corun: import: %u threads of %u kinds, %u mutexes and barriers\n",
		app->nr_threads, app->nr_tasks, app->nr_objects);
	for (uint32_t i = 0; i < app->nr_tasks; i++) {
		runtime |= app->tasks[i].runtime;
		forked += app->tasks[i].forked;
	}
	put_passed(out, app);
	if (app->endless)
		fprintf(out, "corun: import: no duration: taken as %d s\n", RTAPP_NO_DURATION_S);
	if (runtime)
		fputs("corun: import: runtime is taken as run: CPU time, not time on the clock\n",
		      out);
	if (forked)
		fprintf(out, "corun: import: %u threads wait from the start for being forked\n",
			forked);
	if (app->nr_left_out)
		fprintf(out,
			"corun: import: %u nice levels and sets of CPUs left out: a guest's "
			"threads have "
			"none here (--separate: each is a VM, and has them)\n",
			app->nr_left_out);
	if (app->real_time)
		fputs("corun: import: a real-time class is none for a thread alone\n", out);
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
