/* SPDX-License-Identifier: BSD-2-Clause */
/* gen.c - the event loop of a run and what guests do in it. */
#include <string.h>

#include "gen.h"

/* -- guests --------------------------------------------------------------------- */

static uint32_t draw_sibling(struct host *h, uint32_t v)
{
	uint32_t i, at = rng_below(&h->rng, SP_NR_VCPUS);

	for (i = 0; i < SP_NR_VCPUS; i++, at = (at + 1) % SP_NR_VCPUS)
		if (at != v && h->vcpus[at].state != V_ABSENT && h->vcpus[at].vm == h->vcpus[v].vm)
			return at;
	return SP_NONE;
}

static void next_burst(struct host *h, uint32_t v)
{
	const struct program *program = &h->vms[h->vcpus[v].vm].program;
	struct vcpu *vcpu = &h->vcpus[v];

	if (program->hog)
		return;
	vcpu->left_ns = h->now_ns - h->pcpus[vcpu->pcpu].start_ns +
			rng_log(&h->rng, program->burst_min_ns, program->burst_max_ns);
	agenda_set(&h->agenda, SLOT_VCPU(v), h->pcpus[vcpu->pcpu].start_ns + vcpu->left_ns);
}

/* A PLE exit says that v spins; who holds what it waits for, sometimes. */
static void guest_spin(struct host *h, uint32_t v)
{
	struct call c = {.vcpu = v, .other = SP_NONE};

	if (rng_chance(&h->rng, 500))
		c.other = draw_sibling(h, v);
	host_call(h, OP_vcpu_spin, &c);
}

/* Mostly v then leaves its pCPU; a host may also just have said so. */
static void guest_yield_to(struct host *h, uint32_t v)
{
	struct call c = {.vcpu = v, .other = draw_sibling(h, v)};
	uint32_t p = h->vcpus[v].pcpu;

	if (c.other == SP_NONE)
		return;
	host_call(h, OP_vcpu_yield_to, &c);
	if (h->broken || rng_chance(&h->rng, 200))
		return;
	host_stop(h, p, SP_STOP_YIELDED);
	host_pick(h, p);
}

/* A shootdown to all that are awake, or a poke at one. */
static void guest_ipi(struct host *h, uint32_t v)
{
	uint32_t waits = rng_chance(&h->rng, 500) != 0;
	uint32_t to, one = waits ? SP_NONE : draw_sibling(h, v);

	for (to = 0; to < SP_NR_VCPUS && !h->broken; to++) {
		struct call c = {.op = OP_vcpu_ipi};

		if (to == v || h->vcpus[to].vm != h->vcpus[v].vm || (!waits && to != one))
			continue;
		if (h->vcpus[to].state != V_RUNNABLE && h->vcpus[to].state != V_RUNNING)
			continue;
		c.u.ipi = (struct sp_ipi){.from = v, .to = to, .waits = waits};
		host_call(h, OP_vcpu_ipi, &c);
	}
}

static void burst_end(struct host *h, uint32_t v)
{
	uint32_t p = h->vcpus[v].pcpu, roll = rng_below(&h->rng, 100);

	if (roll >= 92 && h->policy->vcpu_spin) {
		next_burst(h, v);
		guest_spin(h, v);
	} else if (roll >= 84 && h->policy->vcpu_yield_to) {
		next_burst(h, v);
		guest_yield_to(h, v);
	} else if (roll >= 60 && roll < 76 && h->policy->vcpu_ipi) {
		next_burst(h, v);
		guest_ipi(h, v);
	} else {
		host_stop(h, p, roll >= 76 ? SP_STOP_YIELDED : SP_STOP_BLOCKED);
		if (!h->broken)
			host_pick(h, p);
	}
}

/* -- events ---------------------------------------------------------------------- */

/* Whatever runs on p gives way and p picks; or the host keeps p for a while. */
static void reschedule(struct host *h, uint32_t p, uint32_t why)
{
	if (h->pcpus[p].running != SP_NONE && rng_chance(&h->rng, h->plan->faults.stolen)) {
		host_stop(h, p, SP_STOP_STOLEN);
		agenda_set(&h->agenda, SLOT_KICK(p),
			   h->now_ns + rng_between(&h->rng, 0, h->plan->late_ns));
		return;
	}
	host_stop(h, p, why);
	if (!h->broken)
		host_pick(h, p);
}

static void tick(struct host *h, uint32_t p)
{
	struct pcpu *pcpu = &h->pcpus[p];
	struct call c = {.pcpu = p};

	agenda_set(&h->agenda, SLOT_TICK(p), h->now_ns + h->plan->tick_ns);
	c.u.tick.pcpu = p;
	c.u.tick.vcpu = pcpu->running;
	if (pcpu->running != SP_NONE && h->now_ns > pcpu->start_ns)
		c.u.tick.ran_ns = h->now_ns - pcpu->start_ns;
	host_call(h, OP_tick, &c);
}

static void vcpu_event(struct host *h, uint32_t v)
{
	agenda_set(&h->agenda, SLOT_VCPU(v), AGENDA_NEVER);
	if (h->vcpus[v].state == V_RUNNING)
		burst_end(h, v);
	else if (h->vcpus[v].state == V_BLOCKED)
		host_wake(h, v, 1);
}

static void timer_event(struct host *h)
{
	struct call c = {0};

	agenda_set(&h->agenda, SLOT_TIMER, AGENDA_NEVER);
	host_call(h, OP_timer, &c);
}

static void chaos_event(struct host *h)
{
	uint64_t mean_ns = h->plan->chaos_ns;

	agenda_set(&h->agenda, SLOT_CHAOS, h->now_ns + rng_between(&h->rng, 1, 2 * mean_ns));
	gen_chaos(h);
}

static void event(struct host *h, uint32_t slot)
{
	h->nr_outside += slot >= SLOT_UNTIL(0);
	if (slot < SLOT_UNTIL(0)) {
		reschedule(h, slot, SP_STOP_PREEMPTED);
	} else if (slot < SLOT_TICK(0)) {
		agenda_set(&h->agenda, slot, AGENDA_NEVER);
		reschedule(h, slot - SLOT_UNTIL(0), SP_STOP_SLICE);
	} else if (slot < SLOT_VCPU(0)) {
		tick(h, slot - SLOT_TICK(0));
	} else if (slot < SLOT_SAVE(0)) {
		vcpu_event(h, slot - SLOT_VCPU(0));
	} else if (slot < SLOT_TIMER) {
		host_save(h, slot - SLOT_SAVE(0));
	} else if (slot == SLOT_TIMER) {
		timer_event(h);
	} else {
		chaos_event(h);
	}
}

/* -- a run ------------------------------------------------------------------------ */

void gen_start(struct host *h, const struct sp_policy *policy, const struct plan *plan, void *state,
	       struct sp_out *out, struct observer *observer)
{
	struct call c = {0};
	uint32_t i;

	memset(h, 0, sizeof(*h));
	h->policy = policy;
	h->plan = plan;
	h->state = state;
	h->out = out;
	h->observer = observer;
	h->rng.at = plan->seed;
	h->now_ns = rng_log(&h->rng, 0, 1ull << 50);
	agenda_init(&h->agenda, NR_SLOTS);
	for (i = 0; i < SP_NR_PCPUS; i++) {
		h->pcpus[i].running = h->pcpus[i].wanted = SP_NONE;
		h->pcpus[i].tick_phase_ns = rng_between(&h->rng, 0, plan->tick_ns);
	}
	for (i = 0; i < SP_NR_VCPUS; i++)
		h->vcpus[i].pcpu = SP_NONE;
	host_call(h, OP_init, &c);
}

void gen_populate(struct host *h)
{
	uint32_t i, tries;

	for (i = 0; i < h->plan->nr_pcpus && !h->broken; i++)
		host_pcpu_online(h, h->plan->pcpus[i], &h->plan->topos[i]);
	for (tries = 0; tries < SP_NR_VCPUS && !h->broken; tries++)
		if (h->nr_vcpus < h->plan->nr_vcpus)
			gen_add_vm(h);
	if (h->plan->chaos_ns)
		agenda_set(&h->agenda, SLOT_CHAOS, h->now_ns + 1);
}

void gen_run(struct host *h)
{
	while (!h->broken && h->nr_calls < h->plan->nr_calls) {
		uint32_t slot = agenda_first(&h->agenda);
		uint64_t at_ns = agenda_get(&h->agenda, slot);

		if (at_ns == AGENDA_NEVER || at_ns > h->plan->end_ns)
			return;
		if (at_ns > h->now_ns)
			h->now_ns = at_ns;
		event(h, slot);
		if (!h->broken && h->observer->settled)
			h->observer->settled(h->observer, h);
	}
}

void gen_fini(struct host *h)
{
	agenda_fini(&h->agenda);
}
