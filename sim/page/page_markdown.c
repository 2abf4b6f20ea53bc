/* SPDX-License-Identifier: BSD-2-Clause */
/* page_markdown.c - verdict and table for a pull request. */
#include <math.h>
#include <string.h>

#include "page.h"
#include "report/report_text.h"

/* Inside a cell a bar would end it, and names may hold what means something. */
static void put_cell(FILE *to, const char *text)
{
	for (; *text; text++) {
		if (*text == '|' || *text == '<' || *text == '*' || *text == '_')
			fputc('\\', to);
		fputc(*text, to);
	}
}

static void put_row(FILE *to, const struct page *page, const struct page_row *row)
{
	double largest = 0;
	struct text_scale scale;
	char text[TEXT_MAX];
	uint32_t p;

	for (p = 0; p < page->results.nr_policies; p++)
		if (row->cells[p].value.kind != EST_NA)
			largest = fmax(largest, fabs(row->cells[p].value.value));
	scale = text_scale(row->metric->unit, largest);
	fputs("| ", to);
	put_cell(to, row->metric->name);
	fprintf(to, " | %s |", scale.unit);
	for (p = 0; p < page->results.nr_policies; p++) {
		const struct page_cell *cell = &row->cells[p];

		text_estimate(text, &cell->value, scale);
		fprintf(to, " %s%s%s |", text, *cell->verdict ? " " : "",
			!strcmp(cell->verdict, "better")  ? "**better**"
			: !strcmp(cell->verdict, "worse") ? "**worse**"
							  : cell->verdict);
	}
	fputc('\n', to);
}

int page_markdown(FILE *to, const struct page *page, const struct page_verdict *verdict)
{
	uint32_t p, i;

	if (verdict->warning)
		fprintf(to, "**Not to be trusted:** %s.\n\n", verdict->warning);
	fprintf(to, "### corun: %s\n\n", verdict->sentence);
	for (i = 0; i < verdict->nr_others; i++)
		fprintf(to, "- %s\n", verdict->others[i]);
	fputs("\n| metric | |", to);
	for (p = 0; p < page->results.nr_policies; p++) {
		fputc(' ', to);
		put_cell(to, page->results.policies[p].name);
		fputs(p == page->baseline ? " (baseline) |" : " |", to);
	}
	fputs("\n|---|---|", to);
	for (p = 0; p < page->results.nr_policies; p++)
		fputs("---:|", to);
	fputc('\n', to);
	for (i = 0; i < page->nr_rows; i++)
		if (page_shows(&page->rows[i]))
			put_row(to, page, &page->rows[i]);
	fprintf(to,
		"\n%u replications of each policy, 95 %% intervals, differences paired; scenario ",
		page->results.nr_reps);
	put_cell(to, page->results.scenario);
	fprintf(to, ", hash %s, seed %llu; corun %s\n", page->results.hash,
		(unsigned long long)page->results.seed, page->results.corun);
	return 0;
}
