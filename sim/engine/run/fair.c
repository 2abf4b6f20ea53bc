/* SPDX-License-Identifier: BSD-2-Clause */
#include "fair.h"

#include <math.h>
#include <stdlib.h>

#include "engine/book/asked.h"
#include "engine/core/fail.h"
#include "fair/fluid.h"
#include "engine/guest/foresee.h"

/* Reads what was written down, and looks ahead from there. */
struct reader {
	struct sim *sim;
	uint32_t *at; /* vCPU: of its asks, those that have been read */
	struct foresight *foresight;
};

static bool next_ask(void *context, uint32_t vcpu, double most_ns, struct ask *ask)
{
	struct reader *r = context;
	const struct asked_vcpu *a = &r->sim->asked->vcpus[vcpu];
	bool first = !r->foresight[vcpu].begun;

	if (r->at[vcpu] < a->demand.nr) {
		*ask = a->demand.asks[r->at[vcpu]++];
		return true;
	}
	if (!a->runs && a->unknown)
		return false; /* what it waits for does not come */
	if (!r->sim->vms[r->sim->vcpus[vcpu].vm].threaded)
		return foresee(r->sim, vcpu, &r->foresight[vcpu], (uint64_t)most_ns + 1, ask);
	r->foresight[vcpu].begun = true;
	*ask = (struct ask){0, ASK_ENDLESS, 1};
	return first;
}

static double supply(void *context, uint32_t first, uint32_t nr, uint32_t step)
{
	const struct sim *sim = ((const struct reader *)context)->sim;
	const struct asked_supply *s = &sim->asked->supply;
	double lost_ns = 0, from_ns = (double)s->step_ns * step;
	double step_ns =
		fmin((double)s->step_ns, (double)(sim->now - sim->window_start_ns) - from_ns);

	if (!s->any_lost)
		return nr;
	for (uint32_t i = 0; s->by_pcpu && i < nr; i++)
		lost_ns += s->lost_ns[(size_t)(first + i) * s->nr_steps + step];
	if (!s->by_pcpu)
		lost_ns = s->lost_ns[(size_t)sim->pcpus[first].pool * s->nr_steps + step];
	return nr - lost_ns / step_ns;
}

/* -- the spec ------------------------------------------------------------------------ */

static void fill_vcpus(const struct sim *sim, struct fluid_vcpu *vcpus)
{
	for (uint32_t i = 0; i < sim->world->nr_vcpus; i++) {
		uint32_t vm = sim->vcpus[i].vm;
		const struct pool *pool = &sim->pools[sim->vms[vm].pool];

		vcpus[i] = (struct fluid_vcpu){vm, pool->first_pcpu, pool->nr_pcpus, 0, 0};
		if (sim->cold[i].affinity != SP_NONE) {
			vcpus[i].first = sim->affinities[sim->cold[i].affinity].first;
			vcpus[i].nr = sim->affinities[sim->cold[i].affinity].nr;
		}
	}
}

static void fill_vms(const struct sim *sim, struct fluid_vm *vms)
{
	for (uint32_t i = 0; i < sim->world->nr_vms; i++) {
		const struct vm_spec *vm = &sim->world->vms[i];

		vms[i] = (struct fluid_vm){
			.weight = vm->weight,
			.cap = vm->cap_quota_ns
				       ? (double)vm->cap_quota_ns / (double)vm->cap_period_ns
				       : 0,
			.most_ns = (double)vm->cap_quota_ns + (double)vm->cap_burst_ns,
			.pool = vm->pool,
			.stop_ns = (double)vm->stop_ns - (double)sim->window_start_ns,
		};
	}
}

static int run_fluid(struct sim *sim, struct reader *reader, struct fluid_spec *spec)
{
	const struct world *world = sim->world;
	struct fluid_vm *vms = calloc(world->nr_vms + 1, sizeof(*vms));
	struct fluid_pool *pools = calloc(world->host.nr_pools + 1, sizeof(*pools));
	int failed = -1;

	reader->at = calloc(world->nr_vcpus + 1, sizeof(*reader->at));
	reader->foresight = calloc(world->nr_vcpus + 1, sizeof(*reader->foresight));
	if (vms && pools && reader->at && reader->foresight) {
		fill_vcpus(sim, spec->vcpus);
		fill_vms(sim, vms);
		for (uint32_t i = 0; i < world->host.nr_pools; i++)
			pools[i] = (struct fluid_pool){sim->pools[i].first_pcpu,
						       sim->pools[i].nr_pcpus};
		spec->vms = vms;
		spec->pools = pools;
		failed = fluid_run(spec);
	}
	free(vms);
	free(pools);
	free(reader->at);
	free(reader->foresight);
	return failed;
}

/* -- the results --------------------------------------------------------------------- */

/* How far the sibling that fared worst is behind its VM: of what it should have of that. */
static double sibling_short(const struct sim *sim, const struct vm *m,
			    const struct fluid_vcpu *vcpus, const struct vm_result *r)
{
	double worst = 0;

	for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++) {
		double share = vcpus[v].got_ns / r->entitled_ns * (double)r->received_ns;

		if (share > 0)
			worst = fmax(worst, 1 - (double)sim->vcpus[v].ran_ns / share);
	}
	return worst;
}

static void fill_result(const struct sim *sim, const struct fluid_vcpu *vcpus,
			struct sim_result *result)
{
	struct sim_result *half = sim->job->half;

	for (uint32_t i = 0; i < sim->world->nr_vms; i++) {
		const struct vm *m = &sim->vms[i];
		struct vm_result *r = &result->vms[i];
		double half_ns = 0;

		r->entitled_ns = 0;
		for (uint32_t v = m->first_vcpu; v < m->first_vcpu + m->width; v++) {
			r->entitled_ns += vcpus[v].got_ns;
			half_ns += vcpus[v].half_ns;
		}
		r->sibling_short = sibling_short(sim, m, vcpus, r);
		if (sim->asked->half_ns)
			half->vms[i].entitled_ns = half_ns;
	}
}

int fair_finish(struct sim *sim, struct sim_result *result)
{
	struct reader reader = {.sim = sim};
	struct fluid_spec spec = {
		.nr_vcpus = sim->world->nr_vcpus,
		.nr_vms = sim->world->nr_vms,
		.nr_pools = sim->world->host.nr_pools,
		.by_vm = sim->world->fairness == FAIRNESS_VM,
		.end_ns = (double)(sim->now - sim->window_start_ns),
		.context = &reader,
		.next = next_ask,
		.supply = supply,
	};
	int failed;

	if (!sim->asked || !(spec.end_ns > 0))
		return 0;
	asked_end(sim);
	if (sim->asked->half_ns)
		spec.half_ns = (double)(sim->asked->half_ns - sim->window_start_ns);
	if (sim->asked->supply.any_lost)
		spec.step_ns = (double)sim->asked->supply.step_ns;
	spec.vcpus = calloc(spec.nr_vcpus + 1, sizeof(*spec.vcpus));
	failed = !spec.vcpus || run_fluid(sim, &reader, &spec);
	if (failed)
		sim_fail(sim, STATUS_IO, "memory", "out of memory for fairness by demand");
	else
		fill_result(sim, spec.vcpus, result);
	free(spec.vcpus);
	return failed ? -1 : 0;
}
