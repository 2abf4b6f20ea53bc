/* SPDX-License-Identifier: BSD-2-Clause */
/* Import: each case a small log, and what is to come out of it. */
#include "../../sim/import/import_out.h"
#include "suite.h"

/* Lines of a log: CPU, time in us, and the rest of the event. */
#define HEAD(cpu, us) "            make-1  [00" #cpu "] d..2.     1.000" #us ": "
#define SWITCH(cpu, us, prev, ppid, state, next, npid)                                             \
	HEAD(cpu, us)                                                                              \
	"sched_switch: prev_comm=" prev " prev_pid=" #ppid " prev_prio=120 prev_state=" state      \
	" ==> next_comm=" next " next_pid=" #npid " next_prio=120\n"
#define WAKING(cpu, us, comm, pid)                                                                 \
	HEAD(cpu, us) "sched_waking: comm=" comm " pid=" #pid " prio=120 target_cpu=000\n"
#define NEWBORN(cpu, us, comm, pid)                                                                \
	HEAD(cpu, us) "sched_wakeup_new: comm=" comm " pid=" #pid " prio=120 target_cpu=000\n"
#define IDLE "swapper/0"
#define IN(cpu, us, comm, pid) SWITCH(cpu, us, IDLE, 0, "R", comm, pid)
#define OUT(cpu, us, comm, pid, state) SWITCH(cpu, us, comm, pid, state, IDLE, 0)

static struct import import;
static struct error err;
static uint64_t bridge_ns;

/* The bursts of a log, as text. */
static char *bursts_of(const char *log, const struct import_wanted *wanted, bool keep_cut)
{
	static const struct import_wanted all;
	FILE *file = fmemopen((void *)log, strlen(log), "r");
	struct import_plan plan;
	char *text = NULL;
	size_t size;
	FILE *out;

	import_init(&import);
	import.keep_cut = keep_cut;
	import.bridge_ns = bridge_ns;
	memset(&err, 0, sizeof(err));
	assert_non_null(file);
	if (import_read(&import, file, "log.txt", &err) == 0 &&
	    import_plan_make(&plan, &import, wanted ? wanted : &all, &err) == 0) {
		out = open_memstream(&text, &size);
		import_put_bursts(out, &plan);
		fclose(out);
		import_plan_free(&plan);
	}
	fclose(file);
	import_free(&import);
	return text;
}

static struct import_counts counts_of(const char *log)
{
	FILE *file = fmemopen((void *)log, strlen(log), "r");
	struct import_counts counts;

	import_init(&import);
	assert_int_equal(import_read(&import, file, "log.txt", &err), 0);
	counts = import.counts;
	import_free(&import);
	fclose(file);
	return counts;
}

static void expect(const char *log, const char *bursts)
{
	char *text = bursts_of(log, NULL, false);
	char whole[2000];

	if (!text)
		fail_msg("%s", err.text);
	snprintf(whole, sizeof(whole), "# corun bursts 1\n%s", bursts);
	assert_string_equal(text, whole);
	free(text);
}

static void expect_error(const char *log, const char *says)
{
	char *text = bursts_of(log, NULL, false);

	assert_null(text);
	assert_int_equal(err.status, STATUS_INPUT);
	if (!strstr(err.text, says) || strchr(err.text, '\n'))
		fail_msg("said '%s', expected '%s'", err.text, says);
}

/* -- bursts ----------------------------------------------------------------- */

static void run_and_sleep(void **state)
{
	(void)state;
	expect(WAKING(0, 100, "a", 7) IN(0, 110, "a", 7) OUT(0, 150, "a", 7, "S")
		       WAKING(0, 200, "a", 7) IN(0, 201, "a", 7) OUT(0, 208, "a", 7, "D")
			       WAKING(1, 300, "a", 7) IN(1, 301, "a", 7),
	       "a_7 40000 50000\na_7 7000 92000\n");
}

/* R and R+ join the pieces; the time off CPU between them is not part of the burst. */
static void preemptions_join(void **state)
{
	(void)state;
	expect(WAKING(0, 100, "a", 7) IN(0, 110, "a", 7) OUT(0, 150, "a", 7, "R+")
		       IN(0, 180, "a", 7) OUT(0, 190, "a", 7, "R") IN(1, 195, "a", 7)
			       OUT(1, 200, "a", 7, "S") WAKING(0, 260, "a", 7),
	       "a_7 55000 60000\n");
}

/* sched_wakeup after sched_waking says nothing new. */
static void both_wakeups(void **state)
{
	(void)state;
	expect(WAKING(0, 100, "a", 7)
		       HEAD(0,
			    105) "sched_wakeup: comm=a pid=7 prio=120 success=1 target_cpu=000\n" //
	       IN(0, 110, "a", 7) OUT(0, 150, "a", 7, "S") WAKING(0, 200, "a", 7)
		       HEAD(0, 205) "sched_wakeup: comm=a pid=7 prio=120 target_cpu=000\n",
	       "a_7 40000 50000\n");
}

static void exit_ends_task(void **state)
{
	(void)state;
	expect(NEWBORN(0, 100, "a", 7) IN(0, 110, "a", 7) OUT(0, 150, "a", 7, "S")
		       WAKING(0, 200, "a", 7) IN(0, 201, "a", 7) OUT(0, 206, "a", 7, "Z"),
	       "a_7 40000 50000\na_7 5000 0\n");
}

/* -- names ------------------------------------------------------------------ */

/* Names with everything that the format itself is made of. */
static void hostile_names(void **state)
{
	(void)state;
	expect(WAKING(0, 100, "CPU 0/KVM", 7) IN(0, 110, "CPU 0/KVM", 7)
		       SWITCH(0, 150, "CPU 0/KVM", 7, "S", " ==> next_comm=", 8) //
	       SWITCH(0, 170, " ==> next_comm=", 8, "R+", "a-1 [000] 1.5:", 9) //
	       OUT(0, 180, "a-1 [000] 1.5:", 9, "S") WAKING(0, 190, "a-1 [000] 1.5:", 9)
		       WAKING(0, 210, "CPU 0/KVM", 7) IN(0, 215, "a-1 [000] 1.5:", 9)
			       OUT(0, 225, "a-1 [000] 1.5:", 9, "S")
				       WAKING(0, 230, "a-1 [000] 1.5:", 9),
	       "CPU_0_KVM_7 40000 60000\na_1__000__1_5__9 10000 5000\n");
	expect(WAKING(0, 100, "prev_pid=3", 7) IN(0, 110, "prev_pid=3", 7)
		       OUT(0, 150, "prev_pid=3", 7, "S") WAKING(0, 200, "prev_pid=3", 7),
	       "prev_pid_3_7 40000 50000\n");
	expect(WAKING(0, 100, "", 7) IN(0, 110, "", 7) OUT(0, 150, "", 7, "S")
		       WAKING(0, 200, "", 7),
	       "task_7 40000 50000\n");
}

/* Heads of other trace options and ages: no flags, a thread group, nine digits. */
static void other_heads(void **state)
{
	(void)state;
	expect("a b-1 (    1) [002]     1.000100: sched_waking: comm=a pid=7 prio=-1 "
	       "target_cpu=002\n"
	       "x-9 [002] 1.000110123: sched_switch: prev_comm=x prev_pid=0 prev_prio=0 "
	       "prev_state=R ==> next_comm=a next_pid=7 next_prio=-1\r\n"
	       "x-9 [002] d.h4 1.000150: sched_switch: prev_comm=a prev_pid=7 prev_prio=0 "
	       "prev_state=D|W ==> next_comm=x next_pid=0 next_prio=1   \n"
	       "x-9 [002] d.h4 1.000151: sched_waking: comm=a pid=7 prio=120\n",
	       "a_7 39877 1000\n");
}

/* exec changes a running task's name: the same task. */
static void exec_renames(void **state)
{
	const char *log = NEWBORN(0, 100, "sh", 7) IN(0, 110, "sh", 7) OUT(0, 150, "cc1", 7, "S")
		WAKING(0, 200, "cc1", 7);

	(void)state;
	expect(log, "cc1_7 40000 50000\n");
	assert_int_equal(counts_of(log).renamed, 1);
	assert_int_equal(counts_of(log).reused_pids, 0);
}

/* A pid seen again after an exit, a birth, or under another name while asleep. */
static void reused_pids(void **state)
{
	const char *log = NEWBORN(0, 100, "a", 7) IN(0, 110, "a", 7) OUT(0, 150, "a", 7, "X")
		NEWBORN(0, 200, "a", 7) IN(0, 210, "a", 7) OUT(0, 230, "a", 7, "S")
			WAKING(0, 240, "a", 7) IN(0, 241, "a", 7) OUT(0, 243, "a", 7, "S")
				WAKING(0, 260, "b", 7) IN(0, 261, "b", 7) OUT(0, 262, "b", 7, "S")
					WAKING(0, 265, "b", 7);

	(void)state;
	expect(log, "a_7 40000 0\na_7_2 20000 10000\nb_7_3 1000 3000\n");
	assert_int_equal(counts_of(log).reused_pids, 2);
	assert_int_equal(counts_of(log).suspect_bursts, 1);
}

/* -- what is missing -------------------------------------------------------- */

static void missing_start(void **state)
{
	const char *log = OUT(0, 100, "a", 7, "S") WAKING(0, 120, "a", 7) IN(0, 130, "a", 7)
		OUT(0, 150, "a", 7, "S") WAKING(0, 160, "a", 7) //
		OUT(1, 170, "b", 8, "R+") IN(1, 180, "b", 8) OUT(1, 190, "b", 8, "S");
	char *text;

	(void)state;
	expect(log, "a_7 20000 10000\n");
	assert_int_equal(counts_of(log).missing_starts, 2);
	assert_int_equal(counts_of(log).cut_bursts, 3);
	/* on demand as far as it was seen */
	text = bursts_of(log, NULL, true);
	assert_string_equal(text, "# corun bursts 1\nb_8 80000 0\na_7 0 20000\na_7 20000 10000\n"
				  "a_7 0 0\n");
	free(text);
}

static void missing_wake(void **state)
{
	const char *log = WAKING(0, 100, "a", 7) IN(0, 110, "a", 7) OUT(0, 150, "a", 7, "S")
		IN(0, 200, "a", 7) OUT(0, 220, "a", 7, "S") WAKING(0, 230, "a", 7);

	(void)state;
	expect(log, "a_7 40000 50000\na_7 20000 10000\n");
	assert_int_equal(counts_of(log).missing_wakes, 1);
}

/* The waker's CPU may log a moment before the sleeper's. */
static void early_wake(void **state)
{
	const char *log = WAKING(0, 100, "a", 7) IN(0, 110, "a", 7) WAKING(1, 149, "a", 7)
		OUT(0, 150, "a", 7, "S") IN(0, 155, "a", 7) OUT(0, 165, "a", 7, "S")
			WAKING(0, 170, "a", 7);

	(void)state;
	expect(log, "a_7 40000 0\na_7 10000 5000\n");
	assert_int_equal(counts_of(log).early_wakes, 1);
	assert_int_equal(counts_of(log).missing_wakes, 0);
}

/* A switch that is not there: nobody knows how long its task ran. */
static void missing_switch(void **state)
{
	const char *log = WAKING(0, 100, "a", 7) IN(0, 110, "a", 7) IN(0, 150, "b", 8)
		OUT(0, 160, "b", 8, "S") WAKING(0, 200, "a", 7) IN(0, 210, "a", 7)
			OUT(0, 230, "a", 7, "S") WAKING(0, 240, "a", 7);

	(void)state;
	expect(log, "a_7 20000 10000\n");
	assert_true(counts_of(log).missing_switches > 0);
}

/* On demand it ran since the CPU's last switch, if that is recent. */
static void bridges(void **state)
{
	const char *log =
		WAKING(0, 100, "a", 7) IN(0, 110, "a", 7) SWITCH(0, 130, "a", 7, "R+", "x", 9)
			OUT(0, 150, "a", 7, "S") WAKING(0, 200, "a", 7);
	char *text;

	(void)state;
	assert_null(bursts_of(log, NULL, false));
	bridge_ns = 20000;
	text = bursts_of(log, NULL, false);
	assert_string_equal(text, "# corun bursts 1\na_7 40000 50000\n");
	free(text);
	bridge_ns = 19999;
	assert_null(bursts_of(log, NULL, false));
	bridge_ns = 0;
}

/*
 * Lost on CPU 0 after 170: what ended before is kept, what may have gone on
 * there is not; the task on CPU 1 ran throughout.
 */
static void lost_events(void **state)
{
	const char *log = WAKING(0, 100, "a", 7) IN(0, 110, "a", 7) OUT(0, 130, "a", 7, "S")
		WAKING(0, 140, "a", 7) IN(0, 150, "a", 7) OUT(0, 165, "a", 7, "S")
			WAKING(1, 166, "b", 8) IN(1, 167, "b", 8)
				WAKING(0, 170, "c", 9) "CPU:0 [LOST 42 EVENTS]\n" //
		OUT(1, 190, "b", 8, "S") WAKING(1, 195, "b", 8) WAKING(1, 196, "a", 7)
			IN(0, 197, "a", 7) OUT(0, 199, "a", 7, "S") WAKING(0, 205, "a", 7);
	struct import_counts counts = counts_of(log);

	(void)state;
	expect(log, "b_8 23000 5000\na_7 20000 10000\na_7 2000 6000\n");
	assert_int_equal(counts.lost_markers, 1);
	assert_int_equal(counts.lost_events, 42);
	assert_int_equal(counts.suspect_bursts, 1);
	/* a kernel that did not count */
	assert_int_equal(counts_of("CPU:3 [LOST EVENTS]\n" IN(0, 100, "a", 7)).lost_markers, 1);
}

/* CPUs whose clocks disagree: no negative time. */
static void backwards(void **state)
{
	const char *log = WAKING(0, 100, "a", 7) IN(0, 110, "a", 7) OUT(0, 150, "a", 7, "S")
		WAKING(1, 149, "a", 7) IN(1, 160, "a", 7) OUT(1, 165, "a", 7, "S")
			WAKING(1, 175, "a", 7);

	(void)state;
	expect(log, "a_7 40000 0\na_7 5000 10000\n");
	assert_int_equal(counts_of(log).backwards, 1);
}

/* -- choosing and joining --------------------------------------------------- */

#define THREE                                                                                      \
	NEWBORN(0, 100, "cc1", 7)                                                                  \
	IN(0, 110, "cc1", 7)                                                                       \
	OUT(0, 150, "cc1", 7, "Z")                                                                 \
	NEWBORN(1, 120, "as", 8)                                                                   \
	IN(1, 130, "as", 8)                                                                        \
	OUT(1, 160, "as", 8, "Z")                                                                  \
	NEWBORN(0, 170, "cc1", 9)                                                                  \
	IN(0, 180, "cc1", 9) OUT(0, 190, "cc1", 9, "X") IN(0, 200, "idle", 10)

static void chooses(void **state)
{
	struct import_wanted wanted = {.regex = "^cc"};
	char *text = bursts_of(THREE, &wanted, false);

	(void)state;
	assert_string_equal(text, "# corun bursts 1\ncc1_7 40000 0\ncc1_9 10000 0\n");
	free(text);
	wanted = (struct import_wanted){.top = 2};
	text = bursts_of(THREE, &wanted, false);
	assert_string_equal(text, "# corun bursts 1\ncc1_7 40000 0\nas_8 30000 0\n");
	free(text);
	wanted = (struct import_wanted){.regex = "nobody"};
	assert_null(bursts_of(THREE, &wanted, false));
	assert_non_null(strstr(err.text, "found no matching task"));
	wanted = (struct import_wanted){.regex = "("};
	assert_null(bursts_of(THREE, &wanted, false));
	assert_non_null(strstr(err.text, "--task '('"));
}

/* Once around a lane takes as long as the log: 100 us. */
static void joins(void **state)
{
	struct import_wanted wanted = {.join = true};
	char *text = bursts_of(THREE, &wanted, false);

	(void)state;
	assert_string_equal(text, "# corun bursts 1\nlane_0 40000 20000\nlane_0 10000 10000\n"
				  "lane_1 30000 60000\n");
	free(text);
}

/* -- bad input -------------------------------------------------------------- */

static void bad_lines(void **state)
{
	char *longest = malloc(IMPORT_MAX_LINE + 3);

	(void)state;
	expect_error("", "log.txt:1:1: found no sched_switch line");
	expect_error("# tracer: nop\nfoo\n", "log.txt:3:1: found no sched_switch line");
	expect_error("\x1f\x8b\x08 something", "log.txt:1:1: found gzip data");
	expect_error("\n" HEAD(0, 100) "sched_switch: prev_comm=a\n",
		     "log.txt:2:61: expected prev_comm=X");
	expect_error(HEAD(0, 100) "sched_waking: comm=a pid=x prio=3\n",
		     "log.txt:1:61: expected comm=X pid=N");
	expect_error("a-1 [0] d 1: sched_waking: comm=a pid=1 prio=3\n",
		     "expected TASK-PID [CPU] FLAGS SECONDS.MICROSECONDS");
	expect_error("a-1 0 d 1.5: sched_waking: comm=a pid=1 prio=3\n", "expected TASK-PID");
	expect_error("a-1 [99999] d 1.5: sched_waking: comm=a pid=1 prio=3\n", "expected TASK-PID");
	expect_error(HEAD(0, 100) "sched_waking: comm=a pid=99999999 prio=3\n", "expected comm=X");
	expect_error(IN(0, 100, "a", 7), "found no task that was seen");
	memset(longest, 'x', IMPORT_MAX_LINE + 2);
	longest[IMPORT_MAX_LINE + 2] = '\0';
	expect_error(longest, "log.txt:1:4097: found a line of more than 4096 bytes");
	free(longest);
}

static void zero_byte(void **state)
{
	static const char log[] = "abc\n"
				  "d\0e\n";
	FILE *file = fmemopen((void *)log, sizeof(log) - 1, "r");

	(void)state;
	import_init(&import);
	assert_int_equal(import_read(&import, file, "log.txt", &err), -1);
	assert_string_equal(err.text, "log.txt:2:2: found a zero byte, expected text");
	import_free(&import);
	fclose(file);
}

/* A log that was cut off within its last line is read up to there. */
static void cut_line(void **state)
{
	const char *log = WAKING(0, 100, "a", 7) IN(0, 110, "a", 7) OUT(0, 150, "a", 7, "S")
		WAKING(0, 200, "a", 7) HEAD(0, 300) "sched_switch: prev_comm=a prev_p";

	(void)state;
	expect(log, "a_7 40000 50000\n");
	assert_int_equal(counts_of(log).cut_lines, 1);
}

/* -- scenario and summary ---------------------------------------------------- */

static void scenario_text(void **state)
{
	struct import_wanted wanted = {.nr_vms = 2};
	FILE *file = fmemopen((void *)THREE, strlen(THREE), "r");
	struct import_plan plan;
	char *text, *summary;
	size_t size;
	FILE *out;

	(void)state;
	import_init(&import);
	assert_int_equal(import_read(&import, file, "log.txt", &err), 0);
	assert_int_equal(import_plan_make(&plan, &import, &wanted, &err), 0);
	out = open_memstream(&text, &size);
	import_put_scenario(out, &import, &plan, "a \"log\".txt", "replay.bursts");
	fclose(out);
	assert_non_null(strstr(text, "description: \"replay of 3 tasks of a _log_.txt\"\n"));
	assert_non_null(strstr(text, "host: {cores: 2, noise: {level: 0}}\n"));
	assert_non_null(strstr(text, "  replay0:\n    vcpus: 2\n    programs: [cc1_7, cc1_9]\n"
				     "  replay1:\n    vcpus: 1\n    programs: [as_8]\n"));
	assert_non_null(strstr(text, "  as_8: {replay: {file: \"replay.bursts\", task: as_8}}\n"));
	out = open_memstream(&summary, &size);
	import_put_summary(out, &import, &plan);
	fclose(out);
	assert_non_null(strstr(summary, "10 lines: 7 switches, 3 wake-ups, 2 CPUs, 0.000100 s\n"));
	assert_non_null(strstr(summary, "3 bursts of 4 tasks, of which 3 tasks kept\n"));
	free(text);
	free(summary);
	import_plan_free(&plan);
	import_free(&import);
	fclose(file);
}

int suite_import(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_and_sleep), cmocka_unit_test(preemptions_join),
		cmocka_unit_test(both_wakeups),	 cmocka_unit_test(exit_ends_task),
		cmocka_unit_test(hostile_names), cmocka_unit_test(other_heads),
		cmocka_unit_test(exec_renames),	 cmocka_unit_test(reused_pids),
		cmocka_unit_test(missing_start), cmocka_unit_test(missing_wake),
		cmocka_unit_test(early_wake),	 cmocka_unit_test(missing_switch),
		cmocka_unit_test(bridges),	 cmocka_unit_test(lost_events),
		cmocka_unit_test(backwards),	 cmocka_unit_test(chooses),
		cmocka_unit_test(joins),	 cmocka_unit_test(bad_lines),
		cmocka_unit_test(zero_byte),	 cmocka_unit_test(cut_line),
		cmocka_unit_test(scenario_text),
	};

	return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
