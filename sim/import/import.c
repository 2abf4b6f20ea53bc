/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import.c - a whole log: which task each line is about, and in which order.
 */
#include "import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import_task.h"

#define NO_TASK UINT32_MAX

void import_init(struct import *import)
{
	memset(import, 0, sizeof(*import));
	memset(import->buckets, 0xff, sizeof(import->buckets));
}

void import_free(struct import *import)
{
	uint32_t i;

	for (i = 0; i < import->nr_tasks; i++)
		free(import->tasks[i].bursts);
	free(import->tasks);
	free(import->cpus);
	import_init(import);
}

/* -- tasks ------------------------------------------------------------------ */

static uint32_t find_task(const struct import *import, uint32_t pid)
{
	uint32_t at = import->buckets[pid % IMPORT_BUCKETS];

	while (at != NO_TASK && import->tasks[at].pid != pid)
		at = import->tasks[at].next;
	return at;
}

static bool same_comm(const struct import_task *task, const struct ftrace_task *seen)
{
	size_t n = seen->length < IMPORT_COMM - 1 ? seen->length : IMPORT_COMM - 1;

	return strlen(task->comm) == n && memcmp(task->comm, seen->comm, n) == 0;
}

static void set_comm(struct import_task *task, const struct ftrace_task *seen)
{
	size_t n = seen->length < IMPORT_COMM - 1 ? seen->length : IMPORT_COMM - 1;

	memcpy(task->comm, seen->comm, n);
	task->comm[n] = '\0';
}

static uint32_t add_task(struct import *import, const struct ftrace_task *seen, uint32_t older,
			 struct error *err)
{
	struct import_task *task;
	uint32_t at = import->nr_tasks, *bucket = &import->buckets[seen->pid % IMPORT_BUCKETS];

	if (at == IMPORT_MAX_TASKS) {
		error_set(err, STATUS_INPUT, "import", "more than %u tasks", IMPORT_MAX_TASKS);
		return NO_TASK;
	}
	if (at == import->room_tasks) {
		uint32_t room = at ? 2 * at : 64;
		struct import_task *more = realloc(import->tasks, room * sizeof(*more));

		if (!more) {
			error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
			return NO_TASK;
		}
		import->tasks = more;
		import->room_tasks = room;
	}
	task = &import->tasks[import->nr_tasks++];
	memset(task, 0, sizeof(*task));
	task->pid = seen->pid;
	task->prio = seen->prio;
	set_comm(task, seen);
	if (older != NO_TASK) {
		task->life = import->tasks[older].life + 1;
		import->counts.reused_pids++;
	}
	task->next = *bucket;
	*bucket = at;
	return at;
}

/*
 * The task that a line names; NO_TASK with *err.  It is another one than before
 * under the same pid when the old one has exited, when the line is a first
 * wake-up (`newborn`), or when its name has changed while it could not have
 * changed it itself: exec and prctl take a running task.
 */
static uint32_t task_of(struct import *import, const struct ftrace_task *seen, bool newborn,
			struct error *err)
{
	uint32_t at = find_task(import, seen->pid);
	struct import_task *task;

	if (at == NO_TASK)
		return add_task(import, seen, NO_TASK, err);
	task = &import->tasks[at];
	task->prio = seen->prio;
	if (task->gone)
		return add_task(import, seen, at, err);
	if (newborn) {
		task_forget(import, task);
		task->gone = true;
		return add_task(import, seen, at, err);
	}
	if (same_comm(task, seen))
		return at;
	if (task->state == TASK_RUNNING) {
		import->counts.renamed++;
		set_comm(task, seen);
		return at;
	}
	task_forget(import, task);
	task->gone = true;
	return add_task(import, seen, at, err);
}

/* -- CPUs ------------------------------------------------------------------- */

static struct import_cpu *cpu_of(struct import *import, uint32_t cpu, struct error *err)
{
	if (cpu >= import->nr_cpus) {
		uint32_t nr = cpu + 1, i;
		struct import_cpu *more = realloc(import->cpus, nr * sizeof(*more));

		if (!more) {
			error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
			return NULL;
		}
		for (i = import->nr_cpus; i < nr; i++)
			more[i] = (struct import_cpu){.running = NO_TASK};
		import->cpus = more;
		import->nr_cpus = nr;
	}
	return &import->cpus[cpu];
}

/*
 * All that this CPU logged since its last line may be missing.  A marker is rare,
 * so it may cost a walk over all tasks.
 */
static void lost(struct import *import, struct import_cpu *cpu, const struct ftrace_line *line)
{
	uint32_t i;

	import->counts.lost_markers++;
	import->counts.lost_events += line->lost;
	for (i = 0; i < import->nr_tasks; i++)
		task_lost(import, &import->tasks[i], line->cpu, cpu->last_ns);
	cpu->running = NO_TASK;
}

void import_torn(struct import *import)
{
	uint32_t i;

	import->counts.torn++;
	if (import->after_gap)
		return;
	for (i = 0; i < import->nr_tasks; i++)
		if (!import->tasks[i].gone)
			task_forget(import, &import->tasks[i]);
	for (i = 0; i < import->nr_cpus; i++)
		import->cpus[i].running = NO_TASK;
	import->after_gap = true;
}

/* -- lines ------------------------------------------------------------------ */

/* See bridge_ns. */
static void bridge(struct import *import, const struct import_cpu *cpu, struct import_task *prev,
		   const struct ftrace_line *line)
{
	uint64_t from_ns = cpu->switch_ns > prev->since_ns ? cpu->switch_ns : prev->since_ns;

	if (prev->state != TASK_RUNNABLE || !cpu->switch_ns || line->at_ns < from_ns ||
	    line->at_ns - cpu->switch_ns > import->bridge_ns)
		return;
	import->counts.bridged++;
	import->counts.bridged_ns += line->at_ns - from_ns;
	task_switch_in(import, prev, line->cpu, from_ns);
}

static int apply_switch(struct import *import, struct import_cpu *cpu,
			const struct ftrace_line *line, struct error *err)
{
	uint32_t prev = NO_TASK, next = NO_TASK;

	import->counts.switches++;
	if (line->prev.pid) {
		prev = task_of(import, &line->prev, false, err);
		if (prev == NO_TASK)
			return -1;
	}
	if (cpu->running != NO_TASK && cpu->running != prev) {
		struct import_task *task = &import->tasks[cpu->running];

		/* it left this CPU without a line */
		if (task->state == TASK_RUNNING && task->cpu == line->cpu) {
			import->counts.missing_switches++;
			task_forget(import, task);
		}
	}
	if (prev != NO_TASK && import->bridge_ns)
		bridge(import, cpu, &import->tasks[prev], line);
	cpu->switch_ns = line->at_ns;
	if (prev != NO_TASK &&
	    task_switch_out(import, &import->tasks[prev], line->prev_state, line->at_ns, err))
		return -1;
	if (line->next.pid) {
		next = task_of(import, &line->next, false, err);
		if (next == NO_TASK)
			return -1;
		task_switch_in(import, &import->tasks[next], line->cpu, line->at_ns);
	}
	cpu->running = next;
	return 0;
}

/* KVM's events are of the thread that is on the CPU. */
static int apply_kvm(struct import *import, const struct import_cpu *cpu,
		     const struct ftrace_line *line, struct error *err)
{
	struct import_task *task = cpu->running == NO_TASK ? NULL : &import->tasks[cpu->running];

	import->counts.kvm++;
	if (!task || (line->pid != UINT32_MAX && line->pid != task->pid)) {
		import->counts.kvm_strays++;
		return 0;
	}
	return task_kvm(import, task, line->kvm, line->at_ns, err);
}

/* Xen says of each vCPU what it was and what it is; offline is paused, as good as blocked. */
static int apply_runstate(struct import *import, const struct ftrace_line *line, struct error *err)
{
	uint32_t at = task_of(import, &line->next, false, err);
	bool stops = line->new_state != XEN_RUNNING;
	struct import_task *task;

	if (at == NO_TASK)
		return -1;
	task = &import->tasks[at];
	import->counts.switches += (line->old_state == XEN_RUNNING) != !stops;
	if (line->old_state == XEN_RUNNING)
		return stops ? task_switch_out(import, task,
					       line->new_state == XEN_RUNNABLE ? 'R' : 'S',
					       line->at_ns, err)
			     : 0;
	if (task->state == TASK_RUNNING) {
		/* a change is missing */
		import->counts.missing_switches++;
		task_forget(import, task);
	}
	if (line->old_state != XEN_RUNNABLE && line->new_state <= XEN_RUNNABLE) {
		import->counts.wakes++;
		task_wake(task, line->at_ns);
	}
	if (!stops)
		task_switch_in(import, task, line->cpu, line->at_ns);
	else if (line->old_state == XEN_RUNNABLE && line->new_state != XEN_RUNNABLE)
		task_forget(import, task); /* wanted to run, and was put to sleep without */
	return 0;
}

int import_apply(struct import *import, const struct ftrace_line *line, struct error *err)
{
	struct import_cpu *cpu = cpu_of(import, line->cpu, err);
	uint32_t task;
	int failed = 0;

	if (!cpu)
		return -1;
	import->after_gap = false;
	if (line->kind == FTRACE_LOST) {
		lost(import, cpu, line);
		return 0;
	}
	if (!import->counts.switches && !import->counts.wakes)
		import->first_ns = line->at_ns;
	if (line->at_ns < import->last_ns)
		import->counts.backwards++;
	else
		import->last_ns = line->at_ns;
	if (line->kind == FTRACE_SWITCH) {
		failed = apply_switch(import, cpu, line, err);
	} else if (line->kind == FTRACE_RUNSTATE) {
		failed = apply_runstate(import, line, err);
	} else if (line->kind == FTRACE_KVM) {
		failed = apply_kvm(import, cpu, line, err);
	} else if (line->next.pid) {
		import->counts.wakes++;
		task = task_of(import, &line->next, line->kind == FTRACE_WAKE_NEW, err);
		failed = task == NO_TASK ? -1 : 0;
		if (!failed)
			task_wake(&import->tasks[task], line->at_ns);
	}
	if (line->at_ns > cpu->last_ns)
		cpu->last_ns = line->at_ns;
	task = line->tgid ? find_task(import, line->pid) : NO_TASK;
	if (task != NO_TASK)
		import->tasks[task].tgid = line->tgid;
	return failed;
}

/* -- the end ---------------------------------------------------------------- */

/* "cc1_4711", "cc1_4711_2" for the second task with that pid. */
static void name_task(struct import_task *task)
{
	char comm[25];
	size_t i;

	for (i = 0; i < sizeof(comm) - 1 && task->comm[i]; i++) {
		char c = task->comm[i];
		bool plain =
			(c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

		comm[i] = plain ? c : '_';
	}
	comm[i] = '\0';
	if (task->life)
		snprintf(task->name, sizeof(task->name), "%s_%u_%u", i ? comm : "task", task->pid,
			 task->life + 1);
	else
		snprintf(task->name, sizeof(task->name), "%s_%u", i ? comm : "task", task->pid);
}

int import_finish(struct import *import, struct error *err)
{
	uint32_t i;

	for (i = 0; i < import->nr_tasks; i++) {
		if (task_end(import, &import->tasks[i], import->last_ns, err))
			return -1;
		name_task(&import->tasks[i]);
	}
	return 0;
}
