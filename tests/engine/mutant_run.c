/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutant_run - a few runs that exercise all of the accounting; prints the error
 * that ends the first one to fail, or "survived".  Linked with a mutated engine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../sim/base/rng.h"
#include "../../sim/engine/sim.h"

#define MS UINT64_C(1000000)

/*
 * rr on 3 pCPUs: two VMs that contend for a ticket lock, interrupt, sleep and get ticks;
 * a third has three threads on its two vCPUs.
 */
int main(void)
{
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_LOCK},
			       {.op = STEP_HOLD, .dist = 1},
			       {.op = STEP_UNLOCK},
			       {.op = STEP_IPI, .dist = 3, .object = IPI_TO_OTHERS},
			       {.op = STEP_SLEEP, .dist = 2},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {{.kind = DIST_EXPONENTIAL, .a = 300000, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_EXPONENTIAL, .a = 200000, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_EXPONENTIAL, .a = 400000, .max_ns = WORLD_MAX_NS},
			       {.kind = DIST_CONST, .a = 1000, .max_ns = WORLD_MAX_NS}};
	struct object object = {.name = "zone", .kind = OBJECT_TICKET, .handoff_ns = 100};
	struct program program = {.steps = steps,
				  .nr_steps = 8,
				  .dists = dists,
				  .nr_dists = 4,
				  .interrupts = true,
				  .objects = &object,
				  .nr_objects = 1};
	struct sp_topo topo[3] = {{.core = 0}, {.core = 1}, {.core = 2}};
	struct pool_spec pool = {.nr_pcpus = 3};
	struct policy_spec policy = {.name = "rr", .policy = "rr", .tunables = {MS / 4}};
	struct vm_group group = {.name = "vm", .nr_vms = 3};
	struct vm_spec vms[3];
	struct vcpu_spec vcpus[8];
	struct thread_spec threads[3];
	struct world world = {.policies = &policy,
			      .nr_policies = 1,
			      .programs = &program,
			      .nr_programs = 1,
			      .groups = &group,
			      .nr_groups = 1,
			      .vms = vms,
			      .nr_vms = 3,
			      .vcpus = vcpus,
			      .nr_vcpus = 8,
			      .threads = threads,
			      .nr_threads = 3};
	struct sim_job job = {.world = &world};
	struct sim_result result;
	struct error err;

	world.host = (struct host_spec){.nr_pcpus = 3,
					.topo = topo,
					.pools = &pool,
					.nr_pools = 1,
					.context_switch_ns = 2000,
					.tick_ns = 4 * MS,
					.tick_cost_ns = 1000,
					.kick_ns = 1000,
					.halt_poll = {.max_ns = MS / 5,
						      .grow_start_ns = 50000,
						      .grow = 2,
						      .shrink = 2},
					.ple = {.window = 20000,
						.max = 40000,
						.unit_ns = 0.4,
						.grow = 2,
						.cost_ns = 1000,
						.react = PLE_DIRECTED,
						.candidates = YIELD_KERNEL},
					.stolen_run = {.kind = DIST_EXPONENTIAL,
						       .a = 100000,
						       .max_ns = WORLD_MAX_NS},
					.stolen_every = {.kind = DIST_EXPONENTIAL,
							 .a = 10 * MS,
							 .max_ns = WORLD_MAX_NS}};
	world.run = (struct run_spec){.duration_ns = 2000 * MS,
				      .warmup_ns = 100 * MS,
				      .seed = 7,
				      .start_spread_ns = 10 * MS};
	memset(vms, 0, sizeof(vms));
	for (uint32_t i = 0; i < 3; i++) {
		snprintf(vms[i].name, sizeof(vms[i].name), "vm.%u", i);
		vms[i].key = rng_name(vms[i].name);
		vms[i].first_vcpu = 3 * i;
		vms[i].width = i < 2 ? 3 : 2;
		vms[i].weight = 1024;
		vms[i].stop_ns = WORLD_MAX_NS;
	}
	for (uint32_t i = 0; i < 8; i++)
		vcpus[i] = (struct vcpu_spec){.vm = i / 3, .index = i % 3};
	vms[2].nr_threads = 3;
	vms[2].thread_switch_ns = 1000;
	for (uint32_t i = 0; i < 3; i++)
		threads[i] = (struct thread_spec){.vm = 2, .index = i};
	if (sim_run(&job, &result, &err)) {
		printf("error[%s]: %s\n", err.kind, err.text);
		return 1;
	}
	sim_result_free(&result);
	/* once more, with guests that come up and halt first */
	world.run.starts = STARTS_SPREAD;
	world.run.boot_gap_ns = MS;
	world.run.boot_ns = 3 * MS;
	world.run.load_range_ns = 50 * MS;
	world.run.load_spread_ns = 5 * MS;
	world.run.duration_ns = 200 * MS;
	if (sim_run(&job, &result, &err)) {
		printf("error[%s]: %s\n", err.kind, err.text);
		return 1;
	}
	printf("survived: %llu switches, %llu sections\n", (unsigned long long)result.nr_switches,
	       (unsigned long long)result.vms[0].count[VC_SECTIONS]);
	sim_result_free(&result);
	return 0;
}
