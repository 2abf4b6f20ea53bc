/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixture.h - a small world and results made by hand, for tests that need no engine.
 *
 * Groups: web (VMs 0 and 1, two vCPUs each, a ticket lock, never ends), batch (VM 2,
 * two vCPUs, finite, no lock), noise (VM 3, one vCPU).  Two pCPUs; policies
 * "base" and "other"; warm-up 1 s, window 2 s.
 */
#ifndef STATS_FIXTURE_H
#define STATS_FIXTURE_H

#include "../../sim/model/result.h"
#include "../../sim/model/world.h"

#define FIXTURE_VMS 4u
#define FIXTURE_GROUPS 3u
#define FIXTURE_PCPUS 2u
#define FIXTURE_WINDOW_NS UINT64_C(2000000000)

struct fixture {
	struct world world;
	struct object lock;
	struct program programs[2];
	struct policy_spec policies[2];
	struct vm_group groups[FIXTURE_GROUPS];
	struct vm_spec vms[FIXTURE_VMS];
	struct vcpu_spec vcpus[7];
};

void fixture_init(struct fixture *fixture);

/* Zeroed, with room for the world's VMs, groups and pCPUs; freed by fixture_result_fini. */
void fixture_result_init(struct sim_result *result);
void fixture_result_fini(struct sim_result *result);

#endif
