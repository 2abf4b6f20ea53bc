/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain_chain.h"

/* The members of a gang start within this of each other: a kick's latency, and a late timer. */
#define GANG_START_NS UINT64_C(200000)

static const struct trace_vm *vm_of(const struct explain_view *view, uint16_t vcpu)
{
	return &view->reader->vms[view->reader->vcpus[vcpu].vm];
}

static bool is_sibling(const struct explain_view *view, uint16_t a, uint16_t b)
{
	return view->reader->vcpus[a].vm == view->reader->vcpus[b].vm;
}

static bool is_off(const struct explain_view *view, uint32_t vcpu)
{
	uint8_t state = view->track->vcpus[vcpu].state;

	return state == VT_STEAL || state == VT_HELD;
}

/* May it run there? */
static bool may_use(const struct explain_view *view, uint16_t vcpu, uint32_t pcpu)
{
	const struct vcpu_spec *v = &view->world->vcpus[vcpu];
	const struct pool_spec *pool = &view->world->host.pools[view->world->vms[v->vm].pool];

	if (view->away[pcpu] || pcpu < pool->first_pcpu ||
	    pcpu >= pool->first_pcpu + pool->nr_pcpus)
		return false;
	return !v->affinity.nr ||
	       (pcpu >= v->affinity.first && pcpu < v->affinity.first + v->affinity.nr);
}

static uint32_t count_idle(const struct explain_view *view, uint16_t vcpu)
{
	uint32_t nr = 0, i;

	for (i = 0; i < view->track->nr_pcpus; i++)
		nr += view->track->running[i] == TRACE_NONE && may_use(view, vcpu, i);
	return nr;
}

/* Does all of its VM wait, and is that more than nr vCPUs? */
static bool is_too_wide(const struct explain_view *view, uint16_t vcpu, uint32_t nr)
{
	const struct trace_vm *vm = vm_of(view, vcpu);
	uint32_t waiting = 0, i;

	for (i = vm->first_vcpu; i < vm->first_vcpu + vm->width; i++) {
		if (state_is_running(view->track->vcpus[i].state))
			return false;
		waiting += view->track->vcpus[i].state == VT_STEAL;
	}
	return waiting > nr;
}

/* Does this one run with all its siblings that want to, started at once, on most pCPUs? */
static bool is_wide_gang(const struct explain_view *view, uint16_t vcpu)
{
	const struct trace_vm *vm = vm_of(view, vcpu);
	uint64_t first_ns = UINT64_MAX, last_ns = 0;
	uint32_t nr = 0, i;

	for (i = vm->first_vcpu; i < vm->first_vcpu + vm->width; i++) {
		const struct track_vcpu *v = &view->track->vcpus[i];

		if (is_off(view, i))
			return false;
		if (v->pcpu == TRACE_NONE)
			continue;
		nr++;
		first_ns = v->stint_ns < first_ns ? v->stint_ns : first_ns;
		last_ns = v->stint_ns > last_ns ? v->stint_ns : last_ns;
	}
	return nr >= 2 && 2 * nr > view->track->nr_pcpus && last_ns - first_ns <= GANG_START_NS;
}

struct explain_blame explain_blame_cpu(const struct explain_view *view,
				       const struct explain_wait *wait)
{
	uint16_t there = TRACE_NONE;
	uint32_t nr_idle;

	if (view->track->vcpus[wait->vcpu].held)
		return (struct explain_blame){view->held[wait->vcpu] == SP_CAP ? CAUSE_CAP
									       : CAUSE_COSTOP,
					      TRACE_NONE};
	nr_idle = count_idle(view, wait->vcpu);
	if (nr_idle)
		return (struct explain_blame){is_too_wide(view, wait->vcpu, nr_idle) ? CAUSE_GANG
										     : CAUSE_IDLE,
					      TRACE_NONE};
	if (wait->home != TRACE_NONE)
		there = view->track->running[wait->home];
	if (there == TRACE_NONE)
		return (struct explain_blame){CAUSE_HOST, TRACE_NONE};
	if (is_sibling(view, there, wait->vcpu))
		return (struct explain_blame){CAUSE_STACKED, there};
	if (is_wide_gang(view, there))
		return (struct explain_blame){CAUSE_GANG, there};
	if (wait->woken && 2 * view->ran_ns[wait->vcpu] < view->ran_ns[there])
		return (struct explain_blame){CAUSE_SLEEPER, there};
	return (struct explain_blame){CAUSE_OTHER, there};
}

/* -- locks ------------------------------------------------------------------------ */

/* One of those in line for a free lock that is off CPU, or TRACE_NONE. */
static uint16_t next_off(const struct explain_view *view, const struct trace_vm *vm, uint16_t lock)
{
	const struct trace_spin *spin = &view->track->spin;
	uint32_t i;

	for (i = vm->first_vcpu; i < vm->first_vcpu + vm->width; i++)
		if (spin->waits[i] == lock && !spin->at_barrier[i] && is_off(view, i))
			return (uint16_t)i;
	return TRACE_NONE;
}

static struct explain_blame blame_chain(const struct explain_view *view, uint16_t vcpu,
					uint16_t lock)
{
	const struct trace_spin *spin = &view->track->spin;
	uint32_t vm = view->reader->vcpus[vcpu].vm, depth;
	uint16_t holder = TRACE_NONE;

	for (depth = 0; depth < WORLD_MAX_LOCKS && lock < WORLD_MAX_LOCKS; depth++) {
		holder = spin->holders[vm * WORLD_MAX_LOCKS + lock];
		if (holder == TRACE_NONE) {
			uint16_t next = next_off(view, &view->reader->vms[vm], lock);

			/* a waiter that is off CPU is not in its own way */
			if (next == TRACE_NONE || next == vcpu)
				return (struct explain_blame){CAUSE_CONTENTION, TRACE_NONE};
			return (struct explain_blame){CAUSE_NEXT, next};
		}
		if (is_off(view, holder))
			return (struct explain_blame){CAUSE_HOLDER, holder};
		if (spin->waits[holder] == TRACE_NONE || spin->at_barrier[holder])
			break;
		lock = spin->waits[holder];
	}
	return (struct explain_blame){CAUSE_CONTENTION, holder};
}

/* One that has not come is off CPU, or it waits for a lock, and then why. */
static struct explain_blame blame_barrier(const struct explain_view *view, uint16_t vcpu,
					  uint16_t barrier)
{
	const struct trace_spin *spin = &view->track->spin;
	const struct trace_vm *vm = vm_of(view, vcpu);
	struct explain_blame blame = {CAUSE_CONTENTION, TRACE_NONE};
	uint32_t i;

	for (i = vm->first_vcpu; i < vm->first_vcpu + vm->width; i++) {
		if (spin->at_barrier[i] && spin->waits[i] == barrier)
			continue;
		if (is_off(view, i))
			return (struct explain_blame){CAUSE_PARTNER, (uint16_t)i};
		if (blame.cause == CAUSE_CONTENTION && !spin->at_barrier[i] &&
		    spin->waits[i] != TRACE_NONE)
			blame = blame_chain(view, (uint16_t)i, spin->waits[i]);
		else if (blame.culprit == TRACE_NONE)
			blame.culprit = (uint16_t)i;
	}
	return blame;
}

struct explain_blame explain_blame_lock(const struct explain_view *view,
					const struct explain_wait *wait)
{
	const struct trace_spin *spin = &view->track->spin;
	uint16_t object = spin->waits[wait->vcpu], at;
	struct explain_blame blame = {CAUSE_CONTENTION, TRACE_NONE};
	uint32_t i;

	if (object != TRACE_NONE)
		blame = spin->at_barrier[wait->vcpu] ? blame_barrier(view, wait->vcpu, object)
						     : blame_chain(view, wait->vcpu, object);
	for (i = 0; i < spin->nr_ipis; i++)
		if (spin->ipis[i].from == wait->vcpu && is_off(view, spin->ipis[i].to))
			blame = (struct explain_blame){CAUSE_PARTNER, spin->ipis[i].to};
	if (blame.cause != CAUSE_CONTENTION || !is_off(view, wait->vcpu))
		return blame;
	at = view->track->vcpus[wait->vcpu].last_pcpu;
	return (struct explain_blame){CAUSE_SELF,
				      at == TRACE_NONE ? TRACE_NONE : view->track->running[at]};
}
