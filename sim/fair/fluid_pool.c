/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fluid_pool.c - the classes of a pool, and the limits that they are under.
 *
 * Pins are ranges of pCPUs.  By Hall's theorem rates can be had if for every range the vCPUs
 * that are pinned within it want no more than it has.  Of the ranges only those count that
 * pins make up together which overlap: one that falls apart is under the limits of its parts.
 */
#include "fluid_pool.h"

#include <stdlib.h>

/* With more pins than this only they themselves are looked at: exact if they are nested. */
#define MOST_JOINED 64u

/* -- classes ------------------------------------------------------------------------ */

/* Are its vCPUs a class of their own, whatever others weigh? */
static bool is_apart(const struct fluid_spec *spec, uint32_t vm)
{
	return spec->by_vm || spec->vms[vm].cap > 0;
}

static bool is_alike(const struct fluid_spec *spec, const struct fluid_class *c,
		     const struct fluid_vcpu *v)
{
	double weight = spec->vms[v->vm].weight;

	if (c->first != v->first || c->nr != v->nr)
		return false;
	if (c->vm != FLUID_NONE || is_apart(spec, v->vm))
		return c->vm == v->vm;
	return c->weight >= weight && c->weight <= weight;
}

static uint32_t class_for(struct fluid *f, uint32_t vcpu)
{
	const struct fluid_vcpu *v = &f->spec->vcpus[vcpu];
	uint32_t k = f->level.nr_classes;

	while (k-- > 0) /* the last one first: a VM's vCPUs stand together */
		if (is_alike(f->spec, &f->classes[k], v))
			return k;
	k = f->level.nr_classes++;
	f->classes[k] = (struct fluid_class){
		.vm = is_apart(f->spec, v->vm) ? v->vm : FLUID_NONE,
		.first = v->first,
		.nr = v->nr,
		.weight = f->spec->vms[v->vm].weight,
	};
	f->level.classes[k].weight = f->classes[k].weight;
	return k;
}

static int make_classes(struct fluid *f)
{
	const struct fluid_spec *spec = f->spec;
	uint32_t *size = calloc(spec->nr_vcpus + 1, sizeof(*size));
	int failed = !size;

	for (uint32_t v = 0; !failed && v < spec->nr_vcpus; v++) {
		f->from_ns[v] = -1;
		f->class_of[v] = FLUID_NONE;
		if (spec->vms[spec->vcpus[v].vm].pool != f->pool)
			continue;
		f->class_of[v] = class_for(f, v);
		size[f->class_of[v]]++;
	}
	for (uint32_t k = 0; !failed && k < f->level.nr_classes; k++) {
		f->classes[k].runs.due = calloc(size[k], sizeof(*f->classes[k].runs.due));
		failed = !f->classes[k].runs.due;
	}
	free(size);
	return failed ? -1 : 0;
}

/* -- limits ------------------------------------------------------------------------- */

static bool is_within(const struct fluid_class *c, uint32_t first, uint32_t end)
{
	return c->first >= first && c->first + c->nr <= end;
}

static void add_range(struct fluid *f, uint32_t first, uint32_t end)
{
	for (uint32_t i = 0; i < f->nr_ranges; i++)
		if (f->ranges[i].first == first && f->ranges[i].nr == end - first)
			return;
	f->ranges[f->nr_ranges++] = (struct fluid_range){first, end - first};
}

/* Do the first n ranges (the pins, by their beginnings) within this one overlap, and fill it? */
static bool is_joined(const struct fluid *f, uint32_t n, uint32_t first, uint32_t end)
{
	uint32_t reach = first;

	for (uint32_t i = 0; i < n; i++) {
		const struct fluid_range *r = &f->ranges[i];

		if (r->first < first || r->first + r->nr > end)
			continue;
		if (r->first > first && r->first >= reach)
			return false;
		reach = r->first + r->nr > reach ? r->first + r->nr : reach;
	}
	return reach == end;
}

static int by_first(const void *a, const void *b)
{
	const struct fluid_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static int make_ranges(struct fluid *f)
{
	const struct fluid_pool *pool = &f->spec->pools[f->pool];
	uint32_t most = f->level.nr_classes + 1, n;

	f->ranges = calloc(most + MOST_JOINED * MOST_JOINED, sizeof(*f->ranges));
	if (!f->ranges)
		return -1;
	for (uint32_t k = 0; k < f->level.nr_classes; k++)
		add_range(f, f->classes[k].first, f->classes[k].first + f->classes[k].nr);
	n = f->nr_ranges;
	qsort(f->ranges, n, sizeof(*f->ranges), by_first);
	for (uint32_t i = 0; n <= MOST_JOINED && i < n; i++)
		for (uint32_t j = 0; j < n; j++) {
			uint32_t first = f->ranges[i].first;
			uint32_t end = f->ranges[j].first + f->ranges[j].nr;

			if (first < end && is_joined(f, n, first, end))
				add_range(f, first, end);
		}
	add_range(f, pool->first, pool->first + pool->nr);
	return 0;
}

static int make_caps(struct fluid *f)
{
	const struct fluid_spec *spec = f->spec;

	f->caps = calloc(spec->nr_vms + 1, sizeof(*f->caps));
	if (!f->caps)
		return -1;
	for (uint32_t i = 0; i < spec->nr_vms; i++)
		if (spec->vms[i].pool == f->pool && spec->vms[i].cap > 0)
			f->caps[f->nr_caps++] = (struct fluid_cap){.vm = i};
	return 0;
}

static bool is_under(const struct fluid *f, const struct fluid_class *c, uint32_t limit)
{
	const struct fluid_range *r = &f->ranges[limit];

	if (limit < f->nr_ranges)
		return is_within(c, r->first, r->first + r->nr);
	return c->vm == f->caps[limit - f->nr_ranges].vm;
}

static int make_limits(struct fluid *f)
{
	struct level *l = &f->level;
	uint32_t n = 0;

	l->nr_limits = f->nr_ranges + f->nr_caps;
	l->limits = calloc(l->nr_limits, sizeof(*l->limits));
	for (uint32_t k = 0; k < l->nr_classes; k++)
		for (uint32_t j = 0; j < l->nr_limits; j++)
			n += is_under(f, &f->classes[k], j);
	l->under = calloc(n + 1, sizeof(*l->under));
	if (!l->limits || !l->under)
		return -1;
	n = 0;
	for (uint32_t k = 0; k < l->nr_classes; k++) {
		l->classes[k].first = n;
		for (uint32_t j = 0; j < l->nr_limits; j++)
			if (is_under(f, &f->classes[k], j))
				l->under[n++] = j;
		l->classes[k].nr_limits = n - l->classes[k].first;
	}
	return 0;
}

/* -- all of it ---------------------------------------------------------------------- */

int fluid_pool_make(struct fluid *f, const struct fluid_spec *spec, uint32_t pool)
{
	*f = (struct fluid){.spec = spec, .pool = pool};
	f->class_of = calloc(spec->nr_vcpus + 1, sizeof(*f->class_of));
	f->from_ns = calloc(spec->nr_vcpus + 1, sizeof(*f->from_ns));
	f->run_ns = calloc(spec->nr_vcpus + 1, sizeof(*f->run_ns));
	f->nr_wanting = calloc(spec->nr_vms + 1, sizeof(*f->nr_wanting));
	f->gone = calloc(spec->nr_vms + 1, sizeof(*f->gone));
	f->classes = calloc(spec->nr_vcpus + 1, sizeof(*f->classes));
	f->level.classes = calloc(spec->nr_vcpus + 1, sizeof(*f->level.classes));
	f->sleeps.due = calloc(spec->nr_vcpus + 1, sizeof(*f->sleeps.due));
	if (!f->class_of || !f->from_ns || !f->run_ns || !f->nr_wanting || !f->gone ||
	    !f->classes || !f->level.classes || !f->sleeps.due || make_classes(f) ||
	    make_ranges(f) || make_caps(f) || make_limits(f))
		return -1;
	return 0;
}

void fluid_pool_free(struct fluid *f)
{
	for (uint32_t k = 0; f->classes && k < f->level.nr_classes; k++)
		free(f->classes[k].runs.due);
	free(f->class_of);
	free(f->from_ns);
	free(f->run_ns);
	free(f->nr_wanting);
	free(f->gone);
	free(f->classes);
	free(f->ranges);
	free(f->caps);
	free(f->sleeps.due);
	free(f->level.classes);
	free(f->level.limits);
	free(f->level.under);
}
