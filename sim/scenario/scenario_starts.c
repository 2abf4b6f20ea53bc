/* SPDX-License-Identifier: BSD-2-Clause */
/* run.starts: when the loads of the guests begin; see engine/run/starts.h. */
#include <string.h>

#include "base/units.h"
#include "scenario_parts.h"

#define SPREAD_LEAST_NS UINT64_C(1000000000)
#define SPREAD_TURNS 10 /* a range of so many turns of all vCPUs has no phase in it */

/* Is it there from the beginning?  Only then its load is one of those that are placed. */
static bool is_early(const struct vm_spec *vm)
{
	return !vm->noise && !vm->start_ns;
}

/* The longest that a policy lets one vCPU, or one VM, have a pCPU while others wait. */
static uint64_t longest_slice_ns(const struct node *policies)
{
	static const char *const names[] = {"slice", "slot", "latency"};
	uint64_t longest_ns = 0;

	for (const struct node *at = policies->first; at; at = at->next)
		for (unsigned n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
			const struct node *tunable = node_get(at, names[n]);

			if (tunable && tunable->key->type == KEY_TIME)
				longest_ns = sp_max(longest_ns, tunable->u);
		}
	return longest_ns;
}

/* What `spread` draws within. */
static uint64_t spread_ns(const struct build *build)
{
	const struct world *world = build->world;
	uint64_t slice_ns = longest_slice_ns(node_get(build->root, "policies")), nr_vcpus = 0;
	double turns_ns;

	for (uint32_t i = 0; i < world->nr_vms; i++)
		nr_vcpus += world->vms[i].noise ? 0 : world->vms[i].width;
	turns_ns = (double)SPREAD_TURNS * (double)slice_ns * (double)nr_vcpus /
		   (double)world->host.nr_pcpus;
	return turns_ns > (double)SPREAD_LEAST_NS ? (uint64_t)turns_ns : SPREAD_LEAST_NS;
}

/* Instants one by one; *last_ns: the latest. */
static int place_at(struct build *build, const struct node *list, uint64_t *last_ns)
{
	struct world *world = build->world;
	const struct node *at = list->first;
	uint32_t nr = 0;

	for (uint32_t i = 0; i < world->nr_vms; i++) {
		struct vm_spec *vm = &world->vms[i];

		if (!is_early(vm))
			continue;
		nr++;
		vm->load_ns = at->u;
		*last_ns = sp_max(*last_ns, at->u);
		if (at->next)
			at = at->next;
	}
	if (list->nr > nr)
		return node_fail(build->loader, list->place,
				 "found %u instants for %u VMs that are there from the beginning, "
				 "expected at most one for each",
				 list->nr, nr);
	return 0;
}

/* load_gap apart, in order. */
static uint64_t place_in_order(struct world *world, uint64_t gap_ns)
{
	uint64_t at_ns = 0, last_ns = 0;

	for (uint32_t i = 0; i < world->nr_vms; i++) {
		struct vm_spec *vm = &world->vms[i];

		if (!is_early(vm))
			continue;
		vm->load_ns = last_ns = at_ns;
		at_ns = sp_min(at_ns + gap_ns, WORLD_MAX_NS); /* what is too long is refused */
	}
	return last_ns;
}

int build_starts(struct build *build)
{
	const struct node *node = node_get(build->root, "run");
	const struct node *starts = node_get(node, "starts");
	struct world *world = build->world;
	struct run_spec *run = &world->run;
	uint64_t last_ns = 0, origin_ns;
	char text[UNIT_NS_CHARS];

	run->starts = starts->kind == NODE_LIST ? STARTS_AT : (enum starts)starts->u;
	run->start_spread_ns = build_u(node, "start_spread");
	if (run->starts == STARTS_INTERLEAVED)
		return 0;
	run->boot_gap_ns = build_u(node, "boot_gap");
	run->load_spread_ns = build_u(node, "load_spread");
	for (uint32_t i = 0; i < world->nr_vms; i++)
		if (is_early(&world->vms[i]))
			run->boot_ns =
				sp_max(run->boot_ns, sp_min(world->vms[i].width * run->boot_gap_ns,
							    WORLD_MAX_NS));
	if (run->starts == STARTS_SPREAD)
		last_ns = run->load_range_ns = spread_ns(build);
	else if (run->starts == STARTS_SEQUENTIAL)
		last_ns = place_in_order(world, build_u(node, "load_gap"));
	else if (run->starts == STARTS_AT && place_at(build, starts, &last_ns))
		return -1;
	origin_ns = run->boot_ns + last_ns + run->load_spread_ns;
	if (origin_ns + run->warmup_ns + run->duration_ns <= WORLD_MAX_NS)
		return 0;
	unit_format_ns(text, origin_ns);
	return node_fail(build->loader, starts->place,
			 "found starts that take up to %s before the warm-up begins, expected a "
			 "day (86400s) at most in all",
			 text);
}
