/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_measure.c - what a recording says of each VM: what a replay under the policy that
 * was recorded has to come to again.
 *
 * Over the bursts that are kept, one behind the other, as the replay plays them: a lane's
 * time is what they ran, waited and slept.
 */
#include "import_out.h"

static void measure_vm(const struct import_plan *plan, struct import_vm *vm)
{
	double ran = 0, waited = 0;
	uint32_t i, k;

	for (i = vm->first; i < vm->first + vm->nr; i++) {
		const struct import_lane *lane = &plan->lanes[i];
		double run = 0, wait = 0, sleep = 0, stints = 0, all;

		for (k = 0; k < lane->nr_bursts; k++) {
			run += (double)lane->bursts[k].run_ns;
			wait += (double)lane->bursts[k].wait_ns;
			sleep += (double)lane->bursts[k].sleep_ns;
			stints += lane->bursts[k].stints;
		}
		all = run + wait + sleep;
		if (all <= 0)
			continue;
		vm->cpus += run / all;
		vm->stints += stints * 1e9 / all;
		ran += run / all;
		waited += wait / all;
	}
	vm->waits = ran + waited > 0 ? waited / (ran + waited) : 0;
}

void import_measure(struct import_plan *plan)
{
	uint32_t i;

	for (i = 0; i < plan->nr_vms; i++)
		measure_vm(plan, &plan->vms[i]);
}
