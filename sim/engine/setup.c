/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup.c - from a world to a struct sim at time 0, and back to nothing.
 */
#include "ipi.h"
#include "threads.h"

#include <stdlib.h>
#include <string.h>

uint32_t sim_tie(const struct sim *sim, uint32_t id, uint32_t bits)
{
	uint32_t mask = (1u << bits) - 1;
	uint64_t key = rng_key(sim->seed_key, RNG_TIES);

	switch (sim->world->run.ties) {
	case TIES_REVERSE:
		return mask - (id & mask);
	case TIES_HASH:
		/* times an odd number, plus a constant: one to one on these bits */
		return (uint32_t)((id * (key | 1) + (key >> 32)) & mask);
	default:
		return id & mask;
	}
}

/* Zeroed, on a cache line: hot records must not straddle more of them than needed. */
static void *make(size_t n, size_t size)
{
	size_t bytes = (n ? n : 1) * size;
	void *block;

	bytes = (bytes + 63) / 64 * 64;
	block = aligned_alloc(64, bytes);
	if (block)
		memset(block, 0, bytes);
	return block;
}

/* Locks and barriers, and where interrupts are sent an object a vCPU (ipi.c). */
static uint32_t count_objects(const struct world *world, const struct vm_spec *vm)
{
	uint32_t nr = world->programs[world->vcpus[vm->first_vcpu].program].nr_objects;

	for (uint32_t i = 0; i < vm->width; i++)
		if (world->programs[world->vcpus[vm->first_vcpu + i].program].interrupts)
			return nr + vm->width;
	return nr;
}

static int make_arrays(struct sim *sim)
{
	const struct world *world = sim->world;
	uint32_t slots, leaves = 1, objects = 0;

	for (uint32_t i = 0; i < world->nr_vms; i++)
		objects += count_objects(world, &world->vms[i]);
	sim->vcpus = make(world->nr_vcpus, sizeof(*sim->vcpus));
	sim->cold = make(world->nr_vcpus, sizeof(*sim->cold));
	sim->vcpu_ties = make(world->nr_vcpus, sizeof(*sim->vcpu_ties));
	if (world->nr_vcpus > FETCH_AHEAD_VCPUS) /* without the memory it works, too */
		sim->last_on = make(world->host.nr_pcpus, sizeof(*sim->last_on));
	sim->pcpu_of_tie = make(1u << QUEUE_TIE_BITS, sizeof(*sim->pcpu_of_tie));
	sim->pool_of_tie = make(1u << QUEUE_TIE_BITS, sizeof(*sim->pool_of_tie));
	sim->pcpus = make(world->host.nr_pcpus, sizeof(*sim->pcpus));
	sim->vms = make(world->nr_vms, sizeof(*sim->vms));
	sim->syncs = make(objects, sizeof(*sim->syncs));
	sim->pools = make(world->host.nr_pools, sizeof(*sim->pools));
	sim->groups = make(world->nr_groups, sizeof(*sim->groups));
	sim->affinities = make(world->nr_vcpus, sizeof(*sim->affinities));
	sim->out = make(1, sizeof(*sim->out));
	sim->slot_pools = world->host.nr_pcpus;
	sim->slot_host = sim->slot_pools + world->host.nr_pools;
	slots = sim->slot_host + 2;
	while (leaves < slots)
		leaves *= 2;
	sim->queue.leaves = leaves;
	sim->queue.key = make(2 * (size_t)leaves, sizeof(*sim->queue.key));
	sim->agenda =
		make(2 * (size_t)world->nr_vms + world->host.nr_events + 1, sizeof(*sim->agenda));
	if (!sim->vcpus || !sim->cold || !sim->vcpu_ties || !sim->pcpu_of_tie ||
	    !sim->pool_of_tie || !sim->pcpus || !sim->vms || !sim->syncs || !sim->pools ||
	    !sim->groups || !sim->affinities || !sim->out || !sim->queue.key || !sim->agenda)
		return -1;
	for (uint32_t i = 0; i < 2 * leaves; i++)
		sim->queue.key[i] = QUEUE_NEVER;
	return 0;
}

/* -- programs ---------------------------------------------------------------------- */

/* A scenario's critical section is one step, complete when it unlocks. */
static bool counts_as_step(const struct step *step)
{
	return step->op == STEP_COMPUTE || step->op == STEP_UNLOCK || step->op == STEP_BARRIER ||
	       step->op == STEP_SLEEP || step->op == STEP_YIELD || step->op == STEP_IPI;
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

static int make_code(struct sim *sim)
{
	const struct world *world = sim->world;
	uint32_t total = 0;

	sim->code_of = make(world->nr_programs, sizeof(*sim->code_of));
	if (!sim->code_of)
		return -1;
	for (uint32_t i = 0; i < world->nr_programs; i++) {
		sim->code_of[i] = total;
		total += world->programs[i].nr_steps;
	}
	sim->code = make(total, sizeof(*sim->code));
	if (!sim->code)
		return -1;
	for (uint32_t i = 0; i < world->nr_programs; i++)
		for (uint32_t k = 0; k < world->programs[i].nr_steps; k++)
			make_op(&world->programs[i], &world->programs[i].steps[k], sim->code_of[i],
				&sim->code[sim->code_of[i] + k]);
	return 0;
}

/* -- agenda ------------------------------------------------------------------------ */

static void agenda_add(struct sim *sim, uint64_t at_ns, uint32_t kind, uint32_t id)
{
	struct agenda_item *item = &sim->agenda[sim->nr_agenda++];

	item->at_ns = at_ns;
	item->kind = kind;
	item->id = id;
}

static int agenda_order(const void *a, const void *b)
{
	const struct agenda_item *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void make_agenda(struct sim *sim)
{
	const struct world *world = sim->world;

	for (uint32_t i = 0; i < world->nr_vms; i++) {
		agenda_add(sim, world->vms[i].start_ns, AGENDA_VM_START, i);
		if (world->vms[i].stop_ns < WORLD_MAX_NS)
			agenda_add(sim, world->vms[i].stop_ns, AGENDA_VM_STOP, i);
	}
	for (uint32_t i = 0; i < world->host.nr_events; i++) {
		const struct host_event *event = &world->host.events[i];

		agenda_add(sim, event->at_ns,
			   event->kind == HOST_PCPU_OFF ? AGENDA_PCPU_OFF : AGENDA_PCPU_ON,
			   event->pcpu);
	}
	agenda_add(sim, world->run.warmup_ns, AGENDA_WINDOW, 0);
	qsort(sim->agenda, sim->nr_agenda, sizeof(*sim->agenda), agenda_order);
}

/* -- VMs and their vCPUs ------------------------------------------------------------ */

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
	o->handoff_ns = from->handoff_ns;
	o->spec = &from->lock;
	o->holder = o->head = o->tail = o->thieves = SP_NONE;
}

static void make_vm(struct sim *sim, uint32_t id, uint32_t *next_object)
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
	m->nr_ipi_objects = (uint16_t)(count_objects(sim->world, spec) - m->nr_objects);
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

static void make_vcpu(struct sim *sim, uint32_t id)
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
	if (vm->guest_tick_ns && sim->world->run.tick_phases)
		cold->tick_phase_ns = rng_bits(tick_key, 0) % vm->guest_tick_ns;
	sim->vcpu_ties[id] = (uint16_t)sim_tie(sim, id, 16);
	if (vm->nr_threads)
		return; /* what it does is up to its threads */
	if (sim->world->programs[spec->program].finite)
		sim->to_finish++;
	else if (!vm->noise)
		sim->endless = true;
}

/* -- pools -------------------------------------------------------------------------- */

static int heavier(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* A class for each VM with a ceiling, behind the others. */
static int make_caps(struct sim *sim, uint32_t id)
{
	const struct world *world = sim->world;
	struct pool *pool = &sim->pools[id];
	uint32_t n = pool->nr_classes;

	for (uint32_t i = 0; i < world->nr_vms; i++)
		n += world->vms[i].pool == id && world->vms[i].cap_pct;
	if (n == pool->nr_classes)
		return 0;
	pool->class_cap = make(n, sizeof(*pool->class_cap));
	if (!pool->class_cap)
		return -1;
	for (uint32_t i = 0; i < world->nr_vms; i++)
		if (world->vms[i].pool == id && world->vms[i].cap_pct) {
			struct entitled_cap *cap = &pool->class_cap[pool->nr_classes];

			cap->vm = i;
			cap->pcpus = world->vms[i].cap_pct / 100.0;
			pool->class_weight[pool->nr_classes++] = world->vms[i].weight;
		}
	return 0;
}

/* The distinct weights of a pool, heaviest first, with their clocks. */
static int make_classes(struct sim *sim, uint32_t id)
{
	const struct world *world = sim->world;
	struct pool *pool = &sim->pools[id];
	uint32_t n = 0;

	pool->class_weight = make(world->nr_vms, sizeof(*pool->class_weight));
	if (!pool->class_weight)
		return -1;
	for (uint32_t i = 0; i < world->nr_vms; i++)
		if (world->vms[i].pool == id && !world->vms[i].cap_pct)
			pool->class_weight[n++] = world->vms[i].weight;
	qsort(pool->class_weight, n, sizeof(*pool->class_weight), heavier);
	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || pool->class_weight[i] != pool->class_weight[pool->nr_classes - 1])
			pool->class_weight[pool->nr_classes++] = pool->class_weight[i];
	if (make_caps(sim, id))
		return -1;
	pool->class_count = make(pool->nr_classes, sizeof(*pool->class_count));
	pool->class_clock = make(pool->nr_classes, sizeof(*pool->class_clock));
	pool->class_rate = make(pool->nr_classes, sizeof(*pool->class_rate));
	return pool->class_count && pool->class_clock && pool->class_rate ? 0 : -1;
}

static void find_classes(struct sim *sim)
{
	for (uint32_t i = 0; i < sim->world->nr_vcpus; i++) {
		uint32_t id = sim->world->vcpus[i].vm, k = 0;
		const struct vm_spec *vm = &sim->world->vms[id];
		const struct pool *pool = &sim->pools[vm->pool];

		if (vm->cap_pct)
			while (!(pool->class_cap[k].pcpus > 0) || pool->class_cap[k].vm != id)
				k++;
		else
			while (pool->class_weight[k] != vm->weight)
				k++;
		sim->cold[i].weight_class = (uint16_t)k;
	}
}

/* For each pCPU the affinity groups that it is in. */
static int make_pcpu_groups(struct sim *sim)
{
	uint32_t total = 0, at = 0;

	for (uint32_t i = 0; i < sim->nr_affinities; i++)
		total += sim->affinities[i].nr;
	sim->pcpu_groups = make(total, sizeof(*sim->pcpu_groups));
	if (!sim->pcpu_groups)
		return -1;
	for (uint32_t p = 0; sim->nr_affinities && p < sim->world->host.nr_pcpus; p++) {
		sim->pcpus[p].first_group = at;
		for (uint32_t i = 0; i < sim->nr_affinities; i++)
			if (p - sim->affinities[i].first < sim->affinities[i].nr)
				sim->pcpu_groups[at++] = (uint16_t)i;
		sim->pcpus[p].nr_groups = (uint16_t)(at - sim->pcpus[p].first_group);
	}
	return 0;
}

static void make_pcpu(struct sim *sim, uint32_t id, uint32_t pool)
{
	struct pcpu *p = &sim->pcpus[id];
	uint64_t tick_ns = sim->world->host.tick_ns;

	p->step_ns = p->until_ns = p->kick_ns = p->guest_tick_ns = p->irq_ns = NEVER;
	p->tick_ns = tick_ns ? 0 : NEVER;
	p->current = p->naps = SP_NONE;
	p->pool = (uint16_t)pool;
	p->local = (uint16_t)(id - sim->pools[pool].first_pcpu);
	p->tie = (uint16_t)sim_tie(sim, id, QUEUE_TIE_BITS);
	sim->pcpu_of_tie[p->tie] = (uint16_t)id;
	p->state = PS_OFFLINE;
	stolen_start(sim, p);
	if (tick_ns && sim->world->run.tick_phases)
		p->tick_phase_ns = rng_bits(rng_key(sim->seed_key, RNG_TICK), id) % tick_ns;
}

static int make_pools(struct sim *sim)
{
	const struct world *world = sim->world;

	for (uint32_t i = 0; i < world->host.nr_pools; i++) {
		struct pool *pool = &sim->pools[i];

		pool->first_pcpu = world->host.pools[i].first_pcpu;
		pool->nr_pcpus = world->host.pools[i].nr_pcpus;
		pool->timer_ns = NEVER;
		pool->tie = (uint16_t)sim_tie(sim, i, QUEUE_TIE_BITS);
		sim->pool_of_tie[pool->tie] = (uint16_t)i;
		pool->vcpu_of = make(world->nr_vcpus, sizeof(*pool->vcpu_of));
		if (!pool->vcpu_of || make_classes(sim, i))
			return -1;
		for (uint32_t p = 0; p < pool->nr_pcpus; p++)
			make_pcpu(sim, pool->first_pcpu + p, i);
	}
	return 0;
}

/* What may end a spin; whoever is off is not asked. */
static void make_spin_sources(struct sim *sim)
{
	const struct host_spec *host = &sim->world->host;
	struct spin_source *at = sim->spin_sources;

	*at++ = (struct spin_source){lock_spin_left_ns, lock_spin_over};
	if (host->pv_yield.lock_ns || host->pv_yield.ipi)
		*at++ = (struct spin_source){pv_yield_left_ns, pv_yield_act};
	if (host->ple.window)
		*at++ = (struct spin_source){ple_left_ns, ple_act};
	sim->nr_spin_sources = (uint32_t)(at - sim->spin_sources);
}

/* -- all of it ------------------------------------------------------------------------ */

int sim_setup(struct sim *sim, const struct sim_job *job, struct error *err)
{
	const struct world *world = job->world;
	uint32_t next_object = 0;

	memset(sim, 0, sizeof(*sim));
	sim->world = world;
	sim->job = job;
	sim->err = err;
	sim->trace = job->trace;
	sim->here = SP_NONE;
	sim->count_home = world->host.halt_poll.max_ns || world->host.ple.window ||
			  world->host.pv_yield.lock_ns || world->host.pv_yield.ipi;
	sim->seed_key = rng_key(rng_key(0, world->run.seed), job->rep);
	sim->end_ns = world->run.warmup_ns + world->run.duration_ns;
	sim->instant_limit = 10000 + 100 * ((uint64_t)world->nr_vcpus + world->host.nr_pcpus);
	if (make_arrays(sim) || make_code(sim) || make_pools(sim) || ipi_setup(sim))
		return error_set(err, STATUS_IO, "memory", "out of memory for %u vCPUs on %u pCPUs",
				 world->nr_vcpus, world->host.nr_pcpus);
	for (uint32_t i = 0; i < world->nr_vms; i++)
		make_vm(sim, i, &next_object);
	for (uint32_t i = 0; i < world->nr_vcpus; i++) {
		make_vcpu(sim, i);
		sim->pools[world->vms[world->vcpus[i].vm].pool].vcpu_of[sim->vcpus[i].local] =
			(uint16_t)i;
	}
	if (threads_setup(sim))
		return error_set(err, STATUS_IO, "memory", "out of memory for threads");
	smt_setup(sim);
	make_spin_sources(sim);
	if (make_pcpu_groups(sim))
		return error_set(err, STATUS_IO, "memory", "out of memory for pinned vCPUs");
	find_classes(sim);
	make_agenda(sim);
	for (uint32_t i = 0; i < world->host.nr_pools; i++)
		if (port_init(sim, &sim->pools[i], err))
			return -1;
	return 0;
}

void sim_free(struct sim *sim)
{
	for (uint32_t i = 0; sim->pools && i < sim->world->host.nr_pools; i++) {
		struct pool *pool = &sim->pools[i];

		free(pool->state);
		free(pool->vcpu_of);
		free(pool->class_weight);
		free(pool->class_count);
		free(pool->class_clock);
		free(pool->class_rate);
		free(pool->class_cap);
	}
	threads_free(sim);
	ipi_free(sim);
	free(sim->vcpus);
	free(sim->cold);
	free(sim->code);
	free(sim->code_of);
	free(sim->vcpu_ties);
	free(sim->last_on);
	free(sim->pcpu_of_tie);
	free(sim->pool_of_tie);
	free(sim->pcpus);
	free(sim->vms);
	free(sim->syncs);
	free(sim->pools);
	free(sim->groups);
	free(sim->affinities);
	free(sim->pcpu_groups);
	free(sim->out);
	free(sim->queue.key);
	free(sim->agenda);
}
