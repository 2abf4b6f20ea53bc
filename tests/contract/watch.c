/* SPDX-License-Identifier: BSD-2-Clause */
/* watch.c - around every call: guards, counts, invariants, calls that do nothing. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "watch.h"

#define GUARD_BYTE 0xa5

const char *check_name(uint32_t check)
{
#define CHECK_NAME(name, text) #name,
	static const char *const names[] = {CHECKS(CHECK_NAME)};

	return check < NR_CHECKS ? names[check] : "?";
}

const char *check_text(uint32_t check)
{
#define CHECK_TEXT(name, text) text,
	static const char *const texts[] = {CHECKS(CHECK_TEXT)};

	return check < NR_CHECKS ? texts[check] : "?";
}

const char *field_name(uint32_t field)
{
#define FIELD_NAME(name) #name,
	static const char *const names[] = {FIELDS(FIELD_NAME)};

	return field < NR_FIELDS ? names[field] : "?";
}

/* -- failures --------------------------------------------------------------------- */

void verdict_note(struct verdict *verdict, uint32_t check, uint64_t seed, uint32_t kind,
		  uint32_t call, const char *text)
{
	struct failure *f = &verdict->failures[check];

	if (f->nr++)
		return;
	f->seed = seed;
	f->kind = kind;
	f->call = call;
	snprintf(f->text, sizeof(f->text), "%s", text);
}

void watch_fail(struct watch *w, struct host *h, uint32_t check, const char *format, ...)
{
	char text[200];
	va_list args;

	if (h->broken)
		return;
	h->broken = 1;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	verdict_note(w->verdict, check, h->plan->seed, w->kind, h->nr_calls, text);
}

/* -- guards ------------------------------------------------------------------------- */

void arena_init(struct arena *a, size_t state_size)
{
	a->state_size = state_size;
	a->block = malloc(state_size + 2 * GUARD_SIZE);
	a->out = calloc(1, sizeof(*a->out));
	if (!a->block || !a->out)
		abort();
	a->state = a->block + GUARD_SIZE;
	arena_clear(a);
}

void arena_fini(struct arena *a)
{
	free(a->block);
	free(a->out);
}

void arena_clear(struct arena *a)
{
	memset(a->block, GUARD_BYTE, GUARD_SIZE);
	memset(a->state, 0, a->state_size);
	memset(a->state + a->state_size, GUARD_BYTE, GUARD_SIZE);
	memset(a->out->before, GUARD_BYTE, GUARD_SIZE);
	memset(a->out->after, GUARD_BYTE, GUARD_SIZE);
}

static int is_guard(const unsigned char *at, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (at[i] != GUARD_BYTE)
			return 0;
	return 1;
}

int arena_is_intact(const struct arena *a, int whole)
{
	size_t size = whole ? GUARD_SIZE : 16;

	return is_guard(a->state - size, size) && is_guard(a->state + a->state_size, size) &&
	       is_guard(a->out->before + GUARD_SIZE - size, size) && is_guard(a->out->after, size);
}

/* -- calls that must change nothing --------------------------------------------------- */

static int may_refuse(uint32_t op)
{
	return op == OP_vm_add || op == OP_vcpu_add || op == OP_vm_set_weight ||
	       op == OP_vcpu_set_weight || op == OP_vcpu_set_affinity;
}

static void before(struct observer *o, struct host *h, const struct call *c)
{
	struct watch *w = (struct watch *)o;

	w->must_keep = h->stray ? CHECK_races : may_refuse(c->op) ? CHECK_refusals : NR_CHECKS;
	if (w->must_keep != NR_CHECKS)
		memcpy(w->shadow, h->state, h->policy->state_size);
}

static void check_kept(struct watch *w, struct host *h, const struct call *c)
{
	if (w->must_keep == NR_CHECKS || (w->must_keep == CHECK_refusals && !c->ret))
		return;
	if (memcmp(w->shadow, h->state, h->policy->state_size))
		watch_fail(w, h, w->must_keep, "%s, answered with %d, changed the state",
			   call_name(c->op), c->ret);
	else if (h->out->nr_kicks || h->out->kick_all || h->out->nr_notes ||
		 h->out->timer_ns != SP_KEEP_NS)
		watch_fail(w, h, w->must_keep, "%s, which should do nothing, wants something done",
			   call_name(c->op));
}

/* -- what caps promise ------------------------------------------------------------------ */

/* Does this call ask for something that is not in caps? */
static int asks_too_much(const struct host *h, const struct call *c)
{
	sp_u32 caps = h->policy->caps;
	int odd_weight = 0, limit = 0, affinity = 0;

	switch (c->op) {
	case OP_vm_add:
		odd_weight = c->u.vm.weight != SP_WEIGHT_NICE_0 && !(caps & SP_CAP_WEIGHT);
		limit = c->u.vm.quota_ns && !(caps & SP_CAP_LIMIT);
		break;
	case OP_vcpu_add:
		odd_weight = c->u.vcpu.weight && c->u.vcpu.weight != h->vms[c->u.vcpu.vm].weight &&
			     !(caps & SP_CAP_WEIGHT_VCPU);
		affinity = c->u.vcpu.affinity.nr && !(caps & SP_CAP_AFFINITY);
		break;
	case OP_vm_set_weight:
		odd_weight = c->weight != SP_WEIGHT_NICE_0 && !(caps & SP_CAP_WEIGHT);
		break;
	case OP_vcpu_set_weight:
		odd_weight = c->weight != vcpu_weight(h, c->vcpu) && !(caps & SP_CAP_WEIGHT_VCPU);
		break;
	case OP_vcpu_set_affinity:
		affinity = c->u.affinity.nr && !(caps & SP_CAP_AFFINITY);
		break;
	}
	return odd_weight || limit || affinity;
}

/* Does it give a weight that is none?  A vCPU of weight 0 is added with its VM's. */
static int gives_no_weight(const struct call *c)
{
	switch (c->op) {
	case OP_vm_add:
		return !c->u.vm.weight || c->u.vm.weight > SP_WEIGHT_MAX;
	case OP_vcpu_add:
		return c->u.vcpu.weight > SP_WEIGHT_MAX;
	case OP_vm_set_weight:
	case OP_vcpu_set_weight:
		return !c->weight || c->weight > SP_WEIGHT_MAX;
	}
	return 0;
}

static void check_return(struct watch *w, struct host *h, const struct call *c)
{
	if (asks_too_much(h, c)) {
		if (c->ret != -SP_ENOTSUP && !(c->op == OP_vm_add && c->ret == -SP_ENOSPC))
			watch_fail(w, h, CHECK_accepts, "%s of what caps lack: %d, not ENOTSUP",
				   call_name(c->op), c->ret);
		return;
	}
	if (gives_no_weight(c)) {
		if (!c->ret)
			watch_fail(w, h, CHECK_weights, "%s of what is no weight is taken",
				   call_name(c->op));
		return;
	}
	if (!c->ret)
		return;
	if (c->op == OP_vm_add && c->ret == -SP_ENOSPC && w->expect->width_bound &&
	    c->u.vm.width > h->nr_online)
		return;
	watch_fail(w, h, CHECK_accepts, "%s is refused with %d, though nothing is wrong with it",
		   call_name(c->op), c->ret);
}

/* -- counting and dispatch ---------------------------------------------------------------- */

static void count(struct watch *w, const struct call *c, const struct sp_out *out)
{
	struct verdict *v = w->verdict;

	v->nr_calls++;
	v->ops[c->op]++;
	v->fields[FIELD_next] += out->next != SP_NONE;
	v->fields[FIELD_kick_all] += out->kick_all != 0;
	v->fields[FIELD_run_until_ns] += out->run_until_ns != SP_NEVER_NS;
	v->fields[FIELD_timer_ns] += out->timer_ns != SP_KEEP_NS;
	v->fields[FIELD_kicks] += out->nr_kicks != 0;
	v->fields[FIELD_notes] += out->nr_notes != 0;
	v->fields[FIELD_marks] += out->nr_marks != 0;
}

/* A check may cost the square of the pool: in a large one it is made now and then. */
static int is_check_due(const struct host *h)
{
	return !h->broken && h->policy->check && (SP_NR_VCPUS <= 64 || h->nr_calls % 37 == 0);
}

static void after(struct observer *o, struct host *h, const struct call *c)
{
	struct watch *w = (struct watch *)o;
	sp_s32 broken;

	if (w->trace && h->nr_calls >= w->trace_from)
		call_print(w->trace, h->nr_calls, c, h->out);
	count(w, c, h->out);
	if (w->stream)
		stream_add(w->stream, c, h->out, h->state, h->policy->state_size);
	if (!arena_is_intact(w->arena, 0))
		watch_fail(w, h, CHECK_bounds, "%s wrote beside state or sp_out", call_name(c->op));
	check_return(w, h, c);
	check_kept(w, h, c);
	watch_weight(w, h, c);
	watch_answer(w, h, c);
	watch_pick_time(w, h, c);
	watch_cap(w, h, c);
	broken = is_check_due(h) ? h->policy->check(h->state) : 0;
	if (broken)
		watch_fail(w, h, CHECK_invariants, "after %s invariant %d does not hold",
			   call_name(c->op), broken);
}

static void settled(struct observer *o, struct host *h)
{
	struct watch *w = (struct watch *)o;

	if (h->nr_calls % 64 == 0)
		watch_waits(w, h);
	watch_idle(w, h);
}

/* -- runs ----------------------------------------------------------------------------------- */

void watch_init(struct watch *w, const struct sp_policy *policy, struct arena *arena,
		struct verdict *verdict, const struct expect *expect)
{
	memset(w, 0, sizeof(*w));
	w->observer = (struct observer){before, after, settled};
	w->arena = arena;
	w->verdict = verdict;
	w->expect = expect;
	w->shadow = malloc(policy->state_size + 8);
	if (!w->shadow)
		abort();
}

void watch_fini(struct watch *w)
{
	free(w->shadow);
}

/* The longest time that a tunable names; what a policy does takes about that. */
static uint64_t longest_tunable(const struct plan *plan, const struct sp_policy *policy)
{
	uint64_t longest_ns = 1000000;
	uint32_t i;

	for (i = 0; i < policy->nr_tunables && i < SP_MAX_TUNABLES; i++)
		if (policy->tunables[i].unit == SP_UNIT_NS)
			longest_ns = sp_max(longest_ns, plan->config.tunables[i]);
	return policy->tick ? sp_max(longest_ns, plan->tick_ns) : longest_ns;
}

void watch_start(struct watch *w, const struct plan *plan, const struct sp_policy *policy,
		 uint32_t kind, struct stream *stream)
{
	w->kind = kind;
	w->stream = stream;
	w->base_ns = w->slice_ns = longest_tunable(plan, policy);
	w->weight_sum = 0;
	memset(w->neglected_ns, 0, sizeof(w->neglected_ns));
	w->nr_same = w->nr_picks = 0;
	w->same_ns = w->window_ns = 0;
	w->window_outside = 0;
	memset(w->stray_ns, 0, sizeof(w->stray_ns));
	memset(w->held, 0, sizeof(w->held));
	arena_clear(w->arena);
	if (stream)
		stream_start(stream, &plan->config, plan->seed, kind);
	w->verdict->nr_runs++;
}

void watch_end(struct watch *w, struct host *h)
{
	if (!h->broken)
		watch_waits(w, h);
	if (!arena_is_intact(w->arena, 1))
		watch_fail(w, h, CHECK_bounds, "far beside state or sp_out, in this run");
	if (w->stream && w->stream->nr < w->stream->room)
		stream_end(w->stream, h->state, h->policy->state_size);
}
