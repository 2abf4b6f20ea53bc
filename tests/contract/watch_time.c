/* SPDX-License-Identifier: BSD-2-Clause */
/* watch_time.c - waiting, idling and running in circles. */
#include <string.h>

#include "watch.h"

#define MS 1000000u

/* -- starvation -------------------------------------------------------------------- */

/*
 * How long may v wait?  Under any proportional rule, until the others have had
 * their share: a slice for each share of v's size that there is, by weights.  Of
 * a VM-wide weight v has only its part, and what it ran at a lower weight than now
 * still counts against it.  Four times that, and 100 ms for faults.
 */
static uint64_t wait_bound(const struct watch *w, const struct host *h, uint32_t v)
{
	uint64_t weight = sp_min(vcpu_weight(h, v), w->least_weight[v]), shares;

	if (h->policy->caps & SP_CAP_WEIGHT_VM)
		weight = sp_max(weight / h->vms[h->vcpus[v].vm].width, 1);
	shares = 2 + w->weight_sum / weight;
	return 100ull * MS + 4 * w->slice_ns * shares;
}

/* Called before the host takes note: what matters is what the call says. */
void watch_weight(struct watch *w, const struct host *h, const struct call *c)
{
	uint32_t v, *least = w->least_weight;

	if (c->ret)
		return; /* refused */
	if (c->op == OP_vcpu_add)
		least[c->vcpu] = c->u.vcpu.weight ? c->u.vcpu.weight : h->vms[c->vm].weight;
	if (c->op == OP_vcpu_set_weight)
		least[c->vcpu] = (uint32_t)sp_min(least[c->vcpu], c->weight);
	for (v = 0; v < SP_NR_VCPUS && c->op == OP_vm_set_weight; v++)
		if (h->vcpus[v].vm == c->vm)
			least[v] = (uint32_t)sp_min(least[v], c->weight);
}

static uint64_t sum_weights(const struct host *h)
{
	uint64_t sum = 0;
	uint32_t v;

	for (v = 0; v < SP_NR_VCPUS; v++)
		if (h->vcpus[v].state != V_ABSENT)
			sum += vcpu_weight(h, v);
	return sum;
}

static int may_wait(const struct watch *w, const struct host *h, uint32_t v)
{
	uint32_t vm = h->vcpus[v].vm, i;

	if (h->vms[vm].config.quota_ns || h->vcpus[v].unsaved)
		return 1;
	if (w->expect->width_bound && h->vms[vm].width > h->nr_online)
		return 1;
	for (i = 0; i < h->plan->nr_pcpus; i++)
		if (h->pcpus[h->plan->pcpus[i]].online && host_allows(h, v, h->plan->pcpus[i]))
			return 0;
	return 1;
}

/* Who runs where it may not, has to be moved within the same time. */
static void check_stray(struct watch *w, struct host *h, uint32_t v)
{
	const struct vcpu *vcpu = &h->vcpus[v];

	if (vcpu->state != V_RUNNING || host_allows(h, v, vcpu->pcpu))
		w->stray_ns[v] = 0;
	else if (!w->stray_ns[v])
		w->stray_ns[v] = h->now_ns + 1;
	else if (h->now_ns > w->stray_ns[v] + wait_bound(w, h, v))
		watch_fail(w, h, CHECK_affinity, "v%u runs on p%u for %llu ms, where it may not", v,
			   vcpu->pcpu, (unsigned long long)(h->now_ns - w->stray_ns[v]) / MS);
}

void watch_waits(struct watch *w, struct host *h)
{
	uint32_t v;

	w->weight_sum = sp_max(w->weight_sum, sum_weights(h));
	for (v = 0; v < SP_NR_VCPUS && !h->broken; v++) {
		struct vcpu *vcpu = &h->vcpus[v];

		if (vcpu->state == V_RUNNABLE && may_wait(w, h, v))
			vcpu->waiting_ns = vcpu->unserved_ns = h->now_ns;
		if (vcpu->state == V_RUNNABLE &&
		    h->now_ns > vcpu->unserved_ns + wait_bound(w, h, v))
			watch_fail(w, h, CHECK_starvation, "v%u waits for %llu ms, bound %llu", v,
				   (unsigned long long)(h->now_ns - vcpu->unserved_ns) / MS,
				   (unsigned long long)wait_bound(w, h, v) / MS);
		check_stray(w, h, v);
	}
}

/* -- caps ------------------------------------------------------------------------------ */

/*
 * At every stop: has the VM had more than its cap?  A ceiling may be kept by periods, so
 * two of them and the burst may be ahead of time, and on each pCPU a bit is run too much.
 */
void watch_cap(struct watch *w, struct host *h, const struct call *c)
{
	const struct vm *vm;
	uint64_t most_ns;

	if (c->op != OP_vcpu_stopped)
		return;
	vm = &h->vms[h->vcpus[c->u.stint.vcpu].vm];
	if (!vm->config.quota_ns)
		return;
	most_ns = ((h->now_ns - vm->added_ns) / vm->config.period_ns + 2) * vm->config.quota_ns +
		  vm->config.burst_ns + 2ull * MS * h->nr_online;
	if (vm->ran_ns > most_ns)
		watch_fail(w, h, CHECK_cap, "a VM of quota %llu us ran %llu ms in %llu",
			   (unsigned long long)vm->config.quota_ns / 1000,
			   (unsigned long long)vm->ran_ns / MS,
			   (unsigned long long)(h->now_ns - vm->added_ns) / MS);
}

/* -- idle beside waiting --------------------------------------------------------------- */

/* Nothing is under way that would make a pCPU pick soon. */
static int is_settled(const struct host *h)
{
	uint32_t i;

	for (i = 0; i < h->plan->nr_pcpus; i++) {
		uint32_t p = h->plan->pcpus[i];

		if (h->pcpus[p].wanted != SP_NONE ||
		    agenda_get(&h->agenda, SLOT_KICK(p)) != AGENDA_NEVER)
			return 0;
	}
	return 1;
}

/* Does v wait although an idle pCPU could have it? */
static int is_neglected(const struct watch *w, const struct host *h, uint32_t v)
{
	uint32_t i;

	if (h->vcpus[v].state != V_RUNNABLE || may_wait(w, h, v))
		return 0;
	for (i = 0; i < h->plan->nr_pcpus; i++) {
		uint32_t p = h->plan->pcpus[i];

		if (h->pcpus[p].online && h->pcpus[p].running == SP_NONE && host_allows(h, v, p))
			return 1;
	}
	return 0;
}

/* Does a timer, a run_until_ns or, for who uses it, a tick come? */
static int is_armed(const struct host *h)
{
	uint32_t i;

	if (h->policy->tick || agenda_get(&h->agenda, SLOT_TIMER) != AGENDA_NEVER)
		return 1;
	for (i = 0; i < h->plan->nr_pcpus; i++)
		if (agenda_get(&h->agenda, SLOT_UNTIL(h->plan->pcpus[i])) != AGENDA_NEVER)
			return 1;
	return 0;
}

/* v is neglected now: since when, and is that too long for what is claimed? */
static void check_conserve(struct watch *w, struct host *h, uint32_t v)
{
	uint64_t *since_ns = &w->neglected_ns[v];

	if (w->expect->conserve == CONSERVE_NOT || w->held[v])
		return;
	if (*since_ns < h->vcpus[v].waiting_ns)
		*since_ns = h->now_ns; /* of an earlier wait, or none */
	w->is_any_neglected = 1;
	if (w->expect->conserve == CONSERVE_AT_ONCE ||
	    h->now_ns - *since_ns > 8 * w->slice_ns + 20ull * MS)
		watch_fail(w, h, CHECK_conserve, "v%u waits beside an idle pCPU, for %llu us", v,
			   (unsigned long long)(h->now_ns - *since_ns) / 1000);
}

void watch_idle(struct watch *w, struct host *h)
{
	uint32_t v;

	if (!h->nr_waiting || h->nr_running >= h->nr_online) {
		if (w->is_any_neglected)
			memset(w->neglected_ns, 0, sizeof(w->neglected_ns));
		w->is_any_neglected = 0;
		return;
	}
	if (!is_settled(h))
		return;
	for (v = 0; v < SP_NR_VCPUS && !h->broken; v++) {
		if (!is_neglected(w, h, v))
			w->neglected_ns[v] = 0;
		else if (!is_armed(h))
			watch_fail(w, h, CHECK_stall, "v%u waits beside an idle pCPU for good", v);
		else
			check_conserve(w, h, v);
	}
}

/* -- progress ----------------------------------------------------------------------------- */

#define WINDOW_NS (10ull * MS)

/* Picks have causes outside the policy; kicks that beget kicks outnumber them. */
static void check_storm(struct watch *w, struct host *h)
{
	uint64_t outside = h->nr_outside - w->window_outside;

	if (h->now_ns - w->window_ns > WINDOW_NS) {
		w->window_ns = h->now_ns;
		w->window_outside = h->nr_outside;
		w->nr_picks = 0;
		return;
	}
	if (++w->nr_picks > 4 * h->nr_online * (outside + 40))
		watch_fail(w, h, CHECK_progress, "%u picks within %llu us and %llu events",
			   w->nr_picks, (unsigned long long)(h->now_ns - w->window_ns) / 1000,
			   (unsigned long long)outside);
}

void watch_pick_time(struct watch *w, struct host *h, const struct call *c)
{
	if (w->same_ns != h->now_ns) {
		w->same_ns = h->now_ns;
		w->nr_same = 0;
	}
	if (++w->nr_same > 200 + 20 * (SP_NR_PCPUS + SP_NR_VCPUS))
		watch_fail(w, h, CHECK_progress, "%u calls at one instant", w->nr_same);
	if (c->op != OP_pick_next || h->broken)
		return;
	if (h->out->run_until_ns != SP_NEVER_NS)
		w->slice_ns = sp_max(w->slice_ns,
				     sp_min(h->out->run_until_ns - h->now_ns, 2 * w->base_ns));
	check_storm(w, h);
}
