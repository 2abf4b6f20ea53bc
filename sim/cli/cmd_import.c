/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_import.c - corun import: from a recording, or a workload of rt-app, to a scenario. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/outfile.h"
#include "base/units.h"
#include "cli.h"
#include "import/import_open.h"
#include "import/import_out.h"
#include "import/import_rtapp.h"
#include "scenario/scenario_parts.h"

extern const struct verb verb_import; /* at the end */

struct import_options {
	const char *log;
	const char *folder; /* -o */
	const char *bursts; /* --bursts */
	const char *host; /* --host */
	struct import_wanted wanted;
	uint32_t nr_vms;
	uint64_t bridge_ns;
	bool keep_cut, force;
	enum ftrace_layout layout; /* --format */
	bool from_rtapp;
	bool only_ftrace; /* an option was given that is about logs */
	struct rtapp_options rtapp;
};

static int parse_count(const char *option, const char *text, uint32_t *value, struct error *err)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || v < 1 || v > IMPORT_MAX_KEPT)
		return error_set(err, STATUS_INPUT, "usage",
				 "import: --%s '%s': expected a number from 1 to %u", option, text,
				 IMPORT_MAX_KEPT);
	*value = (uint32_t)v;
	return 0;
}

static int parse_format(const char *text, struct import_options *o, struct error *err)
{
	const char *names[FTRACE_NR_LAYOUTS];
	enum ftrace_layout layout;
	unsigned nr = 0, found;

	for (layout = FTRACE_ANY + 1; layout < FTRACE_NR_LAYOUTS; layout++)
		names[nr++] = ftrace_layout_name(layout);
	names[nr++] = "rt-app";
	if (cli_find_word("import: --format", text, names, nr, &found, err))
		return -1;
	o->from_rtapp = found == nr - 1;
	o->layout = o->from_rtapp ? FTRACE_ANY : FTRACE_ANY + 1 + found;
	return 0;
}

static int check_options(const struct import_options *o, int nr_arguments, struct error *err)
{
	if (nr_arguments != 1)
		return error_set(err, STATUS_INPUT, "usage", "import: expected one log, got %d",
				 nr_arguments);
	if (o->from_rtapp && (o->only_ftrace || o->bursts))
		return error_set(err, STATUS_INPUT, "usage",
				 "import: a workload of rt-app has no bursts: expected -o, "
				 "--vcpus, "
				 "--separate and --force only");
	if (!o->from_rtapp && (o->rtapp.nr_vcpus || o->rtapp.separate))
		return error_set(err, STATUS_INPUT, "usage",
				 "import: --vcpus and --separate are for --format rt-app");
	if (o->folder && o->bursts)
		return error_set(err, STATUS_INPUT, "usage",
				 "import: -o and --bursts exclude one another");
	if (o->nr_vms && !o->folder)
		return error_set(err, STATUS_INPUT, "usage",
				 "import: --vms is about the scenario, which needs -o");
	return 0;
}

static int parse_options(int argc, char **argv, struct import_options *o, struct error *err)
{
	static const struct option options[] =
		{{"output", required_argument, NULL, 'o'}, {"bursts", required_argument, NULL, 'b'},
		 {"task", required_argument, NULL, 't'},   {"top", required_argument, NULL, 'n'},
		 {"vms", required_argument, NULL, 'v'},	   {"bridge", required_argument, NULL, 'g'},
		 {"join", no_argument, NULL, 'j'},	   {"keep-cut", no_argument, NULL, 'k'},
		 {"force", no_argument, NULL, 'f'},	   {"format", required_argument, NULL, 'F'},
		 {"vcpus", required_argument, NULL, 'c'},  {"separate", no_argument, NULL, 's'},
		 {"host", required_argument, NULL, 'h'},   {0}};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
		o->only_ftrace |= strchr("tnvgjkh", option) != NULL;
		switch (option) {
		case 'o':
			o->folder = optarg;
			if (cli_check_output("-o", optarg, "folder", err))
				return -1;
			break;
		case 'b':
			o->bursts = optarg;
			break;
		case 't':
			o->wanted.regex = optarg;
			break;
		case 'n':
			if (parse_count("top", optarg, &o->wanted.top, err))
				return -1;
			break;
		case 'v':
			if (parse_count("vms", optarg, &o->nr_vms, err))
				return -1;
			break;
		case 'g':
			if (unit_parse_ns(optarg, &o->bridge_ns))
				return error_set(err, STATUS_INPUT, "usage",
						 "import: --bridge '%s': expected a time with its "
						 "unit, such as 5ms",
						 optarg);
			break;
		case 'j':
			o->wanted.join = true;
			break;
		case 'k':
			o->keep_cut = true;
			break;
		case 'f':
			o->force = true;
			break;
		case 'F':
			if (parse_format(optarg, o, err))
				return -1;
			break;
		case 'h':
			o->host = optarg;
			break;
		case 'c':
			if (parse_count("vcpus", optarg, &o->rtapp.nr_vcpus, err))
				return -1;
			break;
		case 's':
			o->rtapp.separate = true;
			break;
		default:
			return cli_bad_option(&verb_import, options, argv[optind - 1], err);
		}
	}
	o->log = argv[optind];
	return check_options(o, argc - optind, err);
}

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

	if (outfile_open(&out, path, err))
		return -1;
	import_put_scenario(out.file, import, plan, slash ? slash + 1 : o->log, "replay.bursts",
			    o->nr_vms);
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

static int read_log(struct import *import, const char *path, struct error *err)
{
	struct import_source source;
	struct error why;
	int failed;

	if (import_open(&source, path, err))
		return -1;
	failed = import_read(import, source.file, source.name, err);
	if (import_close(&source, &why)) {
		*err = why;
		return -1;
	}
	return failed;
}

static int import_log(struct import *import, const struct import_options *o, struct error *err)
{
	struct import_plan plan;
	int failed;

	import_init(import);
	import->keep_cut = o->keep_cut;
	import->bridge_ns = o->bridge_ns;
	import->layout = o->layout;
	if (o->host) {
		import->has_machine = true;
		snprintf(import->machine, sizeof(import->machine), "%s", o->host);
	}
	failed = read_log(import, o->log, err) || import_plan_make(&plan, import, &o->wanted, err);
	if (failed) {
		/* why nothing is kept */
		if (import->counts.lines)
			import_put_summary(stderr, import, NULL);
	} else {
		failed = o->folder ? write_folder(import, &plan, o, err)
				   : write_bursts(o->bursts, &plan, err);
		import_put_summary(stderr, import, &plan);
		import_plan_free(&plan);
	}
	import_free(import);
	return failed ? -1 : 0;
}

static int cmd_import(int argc, char **argv, struct error *err)
{
	struct import_options options = {0};
	struct import *import;
	int failed;

	if (parse_options(argc, argv, &options, err))
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
		"      --vms N        the tasks are the vCPUs of N VMs (default: a VM a task)\n"
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
		"                     is not to be found out; or rt-app: its JSON becomes\n"
		"                     DIR/rt-app.yaml, or standard output: the threads of one VM,\n"
		"                     with mutexes and barriers that block\n"
		"      --vcpus N      rt-app: of that VM (default: a vCPU a thread, at most 4)\n"
		"      --separate     rt-app: each thread a VM of one vCPU, with its nice level "
		"and\n"
		"                     CPUs\n"
		"A recording is what /sys/kernel/tracing/trace, trace-cmd report or perf script\n"
		"print, or a trace.dat or perf.data where that program is installed; - is "
		"standard\n"
		"input: zcat LOG.txt.gz | corun import - -o DIR\n"
		"A burst runs from a wake-up to the next block; preemptions (R+) and yields (R)\n"
		"do not end it.  What the log does not show from beginning to end is left out;\n"
		"the summary on standard error counts it.\n",
	.run = cmd_import,
};
