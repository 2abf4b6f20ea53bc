/* SPDX-License-Identifier: BSD-2-Clause */
/* Every metric of the registry on a result made by hand, with answers worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/study/hist_boot.h"
#include "../../sim/study/metrics.h"
#include "fixture.h"

struct answer {
	const char *name;
	double host;
};

/*
 * Guests together: running 600 = useful 500 + critical 20 + contention 10 + lhp 30
 * + lwp 5 + partner 15 + overhead 20; halt-poll 10, steal 160, held 40, blocked
 * 190: 1000 in all, wanting 800.  pCPUs: 4 s, of them 1 s offline, 0.1 s stolen.
 */
static const struct answer answers[] = {
	{"throughput", 2000},
	{"sections", 250},
	{"completion", 1.5e6},
	{"useful", 520.0 / 600},
	{"overhead", 20.0 / 600},
	{"spin", 60.0 / 600},
	{"lhp_spin", 30.0 / 600},
	{"lwp_spin", 5.0 / 600},
	{"contention_spin", 10.0 / 600},
	{"partner_spin", 15.0 / 600},
	{"lock_wait", 2},
	{"lock_held", 0.2},
	{"lhp_wall", 0.1},
	{"convoy", 0},
	{"lhp_exposed", 0.01},
	{"lhp", 50},
	{"lhp_harmful", 30},
	{"lwp", 20},
	{"corun", 0.85},
	{"corun_all_n", 0.75},
	{"skew", 5},
	{"costops", 8},
	{"lock_halts", 7},
	{"lock_kicks", 6},
	{"lock_steals", 9},
	{"ipis", 17},
	{"ipis_spared", 19},
	{"halt_polls", 11},
	{"halt_polls_woken", 13},
	{"ple_exits", 14},
	{"yields_to", 15},
	{"yields_hit", 16},
	{"mutex_sleeps", 19},
	{"thread_switches", 17},
	{"thread_preemptions", 18},
	{"thread_ready", 0.1},
	{"thread_loaded", 0.2},
	{"thread_asleep", 0.3},
	{"thread_waiting", 0.35},
	{"thread_over", 0.05},
	{"steal", 0.2},
	{"held", 0.05},
	{"frag_wait", 0.1},
	{"jain", 0.9},
	{"unfair_max", 0.5},
	{"unfair_siblings", 0.25},
	{"received", 2.5001 / 3},
	{"entitled", 1},
	{"received_of_entitled", 2.5001 / 3},
	{"utilisation", 2.0 / 2.9},
	{"host_useful", 1.6 / 2.9},
	{"idle", 0.9 / 2.9},
	{"frag_idle", 0.1},
	{"forced_idle", 0.05},
	{"switches", 300},
	{"stints", 250},
	{"preemptions", 100},
	{"migrations", 60},
	{"sibling_turns", 15},
	{"wakeups", 70},
	{"picks", 400},
	{"kicks", 500},
	{"finished", 2},
	{"violations", 9},
	{"time_useful", 0.5},
	{"time_critical", 0.02},
	{"time_contention", 0.01},
	{"time_lhp", 0.03},
	{"time_lwp", 0.005},
	{"time_partner", 0.015},
	{"time_overhead", 0.02},
	{"time_halt_poll", 0.01},
	{"time_steal", 0.16},
	{"time_held", 0.04},
	{"time_blocked", 0.19},
	{"pcpu_useful", 0.4},
	{"pcpu_spin", 0.05},
	{"pcpu_overhead", 0.025},
	{"pcpu_halt_poll", 0.025},
	{"pcpu_stolen", 0.025},
	{"pcpu_idle", 0.225},
	{"pcpu_offline", 0.25},
};

static const char *const families[NR_GH] = {"wait",	"wakeup", "response",
					    "lockwait", "stint",  "ipi_wait"};

static void fill_vms(struct sim_result *r)
{
	static const uint64_t times[3][NR_VT] = {
		{100, 20, 10, 30, 5, 15, 20, 10, 60, 40, 90},
		{300, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0},
		{100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100},
	};
	static const uint64_t counts[3][NR_VC] = {
		{1000,
		 7,
		 100,
		 500,
		 120,
		 100,
		 140,
		 100,
		 60,
		 40,
		 10,
		 [VC_SIBLING_TURNS] = 30,
		 [VC_LOCK_HALTS] = 14,
		 [VC_LOCK_KICKS] = 12,
		 [VC_LOCK_STEALS] = 18,
		 [VC_HALT_POLLS] = 22,
		 [VC_HALT_POLLS_WOKEN] = 26,
		 [VC_PLE_EXITS] = 28,
		 [VC_YIELDS_TO] = 30,
		 [VC_YIELDS_HIT] = 32,
		 [VC_MUTEX_SLEEPS] = 38,
		 [VC_THREAD_SWITCHES] = 34,
		 [VC_THREAD_PREEMPTIONS] = 36,
		 [VC_IPIS] = 34,
		 [VC_IPIS_FLAGGED] = 38},
		{3000, 7, 400, 0, 80, 20, 0, 0, 0, 0, 6},
		{0, 7, [VC_FINISHED] = 2},
	};
	static const uint64_t thread_times[NR_TT] = {100, 200, 300, 350, 50};
	uint32_t vm, i;

	memcpy(r->vms[1].thread_time, thread_times, sizeof(thread_times));
	for (vm = 0; vm < 3; vm++) {
		memcpy(r->vms[vm].time, times[vm], sizeof(times[vm]));
		memcpy(r->vms[vm].count, counts[vm], sizeof(counts[vm]));
	}
	/* the management VM must not show in what is said of the guests */
	for (i = 0; i < NR_VT; i++)
		r->vms[3].time[i] = 7777777;
	for (i = 0; i < NR_VC; i++)
		r->vms[3].count[i] = 7777777;
	r->vms[3].corun_any_ns = r->vms[3].lhp_wall_ns = r->vms[3].lock_wait_ns = 7777777777;
	r->vms[3].max_skew_ns = r->vms[3].frag_wait_ns = r->vms[3].received_ns = 7777777777;
	r->vms[3].entitled_ns = 1;
}

static void fill_rest(struct sim_result *r)
{
	static const uint64_t pcpus[2][NR_PT] = {
		{1000000000, 200000000, 100000000, 100000000, 100000000, 500000000, 0},
		{600000000, 0, 0, 0, 0, 400000000, 1000000000},
	};
	struct vm_result *a = &r->vms[0], *b = &r->vms[1], *c = &r->vms[2];

	memcpy(r->pcpus, pcpus, sizeof(pcpus));
	a->corun_any_ns = 100, a->corun_all_ns = 50, a->corun_all_n_ns = 30;
	b->corun_any_ns = 300, b->corun_all_ns = 290, b->corun_all_n_ns = 270;
	a->lhp_wall_ns = 100000000, b->lhp_wall_ns = 300000000;
	a->lhp_exposed_ns = 40000000, a->lock_held_ns = 800000000;
	a->lock_wait_ns = 250000, b->lock_wait_ns = 750000;
	a->entitled_ns = 1e9, b->entitled_ns = 2e9;
	a->received_ns = 500000000, b->received_ns = 2000000000, c->received_ns = 100000;
	a->sibling_short = 0.25, b->sibling_short = 0.125;
	a->frag_wait_ns = 50, b->frag_wait_ns = 30;
	a->max_skew_ns = 5000, b->max_skew_ns = 4000;
	c->done_at_ns = 1500000000;
	r->frag_idle_ns = 290000000;
	r->forced_idle_ns = 145000000;
	r->nr_switches = 600, r->nr_picks = 800, r->nr_kicks = 1000, r->nr_violations = 9;
}

/* 60,000 waits of 16 + h ns in web, 40,000 of 24 + h in batch: exact buckets. */
static void fill_hists(struct sim_result *r)
{
	uint32_t h, i;

	for (h = 0; h < NR_GH; h++) {
		for (i = 0; i < 60000; i++)
			hist_add(&r->groups[0].hist[h], 16 + h);
		for (i = 0; i < 40000; i++)
			hist_add(&r->groups[1].hist[h], 24 + h);
		for (i = 0; i < 500000; i++)
			hist_add(&r->groups[2].hist[h], 1000000000);
	}
}

struct setup {
	struct fixture fixture;
	struct sim_result result;
	struct hist guests[NR_GH];
};

static struct setup *set_up(void)
{
	struct setup *s = calloc(1, sizeof(*s));
	uint32_t h;

	assert_non_null(s);
	fixture_init(&s->fixture);
	fixture_result_init(&s->result);
	fill_vms(&s->result);
	fill_rest(&s->result);
	fill_hists(&s->result);
	for (h = 0; h < NR_GH; h++) {
		hist_merge(&s->guests[h], &s->result.groups[0].hist[h]);
		hist_merge(&s->guests[h], &s->result.groups[1].hist[h]);
	}
	return s;
}

static void tear_down(struct setup *s)
{
	fixture_result_fini(&s->result);
	free(s);
}

static double measure(const struct setup *s, const char *name, struct scope scope)
{
	const struct hist *hist = scope.kind == SCOPE_HOST    ? s->guests
				  : scope.kind == SCOPE_GROUP ? s->result.groups[scope.id].hist
							      : NULL;
	const struct metric *metric = metric_find(name);
	struct metric_input in;
	struct sample x;

	if (!metric)
		fail_msg("no metric %s", name);
	metric_input_init(&in, &s->fixture.world, &s->result, &scope, hist);
	x = metric_sample(metric, &in);
	return x.den > 0 ? x.num / x.den : NAN;
}

static void expect(const char *name, double found, double expected)
{
	if (isnan(found) || fabs(found - expected) > 1e-9 * fabs(expected))
		fail_msg("%s is %.12g, not %.12g", name, found, expected);
}

static bool answered(const char *name)
{
	uint32_t i;

	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (!strcmp(answers[i].name, name))
			return true;
	for (i = 0; i < NR_GH; i++)
		if (!strncmp(name, families[i], strlen(families[i])) &&
		    name[strlen(families[i])] == '_')
			return true;
	return false;
}

static void every_metric_has_its_answer(void **state)
{
	struct setup *s = set_up();
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		expect(answers[i].name, measure(s, answers[i].name, scope_host(&s->fixture.world)),
		       answers[i].host);
	for (i = 0; i < nr_metric_registry; i++)
		if (!answered(metric_registry[i].name))
			fail_msg("%s is not tested here", metric_registry[i].name);
	tear_down(s);
}

/* More than half of what ran is behind a lock whose owner-to-be is off CPU. */
static void a_convoy_is_told(void **state)
{
	struct setup *s = set_up();
	uint64_t *time = s->result.vms[1].time, running = 0;
	struct scope host = scope_host(&s->fixture.world);
	uint32_t i;

	(void)state;
	for (i = VT_USEFUL; i <= VT_OVERHEAD; i++)
		time[i] = 1000;
	running = 1000 * (VT_OVERHEAD - VT_USEFUL + 1);
	time[VT_USEFUL] = 0;
	time[VT_SPIN_LHP] = 2000; /* so that running stays */
	time[VT_SPIN_LWP] = running / 2 - 2000;
	time[VT_CRITICAL] = running - running / 2 - 1000 * (VT_OVERHEAD - VT_SPIN_LWP);
	time[VT_SPIN_CONTENTION] = 0;
	expect("convoy", measure(s, "convoy", scope_vm(1)), 0);
	time[VT_SPIN_LWP]++;
	time[VT_CRITICAL]--;
	expect("convoy", measure(s, "convoy", scope_vm(1)), 1);
	/* of two VMs with locks; the third has none, and the management VM is none of them */
	expect("convoy", measure(s, "convoy", host), 0.5);
	assert_true(isnan(measure(s, "convoy", scope_vm(2))));
	tear_down(s);
}

/* By demand nobody has more than all; with a backlog who has too much is unfair. */
static void fairness_by_demand(void **state)
{
	struct setup *s = set_up();
	struct scope host = scope_host(&s->fixture.world);

	(void)state;
	s->result.vms[1].received_ns = 4000000000; /* twice what it is entitled to */
	expect("unfair_max", measure(s, "unfair_max", host), 1);
	expect("jain", measure(s, "jain", host), 2.5 * 2.5 / (2 * 4.25));
	s->fixture.world.fairness = FAIRNESS_VCPU;
	expect("unfair_max", measure(s, "unfair_max", host), 0.5);
	expect("jain", measure(s, "jain", host), 0.9);
	expect("received_of_entitled", measure(s, "received_of_entitled", scope_vm(1)), 2);
	expect("unfair_siblings", measure(s, "unfair_siblings", scope_vm(1)), 0.125);
	s->result.vms[0].received_ns = 1000000000;
	expect("unfair_max", measure(s, "unfair_max", host), 0);
	expect("jain", measure(s, "jain", host), 1);
	tear_down(s);
}

static void every_latency_has_its_answer(void **state)
{
	static const struct {
		const char *end;
		double web, all; /* ns, to which h is added */
	} expected[] = {
		{"mean", 16, 19.2}, {"p50", 16, 16},   {"p95", 16, 24},
		{"p99", 16, 24},    {"p999", NAN, 24}, {"max", 16, 24},
	};
	struct setup *s = set_up();
	uint32_t h, i;

	(void)state;
	for (h = 0; h < NR_GH; h++) {
		for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
			struct scope web = scope_group(&s->fixture.world, 0);
			double ns = expected[i].web + h;
			char name[32];

			snprintf(name, sizeof(name), "%s_%s", families[h], expected[i].end);
			expect(name, measure(s, name, scope_host(&s->fixture.world)),
			       (expected[i].all + h) / 1000);
			if (isnan(ns)) /* 60,000 are too few */
				assert_true(isnan(measure(s, name, web)));
			else
				expect(name, measure(s, name, web), ns / 1000);
		}
	}
	tear_down(s);
}

static void groups_and_vms(void **state)
{
	struct setup *s = set_up();
	struct scope web = scope_group(&s->fixture.world, 0);

	(void)state;
	expect("throughput", measure(s, "throughput", web), 2000);
	expect("throughput", measure(s, "throughput", scope_vm(1)), 1500);
	expect("steal", measure(s, "steal", scope_vm(1)), 0.25);
	expect("corun", measure(s, "corun", scope_vm(0)), 0.5);
	expect("received_of_entitled", measure(s, "received_of_entitled", scope_vm(0)), 0.5);
	expect("skew", measure(s, "skew", scope_vm(1)), 4);
	/* the management VM is there when asked for */
	expect("stints", measure(s, "stints", scope_vm(3)), 7777777.0 / 2);
	/* nothing to say: no lock, no entitlement, one vCPU, never ends, not all done */
	assert_true(isnan(measure(s, "lhp_wall", scope_vm(2))));
	assert_true(isnan(measure(s, "received_of_entitled", scope_vm(2))));
	assert_true(isnan(measure(s, "skew", scope_vm(3))));
	assert_true(isnan(measure(s, "completion", scope_vm(0))));
	s->result.vms[2].done_at_ns = 0;
	assert_true(isnan(measure(s, "completion", scope_vm(2))));
	tear_down(s);
}

/* A VM that starts halfway through the window has half as much wall time. */
static void life_is_what_counts(void **state)
{
	struct setup *s = set_up();

	(void)state;
	expect("lhp_wall", measure(s, "lhp_wall", scope_vm(0)), 0.05);
	s->fixture.vms[0].start_ns = 2000000000;
	expect("lhp_wall", measure(s, "lhp_wall", scope_vm(0)), 0.1);
	s->fixture.vms[0].stop_ns = 2500000000;
	expect("lhp_wall", measure(s, "lhp_wall", scope_vm(0)), 0.2);
	s->fixture.vms[0].stop_ns = 1500000000; /* gone before it came */
	assert_true(isnan(measure(s, "lhp_wall", scope_vm(0))));
	tear_down(s);
}

static bool in_scope(const struct metric *metric, const struct scope *scope)
{
	return metric->scopes & 1u << scope->kind;
}

/* Nothing happened, and even no time passed: values may be missing, never NaN. */
static void nothing_is_never_nan(void **state)
{
	struct setup *s = set_up();
	uint32_t i, k;

	(void)state;
	memset(s->result.vms, 0, FIXTURE_VMS * sizeof(*s->result.vms));
	memset(s->result.pcpus, 0, FIXTURE_PCPUS * sizeof(*s->result.pcpus));
	memset(s->result.groups, 0, FIXTURE_GROUPS * sizeof(*s->result.groups));
	memset(s->guests, 0, sizeof(s->guests));
	for (k = 0; k < 2; k++, s->result.window_ns = 0) {
		const struct scope scopes[] = {scope_host(&s->fixture.world),
					       scope_group(&s->fixture.world, 0), scope_vm(2)};

		for (i = 0; i < 3 * nr_metric_registry; i++) {
			const struct metric *metric = &metric_registry[i / 3];
			struct metric_input in;
			struct sample x;

			if (!in_scope(metric, &scopes[i % 3]))
				continue;
			metric_input_init(&in, &s->fixture.world, &s->result, &scopes[i % 3],
					  i % 3 == 2 ? NULL : s->guests);
			x = metric_sample(metric, &in);
			if (!isfinite(x.num) || !isfinite(x.den) || x.den < 0)
				fail_msg("%s is %g / %g", metric->name, x.num, x.den);
			if (k && metric->kind == METRIC_RATIO && x.den > 0)
				fail_msg("%s has something to divide by", metric->name);
		}
	}
	tear_down(s);
}

static void the_registry_is_in_order(void **state)
{
	static const char *const fixed[] = {"corun", "throughput",  "lhp_spin", "lwp_spin",
					    "spin",  "utilisation", "lhp_wall", "lhp_exposed",
					    "steal", "jain",	    "wait_p99"};
	uint32_t i, k;

	(void)state;
	for (i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		assert_non_null(metric_find(fixed[i]));
	assert_null(metric_find("coran"));
	for (i = 0; i < nr_metric_registry; i++) {
		const struct metric *m = &metric_registry[i];
		size_t length = strlen(m->definition);

		assert_true(length > 10 && m->definition[length - 1] == '.');
		assert_true(m->scopes & (IN_HOST | IN_GROUP | IN_VM));
		assert_true(m->scopes & IN_HOST);
		assert_true((m->kind == METRIC_QUANTILE) == !m->value);
		if (m->kind == METRIC_QUANTILE) {
			assert_false(m->scopes & IN_VM);
			for (k = 0; k < BOOT_QUANTILES && boot_quantiles[k] != m->quantile; k++)
				;
			assert_true(k < BOOT_QUANTILES);
		}
		for (k = 0; k < i; k++)
			assert_string_not_equal(m->name, metric_registry[k].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_metric_has_its_answer),
		cmocka_unit_test(a_convoy_is_told),
		cmocka_unit_test(fairness_by_demand),
		cmocka_unit_test(every_latency_has_its_answer),
		cmocka_unit_test(groups_and_vms),
		cmocka_unit_test(life_is_what_counts),
		cmocka_unit_test(nothing_is_never_nan),
		cmocka_unit_test(the_registry_is_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
