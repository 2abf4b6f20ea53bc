/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sim.h - one replication of one policy on one world.
 */
#ifndef CORUN_SIM_H
#define CORUN_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "model/job.h"
#include "model/result.h"
#include "model/world.h"

/*
 * Runs the job.  Deterministic: the same world, policy and replication give the
 * same bytes, in whatever thread and whatever order.
 *
 * Returns 0 and a result to be freed with sim_result_free, or -1 with *err:
 * STATUS_MODEL (deadlock, livelock, starvation, contract), STATUS_INPUT (the
 * policy refuses the world), STATUS_IO (memory), STATUS_BUG (a law is broken).
 */
int sim_run(const struct sim_job *job, struct sim_result *result, struct error *err);
void sim_result_free(struct sim_result *result);

/*
 * Would this policy take this world?  0, or -1 with STATUS_INPUT and the reason
 * (weights not honoured, a VM wider than its pool, ...): for `validate`.  where: as in a
 * job.
 */
int sim_accepts(const struct world *world, uint32_t policy, struct where *where, struct error *err);

#endif
