/* SPDX-License-Identifier: BSD-2-Clause */
#include "foresee.h"

#include "engine/book/arrivals.h"
#include "step.h"

/* A run of more steps than this is taken for endless. */
#define FORESEEN_STEPS 1000000u

/* Does its program ever wait by itself, or end? */
static bool ever_pauses(const struct sim *sim, const struct vcpu *v)
{
	const struct op *code = &sim->code[sim->code_of[v->program]];

	for (uint32_t i = 0; i < sim->world->programs[v->program].nr_steps; i++)
		switch (code[i].op) {
		case STEP_SLEEP:
		case STEP_ARRIVE:
		case STEP_TIMER:
		case STEP_HALT:
		case STEP_END:
			return true;
		default:
			break;
		}
	return false;
}

/* The step at pc that does not run; true: a wait, in f->next, or the end. */
static bool foresee_pass(struct sim *sim, uint32_t vcpu, struct foresight *f)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	const struct op *op = &sim->code[v->pc];
	struct arrivals *arrivals = &sim->cold[vcpu].arrivals;

	switch (op->op) {
	case STEP_SLEEP:
		f->next = (struct ask){step_draw_ns(v, op), 0, 0};
		v->pc++;
		return f->next.wait_ns != 0;
	case STEP_ARRIVE:
		f->next.wait_ns =
			sp_sub0(arrivals_next(arrivals, v->key, op), sim->window_start_ns);
		f->next.at = 1;
		v->pc++;
		return true;
	case STEP_TIMER:
		f->next.wait_ns =
			sp_sub0(arrivals_timer(arrivals, op, sim->now), sim->window_start_ns);
		f->next.at = 1;
		v->pc++;
		return true;
	case STEP_HALT:
	case STEP_END:
		f->over = true;
		return true;
	case STEP_REPEAT:
	case STEP_REPEAT_END:
	case STEP_CHOOSE:
	case STEP_JUMP:
		if (!step_branch(sim, vcpu, op))
			v->pc++;
		return false;
	case STEP_OP:
	case STEP_RESPOND:
		v->ops++;
		v->pc++;
		return false;
	default: /* locks, barriers, interrupts */
		v->pc++;
		return false;
	}
}

/* What is left of the step that it is at. */
static uint64_t foresee_begin(struct sim *sim, uint32_t vcpu, struct foresight *f)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	f->begun = true;
	f->next = (struct ask){0, 0, 1};
	if (v->act != ACT_ADVANCE && v->act != ACT_BOOT)
		v->pc++; /* it is in the middle of that step */
	return v->act == ACT_TIMED ? v->left_ns : 0;
}

bool foresee(struct sim *sim, uint32_t vcpu, struct foresight *f, uint64_t most_ns, struct ask *ask)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	uint64_t run_ns = 0;
	bool endless = !ever_pauses(sim, v);

	if (f->over)
		return false;
	if (!f->begun)
		run_ns = foresee_begin(sim, vcpu, f);
	*ask = f->next;
	for (uint32_t n = 0; !endless && run_ns <= most_ns; n++) {
		const struct op *op = &sim->code[v->pc];

		if (op->op == STEP_COMPUTE || op->op == STEP_HOLD) {
			run_ns += step_draw_ns(v, op);
			v->pc++;
		} else if (foresee_pass(sim, vcpu, f)) {
			break;
		}
		endless = n >= FORESEEN_STEPS;
	}
	ask->run_ns = endless || run_ns > most_ns ? ASK_ENDLESS : run_ns;
	return true;
}
