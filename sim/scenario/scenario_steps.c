/* SPDX-License-Identifier: BSD-2-Clause */
/* A program's body becomes the flat array of steps that the engine walks. */
#include <string.h>

#include "scenario_parts.h"

struct compiler {
	struct build *build;
	const struct object_set *set;
	const struct node *node; /* the program */
	struct program *program;
	uint32_t size_steps, size_choices, size_dists;
	uint32_t loops, sections; /* that we are inside of */
	uint32_t irqs_off; /* sections of those that keep interrupts off */
	bool count_loops; /* the end of an outermost loop is a unit of work */
	bool has_loop; /* there was one */
	bool has_halt;
};

/* Room for n more elements behind nr of them. */
static void *grow(struct arena *arena, void *array, uint32_t nr, uint32_t n, uint32_t *size,
		  size_t bytes)
{
	void *more;

	if (nr + n <= *size)
		return array;
	*size = 2 * (nr + n);
	more = arena_array(arena, *size, bytes);
	if (nr)
		memcpy(more, array, nr * bytes);
	return more;
}

/* A new step; returns its index. */
static uint32_t emit(struct compiler *c, enum step_op op, const struct node *node)
{
	struct program *program = c->program;
	uint32_t at = program->nr_steps++;
	struct step *step;

	program->steps =
		grow(c->build->arena, program->steps, at, 1, &c->size_steps, sizeof(*step));
	step = &program->steps[at];
	step->op = (uint16_t)op;
	step->object = WORLD_NONE;
	step->dist = WORLD_NONE;
	step->line = node->place.line;
	step->id = at;
	return at;
}

static struct step *step_at(struct compiler *c, uint32_t at)
{
	return &c->program->steps[at];
}

static int emit_timed(struct compiler *c, enum step_op op, const struct node *node)
{
	struct program *program = c->program;
	uint32_t dist = program->nr_dists++;

	program->dists = grow(c->build->arena, program->dists, dist, 1, &c->size_dists,
			      sizeof(*program->dists));
	step_at(c, emit(c, op, node))->dist = dist;
	return build_dist(c->build, node, 1, &program->dists[dist]);
}

static int compile_list(struct compiler *c, const struct node *list);

static int compile_compute(struct compiler *c, const struct node *node)
{
	return emit_timed(c, c->sections ? STEP_HOLD : STEP_COMPUTE, node);
}

/* A kernel that sleeps with interrupts off never wakes. */
static int check_irqs(struct compiler *c, const struct node *node)
{
	if (!c->irqs_off)
		return 0;
	return node_fail(c->build->loader, node->name_place,
			 "found a step that blocks in a section with irqs: off, expected it "
			 "outside");
}

static int compile_sleep(struct compiler *c, const struct node *node)
{
	if (check_irqs(c, node))
		return -1;
	return emit_timed(c, STEP_SLEEP, node);
}

/* The object of this name, lock or barrier; WORLD_NONE: not there. */
static uint32_t find_object(const struct compiler *c, const char *name, bool lock)
{
	for (uint32_t i = 0; i < c->set->nr; i++) {
		const struct object *object = &c->set->objects[i];

		if (strcmp(object->name, name) == 0 && lock == object_is_lock(object->kind))
			return i;
	}
	return WORLD_NONE;
}

static int compile_critical(struct compiler *c, const struct node *node)
{
	const struct node *lock = node_get(node, "lock"), *hold = node_get(node, "hold");
	const struct node *mode = node_get(node, "mode");
	uint32_t object = find_object(c, lock->text, true), at;
	bool irqs_off;
	int failed;

	if (object == WORLD_NONE)
		return build_unknown(c->build, lock, "lock", node_get(c->node, "locks"));
	if (c->sections == WORLD_MAX_NEST)
		return node_fail(c->build->loader, node->place,
				 "found more than %d critical sections inside each other, expected "
				 "fewer",
				 WORLD_MAX_NEST);
	if (mode->u && !object_has(c->set->objects[object].kind, LOCK_SHARED))
		return node_fail(c->build->loader, mode->place,
				 "found mode: read of '%s', expected that only of an rwlock",
				 lock->text);
	irqs_off = c->set->objects[object].irqs_off || build_u(node, "irqs");
	if (object_has(c->set->objects[object].kind, LOCK_SLEEPS) && (c->irqs_off || irqs_off))
		return node_fail(c->build->loader, lock->place,
				 "found the mutex '%s' with irqs: off, expected a spinlock: who "
				 "waits for a mutex sleeps",
				 lock->text);
	at = emit(c, STEP_LOCK, node);
	step_at(c, at)->object = object;
	step_at(c, at)->count = (uint32_t)mode->u;
	step_at(c, at)->irqs_off = irqs_off;
	c->sections++;
	c->irqs_off += irqs_off;
	failed = hold ? emit_timed(c, STEP_HOLD, hold) : compile_list(c, node_get(node, "do"));
	c->sections--;
	c->irqs_off -= irqs_off;
	at = emit(c, STEP_UNLOCK, node);
	step_at(c, at)->object = object;
	step_at(c, at)->irqs_off = irqs_off;
	c->program->interrupts |= irqs_off;
	return failed;
}

static int compile_barrier(struct compiler *c, const struct node *node)
{
	uint32_t object = find_object(c, node->text, false);

	if (object == WORLD_NONE)
		return build_unknown(c->build, node, "barrier", node_get(c->node, "barriers"));
	if (c->set->objects[object].kind == OBJECT_BARRIER_BLOCK && check_irqs(c, node))
		return -1;
	step_at(c, emit(c, STEP_BARRIER, node))->object = object;
	return 0;
}

static int compile_wake(struct compiler *c, const struct node *node)
{
	const struct node *barrier = node_get(node, "barrier");
	uint32_t object = find_object(c, barrier->text, false), at;

	if (object == WORLD_NONE)
		return build_unknown(c->build, barrier, "barrier", node_get(c->node, "barriers"));
	if (!c->set->objects[object].is_signal)
		return node_fail(c->build->loader, barrier->place,
				 "found a wake for the barrier '%s', expected one with wait: wake",
				 barrier->text);
	at = emit(c, STEP_WAKE, node);
	step_at(c, at)->object = object;
	step_at(c, at)->count =
		(build_u(node, "who") ? WAKE_ONE : 0) | (build_u(node, "nobody") ? WAKE_KEPT : 0);
	return 0;
}

static int compile_timer(struct compiler *c, const struct node *node)
{
	struct step *step;

	if (check_irqs(c, node) || emit_timed(c, STEP_TIMER, node_get(node, "every")))
		return -1;
	step = step_at(c, c->program->nr_steps - 1);
	step->object = (uint32_t)build_u(node, "number");
	step->count = (uint32_t)build_u(node, "late");
	return 0;
}

static int compile_ipi(struct compiler *c, const struct node *node)
{
	uint64_t to = build_u(node, "to");
	struct step *step;

	if (emit_timed(c, STEP_IPI, node_get(node, "handler")))
		return -1;
	step = step_at(c, c->program->nr_steps - 1);
	step->line = node->place.line;
	step->object = KEY_WORD_VALUE - to < IPI_TO_ONE ? (uint32_t)(KEY_WORD_VALUE - to)
							: (uint32_t)IPI_TO_ONE;
	step->target = step->object == IPI_TO_ONE ? (uint32_t)to : 0;
	step->count = (uint32_t)build_u(node, "wait") | (build_u(node, "halted") ? IPI_WAKES : 0);
	c->program->interrupts = true;
	return 0;
}

static int compile_halt(struct compiler *c, const struct node *node)
{
	if (check_irqs(c, node))
		return -1;
	c->has_halt = true;
	emit(c, STEP_HALT, node);
	return 0;
}

static int compile_yield(struct compiler *c, const struct node *node)
{
	emit(c, STEP_YIELD, node);
	return 0;
}

static int compile_op(struct compiler *c, const struct node *node)
{
	emit(c, STEP_OP, node);
	return 0;
}

static int compile_repeat(struct compiler *c, const struct node *node)
{
	uint64_t times = build_u(node, "times");
	uint32_t depth = c->loops, begin, end;

	if (depth == WORLD_MAX_NEST)
		return node_fail(c->build->loader, node->place,
				 "found more than %d repeats inside each other, expected fewer",
				 WORLD_MAX_NEST);
	begin = emit(c, STEP_REPEAT, node);
	c->has_loop = true;
	c->loops++;
	if (compile_list(c, node_get(node, "do")))
		return -1;
	c->loops--;
	if (depth == 0 && c->count_loops)
		emit(c, STEP_OP, node);
	end = emit(c, STEP_REPEAT_END, node);
	step_at(c, begin)->count = times == KEY_WORD_VALUE ? 0 : (uint32_t)times;
	step_at(c, begin)->depth = step_at(c, end)->depth = (uint16_t)depth;
	step_at(c, begin)->target = end + 1;
	step_at(c, end)->target = begin + 1;
	return 0;
}

static int compile_choose(struct compiler *c, const struct node *node)
{
	struct program *program = c->program;
	uint32_t at = emit(c, STEP_CHOOSE, node), first = program->nr_choices, n = 0;
	uint32_t *jumps = arena_array(c->build->arena, node->nr, sizeof(*jumps));
	double sum = 0, upto = 0;

	program->choices = grow(c->build->arena, program->choices, first, node->nr,
				&c->size_choices, sizeof(*program->choices));
	program->nr_choices += node->nr;
	step_at(c, at)->first = first;
	step_at(c, at)->count = node->nr;
	for (const struct node *way = node->first; way; way = way->next)
		sum += node_get(way, "weight")->d;
	for (const struct node *way = node->first; way; way = way->next, n++) {
		upto += node_get(way, "weight")->d;
		program->choices[first + n].upto = way->next ? upto / sum : 1;
		program->choices[first + n].target = program->nr_steps;
		if (compile_list(c, node_get(way, "do")))
			return -1;
		jumps[n] = emit(c, STEP_JUMP, way);
	}
	while (n--)
		step_at(c, jumps[n])->target = program->nr_steps;
	return 0;
}

static int compile_step(struct compiler *c, const struct node *step)
{
	static const struct {
		const char *name;
		int (*compile)(struct compiler *c, const struct node *node);
	} kinds[] = {
		{"compute", compile_compute}, {"critical", compile_critical},
		{"barrier", compile_barrier}, {"sleep", compile_sleep},
		{"halt", compile_halt},	      {"yield", compile_yield},
		{"op", compile_op},	      {"repeat", compile_repeat},
		{"choose", compile_choose},   {"ipi", compile_ipi},
		{"wake", compile_wake},	      {"timer", compile_timer},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, step->first->name) == 0)
			return kinds[i].compile(c, step->first);
	return error_set(c->build->loader->err, STATUS_BUG, "scenario",
			 "a step without a compiler: %s", step->first->name);
}

static int compile_list(struct compiler *c, const struct node *list)
{
	for (const struct node *at = list->first; at; at = at->next)
		if (compile_step(c, at))
			return -1;
	return 0;
}

/* The first op step in a list or below it, or NULL. */
static const struct node *find_op(const struct node *node)
{
	if (node->name && node->key && strcmp(node->key->path, "STEP.op") == 0)
		return node;
	for (const struct node *at = node->first; at; at = at->next) {
		const struct node *found = find_op(at);

		if (found)
			return found;
	}
	return NULL;
}

static int compile_once(struct compiler *c, const struct node *list)
{
	if (compile_list(c, list))
		return -1;
	if (c->count_loops && !c->has_loop)
		emit(c, STEP_OP, list);
	c->program->finite = !c->has_halt;
	return 0;
}

static int compile_forever(struct compiler *c, const struct node *repeat)
{
	if (compile_repeat(c, repeat))
		return -1;
	c->program->finite = !c->has_halt && build_u(repeat, "times") != KEY_WORD_VALUE;
	return 0;
}

static int compile_arrivals(struct compiler *c, const struct node *node)
{
	const struct node *every = node_get(node, "every"), *list = node_get(node, "do");
	const struct node *period = every ? every : node_get(node, "poisson");
	const struct node *op = find_op(list);
	int failed;

	if (op)
		return node_fail(c->build->loader, op->name_place,
				 "found an op in arrivals, expected none: each arrival is one");
	c->count_loops = false;
	failed = emit_timed(c, STEP_ARRIVE, period);
	if (!every)
		c->program->dists[0].kind = DIST_EXPONENTIAL;
	if (failed || compile_list(c, list))
		return -1;
	emit(c, STEP_RESPOND, node);
	step_at(c, emit(c, STEP_JUMP, node))->target = 0;
	return 0;
}

int build_steps(struct build *build, const struct node *node, const struct object_set *set,
		struct program *program)
{
	const struct node *steps = node_get(node, "steps"), *repeat = node_get(node, "repeat");
	struct compiler c = {.build = build, .set = set, .node = node, .program = program};
	int failed;

	program->nr_objects = set->nr;
	program->objects = arena_array(build->arena, set->nr, sizeof(*program->objects));
	if (set->nr)
		memcpy(program->objects, set->objects, set->nr * sizeof(*program->objects));
	c.count_loops = !find_op(node);
	if (steps)
		failed = compile_once(&c, steps);
	else if (repeat)
		failed = compile_forever(&c, repeat);
	else
		failed = compile_arrivals(&c, node_get(node, "arrivals"));
	emit(&c, STEP_END, node);
	return failed;
}
