/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup_vms.c - programs, VMs, their locks and vCPUs, from a world.
 */
#include "setup_parts.h"

#include "engine/core/pcpu.h"
#include "engine/core/tie.h"
#include "engine/wait/lock_kind.h"

/* -- programs ------------------------------------------------------------------ */

/* A scenario's critical section is one step, complete when it unlocks. */
static bool counts_as_step(const struct step *step)
{
	return step->op == STEP_COMPUTE || step->op == STEP_UNLOCK || step->op == STEP_BARRIER ||
	       step->op == STEP_SLEEP || step->op == STEP_YIELD || step->op == STEP_IPI ||
	       step->op == STEP_TIMER || step->op == STEP_WAKE;
}

static void make_op(const struct program *program, const struct step *step, uint32_t base,
		    struct op *op)
{
	op->op = (uint8_t)step->op;
	op->depth = (uint8_t)(step->depth % WORLD_MAX_NEST);
	op->counts = counts_as_step(step);
	op->irqs_off = step->irqs_off;
	op->object = step->op == STEP_CHOOSE ? step->first : step->object;
	op->target = step->op == STEP_IPI ? step->target : base + step->target;
	op->count = step->count;
	op->dist = step->dist < program->nr_dists ? &program->dists[step->dist] : NULL;
	op->key = UINT64_C(0x9e3779b97f4a7c15) * ((uint64_t)step->id + 1);
	if (step->op == STEP_LOCK && object_has(program->objects[step->object].kind, LOCK_SLEEPS))
		op->op = STEP_MUTEX_LOCK;
	if (step->op == STEP_UNLOCK && object_has(program->objects[step->object].kind, LOCK_SLEEPS))
		op->op = STEP_MUTEX_UNLOCK;
	/* an endless loop is a jump */
	if (step->op == STEP_REPEAT_END && program->steps[step->target - 1].count == 0)
		op->op = STEP_JUMP;
}

int setup_code(struct sim *sim)
{
	const struct world *world = sim->world;
	uint32_t total = 0;

	sim->code_of = setup_make(world->nr_programs, sizeof(*sim->code_of));
	if (!sim->code_of)
		return -1;
	for (uint32_t i = 0; i < world->nr_programs; i++) {
		sim->code_of[i] = total;
		total += world->programs[i].nr_steps;
	}
	sim->code = setup_make(total, sizeof(*sim->code));
	if (!sim->code)
		return -1;
	for (uint32_t i = 0; i < world->nr_programs; i++)
		for (uint32_t k = 0; k < world->programs[i].nr_steps; k++)
			make_op(&world->programs[i], &world->programs[i].steps[k], sim->code_of[i],
				&sim->code[sim->code_of[i] + k]);
	return 0;
}

/* -- VMs and their vCPUs ------------------------------------------------------- */

/* Locks and barriers, and where interrupts are sent an object a vCPU (wait/ipi_box.c). */
uint32_t setup_count_objects(const struct world *world, const struct vm_spec *vm)
{
	uint32_t nr = world->programs[world->vcpus[vm->first_vcpu].program].nr_objects;

	for (uint32_t i = 0; i < vm->width; i++)
		if (world->programs[world->vcpus[vm->first_vcpu + i].program].interrupts)
			return nr + vm->width;
	return nr;
}

#define LOCK_KIND_EXTERN(NAME, word, traits) extern const struct lock_kind lock_##word;
LOCK_KINDS(LOCK_KIND_EXTERN)
#undef LOCK_KIND_EXTERN

/* Here all kinds are known: whoever has a lock calls its kind through o->lock. */
static const struct lock_kind *kind_of(enum object_kind kind)
{
#define LOCK_KIND_ADDRESS(NAME, word, traits) &lock_##word,
	static const struct lock_kind *const kinds[] = {LOCK_KINDS(LOCK_KIND_ADDRESS)};
#undef LOCK_KIND_ADDRESS

	return object_is_lock(kind) ? kinds[kind] : NULL;
}

static void make_sync(struct sync *o, const struct object *from, uint32_t width)
{
	o->kind = (uint8_t)from->kind;
	o->lock = kind_of(from->kind);
	o->shared = object_has(from->kind, LOCK_SHARED);
	o->parties = (uint16_t)(from->parties ? from->parties : width);
	if (from->is_signal)
		o->parties = 0;
	o->handoff_ns = from->handoff_ns;
	o->spec = &from->lock;
	o->holder = o->head = o->tail = o->thieves = SP_NONE;
}

void setup_vm(struct sim *sim, uint32_t id, uint32_t *next_object)
{
	const struct vm_spec *spec = &sim->world->vms[id];
	const struct program *program =
		&sim->world->programs[sim->world->vcpus[spec->first_vcpu].program];
	const struct object ipi = {.kind = OBJECT_IPI};
	struct pool *pool = &sim->pools[spec->pool];
	struct vm *m = &sim->vms[id];

	m->width = (uint16_t)spec->width;
	m->first_vcpu = spec->first_vcpu;
	m->first_object = *next_object;
	m->nr_objects = (uint16_t)program->nr_objects;
	m->pool = (uint16_t)spec->pool;
	m->group = (uint16_t)spec->group;
	m->local = (uint16_t)pool->nr_vms++;
	m->nr_threads = (uint16_t)spec->width;
	m->guest_tick_ns = spec->guest_tick_ns;
	m->guest_tick_cost_ns = spec->guest_tick_cost_ns;
	for (uint32_t i = 0; i < program->nr_objects; i++) {
		struct sync *o = &sim->syncs[*next_object + i];

		make_sync(o, &program->objects[i],
			  spec->nr_threads ? spec->nr_threads : spec->width);
		if (!object_is_lock(o->kind))
			m->nr_barriers++;
	}
	m->nr_ipi_objects = (uint16_t)(setup_count_objects(sim->world, spec) - m->nr_objects);
	for (uint32_t i = 0; i < m->nr_ipi_objects; i++)
		make_sync(&sim->syncs[*next_object + m->nr_objects + i], &ipi, spec->width);
	*next_object += (uint32_t)m->nr_objects + m->nr_ipi_objects;
}

static uint16_t affinity_of(struct sim *sim, const struct pool *pool, const struct sp_affinity *a)
{
	uint32_t i;

	if (!a->nr || (a->first == pool->first_pcpu && a->nr == pool->nr_pcpus))
		return SP_NONE;
	for (i = 0; i < sim->nr_affinities; i++)
		if (sim->affinities[i].first == a->first && sim->affinities[i].nr == a->nr)
			return (uint16_t)i;
	sim->affinities[i].first = a->first;
	sim->affinities[i].nr = a->nr;
	sim->nr_affinities++;
	return (uint16_t)i;
}

void setup_vcpu(struct sim *sim, uint32_t id)
{
	const struct vcpu_spec *spec = &sim->world->vcpus[id];
	const struct vm_spec *vm = &sim->world->vms[spec->vm];
	struct pool *pool = &sim->pools[vm->pool];
	struct vcpu *v = &sim->vcpus[id];
	struct vcpu_cold *cold = &sim->cold[id];
	uint64_t tick_key = rng_key(rng_key(sim->seed_key, RNG_TICK) ^ vm->key, spec->index);

	v->key = rng_key(rng_key(sim->seed_key, RNG_DEMAND) ^ vm->key, spec->index);
	v->vm = (uint16_t)spec->vm;
	v->program = (uint16_t)spec->program;
	v->pc = sim->code_of[spec->program];
	v->local = (uint16_t)pool->nr_vcpus++;
	v->pcpu = (uint16_t)(pool->first_pcpu + v->local % pool->nr_pcpus);
	v->timer_ns = NEVER;
	cold->halted_ns = NEVER;
	cold->ple_window = sim->world->host.ple.window;
	v->next = v->prev = SP_NONE;
	v->nap_child = v->nap_next = v->nap_prev = SP_NONE;
	v->state = VS_ABSENT;
	v->mode = VT_BLOCKED;
	cold->kicker = SP_NONE;
	cold->affinity = affinity_of(sim, pool, &spec->affinity);
	cold->tick_phase_ns = pcpu_tick_phase(sim->world->run.phases, vm->guest_tick_ns,
					      spec->index, vm->width, rng_bits(tick_key, 0));
	sim->vcpu_ties[id] = (uint16_t)sim_tie(sim, id, 16);
	if (vm->nr_threads)
		return; /* what it does is up to its threads */
	if (sim->world->programs[spec->program].finite)
		sim->to_finish++;
	else if (!vm->noise)
		sim->endless = true;
}
