/* SPDX-License-Identifier: BSD-2-Clause */
/* vms: every VM and vCPU, what they run, where, with which weight; and the noise. */
#include <string.h>

#include "base/rng.h"
#include "base/units.h"
#include "scenario_parts.h"

/* Linux 6.1, sched_prio_to_weight: one nice level is 10 % of CPU time against nice 0. */
static const uint32_t nice_weights[40] = {
	88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
	9548,  7620,  6100,  4904,  3906,  3121,  2501,	 1991,	1586,  1277,
	1024,  820,   655,   526,   423,   335,	  272,	 215,	172,   137,
	110,   87,    70,    56,    45,	   36,	  29,	 23,	18,    15,
};

/* One entry of vms while it is built. */
struct group {
	const struct node *node;
	uint32_t index; /* in world->groups */
	uint32_t count, width;
	uint32_t threads; /* 0: none but the vCPUs */
	const struct node *pins; /* NULL: anywhere */
	uint32_t *programs; /* of each vCPU or thread */
};

/* What runs programs in each of its VMs: the threads, or the vCPUs. */
static uint32_t nr_runners(const struct group *group)
{
	return group->threads ? group->threads : group->width;
}

static const char *runners(const struct group *group)
{
	return group->threads ? "threads" : "vCPUs";
}

/* vms.*.threads: 0 where every vCPU is one. */
static uint32_t threads_of(const struct node *node)
{
	uint64_t threads = build_u(node, "threads");

	return threads == KEY_WORD_VALUE ? 0 : (uint32_t)threads;
}

/* -- totals ------------------------------------------------------------------- */

struct totals {
	uint64_t vms, vcpus, threads;
};

static int add_totals(struct build *build, const struct node *vms, struct totals *totals)
{
	for (const struct node *at = vms->first; at; at = at->next) {
		uint64_t count = build_u(at, "count"), width = build_u(at, "vcpus");

		totals->vms += count;
		totals->vcpus += count * width;
		totals->threads += count * threads_of(at);
		if (totals->vms > WORLD_MAX_VMS)
			return node_fail(build->loader, at->name_place,
					 "found %llu VMs up to here, expected at most %d in all",
					 (unsigned long long)totals->vms, WORLD_MAX_VMS);
		if (totals->vcpus > WORLD_MAX_VCPUS)
			return node_fail(build->loader, at->name_place,
					 "found %llu vCPUs up to here, expected at most %d in all",
					 (unsigned long long)totals->vcpus, WORLD_MAX_VCPUS);
		if (totals->threads > WORLD_MAX_THREADS)
			return node_fail(build->loader, at->name_place,
					 "found %llu threads up to here, expected at most %d in "
					 "all",
					 (unsigned long long)totals->threads, WORLD_MAX_THREADS);
	}
	return 0;
}

/* -- which program each vCPU runs ---------------------------------------------- */

/* The entry of programs that a node names, or -1. */
static int32_t find_program(struct build *build, const struct node *name)
{
	const struct node *programs = node_get(build->root, "programs");
	int32_t n = 0;

	for (const struct node *at = programs->first; at; at = at->next, n++)
		if (strcmp(at->name, name->text) == 0)
			return n;
	return build_unknown(build, name, "program", programs);
}

/* The programs of an entry again, over the objects of a set. */
static int datadir_program(struct build *build, const struct object_set *set,
			   struct program_range *range)
{
	struct world *world = build->world;
	uint32_t first = range->first;

	range->first = world->nr_programs;
	if (!node_get(range->node, "replay"))
		return build_steps(build, range->node, set,
				   build_program_new(build, range->node->name));
	/* it names no objects, but lies in the same VM */
	for (uint32_t i = 0; i < range->nr; i++) {
		struct program *copy = build_program_new(build, "");

		*copy = world->programs[first + i];
		copy->nr_objects = set->nr;
		copy->objects = arena_array(build->arena, set->nr, sizeof(*copy->objects));
		memcpy(copy->objects, set->objects, set->nr * sizeof(*copy->objects));
	}
	return 0;
}

/*
 * Several programs in one VM share locks and barriers by name, so they are
 * compiled once more, over all their objects; ranges[] says where they are then.
 */
static int share_objects(struct build *build, const struct node *list, struct program_range *ranges)
{
	struct object_set *set = arena_alloc(build->arena, sizeof(*set));
	uint32_t nr = node_get(build->root, "programs")->nr;

	for (const struct node *at = list->first; at; at = at->next)
		if (build_objects(build, build->ranges[find_program(build, at)].node, set))
			return -1;
	for (uint32_t i = 0; i < nr; i++)
		ranges[i] = build->ranges[i];
	for (const struct node *at = list->first; set->nr && at; at = at->next) {
		struct program_range *range = &ranges[find_program(build, at)];

		if (range->first == build->ranges[range - ranges].first &&
		    datadir_program(build, set, range))
			return -1;
	}
	return 0;
}

static int build_group_programs(struct build *build, struct group *group)
{
	const struct node *single = node_get(group->node, "program");
	const struct node *list = node_get(group->node, "programs"), *at;
	uint32_t nr = node_get(build->root, "programs")->nr;
	struct program_range *ranges = build->ranges;

	if (list && list->nr > nr_runners(group))
		return node_fail(build->loader, list->place,
				 "found %u programs for %u %s, expected at most one for each",
				 list->nr, nr_runners(group), runners(group));
	for (at = list ? list->first : NULL; at; at = at->next)
		if (find_program(build, at) < 0)
			return -1;
	if (single && find_program(build, single) < 0)
		return -1;
	if (list && list->nr > 1) {
		ranges = arena_array(build->arena, nr, sizeof(*ranges));
		if (share_objects(build, list, ranges))
			return -1;
	}
	at = list ? list->first : single;
	for (uint32_t i = 0; i < nr_runners(group); i++) {
		const struct program_range *range = &ranges[find_program(build, at)];

		group->programs[i] = range->first + i % range->nr;
		if (at->next && at != single)
			at = at->next;
	}
	return 0;
}

/* An interrupt to a sibling that is not there. */
static int check_targets(struct build *build, const struct group *group,
			 const struct program *program)
{
	for (uint32_t i = 0; i < program->nr_steps; i++) {
		const struct step *step = &program->steps[i];

		if (step->op == STEP_IPI && step->object == IPI_TO_ONE &&
		    step->target >= group->width)
			return node_fail(build->loader, group->node->name_place,
					 "found %u vCPUs, expected at least %u: program %s "
					 "interrupts vCPU %u (line %u)",
					 group->width, step->target + 1, program->name,
					 step->target, step->line);
	}
	return 0;
}

/* A barrier that waits for more than there are would never open. */
static int check_parties(struct build *build, const struct group *group)
{
	for (uint32_t v = 0; v < nr_runners(group); v++) {
		const struct program *program = &build->world->programs[group->programs[v]];

		if (check_targets(build, group, program))
			return -1;

		for (uint32_t i = 0; i < program->nr_objects; i++)
			if (program->objects[i].parties > nr_runners(group))
				return node_fail(build->loader, group->node->name_place,
						 "found %u %s, expected at least %u: program %s "
						 "has the barrier %s for so many",
						 nr_runners(group), runners(group),
						 program->objects[i].parties, program->name,
						 program->objects[i].name);
	}
	return 0;
}

/* -- threads ------------------------------------------------------------------------ */

/* A VM whose threads sleep for mutexes needs a scheduler: one for as many as vCPUs. */
static void find_mutexes(const struct build *build, struct group *group)
{
	for (uint32_t i = 0; i < group->width && !group->threads; i++) {
		const struct program *program = &build->world->programs[group->programs[i]];

		for (uint32_t k = 0; k < program->nr_objects; k++)
			if (object_has(program->objects[k].kind, LOCK_SLEEPS))
				group->threads = group->width;
	}
}

/* A thread that holds a spinlock may not wait, but for spinlocks. */
static int check_atomic(struct build *build, const struct group *group,
			const struct program *program)
{
	uint32_t sections = 0;
	const struct object *lock = NULL;

	for (uint32_t i = 0; i < program->nr_steps; i++) {
		const struct step *step = &program->steps[i];
		bool locks = step->op == STEP_LOCK || step->op == STEP_UNLOCK;
		bool mutex = locks && object_has(program->objects[step->object].kind, LOCK_SLEEPS);
		bool sleeps = step->op == STEP_SLEEP || step->op == STEP_HALT ||
			      step->op == STEP_TIMER || step->op == STEP_BARRIER ||
			      (mutex && step->op == STEP_LOCK);

		if (step->op == STEP_LOCK && !mutex && sections++ == 0)
			lock = &program->objects[step->object];
		if (step->op == STEP_UNLOCK && !mutex)
			sections--;
		if (sleeps && sections)
			return node_fail(build->loader, group->node->name_place,
					 "found a VM with threads whose program %s may wait (line "
					 "%u) with the spinlock %s in its hands, expected none: a "
					 "guest's scheduler is off there",
					 program->name, step->line, lock->name);
	}
	return 0;
}

/* Who spins at a barrier must make room for those who are still to come. */
static int check_spinning(struct build *build, const struct group *group,
			  const struct program *program, const struct vm_spec *vm)
{
	for (uint32_t i = 0; i < program->nr_objects; i++) {
		const struct object *object = &program->objects[i];
		uint32_t parties = object->parties ? object->parties : group->threads;

		if (object->kind != OBJECT_BARRIER_SPIN || parties <= group->width ||
		    (vm->thread_slice_ns && vm->guest_tick_ns))
			continue;
		return node_fail(build->loader, group->node->name_place,
				 "found %u vCPUs for the %u threads that meet, spinning, at the "
				 "barrier %s, expected a thread_slice and guest ticks: without "
				 "them the last would never come",
				 group->width, parties, object->name);
	}
	return 0;
}

static int build_threads(struct build *build, const struct group *group, uint32_t id)
{
	struct world *world = build->world;
	struct vm_spec *vm = &world->vms[id];

	vm->first_thread = world->nr_threads;
	vm->nr_threads = group->threads;
	vm->thread_slice_ns = build_u(group->node, "thread_slice");
	vm->counts_steal = !build_u(group->node, "steal_time");
	vm->thread_switch_ns = build_u(build->root, "host.costs.thread_switch");
	for (uint32_t i = 0; i < group->threads; i++) {
		const struct program *program = &world->programs[group->programs[i]];
		struct thread_spec *thread = &world->threads[world->nr_threads++];

		thread->vm = id;
		thread->index = i;
		thread->program = group->programs[i];
		if (i && group->programs[i] == group->programs[i - 1])
			continue;
		if (check_atomic(build, group, program) ||
		    check_spinning(build, group, program, vm))
			return -1;
	}
	return 0;
}

/* -- VMs ------------------------------------------------------------------------ */

static uint32_t weight_of(const struct node *node)
{
	const struct node *weight = node_get(node, "weight");

	if (weight)
		return (uint32_t)weight->u;
	return nice_weights[(int64_t)node_get(node, "nice")->u + 20];
}

/* Below this, what a policy does to keep the cap costs more than the cap leaves. */
#define LEAST_QUOTA_NS 10000

static int build_cap(struct build *build, const struct node *node, struct vm_spec *vm)
{
	const struct node *cap = node_get(node, "cap"), *burst = node_get(node, "cap_burst");
	const struct node *period = node_get(node, "cap_period");
	uint64_t quota_ns = (uint64_t)(cap->d / 100 * (double)period->u + 0.5);
	char quota[UNIT_NS_CHARS];

	unit_format_ns(quota, quota_ns);
	if (cap->d > 0 && quota_ns < LEAST_QUOTA_NS)
		return node_fail(build->loader, cap->place,
				 "found %s of %s, a quota of %s, expected one of 10us or more",
				 cap->text, period->text, quota);
	if (burst->u > quota_ns)
		return node_fail(build->loader, burst->place,
				 "found %s, expected a burst of no more than the quota, %s",
				 burst->text, quota);
	if (!quota_ns)
		return 0;
	vm->cap_quota_ns = quota_ns;
	vm->cap_period_ns = period->u;
	vm->cap_burst_ns = burst->u;
	return 0;
}

static int build_times(struct build *build, const struct node *node, struct vm_spec *vm)
{
	const struct node *stop = node_get(node, "stop");

	vm->start_ns = build_u(node, "start");
	vm->stop_ns = stop->u == KEY_WORD_VALUE ? WORLD_MAX_NS : stop->u;
	if (vm->stop_ns <= vm->start_ns)
		return node_fail(build->loader, stop->place,
				 "found a stop at %s, expected one after "
				 "the start at %s",
				 stop->text, node_get(node, "start")->text);
	if (build_u(node, "guest_tick")) {
		vm->guest_tick_ns = build_u(build->root, "host.guest_tick.period");
		vm->guest_tick_cost_ns = build_u(build->root, "host.guest_tick.cost");
	}
	return 0;
}

static int build_pool(struct build *build, const struct node *node, uint32_t instance,
		      struct vm_spec *vm)
{
	const struct node *pool = node_get(node, "pool");
	uint32_t nr = build->world->host.nr_pools;

	vm->pool = pool->u == KEY_WORD_VALUE ? instance % nr : (uint32_t)pool->u;
	if (vm->pool >= nr)
		return node_fail(build->loader, pool->place,
				 "found the pool %s, expected one of the "
				 "host's, 0 to %u",
				 pool->text, nr - 1);
	return 0;
}

static int build_pin(struct build *build, const struct node *pin, const struct vm_spec *vm,
		     struct sp_affinity *affinity)
{
	const struct pool_spec *pool = &build->world->host.pools[vm->pool];
	uint32_t first = (uint32_t)(pin->u >> 32), last = (uint32_t)pin->u;

	if (first < pool->first_pcpu || last >= pool->first_pcpu + pool->nr_pcpus)
		return node_fail(build->loader, pin->place,
				 "found the pCPUs %s, expected some of the pool of %s, %u to %u",
				 pin->text, vm->name, pool->first_pcpu,
				 pool->first_pcpu + pool->nr_pcpus - 1);
	affinity->first = first;
	affinity->nr = last - first + 1;
	return 0;
}

static int build_vcpus(struct build *build, const struct group *group, uint32_t id)
{
	struct world *world = build->world;
	const struct node *pin = group->pins ? group->pins->first : NULL;

	for (uint32_t i = 0; i < group->width; i++) {
		struct vcpu_spec *vcpu = &world->vcpus[world->nr_vcpus++];

		vcpu->vm = id;
		vcpu->index = i;
		vcpu->program = group->programs[i % nr_runners(group)];
		if (pin && build_pin(build, pin, &world->vms[id], &vcpu->affinity))
			return -1;
		if (pin && pin->next)
			pin = pin->next;
	}
	return 0;
}

/* The next VM of a group, named. */
static struct vm_spec *new_vm(struct build *build, const struct group *group, uint32_t instance)
{
	struct world *world = build->world;
	struct vm_spec *vm = &world->vms[world->nr_vms++];
	const char *name = world->groups[group->index].name;

	snprintf(vm->name, sizeof(vm->name), group->count > 1 ? "%s.%u" : "%s", name, instance);
	vm->key = rng_name(vm->name);
	vm->group = group->index;
	vm->first_vcpu = world->nr_vcpus;
	vm->width = group->width;
	return vm;
}

/* The next group, named and without VMs. */
static void new_group(struct build *build, struct group *group, const char *name)
{
	struct world *world = build->world;
	struct vm_group *made = &world->groups[world->nr_groups];

	group->index = world->nr_groups++;
	group->programs = arena_array(build->arena, nr_runners(group), sizeof(*group->programs));
	snprintf(made->name, sizeof(made->name), "%s", name);
	made->first_vm = world->nr_vms;
	made->nr_vms = group->count;
}

static int build_group(struct build *build, const struct node *node)
{
	const struct world *world = build->world;
	struct group group = {.node = node,
			      .count = (uint32_t)build_u(node, "count"),
			      .width = (uint32_t)build_u(node, "vcpus"),
			      .threads = threads_of(node),
			      .pins = node_get(node, "pin")};

	new_group(build, &group, node->name);
	if (build_group_programs(build, &group) || check_parties(build, &group))
		return -1;
	find_mutexes(build, &group);
	if (group.pins && group.pins->nr > group.width)
		return node_fail(build->loader, group.pins->place,
				 "found %u pins for %u vCPUs, expected at most one for each",
				 group.pins->nr, group.width);
	for (uint32_t i = 0; i < group.count; i++) {
		struct vm_spec *vm = new_vm(build, &group, i);

		vm->weight = weight_of(node);
		if (build_cap(build, node, vm) || build_times(build, node, vm) ||
		    build_pool(build, node, i, vm) ||
		    build_vcpus(build, &group, world->nr_vms - 1) ||
		    build_threads(build, &group, world->nr_vms - 1))
			return -1;
	}
	return 0;
}

/* -- the management VM, one in each pool ------------------------------------------ */

static int build_noise(struct build *build)
{
	struct world *world = build->world;
	const struct node *noise = build_get(build->root, "host.noise");
	struct group group = {.count = world->host.nr_pools,
			      .width = (uint32_t)build_u(noise, "vcpus")};
	struct program *program;
	uint32_t index = world->nr_programs;

	new_group(build, &group, "noise");
	world->groups[group.index].noise = true;
	program = build_program_new(build, "noise");
	if (build_noise_program(build, program))
		return -1;
	for (uint32_t i = 0; i < group.width; i++)
		group.programs[i] = index;
	for (uint32_t i = 0; i < group.count; i++) {
		struct vm_spec *vm = new_vm(build, &group, i);

		vm->noise = true;
		vm->weight = SP_WEIGHT_NICE_0;
		vm->pool = i;
		vm->stop_ns = WORLD_MAX_NS;
		vm->guest_tick_ns = build_u(build->root, "host.guest_tick.period");
		vm->guest_tick_cost_ns = build_u(build->root, "host.guest_tick.cost");
		if (build_vcpus(build, &group, world->nr_vms - 1))
			return -1;
	}
	return 0;
}

static int check_noise(struct build *build, const struct node *vms, struct totals *totals)
{
	const struct node *noise = build_get(build->root, "host.noise");
	const struct node *rival = node_get(vms, "noise");
	uint32_t pools = build->world->host.nr_pools;

	totals->vms += pools;
	totals->vcpus += pools * build_u(noise, "vcpus");
	if (rival)
		return node_fail(build->loader, rival->name_place,
				 "found a VM called noise, expected another name while "
				 "host.noise.level is not 0");
	if (totals->vms > WORLD_MAX_VMS || totals->vcpus > WORLD_MAX_VCPUS)
		return node_fail(build->loader, node_get(noise, "vcpus")->place,
				 "found %llu VMs and %llu vCPUs with the noise, expected at most "
				 "%d and %d",
				 (unsigned long long)totals->vms, (unsigned long long)totals->vcpus,
				 WORLD_MAX_VMS, WORLD_MAX_VCPUS);
	return 0;
}

int build_vms(struct build *build)
{
	struct world *world = build->world;
	const struct node *vms = node_get(build->root, "vms");
	bool noise = build_get(build->root, "host.noise.level")->d > 0;
	struct totals totals = {0, 0, 0};

	if (add_totals(build, vms, &totals) || (noise && check_noise(build, vms, &totals)))
		return -1;
	world->groups = arena_array(build->arena, vms->nr + 1, sizeof(*world->groups));
	world->vms = arena_array(build->arena, totals.vms, sizeof(*world->vms));
	world->vcpus = arena_array(build->arena, totals.vcpus, sizeof(*world->vcpus));
	/* those of threads, and those of VMs that turn out to need them: see find_mutexes */
	world->threads =
		arena_array(build->arena, totals.threads + totals.vcpus, sizeof(*world->threads));
	for (const struct node *at = vms->first; at; at = at->next)
		if (build_group(build, at))
			return -1;
	return noise ? build_noise(build) : 0;
}
