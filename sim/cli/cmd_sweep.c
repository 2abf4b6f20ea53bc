/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_sweep.c - corun sweep: compare at every point of a grid. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/output.h"
#include "report/report.h"
#include "run_study.h"
#include "study/sweep.h"

extern const struct verb verb_sweep; /* at the end */

/* Collected unless --metric says otherwise. */
#define DEFAULT_METRICS "throughput,spin,corun"

struct grid {
	struct run_options options; /* of all points */
	struct sweep sweep;
	struct output output; /* dir NULL: none */
	unsigned point; /* the one that runs */
	struct progress progress; /* over all points */
	bool some_void; /* at some point a policy has no results */
};

static int take(void *context, struct study *study, struct error *err)
{
	struct grid *grid = context;

	return sweep_take(&grid->sweep, grid->point, study, err);
}

/* "PATH=VALUE" for every path of the point's axes, to be freed. */
struct settings {
	char *texts[SWEEP_MAX_AXES * SWEEP_MAX_PATHS];
	unsigned nr;
};

static void settings_free(struct settings *settings)
{
	while (settings->nr)
		free(settings->texts[--settings->nr]);
}

static int settings_of(const struct sweep *sweep, unsigned point, struct settings *settings,
		       struct error *err)
{
	settings->nr = 0;
	for (unsigned a = 0; a < sweep->nr_axes; a++) {
		const struct sweep_axis *axis = &sweep->axes[a];
		const char *value = axis->values[sweep_value_at(sweep, point, a)];

		for (unsigned i = 0; i < axis->nr_paths; i++) {
			size_t size = strlen(axis->paths[i]) + strlen(value) + 2;
			char *text = malloc(size);

			if (!text)
				return error_set(err, STATUS_IO, "memory", "out of memory");
			snprintf(text, size, "%s=%s", axis->paths[i], value);
			settings->texts[settings->nr++] = text;
		}
	}
	return 0;
}

/* Runs or only checks one point: the exit status of its study, or -1 with *err. */
static int visit(struct grid *grid, unsigned point, bool only_check, struct error *err)
{
	struct run_options options = grid->options;
	const struct run_plan plan = {
		.options = &options,
		.all_policies = true,
		.all_reps = true,
		.take = take,
		.context = grid,
		.progress = only_check ? NULL : &grid->progress,
		.noted = point || !only_check,
		.only_check = only_check,
	};
	struct settings settings;
	char name[32];
	int status = settings_of(&grid->sweep, point, &settings, err);

	if (!status && options.nr_sets + settings.nr > RUN_MAX_SETS)
		status = error_set(err, STATUS_INPUT, "usage", "too many --set");
	for (unsigned i = 0; !status && i < settings.nr; i++)
		options.sets[options.nr_sets++] = settings.texts[i];
	options.dir = NULL;
	grid->point = point;
	snprintf(name, sizeof(name), "point-%04u", point);
	if (!status && !only_check && grid->output.dir) {
		options.dir = output_path(&grid->output, name);
		if (!options.dir)
			status = error_set(err, STATUS_IO, "memory", "out of memory");
	}
	if (!status)
		status = run_study(&plan, err);
	free((char *)options.dir);
	settings_free(&settings);
	return status;
}

/* " count=2 lock=tas" */
static void describe(const struct sweep *sweep, unsigned point, char *to, size_t size)
{
	size_t at = 0;

	*to = '\0';
	for (unsigned a = 0; a < sweep->nr_axes && at < size; a++)
		at += (size_t)snprintf(to + at, size - at, " %s=%s", sweep->axes[a].label,
				       sweep->axes[a].values[sweep_value_at(sweep, point, a)]);
}

static void announce(const struct grid *grid, unsigned point)
{
	char text[400];

	if (grid->options.quiet || !isatty(STDERR_FILENO))
		return;
	describe(&grid->sweep, point, text, sizeof(text));
	fprintf(stderr, "point %u of %u:%s\n", point + 1, grid->sweep.nr_points, text);
}

/* Says at which point it went wrong. */
static int fail_at(const struct grid *grid, unsigned point, struct error *err)
{
	struct error what = *err;
	char text[400];

	describe(&grid->sweep, point, text, sizeof(text));
	return error_set(err, what.status, what.kind, "%s (at%s)", what.text, text);
}

static int lay_out(struct grid *grid, struct error *err)
{
	const struct run_options *options = &grid->options;

	grid->sweep.scenario = options->scenario;
	for (unsigned i = 0; i < options->nr_overs; i++)
		if (sweep_add_axis(&grid->sweep, options->overs[i], err))
			return -1;
	if (sweep_set_metrics(&grid->sweep, options->metrics ? options->metrics : DEFAULT_METRICS,
			      err) ||
	    sweep_lay_out(&grid->sweep, err))
		return -1;
	/* a mistake in the last point should not come out after an hour */
	for (unsigned i = 0; i < grid->sweep.nr_points; i++)
		if (visit(grid, i, true, err))
			return fail_at(grid, i, err);
	if (options->dir && output_open(&grid->output, options->dir, options->force, err))
		return -1;
	/* the points' folders come one by one: what was there before makes way for them now */
	return options->dir ? output_clear(&grid->output, err) : 0;
}

/* 0, or -1 with *err; a signal ends it too, and what is complete is kept. */
static int run_each(struct grid *grid, struct error *err)
{
	progress_init(&grid->progress, grid->options.quiet);
	for (unsigned i = 0; i < grid->sweep.nr_points; i++) {
		int status;

		announce(grid, i);
		progress_part(&grid->progress, "point", i, grid->sweep.nr_points);
		status = visit(grid, i, false, err);
		if (status < 0 && err->status <= 128)
			return fail_at(grid, i, err);
		if (status < 0)
			status = (int)err->status; /* before the first replication was there */
		grid->some_void |= status == STATUS_MODEL;
		if (status && status != STATUS_MODEL) {
			/* too few replications to stand beside the others */
			grid->sweep.points[i].done = false;
			grid->sweep.interrupted = status - 128;
			return 0;
		}
	}
	return 0;
}

static int run_points(struct grid *grid, struct error *err)
{
	sigset_t ends, before;
	int failed;

	/* one that comes between two points waits for the next one's workers to see it */
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, &before);
	failed = run_each(grid, err);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return failed;
}

static int write_out(struct grid *grid, struct error *err)
{
	struct report_sweep_parts parts = {&grid->output, grid->sweep.nr_points};
	bool csv = !strcmp(grid->options.format, "csv");

	if (grid->output.dir &&
	    (output_file(&grid->output, "table.txt", report_sweep, &grid->sweep, err) ||
	     output_file(&grid->output, "sweep.csv", report_sweep_csv, &grid->sweep, err) ||
	     output_file(&grid->output, "sweep.json", report_sweep_json, &parts, err) ||
	     output_commit_beside(&grid->output, err)))
		return -1;
	if ((csv ? report_sweep_csv : report_sweep)(stdout, &grid->sweep))
		return error_set(err, STATUS_IO, "memory", "out of memory");
	return 0;
}

static int run_grid(struct grid *grid, struct error *err)
{
	struct error later;
	int failed;

	if (lay_out(grid, err))
		return -1;
	failed = run_points(grid, err);
	/* an error in between does not lose what came before */
	if (write_out(grid, failed ? &later : err))
		return -1;
	if (failed)
		return -1;
	if (grid->sweep.interrupted)
		return 128 + grid->sweep.interrupted;
	if (grid->options.plot && cli_draw(grid->options.dir, err))
		return -1;
	return grid->some_void ? STATUS_MODEL : STATUS_OK;
}

static int cmd_sweep(int argc, char **argv, struct error *err)
{
	struct grid grid = {0};
	int status = -1;

	if (run_options_parse(&verb_sweep, RUN_SWEEP, argc, argv, &grid.options, err))
		return -1;
	if (!strcmp(grid.options.format, "json"))
		error_set(err, STATUS_INPUT, "usage",
			  "--format: sweep writes table or csv; each point's folder holds its "
			  "summary.json");
	else
		status = run_grid(&grid, err);
	sweep_fini(&grid.sweep);
	output_fini(&grid.output);
	return status;
}

const struct verb verb_sweep = {
	.name = "sweep",
	.rank = 30,
	.arguments = "SCENARIO.yaml --over [LABEL:]PATH=VALUE,VALUE,... [options]",
	.summary = "compare the policies at every point of a grid",
	.help = "Each --over is an axis; all combinations are run, the last axis fastest.  Every\n"
		"point is checked before the first one runs.\n"
		"\n"
		"  --over [LABEL:]PATH[+PATH...]=VALUE,VALUE,...\n"
		"                     an axis: the paths are set to the same value; see `corun "
		"keys`\n"
		"  --metric A,GROUP:B what to show: metrics of all guests, or of one entry of vms\n"
		"                     (throughput,spin,corun)\n"
		"  --policy A,B       these policies only; as with compare\n"
		"  --plot             draw the pictures of the result folder; see `corun plot`\n"
		"\n"
		"-o DIR gets sweep.csv, a result folder a point, and sweep.json with their "
		"hashes.\n"
		"\n" //
	RUN_OPTIONS_HELP,
	.run = cmd_sweep,
};
