/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_task.c - the life of one task, event by event.
 */
#include "import_task.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Lines of different CPUs may disagree by a little: no negative time. */
static uint64_t since(const struct import_task *task, uint64_t now_ns)
{
	return now_ns > task->since_ns ? now_ns - task->since_ns : 0;
}

static int push_burst(struct import *import, struct import_task *task, uint64_t run_ns,
		      uint64_t end_ns, struct error *err)
{
	if (import->nr_bursts == IMPORT_MAX_BURSTS)
		return error_set(err, STATUS_INPUT, "import", "more than %u bursts",
				 IMPORT_MAX_BURSTS);
	if (task->nr_bursts == task->room) {
		uint32_t room = task->room ? 2 * task->room : 8;
		struct import_burst *more = realloc(task->bursts, room * sizeof(*more));

		if (!more)
			return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
		task->bursts = more;
		task->room = room;
	}
	if (!task->nr_bursts)
		task->first_ns = task->wake_ns;
	task->bursts[task->nr_bursts++] =
		(struct import_burst){run_ns, 0, end_ns, task->burst_wait_ns, task->burst_stints};
	task->run_ns += run_ns;
	task->last_ns = end_ns;
	import->nr_bursts++;
	return 0;
}

static void pop_burst(struct import *import, struct import_task *task)
{
	const struct import_burst *last = &task->bursts[--task->nr_bursts];

	task->run_ns -= last->run_ns;
	/* where the one before ended is no longer known: its wake-up is near enough */
	task->last_ns = task->nr_bursts ? last[-1].end_ns : 0;
	task->open_sleep = false;
	import->nr_bursts--;
}

/* The sleep under way ends, and a burst begins. */
static void begin_burst(struct import_task *task, uint64_t sleep_ns, uint64_t now_ns)
{
	if (task->open_sleep) {
		task->bursts[task->nr_bursts - 1].sleep_ns = sleep_ns;
		task->bursts[task->nr_bursts - 1].end_ns = now_ns;
	}
	if (task->kvm.in_halt)
		task->kvm.halt_ns += sleep_ns;
	task->kvm.in_halt = false;
	task->open_sleep = task->early_wake = false;
	task->whole = true;
	task->burst_ns = task->burst_wait_ns = 0;
	task->burst_stints = 0;
	task->wake_ns = now_ns;
}

void task_wake(struct import_task *task, uint64_t now_ns)
{
	switch (task->state) {
	case TASK_RUNNING:
		/*
		 * Only of use if its switch-out, which may be logged a moment
		 * later on its own CPU, says that it went to sleep.
		 */
		task->early_wake = true;
		return;
	case TASK_RUNNABLE: /* sched_wakeup after sched_waking */
		return;
	case TASK_UNKNOWN:
	case TASK_SLEEPING:
		break;
	}
	begin_burst(task, since(task, now_ns), now_ns);
	task->state = TASK_RUNNABLE;
	task->since_ns = now_ns;
}

/* The burst is over at end_ns, and its sleep begins. */
static int end_burst(struct import *import, struct import_task *task, uint64_t end_ns,
		     struct error *err)
{
	task->open_sleep = false;
	if (task->whole || import->keep_cut) {
		if (push_burst(import, task, task->burst_ns, end_ns, err))
			return -1;
		task->open_sleep = !task->gone;
	} else {
		import->counts.cut_bursts++;
	}
	task->burst_ns = 0;
	return 0;
}

/* -- halts --------------------------------------------------------------------- */

static void halt(struct import_task *task, uint64_t now_ns)
{
	if (task->state != TASK_RUNNING || task->halted)
		return;
	task->burst_ns += since(task, now_ns);
	task->kvm.run_ns += since(task, now_ns);
	task->halted = true;
	task->halt_ns = task->since_ns = now_ns;
}

static int halt_over(struct import *import, struct import_task *task, uint64_t now_ns,
		     struct error *err)
{
	uint64_t slept_ns = now_ns > task->halt_ns ? now_ns - task->halt_ns : 0;

	if (task->state != TASK_RUNNING || !task->halted)
		return 0;
	task->halted = false;
	task->kvm.polls++;
	task->kvm.poll_ns += since(task, now_ns);
	if (end_burst(import, task, task->halt_ns, err))
		return -1;
	task->kvm.in_halt = true;
	begin_burst(task, slept_ns, now_ns);
	task->since_ns = now_ns;
	return 0;
}

int task_kvm(struct import *import, struct import_task *task, enum ftrace_kvm kvm, uint64_t now_ns,
	     struct error *err)
{
	if (kvm == KVM_EXIT_HALT)
		halt(task, now_ns);
	task->kvm.entries += kvm == KVM_ENTRY;
	task->kvm.pauses += kvm == KVM_EXIT_PAUSE;
	task->kvm.interrupts += kvm == KVM_EXIT_INTERRUPT;
	/* a halt that the monitor waits for is a halt all the same */
	if (kvm != KVM_WAKEUP && !(kvm == KVM_USER && task->kvm.last == KVM_EXIT_HALT))
		task->kvm.last = kvm;
	return kvm == KVM_ENTRY || kvm == KVM_WAKEUP ? halt_over(import, task, now_ns, err) : 0;
}

/* -- switches ------------------------------------------------------------------ */

void task_switch_in(struct import *import, struct import_task *task, uint32_t cpu, uint64_t now_ns)
{
	if (task->state == TASK_SLEEPING) {
		/* The wait between wake-up and switch-in then counts as sleep, if there was one. */
		if (task->early_wake)
			import->counts.early_wakes++;
		else
			import->counts.missing_wakes++;
		begin_burst(task, task->early_wake ? 0 : since(task, now_ns), now_ns);
	} else if (task->state == TASK_UNKNOWN) {
		import->counts.missing_starts++;
		task->whole = false;
		task->burst_ns = task->burst_wait_ns = 0;
		task->burst_stints = 0;
		task->wake_ns = now_ns;
	} else if (task->state == TASK_RUNNABLE) {
		if (!task->halted) {
			task->burst_wait_ns += since(task, now_ns);
			task->kvm.steal_ns += since(task, now_ns);
		}
	} else if (task->state == TASK_RUNNING) {
		import->counts.missing_switches++;
		task->whole = task->halted = false;
	}
	task->state = TASK_RUNNING;
	task->burst_stints++;
	task->early_wake = false;
	task->cpu = cpu;
	task->since_ns = now_ns;
}

static bool is_exit(char state)
{
	return state == 'X' || state == 'Z' || state == 'x';
}

/* Why it leaves the CPU, by the last that KVM said of it. */
static void count_switch_out(struct import_kvm *kvm, char state)
{
	if (state == 'R' && kvm->last == KVM_EXIT_PAUSE) {
		kvm->spins++;
	} else if (state == 'R') {
		kvm->preempts++;
	} else if (kvm->last == KVM_EXIT_HALT) {
		kvm->halts++;
		kvm->in_halt = true;
	} else if (kvm->last == KVM_USER) {
		kvm->monitor_blocks++;
	} else {
		kvm->other_blocks++;
	}
}

int task_switch_out(struct import *import, struct import_task *task, char state, uint64_t now_ns,
		    struct error *err)
{
	if (task->state == TASK_RUNNING && task->halted) {
		task->kvm.poll_ns += since(task, now_ns);
	} else if (task->state == TASK_RUNNING) {
		task->burst_ns += since(task, now_ns);
		task->kvm.run_ns += since(task, now_ns);
	} else {
		/* running since before the log, or its switch-in is missing */
		if (task->state == TASK_UNKNOWN)
			import->counts.missing_starts++; /* once: its state is known from here on */
		else
			import->counts.missing_switches++;
		if (task->open_sleep) {
			pop_burst(import, task);
			import->counts.cut_bursts++;
		}
		if (import->keep_cut && !task->since_ns && !task->life) {
			task->burst_ns = now_ns - import->first_ns;
			task->wake_ns = import->first_ns;
		}
		task->whole = task->halted = false;
	}
	count_switch_out(&task->kvm, state);
	task->since_ns = now_ns;
	if (state == 'R') {
		task->state = TASK_RUNNABLE;
		return 0;
	}
	task->state = TASK_SLEEPING;
	task->gone = is_exit(state);
	if (task->halted)
		now_ns = task->since_ns = task->halt_ns;
	task->halted = false;
	return end_burst(import, task, now_ns, err);
}

void task_forget(struct import *import, struct import_task *task)
{
	if (task->open_sleep) {
		pop_burst(import, task);
		import->counts.suspect_bursts++;
	}
	task->state = TASK_UNKNOWN;
	task->whole = task->early_wake = task->halted = task->kvm.in_halt = false;
	task->burst_ns = 0;
	/* whether it is in its guest is not known any more, either */
	if (task->kvm.last)
		task->kvm.last = KVM_EXIT_OTHER;
}

void task_lost(struct import *import, struct import_task *task, uint32_t cpu, uint64_t gap_ns)
{
	while (task->nr_bursts && task->bursts[task->nr_bursts - 1].end_ns > gap_ns) {
		pop_burst(import, task);
		import->counts.suspect_bursts++;
	}
	if (task->gone)
		return;
	/* On another CPU since before the gap: nothing of it can be missing. */
	if (task->state == TASK_RUNNING && task->cpu != cpu) {
		if (task->since_ns > gap_ns)
			task->whole = false;
		return;
	}
	task_forget(import, task);
}

int task_end(struct import *import, struct import_task *task, uint64_t now_ns, struct error *err)
{
	bool burst = task->state == TASK_RUNNABLE || task->state == TASK_RUNNING;

	if (task->gone)
		return 0;
	if (burst && !import->keep_cut)
		import->counts.cut_bursts++;
	if (burst && import->keep_cut) {
		if (task->state == TASK_RUNNING && !task->halted)
			task->burst_ns += since(task, now_ns);
		return push_burst(import, task, task->burst_ns, now_ns, err);
	}
	if (!task->open_sleep)
		return 0;
	if (import->keep_cut) {
		task->bursts[task->nr_bursts - 1].sleep_ns = since(task, now_ns);
		task->bursts[task->nr_bursts - 1].end_ns = now_ns;
		task->open_sleep = false;
		return 0;
	}
	pop_burst(import, task);
	import->counts.cut_bursts++;
	return 0;
}
