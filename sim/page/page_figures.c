/* SPDX-License-Identifier: BSD-2-Clause */
/* page_figures.c - gnuplot's figures of a folder, inside the page. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "page_parts.h"
#include "base/markup.h"
#include "plot/plot.h"
#include "plot/plot_figures.h"
#include "text/file.h"

#define WIDTH_IN 9.0

static int draw_one(const struct plot_figure *figure, const char *scripts, const char *dir,
		    const char *folder, struct error *err)
{
	const char *dirs[] = {dir};
	const struct plot_request request = {.dirs = dirs, .nr_dirs = 1, .window_ns = 60000000};
	char stem[4200];
	const struct plot_job job = {scripts, figure->name, figure->summary, stem, WIDTH_IN};
	int found;

	if (snprintf(stem, sizeof(stem), "%s/%s", folder, figure->name) >= (int)sizeof(stem))
		return error_set(err, STATUS_IO, "plot", "%.300s: too long a name", folder);
	found = plot_prepare(figure, &request, stem, err);
	return found > 0 ? plot_draw(&job, "svg", err) : found;
}

void page_draw_figures(struct page_figures *figures, const char *dir)
{
	const char *parent = getenv("TMPDIR");
	char *scripts = plot_find_scripts(&figures->why), path[4200];
	unsigned i;
	int failed = scripts ? 0 : -1;

	figures->folder = NULL;
	snprintf(path, sizeof(path), "%.4000s/corun-report-XXXXXX",
		 parent && *parent ? parent : "/tmp");
	if (!failed && mkdtemp(path))
		figures->folder = strdup(path);
	else if (!failed)
		failed = error_set(&figures->why, STATUS_IO, "plot", "%.300s: %s", path,
				   strerror(errno));
	for (i = 0; i < nr_plot_figures && !failed && figures->folder; i++)
		/* the page has a timeline of its own */
		if (strcmp(plot_figures[i]->name, "timeline") != 0)
			failed = draw_one(plot_figures[i], scripts, dir, figures->folder,
					  &figures->why);
	free(scripts);
	if (failed)
		page_drop_figures(figures);
}

void page_drop_figures(struct page_figures *figures)
{
	DIR *folder = figures->folder ? opendir(figures->folder) : NULL;
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder)
		closedir(folder);
	if (figures->folder)
		rmdir(figures->folder);
	free(figures->folder);
	figures->folder = NULL;
}

/* -- into the page ---------------------------------------------------------------- */

/* Names within a picture are its own: two pictures of one page must not share them. */
static void put_svg(FILE *to, const char *text, unsigned number)
{
	static const char *const marks[] = {" id='", " id=\"", "href='#", "href=\"#", "url(#"};
	const char *svg = strstr(text, "<svg");
	unsigned i;

	for (text = svg ? svg : text; *text; text++) {
		for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
			if (!strncmp(text, marks[i], strlen(marks[i])))
				break;
		if (i == sizeof(marks) / sizeof(marks[0])) {
			fputc(*text, to);
			continue;
		}
		fprintf(to, "%sf%u-", marks[i], number);
		text += strlen(marks[i]) - 1;
	}
}

static int put_figure(FILE *to, const struct plot_figure *figure, const char *path, unsigned number,
		      struct error *err)
{
	struct file_text text = {0};

	if (file_read(path, "a picture", &text, err))
		return -1;
	fprintf(to, "<figure id=\"figure-%s\"><figcaption>", figure->name);
	markup_text(to, figure->summary);
	fputs("</figcaption>\n", to);
	put_svg(to, text.text, number);
	fputs("</figure>\n", to);
	free(text.text);
	return 0;
}

int page_put_figures(FILE *to, const struct page_figures *figures, struct error *err)
{
	char path[4200];
	unsigned i;

	fputs("<section aria-labelledby=\"h-figures\">\n<h2 id=\"h-figures\">Figures</h2>\n", to);
	if (!figures->folder) {
		fputs("<p class=\"warning\">None: ", to);
		markup_text(to, figures->why.text);
		fputs("</p>\n", to);
	}
	for (i = 0; i < nr_plot_figures && figures->folder; i++) {
		snprintf(path, sizeof(path), "%.4000s/%s.svg", figures->folder,
			 plot_figures[i]->name);
		if (!access(path, R_OK) && put_figure(to, plot_figures[i], path, i, err))
			return -1;
	}
	fputs("</section>\n", to);
	return 0;
}
