/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_line.h - one line of a recording as text, in any of the layouts that we know.
 */
#ifndef CORUN_IMPORT_LINE_H
#define CORUN_IMPORT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "import_span.h"

/* How the head of a line is laid out; what follows it is told by itself. */
enum ftrace_layout {
	FTRACE_ANY, /* not known yet */
	FTRACE_BRACKETS, /* tracefs, trace-cmd report */
	FTRACE_LATENCY, /* tracefs with latency-format, trace-cmd report -l */
	FTRACE_PERF, /* perf script */
	FTRACE_NR_LAYOUTS
};

enum ftrace_kind {
	FTRACE_QUIET, /* a comment, a blank line, a call stack */
	FTRACE_OTHER, /* an event that does not concern us, or a marker */
	FTRACE_SWITCH,
	FTRACE_WAKE, /* sched_waking, sched_wakeup: task `next` */
	FTRACE_WAKE_NEW, /* sched_wakeup_new: the first wake-up of a new task `next` */
	FTRACE_KVM, /* an event of KVM that we read: kvm */
	FTRACE_RUNSTATE, /* of Xen: task `next` went from old_state to new_state */
	FTRACE_LOST, /* a lost-event marker: cpu, lost (0: the kernel did not count) */
	FTRACE_BAD, /* one of ours, but malformed: what, column */
	FTRACE_UNFIT, /* fits no layout; torn: a piece of an event of ours is in it */
};

/* What KVM says of the vCPU whose thread is on the CPU. */
enum ftrace_kvm {
	KVM_NOTHING, /* not yet */
	KVM_ENTRY,
	KVM_EXIT_HALT,
	KVM_EXIT_PAUSE, /* it spins: its pauses came too close */
	KVM_EXIT_INTERRUPT, /* of the host */
	KVM_EXIT_OTHER,
	KVM_WAKEUP, /* a halt is over, whether it slept or the host polled */
	KVM_USER, /* the exit goes on in the monitor */
};

/* As in Xen's public/vcpu.h. */
enum xen_runstate { XEN_RUNNING, XEN_RUNNABLE, XEN_BLOCKED, XEN_OFFLINE };

/* Not terminated: it points into the line. */
struct ftrace_task {
	const char *comm;
	size_t length;
	uint32_t pid;
	int32_t prio; /* the kernel's: 0 to 99 real time, 120 + nice */
};

struct ftrace_line {
	enum ftrace_kind kind;
	enum ftrace_layout layout; /* of a line that has a head */
	struct span machine; /* "FILE:" in front of it: several recordings in one; or empty */
	struct span event; /* the event's name */
	uint32_t cpu;
	uint32_t pid; /* of the task that was on the CPU; UINT32_MAX: not said */
	uint32_t tgid; /* its process; 0: not said */
	uint64_t at_ns;
	uint64_t lost;
	struct ftrace_task prev, next;
	enum ftrace_kvm kvm; /* FTRACE_KVM */
	uint8_t old_state, new_state; /* FTRACE_RUNSTATE: enum xen_runstate */
	char prev_state; /* 'R', 'S', ... */
	bool torn;
	const char *what; /* FTRACE_BAD: what was expected */
	size_t column; /* FTRACE_BAD: from 1 */
};

/* PID_MAX_LIMIT of 64-bit kernels (Linux 6.1). */
#define FTRACE_MAX_PID 4194304u
#define FTRACE_MAX_CPU 65535u
/* A task's name has at most so many bytes, any bytes; names that we export may be longer. */
#define FTRACE_COMM_MAX 15u
/* What is to be expected of a line, by layout; for messages. */
#define FTRACE_EXPECTED                                                                            \
	"TASK-PID [CPU] FLAGS SECONDS.MICROSECONDS: EVENT: (ftrace), TASK-PID CPUFLAGS "           \
	"SECONDS.MICROSECONDS: EVENT: (latency) or TASK PID [CPU] SECONDS.MICROSECONDS: "          \
	"SUBSYSTEM:EVENT: (perf)"

/* "ftrace", "latency", "perf"; "any". */
const char *ftrace_layout_name(enum ftrace_layout layout);

/*
 * Parses line[0 .. length), without its newline, as that layout or, FTRACE_ANY, as the
 * first that it fits.
 */
void ftrace_line_parse(struct ftrace_line *to, enum ftrace_layout layout, const char *line,
		       size_t length);

/* -- its parts -------------------------------------------------------------- */

/*
 * import_head.c: takes the head off the line, up to and with the blanks in front of the
 * event; machine, layout, cpu, pid, tgid, at_ns.  false: the line has none.
 */
bool ftrace_take_head(struct ftrace_line *to, enum ftrace_layout layout, struct span *line);

/* "FILE:" and a blank at the very beginning, as trace-cmd prints for each of several files. */
bool ftrace_take_machine(struct span *machine, struct span *line);

/* import_event.c: the fields of a sched_switch, or of one of the wake-ups; false: malformed. */
bool ftrace_parse_switch(struct ftrace_line *to, struct span fields);
bool ftrace_parse_wake(struct ftrace_line *to, struct span fields);

/* import_kvm_line.c: one of KVM's events that we know, by to->event; false: it is none. */
bool ftrace_parse_kvm(struct ftrace_line *to, struct span fields);

#endif
