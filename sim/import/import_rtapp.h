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
 * block, what threads wake one another by such as a wake opens, forks threads that wait
 * for their first wake; or (separate) each thread becomes a VM of one vCPU, so that priorities (nice
 * levels) and CPUs mean something to the host's scheduler.
 */
#ifndef CORUN_IMPORT_RTAPP_H
#define CORUN_IMPORT_RTAPP_H

#include <stdio.h>
#include <stdlib.h>

#include "text/node.h"

#define RTAPP_NO_CLASSES "a guest's threads have no scheduling classes here"
#define RTAPP_MAX_TASKS 256
#define RTAPP_MAX_THREADS 4096
#define RTAPP_NO_DURATION_S 10 /* where the file says -1: until all threads end */
#define RTAPP_MAX_TIMERS 4 /* WORLD_MAX_TIMERS */
#define RTAPP_MAX_PASSED 8 /* names of keys that are passed over, for the note */

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
	const char *timers[RTAPP_MAX_TIMERS]; /* as rt-app calls them; the first nr_timers */
	uint32_t nr_timers;
	const struct node *timer; /* the last one read, or NULL */
	uint64_t period_us; /* of that */
	bool is_clock; /* timer is the only one, at the end of all that it does for ever */
	uint32_t forked; /* so many more, each from when it is forked */
	const struct node *forks; /* its first fork, or NULL */
	const struct node *first_cpu, *last_cpu; /* NULL: any */
	bool runtime; /* some run was given as wall-clock time */
	bool relative; /* the last timer's reference moves when it was missed */
};

enum rtapp_kind {
	RTAPP_MUTEX,
	RTAPP_MEETING, /* a barrier */
	RTAPP_SUSPENDED, /* what suspend waits for, and resume wakes */
	RTAPP_CONDITION, /* what wait waits for, and signal and broad wake */
	RTAPP_FORKED, /* the threads of that name that are yet to be forked */
};

/* What threads share by name; a barrier, and how often it is named. */
struct rtapp_object {
	const char *name; /* as rt-app has it */
	const char *word; /* as a scenario takes it */
	enum rtapp_kind kind;
	uint32_t references;
	const struct node *first; /* where it is named first */
	uint32_t first_task;
};

#define RTAPP_MAX_OBJECTS 64

struct rtapp {
	struct loader *loader;
	struct rtapp_options options;
	uint64_t duration_ms;
	bool endless; /* duration -1 */
	const struct node *real_time; /* a class that is none for a single thread; or NULL */
	uint32_t nr_left_out; /* nice levels and CPUs of threads */
	const char *passed[RTAPP_MAX_PASSED]; /* keys that are passed over */
	uint32_t nr_passed;
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
	RTAPP_SUSPEND,
	RTAPP_RESUME,
	RTAPP_WAIT,
	RTAPP_SIGNAL,
	RTAPP_BROAD,
	RTAPP_SYNC,
	RTAPP_FORK,
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

/*
 * import_rtapp_words.c: the event that a key of a thread or phase is, RTAPP_NONE for one of
 * its properties.  0, or -1 with the error set: it is neither, or not in the model.
 */
int rtapp_read_word(struct rtapp *app, const struct node *node, const char *whose,
		    enum rtapp_event *event);
bool rtapp_knows_global(const char *name);

/* Which one a name is; the caller has checked the tree. */
enum rtapp_event rtapp_event_of(const char *name);
/* import_rtapp_objects.c */
struct rtapp_object *rtapp_find_object(const struct rtapp *app, const char *name,
				       enum rtapp_kind kind);
/* A lock, barrier or condition is named: it exists from now on.  0, or -1 with the error set. */
int rtapp_name_object(struct rtapp *app, const struct node *node, const char *name,
		      enum rtapp_kind kind);

/* import_rtapp_sync.c: what a node of an event that waits for a name, or wakes by it, refers to. */
const char *rtapp_ref(const struct node *node);
int rtapp_read_wake(struct rtapp *app, const struct node *node, enum rtapp_event event,
		    const struct rtapp_held *held);
/* The kind of the object that the event is about. */
enum rtapp_kind rtapp_kind_of(enum rtapp_event event);
/* How often a fork is done, over all instances; 0 with the error set: without end. */
int rtapp_count_forks(struct rtapp *app);
/* The number of its timer that the node names. */
uint32_t rtapp_timer_of(const struct rtapp_task *task, const struct node *timer);

/* Checks the tree against the grammar and gathers; 0, or -1 with the error set. */
int rtapp_read(struct rtapp *app, const struct node *root);

/* An integer that has been checked; decimal, without what strtoll lets pass: a sign, zeros. */
static inline long long rtapp_number(const struct node *node)
{
	return strtoll(node->text, NULL, 10);
}

/* import_rtapp_steps.c: a step, of which a value "" is followed by its mapping; a round. */
void rtapp_put_step(FILE *out, unsigned indent, const char *key, const char *value);
void rtapp_put_body(FILE *out, const struct rtapp *app, const struct rtapp_task *task,
		    unsigned indent);

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
