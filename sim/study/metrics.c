/* SPDX-License-Identifier: BSD-2-Clause */
#include "metrics.h"

#include <string.h>

#include "base/hist_ops.h"

const struct metric *metric_find(const char *name)
{
	uint32_t i;

	for (i = 0; i < nr_metric_registry; i++)
		if (!strcmp(metric_registry[i].name, name))
			return &metric_registry[i];
	return NULL;
}

bool metric_is_event_weighted(const struct metric *metric)
{
	return metric->kind == METRIC_QUANTILE ||
	       (metric->kind == METRIC_RATIO && metric->unit == UNIT_TIME);
}

const char *metric_unit_name(const struct metric *metric)
{
	static const char *const names[NR_UNITS] = {
		[UNIT_SHARE] = "1",  [UNIT_TIME] = "us",     [UNIT_RATE] = "1/s",
		[UNIT_OPS] = "op/s", [UNIT_COUNT] = "count", [UNIT_INDEX] = "1",
	};

	return names[metric->unit];
}

const char *metric_better_name(const struct metric *metric)
{
	switch (metric->better) {
	case BETTER_LOWER:
		return "lower";
	case BETTER_HIGHER:
		return "higher";
	default:
		return "none";
	}
}

const char *metric_kind_name(const struct metric *metric)
{
	switch (metric->kind) {
	case METRIC_MEAN:
		return "mean";
	case METRIC_RATIO:
		return "ratio";
	default:
		return "quantile";
	}
}

/* -- scopes ----------------------------------------------------------------- */

const char *scope_kind_name(enum scope_kind kind)
{
	static const char *const names[NR_SCOPES] = {"host", "group", "vm"};

	return names[kind];
}

const char *scope_name(const struct world *world, const struct scope *scope)
{
	switch (scope->kind) {
	case SCOPE_GROUP:
		return world->groups[scope->id].name;
	case SCOPE_VM:
		return world->vms[scope->id].name;
	default:
		return "all";
	}
}

struct scope scope_host(const struct world *world)
{
	return (struct scope){.kind = SCOPE_HOST, .nr_vms = world->nr_vms};
}

struct scope scope_group(const struct world *world, uint32_t group)
{
	return (struct scope){.kind = SCOPE_GROUP,
			      .id = group,
			      .first_vm = world->groups[group].first_vm,
			      .nr_vms = world->groups[group].nr_vms};
}

struct scope scope_vm(uint32_t vm)
{
	return (struct scope){.kind = SCOPE_VM, .id = vm, .first_vm = vm, .nr_vms = 1};
}

/* -- summing up ------------------------------------------------------------- */

static void sum_vm(struct vm_result *sum, const struct vm_result *vm)
{
	uint32_t i;

	for (i = 0; i < NR_VT; i++)
		sum->time[i] += vm->time[i];
	for (i = 0; i < NR_VC; i++)
		sum->count[i] += vm->count[i];
	for (i = 0; i < NR_TT; i++)
		sum->thread_time[i] += vm->thread_time[i];
	sum->corun_any_ns += vm->corun_any_ns;
	sum->corun_all_ns += vm->corun_all_ns;
	sum->corun_all_n_ns += vm->corun_all_n_ns;
	sum->lhp_wall_ns += vm->lhp_wall_ns;
	sum->lhp_exposed_ns += vm->lhp_exposed_ns;
	sum->lock_held_ns += vm->lock_held_ns;
	sum->lock_wait_ns += vm->lock_wait_ns;
	sum->entitled_ns += vm->entitled_ns;
	sum->received_ns += vm->received_ns;
	sum->frag_wait_ns += vm->frag_wait_ns;
	if (vm->max_skew_ns > sum->max_skew_ns)
		sum->max_skew_ns = vm->max_skew_ns;
	if (vm->sibling_short > sum->sibling_short)
		sum->sibling_short = vm->sibling_short;
	if (vm->done_at_ns > sum->done_at_ns)
		sum->done_at_ns = vm->done_at_ns;
}

/* How much of the measured window this VM existed for. */
static double vm_life_ns(const struct world *world, const struct vm_spec *vm, uint64_t window_ns)
{
	uint64_t from = world->run.warmup_ns, upto = from + window_ns;

	if (vm->start_ns > from)
		from = vm->start_ns;
	if (vm->stop_ns < upto)
		upto = vm->stop_ns;
	return upto > from ? (double)(upto - from) : 0;
}

static bool program_has_locks(const struct program *program)
{
	uint32_t i;

	for (i = 0; i < program->nr_objects; i++)
		if (object_is_lock(program->objects[i].kind))
			return true;
	return false;
}

/* What the programs of a VM are: is there a lock, do all of them end? */
static void vm_programs(const struct world *world, const struct vm_spec *vm, bool *locks,
			bool *finite)
{
	uint32_t i, nr = vm->nr_threads ? vm->nr_threads : vm->width;

	*locks = false;
	*finite = nr > 0;
	for (i = 0; i < nr; i++) {
		uint32_t id = vm->nr_threads ? world->threads[vm->first_thread + i].program
					     : world->vcpus[vm->first_vcpu + i].program;
		const struct program *program = &world->programs[id];

		*locks |= program_has_locks(program);
		*finite &= program->finite;
	}
}

/*
 * In a convoy every owner of a lock is off CPU when its turn comes, or is put off while it
 * holds: whoever runs burns its slice behind it.
 */
static bool in_convoy(const struct vm_result *vm)
{
	uint64_t running = 0;
	uint32_t i;

	for (i = VT_USEFUL; i <= VT_OVERHEAD; i++)
		running += vm->time[i];
	return vm->time[VT_SPIN_LHP] + vm->time[VT_SPIN_LWP] > running / 2;
}

void metric_input_init(struct metric_input *in, const struct world *world,
		       const struct sim_result *result, const struct scope *scope,
		       const struct hist *hist)
{
	uint32_t i;

	memset(in, 0, sizeof(*in));
	in->world = world;
	in->result = result;
	in->scope = scope;
	in->hist = hist;
	for (i = scope->first_vm; i < scope->first_vm + scope->nr_vms; i++) {
		const struct vm_spec *vm = &world->vms[i];
		bool locks, finite;

		if (scope->kind == SCOPE_HOST && vm->noise)
			continue;
		sum_vm(&in->sum, &result->vms[i]);
		vm_programs(world, vm, &locks, &finite);
		in->nr_vms++;
		in->nr_vcpus += vm->width;
		if (locks) {
			double life_ns = vm_life_ns(world, vm, result->window_ns);

			in->lock_life_ns += life_ns;
			in->nr_locking += life_ns > 0;
			in->nr_convoys += life_ns > 0 && in_convoy(&result->vms[i]);
		}
		in->nr_finite += finite;
		in->nr_done += finite && result->vms[i].done_at_ns;
	}
}

struct sample metric_sample(const struct metric *metric, const struct metric_input *in)
{
	const struct hist *h;

	if (metric->kind != METRIC_QUANTILE)
		return metric->value(metric, in);
	h = in->hist ? &in->hist[metric->hist] : NULL;
	if (!h || !h->count || !hist_enough(h->count, metric->quantile))
		return (struct sample){0, 0};
	return (struct sample){hist_quantile(h, metric->quantile) / 1000, 1};
}

const char *group_hist_name(enum group_hist which)
{
	static const char *const names[NR_GH] = {"wait",     "wakeup", "response",
						 "lockwait", "stint",  "ipi_wait"};

	return names[which];
}
