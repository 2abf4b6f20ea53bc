/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * program.c - the guest programs: one step after the other, while a vCPU runs.
 *
 * A step either takes time (the pCPU's step_ns is armed and guest_step comes
 * back), or waits, or blocks, or is done at once.  Overhead that a vCPU owes
 * (debt_ns: a switch, a cold cache, ticks) is paid before anything else.
 */
#include "program.h"

#include "barrier.h"
#include "engine/book/account.h"
#include "engine/book/arrivals.h"
#include "engine/book/asked.h"
#include "engine/book/smt.h"
#include "engine/core/fail.h"
#include "engine/core/trace_put.h"
#include "engine/host/late.h"
#include "engine/wait/ipi_target.h"
#include "engine/wait/lock.h"
#include "engine/wait/spin.h"
#include "engine/wait/wait.h"
#include "ipi_send.h"
#include "lock_mutex.h"
#include "step.h"
#include "threads.h"

/* Steps at one instant by one vCPU after which the program is called endless. */
#define ZERO_TIME_STEPS 100000

static const struct program *program_of(const struct sim *sim, const struct vcpu *v)
{
	return &sim->world->programs[v->program];
}

static void count_op(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	v->ops++;
	sim->vms[v->vm].count[VC_OPS]++;
	trace_put(sim, TR_OP, 0, v->pcpu, vcpu, 0);
}

/* The vCPU has nothing more to do, ever. */
static void finish(struct sim *sim, uint32_t vcpu, bool done)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];

	v->timer_ns = NEVER;
	m->nr_stuck++;
	if (done && !sim->cold[vcpu].done) {
		sim->cold[vcpu].done = true;
		m->count[VC_FINISHED]++;
		trace_put(sim, TR_DONE, 0, v->pcpu, vcpu, 0);
		if (++m->nr_done == m->nr_threads)
			m->done_at_ns = sim->now - m->started_ns;
		if (program_of(sim, v)->finite && --sim->to_finish == 0 && !sim->endless)
			sim->finished = true;
	}
	sync_check_stuck(sim, v->vm);
}

/* Blocked for that long; false: it is over already. */
static bool sleep_ns(struct sim *sim, struct vcpu *v, uint64_t for_ns)
{
	if (!for_ns)
		return false;
	v->timer_ns = late_timer(sim, v->pcpu, sim->now + for_ns);
	return true;
}

/* STEP_SLEEP */
static bool sleep_for(struct sim *sim, uint32_t vcpu, uint64_t for_ns)
{
	if (sim->asked)
		asked_sleep(sim, vcpu, for_ns);
	return sleep_ns(sim, &sim->vcpus[vcpu], for_ns);
}

/* STEP_ARRIVE, STEP_TIMER: false if it has passed. */
static bool sleep_until(struct sim *sim, uint32_t vcpu, uint64_t at_ns)
{
	if (sim->asked)
		asked_instant(sim, vcpu, at_ns);
	return sleep_ns(sim, &sim->vcpus[vcpu], sp_sub0(at_ns, sim->now));
}

/* STEP_ARRIVE: true if it is still to come. */
static bool await_arrival(struct sim *sim, uint32_t vcpu, const struct op *op)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct arrivals *arrivals = &sim->cold[vcpu].arrivals;

	arrivals->responding = true;
	return sleep_until(sim, vcpu, arrivals_next(arrivals, v->key, op));
}

/* STEP_RESPOND */
static void respond(struct sim *sim, uint32_t vcpu)
{
	struct arrivals *arrivals = &sim->cold[vcpu].arrivals;

	arrivals->responding = false;
	hist_add(account_hist(sim, sim->vcpus[vcpu].vm, GH_RESPONSE), sim->now - arrivals->at_ns);
	count_op(sim, vcpu);
}

/* Arms the work of the timed step at pc. */
static inline enum guest_outcome work(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	account_mode(sim, vcpu, v->held ? VT_CRITICAL : VT_USEFUL);
	sim->pcpus[v->pcpu].step_ns = sim->now + v->debt_ns + v->left_ns;
	if (sim->smt_rate)
		smt_put_off(sim, vcpu);
	return GUEST_RUNS;
}

/* Waits, and burns time doing so. */
static enum guest_outcome spin(struct sim *sim, uint32_t vcpu)
{
	if (!sim->vcpus[vcpu].listed)
		sync_spin_begin(sim, vcpu);
	spin_arm(sim, vcpu);
	return GUEST_RUNS;
}

/* SLEEPS; WAITS at this step until somebody else ends it; ENDS for good. */
enum progress { NEXT, JUMPED, TIMED, SPINS, SLEEPS, WAITS, ENDS, YIELDS, PAYS };

/* STEP_BARRIER: the last one goes on, the others wait in the lock's way or blocked. */
static enum progress meet(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	if (barrier_arrive(sim, vcpu, index))
		return NEXT;
	if (sync_of(sim, v->vm, index)->kind == OBJECT_BARRIER_SPIN)
		return SPINS;
	v->timer_ns = NEVER;
	return WAITS;
}

static enum progress take_mutex(struct sim *sim, uint32_t vcpu, uint32_t index)
{
	switch (mutex_acquire(sim, vcpu, index)) {
	case MUTEX_TAKEN:
		return NEXT;
	case MUTEX_SPINS:
		return SPINS;
	default:
		return WAITS;
	}
}

/* Takes the step at pc. */
static inline enum progress take_step(struct sim *sim, uint32_t vcpu, const struct op *op)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	switch (op->op) {
	case STEP_COMPUTE:
	case STEP_HOLD:
		v->left_ns = step_draw_ns(v, op);
		return v->left_ns ? TIMED : NEXT;
	case STEP_LOCK:
		if (op->irqs_off)
			ipi_off(sim, vcpu);
		return lock_acquire(sim, vcpu, op->object, op->count) ? NEXT : SPINS;
	case STEP_UNLOCK:
		lock_release(sim, vcpu, op->object);
		if (op->irqs_off)
			ipi_on(sim, vcpu);
		return v->debt_ns ? PAYS : NEXT;
	case STEP_IPI:
		if (ipi_send(sim, vcpu, op))
			return SPINS;
		return v->debt_ns ? PAYS : NEXT;
	case STEP_MUTEX_LOCK:
		return take_mutex(sim, vcpu, op->object);
	case STEP_MUTEX_UNLOCK:
		mutex_release(sim, vcpu, op->object);
		return NEXT;
	case STEP_BARRIER:
		return meet(sim, vcpu, op->object);
	case STEP_SLEEP:
		return sleep_for(sim, vcpu, step_draw_ns(v, op)) ? SLEEPS : NEXT;
	case STEP_TIMER:
		return sleep_until(sim, vcpu,
				   arrivals_timer(&sim->cold[vcpu].arrivals, op, sim->now))
			       ? SLEEPS
			       : NEXT;
	case STEP_WAKE:
		barrier_wake(sim, vcpu, op->object, op->count);
		return NEXT;
	case STEP_ARRIVE:
		return await_arrival(sim, vcpu, op) ? SLEEPS : NEXT;
	case STEP_RESPOND:
		respond(sim, vcpu);
		return NEXT;
	case STEP_OP:
		count_op(sim, vcpu);
		return NEXT;
	case STEP_YIELD:
		return YIELDS;
	case STEP_HALT:
	case STEP_END:
		finish(sim, vcpu, op->op == STEP_END);
		return ENDS;
	default:
		return step_branch(sim, vcpu, op) ? JUMPED : NEXT;
	}
}

static enum guest_outcome fail_endless(struct sim *sim, uint32_t vcpu)
{
	char name[128];

	sim_fail(sim, STATUS_MODEL, "livelock",
		 "zero-time loop at %llu ns: %s made %d steps without any time passing (line %u)",
		 (unsigned long long)sim->now, sim_vcpu_name(sim, vcpu, name), ZERO_TIME_STEPS,
		 sim_vcpu_line(sim, vcpu));
	sim->pcpus[sim->vcpus[vcpu].pcpu].step_ns = NEVER;
	return GUEST_RUNS;
}

/* Overhead that it owes before it does anything else. */
static enum guest_outcome pay(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	account_mode(sim, vcpu, VT_OVERHEAD);
	sim->pcpus[v->pcpu].step_ns = sim->now + v->debt_ns;
	return GUEST_RUNS;
}

/*
 * The vCPU cannot go on where it is: it halts, or takes another of its VM's threads.
 * True: go on here with taking steps; false: *outcome.
 */
static bool pause(struct sim *sim, uint32_t vcpu, enum progress why, enum guest_outcome *outcome)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	enum thread_time state = why == SLEEPS ? TT_ASLEEP : why == WAITS ? TT_WAITING : TT_OVER;

	*outcome = GUEST_BLOCKS;
	if (!sim->vms[v->vm].threaded || !thread_stop(sim, vcpu, state))
		return false;
	if (v->act == ACT_ADVANCE && !v->debt_ns)
		return true;
	*outcome = guest_resume(sim, vcpu);
	return false;
}

/* Takes steps until one takes time. */
static enum guest_outcome advance(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];
	struct vm *m = &sim->vms[v->vm];
	enum guest_outcome outcome;

	for (uint32_t n = 0; n < ZERO_TIME_STEPS && !sim->failed; n++) {
		const struct op *op = &sim->code[v->pc];
		enum progress progress = take_step(sim, vcpu, op);

		switch (progress) {
		case NEXT:
			v->pc++;
			m->count[VC_STEPS] += op->counts;
			break;
		case JUMPED:
			break;
		case TIMED:
			v->act = ACT_TIMED;
			return work(sim, vcpu);
		case SPINS:
			if (sim->failed)
				return GUEST_RUNS;
			return v->debt_ns ? pay(sim, vcpu) : spin(sim, vcpu);
		case SLEEPS:
			v->pc++;
			m->count[VC_STEPS] += op->counts;
			/* fall through */
		case WAITS:
		case ENDS:
			if (!pause(sim, vcpu, progress, &outcome))
				return outcome;
			break;
		case YIELDS:
			v->pc++;
			m->count[VC_STEPS] += op->counts;
			return GUEST_YIELDS;
		case PAYS:
			v->pc++;
			m->count[VC_STEPS] += op->counts;
			return pay(sim, vcpu);
		}
	}
	return sim->failed ? GUEST_RUNS : fail_endless(sim, vcpu);
}

/* The step_ns of a spinning vCPU has come: what it does then. */
static enum guest_outcome spin_over(struct sim *sim, uint32_t vcpu)
{
	enum guest_outcome outcome;

	switch (spin_event(sim, vcpu)) {
	case SPIN_BLOCKS:
		return GUEST_BLOCKS;
	case SPIN_YIELDS:
		return GUEST_YIELDS;
	case SPIN_WAITS:
		return pause(sim, vcpu, WAITS, &outcome) ? advance(sim, vcpu) : outcome;
	default: /* it spins on, or does something else */
		return GUEST_RUNS;
	}
}

/* It is up.  Its kernel has nothing to do until the load begins. */
static enum guest_outcome boot(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	v->act = ACT_ADVANCE;
	if (sim->cold[vcpu].want_ns <= sim->now)
		return advance(sim, vcpu); /* it has waited so long for a pCPU */
	v->timer_ns = sim->cold[vcpu].want_ns;
	return GUEST_BLOCKS;
}

enum guest_outcome guest_resume(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	if (v->act == ACT_TIMED)
		return work(sim, vcpu);
	if (v->debt_ns || (sim->ipi && ipi_handles(sim, vcpu)))
		return pay(sim, vcpu);
	if (sim->ipi && ipi_sleeps_on(sim, vcpu))
		return GUEST_BLOCKS;
	if (v->act == ACT_ADVANCE)
		return advance(sim, vcpu);
	if (v->act == ACT_BOOT)
		return boot(sim, vcpu);
	if (v->act == ACT_IDLE)
		return thread_find(sim, vcpu) ? guest_resume(sim, vcpu) : GUEST_BLOCKS;
	if (v->act == ACT_LOCK && lock_retry(sim, vcpu)) {
		/* the lock's handoff, if it costs anything, has been armed */
		return v->debt_ns ? GUEST_RUNS : advance(sim, vcpu);
	}
	return spin(sim, vcpu);
}

enum guest_outcome guest_step(struct sim *sim, uint32_t vcpu)
{
	struct vcpu *v = &sim->vcpus[vcpu];

	account_vcpu(sim, vcpu);
	if (v->listed)
		return spin_over(sim, vcpu);
	if (v->act != ACT_TIMED)
		return guest_resume(sim, vcpu);
	v->act = ACT_ADVANCE;
	sim->vms[v->vm].count[VC_STEPS] += sim->code[v->pc].counts;
	v->pc++;
	return advance(sim, vcpu);
}
