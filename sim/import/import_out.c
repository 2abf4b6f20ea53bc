/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_out.c - bursts, the scenario around them, and the summary.
 */
#include "import_out.h"
#include "model/world.h"

#include <inttypes.h>
#include <string.h>

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

/* "pin: [0-3, 4]" for those of its vCPUs that had CPUs of their own. */
static void put_pins(FILE *out, const struct import_plan *plan, const struct import_vm *vm,
		     uint32_t cores, const char *between)
{
	bool has = false;
	uint32_t i;

	for (i = vm->first; i < vm->first + vm->nr; i++) {
		const struct who_thread *who = plan->lanes[i].who;

		has |= who && who->has_cpus && !who->is_scattered &&
		       (who->first_cpu || who->last_cpu + 1 < cores);
	}
	if (!has)
		return;
	fprintf(out, "%spin: [", between);
	for (i = vm->first; i < vm->first + vm->nr; i++) {
		const struct who_thread *who = plan->lanes[i].who;
		uint32_t first = 0, last = cores - 1;

		if (who && who->has_cpus && !who->is_scattered) {
			first = who->first_cpu < cores ? who->first_cpu : cores - 1;
			last = who->last_cpu < cores ? who->last_cpu : cores - 1;
		}
		fprintf(out, "%s%u", i == vm->first ? "" : ", ", first);
		if (last > first)
			fprintf(out, "-%u", last);
	}
	fputc(']', out);
}

static void put_vm(FILE *out, const struct import_plan *plan, const struct import_vm *vm,
		   uint32_t cores)
{
	bool is_flow = vm->nr == 1 && !plan->doubts.dealt;
	const char *between = is_flow ? ", " : "\n    ";
	uint32_t i;

	if (is_flow) {
		fprintf(out, "  %s: {vcpus: 1, program: %s", vm->name, plan->lanes[vm->first].name);
	} else {
		fprintf(out, "  %s:\n    vcpus: %u\n    programs: [", vm->name, vm->nr);
		for (i = vm->first; i < vm->first + vm->nr; i++)
			fprintf(out, "%s%s", i == vm->first ? "" : ", ", plan->lanes[i].name);
		fputc(']', out);
	}
	if (vm->weight)
		fprintf(out, "%sweight: %u", between, vm->weight);
	else if (vm->nice)
		fprintf(out, "%snice: %d", between, vm->nice);
	put_pins(out, plan, vm, cores, between);
	fputs(is_flow ? "}\n" : "\n", out);
}

static uint32_t widest_of(const struct import_plan *plan)
{
	uint32_t i, widest = 1;

	for (i = 0; i < plan->nr_vms; i++)
		if (plan->vms[i].nr > widest)
			widest = plan->vms[i].nr;
	return widest;
}

/* To be compared with, unless it is the one that was recorded. */
static void put_policy(FILE *out, const struct import_plan *plan, const char *name, const char *why)
{
	if (!plan->policy || strcmp(plan->policy, name))
		fprintf(out, "  %s: {}%s\n", name, why);
}

static double percent_of(double error)
{
	return error * 100 < RECORDED_MAX_PCT ? error * 100 : RECORDED_MAX_PCT;
}

/* How honest all this is. */
static void put_recorded(FILE *out, const struct import_plan *plan)
{
	uint32_t i;

	if (!plan->is_checked)
		return;
	fputs("# how far the recorded policy, simulated, is off; comparisons say it\nrecorded:\n",
	      out);
	for (i = 0; i < plan->nr_vms; i++) {
		const struct import_vm *vm = &plan->vms[i];

		fprintf(out, "  %s: {policy: %s, cpu: %.1f%%, waiting: %.1f%%, switches: %.1f%%}\n",
			vm->name, plan->policy, percent_of(vm->cpus_off), percent_of(vm->waits_off),
			percent_of(vm->stints_off));
	}
}

void import_put_scenario(FILE *out, const struct import *import, const struct import_plan *plan,
			 const char *log_name, const char *bursts_file)
{
	uint32_t widest = widest_of(plan), i;
	uint32_t cores = import->nr_cpus > widest ? import->nr_cpus : widest;
	uint64_t duration_ms = (import->last_ns - import->first_ns) / 1000000 + 1;

	cores = cores < 4096 ? cores : 4096;
	fprintf(out, "# Made by `corun import`; everything here may be edited.\ncorun: 2\n");
	fprintf(out, "description: \"replay of %u tasks of ", plan->nr_tasks);
	put_quoted(out, log_name);
	fprintf(out,
		"\"\n# as many cores as the recording shows, and as the widest VM needs in a "
		"gang;\n"
		"# what the host did besides is in the recording\n"
		"host: {cores: %u, noise: {level: 0}}\n",
		cores);
	fprintf(out, "# as long as the recording\nrun: {duration: %" PRIu64 "ms}\n", duration_ms);
	if (plan->policy)
		fprintf(out, "policies:\n  %s: {}  # as recorded\n", plan->policy);
	else
		fputs("policies:\n  cfs: {}\n", out);
	if (plan->has_pins)
		put_policy(out, plan, "balance", "  # gang takes no pins");
	else
		put_policy(out, plan, "gang", "");
	put_recorded(out, plan);
	fputs("vms:\n", out);
	for (i = 0; i < plan->nr_vms; i++)
		put_vm(out, plan, &plan->vms[i], cores);
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

/* Who is whom, and what of it is not sure. */
static void put_doubts(FILE *out, const struct import_plan *plan)
{
	const struct import_doubts *d = &plan->doubts;

	if (plan->nr_guests)
		fprintf(out,
			"corun: import: %10u guests by the names of their vCPUs, %u host threads\n",
			plan->nr_guests, plan->nr_vms - plan->nr_guests);
	put_count(out, d->dealt,
		  "tasks dealt out to the VMs in turn: nothing in the recording says whose they "
		  "are (see --who)");
	put_count(out, d->by_order,
		  "vCPUs given to guests by the order of their thread ids, for want of process ids "
		  "(see --who)");
	put_count(out, d->silent,
		  "vCPUs left out: no burst was seen whole (do they never sleep? see --keep-cut)");
	put_count(out, d->missing,
		  "vCPUs of these guests, by their numbers, of which nothing is kept");
	put_count(out, d->twice, "vCPUs have the number of another one of their guest");
	put_count(out, d->real_time, "tasks of a real-time class, played with nice 0");
	put_count(out, d->mixed_nice,
		  "VMs whose vCPUs have different nice levels: that of the first");
	put_count(out, d->scattered, "threads whose CPUs are not one range: not pinned");
	put_count(out, d->weights, "cgroups' weights, shared evenly among the vCPUs");
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

	put_count(out, c->kvm, "events of KVM");
	put_count(out, c->kvm_strays,
		  "of those of threads that were not seen to be switched in: passed over");
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
	if (plan)
		put_doubts(out, plan);
	if (plan)
		import_put_kvm(out, import, plan);
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
