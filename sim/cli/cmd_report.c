/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_report.c - corun report: a result folder as one file that a colleague opens. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/outfile.h"
#include "base/utf8.h"
#include "cli.h"
#include "page/page.h"
#include "page/page_parts.h"
#include "text/file.h"

extern const struct verb verb_report; /* at the end */

enum format { FORMAT_HTML, FORMAT_MARKDOWN, FORMAT_TEXT, NR_FORMATS };

struct report_options {
	const char *dir, *output;
	unsigned format;
	bool no_figures;
};

static int parse_options(int argc, char **argv, struct report_options *o, struct error *err)
{
	static const struct option options[] = {{"format", required_argument, NULL, 'f'},
						{"output", required_argument, NULL, 'o'},
						{"no-figures", no_argument, NULL, 'n'},
						{0}};
	static const char *const formats[NR_FORMATS] = {"html", "markdown", "text"};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":f:o:", options, NULL)) != -1) {
		if (option == '?' || option == ':')
			return cli_bad_option(&verb_report, options, argv[optind - 1], err);
		if (option == 'o')
			o->output = optarg;
		o->no_figures |= option == 'n';
		if (option == 'f' &&
		    cli_find_word("report: --format", optarg, formats, NR_FORMATS, &o->format, err))
			return -1;
	}
	if (optind + 1 != argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "report: found %d result folders, expected one; see `corun help "
				 "report`",
				 argc - optind);
	o->dir = argv[optind];
	if (o->format == FORMAT_HTML && !o->output)
		return error_set(err, STATUS_INPUT, "usage",
				 "report: a page is written to a file: expected -o FILE.html, or "
				 "--format markdown or text");
	return 0;
}

/* The table, as it was printed. */
static int put_text(FILE *to, const char *dir, struct error *err)
{
	const char *name = page_plain_text(dir) ? page_plain_text(dir) : "table.txt";
	size_t room = strlen(dir) + strlen(name) + 2;
	char *path = malloc(room);
	struct file_text text = {0};
	int failed = -1;

	if (!path) {
		error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	} else {
		snprintf(path, room, "%s/%s", dir, name);
		failed = file_read(path, "a result folder with its table", &text, err);
	}
	if (!failed && (strlen(text.text) != text.length || !utf8_is_text(text.text)))
		failed = error_set(err, STATUS_INPUT, "results",
				   "%.300s/table.txt: found bytes that are no text, expected a "
				   "table",
				   dir);
	if (!failed)
		fputs(text.text, to);
	free(text.text);
	free(path);
	return failed;
}

static void draw(struct page_figures *figures, const struct report_options *o)
{
	error_set(&figures->why, STATUS_OK, "", "left out, as asked");
	if (o->no_figures)
		return;
	page_draw_figures(figures, o->dir);
	if (!figures->folder)
		fprintf(stderr, "corun: note: no figures in the page: %s\n", figures->why.text);
}

/* A folder of sweep, diff or check. */
static int put_plain(FILE *to, const struct report_options *o, struct error *err)
{
	struct page_figures figures = {0};
	int failed;

	if (o->format == FORMAT_MARKDOWN)
		return error_set(err, STATUS_INPUT, "usage",
				 "report: --format markdown is for a folder of compare; a gate's "
				 "folder has summary.md");
	draw(&figures, o);
	failed = page_plain(to, o->dir, &figures, err);
	page_drop_figures(&figures);
	return failed;
}

static int put_page(FILE *to, struct page *page, const struct report_options *o, struct error *err)
{
	struct page_verdict verdict;
	struct page_figures figures = {0};
	int failed;

	if (page_judge(page, &verdict, err))
		return -1;
	if (o->format == FORMAT_MARKDOWN)
		return page_markdown(to, page, &verdict);
	draw(&figures, o);
	failed = page_html(to, page, &verdict, &figures, err);
	page_drop_figures(&figures);
	return failed;
}

static int write_report(FILE *to, const struct report_options *o, struct error *err)
{
	struct page page;
	int failed;

	/* a gate's folder has no marker: its reports are for reading only */
	if ((!page_plain_text(o->dir) || strcmp(page_plain_text(o->dir), "check.txt") != 0) &&
	    results_check(o->dir, err))
		return -1;
	if (o->format == FORMAT_TEXT)
		return put_text(to, o->dir, err);
	if (page_plain_text(o->dir))
		return put_plain(to, o, err);
	failed = page_read(&page, o->dir, err);
	if (!failed)
		failed = put_page(to, &page, o, err);
	page_close(&page);
	return failed;
}

static int cmd_report(int argc, char **argv, struct error *err)
{
	struct report_options o = {0};
	struct outfile out;

	if (parse_options(argc, argv, &o, err) || outfile_open(&out, o.output, err))
		return -1;
	if (write_report(out.file, &o, err)) {
		outfile_abort(&out);
		return -1;
	}
	return outfile_close(&out, err) ? -1 : STATUS_OK;
}

const struct verb verb_report = {
	.name = "report",
	.rank = 45,
	.arguments = "DIR -o REPORT.html | --format markdown|text",
	.summary = "a result folder as one file that a colleague opens, or as text",
	.help = "  -o, --output FILE  the page: one file that needs nothing else, to be mailed: "
		"the\n"
		"                     verdict, the table, the figures, the scenario and where it "
		"all\n"
		"                     comes from\n"
		"  -f, --format FORMAT  html (default); markdown: verdict and table for a pull "
		"request;\n"
		"                     text: the table again, as it was printed\n"
		"      --no-figures   without gnuplot's figures\n"
		"DIR is a result folder of `corun compare -o`; of sweep, diff and check the page "
		"has\n"
		"the table as it was printed, and the figures.  Figures need gnuplot; without it "
		"the\n"
		"page says so.\n",
	.run = cmd_report,
};
