/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host that is not regular, against what was asked of it: how late timers, slices, ticks
 * and kicks are, where ticks lie, how much is stolen from which pCPU.  And what a policy
 * does changes none of it.
 *
 * The registry of this program holds rr with a clock: it compares what it asked for with
 * when it is called.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SP_POLICY_SYMBOL rr_policy
#include "../../policies/rr.c"

#include <math.h>

#include "../../sim/registry/policies.h"
#include "../lib/make_world.h"

#define NR_PCPUS 4
#define WIDE 16 /* pCPUs of the hosts of which time is stolen */
#define PERIOD_NS (4 * MS) /* of ticks */
#define MEAN_NS 5000.0 /* exponential lateness */

/* -- the clock -------------------------------------------------------------------- */

/* Delays of one kind. */
struct delays {
	double sum_ns;
	uint32_t nr;
};

static struct {
	uint64_t grid_ns; /* slices end at its multiples; 0: never */
	uint64_t beat_ns; /* at its multiples all pCPUs are kicked; 0: never */
	uint64_t sleep_ns; /* what its sleepers sleep */
	uint64_t until_ns[WIDE], timer_ns, sent_ns, wake_ns[WIDE];
	bool awaits_kick[WIDE];
	struct delays slice, timer, kick[WIDE], wake, tick;
	uint64_t phase_ns[WIDE]; /* of its first tick */
	bool has_ticked[WIDE];
	uint64_t log_ns[WIDE][4096]; /* how late the slice was that ended at 2 ms * i */
} watch;

static void note(struct delays *d, uint64_t ns)
{
	d->sum_ns += (double)ns;
	d->nr++;
}

static void clock_slice(uint32_t pcpu, uint64_t now_ns)
{
	uint64_t until_ns = watch.until_ns[pcpu], at = until_ns / (2 * MS);

	if (!until_ns || now_ns < until_ns)
		return;
	note(&watch.slice, now_ns - until_ns);
	if (until_ns % (2 * MS) == 0 && at < 4096)
		watch.log_ns[pcpu][at] = 1 + now_ns - until_ns;
}

static void clock_pick_next(void *st, sp_u32 pcpu, sp_u64 now_ns, struct sp_out *out)
{
	clock_slice(pcpu, now_ns);
	if (watch.awaits_kick[pcpu])
		note(&watch.kick[pcpu], now_ns - watch.sent_ns);
	watch.awaits_kick[pcpu] = false;
	rr_pick_next(st, pcpu, now_ns, out);
	out->run_until_ns = SP_NEVER_NS;
	if (watch.grid_ns)
		out->run_until_ns = (now_ns / watch.grid_ns + 1) * watch.grid_ns;
	watch.until_ns[pcpu] = watch.grid_ns ? out->run_until_ns : 0;
}

static void arm(uint64_t now_ns, struct sp_out *out)
{
	if (!watch.beat_ns)
		return;
	watch.timer_ns = (now_ns / watch.beat_ns + 1) * watch.beat_ns;
	out->timer_ns = watch.timer_ns;
}

static void clock_timer(void *st, sp_u64 now_ns, struct sp_out *out)
{
	(void)st;
	note(&watch.timer, now_ns - watch.timer_ns);
	watch.sent_ns = now_ns;
	for (uint32_t p = 0; p < NR_PCPUS; p++)
		watch.awaits_kick[p] = true;
	out->kick_all = 1;
	arm(now_ns, out);
}

static sp_s32 clock_pcpu_online(void *st, sp_u32 pcpu, const struct sp_topo *topo, sp_u64 now_ns,
				struct sp_out *out)
{
	sp_s32 ret = rr_pcpu_online(st, pcpu, topo, now_ns, out);

	if (pcpu == 0)
		arm(now_ns, out);
	return ret;
}

static void clock_tick(void *st, const struct sp_tick *tick, sp_u64 now_ns, struct sp_out *out)
{
	(void)st, (void)out;
	if (!watch.has_ticked[tick->pcpu])
		watch.phase_ns[tick->pcpu] = now_ns % PERIOD_NS;
	watch.has_ticked[tick->pcpu] = true;
	note(&watch.tick, now_ns % PERIOD_NS);
}

static void clock_vcpu_stopped(void *st, const struct sp_stint *stint, sp_u64 now_ns,
			       struct sp_out *out)
{
	if (stint->why == SP_STOP_BLOCKED)
		watch.wake_ns[stint->vcpu] = now_ns + watch.sleep_ns;
	rr_vcpu_stopped(st, stint, now_ns, out);
}

static void clock_vcpu_wake(void *st, sp_u32 vcpu, const struct sp_wake *wake, sp_u64 now_ns,
			    struct sp_out *out)
{
	if (watch.sleep_ns && watch.wake_ns[vcpu])
		note(&watch.wake, now_ns - watch.wake_ns[vcpu]);
	rr_vcpu_wake(st, vcpu, wake, now_ns, out);
}

static struct sp_policy ticker; /* the one with the clock */

const struct policy_entry policy_registry[] = {
	{"clock", {{SP_NR_PCPUS, SP_NR_VCPUS, &ticker}}},
	{"rr", {{SP_NR_PCPUS, SP_NR_VCPUS, &rr_policy}}},
};
const uint32_t nr_policy_registry = 2;

static int make_policy(void **state)
{
	(void)state;
	ticker = rr_policy;
	ticker.name = "clock";
	ticker.pick_next = clock_pick_next;
	ticker.timer = clock_timer;
	ticker.pcpu_online = clock_pcpu_online;
	ticker.tick = clock_tick;
	ticker.vcpu_stopped = clock_vcpu_stopped;
	ticker.vcpu_wake = clock_vcpu_wake;
	return 0;
}

/* -- worlds ----------------------------------------------------------------------- */

static const struct dist late = {.kind = DIST_EXPONENTIAL, .a = MEAN_NS, .max_ns = WORLD_MAX_NS};

/* Hogs on all pCPUs, twice as many. */
static struct made *hogs(uint64_t duration_ns)
{
	struct made *made = made_new(NR_PCPUS, duration_ns, "clock");

	memset(&watch, 0, sizeof(watch));
	made->world.run.start_spread_ns = 0;
	made_vm(made, "hogs", 2 * NR_PCPUS, 1024, made_hog(made));
	return made;
}

static void run(struct made *made)
{
	struct sim_result r;

	made_run(made, 0, &r);
	sim_result_free(&r);
	made_free(made);
}

/* An exponential mean, within five standard errors. */
static void expect_mean(const char *what, const struct delays *d, double mean_ns)
{
	double is_ns = d->sum_ns / d->nr, error_ns = MEAN_NS / sqrt(d->nr);

	print_message("%s: late by %.0f ns on average of %u, expected %.0f ± %.0f\n", what, is_ns,
		      d->nr, mean_ns, error_ns);
	assert_true(d->nr > 1000);
	assert_true(fabs(is_ns - mean_ns) < 5 * error_ns);
}

static void test_slices(void **state)
{
	struct made *made = hogs(2 * SEC);

	(void)state;
	watch.grid_ns = 1 * MS;
	made->world.host.late_timer = late;
	run(made);
	expect_mean("ends of slices", &watch.slice, MEAN_NS);
}

static void test_sleepers(void **state)
{
	struct made *made = hogs(4 * SEC);

	(void)state;
	watch.sleep_ns = 1 * MS;
	made->world.host.late_timer = late;
	made->world.vcpus[0].program = made_sleeper(made, 100000, 1 * MS, false);
	for (uint32_t v = 1; v < 2 * NR_PCPUS; v++) /* three to sleep, and a pCPU for each */
		made->world.vcpus[v].program = v < 3 ? made->world.vcpus[0].program : 0;
	made->world.vms[0].width = made->world.nr_vcpus = NR_PCPUS;
	run(made);
	expect_mean("sleepers", &watch.wake, MEAN_NS);
}

/* The policy's timer is late; then its kicks are, each by itself and one after the other. */
static void test_kicks(void **state)
{
	struct made *made = hogs(3 * SEC);
	char what[16];

	(void)state;
	watch.beat_ns = 1 * MS;
	made->world.host.kick_ns = 2000;
	made->world.host.late_next_ns = 3000;
	made->world.host.late_timer = late;
	made->world.host.late_kick = late;
	run(made);
	expect_mean("the policy's timer", &watch.timer, MEAN_NS);
	for (uint32_t p = 0; p < NR_PCPUS; p++) {
		snprintf(what, sizeof(what), "kick %u", p);
		expect_mean(what, &watch.kick[p], 2000 + 3000 * p + MEAN_NS);
	}
}

/* The same without chance: to the nanosecond. */
static void test_broadcast(void **state)
{
	struct made *made = hogs(100 * MS);

	(void)state;
	watch.beat_ns = 1 * MS;
	made->world.host.kick_ns = 2000;
	made->world.host.late_next_ns = 3000;
	run(made);
	assert_true(watch.timer.sum_ns == 0 && watch.timer.nr == 100);
	for (uint32_t p = 0; p < NR_PCPUS; p++) {
		assert_int_equal(watch.kick[p].nr, 99);
		assert_true(watch.kick[p].sum_ns == 99 * (2000 + 3000.0 * p));
	}
}

/* Ticks are late, and the next one does not come later for it. */
static void test_ticks(void **state)
{
	struct made *made = hogs(4 * SEC);

	(void)state;
	made->world.host.tick_ns = PERIOD_NS;
	made->world.host.late_timer = late;
	made->world.run.phases = PHASES_ALIGNED;
	run(made);
	expect_mean("ticks", &watch.tick, MEAN_NS);
}

static void test_phases(void **state)
{
	static const enum phases all[] = {PHASES_RANDOM, PHASES_ALIGNED, PHASES_SKEWED};

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		struct made *made = hogs(40 * MS);

		made->world.host.tick_ns = PERIOD_NS;
		made->world.run.phases = all[i];
		run(made);
		for (uint32_t p = 0; p < NR_PCPUS; p++) {
			assert_true(watch.has_ticked[p]);
			if (all[i] == PHASES_ALIGNED)
				assert_int_equal(watch.phase_ns[p], 0);
			else if (all[i] == PHASES_SKEWED) /* half a period for all of them */
				assert_int_equal(watch.phase_ns[p], p * PERIOD_NS / 2 / NR_PCPUS);
			else if (p)
				assert_int_not_equal(watch.phase_ns[p], watch.phase_ns[p - 1]);
		}
	}
}

/*
 * Another policy meets the same host: what is asked for at the same instant on the same
 * pCPU is served at the same instant.  Elsewhere, or at another instant, it is not.
 */
static void test_paired(void **state)
{
	static uint64_t before[NR_PCPUS][4096];
	uint32_t nr_same = 0, nr_alike = 0;
	struct made *made;

	(void)state;
	for (uint32_t pass = 0; pass < 2; pass++) {
		made = hogs(2 * SEC);
		watch.grid_ns = (1 + pass) * MS;
		made->world.host.late_timer = late;
		run(made);
		if (pass == 0)
			memcpy(before, watch.log_ns, sizeof(before));
	}
	for (uint32_t i = 1; i < 4096; i++)
		for (uint32_t p = 0; p < NR_PCPUS; p++) {
			if (!before[p][i] || !watch.log_ns[p][i])
				continue;
			nr_same++;
			assert_int_equal(before[p][i], watch.log_ns[p][i]);
			nr_alike += before[p][i] == before[p][i - 1] ||
				    before[p][i] == before[(p + 1) % NR_PCPUS][i];
		}
	print_message("%u instants alike under both, %u of them as late as a neighbour\n", nr_same,
		      nr_alike);
	assert_true(nr_same > 2000);
	assert_true(nr_alike < nr_same / 100);
}

/* -- what is stolen --------------------------------------------------------------- */

#define REPS 16

/* How often each pCPU is taken, against what the scenario says; stolen: of all. */
static void rates(const char *policy, double spread, double rate[REPS * WIDE])
{
	struct made *made = made_new(WIDE, 20 * SEC, policy);
	struct host_spec *host = &made->world.host;
	struct sim_result r;

	memset(&watch, 0, sizeof(watch));
	host->stolen_run = (struct dist){.a = 50000, .max_ns = WORLD_MAX_NS};
	host->stolen_every =
		(struct dist){.kind = DIST_EXPONENTIAL, .a = 5e6, .max_ns = WORLD_MAX_NS};
	host->stolen_spread = spread;
	made_vm(made, "rare", 1, 1024, made_sleeper(made, 1000, 5 * SEC, false));
	for (uint32_t rep = 0; rep < REPS; rep++) {
		made_run(made, rep, &r);
		for (uint32_t p = 0; p < WIDE; p++) {
			double stolen_ns = (double)r.pcpus[p][PT_STOLEN];

			rate[rep * WIDE + p] = stolen_ns / (20e9 - stolen_ns) * 5e6 / 50000;
		}
		sim_result_free(&r);
	}
	made_free(made);
}

/*
 * Lognormal about 1 with the logarithm's sd 1, without what is beyond two: then the sd is
 * sqrt(1 - 4 phi(2) / (1 - 2 Phi(-2))) = 0.8796, and the limits are exp(-2) and exp(2).
 */
static void test_rates(void **state)
{
	static double rate[REPS * WIDE], other[REPS * WIDE];
	double sum = 0, squares = 0, mean, sd;

	(void)state;
	rates("rr", 1, rate);
	rates("clock", 1, other);
	for (uint32_t i = 0; i < REPS * WIDE; i++) {
		double log_rate = log(rate[i]);

		assert_true(fabs(rate[i] - other[i]) < 0.001 * rate[i]); /* whatever the policy */
		assert_true(fabs(log_rate) < 2.2); /* 540 spells at least: 4 % by chance */
		sum += log_rate;
		squares += log_rate * log_rate;
	}
	mean = sum / (REPS * WIDE);
	sd = sqrt(squares / (REPS * WIDE) - mean * mean);
	print_message("rates of %u pCPUs: mean of the logarithm %.3f (0), sd %.3f (0.880)\n",
		      REPS * WIDE, mean, sd);
	assert_true(fabs(mean) < 4 * 0.88 / 16);
	assert_true(sd > 0.80 && sd < 0.96);
	assert_true(fabs(log(rate[0]) - log(rate[1])) > 0.01);
}

/* Without a spread all are alike, but for chance: 4,000 spells each. */
static void test_level(void **state)
{
	static double rate[REPS * WIDE];
	double sum = 0;

	(void)state;
	rates("rr", 0, rate);
	for (uint32_t i = 0; i < REPS * WIDE; i++) {
		assert_true(fabs(rate[i] - 1) < 5 / sqrt(4000));
		sum += rate[i];
	}
	assert_true(fabs(sum / (REPS * WIDE) - 1) < 0.005);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slices), cmocka_unit_test(test_sleepers),
		cmocka_unit_test(test_kicks),  cmocka_unit_test(test_broadcast),
		cmocka_unit_test(test_ticks),  cmocka_unit_test(test_phases),
		cmocka_unit_test(test_paired), cmocka_unit_test(test_rates),
		cmocka_unit_test(test_level),
	};

	return cmocka_run_group_tests_name("a host that is not regular", tests, make_policy, NULL);
}
