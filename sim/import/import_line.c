/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_line.c - one line of a recording: its head, its event, or what else it is.
 */
#define _GNU_SOURCE /* memmem */
#include "import_line.h"

const char *ftrace_layout_name(enum ftrace_layout layout)
{
	static const char *const names[FTRACE_NR_LAYOUTS] = {"any", "ftrace", "latency", "perf"};

	return names[layout];
}

static void bad(struct ftrace_line *to, const char *line, const char *at, const char *what)
{
	to->kind = FTRACE_BAD;
	to->what = what;
	to->column = (size_t)(at - line) + 1;
}

/* -- events ----------------------------------------------------------------- */

struct event_kind {
	const char *name;
	enum ftrace_kind kind;
	bool (*parse)(struct ftrace_line *to, struct span fields);
	const char *what;
};

static const struct event_kind event_kinds[] = {
	{"sched_switch", FTRACE_SWITCH, ftrace_parse_switch,
	 "expected prev_comm=X prev_pid=N prev_prio=N prev_state=S ==> next_comm=X next_pid=N "
	 "next_prio=N, or X:N [N] S ==> X:N [N]"},
	{"sched_waking", FTRACE_WAKE, ftrace_parse_wake,
	 "expected comm=X pid=N prio=N target_cpu=N, or X:N [N] CPU:N"},
	{"sched_wakeup", FTRACE_WAKE, ftrace_parse_wake,
	 "expected comm=X pid=N prio=N target_cpu=N, or X:N [N] CPU:N"},
	{"sched_wakeup_new", FTRACE_WAKE_NEW, ftrace_parse_wake,
	 "expected comm=X pid=N prio=N target_cpu=N, or X:N [N] CPU:N"},
};

/* "NAME:" or perf's "SUBSYSTEM:NAME:", blanks behind it; the name without its subsystem. */
static bool take_event(struct span *span, struct span *event)
{
	struct span rest = *span, name;

	do {
		name.at = rest.at;
		while (rest.at < rest.end && is_word(*rest.at))
			rest.at++;
		name.end = rest.at;
		if (name.end == name.at || !take_text(&rest, ":"))
			return false;
	} while (!at_border(&rest));
	take_blanks(&rest);
	*event = name;
	*span = rest;
	return true;
}

static bool is_named(const struct span *event, const char *name)
{
	return span_length(event) == strlen(name) && !memcmp(event->at, name, strlen(name));
}

/* "PERF_RECORD_LOST lost N", which perf script prints with --show-lost-events. */
static bool take_perf_lost(struct ftrace_line *to, struct span rest)
{
	if (!take_text(&rest, "PERF_RECORD_LOST"))
		return false;
	take_text(&rest, "_SAMPLES");
	if (!take_blanks(&rest) || !take_text(&rest, "lost"))
		return false;
	take_blanks(&rest);
	return take_number(&rest, UINT64_MAX / 20, &to->lost);
}

/* The difference to the line before, "(+12)", which trace-cmd prints with --ts-diff. */
static void pass_difference(struct span *span)
{
	struct span rest = *span;
	uint64_t value;

	if (take_text(&rest, "(+") && take_number(&rest, UINT64_MAX / 20, &value) &&
	    take_text(&rest, ")") && take_blanks(&rest))
		*span = rest;
}

static void parse_event(struct ftrace_line *to, const char *line, struct span rest)
{
	size_t i;

	to->kind = FTRACE_OTHER;
	if (to->layout == FTRACE_PERF && take_perf_lost(to, rest)) {
		to->kind = FTRACE_LOST;
		return;
	}
	pass_difference(&rest);
	if (!take_event(&rest, &to->event))
		return;
	for (i = 0; i < sizeof(event_kinds) / sizeof(event_kinds[0]); i++) {
		const struct event_kind *event = &event_kinds[i];

		if (!is_named(&to->event, event->name))
			continue;
		if (event->parse(to, rest))
			to->kind = event->kind;
		else
			bad(to, line, rest.at, event->what);
		return;
	}
	if (ftrace_parse_kvm(to, rest))
		to->kind = FTRACE_KVM;
}

/* -- lines without an event -------------------------------------------------- */

/*
 * "CPU:1 [LOST 42 EVENTS]" of tracefs, "CPU:1 [42 EVENTS DROPPED]" of trace-cmd; the count
 * is missing where the kernel has none.
 */
static bool parse_lost(struct ftrace_line *to, struct span rest)
{
	uint64_t cpu;

	to->lost = 0;
	if (!take_text(&rest, "CPU:") || !take_number(&rest, FTRACE_MAX_CPU, &cpu))
		return false;
	take_blanks(&rest);
	if (!take_text(&rest, "["))
		return false;
	if (take_text(&rest, "LOST"))
		take_blanks(&rest);
	if (take_number(&rest, UINT64_MAX / 20, &to->lost))
		take_blanks(&rest);
	if (!take_text(&rest, "EVENTS"))
		return false;
	take_text(&rest, " DROPPED");
	if (!take_text(&rest, "]") || rest.at != rest.end)
		return false;
	to->cpu = (uint32_t)cpu;
	return true;
}

/* A call stack: perf begins its lines with a tab, the kernel with an arrow. */
static bool is_stack(struct span line)
{
	if (line.at < line.end && *line.at == '\t')
		return true;
	return take_blanks(&line) && take_text(&line, "=> ");
}

/* What the tools print besides events. */
static bool is_quiet(struct span line)
{
	struct span rest = line;
	uint64_t cpu;

	if (line.at == line.end || *line.at == '#' || is_stack(line))
		return true;
	if (take_text(&rest, "cpus=") || take_text(&rest, "version = "))
		return true;
	return take_text(&rest, "CPU ") && take_number(&rest, FTRACE_MAX_CPU, &cpu) &&
	       take_text(&rest, " is empty");
}

/* Is an event of ours, or the rest of one, in it? */
static bool is_torn(const struct span *line)
{
	size_t i;

	for (i = 0; i < sizeof(event_kinds) / sizeof(event_kinds[0]); i++) {
		const char *name = event_kinds[i].name, *at = line->at;
		size_t n = strlen(name);

		while ((at = memmem(at, (size_t)(line->end - at), name, n))) {
			at += n;
			if (at < line->end && *at == ':')
				return true;
		}
	}
	return false;
}

void ftrace_line_parse(struct ftrace_line *to, enum ftrace_layout layout, const char *line,
		       size_t length)
{
	struct span all = {line, line + length}, rest;

	memset(to, 0, sizeof(*to));
	to->machine = (struct span){line, line};
	if (length && all.end[-1] == '\r')
		all.end--;
	while (all.end > all.at && is_blank(all.end[-1]))
		all.end--;
	if (is_quiet(all))
		return;
	rest = all;
	if (parse_lost(to, rest)) {
		to->kind = FTRACE_LOST;
		return;
	}
	if (ftrace_take_machine(&to->machine, &rest)) {
		if (is_quiet(rest))
			return;
		if (parse_lost(to, rest)) {
			to->kind = FTRACE_LOST;
			return;
		}
	}
	to->machine = (struct span){line, line};
	rest = all;
	if (ftrace_take_head(to, layout, &rest)) {
		parse_event(to, line, rest);
	} else {
		to->kind = FTRACE_UNFIT;
		to->torn = is_torn(&all);
	}
}
