/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * More threads than vCPUs.
 *
 * The machine-repair model (M/M/m//N): N threads run for 1/mu and sleep for 1/lambda,
 * both exponential, on m vCPUs that nobody else wants.  With r = lambda/mu, the
 * probability that n of them are ready or running is
 *
 *	p(n) = p(0) N!/(N-n)! r^n / (n! for n <= m, else m! m^(n-m))
 *
 * and m vCPUs are busy sum p(n) min(n, m) of the time.
 *
 * And cases to be worked out by hand: slices, switches, sleeps, barriers.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/make_world.h"

/* -- the machine-repair model ---------------------------------------------------- */

/* Mean number of busy vCPUs. */
static double repair_busy(uint32_t threads, uint32_t vcpus, double r)
{
	double weight = 1, sum = 1, busy = 0;

	for (uint32_t n = 1; n <= threads; n++) {
		uint32_t servers = n < vcpus ? n : vcpus;

		weight *= (threads - n + 1) * r / servers;
		sum += weight;
		busy += weight * servers;
	}
	return busy / sum;
}

static double busy_vcpus(const struct sim_result *r)
{
	return (double)r->vms[0].time[VT_USEFUL] / (double)r->window_ns;
}

static void repair_case(uint32_t threads, uint32_t vcpus, uint64_t run_us, uint64_t sleep_us)
{
	struct made *made = made_new(vcpus, 40 * SEC, "rr");
	uint32_t program = made_sleeper(made, run_us * 1000, sleep_us * 1000, true);
	double predicted = repair_busy(threads, vcpus, (double)run_us / (double)sleep_us);
	struct sim_result r;

	made->world.run.warmup_ns = SEC;
	made_threads(made, made_vm(made, "guest", vcpus, 1024, program), threads, 0, 0);
	made_run(made, 0, &r);
	print_message("%u threads on %u vCPUs: %.4f busy, predicted %.4f\n", threads, vcpus,
		      busy_vcpus(&r), predicted);
	assert_true(fabs(busy_vcpus(&r) / predicted - 1) < 0.01);
	sim_result_free(&r);
	made_free(made);
}

static void test_repair(void **state)
{
	(void)state;
	repair_case(2, 1, 1000, 2000);
	repair_case(6, 2, 1000, 2000);
	repair_case(8, 4, 500, 500);
	repair_case(3, 4, 500, 1000); /* fewer threads than vCPUs: all run at once */
}

/* -- by hand ------------------------------------------------------------------------ */

static struct made *one_cpu(uint32_t program_of_hog, uint64_t tick_ns, uint32_t threads,
			    uint64_t slice_ns, uint64_t switch_ns)
{
	struct made *made = made_new(1, 10 * SEC, "rr");
	uint32_t program =
		program_of_hog ? made_hog(made) : made_sleeper(made, 1 * MS, 3 * MS, false);
	uint32_t vm = made_vm(made, "guest", 1, 1024, program);

	made->world.run.start_spread_ns = 0;
	made->world.vms[vm].guest_tick_ns = tick_ns;
	made->world.run.phases = PHASES_ALIGNED;
	made_threads(made, vm, threads, slice_ns, switch_ns);
	return made;
}

/*
 * 3 hogs, a slice of 4 ms at ticks of 1 ms, 10 us a switch.  A slice, the switch in it
 * included, ends at every fourth tick: 2,500 times up to 10 s, the last time at 10 s
 * itself, so that this switch is never paid for.  The first thread costs one, too.
 */
static void test_slices(void **state)
{
	struct made *made = one_cpu(1, 1 * MS, 3, 4 * MS, 10000);
	struct sim_result r;

	(void)state;
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].count[VC_THREAD_PREEMPTIONS], 2500);
	assert_int_equal(r.vms[0].count[VC_THREAD_SWITCHES], 2501);
	assert_int_equal(r.vms[0].time[VT_OVERHEAD], 2500 * UINT64_C(10000));
	assert_int_equal(r.vms[0].thread_time[TT_LOADED], 10 * SEC);
	assert_int_equal(r.vms[0].thread_time[TT_READY], 20 * SEC);
	sim_result_free(&r);
	made_free(made);
	/* without slices, the first one has the vCPU for good */
	made = one_cpu(1, 1 * MS, 3, 0, 10000);
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].count[VC_THREAD_SWITCHES], 1);
	sim_result_free(&r);
	made_free(made);
}

/*
 * Two hogs in a guest of one vCPU, which has the pCPU from 0 to 10.4 ms, 20.8 to 31.2 and
 * 41.6 to 52; slices of 4 ms, ticks each ms.  By time run: they change at 4, 8, 23 (2.4 ms of
 * the slice were run before, 0.2 by the tick at 21), 27, 31, 46 and 50.  By time passed: at 4,
 * 8; at 21, the first tick afterwards, 25, 29; and at 42, 46, 50.
 */
static void test_steal(void **state)
{
	(void)state;
	for (int counts = 0; counts < 2; counts++) {
		struct made *made = one_cpu(1, 1 * MS, 2, 4 * MS, 0);
		struct sim_result r;

		made->world.run.duration_ns = 51 * MS;
		made->world.vms[0].counts_steal = counts;
		made_vm(made, "other", 1, 1024, made_hog(made));
		made_tunable(made, "slice", 104 * MS / 10);
		made_run(made, 0, &r);
		assert_int_equal(r.vms[0].count[VC_THREAD_PREEMPTIONS], counts ? 8 : 7);
		assert_int_equal(r.vms[0].time[VT_USEFUL], (104 + 104 + 94) * MS / 10);
		sim_result_free(&r);
		made_free(made);
	}
	/* nothing is stolen: it is the same */
	for (int counts = 0; counts < 2; counts++) {
		struct made *made = one_cpu(1, 1 * MS, 3, 4 * MS, 10000);
		struct sim_result r;

		made->world.vms[0].counts_steal = counts;
		made_run(made, 0, &r);
		assert_int_equal(r.vms[0].count[VC_THREAD_PREEMPTIONS], 2500);
		sim_result_free(&r);
		made_free(made);
	}
}

/*
 * Threads that run 1 ms and sleep 3: four of them fill one vCPU exactly, in turn, and
 * three leave it idle a quarter of the time.
 */
static void test_turns(void **state)
{
	struct sim_result r;

	(void)state;
	for (uint32_t n = 1; n <= 8; n++) {
		struct made *made = one_cpu(0, 0, n, 0, 0);
		uint64_t runs = n < 4 ? 2500 * n : 10000;

		made_run(made, 0, &r);
		assert_int_equal(r.vms[0].time[VT_USEFUL], runs * MS);
		/* it is done when its thread goes on after the sleep: n are not yet */
		assert_in_range(r.vms[0].count[VC_OPS], runs - n, runs);
		sim_result_free(&r);
		made_free(made);
	}
}

/* -- a barrier among threads ---------------------------------------------------------- */

static uint32_t meeting(struct made *made, enum object_kind kind, uint64_t work_ns)
{
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_BARRIER},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {{.kind = DIST_CONST, .a = (double)work_ns, .max_ns = WORLD_MAX_NS}};
	struct object object = {.name = "meet", .kind = kind};
	struct program p = {.steps = steps,
			    .nr_steps = 4,
			    .dists = dists,
			    .nr_dists = 1,
			    .objects = &object,
			    .nr_objects = 1};

	return made_program(made, &p);
}

/*
 * 6 threads compute for 1 ms and meet.  Blocking, on 2 vCPUs: 3 ms a round, whatever
 * the order.  Spinning, with slices of 4 ms and all ticks together, two threads come in
 * each slice and spin to its end: the last two open the barrier early in the third, and
 * begin the next round in it.  So a round takes two slices, 8 ms, of which 5 are spun.
 */
static void test_barriers(void **state)
{
	struct made *made = made_new(2, 9 * SEC, "rr");
	uint32_t vm = made_vm(made, "guest", 2, 1024, meeting(made, OBJECT_BARRIER_BLOCK, MS));
	struct sim_result r;

	(void)state;
	made->world.run.start_spread_ns = 0;
	made_threads(made, vm, 6, 0, 0);
	made_run(made, 0, &r);
	assert_in_range(r.vms[0].count[VC_OPS], 6 * 2999, 6 * 3000);
	assert_int_equal(r.vms[0].time[VT_USEFUL], 18 * SEC);
	sim_result_free(&r);
	made_free(made);

	made = made_new(2, 9 * SEC, "rr");
	vm = made_vm(made, "guest", 2, 1024, meeting(made, OBJECT_BARRIER_SPIN, MS));
	made->world.run.start_spread_ns = 0;
	made->world.run.phases = PHASES_ALIGNED;
	made->world.vms[vm].guest_tick_ns = 4 * MS;
	made_threads(made, vm, 6, 4 * MS, 0);
	made_run(made, 0, &r);
	print_message("spinning threads: %llu rounds of 3,000, %.0f %% spinning\n",
		      (unsigned long long)r.vms[0].count[VC_OPS] / 6,
		      100.0 * (double)r.vms[0].time[VT_SPIN_CONTENTION] / (18.0 * SEC));
	assert_int_equal(r.vms[0].time[VT_BLOCKED], 0);
	assert_int_equal(r.vms[0].time[VT_USEFUL] + r.vms[0].time[VT_SPIN_CONTENTION], 18 * SEC);
	assert_in_range(r.vms[0].count[VC_OPS], 6 * 1123, 6 * 1125);
	sim_result_free(&r);
	made_free(made);
}

/* -- the mutex --------------------------------------------------------------------------- */

static uint32_t mutex_user(struct made *made, enum lock_owner owner, enum dist_kind kind,
			   uint64_t compute_ns, uint64_t hold_ns)
{
	uint32_t id = made_locker(made, OBJECT_MUTEX, compute_ns, hold_ns);
	struct program *p = &made->world.programs[id];

	p->dists[0].kind = p->dists[1].kind = kind;
	p->objects[0].lock.owner = owner;
	p->objects[0].lock.handover = true;
	return id;
}

static double mutex_rate(uint32_t threads, bool handover)
{
	const uint32_t vcpus = 4;
	struct made *made = made_new(vcpus, 10 * SEC, "rr");
	uint32_t program = mutex_user(made, LOCK_OWNER_OFF, DIST_EXPONENTIAL, 60 * 1000, 20 * 1000);
	uint32_t vm = made_vm(made, "guest", vcpus, 1024, program);
	struct sim_result r;
	double rate;

	made->world.run.warmup_ns = SEC;
	made->world.programs[program].objects[0].lock.handover = handover;
	made_threads(made, vm, threads, 0, 0);
	made_run(made, 0, &r);
	rate = (double)r.vms[0].count[VC_OPS] / 10;
	sim_result_free(&r);
	made_free(made);
	return rate;
}

/*
 * As many threads as vCPUs: each computes by itself, and waits for one server, the
 * mutex, while its vCPU idles.  That is machine repair with one repairman: of 4 threads,
 * 60 us of computing, 20 us of holding, the mutex is held 1 - p(0) of the time.
 *
 * Twice as many threads lose nothing, and win nothing either: a release wakes one who
 * sleeps, and only if the one woken before has had its turn.  So no more threads are awake
 * than there are vCPUs, and one that waits for a vCPU, which becomes free when a thread
 * goes to sleep for the mutex.  All others sleep in line: a convoy.  What the vCPUs see is
 * the same machine repair, with or without handover.
 */
static void test_mutex(void **state)
{
	double predicted = repair_busy(4, 1, 20.0 / 60.0) / 20e-6;

	(void)state;
	for (uint32_t threads = 4; threads <= 16; threads *= 2)
		for (uint32_t handover = 0; handover < 2; handover++) {
			double rate = mutex_rate(threads, handover);

			print_message("mutex, %u threads on 4 vCPUs, handover %u: %.0f /s, "
				      "predicted %.0f\n",
				      threads, handover, rate, predicted);
			assert_true(fabs(rate / predicted - 1) < 0.01);
		}
}

/*
 * Two threads, a pCPU each, want the mutex 1 us after they gave it back, and hold it for
 * 10; to wake a vCPU takes 2 us (a switch).  At 0, A releases and wakes B; at 1 it takes
 * it again, past B, which comes at 2, asks for a handover, and sleeps; at 11 A hands it
 * over and wakes B's vCPU again, for nothing: at 12 A wants it, sleeps, and its vCPU goes
 * on as B, which has it from 12 to 22, and is where A was at 0.  So two sections in 22 us,
 * one of them stolen, and a thread goes to sleep twice.
 */
static void test_barging(void **state)
{
	struct made *made = made_new(2, 22 * SEC, "rr");
	struct sim_result r;
	uint32_t program = mutex_user(made, LOCK_OWNER_OFF, DIST_CONST, 1000, 10000);

	(void)state;
	made->world.host.context_switch_ns = 2000;
	made->world.run.start_spread_ns = 5000;
	made_threads(made, made_vm(made, "guest", 2, 1024, program), 2, 0, 0);
	made_run(made, 0, &r);
	/* 0.1 %: now and then the end of a policy's slice lies in between */
	assert_in_range(r.vms[0].count[VC_SECTIONS], 1998000, 2000002);
	assert_in_range(r.vms[0].count[VC_LOCK_STEALS], 998000, 1000002);
	assert_in_range(r.vms[0].count[VC_MUTEX_SLEEPS], 1998000, 2000004);
	sim_result_free(&r);
	made_free(made);
}

/*
 * The same two spin while the owner is loaded, which it always is here: nobody sleeps.
 * Each holds it for 10 us, 100 ns after the other: 19.8 us for a round of both, of which
 * each spins 10 - 1 = 9 us and the handoff.
 */
static void test_spin_on_owner(void **state)
{
	struct made *made = made_new(2, 1 * SEC, "rr");
	struct sim_result r;
	uint32_t program = mutex_user(made, LOCK_OWNER_LOADED, DIST_CONST, 1000, 10000);

	(void)state;
	made->world.programs[program].objects[0].handoff_ns = 100;
	made_threads(made, made_vm(made, "guest", 2, 1024, program), 2, 0, 0);
	made_run(made, 0, &r);
	assert_int_equal(r.vms[0].count[VC_MUTEX_SLEEPS], 0);
	assert_int_equal(r.vms[0].time[VT_SPIN_LHP] + r.vms[0].time[VT_SPIN_LWP], 0);
	/* after up to 10 ms of start offsets */
	assert_in_range(r.vms[0].count[VC_SECTIONS], 990000000 / 10100, 1000000000 / 10100 + 1);
	assert_true(fabs((double)r.vms[0].time[VT_SPIN_CONTENTION] /
				 (double)r.vms[0].count[VC_SECTIONS] / 9100 -
			 1) < 0.02);
	sim_result_free(&r);
	made_free(made);
}

/* -- what must not change ---------------------------------------------------------------- */

/* As many threads as vCPUs, on a pCPU each, are like vCPUs, but for who wakes them. */
static void test_as_many(void **state)
{
	struct sim_result with, without;

	(void)state;
	for (uint32_t threads = 0; threads < 2; threads++) {
		struct made *made = made_new(4, 10 * SEC, "rr");
		uint32_t program = made_sleeper(made, 2 * MS, 3 * MS, true);
		uint32_t vm = made_vm(made, "guest", 4, 1024, program);

		if (threads)
			made_threads(made, vm, 4, 0, 0);
		made_run(made, 0, threads ? &with : &without);
		made_free(made);
	}
	assert_int_equal(with.vms[0].time[VT_USEFUL], without.vms[0].time[VT_USEFUL]);
	assert_int_equal(with.vms[0].count[VC_OPS], without.vms[0].count[VC_OPS]);
	sim_result_free(&with);
	sim_result_free(&without);
}

/* Another VM, with pCPUs of its own, has the same demand to the byte whatever threads do. */
static void test_others(void **state)
{
	struct sim_result r[2];

	(void)state;
	for (uint32_t on = 0; on < 2; on++) {
		struct made *made = made_new(4, 5 * SEC, "cfs");
		uint32_t a = made_vm(made, "a", 2, 1024, made_sleeper(made, 2 * MS, 3 * MS, true));
		uint32_t b = made_vm(made, "b", 2, 1024, made_sleeper(made, MS, 2 * MS, true));

		for (uint32_t i = 0; i < 2; i++) {
			made_pin(made, a, i, 0, 2);
			made_pin(made, b, i, 2, 2);
		}
		if (on)
			made_threads(made, a, 7, MS, 1000);
		made_run(made, 0, &r[on]);
		made_free(made);
	}
	assert_true(r[1].vms[0].count[VC_OPS] > r[0].vms[0].count[VC_OPS]);
	assert_memory_equal(r[0].vms[1].time, r[1].vms[1].time, sizeof(r[0].vms[1].time));
	assert_int_equal(r[0].vms[1].count[VC_OPS], r[1].vms[1].count[VC_OPS]);
	sim_result_free(&r[0]);
	sim_result_free(&r[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repair),	 cmocka_unit_test(test_slices),
		cmocka_unit_test(test_steal),	 cmocka_unit_test(test_turns),
		cmocka_unit_test(test_barriers), cmocka_unit_test(test_mutex),
		cmocka_unit_test(test_barging),	 cmocka_unit_test(test_spin_on_owner),
		cmocka_unit_test(test_as_many),	 cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests_name("closed form: threads", tests, NULL, NULL);
}
