/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replication.c - the door of the engine, sim.h: one replication of one policy, from a
 * world to a result.
 */
#include <stdlib.h>
#include <string.h>

#include "host/port.h"
#include "run/engine.h"
#include "run/laws.h"
#include "run/setup.h"
#include "run/window.h"
#include "sim.h"

int sim_run(const struct sim_job *job, struct sim_result *result, struct error *err)
{
	struct sim sim;
	int ret = -1;

	memset(result, 0, sizeof(*result));
	if (sim_setup(&sim, job, err) == 0 && engine_start(&sim) == 0) {
		engine_loop(&sim);
		if (!sim.failed && !sim.measuring)
			window_begin(&sim); /* everything finished during the warm-up */
		engine_check_forgotten(&sim);
		if (!sim.failed)
			ret = laws_finish(&sim, result);
		if (ret && !sim.failed)
			ret = error_set(err, STATUS_BUG, "law", "unknown");
		if (sim.trace && sim.trace->nr && !sim.trace->failed &&
		    sim.trace->flush(sim.trace, sim.trace->buffer, sim.trace->nr))
			sim.trace->failed = 1;
		if (sim.trace)
			sim.trace->nr = 0;
	}
	engine_look(&sim);
	if (sim.touched)
		ret = -1;
	sim_free(&sim);
	if (ret)
		sim_result_free(result);
	return ret;
}

void sim_result_free(struct sim_result *result)
{
	free(result->vms);
	free(result->pcpus);
	free(result->groups);
	result->vms = NULL;
	result->pcpus = NULL;
	result->groups = NULL;
}

int sim_accepts(const struct world *world, uint32_t policy, struct where *where, struct error *err)
{
	struct sim_job job = {.world = world, .policy = policy, .where = where};
	struct sim sim;
	int ret = -1;

	if (sim_setup(&sim, &job, err) == 0 && engine_start(&sim) == 0) {
		for (uint32_t i = 0; i < world->nr_vms && !sim.failed; i++)
			port_vm_start(&sim, i);
		ret = sim.failed ? -1 : 0;
	}
	sim_free(&sim);
	return ret;
}
