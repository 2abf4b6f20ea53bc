/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_plot.c - corun plot: the pictures of a result folder. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/folder.h"
#include "base/suggest.h"
#include "base/units.h"
#include "cli.h"
#include "plot/plot.h"
#include "plot/plot_figures.h"
#include "study/results.h"

extern const struct verb verb_plot; /* at the end */

#define NR_FORMATS 3u

static const char *const formats[NR_FORMATS] = {"png", "svg", "pdf"};

struct plot_options {
	struct plot_request request;
	const char *output; /* folder of the pictures, NULL: DIR/plots */
	bool format[NR_FORMATS];
	const char *only; /* "time,latency", or NULL */
	double width_in; /* --width; 0: each as it likes */
};

/* -- options ---------------------------------------------------------------- */

/* Is name an element of "a,b,c"? */
static bool is_listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (;;) {
		size_t length = strcspn(list, ",");

		if (length == n && !strncmp(list, name, n))
			return true;
		if (!list[length])
			return false;
		list += length + 1;
	}
}

static int no_such(const char *what, const char *given, size_t length, const char *const *names,
		   unsigned nr, struct error *err)
{
	char name[64];
	const char *near;

	snprintf(name, sizeof(name), "%.*s", (int)(length < 60 ? length : 60), given);
	near = suggest_nearest(name, names, nr);
	return error_set(err, STATUS_INPUT, "usage", "plot: no %s '%s'%s%s%s", what, name,
			 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Every element of the list must be one of the names. */
static int check_list(const char *what, const char *list, const char *const *names, unsigned nr,
		      struct error *err)
{
	unsigned i;

	for (;;) {
		size_t length = strcspn(list, ",");

		for (i = 0; i < nr; i++)
			if (strlen(names[i]) == length && !strncmp(list, names[i], length))
				break;
		if (i == nr)
			return no_such(what, list, length, names, nr, err);
		if (!list[length])
			return 0;
		list += length + 1;
	}
}

static int parse_formats(struct plot_options *o, const char *list, struct error *err)
{
	unsigned i;

	if (check_list("format", list, formats, NR_FORMATS, err))
		return -1;
	for (i = 0; i < NR_FORMATS; i++)
		o->format[i] = is_listed(list, formats[i]);
	return 0;
}

static int parse_only(struct plot_options *o, const char *list, struct error *err)
{
	const char **names = malloc(nr_plot_figures * sizeof(*names));
	unsigned i;
	int failed;

	if (!names)
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	for (i = 0; i < nr_plot_figures; i++)
		names[i] = plot_figures[i]->name;
	o->only = list;
	failed = check_list("figure", list, names, i, err);
	free(names);
	return failed;
}

static int parse_time(const char *option, const char *text, uint64_t *ns, struct error *err)
{
	if (unit_parse_ns(text, ns))
		return error_set(err, STATUS_INPUT, "usage",
				 "plot: --%s '%s': expected a time with its unit, such as 60ms",
				 option, text);
	return 0;
}

/* "3.3in", "84mm", "8.4cm": a page's or a column's. */
static int parse_width(const char *text, double *inches, struct error *err)
{
	static const struct {
		const char *unit;
		double inches;
	} units[] = {{"in", 1}, {"mm", 1 / 25.4}, {"cm", 1 / 2.54}};
	char *end;
	double x = strtod(text, &end);
	unsigned i;

	for (i = 0; end != text && i < 3; i++) {
		*inches = x * units[i].inches;
		if (!strcmp(end, units[i].unit) && *inches >= 2.5 && *inches <= 40)
			return 0;
	}
	return error_set(err, STATUS_INPUT, "usage",
			 "plot: --width '%.60s': expected 2.5in to 40in, or so many mm or cm",
			 text);
}

static int parse_option(struct plot_options *o, int option, struct error *err)
{
	switch (option) {
	case 'f':
		return parse_formats(o, optarg, err);
	case 'o':
		o->output = optarg;
		return cli_check_output("-o", optarg, "folder", err);
	case 'n':
		return parse_only(o, optarg, err);
	case 'W':
		return parse_width(optarg, &o->width_in, err);
	case 's':
		o->request.from_given = true;
		return parse_time("from", optarg, &o->request.from_ns, err);
	default:
		if (parse_time("window", optarg, &o->request.window_ns, err))
			return -1;
		if (!o->request.window_ns)
			return error_set(err, STATUS_INPUT, "usage",
					 "plot: --window 0: nothing to see");
		return 0;
	}
}

static int parse_options(int argc, char **argv, struct plot_options *o, struct error *err)
{
	static const struct option options[] = {{"format", required_argument, NULL, 'f'},
						{"output", required_argument, NULL, 'o'},
						{"only", required_argument, NULL, 'n'},
						{"from", required_argument, NULL, 's'},
						{"window", required_argument, NULL, 'w'},
						{"width", required_argument, NULL, 'W'},
						{0}};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":f:o:", options, NULL)) != -1) {
		if (option == '?' || option == ':')
			return cli_bad_option(&verb_plot, options, argv[optind - 1], err);
		if (parse_option(o, option, err))
			return -1;
	}
	o->request.nr_dirs = (unsigned)(argc - optind);
	o->request.dirs = (const char *const *)argv + optind;
	if (!o->request.nr_dirs)
		return error_set(err, STATUS_INPUT, "usage", "plot: expected a result folder");
	if (o->request.nr_dirs > 1 && !o->output)
		return error_set(err, STATUS_INPUT, "usage",
				 "plot: several folders are compared in a folder of their own: -o");
	return 0;
}

/* -- drawing ---------------------------------------------------------------- */

static int make_folder(const char *path, struct error *err)
{
	unsigned nr_made;
	int why = folder_make(path, &nr_made);

	return why ? error_set(err, STATUS_IO, "output", "%s: %s", path, strerror(why)) : 0;
}

/* Draws one figure in all formats; counts pictures in *nr. */
static int draw_figure(const struct plot_figure *figure, const struct plot_options *o,
		       const char *scripts, const char *folder, unsigned *nr, struct error *err)
{
	size_t room = strlen(folder) + strlen(figure->name) + 2;
	char *stem = malloc(room);
	const struct plot_job job = {scripts, figure->name, figure->summary, stem, o->width_in};
	unsigned i;
	int found;

	if (!stem)
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	snprintf(stem, room, "%s/%s", folder, figure->name);
	found = plot_prepare(figure, &o->request, stem, err);
	for (i = 0; i < NR_FORMATS && found > 0; i++) {
		if (!o->format[i])
			continue;
		if (plot_draw(&job, formats[i], err)) {
			found = -1;
			break;
		}
		printf("%s.%s\n", stem, formats[i]);
		++*nr;
	}
	if (!found && o->only)
		found = error_set(err, STATUS_INPUT, "plot", "%s has no data for %s",
				  o->request.dirs[0], figure->name);
	free(stem);
	return found < 0 ? -1 : 0;
}

static int draw(const struct plot_options *o, const char *scripts, const char *folder,
		struct error *err)
{
	unsigned i, nr = 0;
	int failed = make_folder(folder, err);

	for (i = 0; i < nr_plot_figures && !failed; i++) {
		const struct plot_figure *figure = plot_figures[i];

		if (o->only && !is_listed(o->only, figure->name))
			continue;
		/* several folders are several points of one sweep, or panels */
		if (o->request.nr_dirs > 1 && !figure->takes_several)
			continue;
		failed = draw_figure(figure, o, scripts, folder, &nr, err);
	}
	if (!failed && !nr)
		failed = error_set(err, STATUS_INPUT, "plot",
				   "%s holds nothing to draw: expected a result folder of "
				   "`corun compare -o`",
				   o->request.dirs[0]);
	return failed;
}

static int cmd_plot(int argc, char **argv, struct error *err)
{
	struct plot_options options = {.format = {true}, .request = {.window_ns = 60000000}};
	char *scripts, *folder;
	struct stat st;
	size_t room;
	unsigned i;
	int failed;

	if (parse_options(argc, argv, &options, err))
		return -1;
	if (stat(options.request.dirs[0], &st) || !S_ISDIR(st.st_mode))
		return error_set(err, STATUS_INPUT, "plot", "%s: not a folder",
				 options.request.dirs[0]);
	for (i = 0; i < options.request.nr_dirs; i++)
		if (results_check(options.request.dirs[i], err))
			return -1;
	scripts = plot_find_scripts(err);
	if (!scripts)
		return -1;
	room = strlen(options.request.dirs[0]) + sizeof("/plots");
	folder = malloc(room);
	if (!folder) {
		free(scripts);
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	}
	snprintf(folder, room, "%s/plots", options.request.dirs[0]);
	failed = draw(&options, scripts, options.output ? options.output : folder, err);
	free(folder);
	free(scripts);
	return failed ? -1 : STATUS_OK;
}

static void list_figures(FILE *to)
{
	unsigned i;

	fputs("\nfigures:\n", to);
	for (i = 0; i < nr_plot_figures; i++)
		fprintf(to, "  %-12s %s\n", plot_figures[i]->name, plot_figures[i]->summary);
}

const struct verb verb_plot = {
	.name = "plot",
	.rank = 40,
	.arguments = "DIR... [--format png,svg,pdf] [--only NAME,...] [-o OUT]",
	.summary = "draw the pictures of a result folder",
	.help = "  -f, --format LIST  png (default), svg, pdf\n"
		"      --only LIST    of the figures below\n"
		"  -o, --output OUT   folder of the pictures (default: DIR/plots)\n"
		"      --width WIDTH  3.3in, 84mm: a column's, with a layout for it; letters stay "
		"as\n"
		"                     large as they are (8 points below 5in, else 9)\n"
		"      --from TIME    timeline: begin of the window (default: half of the run)\n"
		"      --window TIME  timeline: its length (default: 60ms)\n"
		"Draws whatever DIR has data for: time, latency and shares always; the timeline "
		"if\n"
		"there are traces (compare --trace); overcommit and map from sweep.csv (`corun "
		"sweep`).  Several folders\n"
		"are the points of one sweep over overcommit, or panels of grain, and need -o.\n"
		"Needs gnuplot.  NAME.dat and NAME.vars beside a picture are what it was drawn "
		"from.\n",
	.help_more = list_figures,
	.run = cmd_plot,
};
