/* SPDX-License-Identifier: BSD-2-Clause */
/* One line in each layout: who, where, when; and names made of the format itself. */
#include "../../sim/import/import_line.h"
#include "suite.h"

static struct ftrace_line line;

static enum ftrace_kind parse(enum ftrace_layout layout, const char *text)
{
	ftrace_line_parse(&line, layout, text, strlen(text));
	return line.kind;
}

static void is_task(const struct ftrace_task *task, const char *comm, uint32_t pid, int prio)
{
	assert_int_equal(task->length, strlen(comm));
	assert_memory_equal(task->comm, comm, task->length);
	assert_int_equal(task->pid, pid);
	assert_int_equal(task->prio, prio);
}

/* The wake-up of comm 7, at 1.5 s on CPU 3. */
static void wakes(enum ftrace_layout layout, const char *text, const char *comm)
{
	if (parse(FTRACE_ANY, text) != FTRACE_WAKE)
		fail_msg("kind %d: %s", line.kind, text);
	assert_int_equal(line.layout, layout);
	assert_int_equal(line.cpu, 3);
	assert_int_equal(line.at_ns, 1500000000);
	is_task(&line.next, comm, 7, 120);
}

static void heads(void **state)
{
	(void)state;
	wakes(FTRACE_BRACKETS,
	      "  a-1 [003] 1.5: sched_waking: comm=b pid=7 prio=120 target_cpu=000", "b");
	wakes(FTRACE_BRACKETS, "a-1 [003] d..2 1.500: sched_waking: comm=b pid=7 prio=120", "b");
	wakes(FTRACE_BRACKETS, "a-1 [003] dNh3.1.. 1.500000000: sched_waking: b:7 [120] CPU:003",
	      "b");
	wakes(FTRACE_BRACKETS, "a-1 (  77) [003] d... 1.5: sched_waking: comm=b pid=7 prio=120",
	      "b");
	assert_int_equal(line.tgid, 77);
	wakes(FTRACE_BRACKETS, "a-1 (-----) [003] d... 1.5: sched_waking: comm=b pid=7 prio=120",
	      "b");
	assert_int_equal(line.tgid, 0);
	wakes(FTRACE_BRACKETS, "a-1 [003] 1.5: (+5)     sched_waking:     comm=b pid=7 prio=120",
	      "b");
	wakes(FTRACE_BRACKETS, "x.dat:             abc-1 [003] 1.5: sched_wakeup: b:7 [120]", "b");
	assert_int_equal(span_length(&line.machine), 5);
	wakes(FTRACE_LATENCY, "abcdefgh-1 3d..2. 1.5: sched_waking: comm=b pid=7 prio=120", "b");
	wakes(FTRACE_LATENCY, " a-1      3-0x1 1.5: sched_waking: comm=b pid=7 prio=120", "b");
	wakes(FTRACE_LATENCY, " a-1  3d..2. 1500000us!: sched_waking: comm=b pid=7 prio=120", "b");
	wakes(FTRACE_LATENCY, " a-1  3d..2. 1500000us : sched_waking: comm=b pid=7 prio=120", "b");
	wakes(FTRACE_PERF, "a  1 [003] 1.5: sched:sched_waking: comm=b pid=7 prio=120", "b");
	wakes(FTRACE_PERF, "a 55/1 [003] 1.5:  1 sched:sched_waking: comm=b pid=7 prio=120", "b");
	assert_int_equal(line.tgid, 55);
	wakes(FTRACE_PERF, "a [003] 1.5: sched:sched_waking: comm=b pid=7 prio=120", "b");
	wakes(FTRACE_PERF, ":-1 -1 [003] 1.5: sched:sched_waking: comm=b pid=7 prio=120", "b");
	wakes(FTRACE_PERF, "k/0:1-8 [003] 1.5: sched:sched_waking: comm=b pid=7 prio=120", "b");
}

/* 15 bytes that look like a head, a field, an arrow. */
static void hostile_heads(void **state)
{
	(void)state;
	wakes(FTRACE_BRACKETS, "-9 [0] 1.0: e: -1 [003] 1.5: sched_waking: comm=b pid=7 prio=120",
	      "b");
	wakes(FTRACE_BRACKETS, "a-1 [0] 9.9:-1 [003] 1.5: sched_waking: comm=b pid=7 prio=120",
	      "b");
	wakes(FTRACE_PERF, "a [0] 9.9: e:e: 1 [003] 1.5: sched:sched_waking: comm=b pid=7 prio=120",
	      "b");
	wakes(FTRACE_BRACKETS, "a-1 [003] 1.5: sched_waking: comm=a pid=1 prio=1 pid=7 prio=120",
	      "a pid=1 prio=1");
	wakes(FTRACE_BRACKETS, "a-1 [003] 1.5: sched_waking: comm= pid=7 prio=120 x pid=8 prio=9",
	      "");
	wakes(FTRACE_BRACKETS, "a-1 [003] 1.5: sched_waking: a:1 [2]:7 [120] CPU:000", "a:1 [2]");
	/* a marker is a marker, whatever it quotes */
	assert_int_equal(parse(FTRACE_ANY,
			       "a-1 [0] 1.5: e: a-1 [003] 1.5: sched_waking: comm=b pid=7 "
			       "prio=120"),
			 FTRACE_OTHER);
	assert_int_equal(parse(FTRACE_ANY, "x.dat:            aa-1 [0] 1.5: print: b-1 [003] 1.5: "
					   "sched_waking: comm=b pid=7 prio=120"),
			 FTRACE_OTHER);
}

static void switches(enum ftrace_layout layout, const char *text, const char *prev, char how,
		     const char *next)
{
	if (parse(FTRACE_ANY, text) != FTRACE_SWITCH)
		fail_msg("kind %d: %s", line.kind, text);
	assert_int_equal(line.layout, layout);
	is_task(&line.prev, prev, 1, 120);
	is_task(&line.next, next, 7, -1);
	assert_int_equal(line.prev_state, how);
}

#define NAMED(prev, state, next)                                                                   \
	"a-1 [003] 1.5: sched_switch: prev_comm=" prev                                             \
	" prev_pid=1 prev_prio=120 prev_state=" state "next_comm=" next " next_pid=7 next_prio=-1"

static void fields(void **state)
{
	(void)state;
	switches(FTRACE_BRACKETS, NAMED("a", "S ==> ", "b"), "a", 'S', "b");
	switches(FTRACE_BRACKETS, NAMED("a", "R+ ==> ", "b"), "a", 'R', "b");
	switches(FTRACE_BRACKETS, NAMED("a", "D|K ==> ", "b") " more=1 of it", "a", 'D', "b");
	switches(FTRACE_BRACKETS, NAMED("a", "S extra=1 ==> ", "b"), "a", 'S', "b");
	switches(FTRACE_BRACKETS, NAMED("a", "0 ", "b"), "a", 'R', "b");
	switches(FTRACE_BRACKETS, NAMED("a", "256 ", "b"), "a", 'R', "b");
	switches(FTRACE_BRACKETS, NAMED("a", "1 ", "b"), "a", 'S', "b");
	switches(FTRACE_BRACKETS, NAMED("a", "0x10 ", "b"), "a", 'X', "b");
	switches(FTRACE_BRACKETS, NAMED(" ==> next_comm=", "S ==> ", " next_pid=3 x"),
		 " ==> next_comm=", 'S', " next_pid=3 x");
	switches(FTRACE_BRACKETS, "a-1 [003] 1.5: sched_switch: a:1 [120] R ==> b:7 [-1]", "a", 'R',
		 "b");
	switches(FTRACE_BRACKETS,
		 "a-1 [003] 1.5: sched_switch: a:2 [1] S ==> b:1 [120] S ==> c:7 [-1]",
		 "a:2 [1] S ==> b", 'S', "c");
	switches(FTRACE_BRACKETS, "a-1 [003] 1.5: sched_switch: task a:1 [120] (S) ==> b:7 [-1]",
		 "a", 'S', "b");
	assert_int_equal(parse(FTRACE_ANY, NAMED("a", "? ==> ", "b")), FTRACE_BAD);
	assert_int_equal(parse(FTRACE_ANY, NAMED("a", "S ==> ", "b") "x"), FTRACE_BAD);
	assert_int_equal(parse(FTRACE_ANY, "a-1 [003] 1.5: sched_switch: a:1 [120] R => b:7 [-1]"),
			 FTRACE_BAD);
}

static void others(void **state)
{
	(void)state;
	assert_int_equal(parse(FTRACE_ANY, "CPU:3 [LOST 42 EVENTS]"), FTRACE_LOST);
	assert_int_equal(line.lost, 42);
	assert_int_equal(parse(FTRACE_ANY, "CPU:3 [7 EVENTS DROPPED]"), FTRACE_LOST);
	assert_int_equal(line.lost, 7);
	assert_int_equal(parse(FTRACE_ANY, "x.dat: CPU:3 [EVENTS DROPPED]"), FTRACE_LOST);
	assert_int_equal(parse(FTRACE_ANY, "a 1 [003] 1.5: PERF_RECORD_LOST lost 9"), FTRACE_LOST);
	assert_int_equal(line.lost, 9);
	assert_int_equal(line.cpu, 3);
	assert_int_equal(parse(FTRACE_ANY, "cpus=4"), FTRACE_QUIET);
	assert_int_equal(parse(FTRACE_ANY, "x.dat: cpus=4"), FTRACE_QUIET);
	assert_int_equal(parse(FTRACE_ANY, "\tffffffff813a89c4 try_to_wake_up+0x3a4 ([kernel])"),
			 FTRACE_QUIET);
	assert_int_equal(parse(FTRACE_ANY, " => schedule"), FTRACE_QUIET);
	assert_int_equal(parse(FTRACE_ANY, "CPU 0 is empty"), FTRACE_QUIET);
	assert_int_equal(parse(FTRACE_ANY, "a-1 [003]15000: sched_waking: comm=b pid=7 prio=120"),
			 FTRACE_UNFIT);
	assert_true(line.torn);
	assert_int_equal(parse(FTRACE_ANY, "</script>"), FTRACE_UNFIT);
	assert_false(line.torn);
	/* a layout that was settled is the only one */
	assert_int_equal(parse(FTRACE_PERF, "a-1 [003] 1.5: sched_waking: comm=b pid=7 prio=120"),
			 FTRACE_UNFIT);
}

int suite_line(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads),
		cmocka_unit_test(hostile_heads),
		cmocka_unit_test(fields),
		cmocka_unit_test(others),
	};

	return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
