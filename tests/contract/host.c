/* SPDX-License-Identifier: BSD-2-Clause */
/* host.c - stints, picks, kicks and wake-ups of the model host. */
#include <string.h>

#include "host.h"

/* -- calling ------------------------------------------------------------------ */

static uint64_t up_to(struct host *h, uint64_t most_ns)
{
	return most_ns ? rng_between(&h->rng, 0, most_ns) : 0;
}

/* Kicks of one pCPU coalesce into the first that is under way. */
void host_kick(struct host *h, uint32_t p)
{
	uint64_t latency_ns;

	if (p >= SP_NR_PCPUS || !h->pcpus[p].online)
		return;
	if (agenda_get(&h->agenda, SLOT_KICK(p)) != AGENDA_NEVER)
		return;
	latency_ns = up_to(h, h->plan->kick_ns);
	if (rng_chance(&h->rng, h->plan->faults.late_kick))
		latency_ns += up_to(h, h->plan->late_ns);
	agenda_set(&h->agenda, SLOT_KICK(p), h->now_ns + latency_ns);
}

static void apply_out(struct host *h)
{
	const struct sp_out *out = h->out;
	uint32_t i;

	if (out->timer_ns == SP_NEVER_NS)
		agenda_set(&h->agenda, SLOT_TIMER, AGENDA_NEVER);
	else if (out->timer_ns != SP_KEEP_NS)
		agenda_set(&h->agenda, SLOT_TIMER,
			   out->timer_ns > h->now_ns ? out->timer_ns : h->now_ns);
	for (i = 0; i < out->nr_kicks && i < SP_OUT_PCPUS; i++)
		host_kick(h, out->kicks[i]);
	for (i = 0; out->kick_all && i < h->plan->nr_pcpus; i++)
		host_kick(h, h->plan->pcpus[i]);
}

int32_t host_call(struct host *h, uint32_t op, struct call *c)
{
	struct observer *o = h->observer;

	if (h->broken || !call_exists(h->policy, op))
		return -SP_ENOTSUP;
	c->op = op;
	c->now_ns = h->now_ns;
	sp_out_reset(h->out);
	if (o->before)
		o->before(o, h, c);
	call_make(h->policy, h->state, &h->plan->config, c, h->out);
	h->nr_calls++;
	if (o->after)
		o->after(o, h, c);
	if (!h->broken)
		apply_out(h);
	return c->ret;
}

/* -- states ------------------------------------------------------------------- */

static void set_state(struct host *h, uint32_t v, uint32_t state)
{
	struct vcpu *vcpu = &h->vcpus[v];

	h->nr_waiting -= vcpu->state == V_RUNNABLE;
	h->nr_running -= vcpu->state == V_RUNNING;
	if (vcpu->state != V_RUNNABLE && vcpu->state != V_RUNNING)
		vcpu->unserved_ns = h->now_ns;
	vcpu->state = state;
	h->nr_waiting += state == V_RUNNABLE;
	h->nr_running += state == V_RUNNING;
	if (state == V_RUNNABLE)
		vcpu->waiting_ns = h->now_ns;
}

int host_allows(const struct host *h, uint32_t v, uint32_t p)
{
	const struct sp_affinity *a = &h->vcpus[v].affinity;

	return !a->nr || (p >= a->first && p - a->first < a->nr);
}

int host_can_run(const struct host *h, uint32_t v)
{
	uint32_t i;

	if (h->vms[h->vcpus[v].vm].width > h->nr_online)
		return 0;
	for (i = 0; i < h->plan->nr_pcpus; i++) {
		uint32_t p = h->plan->pcpus[i];

		if (h->pcpus[p].online && host_allows(h, v, p))
			return 1;
	}
	return 0;
}

static uint64_t draw_sleep(struct host *h, uint32_t v)
{
	const struct program *program = &h->vms[h->vcpus[v].vm].program;

	return rng_log(&h->rng, program->sleep_min_ns, program->sleep_max_ns);
}

static uint64_t draw_burst(struct host *h, uint32_t v)
{
	const struct program *program = &h->vms[h->vcpus[v].vm].program;

	if (program->hog)
		return AGENDA_NEVER;
	return rng_log(&h->rng, program->burst_min_ns, program->burst_max_ns);
}

/* -- wake and block ------------------------------------------------------------ */

static uint32_t draw_waker(struct host *h)
{
	uint32_t p = h->plan->pcpus[rng_below(&h->rng, h->plan->nr_pcpus)];

	return h->pcpus[p].running;
}

/* hint 0: nothing is known about the reason. */
void host_wake(struct host *h, uint32_t v, int hint)
{
	struct call c = {.vcpu = v};
	uint32_t waker = draw_waker(h);

	c.u.wake.reason = SP_WAKE_UNKNOWN;
	c.u.wake.waker = c.u.wake.waker_pcpu = SP_NONE;
	if (hint && !rng_chance(&h->rng, h->plan->faults.lost_hint)) {
		c.u.wake.reason = 1 + rng_below(&h->rng, SP_WAKE_DEVICE);
		if (waker != SP_NONE && waker != v && c.u.wake.reason != SP_WAKE_TIMER) {
			c.u.wake.waker = waker;
			c.u.wake.waker_pcpu = h->vcpus[waker].pcpu;
		}
	}
	h->stray = h->vcpus[v].state != V_BLOCKED;
	if (!h->stray) {
		set_state(h, v, V_RUNNABLE);
		h->vcpus[v].left_ns = draw_burst(h, v);
		agenda_set(&h->agenda, SLOT_VCPU(v), AGENDA_NEVER);
	}
	host_call(h, OP_vcpu_wake, &c);
	h->stray = 0;
}

void host_block(struct host *h, uint32_t v)
{
	struct call c = {.vcpu = v};

	h->stray = h->vcpus[v].state != V_RUNNABLE;
	if (!h->stray) {
		set_state(h, v, V_BLOCKED);
		agenda_set(&h->agenda, SLOT_VCPU(v), h->now_ns + draw_sleep(h, v));
	}
	host_call(h, OP_vcpu_block, &c);
	h->stray = 0;
}

void host_save(struct host *h, uint32_t v)
{
	uint32_t i;

	h->vcpus[v].unsaved = 0;
	agenda_set(&h->agenda, SLOT_SAVE(v), AGENDA_NEVER);
	for (i = 0; i < h->plan->nr_pcpus; i++) {
		uint32_t p = h->plan->pcpus[i];

		if (h->pcpus[p].wanted == v)
			host_kick(h, p);
	}
}

/* -- stints -------------------------------------------------------------------- */

static void end_stint(struct host *h, uint32_t p, uint32_t v, uint32_t why)
{
	struct vcpu *vcpu = &h->vcpus[v];

	h->pcpus[p].running = SP_NONE;
	agenda_set(&h->agenda, SLOT_UNTIL(p), AGENDA_NEVER);
	agenda_set(&h->agenda, SLOT_VCPU(v), AGENDA_NEVER);
	vcpu->unsaved = 1;
	agenda_set(&h->agenda, SLOT_SAVE(v), h->now_ns + up_to(h, h->plan->save_ns));
	if (why == SP_STOP_BLOCKED) {
		set_state(h, v, V_BLOCKED);
		agenda_set(&h->agenda, SLOT_VCPU(v), h->now_ns + draw_sleep(h, v));
	} else {
		set_state(h, v, V_RUNNABLE);
	}
}

void host_stop(struct host *h, uint32_t p, uint32_t why)
{
	struct pcpu *pcpu = &h->pcpus[p];
	uint32_t v = pcpu->running;
	struct call c = {0};
	uint64_t ran_ns;

	if (v == SP_NONE)
		return;
	ran_ns = h->now_ns > pcpu->start_ns ? h->now_ns - pcpu->start_ns : 0;
	if (ran_ns)
		h->vcpus[v].unserved_ns = h->now_ns;
	if (h->vcpus[v].left_ns != AGENDA_NEVER)
		h->vcpus[v].left_ns = sp_sub0(h->vcpus[v].left_ns, ran_ns);
	if (!h->vcpus[v].left_ns)
		h->vcpus[v].left_ns = draw_burst(h, v);
	ran_ns -= ran_ns * h->vms[h->vcpus[v].vm].program.theft_pct / 100;
	h->vcpus[v].ran_ns += ran_ns;
	h->vms[h->vcpus[v].vm].ran_ns += ran_ns;
	end_stint(h, p, v, why);
	c.pcpu = p;
	c.vcpu = v;
	c.u.stint.vcpu = v;
	c.u.stint.pcpu = p;
	c.u.stint.why = why;
	c.u.stint.ran_ns = ran_ns;
	host_call(h, OP_vcpu_stopped, &c);
}

static void start_stint(struct host *h, uint32_t p, uint32_t v)
{
	struct vcpu *vcpu = &h->vcpus[v];
	struct pcpu *pcpu = &h->pcpus[p];

	if (vcpu->unsaved) {
		vcpu->unsaved = 0;
		agenda_set(&h->agenda, SLOT_SAVE(v), AGENDA_NEVER);
	}
	set_state(h, v, V_RUNNING);
	vcpu->pcpu = p;
	pcpu->running = v;
	pcpu->start_ns = h->now_ns + up_to(h, h->plan->switch_ns);
	agenda_set(&h->agenda, SLOT_VCPU(v),
		   vcpu->left_ns == AGENDA_NEVER ? AGENDA_NEVER : pcpu->start_ns + vcpu->left_ns);
}

/* -- picks --------------------------------------------------------------------- */

static uint32_t ask(struct host *h, uint32_t p)
{
	struct call c = {.pcpu = p};

	agenda_set(&h->agenda, SLOT_KICK(p), AGENDA_NEVER);
	h->pcpus[p].wanted = SP_NONE;
	host_call(h, OP_pick_next, &c);
	if (h->broken)
		return SP_NONE;
	agenda_set(&h->agenda, SLOT_UNTIL(p), h->out->run_until_ns);
	return h->out->next;
}

/* One answer; true: ask again at once. */
static int use_answer(struct host *h, uint32_t p, uint32_t v)
{
	const struct faults *f = &h->plan->faults;

	if (rng_chance(&h->rng, f->again))
		return 1;
	if (v == SP_NONE)
		return 0;
	if (rng_chance(&h->rng, f->race_block)) {
		host_block(h, v);
		return 1;
	}
	if (rng_chance(&h->rng, f->discard)) {
		agenda_set(&h->agenda, SLOT_UNTIL(p), AGENDA_NEVER);
		agenda_set(&h->agenda, SLOT_KICK(p), h->now_ns + up_to(h, h->plan->late_ns));
		return 0;
	}
	if (h->vcpus[v].unsaved && h->vcpus[v].pcpu != p) {
		h->pcpus[p].wanted = v; /* host_save kicks p */
		return 0;
	}
	start_stint(h, p, v);
	return 0;
}

void host_pick(struct host *h, uint32_t p)
{
	uint32_t v;

	do {
		if (h->broken)
			return;
		v = ask(h, p);
	} while (!h->broken && use_answer(h, p, v));
}
