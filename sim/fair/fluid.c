/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fluid.c - the fluid schedule, from one change of rates to the next.
 *
 * All vCPUs of a class get the same, so a clock a class is enough: a run that begins when the
 * clock says c ends when it says c + its length, whatever happens to the rate meanwhile.
 */
#include "fluid.h"

#include <math.h>
#include <stdlib.h>

#include "fluid_pool.h"

#define OPENS 0.01 /* of the most: from this much credit on a cap does not bind */
#define ROUNDING_NS 1e-3 /* what is due that soon is due */

/* -- who wants to run --------------------------------------------------------------- */

static void settle(struct fluid *f, uint32_t vcpu)
{
	double clock_ns = f->classes[f->class_of[vcpu]].clock_ns;

	if (f->from_ns[vcpu] < 0)
		return;
	f->spec->vcpus[vcpu].got_ns += clock_ns - f->from_ns[vcpu];
	f->from_ns[vcpu] = clock_ns;
}

static void want(struct fluid *f, uint32_t vcpu, bool on)
{
	uint32_t k = f->class_of[vcpu], vm = f->spec->vcpus[vcpu].vm;

	if (on == (f->from_ns[vcpu] >= 0))
		return;
	settle(f, vcpu);
	f->from_ns[vcpu] = on ? f->classes[k].clock_ns : -1;
	f->level.classes[k].nr += on ? 1 : UINT32_MAX;
	f->nr_wanting[vm] += on ? 1 : UINT32_MAX;
	if (f->spec->by_vm)
		for (uint32_t i = 0; i < f->level.nr_classes; i++)
			if (f->classes[i].vm == vm)
				f->level.classes[i].weight =
					f->classes[i].weight / fmax(1, f->nr_wanting[vm]);
}

/* It runs for so long, unless it has no end before that of the window. */
static void run(struct fluid *f, uint32_t vcpu, double run_ns)
{
	struct fluid_class *c = &f->classes[f->class_of[vcpu]];

	want(f, vcpu, true);
	if (run_ns <= f->spec->end_ns - f->now_ns)
		fluid_push(&c->runs, c->clock_ns + run_ns, vcpu);
}

/* What it asks for next: it wants to run, or sleeps, or has nothing more to ask for. */
static void go_on(struct fluid *f, uint32_t vcpu)
{
	const struct fluid_spec *spec = f->spec;
	struct ask ask;

	while (!f->gone[spec->vcpus[vcpu].vm] &&
	       spec->next(spec->context, vcpu, spec->end_ns - f->now_ns, &ask)) {
		double wakes_ns = (double)ask.wait_ns + (ask.at ? 0 : f->now_ns);

		if (wakes_ns > f->now_ns + ROUNDING_NS) {
			want(f, vcpu, false);
			f->run_ns[vcpu] = (double)ask.run_ns;
			fluid_push(&f->sleeps, wakes_ns, vcpu);
			return;
		}
		if (ask.run_ns) {
			run(f, vcpu, (double)ask.run_ns);
			return;
		}
	}
	want(f, vcpu, false);
}

/* -- caps --------------------------------------------------------------------------- */

/* How fast it uses up its credit. */
static double drain(const struct fluid *f, const struct fluid_cap *cap)
{
	double rate = 0;

	for (uint32_t k = 0; k < f->level.nr_classes; k++)
		if (f->classes[k].vm == cap->vm)
			rate += f->level.classes[k].rate * f->level.classes[k].nr;
	return rate - f->spec->vms[cap->vm].cap;
}

static void spend(struct fluid *f, double spent_ns)
{
	for (uint32_t i = 0; i < f->nr_caps; i++) {
		struct fluid_cap *cap = &f->caps[i];
		const struct fluid_vm *vm = &f->spec->vms[cap->vm];

		cap->credit_ns = fmin(cap->credit_ns - spent_ns * drain(f, cap), vm->most_ns);
		if (cap->credit_ns < 1) { /* the rest is rounding */
			cap->credit_ns = 0;
			cap->open = false;
		} else if (cap->credit_ns > OPENS * vm->most_ns) {
			cap->open = true;
		}
	}
}

/* -- from one change to the next ---------------------------------------------------- */

static void find_rates(struct fluid *f)
{
	const struct fluid_spec *spec = f->spec;

	for (uint32_t i = 0; i < f->nr_ranges; i++)
		f->level.limits[i].pcpus =
			spec->supply(spec->context, f->ranges[i].first, f->ranges[i].nr, f->step);
	for (uint32_t i = 0; i < f->nr_caps; i++)
		f->level.limits[f->nr_ranges + i].pcpus =
			f->caps[i].open ? INFINITY : spec->vms[f->caps[i].vm].cap;
	level_find(&f->level);
}

static double step_ends_ns(const struct fluid *f)
{
	return f->spec->step_ns > 0 ? f->spec->step_ns * (f->step + 1) : INFINITY;
}

/* Rates stay as they are for so long. */
static double steady_ns(const struct fluid *f)
{
	double until_ns = fmin(fmin(f->spec->end_ns, f->stop_ns), step_ends_ns(f)), for_ns;

	if (!f->halved)
		until_ns = fmin(until_ns, f->spec->half_ns);
	if (f->sleeps.nr)
		until_ns = fmin(until_ns, f->sleeps.due[0].at);
	for_ns = until_ns - f->now_ns;
	for (uint32_t k = 0; k < f->level.nr_classes; k++) {
		const struct fluid_class *c = &f->classes[k];

		if (c->runs.nr && f->level.classes[k].rate > 0)
			for_ns = fmin(for_ns,
				      (c->runs.due[0].at - c->clock_ns) / f->level.classes[k].rate);
	}
	for (uint32_t i = 0; i < f->nr_caps; i++)
		if (f->caps[i].open && drain(f, &f->caps[i]) > 0)
			for_ns = fmin(for_ns, f->caps[i].credit_ns / drain(f, &f->caps[i]));
	return fmax(for_ns, 0);
}

static void wake_due(struct fluid *f)
{
	while (f->sleeps.nr && f->sleeps.due[0].at <= f->now_ns + ROUNDING_NS) {
		uint32_t vcpu = f->sleeps.due[0].vcpu;

		fluid_pop(&f->sleeps);
		if (f->gone[f->spec->vcpus[vcpu].vm])
			continue;
		if (f->run_ns[vcpu] > 0)
			run(f, vcpu, f->run_ns[vcpu]);
		else
			go_on(f, vcpu);
	}
}

static void end_runs(struct fluid *f)
{
	for (uint32_t k = 0; k < f->level.nr_classes; k++) {
		struct fluid_class *c = &f->classes[k];

		while (c->runs.nr && c->runs.due[0].at <= c->clock_ns + ROUNDING_NS) {
			uint32_t vcpu = c->runs.due[0].vcpu;

			fluid_pop(&c->runs);
			if (f->from_ns[vcpu] >= 0)
				go_on(f, vcpu);
		}
	}
}

/* A VM that stops takes its vCPUs along; what they still asked for is void. */
static void stop_vms(struct fluid *f)
{
	const struct fluid_spec *spec = f->spec;

	if (f->stop_ns > f->now_ns + ROUNDING_NS)
		return;
	f->stop_ns = INFINITY;
	for (uint32_t v = 0; v < spec->nr_vcpus; v++) {
		const struct fluid_vm *vm = &spec->vms[spec->vcpus[v].vm];

		if (f->class_of[v] == FLUID_NONE)
			continue;
		if (vm->stop_ns > f->now_ns + ROUNDING_NS) {
			f->stop_ns = fmin(f->stop_ns, vm->stop_ns);
			continue;
		}
		f->gone[spec->vcpus[v].vm] = true;
		want(f, v, false);
	}
}

static void note_half(struct fluid *f)
{
	if (f->halved || f->now_ns + ROUNDING_NS < f->spec->half_ns)
		return;
	f->halved = true;
	for (uint32_t v = 0; v < f->spec->nr_vcpus; v++) {
		if (f->class_of[v] == FLUID_NONE)
			continue;
		settle(f, v);
		f->spec->vcpus[v].half_ns = f->spec->vcpus[v].got_ns;
	}
}

static void advance(struct fluid *f)
{
	double for_ns = steady_ns(f);

	f->now_ns += for_ns;
	for (uint32_t k = 0; k < f->level.nr_classes; k++)
		f->classes[k].clock_ns += for_ns * f->level.classes[k].rate;
	spend(f, for_ns);
	note_half(f);
	while (step_ends_ns(f) <= f->now_ns + ROUNDING_NS)
		f->step++;
	stop_vms(f);
	end_runs(f);
	wake_due(f);
	find_rates(f);
}

static void run_pool(struct fluid *f)
{
	const struct fluid_spec *spec = f->spec;

	f->halved = !(spec->half_ns > 0);
	stop_vms(f);
	for (uint32_t v = 0; v < spec->nr_vcpus; v++)
		if (f->class_of[v] != FLUID_NONE)
			go_on(f, v);
	find_rates(f);
	while (f->now_ns + ROUNDING_NS < spec->end_ns)
		advance(f);
	for (uint32_t v = 0; v < spec->nr_vcpus; v++)
		if (f->class_of[v] != FLUID_NONE)
			settle(f, v);
}

int fluid_run(const struct fluid_spec *spec)
{
	int failed = 0;

	for (uint32_t v = 0; v < spec->nr_vcpus; v++)
		spec->vcpus[v].got_ns = spec->vcpus[v].half_ns = 0;
	for (uint32_t i = 0; i < spec->nr_pools && !failed; i++) {
		struct fluid f;

		failed = fluid_pool_make(&f, spec, i);
		if (!failed)
			run_pool(&f);
		fluid_pool_free(&f);
	}
	return failed;
}
