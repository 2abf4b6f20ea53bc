/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job.h - what the engine is asked for: one replication of one policy on one world.
 */
#ifndef CORUN_JOB_H
#define CORUN_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/where.h"
#include "trace.h"
#include "world.h"

struct sim_result; /* result.h */
struct recorder; /* engine/record/record.h */

struct sim_job {
	const struct world *world;
	uint32_t policy; /* index into world->policies */
	uint32_t rep; /* replication, from 0: part of every random key */
	struct trace_sink *trace; /* NULL: no trace */
	struct recorder *record; /* NULL: the calls of the policy are not recorded (record.h) */
	struct where *where; /* NULL, or where it tells what it is at */
	struct sim_result *half; /* NULL, or all 0: is filled at half of the window */
	bool careful; /* looks after every call for what a policy may not touch (guard.h) */
	bool strict; /* a contract violation ends the run with STATUS_MODEL */
};

#endif
