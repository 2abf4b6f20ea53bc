/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fluid.h - what an ideal fluid schedule would have given to whom, of the same demand.
 *
 * At every instant all vCPUs that want to run do so at once, each at its rate: weighted
 * max-min (level.h), at most a whole pCPU each, within their pins and their VM's cap.  A wait
 * begins where the *fluid* run before it ends, so a guest that was served late asks for no
 * less than one that was served at once.
 *
 * A capped VM has credit: it grows at the rate of the cap up to the quota of a period, and
 * starts with none.  As long as there is some the cap does not bind, so a VM that sleeps may
 * catch up within its quota, and a hog gets its cap exactly.
 *
 * Instants are ns from the beginning of the window.
 */
#ifndef CORUN_FLUID_H
#define CORUN_FLUID_H

#include "demand.h"

struct fluid_vcpu {
	uint32_t vm;
	uint32_t first, nr; /* pCPUs that it may use; the host's ids */
	double got_ns, half_ns; /* found: at the end, and at half_ns of the spec */
};

struct fluid_vm {
	double weight; /* of each vCPU, or of the VM: by_vm */
	double cap; /* in pCPUs; 0: none */
	double most_ns; /* its credit at most: the quota of a period, and the burst */
	uint32_t pool;
	double stop_ns; /* it is gone from then on */
};

struct fluid_pool {
	uint32_t first, nr; /* pCPUs */
};

struct fluid_spec {
	struct fluid_vcpu *vcpus;
	const struct fluid_vm *vms;
	const struct fluid_pool *pools;
	uint32_t nr_vcpus, nr_vms, nr_pools;
	bool by_vm; /* a VM's weight is divided among those of its vCPUs that want to run */
	double end_ns, half_ns; /* half_ns 0: it is not asked for */
	double step_ns; /* what is there of the pCPUs changes so often; 0: never */
	void *context;
	/* The next of a vCPU's asks, which may run till most_ns from now; false: none, ever. */
	bool (*next)(void *context, uint32_t vcpu, double most_ns, struct ask *ask);
	/* How many of these pCPUs are there during a step, on average. */
	double (*supply)(void *context, uint32_t first, uint32_t nr, uint32_t step);
};

/* 0, or -1: out of memory. */
int fluid_run(const struct fluid_spec *spec);

#endif
