/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guard NAME - runs one of six fixed worlds and prints how many guest steps and context
 * switches it completed.  guard without a name lists the worlds.
 *
 * tests/guard/guard.sh counts the instructions of sim_run meanwhile.
 */
#include <stdio.h>
#include <string.h>

#include "engine/sim.h"
#include "scenario/scenario.h"

#define MAX_SETS 8

static const struct world_row {
	const char *name, *scenario, *policy;
	const char *sets[MAX_SETS];
} rows[] = {
	{"cfs", "bench/demand.yaml", "cfs", {"run.duration=60ms", "run.warmup=0"}},
	{"gang", "bench/demand.yaml", "gang", {"run.duration=60ms", "run.warmup=0"}},
	{"relaxed", "bench/demand.yaml", "relaxed", {"run.duration=60ms", "run.warmup=0"}},
	/* late timers, stolen time, ticks with phases: what the regular host leaves out */
	{"linux",
	 "bench/demand.yaml",
	 "cfs",
	 {"run.duration=60ms", "run.warmup=0", "host.irregularity=linux"}},
	/* the largest class of sizes, a deeper tree */
	{"large",
	 "bench/demand.yaml",
	 "cfs",
	 {"run.duration=10ms", "run.warmup=0", "host.cores=512", "vms.guest.count=512"}},
	/* a guest's own scheduler, mutexes, barriers */
	{"threads", "workloads/grain-threads.yaml", "cfs", {"run.duration=6s", "run.warmup=0"}},
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

static int fail(const struct error *err)
{
	fprintf(stderr, "guard: %s\n", err->text);
	return (int)err->status;
}

static int run(const struct world_row *row)
{
	struct scenario_options options = {.sets = row->sets};
	struct sim_job job = {0};
	struct sim_result r;
	struct error err;
	uint64_t steps;

	while (options.nr_sets < MAX_SETS && row->sets[options.nr_sets])
		options.nr_sets++;
	job.world = scenario_load(row->scenario, &options, &err);
	if (!job.world)
		return fail(&err);
	while (job.policy < job.world->nr_policies &&
	       strcmp(job.world->policies[job.policy].name, row->policy) != 0)
		job.policy++;
	if (job.policy == job.world->nr_policies || sim_run(&job, &r, &err))
		return fail(&err);
	steps = r.nr_switches;
	for (uint32_t i = 0; i < r.nr_vms; i++)
		steps += r.vms[i].count[VC_STEPS];
	printf("%llu\n", (unsigned long long)steps);
	sim_result_free(&r);
	return 0;
}

int main(int argc, char **argv)
{
	for (uint32_t i = 0; i < NR_ROWS; i++) {
		if (argc < 2)
			puts(rows[i].name);
		else if (!strcmp(rows[i].name, argv[1]))
			return run(&rows[i]);
	}
	return argc < 2 ? 0 : STATUS_INPUT;
}
