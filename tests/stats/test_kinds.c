/* SPDX-License-Identifier: BSD-2-Clause */
/* Studies whose runs are of two kinds, made by hand: what is told, and what is printed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/report/report.h"
#include "../../sim/study/kinds.h"
#include "fixture.h"
#include "json_check.h"

#define WINDOW_S (FIXTURE_WINDOW_NS / 1000000000)

struct hand {
	struct fixture fixture;
	struct study study;
	struct report report;
};

/* Policy 0 has `low` slow runs of nr, evenly spread among them; policy 1 has none. */
static bool is_slow(uint32_t rep, uint32_t policy, uint32_t low, uint32_t nr)
{
	return !policy && (rep * low) % nr < low;
}

static void add_rep(struct hand *h, uint32_t rep, uint32_t policy, bool slow, bool convoy)
{
	struct sim_result r;
	uint32_t i;

	fixture_result_init(&r);
	for (i = 0; i < 3; i++) {
		struct vm_result *vm = &r.vms[i];

		vm->count[VC_OPS] = (slow ? 400 : 60000) * WINDOW_S + rep % 7;
		vm->count[VC_SECTIONS] = vm->count[VC_OPS];
		vm->time[VT_USEFUL] = convoy ? 10 : 1000;
		vm->time[VT_SPIN_LWP] = convoy ? 1000 : 10;
		vm->lock_wait_ns = vm->count[VC_OPS] * (slow ? 9000000 : 1000);
	}
	/* many short waits in fast runs, few and long ones in slow runs */
	for (i = 0; i < (slow ? 10000u : 1000000u); i++)
		hist_add(&r.groups[0].hist[GH_WAIT], slow ? 16000000 : 1000);
	hist_add(&r.groups[0].hist[GH_WAIT], 20000000 + 1000000 * (rep % 2));
	*study_slot(&h->study, rep, policy) = study_digest(&h->study, &r);
	assert_non_null(*study_slot(&h->study, rep, policy));
	fixture_result_fini(&r);
}

static struct hand *make(uint32_t nr, uint32_t low, bool convoys)
{
	static const uint32_t both[] = {0, 1};
	struct hand *h = calloc(1, sizeof(*h));
	struct error err;
	uint32_t r, p;

	assert_non_null(h);
	fixture_init(&h->fixture);
	assert_int_equal(study_init(&h->study, &h->fixture.world, both, 2, nr + 100, &err), 0);
	for (r = 0; r < nr; r++)
		for (p = 0; p < 2; p++)
			add_rep(h, r, p, is_slow(r, p, low, nr), convoys && is_slow(r, p, low, nr));
	h->study.nr_reps = nr;
	h->report = (struct report){.study = &h->study, .scenario = "hand.yaml"};
	return h;
}

static void drop(struct hand *h)
{
	study_fini(&h->study);
	free(h);
}

static char *print(struct hand *h, int (*write)(FILE *to, void *report))
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	assert_non_null(to);
	assert_int_equal(write(to, &h->report), 0);
	fclose(to);
	return text;
}

static void expect_line(const char *text, const char *line)
{
	if (!strstr(text, line)) {
		fputs(text, stderr);
		fail_msg("no '%s' in the above", line);
	}
}

static void shares_in_words(void **state)
{
	struct hand *h = make(40, 30, true);
	char *text = print(h, report_compare);

	(void)state;
	assert_int_equal(kinds_speak(&h->study, NULL), KINDS_TOLD);
	expect_line(text, "\nTwo kinds of runs");
	/* 3 VMs make 1,200 and 180,000 a second; Wilson by hand: 30 of 40 */
	expect_line(text, "\nbase: 75 % of the runs (60 to 86) make half of other's throughput or "
			  "less, median 1.20 k/s; 25 % more, median 180 k/s\n");
	expect_line(text, "  other: 0 % of the runs (0 to 9); -75 % pt (-86 to -57) better\n");
	expect_line(text, "\nbase: 75 % of the runs (60 to 86) have a lock in a convoy for more "
			  "than half of the window, median 1.20 k/s; 25 % have none, median "
			  "180 k/s\n");
	expect_line(text, "1.21 (1.20 to 180) *");
	expect_line(text, "180 (180 to 180)  ");
	free(text);
	drop(h);
}

static void events_and_runs(void **state)
{
	struct hand *h = make(40, 30, false);
	char *text = print(h, report_compare);

	(void)state;
	/* 30 runs with 10,000 waits of 16 ms each, 10 with a million of 1 us: p99 pooled and of
	 * the median run; the longest is above both */
	expect_line(text, "\nwait_p99             ");
	expect_line(text, "\n  of the median run  ms");
	assert_null(strstr(text, "convoy"));
	free(text);
	h->report.all = true;
	text = print(h, report_compare);
	expect_line(
		text,
		"\nwait_max             ms                             21.00 "); /* of any run */
	free(text);
	drop(h);
}

static void one_kind_says_nothing(void **state)
{
	struct hand *h = make(40, 0, false);
	char *text = print(h, report_compare), *csv = print(h, report_results_csv),
	     *json = print(h, report_summary_json);

	(void)state;
	assert_int_equal(kinds_speak(&h->study, NULL), KINDS_ONE);
	assert_null(strstr(text, "Two kinds"));
	assert_null(strstr(text, "convoy"));
	assert_null(strstr(csv, "convoy"));
	assert_null(strstr(csv, "denominator,group"));
	assert_null(strstr(json, "\"groups\""));
	assert_null(strstr(json, "convoy"));
	free(text);
	free(csv);
	free(json);
	drop(h);
}

static void machines_are_told(void **state)
{
	struct hand *h = make(40, 30, true);
	char *csv = print(h, report_results_csv), *json = print(h, report_summary_json);

	(void)state;
	expect_line(csv, "numerator,denominator,group\n");
	expect_line(csv, "base,0,42,host,all,throughput,1200,op/s,2400,2,below\n");
	expect_line(csv, "other,0,42,host,all,throughput,180000,op/s,360000,2,\n");
	expect_line(csv, ",host,all,convoy,1,");
	assert_true(json_is_valid(json));
	expect_line(json, "\"groups\": {");
	expect_line(json, "\"share\": 0.75");
	free(csv);
	free(json);
	drop(h);
}

/* What is small beside the other policies, or beside itself, is no kind of its own. */
static void small_differences_are_none(void **state)
{
	struct hand *h = make(40, 0, false);
	struct scope host = scope_host(&h->fixture.world);
	uint32_t column = study_column(&h->study, metric_find("throughput"), &host), r;
	struct kinds k;

	(void)state;
	for (r = 0; r < 40; r++)
		(*study_slot(&h->study, r, 0))->samples[column] =
			(struct sample){r % 2 ? 100 : 1000 + r, 1};
	assert_int_equal(kinds_of(&h->study, column, 0, &k), 0);
	assert_true(k.groups.two && k.by == KINDS_ONE); /* others make 180,000 */
	for (r = 0; r < 40; r++)
		(*study_slot(&h->study, r, 0))->samples[column] =
			(struct sample){r % 2 ? 180000 : 191000 + r, 1};
	assert_int_equal(kinds_of(&h->study, column, 0, &k), 0);
	assert_true(k.groups.two && k.by == KINDS_ONE);
	for (r = 0; r < 40; r++)
		(*study_slot(&h->study, r, 0))->samples[column].num += r % 2 ? 0 : 30000;
	assert_int_equal(kinds_of(&h->study, column, 0, &k), 0);
	assert_int_equal(k.by, KINDS_TOLD);
	/* a run without a value: nothing is said */
	(*study_slot(&h->study, 7, 0))->samples[column].den = 0;
	assert_int_equal(kinds_of(&h->study, column, 0, &k), 0);
	assert_true(k.by == KINDS_ONE && !k.nr);
	drop(h);
}

/* 20 runs of two kinds ask for 40, as far as there may be so many. */
static void forty_runs_tell(void **state)
{
	static const struct {
		uint32_t nr, low, max;
		bool convoys;
		enum stop_state state;
		uint32_t goal;
	} cases[] = {
		{20, 15, 200, false, STOP_MORE, 40}, {20, 15, 30, false, STOP_MORE, 30},
		{20, 15, 20, false, STOP_FIXED, 20}, {20, 0, 200, false, STOP_FIXED, 20},
		{10, 4, 200, true, STOP_MORE, 40},   {10, 10, 200, true, STOP_FIXED, 10},
		{10, 4, 200, false, STOP_FIXED, 10}, {40, 30, 200, true, STOP_FIXED, 40},
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hand *h = make(cases[i].nr, cases[i].low, cases[i].convoys);
		char *text;

		stop_init(&h->study.rule, cases[i].nr, cases[i].max, 0);
		h->study.max_reps =
			cases[i].max < cases[i].nr + 100 ? cases[i].max : cases[i].nr + 100;
		assert_int_equal(study_judge(&h->study, NULL), cases[i].state);
		assert_int_equal(h->study.rule.goal, cases[i].goal);
		text = print(h, report_compare);
		if (cases[i].nr == 20 && cases[i].low)
			expect_line(text, "base: two kinds of runs are likely in throughput; 40 "
					  "replications would tell, these are 20\n");
		free(text);
		drop(h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_in_words),
		cmocka_unit_test(events_and_runs),
		cmocka_unit_test(one_kind_says_nothing),
		cmocka_unit_test(machines_are_told),
		cmocka_unit_test(small_differences_are_none),
		cmocka_unit_test(forty_runs_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
