/* SPDX-License-Identifier: BSD-2-Clause */
/* programs: the entries, their locks and barriers, replays, and the noise. */
#include <string.h>

#include "scenario_parts.h"

struct program *build_program_new(struct build *build, const char *name)
{
	struct world *world = build->world;
	struct program *program;

	if (world->nr_programs == build->size_programs) {
		uint32_t size = build->size_programs ? 2 * build->size_programs : 16;
		struct program *more = arena_array(build->arena, size, sizeof(*more));

		if (world->nr_programs)
			memcpy(more, world->programs, world->nr_programs * sizeof(*more));
		world->programs = more;
		build->size_programs = size;
	}
	program = &world->programs[world->nr_programs++];
	snprintf(program->name, sizeof(program->name), "%s", name);
	return program;
}

/* -- locks and barriers ----------------------------------------------------- */

static bool is_lock(const struct object *object)
{
	return object_is_lock(object->kind);
}

static bool is_same(const struct object *a, const struct object *b)
{
	return a->kind == b->kind && a->parties == b->parties && a->is_signal == b->is_signal &&
	       a->handoff_ns == b->handoff_ns && a->irqs_off == b->irqs_off &&
	       memcmp(&a->lock, &b->lock, sizeof(a->lock)) == 0;
}

static int add_object(struct build *build, struct object_set *set, const struct object *object,
		      const struct node *node)
{
	for (uint32_t i = 0; i < set->nr; i++) {
		const struct object *other = &set->objects[i];

		if (is_lock(other) != is_lock(object) || strcmp(other->name, object->name) != 0)
			continue;
		if (is_same(other, object))
			return 0;
		return node_fail(build->loader, node->name_place,
				 "found another '%s' than in line %u, expected the same one: the "
				 "programs of a VM share locks and barriers by name",
				 object->name, set->nodes[i]->name_place.line);
	}
	if (set->nr == WORLD_MAX_LOCKS)
		return node_fail(build->loader, node->name_place,
				 "found more than %d locks and barriers in a VM, expected fewer",
				 WORLD_MAX_LOCKS);
	set->nodes[set->nr] = node;
	set->objects[set->nr++] = *object;
	return 0;
}

/* A number of those that only some kinds of lock have; 0: it has not. */
static uint64_t lock_u(const struct node *lock, const char *name)
{
	const struct node *node = node_get(lock, name);

	return node ? node->u : 0;
}

/* The parts that only some kinds have. */
static int build_lock(struct build *build, const struct node *lock, struct lock_spec *spec)
{
	spec->handoff_spinner_ns = lock_u(lock, "handoff_spinner");
	spec->spin_ns = lock_u(lock, "spin");
	spec->recheck_ns = lock_u(lock, "recheck"); /* never: KEY_WORD_VALUE */
	spec->kick_cost_ns = lock_u(lock, "kick_cost");
	spec->kick_latency_ns = lock_u(lock, "kick_latency");
	spec->steal = lock_u(lock, "steal");
	spec->halt = lock_u(lock, "halt");
	spec->kick = lock_u(lock, "kick");
	spec->early = (enum lock_early)lock_u(lock, "early");
	spec->handover = lock_u(lock, "handover");
	spec->owner = (enum lock_owner)lock_u(lock, "spin_on_owner");
	spec->timeout_ns = lock_u(lock, "timeout");
	spec->prefers_readers = lock_u(lock, "prefer");
	/* a guest that asks who is preempted learns nothing unless the host tells */
	if (spec->early == LOCK_EARLY_PREEMPTED && !build_u(build->root, "host.preempted_hint"))
		spec->early = LOCK_EARLY_HALTED;
	if (spec->halt && !spec->kick && spec->recheck_ns == KEY_WORD_VALUE)
		return node_fail(build->loader, node_get(lock, "kick")->place,
				 "found waiters that halt, no kicks and recheck: never, expected "
				 "one of kick and recheck: nobody would wake them");
	return 0;
}

/* The last word of programs.*.barriers.*.wait. */
#define BARRIER_WAKE 2

int build_objects(struct build *build, const struct node *program, struct object_set *set)
{
	const struct node *locks = node_get(program, "locks");
	const struct node *barriers = node_get(program, "barriers");
	struct object object;

	for (const struct node *at = locks ? locks->first : NULL; at; at = at->next) {
		const struct node *handoff = node_get(at, "handoff");

		memset(&object, 0, sizeof(object));
		snprintf(object.name, sizeof(object.name), "%s", at->name);
		object.kind = (enum object_kind)build_u(at, "kind");
		object.irqs_off = build_u(at, "irqs");
		object.handoff_ns =
			handoff ? handoff->u : build_u(build->root, "host.costs.handoff");
		if (build_lock(build, at, &object.lock))
			return -1;
		if (add_object(build, set, &object, at))
			return -1;
	}
	for (const struct node *at = barriers ? barriers->first : NULL; at; at = at->next) {
		uint64_t parties = build_u(at, "parties"), wait = build_u(at, "wait");

		memset(&object, 0, sizeof(object));
		snprintf(object.name, sizeof(object.name), "%s", at->name);
		object.kind = wait ? OBJECT_BARRIER_BLOCK : OBJECT_BARRIER_SPIN;
		object.is_signal = wait == BARRIER_WAKE;
		if (object.is_signal && parties != KEY_WORD_VALUE)
			return node_fail(build->loader, node_get(at, "parties")->place,
					 "found parties of a barrier with wait: wake, expected "
					 "none: "
					 "a wake opens it");
		object.parties = parties == KEY_WORD_VALUE ? 0 : (uint32_t)parties;
		if (add_object(build, set, &object, at))
			return -1;
	}
	return 0;
}

/* -- programs whose steps are always the same -------------------------------- */

static void loop_start(struct build *build, struct program *program, uint32_t nr_steps)
{
	program->steps = arena_array(build->arena, nr_steps, sizeof(*program->steps));
	program->nr_steps = nr_steps;
	program->dists = arena_array(build->arena, 2, sizeof(*program->dists));
	program->nr_dists = 2;
	for (uint32_t i = 0; i < nr_steps; i++) {
		program->steps[i].id = i;
		program->steps[i].object = WORLD_NONE;
		program->steps[i].dist = WORLD_NONE;
	}
	program->steps[0].op = STEP_REPEAT;
	program->steps[0].target = nr_steps - 1;
	program->steps[nr_steps - 2].op = STEP_REPEAT_END;
	program->steps[nr_steps - 2].target = 1;
	program->steps[nr_steps - 1].op = STEP_END;
}

static void loop_timed(struct program *program, uint32_t at, enum step_op op, uint32_t dist)
{
	program->steps[at].op = (uint16_t)op;
	program->steps[at].dist = dist;
}

int build_noise_program(struct build *build, struct program *program)
{
	const struct node *noise = build_get(build->root, "host.noise");
	double level = node_get(noise, "level")->d;

	loop_start(build, program, 5); /* repeat: sleep, compute */
	loop_timed(program, 1, STEP_SLEEP, 0);
	loop_timed(program, 2, STEP_COMPUTE, 1);
	if (build_dist(build, node_get(noise, "every"), 1 / level, &program->dists[0]) ||
	    build_dist(build, node_get(noise, "run"), 1, &program->dists[1]))
		return -1;
	return 0;
}

static void replay_dist(struct build *build, const struct node *list, struct dist *dist)
{
	uint64_t *sample;

	dist->kind = DIST_REPLAY;
	dist->max_ns = WORLD_MAX_NS;
	dist->nr_samples = list->nr;
	dist->samples = sample = arena_array(build->arena, list->nr, sizeof(*dist->samples));
	for (const struct node *at = list->first; at; at = at->next)
		*sample++ = at->u;
}

/* One op each round: the engine takes the n-th burst in the n-th round. */
static int build_task(struct build *build, const struct node *task, struct program *program)
{
	const struct node *run = node_get(task, "run"), *sleep = node_get(task, "sleep");

	if (run->nr != sleep->nr)
		return node_fail(build->loader, sleep->place,
				 "found %u runs and %u sleeps, expected as many of both", run->nr,
				 sleep->nr);
	loop_start(build, program, 6); /* repeat: compute, sleep, op */
	loop_timed(program, 1, STEP_COMPUTE, 0);
	loop_timed(program, 2, STEP_SLEEP, 1);
	program->steps[3].op = STEP_OP;
	for (uint32_t i = 0; i < program->nr_steps; i++)
		program->steps[i].line = task->place.line;
	replay_dist(build, run, &program->dists[0]);
	replay_dist(build, sleep, &program->dists[1]);
	return 0;
}

static int build_replay(struct build *build, struct program_range *range)
{
	const struct node *tasks = build_get(range->node, "replay.tasks");
	uint32_t n = 0;

	range->nr = tasks->nr;
	for (const struct node *at = tasks->first; at; at = at->next, n++) {
		char name[sizeof(((struct program *)0)->name) + 12];

		snprintf(name, sizeof(name), tasks->nr > 1 ? "%s.%u" : "%s", range->node->name, n);
		if (build_task(build, at, build_program_new(build, name)))
			return -1;
	}
	return 0;
}

/* -- all of them -------------------------------------------------------------- */

int build_programs(struct build *build)
{
	const struct node *programs = node_get(build->root, "programs");
	struct program_range *range;

	build->ranges = arena_array(build->arena, programs->nr, sizeof(*build->ranges));
	range = build->ranges;
	for (const struct node *at = programs->first; at; at = at->next, range++) {
		struct object_set *set = arena_alloc(build->arena, sizeof(*set));

		range->node = at;
		range->first = build->world->nr_programs;
		range->nr = 1;
		if (build_objects(build, at, set))
			return -1;
		if (node_get(at, "replay")
			    ? build_replay(build, range)
			    : build_steps(build, at, set, build_program_new(build, at->name)))
			return -1;
	}
	return 0;
}
