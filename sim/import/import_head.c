/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_head.c - what stands in front of the event.
 *
 *	[FILE:] COMM-PID [(TGID)] [CPU] [FLAGS] SEC.FRACTION:		tracefs, trace-cmd
 *	[FILE:] COMM-PID CPU FLAGS SEC.FRACTION: or USECus[MARK]:	latency-format, trace-cmd -l
 *	COMM [[PID/]TID] [CPU] SEC.FRACTION: [PERIOD]			perf script
 *
 * (As Linux 6.18's tracefs, trace-cmd 3.1.6 and perf 6.1 print them.)  A comm has any
 * bytes, so it may look like all of this; but it has at most 15.  A head in front of which
 * more than 15 bytes stand is part of an event's text.  Of those in front of which no more
 * stand the last is the true one: a shorter one lies within the comm.
 */
#include "import_line.h"

/* trace-cmd -l and latency-format cut the comm to this. */
#define LATENCY_COMM_MAX 8u
#define FLAGS_MAX 12

/* "SEC.FRACTION:": three to nine digits behind the point. */
static bool take_time(struct span *span, uint64_t *at_ns)
{
	struct span rest = *span;
	uint64_t fraction, seconds;
	const char *from;
	ptrdiff_t digits;

	if (!take_number(&rest, 4000000000u, &seconds) || !take_text(&rest, "."))
		return false;
	from = rest.at;
	if (!take_number(&rest, 999999999, &fraction))
		return false;
	digits = rest.at - from;
	if (digits > 9 || !take_text(&rest, ":") || !at_border(&rest))
		return false;
	for (; digits < 9; digits++)
		fraction *= 10;
	*at_ns = seconds * 1000000000 + fraction;
	*span = rest;
	return true;
}

/* "USECus", a mark for a long delay, ":". */
static bool take_us(struct span *span, uint64_t *at_ns)
{
	struct span rest = *span;
	uint64_t us;

	if (!take_number(&rest, UINT64_MAX / 2000, &us) || !take_text(&rest, "us"))
		return false;
	if (rest.at < rest.end && *rest.at != ':')
		rest.at++;
	if (!take_text(&rest, ":") || !at_border(&rest))
		return false;
	*at_ns = us * 1000;
	*span = rest;
	return true;
}

static bool take_cpu(struct ftrace_line *to, struct span *span)
{
	uint64_t value;

	if (!take_text(span, "[") || !take_number(span, FTRACE_MAX_CPU, &value) ||
	    !take_text(span, "]"))
		return false;
	to->cpu = (uint32_t)value;
	return true;
}

/* "( 1234)" or "(-----)"; true also if there is none. */
static bool take_tgid(struct ftrace_line *to, struct span *span)
{
	uint64_t value;

	to->tgid = 0;
	if (!take_text(span, "("))
		return true;
	take_blanks(span);
	if (take_number(span, FTRACE_MAX_PID, &value))
		to->tgid = (uint32_t)value;
	else
		while (take_text(span, "-"))
			continue;
	if (!take_text(span, ")"))
		return false;
	take_blanks(span);
	return true;
}

/* "NAME:NAME:", which only perf prints. */
static bool has_subsystem(struct span rest)
{
	const char *from = rest.at;

	while (rest.at < rest.end && is_word(*rest.at))
		rest.at++;
	if (rest.at == from || !take_text(&rest, ":"))
		return false;
	from = rest.at;
	while (rest.at < rest.end && is_word(*rest.at))
		rest.at++;
	return rest.at > from && take_text(&rest, ":");
}

/* "-PID [(TGID)] [CPU] [FLAGS] TIME:" */
static bool take_brackets(struct ftrace_line *to, struct span *span)
{
	struct span rest = *span;
	uint64_t pid;
	size_t flags;

	if (!take_text(&rest, "-") || !take_number(&rest, FTRACE_MAX_PID, &pid))
		return false;
	take_blanks(&rest);
	if (!take_tgid(to, &rest) || !take_cpu(to, &rest) || !take_blanks(&rest))
		return false;
	if (!take_time(&rest, &to->at_ns)) {
		flags = take_word(&rest);
		if (!flags || flags > FLAGS_MAX || !take_blanks(&rest) ||
		    !take_time(&rest, &to->at_ns))
			return false;
	}
	take_blanks(&rest);
	if (has_subsystem(rest))
		return false;
	to->pid = (uint32_t)pid;
	*span = rest;
	return true;
}

/* "-PID CPUFLAGS TIME:" */
static bool take_latency(struct ftrace_line *to, struct span *span)
{
	struct span rest = *span;
	uint64_t pid, cpu;
	size_t flags;

	if (!take_text(&rest, "-") || !take_number(&rest, FTRACE_MAX_PID, &pid) ||
	    !take_blanks(&rest) || !take_number(&rest, FTRACE_MAX_CPU, &cpu))
		return false;
	flags = take_word(&rest);
	if (!flags || flags > FLAGS_MAX || !take_blanks(&rest) ||
	    (!take_time(&rest, &to->at_ns) && !take_us(&rest, &to->at_ns)))
		return false;
	take_blanks(&rest);
	to->pid = (uint32_t)pid;
	to->tgid = 0;
	to->cpu = (uint32_t)cpu;
	*span = rest;
	return true;
}

/* The first of [from, to) in the number that ends there. */
static const char *number_before(const char *from, const char *to)
{
	while (to > from && is_digit(to[-1]))
		to--;
	return to;
}

static bool read_pid(const char *from, const char *to, uint32_t *pid)
{
	struct span span = {from, to};
	uint64_t value;

	if (!take_number(&span, FTRACE_MAX_PID, &value) || span.at != to)
		return false;
	*pid = (uint32_t)value;
	return true;
}

/*
 * What stands before " [CPU]": "COMM", "COMM TID" or "COMM PID/TID".  A comm that ends in a
 * number, alone, is taken for the second: nothing hangs on that.  The end of the comm.
 */
static const char *perf_ids(struct ftrace_line *to, const char *start, const char *at)
{
	const char *tid;
	uint32_t pid;

	to->pid = UINT32_MAX;
	to->tgid = 0;
	while (at > start && is_blank(at[-1]))
		at--;
	tid = number_before(start, at);
	if (tid == at) {
		/* a process that has gone: -1 */
		if (at - start > 2 && !memcmp(at - 2, "-1", 2) && is_blank(at[-3]))
			at -= 2;
		return at;
	}
	if (tid == start || (!is_blank(tid[-1]) && tid[-1] != '/') || !read_pid(tid, at, &to->pid))
		return at;
	if (tid[-1] == '/') {
		at = tid - 1;
		tid = number_before(start, at);
		if (tid == at || tid == start || !is_blank(tid[-1]) || !read_pid(tid, at, &pid))
			return at;
		to->tgid = pid;
	}
	at = tid;
	while (at > start && is_blank(at[-1]))
		at--;
	return at;
}

/* "[CPU] TIME: [PERIOD]", and then an event that perf names. */
static bool take_perf(struct ftrace_line *to, struct span *span)
{
	struct span rest = *span, before;
	uint64_t period;

	if (!take_cpu(to, &rest) || !take_blanks(&rest) || !take_time(&rest, &to->at_ns))
		return false;
	take_blanks(&rest);
	before = rest;
	if (take_number(&rest, UINT64_MAX / 20, &period) && !take_blanks(&rest))
		rest = before;
	if (!has_subsystem(rest)) {
		before = rest;
		if (!take_text(&before, "PERF_RECORD_"))
			return false;
	}
	*span = rest;
	return true;
}

/* One place where a head of this layout may begin behind the comm; the comm's end in *comm. */
static bool take_at(struct ftrace_line *to, enum ftrace_layout layout, const char *start,
		    struct span *span, const char **comm)
{
	*comm = span->at;
	switch (layout) {
	case FTRACE_BRACKETS:
		return take_brackets(to, span);
	case FTRACE_LATENCY:
		return take_latency(to, span);
	case FTRACE_PERF:
		if (!take_perf(to, span))
			return false;
		*comm = perf_ids(to, start, *comm);
		return true;
	default:
		return false;
	}
}

/* The last head that has at most comm_max bytes in front of it, else the first one. */
static bool take_layout(struct ftrace_line *to, enum ftrace_layout layout, struct span *line,
			size_t comm_max, bool bounded)
{
	struct ftrace_line found = *to, trial = *to;
	const char *start, *at, *comm;
	struct span rest = *line;
	bool has = false;

	take_blanks(&rest);
	start = rest.at;
	for (at = start; at < line->end; at++) {
		struct span span = {at, line->end};

		if (*at != (layout == FTRACE_PERF ? '[' : '-'))
			continue;
		/* a PID/TID pair and its blanks stand between perf's comm and its bracket */
		if (bounded && (size_t)(at - start) > comm_max + 32)
			break;
		if (!take_at(&trial, layout, start, &span, &comm))
			continue;
		if (bounded && (size_t)(comm - start) > comm_max)
			break;
		found = trial;
		rest = span;
		has = true;
		if (!bounded)
			break;
	}
	if (!has)
		return false;
	*to = found;
	to->layout = layout;
	*line = rest;
	return true;
}

bool ftrace_take_machine(struct span *machine, struct span *line)
{
	struct span rest = *line;
	size_t n = take_word(&rest);

	if (n < 2 || rest.at[-1] != ':' || !take_blanks(&rest))
		return false;
	*machine = (struct span){line->at, line->at + n - 1};
	*line = rest;
	return true;
}

static bool take_head(struct ftrace_line *to, enum ftrace_layout layout, struct span *line)
{
	size_t comm_max = layout == FTRACE_LATENCY ? LATENCY_COMM_MAX : FTRACE_COMM_MAX;
	struct span machine, rest = *line;

	if (take_layout(to, layout, line, comm_max, true))
		return true;
	if (layout != FTRACE_PERF && ftrace_take_machine(&machine, &rest) &&
	    take_layout(to, layout, &rest, comm_max, true)) {
		to->machine = machine;
		*line = rest;
		return true;
	}
	return layout != FTRACE_LATENCY && take_layout(to, layout, line, comm_max, false);
}

bool ftrace_take_head(struct ftrace_line *to, enum ftrace_layout layout, struct span *line)
{
	enum ftrace_layout each;

	if (layout != FTRACE_ANY)
		return take_head(to, layout, line);
	for (each = FTRACE_ANY + 1; each < FTRACE_NR_LAYOUTS; each++)
		if (take_head(to, each, line))
			return true;
	return false;
}
