/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Handing a ticket lock to a waiter that may be off CPU costs (R-1)^2 s / (2R).
 *
 * After a stall (the holder was preempted with the lock) the holder comes back
 * and unlocks; the next in line is off CPU with probability (R-1)/R, and then
 * for s / 2 on average.  At R = 2: s / 4.
 *
 * Conditions: two vCPUs a VM, so that nobody stands between; the first handover
 * after the first stall (later ones line the vCPUs up: convoys); siblings on
 * pCPUs of their own with independent phases, drawn anew by each replication (two
 * siblings that take turns on one pCPU make it s, not s / 4: under a global queue,
 * where a third of the placements does that, the mean is 0.51 s).  Costs, ticks
 * and noise off.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/make_world.h"

#define NR_VCPUS 4

/* What the trace tells about one VM's lock. */
struct watch {
	struct {
		bool stalled; /* the holder has been preempted since it took the lock */
		bool passed; /* a stalled holder unlocked at passed_ns; who is next? */
		uint64_t passed_ns;
		uint32_t nr_waiting;
		bool seen; /* the first handover after a stall */
	} vm[2];
	double sum_ns;
	uint64_t nr;
};

static void watch_acquired(struct watch *w, uint32_t vm, const struct trace_rec *rec)
{
	if (rec->arg != 0)
		w->vm[vm].nr_waiting--;
	/* later ones are no longer independent: stalls line the vCPUs up (convoys) */
	if (w->vm[vm].passed && rec->arg != 0 && !w->vm[vm].seen) {
		w->vm[vm].seen = true;
		w->sum_ns += (double)(rec->at_ns - w->vm[vm].passed_ns);
		w->nr++;
	}
	w->vm[vm].passed = w->vm[vm].stalled = false;
}

static int watch_records(struct trace_sink *sink, const struct trace_rec *records, uint32_t n)
{
	struct watch *w = sink->context;

	for (uint32_t i = 0; i < n; i++) {
		const struct trace_rec *rec = &records[i];
		uint32_t vm = rec->vcpu / 2;

		if (rec->vcpu >= NR_VCPUS)
			continue;
		switch (rec->type) {
		case TR_LOCK_WAIT:
			w->vm[vm].nr_waiting++;
			break;
		case TR_LHP:
			w->vm[vm].stalled = true;
			break;
		case TR_LOCK_RELEASED:
			w->vm[vm].passed = w->vm[vm].stalled && w->vm[vm].nr_waiting;
			w->vm[vm].passed_ns = rec->at_ns;
			w->vm[vm].stalled = false;
			break;
		case TR_LOCK_ACQUIRED:
			watch_acquired(w, vm, rec);
			break;
		default:
			break;
		}
	}
	return 0;
}

/* Over replications: mean delay of the first handover after a stall, in slices. */
struct delay {
	double mean, half; /* 95 % interval */
	uint64_t nr;
};

#define REPS 2000

static struct delay handover(uint64_t slice_ns)
{
	struct delay d = {0};
	double sum = 0, sum2 = 0;

	for (uint32_t rep = 0; rep < REPS; rep++) {
		struct made *made = made_new(2, 100 * slice_ns, "cfs");
		uint32_t program = made_locker(made, OBJECT_TICKET, slice_ns / 20, slice_ns / 2000);
		struct watch watch = {0};
		struct trace_rec buffer[256];
		struct trace_sink sink = {.buffer = buffer,
					  .size = 256,
					  .flush = watch_records,
					  .context = &watch};
		struct sim_result r;

		/* two on each pCPU take turns of half the latency, which is scaled by 2 */
		made_tunable(made, "latency", slice_ns);
		made->world.run.start_spread_ns = 2 * slice_ns;
		for (uint32_t vm = 0; vm < 2; vm++) {
			made_vm(made, vm ? "b" : "a", 2, 1024, program);
			for (uint32_t v = 0; v < 2; v++)
				made_pin(made, vm, v, v, 1);
		}
		made_run_traced(made, rep, &r, &sink);
		if (watch.nr) {
			/* one phase, one observation, however often it repeats */
			double delay = watch.sum_ns / (double)watch.nr / (double)slice_ns;

			sum += delay;
			sum2 += delay * delay;
			d.nr++;
		}
		sim_result_free(&r);
		made_free(made);
	}
	d.mean = sum / (double)d.nr;
	d.half = 1.96 * sqrt((sum2 / (double)d.nr - d.mean * d.mean) / (double)(d.nr - 1));
	return d;
}

static void test_handover(void **state)
{
	(void)state;
	static const uint64_t slices_ns[] = {3 * MS, 6 * MS, 24 * MS};

	for (int i = 0; i < 3; i++) {
		struct delay d = handover(slices_ns[i]);

		print_message("cfs, slice %.0f ms: first handover after a stall: %.3f +- %.3f s "
			      "(predicted 0.250 s), %llu replications with one\n",
			      (double)slices_ns[i] / 1e6, d.mean, d.half, (unsigned long long)d.nr);
		assert_true(d.nr > 100);
		assert_true(d.half < 0.25 * 0.25);
		assert_true(d.mean > 0.25 * 0.75 && d.mean < 0.25 * 1.25);
		assert_true(fabs(d.mean - 0.25) <= d.half);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_handover)};

	return cmocka_run_group_tests_name("closed form: ticket handover", tests, NULL, NULL);
}
