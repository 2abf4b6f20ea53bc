/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_line.c - one line of an ftrace text log.
 *
 * The format, as Linux 6.1 prints it (reference: trace_output.c, sched.h):
 *	COMM-PID [(TGID)] [CPU] FLAGS SEC.USEC: EVENT: FIELDS
 *	sched_switch: prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s ==>
 *		next_comm=%s next_pid=%d next_prio=%d
 *	sched_waking: comm=%s pid=%d prio=%d target_cpu=%03d
 *	CPU:%d [LOST %lu EVENTS]
 * A comm has at most 15 bytes, any bytes.
 */
#define _GNU_SOURCE /* memmem */
#include "import_line.h"

#include <stdbool.h>
#include <string.h>

/* The part of the line still to be read, taken away from its right end. */
struct rest {
	const char *start, *end;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void bad(struct ftrace_line *to, const char *line, const char *at, const char *what)
{
	to->kind = FTRACE_BAD;
	to->what = what;
	to->column = (size_t)(at - line) + 1;
}

static void trim(struct rest *rest)
{
	while (rest->end > rest->start && (rest->end[-1] == ' ' || rest->end[-1] == '\t'))
		rest->end--;
}

/* Takes digits off the right end. */
static bool take_number(struct rest *rest, uint64_t max, uint64_t *value)
{
	const char *at = rest->end, *digits;
	uint64_t v = 0;

	while (at > rest->start && is_digit(at[-1]))
		at--;
	if (at == rest->end)
		return false;
	for (digits = at; digits < rest->end; digits++) {
		v = v * 10 + (uint64_t)(*digits - '0');
		if (v > max)
			return false;
	}
	rest->end = at;
	*value = v;
	return true;
}

static bool take_text(struct rest *rest, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(rest->end - rest->start) < n || memcmp(rest->end - n, text, n))
		return false;
	rest->end -= n;
	return true;
}

/* " KEY=NUMBER" off the right end; priorities may be negative. */
static bool take_field(struct rest *rest, const char *key, uint64_t max, uint64_t *value)
{
	if (!take_number(rest, max, value))
		return false;
	take_text(rest, "-");
	return take_text(rest, key);
}

/* "PREFIXcomm=X PREFIXpid=N PREFIXprio=N" where start is fixed: X is what is left. */
static bool take_task(struct rest *rest, const char *comm, const char *pid, const char *prio,
		      struct ftrace_task *task)
{
	uint64_t value;
	size_t n = strlen(comm);

	if (!take_field(rest, prio, UINT32_MAX, &value))
		return false;
	if (!take_field(rest, pid, FTRACE_MAX_PID, &value))
		return false;
	if ((size_t)(rest->end - rest->start) < n || memcmp(rest->start, comm, n))
		return false;
	task->comm = rest->start + n;
	task->length = (size_t)(rest->end - task->comm);
	task->pid = (uint32_t)value;
	return true;
}

/* -- the head --------------------------------------------------------------- */

/* "SEC.FRACTION", six digits as a rule, nine where ns were kept. */
static bool take_time(struct rest *rest, uint64_t *at_ns)
{
	const char *end = rest->end;
	uint64_t fraction, seconds;
	ptrdiff_t digits;

	if (!take_number(rest, 999999999, &fraction))
		return false;
	digits = end - rest->end;
	if (digits > 9 || !take_text(rest, ".") || !take_number(rest, 4000000000u, &seconds))
		return false;
	for (; digits < 9; digits++)
		fraction *= 10;
	*at_ns = seconds * 1000000000 + fraction;
	return true;
}

/* Everything before ": EVENT:"; false with rest->end where it went wrong. */
static bool take_head(struct ftrace_line *to, struct rest *rest)
{
	uint64_t value;

	if (!take_time(rest, &to->at_ns))
		return false;
	trim(rest);
	if (!take_text(rest, "]")) { /* the flags: one word */
		while (rest->end > rest->start && rest->end[-1] != ' ' && rest->end[-1] != '\t')
			rest->end--;
		trim(rest);
		if (!take_text(rest, "]"))
			return false;
	}
	if (!take_number(rest, FTRACE_MAX_CPU, &value) || !take_text(rest, "["))
		return false;
	to->cpu = (uint32_t)value;
	return true;
}

/* -- events ----------------------------------------------------------------- */

/* The state before " ==> ": letters and perhaps '+'; R+ is R that was preempted. */
static bool take_state(struct rest *rest, char *state)
{
	const char *at = rest->end;

	while (at > rest->start && at[-1] != '=')
		at--;
	if (at == rest->end || rest->end - at > 8)
		return false;
	*state = *at;
	rest->end = at;
	if (!((*state >= 'A' && *state <= 'Z') || (*state >= 'a' && *state <= 'z')))
		return false;
	return take_text(rest, " prev_state=");
}

/*
 * Names may look like the arrow, so every arrow is tried, from the left: only
 * at the true one is what stands before it a whole task with its state.
 */
static bool parse_switch(struct ftrace_line *to, struct rest rest)
{
	static const char arrow[] = " ==> ";
	const char *at = rest.start;

	while ((at = memmem(at, (size_t)(rest.end - at), arrow, sizeof(arrow) - 1))) {
		struct rest left = {rest.start, at};
		struct rest right = {at + sizeof(arrow) - 1, rest.end};

		at++;
		if (take_state(&left, &to->prev_state) &&
		    take_task(&left, "prev_comm=", " prev_pid=", " prev_prio=", &to->prev) &&
		    take_task(&right, "next_comm=", " next_pid=", " next_prio=", &to->next))
			return true;
	}
	return false;
}

static bool parse_wake(struct ftrace_line *to, struct rest rest)
{
	struct rest full = rest;
	uint64_t value;

	/* old kernels print success=1 before target_cpu */
	if (!take_field(&rest, " target_cpu=", FTRACE_MAX_CPU, &value))
		rest = full;
	full = rest;
	if (!take_field(&rest, " success=", 1, &value))
		rest = full;
	return take_task(&rest, "comm=", " pid=", " prio=", &to->next);
}

struct event_name {
	const char *text; /* from the colon of the head to the first field */
	size_t name; /* where in it the first field begins */
	enum ftrace_kind kind;
	const char *what;
};

/* Each text is longer than the 15 bytes of a comm: no task's name can hold it. */
static const struct event_name event_names[] = {
	{": sched_switch: prev_comm=", 16, FTRACE_SWITCH,
	 "expected prev_comm=X prev_pid=N prev_prio=N prev_state=S ==> next_comm=X next_pid=N "
	 "next_prio=N"},
	{": sched_waking: comm=", 16, FTRACE_WAKE, "expected comm=X pid=N prio=N target_cpu=N"},
	{": sched_wakeup: comm=", 16, FTRACE_WAKE, "expected comm=X pid=N prio=N target_cpu=N"},
	{": sched_wakeup_new: comm=", 20, FTRACE_WAKE_NEW,
	 "expected comm=X pid=N prio=N target_cpu=N"},
};

/* "CPU:1 [LOST 42 EVENTS]", the count missing where the kernel has none. */
static bool parse_lost(struct ftrace_line *to, struct rest rest)
{
	uint64_t cpu;

	to->lost = 0;
	if (!take_text(&rest, "EVENTS]"))
		return false;
	trim(&rest);
	if (take_number(&rest, UINT64_MAX / 20, &to->lost))
		trim(&rest);
	if (!take_text(&rest, "[LOST"))
		return false;
	trim(&rest);
	if (!take_number(&rest, FTRACE_MAX_CPU, &cpu) || !take_text(&rest, "CPU:"))
		return false;
	to->cpu = (uint32_t)cpu;
	trim(&rest);
	return rest.end == rest.start;
}

static void parse_event(struct ftrace_line *to, const char *line, const char *at, const char *end,
			const struct event_name *event)
{
	struct rest head = {line, at}, fields = {at + event->name, end};

	if (!take_head(to, &head)) {
		bad(to, line, head.end, "expected TASK-PID [CPU] FLAGS SECONDS.MICROSECONDS");
		return;
	}
	trim(&fields);
	if (event->kind == FTRACE_SWITCH ? parse_switch(to, fields) : parse_wake(to, fields))
		to->kind = event->kind;
	else
		bad(to, line, fields.start, event->what);
}

void ftrace_line_parse(struct ftrace_line *to, const char *line, size_t length)
{
	struct rest rest = {line, line + length};
	const struct event_name *event = NULL;
	const char *first = NULL;
	size_t i;

	memset(to, 0, sizeof(*to));
	if (length && rest.end[-1] == '\r')
		rest.end--;
	trim(&rest);
	if (rest.start == rest.end || *line == '#')
		return;
	for (i = 0; i < sizeof(event_names) / sizeof(event_names[0]); i++) {
		const char *at = memmem(line, (size_t)(rest.end - line), event_names[i].text,
					strlen(event_names[i].text));

		if (at && (!first || at < first)) {
			first = at;
			event = &event_names[i];
		}
	}
	if (event)
		parse_event(to, line, first, rest.end, event);
	else if (parse_lost(to, rest))
		to->kind = FTRACE_LOST;
}
