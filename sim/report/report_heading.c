/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"
#include "report_text.h"
#include "study/kinds.h"
#include "study/memory.h"

static void print_policies(FILE *to, const struct study *study)
{
	uint32_t p;

	fprintf(to, study->nr_policies > 1 ? "policies  " : "policy    ");
	for (p = 0; p < study->nr_policies; p++) {
		const struct policy_spec *spec = &study->world->policies[study->policies[p]];

		fprintf(to, "%s%s", p ? ", " : "", spec->name);
		if (study->nr_policies > 1 && p == study->baseline)
			fputs(" (baseline)", to);
	}
	fputc('\n', to);
	for (p = 0; p < study->nr_policies; p++) {
		const struct policy_spec *spec = &study->world->policies[study->policies[p]];

		if (spec->from)
			fprintf(to, "          %s is %s, build %s, of %s\n", spec->name,
				spec->policy, spec->build, spec->file);
	}
}

static void print_window(FILE *to, const struct world *world)
{
	char window[TEXT_MAX], warmup[TEXT_MAX];

	text_duration(window, world->run.duration_ns);
	text_duration(warmup, world->run.warmup_ns);
	fprintf(to, "window    %s after %s of warm-up, seed %llu\n", window, warmup,
		(unsigned long long)world->run.seed);
}

/* Rates and shares are over the time that was run: where that is not all, it is said. */
static void print_early_ends(FILE *to, const struct study *study)
{
	uint64_t least, most;
	char text[2][TEXT_MAX];
	uint32_t nr = study_early_ends(study, &least, &most);

	if (!nr)
		return;
	text_duration(text[0], least);
	text_duration(text[1], most);
	fprintf(to,
		"ended     early, after %s%s%s of the window in %u of %u runs: every program was "
		"complete; rates and shares are over that time\n",
		text[0], least < most ? " to " : "", least < most ? text[1] : "", nr,
		study->nr_policies * study->nr_reps);
}

/* Did any vCPU of a guest wake in the window of any run? */
static bool any_wakes(const struct study *study)
{
	struct scope host = scope_host(study->world);
	uint32_t column = study_column(study, metric_find("wakeups"), &host), p, r;

	for (p = 0; column != UINT32_MAX && p < study->nr_policies; p++)
		for (r = 0; r < study_nr_reps(study, p); r++)
			if ((*study_slot(study, r, p))->samples[column].num > 0)
				return true;
	return column == UINT32_MAX; /* no telling */
}

/* Only who wakes is placed anew by every policy. */
static void print_placement(FILE *to, const struct study *study)
{
	if (!any_wakes(study))
		fputs("placement no vCPU ever slept: where each runs is the start's (run.starts), "
		      "but for moves that a policy makes of itself\n",
		      to);
}

static void print_replications(FILE *to, const struct report *report)
{
	const struct study *study = report->study;
	const struct stop_rule *rule = &study->rule;
	const char *primary = report->primary ? report->primary->name : "none";

	if (study->nr_reps == 1)
		fprintf(to, "runs      replication %u", study->first_rep);
	else
		fprintf(to, "runs      %u replications of each policy, 95 %% intervals",
			study->nr_reps);
	if (report->interrupted)
		fprintf(to, "; interrupted: %u of at most %u were complete", study->nr_reps,
			rule->max);
	else if (rule->state == STOP_TARGET)
		fprintf(to, "; %s is within %.4g %%", primary, rule->until_rel * 100);
	else if (rule->state == STOP_CAP)
		fprintf(to, "; the cap: %s is not within %.4g %%", primary, rule->until_rel * 100);
	fputc('\n', to);
}

/* The first violation of every policy that broke the contract. */
static void print_violations(FILE *to, const struct study *study)
{
	uint32_t p, r;

	for (p = 0; p < study->nr_policies; p++) {
		for (r = 0; r < study->nr_reps; r++) {
			const struct study_rep *rep = *study_slot(study, r, p);

			if (!rep->nr_violations)
				continue;
			fprintf(to,
				"CONTRACT  %s broke it %llu times; first in replication %u, seed "
				"%llu: %s\n",
				study_policy_name(study, p),
				(unsigned long long)study_violations(study, p),
				study->first_rep + r, (unsigned long long)study->world->run.seed,
				rep->violation);
			break;
		}
	}
}

/* Before everything else: the numbers of a run in which a rule was broken mean little. */
static void print_distrust(FILE *to, const struct study *study)
{
	const char *comma = "";
	uint32_t p;

	for (p = 0; p < study->nr_policies; p++) {
		if (!study_violations(study, p))
			continue;
		fprintf(to, "%s%s",
			*comma ? comma : "NOT TO BE TRUSTED: the contract is broken by ",
			study_policy_name(study, p));
		comma = ", ";
	}
	if (*comma)
		fputs(" (below: CONTRACT; --strict ends such a run)\n", to);
}

/* The VM with the largest error; of waiting, or of CPU time. */
static const struct recorded_vm *worst_of(const struct world *world, bool waiting)
{
	const struct recorded_vm *worst = world->recorded, *vm;

	for (vm = worst; vm < world->recorded + world->nr_recorded; vm++)
		if (waiting ? vm->waiting > worst->waiting : vm->cpu > worst->cpu)
			worst = vm;
	return worst;
}

/*
 * A replay is as good as the policy that was recorded, simulated, comes to the recording:
 * where it does not, that is said before any other policy is shown.
 */
static void print_recorded(FILE *to, const struct world *world)
{
	const struct recorded_vm *cpu, *waiting;
	bool is_off;

	if (!world->nr_recorded)
		return;
	cpu = worst_of(world, false);
	waiting = worst_of(world, true);
	is_off = cpu->cpu > RECORDED_CPU_OFF || waiting->waiting > RECORDED_WAITING_OFF;
	fprintf(to,
		"%s%s, which was recorded, simulated is up to %.1f %% of CPU time (%s) and %.1f %% "
		"of waiting (%s) off%s\n",
		is_off ? "NOT THE RECORDED HOST: " : "recorded  ", cpu->policy, cpu->cpu * 100,
		cpu->vm, waiting->waiting * 100, waiting->vm,
		is_off ? "; what another policy does here says little of that host" : "");
}

/* Policies whose runs remember how they were started. */
static int print_memory(FILE *to, const struct report *report)
{
	const struct study *study = report->study;
	const struct metric *lead = kinds_lead(study, report->primary);
	struct scope host = scope_host(study->world);
	uint32_t p;

	for (p = 0; lead && p < study->nr_policies; p++) {
		struct memory m;

		if (memory_of(study, study_column(study, lead, &host), p, &m))
			return -1;
		if (m.speaks)
			fprintf(to,
				"memory    %s of %s remembers its start: longer runs do not help, "
				"more of them do (correlation of the window's halves %.2f, %.2f "
				"to %.2f)\n",
				lead->name, study_policy_name(study, p), m.correlation, m.low,
				m.high);
	}
	return 0;
}

static void print_voids(FILE *to, const struct study *study)
{
	uint32_t i;

	for (i = 0; i < study->nr_voids; i++)
		fprintf(to, "VOID      %s%s\n", study->voids[i].err.text,
			study->voids[i].baseline ? " (the baseline: there are no differences)"
						 : "");
}

int report_heading(FILE *to, const struct report *report)
{
	const struct world *world = report->study->world;

	print_distrust(to, report->study);
	print_recorded(to, world);
	if (world->description[0])
		fprintf(to, "%s\n", world->description);
	fprintf(to, "scenario  %s, hash %s\n", report->scenario, world->hash);
	if (world->irregularity != HOST_REGULAR)
		fprintf(to, "host      %s\n", world_irregularity_name(world));
	if (world->hints != HINTS_NONE)
		fprintf(to, "hints     %s\n", world_hints_name(world));
	print_policies(to, report->study);
	print_window(to, world);
	print_placement(to, report->study);
	print_early_ends(to, report->study);
	print_replications(to, report);
	print_violations(to, report->study);
	print_voids(to, report->study);
	return print_memory(to, report);
}
