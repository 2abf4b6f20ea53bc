/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * steps CORES GUESTS - the demand of bench/demand.yaml under cfs for a simulated
 * second: prints guest steps and CPU seconds, as the peers' programs do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../sim/engine/sim.h"
#include "../sim/scenario/scenario.h"

int main(int argc, char **argv)
{
	char cores[64], count[64];
	const char *sets[] = {cores, count, "run.duration=1s", "run.warmup=0"};
	struct scenario_options options = {.sets = sets, .nr_sets = 4};
	struct sim_job job = {0};
	struct sim_result r;
	struct error err;
	uint64_t steps = 0;
	clock_t start;

	if (argc != 3)
		return STATUS_INPUT;
	snprintf(cores, sizeof(cores), "host.cores=%s", argv[1]);
	snprintf(count, sizeof(count), "vms.guest.count=%s", argv[2]);
	job.world = scenario_load("bench/demand.yaml", &options, &err);
	if (!job.world) {
		fprintf(stderr, "steps: %s\n", err.text);
		return (int)err.status;
	}
	start = clock();
	if (sim_run(&job, &r, &err)) {
		fprintf(stderr, "steps: %s\n", err.text);
		return (int)err.status;
	}
	for (uint32_t i = 0; i < r.nr_vms; i++)
		steps += r.vms[i].count[VC_STEPS];
	printf("%llu %.3f\n", (unsigned long long)steps,
	       (double)(clock() - start) / CLOCKS_PER_SEC);
	sim_result_free(&r);
	return 0;
}
