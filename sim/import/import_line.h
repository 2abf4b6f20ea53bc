/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_line.h - one line of an ftrace text log.
 */
#ifndef CORUN_IMPORT_LINE_H
#define CORUN_IMPORT_LINE_H

#include <stddef.h>
#include <stdint.h>

enum ftrace_kind {
	FTRACE_OTHER, /* a comment, or an event that does not concern us */
	FTRACE_SWITCH,
	FTRACE_WAKE, /* sched_waking, sched_wakeup: task `next` */
	FTRACE_WAKE_NEW, /* sched_wakeup_new: the first wake-up of a new task `next` */
	FTRACE_LOST, /* a lost-event marker: cpu, lost (0: the kernel did not count) */
	FTRACE_BAD, /* one of ours, but malformed: what, column */
};

/* Not terminated: it points into the line. */
struct ftrace_task {
	const char *comm;
	size_t length;
	uint32_t pid;
};

struct ftrace_line {
	enum ftrace_kind kind;
	uint32_t cpu;
	uint64_t at_ns;
	uint64_t lost;
	struct ftrace_task prev, next;
	char prev_state; /* 'R', 'S', ... */
	const char *what; /* FTRACE_BAD: what was expected */
	size_t column; /* FTRACE_BAD: from 1 */
};

/* PID_MAX_LIMIT of 64-bit kernels (Linux 6.1). */
#define FTRACE_MAX_PID 4194304u
#define FTRACE_MAX_CPU 65535u

/*
 * Parses line[0 .. length), without its newline.  Names may contain blanks,
 * dashes and whole pieces of the format: every field is found from the right, and
 * the event by a text that is longer than a task's name can be.
 */
void ftrace_line_parse(struct ftrace_line *to, const char *line, size_t length);

#endif
