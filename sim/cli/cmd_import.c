/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_import.c - corun import: from a recording, or a workload of rt-app, to a scenario. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/inputs.h"
#include "base/outfile.h"
#include "import/import_open.h"
#include "import/import_xen.h"
#include "import_check.h"
#include "import_options.h"
#include "scenario/scenario_parts.h"

extern const struct verb verb_import; /* at the end */

/* -- output ----------------------------------------------------------------- */

static int write_bursts(const char *path, const struct import_plan *plan, struct error *err)
{
	struct outfile out;

	if (outfile_open(&out, path, err))
		return -1;
	import_put_bursts(out.file, plan);
	return outfile_close(&out, err);
}

static int write_scenario(const char *path, const struct import *import,
			  const struct import_plan *plan, const struct import_options *o,
			  struct error *err)
{
	const char *slash = strrchr(o->log, '/');
	struct outfile out;

	/* the check has read what it adds to */
	if (plan->is_checked ? outfile_renew(&out, path, err) : outfile_open(&out, path, err))
		return -1;
	import_put_scenario(out.file, import, plan, slash ? slash + 1 : o->log, "replay.bursts");
	return outfile_close(&out, err);
}

static int write_folder(const struct import *import, const struct import_plan *plan,
			const struct import_options *o, struct error *err)
{
	size_t room = strlen(o->folder) + 32;
	char *bursts = malloc(room), *scenario = malloc(room);
	struct stat st;
	int failed;

	if (!bursts || !scenario) {
		failed = error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	} else {
		snprintf(bursts, room, "%s/replay.bursts", o->folder);
		snprintf(scenario, room, "%s/replay.yaml", o->folder);
		if (!o->force && (!stat(bursts, &st) || !stat(scenario, &st)))
			failed = error_set(err, STATUS_INPUT, "usage",
					   "import: %s has a replay already; --force replaces it",
					   o->folder);
		else
			failed = write_bursts(bursts, plan, err) ||
				 write_scenario(scenario, import, plan, o, err);
	}
	free(bursts);
	free(scenario);
	return failed ? -1 : 0;
}

/* -- workloads of rt-app ---------------------------------------------------- */

/* DIR/NAME; NULL with *err. */
static char *file_in(const char *folder, const char *name, bool force, struct error *err)
{
	size_t room = strlen(folder) + strlen(name) + 2;
	char *path = malloc(room);
	struct stat st;

	if (!path) {
		error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
		return NULL;
	}
	snprintf(path, room, "%s/%s", folder, name);
	if (!force && !stat(path, &st))
		error_set(err, STATUS_INPUT, "usage",
			  "import: %s is there already; --force replaces it", path);
	else
		return path;
	free(path);
	return NULL;
}

static int write_text(const char *path, const char *text, struct error *err)
{
	struct outfile out;

	if (outfile_open(&out, path, err))
		return -1;
	fputs(text, out.file);
	return outfile_close(&out, err);
}

static int import_workload(const struct import_options *o, struct error *err)
{
	struct file_text file;
	char *scenario, *path = NULL;
	int failed;

	if (file_read(o->log, "a workload of rt-app", &file, err))
		return -1;
	failed = rtapp_import(o->log, file.text, file.length, &o->rtapp, &scenario, stderr, err);
	free(file.text);
	if (!failed && o->folder) {
		path = file_in(o->folder, "rt-app.yaml", o->force, err);
		failed = !path;
	}
	if (!failed)
		failed = write_text(path, scenario, err);
	free(path);
	free(scenario);
	return failed ? -1 : 0;
}

/* -- the verb --------------------------------------------------------------- */

static int read_log(struct import *import, const struct import_options *o, struct error *err)
{
	struct import_source source;
	struct error why;
	int failed;

	if (import_open(&source, o->log, err))
		return -1;
	failed = source.is_xen || o->is_xen
			 ? xen_read(import, source.file, source.name, o->khz, err)
			 : import_read(import, source.file, source.name, err);
	if (import_close(&source, &why)) {
		*err = why;
		return -1;
	}
	return failed;
}

static int read_who(struct import_who *who, const char *path, struct error *err)
{
	FILE *file = fopen(path, "re");
	int failed;

	if (!file)
		return error_set(err, STATUS_INPUT, "import", "%s: %s", path, strerror(errno));
	inputs_add(fileno(file));
	failed = who_read(who, file, path, err);
	fclose(file);
	return failed;
}

/* The policy that was recorded; what comes of it is written into the scenario. */
static int check_folder(const struct import *import, struct import_plan *plan,
			const struct import_options *o, struct error *err)
{
	size_t room = strlen(o->folder) + 32;
	char *path = malloc(room);
	int failed;

	if (!path)
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	snprintf(path, room, "%s/replay.yaml", o->folder);
	failed =
		import_check(path, plan, stdout, err) || write_scenario(path, import, plan, o, err);
	free(path);
	return failed ? -1 : 0;
}

static int import_log(struct import *import, struct import_options *o, struct error *err)
{
	struct import_who who = {0};
	struct import_plan plan;
	int failed;

	if (o->who && read_who(&who, o->who, err)) {
		who_free(&who);
		return -1;
	}
	if (o->who)
		o->wanted.who = &who;

	import_init(import);
	import->keep_cut = o->keep_cut;
	import->bridge_ns = o->bridge_ns;
	import->layout = o->layout;
	if (o->host) {
		import->has_machine = true;
		snprintf(import->machine, sizeof(import->machine), "%s", o->host);
	}
	failed = read_log(import, o, err) || import_plan_make(&plan, import, &o->wanted, err);
	if (failed) {
		/* why nothing is kept */
		if (import->counts.lines)
			import_put_summary(stderr, import, NULL);
	} else {
		failed = o->folder ? write_folder(import, &plan, o, err)
				   : write_bursts(o->bursts, &plan, err);
		import_put_summary(stderr, import, &plan);
		if (!failed && plan.policy)
			failed = check_folder(import, &plan, o, err);
		import_plan_free(&plan);
	}
	import_free(import);
	who_free(&who);
	return failed ? -1 : 0;
}

static int cmd_import(int argc, char **argv, struct error *err)
{
	struct import_options options = {0};
	struct import *import;
	int failed;

	if (import_options_parse(&verb_import, argc, argv, &options, err))
		return -1;
	if (options.from_rtapp)
		return import_workload(&options, err) ? -1 : STATUS_OK;
	import = malloc(sizeof(*import));
	if (!import)
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	failed = import_log(import, &options, err);
	free(import);
	return failed ? -1 : STATUS_OK;
}

const struct verb verb_import = {
	.name = "import",
	.rank = 100,
	.arguments = "FILE [-o DIR | --bursts FILE] [options]",
	.summary = "turn a recording into a replay, or a workload of rt-app into a scenario",
	.help = "  -o, --output DIR   write DIR/replay.bursts and DIR/replay.yaml\n"
		"      --bursts FILE  write the bursts only (default: to standard output)\n"
		"      --task REGEX   only tasks whose name matches (extended expression)\n"
		"      --top N        only the N tasks that ran most\n"
		"      --join         join tasks that did not overlap, as the slots of make -j\n"
		"      --by WHAT      whose vCPU a thread is: name (threads called as monitors "
		"call\n"
		"                     vCPUs; default, if there are any; the others are the "
		"host's),\n"
		"                     process, cgroup, or task (a VM each)\n"
		"      --vcpu-name X  what vCPUs are called, % for the number: 'CPU %/KVM'\n"
		"      --who FILE     what /proc says of threads: processes, CPUs, cgroups, "
		"weights\n"
		"      --check POLICY simulate the policy that was recorded, and compare each VM's "
		"CPU\n"
		"                     time, waiting and switches with the recording; the error is\n"
		"                     written into the scenario, and comparisons say it\n"
		"      --vms N        expect N VMs; if nothing says whose the tasks are, deal them "
		"out\n"
		"      --host NAME    of several recordings in one text, that of NAME: (default: "
		"the\n"
		"                     first)\n"
		"      --keep-cut     keep what the log's beginning or end cuts off\n"
		"      --bridge TIME  where a switch is missing: the task ran since the CPU's "
		"last\n"
		"                     switch, if that is not longer ago (default: leave it out)\n"
		"      --force        replace the replay that DIR has already\n"
		"      --format F     ftrace, latency or perf: how the lines are laid out, where "
		"that\n"
		"                     is not to be found out; xentrace: from a pipe; or rt-app:\n"
		"                     its JSON becomes DIR/rt-app.yaml, or standard output: the\n"
		"                     threads of one VM, with mutexes and barriers that block\n"
		"      --mhz N        xentrace: cycles of its clock in a microsecond\n"
		"      --vcpus N      rt-app: of that VM (default: a vCPU a thread, at most 4)\n"
		"      --separate     rt-app: each thread a VM of one vCPU, with its nice level "
		"and\n"
		"                     CPUs\n"
		"A recording is what /sys/kernel/tracing/trace, trace-cmd report or perf script\n"
		"print, or a trace.dat or perf.data where that program is installed, or what\n"
		"xentrace writes; - is standard input: zcat LOG.txt.gz | corun import - -o DIR\n"
		"A burst runs from a wake-up to the next block; preemptions (R+) and yields (R)\n"
		"do not end it.  What the log does not show from beginning to end is left out;\n"
		"the summary on standard error counts it.\n",
	.run = cmd_import,
};
