/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import.h - from a recording to the demand of its tasks: runs and sleeps.
 *
 * A burst runs from a wake-up to the next *block*.  Being preempted (R+) or
 * yielding (R) does not end it: its pieces are joined, and the time off CPU
 * between them belongs to the machine of the recording, not to the demand.  What
 * was not seen from its beginning to its end is not guessed: it is left out, and
 * counted.
 */
#ifndef CORUN_IMPORT_H
#define CORUN_IMPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "import_line.h"

#define IMPORT_MAX_TASKS 65536u
#define IMPORT_MAX_BURSTS (1u << 24)
#define IMPORT_MAX_LINE 4096u
#define IMPORT_COMM 32 /* bytes of a comm that are kept; the kernel has 15 */
#define IMPORT_NAME 48
#define IMPORT_MACHINE 128

struct import_burst {
	uint64_t run_ns;
	uint64_t sleep_ns; /* that follows; 0 at the end of the task */
	uint64_t end_ns; /* instant of the wake-up (or exit) that ends the sleep */
	uint64_t wait_ns; /* runnable, without a CPU, from its wake-up on */
	uint32_t stints; /* times it was switched in */
};

/* What KVM's events and the switches between them say of a vCPU's thread. */
struct import_kvm {
	enum ftrace_kvm last; /* of its events, wake-ups apart */
	bool in_halt; /* its sleep under way is a halt */
	uint64_t entries, pauses, interrupts;
	uint64_t halts; /* it gave up the CPU for */
	uint64_t polls; /* that were over before it did */
	uint64_t preempts; /* and yields, but for those behind a PAUSE exit: spins */
	uint64_t spins;
	uint64_t monitor_blocks, other_blocks; /* sleeps that are no halts */
	uint64_t run_ns; /* on a CPU, without poll_ns */
	uint64_t poll_ns; /* on a CPU in a halt */
	uint64_t halt_ns;
	uint64_t steal_ns; /* runnable without a CPU, and not halted */
};

enum task_state { TASK_UNKNOWN, TASK_SLEEPING, TASK_RUNNABLE, TASK_RUNNING };

struct import_task {
	char name[IMPORT_NAME]; /* for bursts and scenario: letters, digits, _ */
	char comm[IMPORT_COMM]; /* the last one seen */
	uint32_t pid;
	uint32_t life; /* 0 for the first task with this pid, 1 for the next, ... */
	uint32_t tgid; /* its process; 0: not said */
	int32_t prio; /* the last one seen, as in struct ftrace_task */
	struct import_burst *bursts;
	uint32_t nr_bursts, room;
	uint64_t run_ns; /* sum over its bursts */
	uint64_t first_ns; /* wake-up of the first burst kept */
	uint64_t last_ns; /* end of the last burst kept, without its sleep */

	/* while reading */
	enum task_state state;
	bool whole; /* the burst under way was seen from its wake-up on */
	bool open_sleep; /* the last burst's sleep is under way */
	bool early_wake; /* woken while it was still on its way to sleep */
	bool gone;
	uint32_t cpu; /* TASK_RUNNING */
	uint64_t since_ns; /* of the state */
	uint64_t wake_ns; /* of the burst under way */
	uint64_t burst_ns; /* run so far in the burst under way */
	uint64_t burst_wait_ns; /* and waited */
	uint32_t burst_stints;
	/*
	 * KVM has halted it: what it runs from halt_ns on is the host's polling, and no demand.
	 * Over when it sleeps, or enters the guest again.
	 */
	bool halted;
	uint64_t halt_ns;
	struct import_kvm kvm;
	uint32_t next; /* in its hash bucket, towards older ones; UINT32_MAX: end */
};

/* What the log was like; all are counts of log lines or tasks. */
struct import_counts {
	uint64_t lines, switches, wakes;
	uint64_t lost_markers, lost_events; /* events as far as the kernel counted them */
	uint64_t cut_bursts; /* left out: their beginning or end was not seen */
	uint64_t suspect_bursts; /* left out: they touch a gap of lost events */
	uint64_t missing_starts; /* tasks first seen running or switched out */
	uint64_t missing_wakes; /* switched in from sleep without a wake-up */
	uint64_t early_wakes; /* woken before the switch-out was logged */
	uint64_t missing_switches; /* another task was on that CPU than the log says */
	uint64_t bridged; /* of those switches: bridged, see below */
	uint64_t bridged_ns; /* run time taken for granted there, at most this much too long */
	uint64_t renamed; /* comm changed while running: exec */
	uint64_t reused_pids; /* a new task under a pid that was seen before */
	uint64_t backwards; /* lines earlier than the line before */
	uint64_t cut_lines; /* the last line, without its newline and incomplete */
	uint64_t kvm; /* KVM's events that we read */
	uint64_t kvm_strays; /* of those: of a thread that was not seen to be switched in */
	uint64_t others; /* events of other kinds, and markers */
	uint64_t unfit; /* lines that fit no layout */
	uint64_t torn; /* of those: with a piece of an event of ours */
	uint64_t first_unfit, first_long; /* numbers of lines, from 1; 0: none */
	uint64_t strangers; /* lines of other machines */
};

struct import_cpu {
	uint64_t last_ns; /* of its last line */
	uint64_t switch_ns; /* of its last sched_switch */
	uint32_t running; /* task, UINT32_MAX: idle or unknown */
};

#define IMPORT_BUCKETS 4096u

struct import {
	struct import_task *tasks;
	uint32_t nr_tasks, room_tasks;
	struct import_cpu *cpus;
	uint32_t nr_cpus;
	uint32_t buckets[IMPORT_BUCKETS]; /* newest task with this pid first */
	uint64_t first_ns, last_ns; /* of the log */
	uint64_t nr_bursts;
	struct import_counts counts;
	/*
	 * Keep the bursts under way at the end of the log, and the sleeps, as far as
	 * they were seen, and those that were under way at its beginning.
	 */
	bool keep_cut;
	/*
	 * A task leaves a CPU on which, as far as the log says, another one ran: the
	 * line in between is missing.  If the CPU's last switch is at most this long
	 * ago, the task is taken to have run since then; 0: its burst is left out.
	 */
	uint64_t bridge_ns;
	enum ftrace_layout layout; /* FTRACE_ANY: that of the first event of ours */
	/*
	 * Which of several recordings in one (trace-cmd report of several files); "" and
	 * has_machine: lines without a name; !has_machine: that of the first event.
	 */
	char machine[IMPORT_MACHINE];
	bool has_machine;
	bool after_gap; /* nothing has been read since a torn line */
};

void import_init(struct import *import);
void import_free(struct import *import);

/*
 * Reads a whole log; name stands for it in messages.  0, or -1 with *err:
 * STATUS_INPUT "NAME:LINE:COLUMN: ...", STATUS_IO.
 */
int import_read(struct import *import, FILE *file, const char *name, struct error *err);

/* One line (import_read calls it); 0, or -1 with *err without a place. */
int import_apply(struct import *import, const struct ftrace_line *line, struct error *err);

/* A line of unknown contents is missing here: where the tasks are is not known any more. */
void import_torn(struct import *import);

/* The log is over: drops or keeps what is open, and names the tasks. */
int import_finish(struct import *import, struct error *err);

#endif
