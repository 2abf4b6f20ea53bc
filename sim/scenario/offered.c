/* SPDX-License-Identifier: BSD-2-Clause */
#include "offered.h"

#include <math.h>
#include <stdlib.h>

/* Of a distribution with limits of its own, so many draws are averaged. */
#define DRAWS 4096

/* What one pass over some steps takes on average, in ns. */
struct pass {
	double run, sleep; /* on a CPU; blocked for a time of its own */
	double due; /* between the instants for which it waits */
	double handlers; /* what it costs siblings; they send as many to it, or somebody else */
	bool late_anew; /* a timer that was missed begins anew: it never asks for more than it can */
	bool waits; /* for others, nobody knows how long */
};

/* The loads of loops without end, weighted by how likely each is reached. */
struct mix {
	double load, weight;
	bool comes;
};

/* -- one program ------------------------------------------------------------------ */

static bool has_limits(const struct dist *dist)
{
	return dist->min_ns > 0 || dist->max_ns < DIST_MAX_NS || !(dist_mean(dist) > 0);
}

static double mean_ns(const struct dist *dist)
{
	double sum = 0;

	if (dist->kind == DIST_CONST || dist->kind == DIST_REPLAY || !has_limits(dist))
		return dist_mean(dist);
	for (uint64_t i = 0; i < DRAWS; i++)
		sum += (double)dist_draw(dist, 1, i);
	return sum / DRAWS;
}

static uint32_t nr_targets(const struct step *step, uint32_t width)
{
	switch (step->object) {
	case IPI_TO_ALL:
		return width;
	case IPI_TO_OTHERS:
		return width ? width - 1 : 0;
	default:
		return 1;
	}
}

/* The step at i, which is reached `times` in a pass. */
static void add_step(const struct program *program, uint32_t i, double times, uint32_t width,
		     struct pass *pass)
{
	const struct step *step = &program->steps[i];

	switch (step->op) {
	case STEP_COMPUTE:
	case STEP_HOLD:
		pass->run += times * mean_ns(&program->dists[step->dist]);
		break;
	case STEP_SLEEP:
		pass->sleep += times * mean_ns(&program->dists[step->dist]);
		break;
	case STEP_ARRIVE:
		pass->due += times * mean_ns(&program->dists[step->dist]);
		break;
	case STEP_TIMER:
		pass->due += times * mean_ns(&program->dists[step->dist]);
		pass->late_anew |= step->count == 1;
		break;
	case STEP_IPI:
		pass->handlers +=
			times * nr_targets(step, width) * mean_ns(&program->dists[step->dist]);
		break;
	case STEP_HALT:
		pass->waits = true;
		break;
	case STEP_BARRIER:
		pass->waits |= program->objects[step->object].is_signal;
		break;
	default:
		break;
	}
}

static double load_of(const struct pass *pass)
{
	double work = pass->run + pass->handlers, all = work + pass->sleep;

	if (pass->due > 0)
		return work / (pass->late_anew ? fmax(pass->due, all) : pass->due);
	return all > 0 ? work / all : 0;
}

/* An endless loop closes, or all is over. */
static void close_pass(struct pass *pass, double reached, struct mix *mix)
{
	mix->load += load_of(pass) * reached;
	mix->weight += reached;
	mix->comes |= pass->due > 0 && !pass->late_anew;
	*pass = (struct pass){.waits = pass->waits};
}

/*
 * Where the step at i leads.  Each loop is gone through once, with the weight of all its turns;
 * only to the next arrival a jump leads back.
 */
static void lead_on(const struct program *program, uint32_t i, double *reach, struct pass *pass,
		    struct mix *mix)
{
	const struct step *step = &program->steps[i];
	uint32_t turns;

	switch (step->op) {
	case STEP_CHOOSE:
		for (uint32_t n = 0; n < step->count; n++) {
			const struct choice *way = &program->choices[step->first + n];

			reach[way->target] += reach[i] * (way->upto - (n ? way[-1].upto : 0));
		}
		break;
	case STEP_JUMP:
		if (step->target > i)
			reach[step->target] += reach[i];
		else
			close_pass(pass, reach[i], mix);
		break;
	case STEP_REPEAT:
		reach[i + 1] += reach[i] * (step->count ? step->count : 1);
		if (!step->count) /* what came before it is over */
			*pass = (struct pass){.waits = pass->waits};
		break;
	case STEP_REPEAT_END:
		turns = program->steps[step->target - 1].count;
		if (turns)
			reach[i + 1] += reach[i] / turns;
		else
			close_pass(pass, reach[i], mix);
		break;
	case STEP_END:
		close_pass(pass, reach[i], mix);
		break;
	default:
		reach[i + 1] += reach[i];
	}
}

static struct offered offered_by_program(const struct program *program, uint32_t width)
{
	double *reach = calloc((size_t)program->nr_steps + 1, sizeof(*reach));
	struct pass pass = {0};
	struct mix mix = {0};

	if (!reach)
		return (struct offered){.cpus = -1};
	reach[0] = 1;
	for (uint32_t i = 0; i < program->nr_steps; i++) {
		add_step(program, i, reach[i], width, &pass);
		lead_on(program, i, reach, &pass, &mix);
	}
	free(reach);
	return (struct offered){mix.weight > 0 ? mix.load / mix.weight : 0, pass.waits, mix.comes,
				program->finite};
}

/* -- a VM, and all ------------------------------------------------------------------ */

static void add(struct offered *sum, struct offered one)
{
	sum->cpus = sum->cpus < 0 || one.cpus < 0 ? -1 : sum->cpus + one.cpus;
	sum->at_most |= one.at_most;
	sum->comes |= one.comes;
	sum->ends |= one.ends;
}

struct offered offered_by_vm(const struct world *world, uint32_t vm)
{
	const struct vm_spec *spec = &world->vms[vm];
	struct offered sum = {0}, one = {0};
	uint32_t nr = spec->nr_threads ? spec->nr_threads : spec->width, last = UINT32_MAX;
	double comes = 0; /* what is there whether the rest has a vCPU or not */

	for (uint32_t i = 0; i < nr; i++) {
		uint32_t program = spec->nr_threads ? world->threads[spec->first_thread + i].program
						    : world->vcpus[spec->first_vcpu + i].program;

		if (program != last)
			one = offered_by_program(&world->programs[program], nr);
		last = program;
		add(&sum, one);
		comes += one.comes ? one.cpus : 0;
	}
	if (sum.cpus > spec->width) /* threads take turns for the vCPUs */
		sum.cpus = fmax(comes, spec->width);
	return sum;
}

static const char *at_most(const struct offered *load)
{
	return load->at_most ? "at most " : "";
}

static const char *while_it_lasts(const struct offered *load)
{
	return load->ends ? " while it lasts" : "";
}

int offered_print(FILE *to, const struct world *world, const char *mark)
{
	uint32_t nr_pcpus = world->host.nr_pcpus;
	struct offered all = {0};

	for (uint32_t g = 0; g < world->nr_groups; g++) {
		const struct vm_group *group = &world->groups[g];
		struct offered one;
		uint32_t width;

		if (!group->nr_vms)
			continue;
		one = offered_by_vm(world, group->first_vm); /* its VMs are all alike */
		for (uint32_t i = 0; i < group->nr_vms; i++)
			add(&all, one);
		if (all.cpus < 0)
			return -1;
		width = world->vms[group->first_vm].width;
		fprintf(to, "%sload of %s%s: %u vCPU%s, %s%.3g %% each%s\n", mark,
			group->nr_vms > 1 ? "each " : "", group->name, width, &"s"[width == 1],
			at_most(&one), 100 * one.cpus / width, while_it_lasts(&one));
	}
	fprintf(to, "%sload of all: %s%.3g of %u pCPU%s, %.3g %% of each%s\n", mark, at_most(&all),
		all.cpus, nr_pcpus, &"s"[nr_pcpus == 1], 100 * all.cpus / nr_pcpus,
		while_it_lasts(&all));
	return 0;
}
