/* SPDX-License-Identifier: BSD-2-Clause */
/* page_html.c - the page, section by section; what it looks like and does is page/page.*. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "base/markup.h"
#include "page_parts.h"
#include "report/report_text.h"
#include "text/file.h"

/* -- verdict ------------------------------------------------------------------- */

static void put_verdict(FILE *to, const struct page *page, const struct page_verdict *verdict)
{
	uint32_t i;

	fputs("<header>\n", to);
	if (verdict->warning) {
		fputs("<p class=\"warning\" role=\"alert\">Not to be trusted: ", to);
		markup_text(to, verdict->warning);
		fputs(".</p>\n", to);
	}
	fputs("<h1 id=\"verdict\">", to);
	markup_text(to, verdict->sentence);
	fputs(".</h1>\n", to);
	if (*page->description) {
		fputs("<p class=\"about\">", to);
		markup_text(to, page->description);
		fputs("</p>\n", to);
	}
	if (verdict->nr_others)
		fputs("<ul>\n", to);
	for (i = 0; i < verdict->nr_others; i++) {
		fputs("<li>", to);
		markup_text(to, verdict->others[i]);
		fputs("</li>\n", to);
	}
	if (verdict->nr_others)
		fputs("</ul>\n", to);
	fputs("</header>\n", to);
}

/* -- table ----------------------------------------------------------------------- */

static void put_cell(FILE *to, const struct page_cell *cell, struct text_scale scale, bool baseline)
{
	char text[TEXT_MAX], moved[TEXT_MAX];

	text_estimate(text, &cell->value, scale);
	fprintf(to, "<td class=\"%s\"",
		baseline	 ? "base"
		: *cell->verdict ? cell->verdict
				 : "none");
	if (cell->difference.kind != EST_NA) {
		text_difference(moved, &cell->difference, scale);
		fprintf(to, " title=\"difference to the baseline: %s, %s\"", moved, cell->verdict);
	}
	fputc('>', to);
	markup_text(to, text);
	if (!baseline && *cell->verdict && strcmp(cell->verdict, "same") != 0)
		fprintf(to, " <span class=\"v\">%s</span>", cell->verdict);
	fputs("</td>", to);
}

static void put_row(FILE *to, const struct page *page, const struct page_row *row, bool shown)
{
	double largest = 0;
	struct text_scale scale;
	uint32_t p;

	for (p = 0; p < page->results.nr_policies; p++)
		if (row->cells[p].value.kind != EST_NA)
			largest = fmax(largest, fabs(row->cells[p].value.value));
	scale = text_scale(row->metric->unit, largest);
	fprintf(to, "<tr class=\"row%s\" data-metric=\"%s\" data-group=\"", shown ? "" : " more",
		row->metric->name);
	markup_text(to, row->group ? row->group : "");
	fprintf(to,
		"\"%s><th scope=\"row\"><button type=\"button\" class=\"metric\" "
		"aria-expanded=\"false\">%s</button></th><td class=\"unit\">%s</td>",
		shown ? "" : " hidden", row->metric->name, scale.unit);
	for (p = 0; p < page->results.nr_policies; p++)
		put_cell(to, &row->cells[p], scale, p == page->baseline);
	fprintf(to, "</tr>\n<tr class=\"definition\" hidden><td colspan=\"%u\">",
		page->results.nr_policies + 2);
	markup_text(to, row->metric->definition);
	fprintf(to, " Better: %s.</td></tr>\n", metric_better_name(row->metric));
}

/* What of a group is shown unasked: what the verdict may speak of. */
static bool shows_in_group(const struct page_row *row)
{
	static const char *const names[] = {"throughput", "completion", "spin",	       "corun",
					    "wait_p99",	  "wakeup_p99", "response_p99"};
	unsigned i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(row->metric->name, names[i]))
			return true;
	return false;
}

static void put_rows(FILE *to, const struct page *page)
{
	const char *group = NULL;
	uint32_t i, nr_groups = 0;

	for (i = 0; i < page->results.nr_groups; i++)
		nr_groups += !page->results.groups[i].noise;
	for (i = 0; i < page->nr_rows; i++) {
		const struct page_row *row = &page->rows[i];
		bool shown = page_shows(row);

		if (row->group && (nr_groups < 2 || !strcmp(row->group, "noise")))
			continue;
		if (row->group && (!group || strcmp(group, row->group) != 0)) {
			group = row->group;
			fprintf(to, "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"%u\">",
				page->results.nr_policies + 2);
			markup_text(to, group);
			fputs("</th></tr>\n", to);
		}
		put_row(to, page, row, shown || (row->group && shows_in_group(row)));
	}
}

/* Rows of a group stand together. */
static int by_group(const void *a, const void *b)
{
	const struct page_row *x = a, *y = b;

	if (!x->group || !y->group)
		return (x->group != NULL) - (y->group != NULL);
	if (strcmp(x->group, y->group) != 0)
		return strcmp(x->group, y->group);
	return x->metric < y->metric ? -1 : x->metric > y->metric;
}

static void put_table(FILE *to, const struct page *page)
{
	uint32_t p;

	qsort(page->rows, page->nr_rows, sizeof(*page->rows), by_group);
	fputs("<section aria-labelledby=\"h-table\">\n<h2 id=\"h-table\">Numbers</h2>\n<p "
	      "class=\"about\">Means with 95 % intervals; better, worse or undecided against the "
	      "baseline, paired over the runs. A click on a metric says what it is. <button "
	      "type=\"button\" id=\"all-metrics\" aria-pressed=\"false\">all metrics</button></p>\n"
	      "<div class=\"wide\"><table id=\"table\"",
	      to);
	fprintf(to, "%s>\n<thead><tr><th scope=\"col\">metric</th><th></th>",
		page->results.nr_policies > 3 ? " class=\"many\"" : "");
	for (p = 0; p < page->results.nr_policies; p++) {
		fputs("<th scope=\"col\">", to);
		markup_text(to, page->results.policies[p].name);
		fputs(p == page->baseline ? "<br><small>baseline</small></th>" : "</th>", to);
	}
	fputs("</tr></thead>\n<tbody>\n", to);
	put_rows(to, page);
	fputs("</tbody></table></div>\n</section>\n", to);
}

/* -- scenario and provenance --------------------------------------------------------- */

static int put_scenario(FILE *to, const struct page *page, struct error *err)
{
	char path[4200];
	struct file_text text = {0};
	char *line, *rest;

	if (snprintf(path, sizeof(path), "%s/scenario.yaml", page->dir) >= (int)sizeof(path) ||
	    file_read(path, "a resolved scenario", &text, err))
		return -1;
	fputs("<section aria-labelledby=\"h-scenario\">\n<h2 id=\"h-scenario\">Scenario</h2>\n"
	      "<details><summary>every key; what is a default is pale, with its source</summary>\n"
	      "<pre id=\"scenario\">",
	      to);
	rest = text.text;
	while ((line = strsep(&rest, "\n"))) {
		bool preset = strstr(line, "  # default") != NULL;

		if (!rest && !*line)
			break;
		fputs(preset ? "<span class=\"default\">" : "<span>", to);
		markup_text(to, line);
		fputs("\n</span>", to);
	}
	fputs("</pre></details>\n</section>\n", to);
	free(text.text);
	return 0;
}

static void put_fact(FILE *to, const char *name, const char *text)
{
	fprintf(to, "<dt>%s</dt><dd>", name);
	markup_text(to, text);
	fputs("</dd>\n", to);
}

static void put_provenance(FILE *to, const struct page *page)
{
	const struct results *r = &page->results;
	uint32_t p;

	fputs("<section aria-labelledby=\"h-origin\">\n<h2 id=\"h-origin\">Where it comes from"
	      "</h2>\n<dl>\n",
	      to);
	put_fact(to, "scenario", r->scenario);
	put_fact(to, "hash", r->hash);
	if (strcmp(page->hints, "none") != 0)
		put_fact(to, "hints", page->hints);
	fprintf(to,
		"<dt>runs</dt><dd>%u replications of each policy from number %u on, seed %llu, "
		"%.9g s each after %.9g s of warm-up; ended by: ",
		r->nr_reps, r->first, (unsigned long long)r->seed, page->window_s, page->warmup_s);
	markup_text(to, page->stopped_by);
	if (*page->primary) {
		fputs(" (", to);
		markup_text(to, page->primary);
		fputc(')', to);
	}
	fputs("</dd>\n", to);
	put_fact(to, "corun", r->corun);
	put_fact(to, "commit", r->commit);
	put_fact(to, "compiler", r->compiler);
	for (p = 0; p < r->nr_policies; p++) {
		fputs("<dt>policy ", to);
		markup_text(to, r->policies[p].name);
		fputs("</dt><dd>", to);
		markup_text(to, r->policies[p].policy);
		if (*r->policies[p].build) {
			fputs(", a shared object, build ", to);
			markup_text(to, r->policies[p].build);
		} else {
			fputs(", as corun has it", to);
		}
		fputs("</dd>\n", to);
	}
	fputs("</dl>\n</section>\n", to);
}

/* -- the page ------------------------------------------------------------------------- */

int page_html(FILE *to, const struct page *page, const struct page_verdict *verdict,
	      const struct page_figures *figures, struct error *err)
{
	if (page_put_head(to, verdict->sentence, err))
		return -1;
	put_verdict(to, page, verdict);
	put_table(to, page);
	if (page_put_timeline(to, page, err) || page_put_figures(to, figures, err))
		return -1;
	if (put_scenario(to, page, err))
		return -1;
	put_provenance(to, page);
	return page_put_foot(to, true, err);
}
