/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_rtapp.h - from a workload of rt-app (github.com/scheduler-tools/rt-app) to a
 * scenario.
 *
 * Its grammar is doc/tutorial.txt there; the traps: `duration` is in seconds and all
 * other times are in microseconds, a mapping of events is a sequence and may have the
 * same name twice, a thread loops for ever and a phase once unless they say otherwise.
 * What is not in the model is refused at its place, not left out.
 *
 * All threads become those of one VM (vms.*.threads), locks its mutexes, barriers such as
 * block; or (separate) each thread becomes a VM of one vCPU, so that priorities (nice
 * levels) and CPUs mean something to the host's scheduler.
 */
#ifndef CORUN_IMPORT_RTAPP_H
#define CORUN_IMPORT_RTAPP_H

#include <stdio.h>

#include "text/node.h"

#define RTAPP_MAX_TASKS 256
#define RTAPP_MAX_THREADS 4096
#define RTAPP_NO_DURATION_S 10 /* where the file says -1: until all threads end */

struct rtapp_options {
	uint32_t nr_vcpus; /* of the VM; separate: pCPUs; 0: as many as is fit, at most 4 */
	bool separate;
};

struct rtapp_task {
	const char *name; /* as a scenario takes it, and no other task has */
	const struct node *node;
	uint32_t instances;
	uint64_t delay_us;
	int64_t loop; /* -1: for ever */
	int64_t nice;
	const struct node *timer; /* it waits for that at its end, once each loop; or NULL */
	uint64_t period_us;
	const struct node *first_cpu, *last_cpu; /* NULL: any */
	bool runtime; /* some run was given as wall-clock time */
	bool relative; /* the timer's reference moves when it was missed */
};

/* A barrier, and how often it is named; a lock. */
struct rtapp_object {
	const char *name; /* as rt-app has it */
	const char *word; /* as a scenario takes it */
	bool is_barrier;
	uint32_t references;
	const struct node *first; /* where it is named first */
	uint32_t first_task;
};

#define RTAPP_MAX_OBJECTS 64

struct rtapp {
	struct loader *loader;
	struct rtapp_options options;
	uint64_t duration_s;
	bool endless; /* duration -1 */
	struct rtapp_task tasks[RTAPP_MAX_TASKS];
	uint32_t nr_tasks, nr_threads;
	struct rtapp_object objects[RTAPP_MAX_OBJECTS];
	uint32_t nr_objects;
};

/* Events, by name and optional number ("run", "run0"). */
enum rtapp_event {
	RTAPP_NONE, /* a property of the thread or phase */
	RTAPP_RUN,
	RTAPP_RUNTIME,
	RTAPP_SLEEP,
	RTAPP_TIMER,
	RTAPP_LOCK,
	RTAPP_UNLOCK,
	RTAPP_BARRIER,
	RTAPP_YIELD,
};

#define RTAPP_MAX_HELD 6 /* WORLD_MAX_NEST */

/* The locks that are held, innermost last. */
struct rtapp_held {
	const struct node *locks[RTAPP_MAX_HELD];
	uint32_t nr;
};

/* import_rtapp_value.c: 0 and a value, or -1 or NULL with the error set. */
int rtapp_unexpected(struct rtapp *app, const struct node *node, const char *expected);
int rtapp_read_int(struct rtapp *app, const struct node *node, int64_t min, int64_t max,
		   const char *unit, int64_t *value);
int rtapp_read_us(struct rtapp *app, const struct node *node, uint64_t *us);
const char *rtapp_read_text(struct rtapp *app, const struct node *node, const char *expected);
const char *rtapp_make_name(struct rtapp *app, const char *text, bool is_task);

/* import_rtapp_events.c: an event of the thread that is being read, tasks[nr_tasks]. */
int rtapp_read_event(struct rtapp *app, const struct node *node, enum rtapp_event event,
		     struct rtapp_held *held);

/* Which one a name is; the caller has checked the tree. */
enum rtapp_event rtapp_event_of(const char *name);
struct rtapp_object *rtapp_find_object(struct rtapp *app, const char *name, bool is_barrier);

/* Checks the tree against the grammar and gathers; 0, or -1 with the error set. */
int rtapp_read(struct rtapp *app, const struct node *root);

/* import_rtapp_out.c: the scenario; and for people, what was left out or is different. */
void rtapp_put(FILE *out, const struct rtapp *app, const char *name);
void rtapp_put_notes(FILE *out, const struct rtapp *app);

/*
 * All of it: text, called name in messages, to a scenario that has been loaded once to
 * see that it is one.  0, or -1 with *err; *scenario is to be freed.
 */
int rtapp_import(const char *name, const char *text, size_t length,
		 const struct rtapp_options *options, char **scenario, FILE *notes,
		 struct error *err);

#endif
