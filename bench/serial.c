/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial - how busy the one lock of a policy instance is, against pCPUs in its pool.
 *
 * The simulator runs a busy host of that many pCPUs; every call of the policy is timed.
 * What the calls take, over the time that was simulated, is how long a host's lock
 * around them would be held: its utilisation.  The best of several rounds counts, call
 * by call, for a round is the same to the byte and only the machine differs.  Here the
 * policy's state is in this CPU's caches and the lock is free: a host pays for bringing
 * both from the CPU before, which `handover` measures with two threads that take turns.
 *
 *	serial [--quick]	CSV: load,policy,pcpus,call,calls_per_pcpu_s,mean_ns,max_ns,
 *				utilisation; a line for each kind of call, and one for all
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../sim/engine/core/state.h"
#include "../sim/engine/sim.h"
#include "../sim/registry/policies.h"
#include "../sim/scenario/scenario.h"

enum call { CALL_PICK, CALL_STOPPED, CALL_WAKE, CALL_TIMER, CALL_TICK, NR_CALLS };

static const char *const call_names[] = {"pick", "stopped", "wake", "timer", "tick"};

struct cost {
	uint64_t nr, nr_off; /* nr_off: taken for this process being off its CPU, not counted */
	double sum, max; /* ticks of the clock below, later ns */
};

/* The policy under the clock.  A callback is given nothing that leads to it, hence static. */
static struct {
	const struct sp_policy *real;
	struct sp_policy timed;
	struct cost costs[NR_CALLS];
	double limit; /* ticks */
} probe;

/* No call takes that long, even at 4,096 pCPUs: something else ran meanwhile. */
#define LIMIT_NS 1e6

/* -- the clock ------------------------------------------------------------------------- */

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The processor's own where there is one: the system's costs more than a short call. */
static inline double ticks(void)
{
#ifdef __x86_64__
	return (double)__builtin_ia32_rdtsc();
#else
	return now_ns();
#endif
}

/* ns a tick. */
static double calibrate(void)
{
	double from_ns = now_ns(), from = ticks();

	while (now_ns() - from_ns < 5e7)
		;
	return (now_ns() - from_ns) / (ticks() - from);
}

/* Ticks that reading the clock twice shows of itself. */
static double own_ticks(void)
{
	double least = 1e9, from, took;

	for (int i = 0; i < 100000; i++) {
		from = ticks();
		took = ticks() - from;
		least = took < least ? took : least;
	}
	return least;
}

/* -- the policy under it ------------------------------------------------------------------ */

static void note(enum call call, double took)
{
	struct cost *c = &probe.costs[call];

	if (took > probe.limit) {
		c->nr_off++;
		return;
	}
	c->nr++;
	c->sum += took;
	c->max = took > c->max ? took : c->max;
}

#define TIMED(call, ...)                                                                           \
	do {                                                                                       \
		double from = ticks();                                                             \
		__VA_ARGS__;                                                                       \
		note(call, ticks() - from);                                                        \
	} while (0)

static void timed_pick(void *st, uint32_t pcpu, uint64_t now, struct sp_out *out)
{
	TIMED(CALL_PICK, probe.real->pick_next(st, pcpu, now, out));
}

static void timed_stopped(void *st, const struct sp_stint *stint, uint64_t now, struct sp_out *out)
{
	TIMED(CALL_STOPPED, probe.real->vcpu_stopped(st, stint, now, out));
}

static void timed_wake(void *st, uint32_t vcpu, const struct sp_wake *wake, uint64_t now,
		       struct sp_out *out)
{
	TIMED(CALL_WAKE, probe.real->vcpu_wake(st, vcpu, wake, now, out));
}

static void timed_timer(void *st, uint64_t now, struct sp_out *out)
{
	TIMED(CALL_TIMER, probe.real->timer(st, now, out));
}

static void timed_tick(void *st, const struct sp_tick *tick, uint64_t now, struct sp_out *out)
{
	TIMED(CALL_TICK, probe.real->tick(st, tick, now, out));
}

/* The simulator's own policy_class_for, and what it finds with a clock around it. */
const struct sp_policy *__real_policy_class_for(const struct policy_entry *entry, uint32_t nr_pcpus,
						uint32_t nr_vcpus);
const struct sp_policy *__wrap_policy_class_for(const struct policy_entry *entry, uint32_t nr_pcpus,
						uint32_t nr_vcpus);

const struct sp_policy *__wrap_policy_class_for(const struct policy_entry *entry, uint32_t nr_pcpus,
						uint32_t nr_vcpus)
{
	probe.real = __real_policy_class_for(entry, nr_pcpus, nr_vcpus);
	if (!probe.real)
		return NULL;
	probe.timed = *probe.real;
	probe.timed.pick_next = timed_pick;
	probe.timed.vcpu_stopped = timed_stopped;
	probe.timed.vcpu_wake = timed_wake;
	if (probe.timed.timer)
		probe.timed.timer = timed_timer;
	if (probe.timed.tick)
		probe.timed.tick = timed_tick;
	return &probe.timed;
}

/* -- a load -------------------------------------------------------------------------------- */

/* Nearly four vCPUs a pCPU, for the noise wants one as well, and 16,384 is the limit. */
struct load {
	const char *name, *file, *count;
};

static const struct load loads[] = {
	{"hogs", "workloads/seed.yaml", "vms.build.count"}, /* spin, never sleep */
	{"sleepers", "bench/demand.yaml", "vms.guest.count"}, /* sleep 100 us, often */
};

static const uint32_t sizes[] = {4, 16, 64, 256, 1024, 4096};

static struct world *open_load(const struct load *l, uint32_t pcpus)
{
	uint32_t ms = 64 * 500 / pcpus;
	char cores[64], count[64], duration[64];
	const char *sets[] = {cores, count, duration, "run.warmup=5ms"};
	struct scenario_options options = {.sets = sets, .nr_sets = 4};
	struct error err;
	struct world *world;

	ms = ms < 50 ? 50 : ms > 1000 ? 1000 : ms;
	snprintf(cores, sizeof(cores), "host.cores=%u", pcpus);
	snprintf(count, sizeof(count), "%s=%u", l->count, pcpus - 1);
	snprintf(duration, sizeof(duration), "run.duration=%ums", ms);
	world = scenario_load(l->file, &options, &err);
	if (!world) {
		fprintf(stderr, "serial: %s\n", err.text);
		exit(err.status);
	}
	return world;
}

/* One round: costs in ns.  Returns simulated seconds. */
static double run_round(const struct world *world, uint32_t policy, double tick_ns, double own)
{
	struct sim_job job = {.world = world, .policy = policy};
	struct sim_result r;
	struct error err;
	double s;

	memset(probe.costs, 0, sizeof(probe.costs));
	probe.limit = LIMIT_NS / tick_ns;
	if (sim_run(&job, &r, &err)) {
		fprintf(stderr, "serial: %s\n", err.text);
		exit(err.status);
	}
	s = (double)r.end_ns * 1e-9;
	sim_result_free(&r);
	for (int i = 0; i < NR_CALLS; i++) {
		struct cost *c = &probe.costs[i];

		c->sum = (c->sum - own * (double)c->nr) * tick_ns;
		c->sum = c->sum < 0 ? 0 : c->sum;
		c->max = c->nr ? (c->max - own) * tick_ns : 0;
		/* what was not counted was a call like the others */
		c->sum *= c->nr ? (double)(c->nr + c->nr_off) / (double)c->nr : 1;
		c->nr += c->nr_off;
	}
	return s;
}

static void keep_best(struct cost *best, const struct cost *c, int is_first)
{
	for (int i = 0; i < NR_CALLS; i++) {
		if (is_first || c[i].sum < best[i].sum)
			best[i].sum = c[i].sum;
		if (is_first || c[i].max < best[i].max)
			best[i].max = c[i].max;
		best[i].nr = c[i].nr;
	}
}

static void print_cost(const char *load, const char *policy, uint32_t pcpus, const char *call,
		       const struct cost *c, double s)
{
	if (c->nr)
		printf("%s,%s,%u,%s,%.1f,%.1f,%.0f,%.6f\n", load, policy, pcpus, call,
		       (double)c->nr / s / pcpus, c->sum / (double)c->nr, c->max,
		       c->sum * 1e-9 / s);
}

static void measure(const struct load *l, uint32_t pcpus, uint32_t rounds, double tick_ns,
		    double own)
{
	struct world *world = open_load(l, pcpus);
	struct cost best[NR_CALLS], all;
	double s = 0;

	for (uint32_t p = 0; p < world->nr_policies; p++) {
		for (uint32_t i = 0; i < rounds; i++) {
			s = run_round(world, p, tick_ns, own);
			keep_best(best, probe.costs, i == 0);
		}
		all = (struct cost){0};
		for (int i = 0; i < NR_CALLS; i++) {
			print_cost(l->name, world->policies[p].name, pcpus, call_names[i], &best[i],
				   s);
			all.nr += best[i].nr;
			all.sum += best[i].sum;
			all.max = best[i].max > all.max ? best[i].max : all.max;
		}
		print_cost(l->name, world->policies[p].name, pcpus, "all", &all, s);
		fflush(stdout);
	}
	scenario_free(world);
}

/* -- from one CPU to the next ------------------------------------------------------------------ */

#define BURST 500
#define BURSTS 1000
/* A call reads and writes about this many cache lines of the state and of sp_out. */
#define LINES 8

static struct {
	_Alignas(64) atomic_uint turn;
	_Alignas(64) volatile uint64_t lines[LINES][8];
} shared;

static void take_turns(unsigned int mine)
{
	for (uint32_t i = 0; i < BURST; i++) {
		while ((atomic_load_explicit(&shared.turn, memory_order_acquire) & 1) != mine)
			;
		for (int k = 0; k < LINES; k++)
			shared.lines[k][0]++;
		atomic_fetch_add_explicit(&shared.turn, 1, memory_order_release);
	}
}

static void *be_other(void *arg)
{
	for (uint32_t i = 0; i < BURSTS; i++)
		take_turns(1);
	return arg;
}

/*
 * ns from one owner's release to the next one's, the lock's line and the data's: the best
 * of many short bursts, for on a busy machine the two are seldom on their CPUs together.
 */
static double handover_ns(void)
{
	double best = 1e18, from;
	pthread_t other;

	if (pthread_create(&other, NULL, be_other, NULL))
		exit(5);
	for (uint32_t i = 0; i < BURSTS; i++) {
		from = now_ns();
		take_turns(0);
		from = (now_ns() - from) / (2.0 * BURST);
		best = from < best ? from : best;
	}
	pthread_join(other, NULL);
	return best;
}

int main(int argc, char **argv)
{
	int is_quick = argc > 1 && !strcmp(argv[1], "--quick");
	double tick_ns = calibrate(), own = own_ticks();

	printf("load,policy,pcpus,call,calls_per_pcpu_s,mean_ns,max_ns,utilisation\n");
	for (size_t l = 0; l < sizeof(loads) / sizeof(loads[0]); l++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
			if (!is_quick || sizes[i] <= 16)
				measure(&loads[l], sizes[i], is_quick ? 1 : 5, tick_ns, own);
	printf("handover,,2,all,,%.1f,,\n", handover_ns());
	return 0;
}
