/* SPDX-License-Identifier: BSD-2-Clause */
#include "make_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../sim/base/rng.h"
#include "../../sim/registry/policies.h"

const uint32_t nice_weights[40] = {88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705,
				   14949, 11916, 9548,	7620,  6100,  4904,  3906,  3121,
				   2501,  1991,	 1586,	1277,  1024,  820,   655,   526,
				   423,	  335,	 272,	215,   172,   137,   110,   87,
				   70,	  56,	 45,	36,    29,    23,    18,    15};

static void *copy(const void *from, size_t size)
{
	void *to = calloc(1, size ? size : 1);

	if (!to)
		abort();
	if (size)
		memcpy(to, from, size);
	return to;
}

struct made *made_new(uint32_t nr_pcpus, uint64_t duration_ns, const char *policy)
{
	struct made *made = calloc(1, sizeof(*made));
	const struct policy_entry *entry = policy_find(policy);
	struct world *w = &made->world;

	if (!entry)
		fail_msg("no policy %s", policy);
	w->host.nr_pcpus = nr_pcpus;
	w->host.topo = calloc(nr_pcpus, sizeof(*w->host.topo));
	for (uint32_t i = 0; i < nr_pcpus; i++)
		w->host.topo[i].core = i;
	made->pool.nr_pcpus = nr_pcpus;
	w->host.pools = &made->pool;
	w->host.nr_pools = 1;
	w->run.duration_ns = duration_ns;
	w->run.seed = 1;
	w->run.start_spread_ns = 10 * MS;
	w->run.phases = PHASES_RANDOM;
	snprintf(made->policy.name, sizeof(made->policy.name), "%s", policy);
	snprintf(made->policy.policy, sizeof(made->policy.policy), "%s", policy);
	for (uint32_t i = 0; i < entry->classes[0].policy->nr_tunables; i++)
		made->policy.tunables[i] = entry->classes[0].policy->tunables[i].preset;
	w->policies = &made->policy;
	w->nr_policies = 1;
	return made;
}

void made_free(struct made *made)
{
	struct world *w = &made->world;

	for (uint32_t i = 0; i < w->nr_programs; i++) {
		free(w->programs[i].steps);
		free(w->programs[i].dists);
		free(w->programs[i].objects);
		free(w->programs[i].choices);
	}
	free(w->programs);
	free(w->groups);
	free(w->vms);
	free(w->vcpus);
	free(w->threads);
	free(w->host.topo);
	free(w->host.events);
	free(made);
}

void made_tunable(struct made *made, const char *name, uint64_t value)
{
	const struct sp_policy *policy = policy_find(made->policy.policy)->classes[0].policy;

	for (uint32_t i = 0; i < policy->nr_tunables; i++)
		if (strcmp(policy->tunables[i].name, name) == 0) {
			assert_in_range(value, policy->tunables[i].min, policy->tunables[i].max);
			made->policy.tunables[i] = value;
			return;
		}
	fail_msg("%s has no tunable %s", made->policy.policy, name);
}

uint32_t made_program(struct made *made, const struct program *program)
{
	struct world *w = &made->world;
	struct program *p;

	w->programs = realloc(w->programs, (w->nr_programs + 1) * sizeof(*w->programs));
	p = &w->programs[w->nr_programs];
	*p = *program;
	p->steps = copy(program->steps, program->nr_steps * sizeof(*p->steps));
	p->dists = copy(program->dists, program->nr_dists * sizeof(*p->dists));
	p->objects = copy(program->objects, program->nr_objects * sizeof(*p->objects));
	p->choices = copy(program->choices, program->nr_choices * sizeof(*p->choices));
	for (uint32_t i = 0; i < p->nr_steps; i++)
		p->steps[i].id = p->steps[i].line = i;
	return w->nr_programs++;
}

static struct dist dist(enum dist_kind kind, uint64_t ns)
{
	return (struct dist){.kind = kind, .a = (double)ns, .max_ns = WORLD_MAX_NS};
}

uint32_t made_hog(struct made *made)
{
	struct step steps[] = {{.op = STEP_COMPUTE}, {.op = STEP_OP}, {.op = STEP_JUMP}};
	struct dist dists[] = {dist(DIST_CONST, WORLD_MAX_NS)};
	struct program p = {.steps = steps, .nr_steps = 3, .dists = dists, .nr_dists = 1};

	return made_program(made, &p);
}

uint32_t made_sleeper(struct made *made, uint64_t run_ns, uint64_t sleep_ns, bool random)
{
	enum dist_kind kind = random ? DIST_EXPONENTIAL : DIST_CONST;
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_SLEEP, .dist = 1},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {dist(kind, run_ns), dist(kind, sleep_ns)};
	struct program p = {.steps = steps, .nr_steps = 4, .dists = dists, .nr_dists = 2};

	return made_program(made, &p);
}

/* Works, holds the lock, and again. */
static uint32_t lock_user(struct made *made, const struct object *lock, struct dist work,
			  uint64_t hold_ns)
{
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_LOCK},
			       {.op = STEP_HOLD, .dist = 1},
			       {.op = STEP_UNLOCK},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {work, dist(DIST_CONST, hold_ns)};
	struct program p = {.steps = steps,
			    .nr_steps = 6,
			    .dists = dists,
			    .nr_dists = 2,
			    .objects = (struct object *)lock,
			    .nr_objects = 1};

	return made_program(made, &p);
}

uint32_t made_locker(struct made *made, enum object_kind kind, uint64_t compute_ns,
		     uint64_t hold_ns)
{
	struct object object = {.name = "lock", .kind = kind};

	return lock_user(made, &object, dist(DIST_EXPONENTIAL, compute_ns), hold_ns);
}

uint32_t made_holder(struct made *made, const struct object *lock, uint64_t work_ns,
		     uint64_t hold_ns)
{
	return lock_user(made, lock, dist(DIST_CONST, work_ns), hold_ns);
}

uint32_t made_sender(struct made *made, uint64_t work_ns, uint64_t handle_ns)
{
	struct step steps[] = {{.op = STEP_COMPUTE},
			       {.op = STEP_IPI, .dist = 1, .object = IPI_TO_OTHERS},
			       {.op = STEP_OP},
			       {.op = STEP_JUMP}};
	struct dist dists[] = {dist(DIST_CONST, work_ns), dist(DIST_CONST, handle_ns)};
	struct program p = {.steps = steps,
			    .nr_steps = 4,
			    .dists = dists,
			    .nr_dists = 2,
			    .interrupts = true};

	return made_program(made, &p);
}

uint32_t made_vm(struct made *made, const char *name, uint32_t width, uint32_t weight,
		 uint32_t program)
{
	struct world *w = &made->world;
	struct vm_spec *vm;

	w->vms = realloc(w->vms, (w->nr_vms + 1) * sizeof(*w->vms));
	w->groups = realloc(w->groups, (w->nr_vms + 1) * sizeof(*w->groups));
	w->vcpus = realloc(w->vcpus, (w->nr_vcpus + width) * sizeof(*w->vcpus));
	vm = &w->vms[w->nr_vms];
	memset(vm, 0, sizeof(*vm));
	snprintf(vm->name, sizeof(vm->name), "%s", name);
	vm->key = rng_name(name);
	vm->group = w->nr_vms;
	vm->first_vcpu = w->nr_vcpus;
	vm->width = width;
	vm->weight = weight;
	vm->stop_ns = WORLD_MAX_NS;
	memset(&w->groups[w->nr_vms], 0, sizeof(*w->groups));
	snprintf(w->groups[w->nr_vms].name, sizeof(w->groups[0].name), "%s", name);
	w->groups[w->nr_vms].first_vm = w->nr_vms;
	w->groups[w->nr_vms].nr_vms = 1;
	for (uint32_t i = 0; i < width; i++)
		w->vcpus[w->nr_vcpus + i] =
			(struct vcpu_spec){.vm = w->nr_vms, .index = i, .program = program};
	w->nr_vcpus += width;
	w->nr_groups++;
	return w->nr_vms++;
}

void made_threads(struct made *made, uint32_t vm, uint32_t nr, uint64_t slice_ns,
		  uint64_t switch_ns)
{
	struct world *w = &made->world;
	struct vm_spec *spec = &w->vms[vm];
	uint32_t program = w->vcpus[spec->first_vcpu].program;

	w->threads = realloc(w->threads, (w->nr_threads + nr) * sizeof(*w->threads));
	spec->first_thread = w->nr_threads;
	spec->nr_threads = nr;
	spec->thread_slice_ns = slice_ns;
	spec->thread_switch_ns = switch_ns;
	for (uint32_t i = 0; i < nr; i++)
		w->threads[w->nr_threads++] =
			(struct thread_spec){.vm = vm, .index = i, .program = program};
}

void made_cap(struct made *made, uint32_t vm, uint64_t quota_ns, uint64_t period_ns,
	      uint64_t burst_ns)
{
	struct vm_spec *spec = &made->world.vms[vm];

	spec->cap_quota_ns = quota_ns;
	spec->cap_period_ns = period_ns;
	spec->cap_burst_ns = burst_ns;
}

void made_pin(struct made *made, uint32_t vm, uint32_t index, uint32_t first, uint32_t nr)
{
	struct vcpu_spec *v = &made->world.vcpus[made->world.vms[vm].first_vcpu + index];

	v->affinity.first = first;
	v->affinity.nr = nr;
}

void made_run_traced(struct made *made, uint32_t rep, struct sim_result *result,
		     struct trace_sink *sink)
{
	struct sim_job job = {.world = &made->world, .rep = rep, .strict = true, .trace = sink};
	struct error err;

	if (sim_run(&job, result, &err))
		fail_msg("%s: error[%s]: %s", made->policy.name, err.kind, err.text);
}

void made_run(struct made *made, uint32_t rep, struct sim_result *result)
{
	made_run_traced(made, rep, result, NULL);
}
