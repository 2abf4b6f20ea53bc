/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fluid_pool.h - the records of the fluid schedule of one pool, and how they are made.
 */
#ifndef CORUN_FLUID_POOL_H
#define CORUN_FLUID_POOL_H

#include "fluid.h"
#include "level.h"

#define FLUID_NONE UINT32_MAX

/* The first in order of something that grows: a binary heap. */
struct fluid_heap {
	struct fluid_due {
		double at;
		uint32_t vcpu;
	} * due;
	uint32_t nr;
};

/* vCPUs that have the same rate at all times. */
struct fluid_class {
	uint32_t vm; /* the only one with vCPUs in it; FLUID_NONE: several, none with a cap */
	uint32_t first, nr; /* pCPUs */
	double weight;
	double clock_ns; /* what one of its vCPUs has got that always wanted to run */
	struct fluid_heap runs; /* that end, by clock_ns */
};

/* pCPUs that the classes under it share. */
struct fluid_range {
	uint32_t first, nr;
};

struct fluid_cap {
	uint32_t vm;
	double credit_ns;
	bool open; /* it has credit: it does not bind */
};

struct fluid {
	const struct fluid_spec *spec;
	uint32_t pool;
	double now_ns;
	uint32_t step;
	bool halved; /* half_ns has passed */
	uint32_t *class_of; /* vCPU -> class; FLUID_NONE: of another pool */
	double *from_ns; /* vCPU: its class's clock when it began to want to run; < 0: it does not */
	double *run_ns; /* vCPU that sleeps: what it wants when it wakes */
	uint32_t *nr_wanting; /* VM -> vCPUs */
	bool *gone; /* VM */
	double stop_ns; /* the next VM stops then */
	struct fluid_class *classes;
	struct fluid_range *ranges; /* limits 0 ... nr_ranges - 1 of the level */
	struct fluid_cap *caps; /* the limits after them */
	uint32_t nr_ranges, nr_caps;
	struct fluid_heap sleeps; /* by instant */
	struct level level;
};

/* 0, or -1: out of memory. */
int fluid_pool_make(struct fluid *f, const struct fluid_spec *spec, uint32_t pool);
void fluid_pool_free(struct fluid *f);

void fluid_push(struct fluid_heap *heap, double at, uint32_t vcpu);
void fluid_pop(struct fluid_heap *heap);

#endif
