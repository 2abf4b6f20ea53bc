/* SPDX-License-Identifier: BSD-2-Clause */
/* watch_answer.c - is what a call put into sp_out legal, given what really is? */
#include "watch.h"

static void check_pick(struct watch *w, struct host *h, const struct call *c)
{
	const struct sp_out *out = h->out;
	uint32_t v = out->next;

	if (out->run_until_ns <= h->now_ns) {
		watch_fail(w, h, CHECK_run_until, "run_until_ns is %llu ns ago",
			   (unsigned long long)(h->now_ns - out->run_until_ns));
		return;
	}
	if (v == SP_NONE)
		return;
	if (v >= SP_NR_VCPUS || h->vcpus[v].state == V_ABSENT)
		watch_fail(w, h, CHECK_answer, "p%u: v%u does not exist", c->pcpu, v);
	else if (h->vcpus[v].state == V_BLOCKED)
		watch_fail(w, h, CHECK_answer, "p%u: v%u is blocked", c->pcpu, v);
	else if (h->vcpus[v].state == V_RUNNING)
		watch_fail(w, h, CHECK_answer, "p%u: v%u runs on p%u", c->pcpu, v,
			   h->vcpus[v].pcpu);
	else if (!host_allows(h, v, c->pcpu))
		watch_fail(w, h, CHECK_affinity, "p%u: v%u may run on %u+%u only", c->pcpu, v,
			   h->vcpus[v].affinity.first, h->vcpus[v].affinity.nr);
	else if (w->held[v])
		watch_fail(w, h, CHECK_held, "p%u: v%u is %s", c->pcpu, v,
			   w->held[v] & 1 ? "co-stopped" : "capped");
}

static void check_kicks(struct watch *w, struct host *h)
{
	const struct sp_out *out = h->out;
	unsigned char seen[SP_NR_PCPUS] = {0};
	uint32_t i;

	if (out->nr_kicks > SP_OUT_PCPUS) {
		watch_fail(w, h, CHECK_kicks, "%u kicks", out->nr_kicks);
		return;
	}
	for (i = 0; i < out->nr_kicks && !h->broken; i++) {
		uint32_t p = out->kicks[i];

		if (p >= SP_NR_PCPUS || !h->pcpus[p].online)
			watch_fail(w, h, CHECK_kicks, "p%u is kicked and is not online", p);
		else if (seen[p])
			watch_fail(w, h, CHECK_kicks, "p%u is kicked twice", p);
		else
			seen[p] = 1;
	}
}

/* A note about v must be the other half of the last one of its kind. */
static void check_note(struct watch *w, struct host *h, const struct sp_note *note)
{
	static const char *const names[] = {"costop", "costart", "cap", "uncap"};
	unsigned char bit = note->kind == SP_COSTOP || note->kind == SP_COSTART ? 1 : 2;
	int begins = note->kind == SP_COSTOP || note->kind == SP_CAP;
	uint32_t v = note->vcpu;

	if (note->kind > SP_UNCAP || v >= SP_NR_VCPUS || h->vcpus[v].state == V_ABSENT) {
		watch_fail(w, h, CHECK_notes, "note %u about v%u, which is not there", note->kind,
			   v);
		return;
	}
	if (begins == !!(w->held[v] & bit))
		watch_fail(w, h, CHECK_notes, "%s of v%u, which was%s held back", names[note->kind],
			   v, begins ? "" : " not");
	else if (begins && h->vcpus[v].state != V_RUNNABLE)
		watch_fail(w, h, CHECK_notes, "%s of v%u, which is %s", names[note->kind], v,
			   h->vcpus[v].state == V_RUNNING ? "running" : "blocked");
	w->held[v] = (unsigned char)(w->held[v] ^ bit);
}

/* Who blocks or leaves is not held back any more, and that has been said. */
static void check_released(struct watch *w, struct host *h, const struct call *c)
{
	int gone = c->op == OP_vcpu_block || c->op == OP_vcpu_remove ||
		   (c->op == OP_vcpu_stopped && c->u.stint.why == SP_STOP_BLOCKED);

	if (gone && w->held[c->vcpu])
		watch_fail(w, h, CHECK_notes, "%s of v%u leaves it held back", call_name(c->op),
			   c->vcpu);
}

static void check_timer(struct watch *w, struct host *h)
{
	uint64_t timer_ns = h->out->timer_ns;

	if (timer_ns == SP_KEEP_NS || timer_ns == SP_NEVER_NS)
		return;
	if (timer_ns < h->now_ns)
		watch_fail(w, h, CHECK_timer, "timer_ns is %llu ns ago",
			   (unsigned long long)(h->now_ns - timer_ns));
	else if (!h->policy->timer)
		watch_fail(w, h, CHECK_timer, "a timer is armed, and there is no callback for it");
}

void watch_answer(struct watch *w, struct host *h, const struct call *c)
{
	const struct sp_out *out = h->out;
	uint32_t i;

	if (out->nr_lost || out->nr_notes > SP_OUT_NOTES || out->nr_marks > SP_OUT_MARKS)
		watch_fail(w, h, CHECK_lost, "%u notes and marks found no room", out->nr_lost);
	if (c->op == OP_pick_next)
		check_pick(w, h, c);
	else if (out->next != SP_NONE || out->run_until_ns != SP_NEVER_NS)
		watch_fail(w, h, CHECK_fields, "%s sets next or run_until_ns", call_name(c->op));
	check_kicks(w, h);
	check_timer(w, h);
	for (i = 0; i < out->nr_notes && !h->broken; i++)
		check_note(w, h, &out->notes[i]);
	if (!h->broken)
		check_released(w, h, c);
}
