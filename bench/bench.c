/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench - the simulator's speed, as ratios within one run.
 *
 * The yardstick is one pop and push of an array binary heap with 16-byte entries,
 * one a pCPU, exponential increments, same compiler flags.  The engine's cost is
 * CPU time per completed guest step or context switch (ticks, kicks and spurious
 * picks do not count), with locks, accounting and histograms on and the policy
 * called through its table.  Both are measured in turn, and each side's minimum over the
 * rounds counts: what disturbs a round only makes it slower.
 *
 *	bench [ROUNDS]		exit 1 if a limit of the budget is exceeded
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../sim/base/fpmath.h"
#include "../sim/engine/core/state.h"
#include "../sim/engine/sim.h"
#include "../sim/scenario/scenario.h"

/* -- the yardstick ------------------------------------------------------------- */

struct entry {
	uint64_t at_ns, what;
};

static void sift_down(struct entry *heap, uint32_t n, struct entry e)
{
	uint32_t at = 0;

	for (;;) {
		uint32_t down = 2 * at + 1;

		if (down >= n)
			break;
		if (down + 1 < n && heap[down + 1].at_ns < heap[down].at_ns)
			down++;
		if (e.at_ns <= heap[down].at_ns)
			break;
		heap[at] = heap[down];
		at = down;
	}
	heap[at] = e;
}

static void sift_up(struct entry *heap, uint32_t at, struct entry e)
{
	while (at && heap[(at - 1) / 2].at_ns > e.at_ns) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = e;
}

#define NR_STEPS 4096

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ns of one pop and push with n entries. */
static double heap_ns(uint32_t n)
{
	static uint64_t steps_ns[NR_STEPS];
	struct entry *heap = calloc(n, sizeof(*heap));
	uint32_t rounds = 2000000;
	double start_s;

	for (uint32_t i = 0; i < NR_STEPS; i++)
		steps_ns[i] =
			(uint64_t)(-60000 * fp_log((double)(rng_mix(i) >> 11) * 0x1p-53 + 0x1p-54));
	for (uint32_t i = 0; i < n; i++)
		sift_up(heap, i, (struct entry){steps_ns[i % NR_STEPS], i});
	start_s = now_s();
	for (uint32_t i = 0; i < rounds; i++) {
		struct entry first = heap[0];

		sift_down(heap, n - 1, heap[n - 1]);
		first.at_ns += steps_ns[i % NR_STEPS];
		sift_up(heap, n - 1, first);
	}
	start_s = now_s() - start_s;
	free(heap);
	return start_s * 1e9 / rounds;
}

/* -- the engine ------------------------------------------------------------------ */

struct config {
	const char *name;
	uint32_t pcpus, vms; /* of 4 vCPUs */
	const char *pool; /* host, or llc: pools of 64 */
	const char *policy;
	double limit; /* of the ratio; 0: it stands beside another */
	const char *more; /* another --set, or NULL */
};

enum {
	CFS_64,
	GANG_64,
	RELAXED_64,
	CFS_4096,
	GANG_4096,
	RELAXED_4096,
	CFS_POOLS,
	CFS_LINUX,
	BALANCE_300,
	BALANCE_3000,
	DEMAND_300,
	DEMAND_3000,
	NR_CONFIGS
};

static const struct config configs[NR_CONFIGS] = {
	[CFS_64] = {"cfs, 64 x 256", 64, 64, "host", "cfs", 2.6, NULL},
	[GANG_64] = {"gang, 64 x 256", 64, 64, "host", "gang", 0, NULL},
	[RELAXED_64] = {"relaxed, 64 x 256", 64, 64, "host", "relaxed", 0, NULL},
	[CFS_4096] = {"cfs, 4096 x 16384, one pool", 4096, 4096, "host", "cfs", 3, NULL},
	[GANG_4096] = {"gang, 4096 x 16384, one pool", 4096, 4096, "host", "gang", 0, NULL},
	[RELAXED_4096] = {"relaxed, 4096 x 16384, one pool", 4096, 4096, "host", "relaxed", 0,
			  NULL},
	[CFS_POOLS] = {"cfs, 64 pools of 64 x 256", 4096, 4096, "llc", "cfs", 3, NULL},
	[CFS_LINUX] = {"cfs, 64 x 256, a linux host", 64, 64, "host", "cfs", 0,
		       "host.irregularity=linux"},
	[BALANCE_300] = {"balance, 64 x 1200", 64, 300, "host", "balance", 0, NULL},
	[BALANCE_3000] = {"balance, 64 x 12000", 64, 3000, "host", "balance", 0, NULL},
	[DEMAND_300] = {"demand, 64 x 1200", 64, 300, "host", "demand", 0, NULL},
	[DEMAND_3000] = {"demand, 64 x 12000", 64, 3000, "host", "demand", 0, NULL},
};

#define MAX_ROUNDS 25

/* Growth of cfs' cost from 64 to 4,096 pCPUs in one pool, at most. */
#define GROWTH_LIMIT 2.0
/* Run with the binary trace against without. */
#define TRACE_LIMIT 1.08
/* A linux host against a regular one. */
#define LINUX_LIMIT 1.15
/* Ten times as many VMs: log 12,000 / log 1,200, and as much again for colder caches. */
#define VMS_LIMIT 1.66

struct figures {
	double heap_ns, engine_ns, ratio; /* ns a step or switch */
	double section_ns; /* ns a critical section */
	double pcpu_s; /* simulated pCPU seconds a CPU second */
};

static struct world *load(const struct config *c)
{
	char cores[64], llcs[64], count[64], pool[64], duration[64];
	const char *sets[] = {cores, llcs, count, pool, duration, c->more};
	struct scenario_options options = {.sets = sets, .nr_sets = c->more ? 6 : 5};
	struct error err;
	struct world *world;
	bool cut = strcmp(c->pool, "llc") == 0;

	snprintf(cores, sizeof(cores), "host.cores=%u", cut ? 64 : c->pcpus);
	snprintf(llcs, sizeof(llcs), "host.llcs=%u", cut ? c->pcpus / 64 : 1);
	snprintf(count, sizeof(count), "vms.guest.count=%u", c->vms);
	snprintf(pool, sizeof(pool), "host.pool=%s", c->pool);
	snprintf(duration, sizeof(duration), "run.duration=%ums", c->pcpus > 64 ? 40 : 600);
	world = scenario_load("bench/demand.yaml", &options, &err);
	if (!world) {
		fprintf(stderr, "bench: %s\n", err.text);
		exit(err.status);
	}
	return world;
}

static uint32_t policy_index(const struct world *world, const char *name)
{
	for (uint32_t i = 0; i < world->nr_policies; i++)
		if (strcmp(world->policies[i].name, name) == 0)
			return i;
	abort();
}

/* CPU seconds of one run; its counts are added to f. */
static double run_once(const struct world *world, const char *policy, struct trace_sink *trace,
		       struct figures *f)
{
	struct sim_job job = {.world = world,
			      .policy = policy_index(world, policy),
			      .trace = trace};
	uint64_t done = 0, sections = 0;
	struct sim_result r;
	struct error err;
	double s = now_s();

	if (sim_run(&job, &r, &err)) {
		fprintf(stderr, "bench: %s: %s\n", policy, err.text);
		exit(err.status);
	}
	s = now_s() - s;
	if (r.nr_violations) {
		fprintf(stderr, "bench: %s\n", r.violation);
		exit(STATUS_MODEL);
	}
	/* the warm-up is run, too: scale its part away */
	s *= (double)r.window_ns / (double)r.end_ns;
	for (uint32_t i = 0; i < r.nr_vms; i++) {
		done += r.vms[i].count[VC_STEPS] + r.vms[i].count[VC_SWITCHES];
		sections += r.vms[i].count[VC_SECTIONS];
	}
	f->engine_ns = s * 1e9 / (double)done;
	f->section_ns = s * 1e9 / (double)sections;
	f->pcpu_s = (double)r.window_ns * 1e-9 * r.nr_pcpus / s;
	sim_result_free(&r);
	return s;
}

static void keep_least(double *least, double value, bool first)
{
	if (first || value < *least)
		*least = value;
}

static struct figures measure(const struct config *c, uint32_t rounds)
{
	struct world *world = load(c);
	struct figures least = {0}, f;

	for (uint32_t i = 0; i < rounds; i++) {
		keep_least(&least.heap_ns, heap_ns(c->pcpus), i == 0);
		run_once(world, c->policy, NULL, &f);
		keep_least(&least.engine_ns, f.engine_ns, i == 0);
		keep_least(&least.section_ns, f.section_ns, i == 0);
		if (f.pcpu_s > least.pcpu_s)
			least.pcpu_s = f.pcpu_s;
	}
	scenario_free(world);
	least.ratio = least.engine_ns / least.heap_ns;
	return least;
}

/* -- the trace ---------------------------------------------------------------------- */

static int write_out(struct trace_sink *sink, const struct trace_rec *records, uint32_t n)
{
	return fwrite(records, sizeof(*records), n, sink->context) != n;
}

static double trace_ratio(uint32_t rounds)
{
	struct world *world = load(&configs[0]);
	struct trace_sink sink = {.size = 65536, .flush = write_out};
	double plain = 0, traced = 0;
	struct figures f;

	sink.buffer = malloc(sink.size * sizeof(*sink.buffer));
	sink.context = tmpfile();
	setvbuf(sink.context, NULL, _IONBF, 0);
	for (uint32_t i = 0; i < rounds; i++) {
		keep_least(&plain, run_once(world, "cfs", NULL, &f), i == 0);
		rewind(sink.context);
		sink.nr = 0;
		keep_least(&traced, run_once(world, "cfs", &sink, &f), i == 0);
	}
	fclose(sink.context);
	free(sink.buffer);
	scenario_free(world);
	return traced / plain;
}

/*
 * Bytes that the events of a busy vCPU touch, without policy state and histograms:
 * its own record up to its last field, and its part (a VM has 4 vCPUs here, and a
 * lock) of what is booked in the VM and of the lock's fields before its clocks.
 */
#define HOT_LIMIT 128

static int hot_bytes(void)
{
	size_t own = offsetof(struct vcpu, napping) + 1;
	size_t vm = offsetof(struct vm, time) + 2 * sizeof(uint64_t) /* useful, critical */
		    + 2 * sizeof(uint64_t) /* lock held, lock wait */
		    + 3 * sizeof(uint64_t); /* ops, steps, sections */
	size_t lock = offsetof(struct sync, clock_ns);
	size_t hot = own + vm / 4 + lock / 4;

	printf("hot bytes a vCPU: %zu (its own %zu, a quarter of its VM's %zu and of a lock's "
	       "%zu), "
	       "limit %d\n",
	       hot, own, vm, lock, HOT_LIMIT);
	return hot > HOT_LIMIT;
}

static int verdict(const char *what, double value, double limit)
{
	printf("%-34s %6.2f  limit %5.2f  %s\n", what, value, limit,
	       value <= limit ? "ok" : "OVER");
	return value > limit;
}

/* The cost of a step or switch in one world against another's. */
static const struct {
	const char *name;
	uint32_t of, to;
	double limit;
} beside[] = {
	{"growth, 64 to 4096 pCPUs", CFS_4096, CFS_64, GROWTH_LIMIT},
	{"gang against cfs, 64", GANG_64, CFS_64, 1},
	{"relaxed against cfs, 64", RELAXED_64, CFS_64, 1},
	{"gang against cfs, 4096", GANG_4096, CFS_4096, 1},
	{"relaxed against cfs, 4096", RELAXED_4096, CFS_4096, 1},
	{"a linux host against a regular one", CFS_LINUX, CFS_64, LINUX_LIMIT},
	{"balance, 3000 VMs against 300", BALANCE_3000, BALANCE_300, VMS_LIMIT},
	{"demand, 3000 VMs against 300", DEMAND_3000, DEMAND_300, VMS_LIMIT},
};

#define NR_BESIDE (sizeof(beside) / sizeof(beside[0]))

int main(int argc, char **argv)
{
	uint32_t rounds = argc > 1 ? (uint32_t)atoi(argv[1]) : 5;
	struct figures f[NR_CONFIGS];
	int over = 0;

	rounds = rounds < 1 ? 1 : rounds > MAX_ROUNDS ? MAX_ROUNDS : rounds;
	printf("%-34s %8s %8s %7s %9s %10s\n", "", "heap", "engine", "ratio", "section", "pCPU s");
	printf("%-34s %8s %8s %7s %9s %10s\n", "", "ns", "ns", "", "ns", "a CPU s");
	for (uint32_t i = 0; i < NR_CONFIGS; i++) {
		f[i] = measure(&configs[i], rounds);
		printf("%-34s %8.1f %8.1f %7.2f %9.1f %10.1f\n", configs[i].name, f[i].heap_ns,
		       f[i].engine_ns, f[i].ratio, f[i].section_ns, f[i].pcpu_s);
		fflush(stdout);
	}
	printf("\n");
	for (uint32_t i = 0; i < NR_CONFIGS; i++)
		if (configs[i].limit > 0)
			over |= verdict(configs[i].name, f[i].ratio, configs[i].limit);
	for (uint32_t i = 0; i < NR_BESIDE; i++)
		over |= verdict(beside[i].name,
				f[beside[i].of].engine_ns / f[beside[i].to].engine_ns,
				beside[i].limit);
	over |= verdict("traced against untraced", trace_ratio(rounds), TRACE_LIMIT);
	over |= hot_bytes();
	return over;
}
