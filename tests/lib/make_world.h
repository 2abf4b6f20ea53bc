/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make_world.h - small worlds for tests of the engine, without a scenario file.
 *
 * A fresh world has nothing that costs time: no switch cost, no kick latency,
 * no ticks, no noise.  Start offsets and tick phases are random (10 ms).
 */
#ifndef MAKE_WORLD_H
#define MAKE_WORLD_H

#include "../../sim/engine/sim.h"

struct made {
	struct world world;
	struct policy_spec policy;
	struct pool_spec pool;
};

#define MS UINT64_C(1000000)
#define SEC UINT64_C(1000000000)

/* nr_pcpus pCPUs in one LLC, duration of the window, policy by its name. */
struct made *made_new(uint32_t nr_pcpus, uint64_t duration_ns, const char *policy);
void made_free(struct made *made);

/* A tunable of the policy; fails the test if there is none of that name. */
void made_tunable(struct made *made, const char *name, uint64_t value);

/* Programs: their ids.  A hog computes for ever, in one step. */
uint32_t made_hog(struct made *made);
/* Runs and sleeps, exponentially (random) or exactly these times. */
uint32_t made_sleeper(struct made *made, uint64_t run_ns, uint64_t sleep_ns, bool random);
/* Computes (exponential mean), then holds a lock for exactly hold_ns. */
uint32_t made_locker(struct made *made, enum object_kind kind, uint64_t compute_ns,
		     uint64_t hold_ns);
/* Works and holds that lock, exactly so long. */
uint32_t made_holder(struct made *made, const struct object *lock, uint64_t work_ns,
		     uint64_t hold_ns);
/* Works exactly so long, and interrupts its siblings, which each need handle_ns for it. */
uint32_t made_sender(struct made *made, uint64_t work_ns, uint64_t handle_ns);
/* Any other: the steps and objects are copied, the dists are kept. */
uint32_t made_program(struct made *made, const struct program *program);

/* A VM of `width` vCPUs; its id. */
uint32_t made_vm(struct made *made, const char *name, uint32_t width, uint32_t weight,
		 uint32_t program);
/* It gets that many threads (all of its program) and a guest scheduler. */
void made_threads(struct made *made, uint32_t vm, uint32_t nr, uint64_t slice_ns,
		  uint64_t switch_ns);
/* Its vCPUs may run for quota_ns in a period, all together. */
void made_cap(struct made *made, uint32_t vm, uint64_t quota_ns, uint64_t period_ns,
	      uint64_t burst_ns);
/* Its vCPU `index` may run on pCPUs first ... first + nr - 1 only. */
void made_pin(struct made *made, uint32_t vm, uint32_t index, uint32_t first, uint32_t nr);

/* Runs replication rep; fails the test, naming the error, if it cannot. */
void made_run(struct made *made, uint32_t rep, struct sim_result *result);
void made_run_traced(struct made *made, uint32_t rep, struct sim_result *result,
		     struct trace_sink *sink);

/* nice -20 ... 19 to weight: the table of Linux 6.1 (kernel/sched/core.c). */
extern const uint32_t nice_weights[40];

#endif
