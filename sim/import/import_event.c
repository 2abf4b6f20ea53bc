/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_event.c - the fields of the events that we read, in each way they are printed.
 *
 *	prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s ==> next_comm=%s next_pid=%d
 *		next_prio=%d		the kernel, trace-cmd -N, perf
 *	the same with a number for the state and no arrow	trace-cmd -R, -r
 *	%s:%d [%d] %s ==> %s:%d [%d]	trace-cmd's plug-in
 *	task %s:%d [%d] (%s) ==> %s:%d [%d]	kernels before 2.6.33
 *	comm=%s pid=%d prio=%d [success=%d] target_cpu=%03d
 *	%s:%d [%d] [success=%d] CPU:%03d
 *
 * Fields that are not known are passed over, between and behind ours.  A comm has at most
 * 15 bytes, any bytes: a piece of the format that is longer than that cannot be part of it.
 */
#define _GNU_SOURCE /* memmem */
#include "import_line.h"

static const char *find(const struct span *in, const char *text)
{
	return memmem(in->at, span_length(in), text, strlen(text));
}

/* "KEY=NUMBER"; priorities may be negative. */
static bool take_prio(struct span *span, int32_t *prio)
{
	bool negative = take_text(span, "-");
	uint64_t value;

	if (!take_number(span, INT32_MAX, &value))
		return false;
	*prio = negative ? -(int32_t)value : (int32_t)value;
	return true;
}

static bool take_pid(struct span *span, uint32_t *pid)
{
	uint64_t value;

	if (!take_number(span, FTRACE_MAX_PID, &value))
		return false;
	*pid = (uint32_t)value;
	return true;
}

static void set_comm(struct ftrace_task *task, const char *from, const char *to)
{
	task->comm = from;
	task->length = (size_t)(to - from);
}

/* -- named fields ----------------------------------------------------------- */

/* " PIDpid=N PRIOprio=N" somewhere in the span: the comm is what stands before it. */
static bool take_named_at(struct span *span, const char *at, const char *pid, const char *prio,
			  struct ftrace_task *task)
{
	struct span rest = {at, span->end};

	if (!take_text(&rest, pid) || !take_pid(&rest, &task->pid) || !take_text(&rest, prio) ||
	    !take_prio(&rest, &task->prio) || !at_border(&rest))
		return false;
	set_comm(task, span->at, at);
	*span = rest;
	return true;
}

/* The first place where it fits: " prev_pid=N prev_prio=N" is longer than a comm. */
static bool take_named(struct span *span, const char *pid, const char *prio,
		       struct ftrace_task *task)
{
	struct span look = *span;
	const char *at;

	while ((at = find(&look, pid))) {
		if (take_named_at(span, at, pid, prio, task))
			return true;
		look.at = at + 1;
	}
	return false;
}

/*
 * A number instead of letters: the bits of the kernel's task state.  4.14 and later have S
 * D T t X Z P I in the lowest eight; those of older kernels mean the same as far as it
 * matters here: is one of them set, and is it an exit?
 */
static bool take_state_bits(struct span *span, char *state)
{
	static const char letters[] = "SDTtXZPI";
	uint64_t bits = 0;
	unsigned i;

	if (take_text(span, "0x")) {
		for (i = 0; span->at < span->end && i < 16; i++, span->at++) {
			char c = *span->at;

			if (is_digit(c))
				bits = bits * 16 + (uint64_t)(c - '0');
			else if (c >= 'a' && c <= 'f')
				bits = bits * 16 + (uint64_t)(c - 'a' + 10);
			else
				break;
		}
		if (!i)
			return false;
	} else if (!take_number(span, UINT32_MAX, &bits)) {
		return false;
	}
	*state = 'R';
	for (i = 0; letters[i]; i++)
		if (bits >> i & 1) {
			*state = letters[i];
			break;
		}
	return at_border(span);
}

/* Letters and perhaps '+'; R+ is R that was preempted. */
static bool take_state(struct span *span, char *state)
{
	size_t n;

	if (span->at == span->end)
		return false;
	if (is_digit(*span->at))
		return take_state_bits(span, state);
	*state = *span->at;
	n = take_word(span);
	return n && n <= 8 &&
	       ((*state >= 'A' && *state <= 'Z') || (*state >= 'a' && *state <= 'z'));
}

static bool parse_switch_named(struct ftrace_line *to, struct span fields)
{
	const char *at;

	if (!take_text(&fields, "prev_comm=") ||
	    !take_named(&fields, " prev_pid=", " prev_prio=", &to->prev) ||
	    !take_text(&fields, " prev_state=") || !take_state(&fields, &to->prev_state))
		return false;
	at = find(&fields, " next_comm=");
	if (!at)
		return false;
	fields.at = at + strlen(" next_comm=");
	return take_named(&fields, " next_pid=", " next_prio=", &to->next);
}

/*
 * " pid=N prio=N" fits into a comm: it is the last one that leaves a comm of 15 bytes.
 * (The first, if none does.)
 */
static bool parse_wake_named(struct ftrace_line *to, struct span fields)
{
	struct span look, rest;
	struct ftrace_task task;
	bool has = false;
	const char *at;

	if (!take_text(&fields, "comm="))
		return false;
	for (look = fields; (at = find(&look, " pid=")); look.at = at + 1) {
		if (has && at > fields.at + FTRACE_COMM_MAX)
			break;
		rest = fields;
		if (take_named_at(&rest, at, " pid=", " prio=", &task)) {
			to->next = task;
			has = true;
		}
	}
	return has;
}

/* -- trace-cmd's own words --------------------------------------------------- */

/* ":PID [PRIO]" at this place. */
static bool take_short_at(struct span *span, const char *at, struct ftrace_task *task)
{
	struct span rest = {at, span->end};

	if (!take_text(&rest, ":") || !take_pid(&rest, &task->pid) || !take_text(&rest, " [") ||
	    !take_prio(&rest, &task->prio) || !take_text(&rest, "]") || !at_border(&rest))
		return false;
	set_comm(task, span->at, at);
	*span = rest;
	return true;
}

/* "COMM:PID [PRIO]": the last place that leaves a comm of 15 bytes. */
static bool take_short(struct span *span, struct ftrace_task *task)
{
	struct span rest, last = *span;
	struct ftrace_task trial;
	const char *at;
	bool has = false;

	for (at = span->at; at < span->end && at <= span->at + FTRACE_COMM_MAX; at++) {
		rest = *span;
		if (*at == ':' && take_short_at(&rest, at, &trial)) {
			*task = trial;
			last = rest;
			has = true;
		}
	}
	*span = last;
	return has;
}

/* " STATE ==> " or, of old, " (STATE) ==> ". */
static bool take_arrow(struct span *span, char *state)
{
	struct span rest;

	if (!take_text(span, " "))
		return false;
	if (take_text(span, "(")) {
		*state = span->at < span->end ? *span->at : '\0';
		while (span->at < span->end && is_word(*span->at))
			span->at++;
		return *state != ')' && *state && take_text(span, ") ==> ");
	}
	rest = *span;
	if (!take_state(&rest, state) || !take_text(&rest, " ==> "))
		return false;
	*span = rest;
	return true;
}

/* Each place where the first task may end; the true one names the task that was running. */
static bool parse_switch_short(struct ftrace_line *to, struct span fields)
{
	struct ftrace_task prev, next;
	struct span rest;
	const char *at;
	bool has = false;
	char state;

	take_text(&fields, "task ");
	for (at = fields.at; at < fields.end && at <= fields.at + FTRACE_COMM_MAX; at++) {
		rest = fields;
		if (*at != ':' || !take_short_at(&rest, at, &prev) || !take_arrow(&rest, &state) ||
		    !take_short(&rest, &next))
			continue;
		if (has && prev.pid != to->pid)
			continue;
		to->prev = prev;
		to->next = next;
		to->prev_state = state;
		has = true;
	}
	return has;
}

bool ftrace_parse_switch(struct ftrace_line *to, struct span fields)
{
	return parse_switch_named(to, fields) || parse_switch_short(to, fields);
}

bool ftrace_parse_wake(struct ftrace_line *to, struct span fields)
{
	if (parse_wake_named(to, fields))
		return true;
	take_text(&fields, "task ");
	return take_short(&fields, &to->next);
}
