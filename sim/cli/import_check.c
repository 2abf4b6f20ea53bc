/* SPDX-License-Identifier: BSD-2-Clause */
/* import_check.c - the recorded policy in the simulator, VM by VM. */
#include "import_check.h"

#include <math.h>
#include <string.h>

#include "scenario/scenario.h"
#include "study/jobs.h"

#define CHECK_REPS 5

/* One of the three figures of a VM. */
struct figure {
	double recorded, simulated;
};

struct vm_check {
	struct figure cpus, waits, stints;
};

/* Of the recorded figure; what is nothing in both is right. */
static double error_of(const struct figure *f)
{
	if (f->recorded <= 0)
		return f->simulated > 0 ? INFINITY : 0;
	return fabs(f->simulated - f->recorded) / f->recorded;
}

static double mean_of(const struct study *study, const char *metric, uint32_t group)
{
	const struct scope scope = scope_group(study->world, group);
	uint32_t column = study_column(study, metric_find(metric), &scope), rep;
	double num = 0, den = 0;

	for (rep = 0; rep < study->nr_reps; rep++) {
		const struct sample *sample = &(*study_slot(study, rep, 0))->samples[column];

		num += sample->num;
		den += sample->den;
	}
	return den > 0 ? num / den : 0;
}

static int group_of(const struct world *world, const char *name, uint32_t *group)
{
	for (*group = 0; *group < world->nr_groups; (*group)++)
		if (!strcmp(world->groups[*group].name, name))
			return 0;
	return -1;
}

static void put_figure(FILE *out, const struct figure *f, double scale)
{
	double error = error_of(f);

	fprintf(out, " %9.2f %9.2f", f->recorded * scale, f->simulated * scale);
	if (isfinite(error))
		fprintf(out, " %5.1f %%", error * 100);
	else
		fputs("       -", out);
}

/* All VMs, and whether one is off by more than it may. */
static bool put_checks(FILE *out, const struct study *study, struct import_plan *plan)
{
	bool is_off = false;
	uint32_t i, group;

	fprintf(out, "%s, recorded and simulated, %u runs\n", plan->policy, study->nr_reps);
	fprintf(out, "%-24s %28s %28s %28s\n", "", "CPU time, % of a CPU", "waiting, % of wanting",
		"switched in, /s");
	for (i = 0; i < plan->nr_vms; i++) {
		struct import_vm *vm = &plan->vms[i];
		struct vm_check check = {{vm->cpus, 0}, {vm->waits, 0}, {vm->stints, 0}};

		if (group_of(study->world, vm->name, &group))
			continue;
		check.cpus.simulated =
			mean_of(study, "received", group) * study->world->host.nr_pcpus;
		check.waits.simulated = mean_of(study, "steal", group);
		check.stints.simulated = mean_of(study, "stints", group);
		fprintf(out, "%-24s", vm->name);
		put_figure(out, &check.cpus, 100);
		put_figure(out, &check.waits, 100);
		put_figure(out, &check.stints, 1);
		fputc('\n', out);
		vm->cpus_off = error_of(&check.cpus);
		vm->waits_off = error_of(&check.waits);
		vm->stints_off = error_of(&check.stints);
		is_off |= vm->cpus_off > RECORDED_CPU_OFF || vm->waits_off > RECORDED_WAITING_OFF;
	}
	plan->is_checked = true;
	return is_off;
}

static int run_world(const struct world *world, struct import_plan *plan, FILE *out,
		     struct error *err)
{
	struct study study;
	struct jobs jobs = {.study = &study, .nr_workers = 1, .quiet = true};
	uint32_t policy = 0;
	int interrupted = 0, failed;

	if (study_init(&study, world, &policy, 1, CHECK_REPS, err))
		return -1;
	stop_init(&study.rule, CHECK_REPS, CHECK_REPS, 0);
	failed = jobs_run(&jobs, &interrupted, err);
	if (!failed && interrupted)
		failed = error_set(err, (enum status)(128 + interrupted), "interrupted",
				   "interrupted: nothing was checked");
	if (!failed && !study.nr_policies)
		failed = error_set(err, study.voids[0].err.status, study.voids[0].err.kind, "%s",
				   study.voids[0].err.text);
	if (!failed)
		fputs(put_checks(out, &study, plan)
			      ? "the simulation is not this host: more than 5 % of CPU time or 15 "
				"% "
				"of waiting off; take comparisons with care\n"
			      : "within 5 % of CPU time and 15 % of waiting\n",
		      out);
	study_fini(&study);
	return failed;
}

int import_check(const char *path, struct import_plan *plan, FILE *out, struct error *err)
{
	struct world *world = scenario_load(path, NULL, err);
	int failed;

	if (!world)
		return -1;
	failed = run_world(world, plan, out, err);
	scenario_free(world);
	return failed;
}
