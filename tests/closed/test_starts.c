/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How guests start: when their vCPUs come up, when their loads wake them, and what of that
 * stays for ever where nobody sleeps.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/model/trace.h"
#include "../lib/make_world.h"

#define MAX_VCPUS 8

/* When each vCPU woke for the first and for the second time, and halted in between. */
struct seen {
	uint64_t wake_ns[MAX_VCPUS][2], halt_ns[MAX_VCPUS];
	unsigned nr[MAX_VCPUS];
};

static int watch(struct trace_sink *sink, const struct trace_rec *records, uint32_t n)
{
	struct seen *seen = sink->context;

	for (uint32_t i = 0; i < n; i++) {
		const struct trace_rec *rec = &records[i];

		if (rec->type == TR_WAKE && seen->nr[rec->vcpu] < 2)
			seen->wake_ns[rec->vcpu][seen->nr[rec->vcpu]++] = rec->at_ns;
		if (rec->type == TR_SWITCH_OUT && seen->nr[rec->vcpu] == 1)
			seen->halt_ns[rec->vcpu] = rec->at_ns;
	}
	return 0;
}

static void run(struct made *made, uint32_t rep, struct seen *seen, struct sim_result *r)
{
	static struct trace_rec buffer[64];
	struct trace_sink sink = {.buffer = buffer, .size = 64, .flush = watch, .context = seen};

	memset(seen, 0, sizeof(*seen));
	made_run_traced(made, rep, r, &sink);
}

/* Two hogs of `width` vCPUs each, whose loads begin by these rules. */
static struct made *world(uint32_t nr_pcpus, uint32_t width, const char *policy, enum starts starts)
{
	struct made *made = made_new(nr_pcpus, 200 * MS, policy);
	struct run_spec *run = &made->world.run;
	uint32_t hog = made_hog(made);

	made_vm(made, "a", width, 1024, hog);
	made_vm(made, "b", width, 1024, hog);
	run->starts = starts;
	run->boot_gap_ns = 2 * MS;
	run->boot_ns = width * run->boot_gap_ns;
	run->load_spread_ns = MS;
	return made;
}

/*
 * On a host with a pCPU for everybody: the vCPUs come up every 2 ms and halt at once; the
 * loads begin within a second after that, uniformly and apart from each other, and wake the
 * vCPUs within 1 ms.  All work through the window, which has no warm-up: it begins when the
 * last is awake.  Another policy has the same instants.
 */
static void test_instants(void **state)
{
	enum { REPS = 400 };
	double sum[2] = {0, 0}, squares = 0, both = 0;

	(void)state;
	for (uint32_t rep = 0; rep < REPS; rep++) {
		struct made *made = world(6, 3, "rr", STARTS_SPREAD),
			    *other = world(6, 3, "cfs", STARTS_SPREAD);
		struct seen seen, same;
		struct sim_result r;
		double load[2];

		made->world.run.load_range_ns = other->world.run.load_range_ns = SEC;
		run(other, rep, &same, &r);
		sim_result_free(&r);
		run(made, rep, &seen, &r);
		assert_memory_equal(seen.wake_ns, same.wake_ns, sizeof(seen.wake_ns));
		for (uint32_t v = 0; v < 6; v++) {
			assert_int_equal(seen.wake_ns[v][0], v % 3 * 2 * MS);
			assert_int_equal(seen.halt_ns[v], seen.wake_ns[v][0]);
			assert_in_range(seen.wake_ns[v][1], 6 * MS, 6 * MS + SEC + MS);
		}
		for (uint32_t vm = 0; vm < 2; vm++) {
			uint64_t least = UINT64_MAX, most = 0;

			for (uint32_t v = 3 * vm; v < 3 * vm + 3; v++) {
				least = sp_min(least, seen.wake_ns[v][1]);
				most = sp_max(most, seen.wake_ns[v][1]);
			}
			assert_in_range(most - least, 0, MS);
			assert_int_equal(r.vms[vm].time[VT_USEFUL], 3 * 200 * MS);
			load[vm] = (double)(least - 6 * MS) / (double)SEC - 0.5;
			sum[vm] += load[vm];
			squares += load[vm] * load[vm] / 2;
		}
		both += load[0] * load[1];
		sim_result_free(&r);
		made_free(made);
		made_free(other);
	}
	/* uniform within a second: 4 standard errors; 1/12; and uncorrelated */
	assert_true(fabs(sum[0] / REPS) < 4 * 0.2887 / 20 && fabs(sum[1] / REPS) < 4 * 0.2887 / 20);
	assert_true(fabs(squares / REPS - 1.0 / 12) < 4 * 0.0745 / sqrt(2 * REPS));
	assert_true(fabs(both / REPS) < 4.0 / 12 / 20);
}

/* A list: at these instants after all are up; the warm-up begins with the last. */
static void test_list(void **state)
{
	struct made *made = world(4, 2, "rr", STARTS_AT);
	struct seen seen;
	struct sim_result r;

	(void)state;
	made->world.vms[1].load_ns = 70 * MS;
	run(made, 0, &seen, &r);
	assert_in_range(seen.wake_ns[0][1], 4 * MS, 5 * MS);
	assert_in_range(seen.wake_ns[2][1], 74 * MS, 75 * MS);
	assert_int_equal(r.end_ns, 75 * MS + 200 * MS);
	sim_result_free(&r);
	made_free(made);
}

/*
 * A VM that comes later, at 30 ms, comes up then: its load begins 4 ms after, and wakes it
 * within 1 ms.  A finite program counts its time from its load on.
 */
static void test_later(void **state)
{
	struct step steps[] = {{.op = STEP_COMPUTE}, {.op = STEP_END}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = 20 * MS, .max_ns = WORLD_MAX_NS}};
	struct program p = {.steps = steps,
			    .nr_steps = 2,
			    .dists = dists,
			    .nr_dists = 1,
			    .finite = true};
	struct made *made = made_new(4, 200 * MS, "rr");
	struct run_spec *spec = &made->world.run;
	struct seen seen;
	struct sim_result r;

	(void)state;
	made_vm(made, "a", 2, 1024, made_hog(made));
	made_vm(made, "b", 2, 1024, made_program(made, &p));
	made->world.vms[1].start_ns = 30 * MS;
	spec->starts = STARTS_TOGETHER;
	spec->boot_gap_ns = 2 * MS;
	spec->boot_ns = 4 * MS;
	spec->load_spread_ns = MS;
	run(made, 0, &seen, &r);
	assert_int_equal(seen.wake_ns[2][0], 5 * MS + 30 * MS);
	assert_int_equal(seen.wake_ns[3][0], 5 * MS + 32 * MS);
	assert_in_range(seen.wake_ns[2][1], 5 * MS + 34 * MS, 5 * MS + 35 * MS);
	assert_in_range(r.vms[1].done_at_ns, 20 * MS, 21 * MS);
	sim_result_free(&r);
	made_free(made);
}

/* Co-run of a, over 300 replications: all of any. */
static double corun(uint64_t load_spread_ns, uint64_t second_ns)
{
	double all = 0, any = 0;

	for (uint32_t rep = 0; rep < 300; rep++) {
		struct made *made = world(2, 2, "cfs", STARTS_AT);
		struct sim_result r;

		made_tunable(made, "latency", 20 * MS);
		made_tunable(made, "scale", 0);
		for (uint32_t vm = 0; vm < 2; vm++)
			for (uint32_t v = 0; v < 2; v++)
				made_pin(made, vm, v, v, 1);
		made->world.run.load_spread_ns = load_spread_ns;
		made->world.run.warmup_ns = 40 * MS;
		made->world.vms[1].load_ns = second_ns;
		made_run(made, rep, &r);
		all += (double)r.vms[0].corun_all_ns;
		any += (double)r.vms[0].corun_any_ns;
		sim_result_free(&r);
		made_free(made);
	}
	return all / any;
}

/*
 * cfs with slices T = 10 ms, each vCPU of two hogs on a pCPU of its own.  b preempts a when it
 * wakes, and from then on a pCPU changes guests every T: the two pCPUs d apart for ever, as the
 * vCPUs of b woke.  Co-run is (T - d) / (T + d); the distance of two uniform draws is s/3 on
 * average, and co-run over all runs (1 - r) / (1 + r) with r = s / 3T.  With s a multiple of T
 * the phases are independent: half of the time of each, 1/3.
 */
static void test_spread_stays(void **state)
{
	(void)state;
	assert_true(fabs(corun(MS, 65 * MS) - 0.9355) < 0.006);
	assert_true(fabs(corun(2 * MS, 65 * MS) - 0.875) < 0.012);
	assert_true(corun(0, 65 * MS) == 1);
	assert_true(fabs(corun(40 * MS, 100 * MS) - 1.0 / 3) < 0.05);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_instants),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_later),
		cmocka_unit_test(test_spread_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
