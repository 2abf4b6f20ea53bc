/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_plan.c - choosing tasks, and joining those that followed one another.
 */
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "import_out.h"

static int no_memory(struct error *err)
{
	return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
}

/* Most CPU time first; ties by pid and life, so that the order is one. */
static int by_run(const void *a, const void *b)
{
	const struct import_task *x = *(const struct import_task *const *)a;
	const struct import_task *y = *(const struct import_task *const *)b;

	if (x->run_ns != y->run_ns)
		return x->run_ns > y->run_ns ? -1 : 1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->life < y->life ? -1 : x->life > y->life;
}

static int by_start(const void *a, const void *b)
{
	const struct import_task *x = *(const struct import_task *const *)a;
	const struct import_task *y = *(const struct import_task *const *)b;

	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	return by_run(a, b);
}

/* The wanted tasks that have bursts, most CPU time first; nr in *nr. */
static const struct import_task **choose(struct import_plan *plan, const struct import *import,
					 const struct import_wanted *wanted, uint32_t *nr,
					 struct error *err)
{
	const struct import_task **tasks = calloc(import->nr_tasks + 1u, sizeof(*tasks));
	regex_t regex;
	char why[200];
	uint32_t i;
	int failed;

	*nr = 0;
	if (!tasks) {
		no_memory(err);
		return NULL;
	}
	failed = regcomp(&regex, wanted->regex ? wanted->regex : "", REG_EXTENDED | REG_NOSUB);
	if (failed) {
		regerror(failed, &regex, why, sizeof(why));
		error_set(err, STATUS_INPUT, "usage", "import: --task '%s': %s", wanted->regex,
			  why);
		free(tasks);
		return NULL;
	}
	for (i = 0; i < import->nr_tasks; i++) {
		const struct import_task *task = &import->tasks[i];
		uint32_t index;

		if (wanted->regex && regexec(&regex, task->comm, 0, NULL, 0))
			continue;
		if (task->nr_bursts && task->run_ns)
			tasks[(*nr)++] = task;
		else if (vcpu_name_of(task->comm, wanted->vcpu_name, &index))
			plan->doubts.silent++;
	}
	regfree(&regex);
	qsort(tasks, *nr, sizeof(*tasks), by_run);
	if (wanted->top && *nr > wanted->top)
		*nr = wanted->top;
	return tasks;
}

/* -- lanes ------------------------------------------------------------------ */

/* Appends the task's bursts; what lies between it and the one before is sleep. */
static int lane_add(struct import_lane *lane, const struct import_task *task)
{
	struct import_burst *more =
		realloc(lane->bursts, (lane->nr_bursts + task->nr_bursts) * sizeof(*more));

	if (!more)
		return -1;
	lane->bursts = more;
	if (lane->nr_bursts)
		more[lane->nr_bursts - 1].sleep_ns = task->first_ns - lane->end_ns;
	memcpy(&more[lane->nr_bursts], task->bursts, task->nr_bursts * sizeof(*more));
	lane->nr_bursts += task->nr_bursts;
	lane->run_ns += task->run_ns;
	lane->end_ns = task->last_ns;
	lane->task = lane->nr_tasks ? NULL : task;
	lane->nr_tasks++;
	return 0;
}

/* The lane's own beginning and end: once around takes as long as the log. */
static void lane_close(struct import_lane *lane, const struct import *import, uint64_t first_ns)
{
	lane->bursts[lane->nr_bursts - 1].sleep_ns =
		(import->last_ns - lane->end_ns) + (first_ns - import->first_ns);
}

static int join_tasks(struct import_plan *plan, const struct import *import,
		      const struct import_task **tasks, uint32_t nr, uint64_t *firsts)
{
	uint32_t i, k;

	qsort(tasks, nr, sizeof(*tasks), by_start);
	for (i = 0; i < nr; i++) {
		for (k = 0; k < plan->nr_lanes; k++)
			if (plan->lanes[k].end_ns <= tasks[i]->first_ns)
				break;
		if (k == plan->nr_lanes) {
			snprintf(plan->lanes[k].name, IMPORT_NAME, "lane_%u", k);
			firsts[k] = tasks[i]->first_ns;
			plan->nr_lanes++;
		}
		if (lane_add(&plan->lanes[k], tasks[i]))
			return -1;
	}
	for (k = 0; k < plan->nr_lanes; k++)
		lane_close(&plan->lanes[k], import, firsts[k]);
	return 0;
}

static int one_each(struct import_plan *plan, const struct import_task **tasks, uint32_t nr)
{
	for (; plan->nr_lanes < nr; plan->nr_lanes++) {
		struct import_lane *lane = &plan->lanes[plan->nr_lanes];

		memcpy(lane->name, tasks[plan->nr_lanes]->name, IMPORT_NAME);
		if (lane_add(lane, tasks[plan->nr_lanes]))
			return -1;
	}
	return 0;
}

int import_plan_make(struct import_plan *plan, const struct import *import,
		     const struct import_wanted *wanted, struct error *err)
{
	const struct import_task **tasks;
	uint64_t *firsts;
	uint32_t nr;
	int failed = -1;

	memset(plan, 0, sizeof(*plan));
	tasks = choose(plan, import, wanted, &nr, err);
	if (!tasks)
		return -1;
	plan->nr_tasks = nr;
	plan->lanes = calloc(nr + 1u, sizeof(*plan->lanes));
	firsts = calloc(nr + 1u, sizeof(*firsts));
	if (plan->lanes && firsts)
		failed = wanted->join ? join_tasks(plan, import, tasks, nr, firsts)
				      : one_each(plan, tasks, nr);
	free(tasks);
	free(firsts);
	if (failed)
		no_memory(err);
	else if (!nr)
		failed = error_set(err, STATUS_INPUT, "import",
				   "found no %s that was seen from a wake-up to a block",
				   wanted->regex ? "matching task" : "task");
	else if (plan->nr_lanes > IMPORT_MAX_KEPT)
		failed = error_set(err, STATUS_INPUT, "import",
				   "found %u tasks, expected at most %u: use --top, --task or "
				   "--join",
				   plan->nr_lanes, IMPORT_MAX_KEPT);
	else
		failed = import_group(plan, wanted, err);
	if (!failed)
		import_measure(plan);
	plan->policy = wanted->policy;
	if (failed)
		import_plan_free(plan);
	return failed;
}

void import_plan_free(struct import_plan *plan)
{
	uint32_t i;

	for (i = 0; i < plan->nr_lanes; i++)
		free(plan->lanes[i].bursts);
	free(plan->lanes);
	free(plan->vms);
	memset(plan, 0, sizeof(*plan));
}
