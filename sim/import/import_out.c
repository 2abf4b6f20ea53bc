/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_out.c - bursts, the scenario around them, and the summary.
 */
#include "import_out.h"

#include <inttypes.h>

void import_put_bursts(FILE *out, const struct import_plan *plan)
{
	uint32_t i, k;

	fputs("# corun bursts 1\n", out);
	for (i = 0; i < plan->nr_lanes; i++) {
		const struct import_lane *lane = &plan->lanes[i];

		for (k = 0; k < lane->nr_bursts; k++)
			fprintf(out, "%s %" PRIu64 " %" PRIu64 "\n", lane->name,
				lane->bursts[k].run_ns, lane->bursts[k].sleep_ns);
	}
}

/* -- scenario --------------------------------------------------------------- */

/* A name from outside, inside double quotes. */
static void put_quoted(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(*text < ' ' || *text > '~' || *text == '"' || *text == '\\' ? '_' : *text,
		      out);
}

static void put_vms(FILE *out, const struct import_plan *plan, uint32_t nr_vms)
{
	uint32_t vm, i;

	fputs("vms:\n", out);
	if (!nr_vms) {
		for (i = 0; i < plan->nr_lanes; i++)
			fprintf(out, "  %s: {vcpus: 1, program: %s}\n", plan->lanes[i].name,
				plan->lanes[i].name);
		return;
	}
	for (vm = 0; vm < nr_vms && vm < plan->nr_lanes; vm++) {
		fprintf(out, "  replay%u:\n    vcpus: %u\n    programs: [", vm,
			(plan->nr_lanes - vm + nr_vms - 1) / nr_vms);
		for (i = vm; i < plan->nr_lanes; i += nr_vms)
			fprintf(out, "%s%s", i == vm ? "" : ", ", plan->lanes[i].name);
		fputs("]\n", out);
	}
}

void import_put_scenario(FILE *out, const struct import *import, const struct import_plan *plan,
			 const char *log_name, const char *bursts_file, uint32_t nr_vms)
{
	uint32_t widest = nr_vms ? (plan->nr_lanes + nr_vms - 1) / nr_vms : 1;
	uint32_t cores = import->nr_cpus > widest ? import->nr_cpus : widest;
	uint64_t duration_ms = (import->last_ns - import->first_ns) / 1000000 + 1;
	uint32_t i;

	fprintf(out, "# Made by `corun import`; everything here may be edited.\ncorun: 1\n");
	fprintf(out, "description: \"replay of %u tasks of ", plan->nr_tasks);
	put_quoted(out, log_name);
	fprintf(out,
		"\"\n# as many cores as the recording shows, and as the widest VM needs in a gang\n"
		"host: {cores: %u}\n",
		cores < 4096 ? cores : 4096);
	fprintf(out, "# as long as the recording\nrun: {duration: %" PRIu64 "ms}\n", duration_ms);
	fputs("policies:\n  cfs: {}\n  gang: {}\n", out);
	put_vms(out, plan, nr_vms);
	fputs("programs:\n", out);
	for (i = 0; i < plan->nr_lanes; i++) {
		fprintf(out, "  %s: {replay: {file: \"", plan->lanes[i].name);
		put_quoted(out, bursts_file);
		fprintf(out, "\", task: %s}}\n", plan->lanes[i].name);
	}
}

/* -- summary ---------------------------------------------------------------- */

static void put_count(FILE *out, uint64_t count, const char *what)
{
	if (count)
		fprintf(out, "corun: import: %10" PRIu64 " %s\n", count, what);
}

static void put_always(FILE *out, uint64_t count, const char *what)
{
	fprintf(out, "corun: import: %10" PRIu64 " %s\n", count, what);
}

static void put_kept(FILE *out, const struct import *import, const struct import_plan *plan)
{
	fprintf(out, "corun: import: %10" PRIu64 " bursts of %u tasks, of which %u tasks kept",
		import->nr_bursts, import->nr_tasks, plan ? plan->nr_tasks : 0);
	if (plan && plan->nr_lanes != plan->nr_tasks)
		fprintf(out, ", joined to %u", plan->nr_lanes);
	fputc('\n', out);
}

/* Lines that are not about our events. */
static void put_passed(FILE *out, const struct import *import)
{
	const struct import_counts *c = &import->counts;

	put_count(out, c->others, "events of other kinds, passed over");
	if (c->strangers)
		fprintf(out,
			"corun: import: %10" PRIu64
			" lines of other machines than %s, passed over\n",
			c->strangers,
			*import->machine ? import->machine : "the one without a name");
	if (c->unfit)
		fprintf(out,
			"corun: import: %10" PRIu64
			" lines that are no event (layout %s), the first "
			"is line %" PRIu64 "\n",
			c->unfit, ftrace_layout_name(import->layout), c->first_unfit);
	put_count(out, c->torn,
		  "of those with a piece of an event of ours: the states of all tasks "
		  "are unknown there");
	put_count(out, c->cut_lines, "incomplete last line");
}

void import_put_summary(FILE *out, const struct import *import, const struct import_plan *plan)
{
	const struct import_counts *c = &import->counts;

	fprintf(out,
		"corun: import: %10" PRIu64 " lines: %" PRIu64 " switches, %" PRIu64
		" wake-ups, %u CPUs, %.6f s\n",
		c->lines, c->switches, c->wakes, import->nr_cpus,
		(double)(import->last_ns - import->first_ns) / 1e9);
	put_kept(out, import, plan);
	put_passed(out, import);
	put_count(out, c->cut_bursts,
		  "bursts left out: not seen from wake-up to block and next wake-up");
	put_always(out, c->lost_markers, "markers of lost events");
	put_count(out, c->lost_events, "events lost, as far as the kernel counted them");
	put_count(out, c->suspect_bursts, "bursts left out: events may be missing within them");
	put_count(out, c->missing_starts, "tasks whose first state is missing");
	put_count(out, c->missing_wakes, "switch-ins without a wake-up (the wait counts as sleep)");
	put_count(out, c->early_wakes, "wake-ups logged before the switch-out they follow");
	put_always(out, c->missing_switches,
		   "switches missing (another task ran than the log said)");
	fprintf(out,
		"corun: import: %10" PRIu64 " of such switches bridged: %.6f s at most too much\n",
		c->bridged, (double)c->bridged_ns / 1e9);
	put_count(out, c->renamed, "changes of name while running (exec)");
	put_count(out, c->reused_pids, "pids used again by another task");
	put_count(out, c->backwards, "lines earlier than the line before");
}
