/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts between the vCPUs of a VM.  First cases that are counted by hand, then
 * how long a shootdown takes when the pCPUs of its targets change hands in phases of
 * their own.
 */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../lib/make_world.h"

#define US UINT64_C(1000)

static struct dist constant(uint64_t ns)
{
	return (struct dist){.kind = DIST_CONST, .a = (double)ns, .max_ns = WORLD_MAX_NS};
}

/* Computes, then interrupts; one op each time.  The handler takes handler_ns. */
static uint32_t sender(struct made *made, struct dist compute, uint32_t to, uint32_t wait,
		       uint64_t handler_ns)
{
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_IPI, .dist = 1, .object = to, .count = wait},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {compute, constant(handler_ns)};
	struct program p = {.steps = steps,
			    .nr_steps = 4,
			    .dists = dists,
			    .nr_dists = 2,
			    .interrupts = true};

	steps[1].target = 1;
	return made_program(made, &p);
}

/* A VM whose vCPU 0 runs one program and whose others run another one. */
static uint32_t two_programs(struct made *made, uint32_t width, uint32_t first, uint32_t others)
{
	uint32_t vm = made_vm(made, "a", width, 1024, first);

	for (uint32_t i = 1; i < width; i++)
		made->world.vcpus[made->world.vms[vm].first_vcpu + i].program = others;
	return vm;
}

static struct made *world(uint32_t nr_pcpus, uint64_t duration_ns)
{
	struct made *made = made_new(nr_pcpus, duration_ns, "rr");

	made->world.run.start_spread_ns = 0;
	made_tunable(made, "slice", 10 * MS);
	return made;
}

static const struct hist *waits(const struct sim_result *r)
{
	return &r->groups[0].hist[GH_IPI];
}

/*
 * Nobody else on the host: 1 us to send, 500 ns until the target is interrupted, 700
 * ns for that and 300 ns for the handler: the answer comes after 2.5 us, of which the
 * sender spins 1.5.  97.5 us of work before: rounds of 100 us, 100 in 10 ms.
 */
static void test_alone(void **state)
{
	struct made *made = world(2, 10 * MS);
	struct sim_result r;

	(void)state;
	made->world.host.ipi_send_ns = 1 * US;
	made->world.host.ipi_deliver_ns = 500;
	made->world.host.ipi_receive_ns = 700;
	two_programs(made, 2, sender(made, constant(97500), IPI_TO_OTHERS, IPI_WAIT_ALL, 300),
		     made_hog(made));
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].count[VC_OPS], 100);
	assert_int_equal(r.vms[0].count[VC_IPIS], 100);
	assert_int_equal(r.vms[0].count[VC_IPIS_HANDLED], 100);
	assert_int_equal(waits(&r)->count, 100);
	assert_int_equal(waits(&r)->sum, 100 * 2500);
	assert_int_equal(waits(&r)->max, 2500);
	assert_int_equal(r.vms[0].time[VT_SPIN_CONTENTION], 100 * 1500);
	assert_int_equal(r.vms[0].time[VT_SPIN_PARTNER], 0);
	assert_int_equal(r.vms[0].time[VT_OVERHEAD], 100 * (1000 + 700 + 300));
	sim_result_free(&r);
	made_free(made);
}

/* all: the sender runs the handler, too, while it waits: 300 ns less to spin. */
static void test_all(void **state)
{
	struct made *made = world(2, 10 * MS);
	struct sim_result r;

	(void)state;
	made->world.host.ipi_deliver_ns = 1000;
	two_programs(made, 2, sender(made, constant(98700), IPI_TO_ALL, IPI_WAIT_ALL, 300),
		     made_hog(made));
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].count[VC_OPS], 100);
	assert_int_equal(waits(&r)->sum, 100 * 1300);
	assert_int_equal(r.vms[0].time[VT_SPIN_CONTENTION], 100 * 1000);
	assert_int_equal(r.vms[0].time[VT_OVERHEAD], 100 * (300 + 300));
	sim_result_free(&r);
	made_free(made);
}

/*
 * One pCPU, slices of 10 ms, sender and target by turns.  The sender sends after 1 ms
 * of its slice and spins for the other 9, because its partner is off CPU; the target
 * answers as soon as it has the pCPU.  20 ms a round, ten in 200 ms.
 */
static void test_preempted(void **state)
{
	struct made *made = world(1, 200 * MS);
	struct sim_result r;

	(void)state;
	two_programs(made, 2, sender(made, constant(1 * MS), IPI_TO_OTHERS, IPI_WAIT_ALL, 0),
		     made_hog(made));
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].time[VT_SPIN_PARTNER], 10 * 9 * MS);
	assert_int_equal(r.vms[0].time[VT_SPIN_CONTENTION], 0);
	assert_int_equal(r.vms[0].time[VT_USEFUL], 10 * 1 * MS + 100 * MS);
	assert_int_equal(waits(&r)->count, 10);
	assert_int_equal(waits(&r)->sum, 10 * 9 * MS);
	assert_int_equal(r.vms[0].count[VC_IPIS_FLAGGED], 0);
	sim_result_free(&r);
	made_free(made);
}

/*
 * The same with the paravirtual flush: nobody is interrupted, the sender goes on at
 * once, 10 rounds a slice; and the target flushes at each of its ten turns, for 200 ns.
 */
static void test_flagged(void **state)
{
	struct made *made = world(1, 200 * MS);
	struct sim_result r;

	(void)state;
	made->world.host.ipi_send_ns = 5 * US;
	made->world.host.ipi_flush_ns = 200;
	two_programs(made, 2, sender(made, constant(1 * MS), IPI_TO_OTHERS, IPI_WAIT_RUNNING, 0),
		     made_hog(made));
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].count[VC_OPS], 100);
	assert_int_equal(r.vms[0].count[VC_IPIS], 0);
	assert_int_equal(r.vms[0].count[VC_IPIS_FLAGGED], 100);
	assert_int_equal(waits(&r)->count, 0);
	assert_int_equal(r.vms[0].time[VT_OVERHEAD], 10 * 200);
	sim_result_free(&r);
	made_free(made);
}

/*
 * An interrupt to somebody who has yet to take the one before is lost in it: the
 * sender goes on, ten a slice, of which the target takes one each time it runs.
 */
static void test_coalesces(void **state)
{
	struct made *made = world(1, 200 * MS);
	struct sim_result r;

	(void)state;
	two_programs(made, 2,
		     sender(made, constant(1 * MS), IPI_TO_ONE, IPI_WAIT_NONE | IPI_WAKES, 50 * US),
		     made_hog(made));
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].count[VC_OPS], 100);
	assert_int_equal(r.vms[0].count[VC_IPIS], 10);
	assert_int_equal(r.vms[0].count[VC_IPIS_HANDLED], 10);
	assert_int_equal(r.vms[0].time[VT_OVERHEAD], 10 * 50 * US);
	sim_result_free(&r);
	made_free(made);
}

/* Interrupts off for 50 us of every 100, from 0 on. */
static uint32_t deaf_half(struct made *made, struct object *object)
{
	struct step steps[] = {{.op = STEP_LOCK, .irqs_off = true},
			       {.op = STEP_HOLD},
			       {.op = STEP_UNLOCK, .irqs_off = true},
			       {.op = STEP_COMPUTE},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {constant(50 * US)};
	struct program p = {.steps = steps,
			    .nr_steps = 5,
			    .dists = dists,
			    .nr_dists = 1,
			    .objects = object,
			    .nr_objects = 1,
			    .interrupts = true};

	return made_program(made, &p);
}

/*
 * Sent at 20 us, in a section: answered at 50.  Then at 70 and 90, at once; at 110, in
 * the next section: answered at 150, and so on, 3 in 100 us, of which one waits 40 us.
 */
static void test_irqs_off(void **state)
{
	struct made *made = world(2, 1050 * US);
	struct object object = {.name = "zone", .kind = OBJECT_TICKET};
	uint32_t program = sender(made, constant(20 * US), IPI_TO_OTHERS, IPI_WAIT_ALL, 0);
	struct sim_result r;

	(void)state;
	made->world.programs[program].nr_objects = 1;
	free(made->world.programs[program].objects);
	made->world.programs[program].objects = calloc(1, sizeof(object));
	made->world.programs[program].objects[0] = object;
	two_programs(made, 2, program, deaf_half(made, &object));
	made_run(made, 0, &r);
	assert_int_equal(waits(&r)->count, 1 + 30);
	assert_int_equal(waits(&r)->sum, 30 * US + 10 * 40 * US);
	assert_int_equal(waits(&r)->max, 40 * US);
	assert_int_equal(r.vms[0].time[VT_SPIN_CONTENTION], 30 * US + 10 * 40 * US);
	sim_result_free(&r);
	made_free(made);
}

/*
 * A guest tick that falls into such a section is handled at its end, and there is only
 * one.  Ticks of 10 us every 25 us: of those at 25 and 50 us the first waits until 50;
 * both are paid.  Without sections, 40 ticks in 1 ms.
 */
static void test_tick_waits(void **state)
{
	struct made *made = world(1, 100 * US);
	struct object object = {.name = "zone", .kind = OBJECT_TICKET};
	struct sim_result r;
	uint32_t vm;

	(void)state;
	vm = made_vm(made, "a", 1, 1024, deaf_half(made, &object));
	made->world.vms[vm].guest_tick_ns = 10 * US;
	made->world.vms[vm].guest_tick_cost_ns = 1 * US;
	made_run(made, 0, &r);
	/* 10 to 50 us: one at the end; then 50 us of work last 55: ticks at 60 ... 100 */
	assert_in_range(r.vms[0].time[VT_OVERHEAD], 5 * US, 7 * US);
	assert_int_equal(r.vms[0].time[VT_CRITICAL], 50 * US);
	sim_result_free(&r);
	made_free(made);
}

/* A sleeper of 9.9 ms that works 100 us; the sender interrupts each millisecond. */
static struct sim_result sleeper(uint32_t wakes)
{
	struct made *made = world(2, 1 * SEC);
	struct sim_result r;

	made->world.run.warmup_ns = 0;
	made->world.host.ipi_flush_ns = 100;
	two_programs(made, 2,
		     sender(made, constant(999 * US), IPI_TO_OTHERS, IPI_WAIT_ALL | wakes, 1 * US),
		     made_sleeper(made, 100 * US, 9900 * US, false));
	made_run(made, 0, &r);
	made_free(made);
	return r;
}

/* Woken for an interrupt it handles that, and sleeps on until its own time. */
static void test_sleeper(void **state)
{
	struct sim_result r = sleeper(IPI_WAKES);

	(void)state;
	/* 1000 rounds of 999 us of work and 1 us of the other's handler */
	assert_in_range(r.vms[0].count[VC_IPIS], 999, 1001);
	assert_int_equal(r.vms[0].time[VT_SPIN_PARTNER], 0);
	assert_in_range(r.vms[0].count[VC_WAKEUPS], 1000, 1101);
	/* the sleeper's rounds last 10 ms, and a little where it works and is interrupted */
	assert_in_range(r.vms[0].count[VC_OPS], 1000 + 98, 1000 + 101);
	sim_result_free(&r);
	r = sleeper(0);
	assert_in_range(r.vms[0].count[VC_WAKEUPS], 100, 102);
	assert_in_range(r.vms[0].count[VC_IPIS_FLAGGED], 980, 1001);
	assert_int_equal(r.vms[0].count[VC_IPIS] + r.vms[0].count[VC_IPIS_FLAGGED], 1000);
	sim_result_free(&r);
}

/* Halted until interrupted: a reschedule interrupt is what wakes an idle vCPU. */
static void test_halt(void **state)
{
	struct made *made = world(2, 10 * MS);
	struct step steps[] = {{.op = STEP_HALT},
			       {.op = STEP_COMPUTE},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {constant(10 * US)};
	struct program p = {.steps = steps, .nr_steps = 4, .dists = dists, .nr_dists = 1};
	struct sim_result r;

	(void)state;
	two_programs(made, 2,
		     sender(made, constant(99 * US), IPI_TO_ONE, IPI_WAIT_NONE | IPI_WAKES, 0),
		     made_program(made, &p));
	made->world.host.ipi_send_ns = 1 * US;
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].count[VC_IPIS], 100); /* at 99 us, 199, ... 9999 */
	assert_int_equal(r.vms[0].count[VC_OPS], 100 + 99);
	assert_int_equal(r.vms[0].time[VT_OVERHEAD], 100 * 1 * US);
	assert_int_equal(r.vms[0].time[VT_USEFUL], 100 * 99 * US + 99 * 10 * US);
	sim_result_free(&r);
	made_free(made);
}

/* Takes the lock for hold_ns, and then, still under it, interrupts if it sends. */
static uint32_t section(struct made *made, uint64_t compute_ns, uint64_t hold_ns, bool sends,
			bool irqs_off)
{
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_LOCK, .irqs_off = irqs_off},
			       {.op = STEP_HOLD, .dist = 1},
			       {.op = sends ? STEP_IPI : STEP_HOLD, .dist = 2},
			       {.op = STEP_UNLOCK, .irqs_off = irqs_off},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {constant(compute_ns), constant(hold_ns), constant(0)};
	struct object object = {.name = "zone", .kind = OBJECT_TICKET};
	struct program p = {.steps = steps,
			    .nr_steps = 7,
			    .dists = dists,
			    .nr_dists = 3,
			    .objects = &object,
			    .nr_objects = 1,
			    .interrupts = true};

	if (sends)
		steps[3].object = IPI_TO_OTHERS;
	return made_program(made, &p);
}

/*
 * Three vCPUs on two pCPUs, for the first slice.  vCPU 0 takes the lock after 1 ms and
 * shoots: vCPU 1 answers, vCPU 2 is off CPU.  vCPU 1 wants the lock after 2 ms.  Both
 * spin because of vCPU 2: 9 ms and 8 ms.  No holder is preempted.
 */
static void test_under_lock(void **state)
{
	struct made *made = world(2, 10 * MS - 1);
	struct sim_result r;

	(void)state;
	two_programs(made, 3, section(made, 1 * MS, 0, true, false),
		     section(made, 2 * MS, 0, false, false));
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].time[VT_SPIN_PARTNER], 17 * MS - 2);
	assert_int_equal(r.vms[0].time[VT_SPIN_CONTENTION], 0);
	assert_int_equal(r.vms[0].time[VT_SPIN_LHP], 0);
	assert_int_equal(r.vms[0].count[VC_IPIS], 2);
	assert_int_equal(r.vms[0].count[VC_IPIS_HANDLED], 1);
	sim_result_free(&r);
	made_free(made);
}

/* A vCPU waits with interrupts off for a lock whose holder waits for it: for ever. */
static void expect_deadlock(uint64_t hold_ns, uint64_t deliver_ns)
{
	struct made *made = world(2, 10 * MS);
	struct sim_job job = {.world = &made->world};
	struct sim_result r;
	struct error err;

	made->world.host.ipi_deliver_ns = deliver_ns;
	two_programs(made, 2, section(made, 1 * MS, hold_ns, true, false),
		     section(made, 1 * MS + 500, 0, false, true));
	assert_int_not_equal(sim_run(&job, &r, &err), 0);
	assert_string_equal(err.kind, "deadlock");
	assert_non_null(strstr(err.text, "a/"));
	assert_non_null(strstr(err.text, "interrupts off"));
	made_free(made);
}

static void test_deadlock(void **state)
{
	(void)state;
	expect_deadlock(0, 1 * US); /* under way to him when he begins to wait */
	expect_deadlock(1 * US, 0); /* he waits already */
}

/* -- independent phases --------------------------------------------------------- */

/*
 * Two VMs of n vCPUs on n pCPUs, vCPU i of both on pCPU i, by turns of T, in phases that
 * have nothing to do with each other.  A shootdown finds each of the other k = n - 1
 * targets running with probability 1/2, and else waits for it, up to T, all times alike:
 * P(wait <= x) = ((1 + x/T) / 2)^k, so the mean is
 *
 *	T (1 - 2 (1 - 2^-(k+1)) / (k + 1)):  T/4 for one target, 17/32 T for three.
 *
 * Conditions: sends are rare (a mean of 10 T of work in between), all costs 0.
 */
static double predicted(double slice_ns, uint32_t k)
{
	return slice_ns * (1 - 2 * (1 - pow(2, -(double)(k + 1))) / (k + 1));
}

#define REPS 1500

static void expect_phases(uint32_t n, uint32_t wait)
{
	double sum = 0, sum2 = 0, slice_ns = 0, ratio, half;
	uint64_t flagged = 0, sent = 0;

	for (uint32_t rep = 0; rep < REPS; rep++) {
		struct dist work = {.kind = DIST_EXPONENTIAL, .a = 1e8, .max_ns = WORLD_MAX_NS};
		struct made *made = made_new(n, 5 * SEC, "cfs");
		uint32_t program = sender(made, work, IPI_TO_OTHERS, wait, 0);
		struct sim_result r;
		double mean;

		made_tunable(made, "tick_rounding", 0);
		made->world.run.start_spread_ns = 400 * MS;
		made->world.run.warmup_ns = 1 * SEC;
		for (uint32_t vm = 0; vm < 2; vm++) {
			made_vm(made, vm ? "b" : "a", n, 1024, program);
			for (uint32_t i = 0; i < n; i++)
				made_pin(made, vm, i, i, 1);
		}
		made_run(made, rep, &r);
		slice_ns = (double)r.groups[0].hist[GH_STINT].sum /
			   (double)r.groups[0].hist[GH_STINT].count;
		mean = (double)waits(&r)->sum / (double)waits(&r)->count;
		sum += mean;
		sum2 += mean * mean;
		flagged += r.vms[0].count[VC_IPIS_FLAGGED];
		sent += r.vms[0].count[VC_IPIS];
		sim_result_free(&r);
		made_free(made);
	}
	if (wait == IPI_WAIT_RUNNING) {
		ratio = (double)flagged / (double)(flagged + sent);
		print_message("%u pCPUs, running: %.3f of the targets flagged, waits %.0f ns\n", n,
			      ratio, sum / REPS);
		assert_true(fabs(ratio - 0.5) < 0.02);
		assert_true(sum / REPS < slice_ns / 1000);
		return;
	}
	ratio = sum / REPS / predicted(slice_ns, n - 1);
	half = gsl_cdf_tdist_Pinv(0.995, REPS - 1) *
	       sqrt((sum2 / REPS - sum / REPS * (sum / REPS)) / (REPS - 1)) /
	       predicted(slice_ns, n - 1);
	print_message("%u pCPUs, slices of %.2f ms: a shootdown takes %.3f ms, %.3f +- %.3f of "
		      "what is predicted\n",
		      n, slice_ns / 1e6, sum / REPS / 1e6, ratio, half);
	assert_true(half < 0.06);
	assert_true(fabs(ratio - 1) < half);
}

static void test_phases(void **state)
{
	(void)state;
	expect_phases(2, IPI_WAIT_ALL);
	expect_phases(4, IPI_WAIT_ALL);
	expect_phases(4, IPI_WAIT_RUNNING);
}

/* -- a paravirtual yield to who is called and off CPU ---------------------------------- */

static struct sim_result called(uint32_t nr_pcpus, uint32_t width, uint32_t wait, bool ipi)
{
	struct made *made = world(nr_pcpus, 12 * MS);
	struct sim_result r;

	made->world.host.pv_yield = (struct pv_yield_spec){.cost_ns = 1 * US, .ipi = ipi};
	two_programs(made, width, sender(made, constant(4 * MS), IPI_TO_OTHERS, wait, 0),
		     made_hog(made));
	made_run(made, 0, &r);
	made_free(made);
	return r;
}

/*
 * Two pCPUs, three vCPUs, slices of 10 ms.  The sender calls the others at 4 ms; one of
 * them runs and answers at once, the other one waits for the end of the slice, 6 ms.
 * Who asks gives way at 4 ms, and the other one answers then; the sender is back at 10 ms,
 * when the slice of the first ends, pays the 1 us for having asked, and works on.
 */
static void test_asks(void **state)
{
	struct sim_result r = called(2, 3, IPI_WAIT_ALL, false);

	(void)state;
	assert_int_equal(waits(&r)->sum, 6 * MS);
	assert_int_equal(r.vms[0].time[VT_SPIN_PARTNER], 6 * MS);
	assert_int_equal(r.vms[0].count[VC_YIELDS_TO], 0);
	sim_result_free(&r);
	r = called(2, 3, IPI_WAIT_ALL, true);
	assert_int_equal(waits(&r)->count, 1);
	assert_int_equal(waits(&r)->sum, 0);
	assert_int_equal(r.vms[0].time[VT_SPIN_PARTNER], 0);
	assert_int_equal(r.vms[0].time[VT_OVERHEAD], 1 * US);
	assert_int_equal(r.vms[0].time[VT_USEFUL], 2 * 12 * MS - 1 * US);
	assert_int_equal(r.vms[0].count[VC_YIELDS_TO], 1);
	assert_int_equal(r.vms[0].count[VC_YIELDS_HIT], 1);
	sim_result_free(&r);
}

/* One sibling only is called another way; and who is skipped is not waited for. */
static void test_asks_not(void **state)
{
	static const struct {
		uint32_t nr_pcpus, width, wait;
	} cases[] = {{1, 2, IPI_WAIT_ALL}, {2, 3, IPI_WAIT_RUNNING}, {2, 3, IPI_WAIT_NONE}};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct sim_result off =
			called(cases[i].nr_pcpus, cases[i].width, cases[i].wait, false);
		struct sim_result on =
			called(cases[i].nr_pcpus, cases[i].width, cases[i].wait, true);

		assert_true(on.vms[0].count[VC_OPS] > 0 || cases[i].wait == IPI_WAIT_ALL);
		assert_memory_equal(on.vms[0].count, off.vms[0].count, sizeof(on.vms[0].count));
		assert_memory_equal(on.vms[0].time, off.vms[0].time, sizeof(on.vms[0].time));
		sim_result_free(&off);
		sim_result_free(&on);
	}
}

/* A program that could interrupt, and does not, with the mechanism's costs all set. */
static void test_none(void **state)
{
	struct sim_result r[2];

	(void)state;
	for (uint32_t on = 0; on < 2; on++) {
		struct made *made = made_new(2, 1 * SEC, "cfs");
		uint32_t lockers = made_locker(made, OBJECT_TICKET, 30 * US, 5 * US);

		made->world.programs[lockers].interrupts = on;
		made->world.host.ipi_send_ns = made->world.host.ipi_receive_ns = on ? 999 : 0;
		made->world.host.ipi_flush_ns = on ? 999 : 0;
		made_vm(made, "a", 2, 1024, lockers);
		made_vm(made, "b", 2, 1024, lockers);
		made_run(made, 0, &r[on]);
		made_free(made);
	}
	for (uint32_t vm = 0; vm < 2; vm++) {
		assert_true(r[0].vms[vm].count[VC_SECTIONS] > 0);
		assert_memory_equal(r[0].vms[vm].time, r[1].vms[vm].time,
				    sizeof(r[0].vms[vm].time));
		assert_memory_equal(r[0].vms[vm].count, r[1].vms[vm].count,
				    sizeof(r[0].vms[vm].count));
	}
	assert_int_equal(r[0].nr_events, r[1].nr_events);
	sim_result_free(&r[0]);
	sim_result_free(&r[1]);
}

/* -- others ------------------------------------------------------------------------------ */

/* Another VM, with pCPUs of its own, has the same demand to the byte, interrupts or not. */
static void test_others(void **state)
{
	struct sim_result r[2];

	(void)state;
	for (uint32_t on = 0; on < 2; on++) {
		struct made *made = made_new(4, 5 * SEC, "cfs");
		struct dist work = {.kind = DIST_EXPONENTIAL, .a = MS, .max_ns = WORLD_MAX_NS};
		uint32_t a = made_vm(made, "a", 2, 1024,
				     on ? sender(made, work, IPI_TO_RANDOM, IPI_WAIT_ALL, 5 * US)
					: made_sleeper(made, MS, MS, true));
		uint32_t b = made_vm(made, "b", 2, 1024, made_sleeper(made, MS, 2 * MS, true));

		made->world.host.ipi_receive_ns = 1 * US;
		for (uint32_t i = 0; i < 2; i++) {
			made_pin(made, a, i, 0, 2);
			made_pin(made, b, i, 2, 2);
		}
		made_run(made, 0, &r[on]);
		made_free(made);
	}
	assert_int_equal(r[0].vms[0].count[VC_IPIS], 0);
	assert_true(r[1].vms[0].count[VC_IPIS] > 1000);
	assert_memory_equal(r[0].vms[1].time, r[1].vms[1].time, sizeof(r[0].vms[1].time));
	assert_memory_equal(r[0].vms[1].count, r[1].vms[1].count, sizeof(r[0].vms[1].count));
	sim_result_free(&r[0]);
	sim_result_free(&r[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone),	   cmocka_unit_test(test_all),
		cmocka_unit_test(test_preempted),  cmocka_unit_test(test_flagged),
		cmocka_unit_test(test_coalesces),  cmocka_unit_test(test_irqs_off),
		cmocka_unit_test(test_tick_waits), cmocka_unit_test(test_sleeper),
		cmocka_unit_test(test_halt),	   cmocka_unit_test(test_under_lock),
		cmocka_unit_test(test_deadlock),   cmocka_unit_test(test_phases),
		cmocka_unit_test(test_asks),	   cmocka_unit_test(test_asks_not),
		cmocka_unit_test(test_none),	   cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests_name("closed form: interrupts", tests, NULL, NULL);
}
