/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * step.h - what a step draws and where it goes on: for who takes it, and for who looks ahead.
 */
#ifndef CORUN_STEP_H
#define CORUN_STEP_H

#include "engine/core/state.h"

/* A draw for this step: keyed by vCPU and step, counted by what it drew before. */
static inline uint64_t step_draw_ns(struct vcpu *v, const struct op *op)
{
	const struct dist *dist = op->dist;

	switch (dist->kind) {
	case DIST_CONST:
		return (uint64_t)dist->a;
	case DIST_EXPONENTIAL:
		return dist_draw_exponential(dist, rng_mix(v->key + op->key), v->draws++);
	case DIST_REPLAY:
		return dist_draw(dist, v->key, v->ops); /* the n-th burst in the n-th round */
	default:
		return dist_draw(dist, rng_mix(v->key + op->key), v->draws++);
	}
}

/* Where a STEP_CHOOSE goes. */
static inline uint32_t step_choose(struct sim *sim, struct vcpu *v, const struct op *op)
{
	const struct choice *choice = &sim->world->programs[v->program].choices[op->object];
	double u = rng_unit(rng_mix(v->key + op->key), v->draws++);
	uint32_t i = 0;

	while (i + 1 < op->count && u >= choice[i].upto)
		i++;
	return sim->code_of[v->program] + choice[i].target;
}

/* Loops and branches: pc is where it goes on if that is true, else the step is over. */
static inline bool step_branch(struct sim *sim, uint32_t vcpu, const struct op *op)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	uint32_t *left = &sim->cold[vcpu].loops[op->depth];

	switch (op->op) {
	case STEP_REPEAT:
		*left = op->count;
		return false;
	case STEP_REPEAT_END:
		if (--*left == 0)
			return false;
		v->pc = op->target;
		return true;
	case STEP_CHOOSE:
		v->pc = step_choose(sim, v, op);
		return true;
	default: /* STEP_JUMP */
		v->pc = op->target;
		return true;
	}
}

#endif
