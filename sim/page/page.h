/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - a result folder of compare as one page: the verdict in a sentence, the table,
 * figures, the scenario, where it comes from, and who ran when.
 */
#ifndef CORUN_PAGE_H
#define CORUN_PAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "study/metrics.h"
#include "study/results.h"
#include "text/arena.h"

/* A metric of one policy. */
struct page_cell {
	struct estimate value, difference; /* kind EST_NA: none */
	const char *verdict; /* of the difference: "better", "worse", "undecided", "same", "" */
};

/* A metric over all guests, or over one entry of `vms:`. */
struct page_row {
	const struct metric *metric;
	const char *group; /* NULL: all guests together */
	struct page_cell *cells; /* [nr_policies] */
};

struct page {
	const char *dir;
	struct results results; /* study.json */
	const char *description, *hints, *stopped_by;
	const char *primary; /* the metric that decided how many runs there are, or "" */
	double window_s, warmup_s;
	uint32_t baseline; /* UINT32_MAX: none */
	uint64_t *violations; /* [results.nr_policies] */
	const char **voids; /* a line each policy without results */
	uint32_t nr_voids;
	struct page_row *rows; /* the host's first, then group by group */
	uint32_t nr_rows;
	struct arena arena;
};

/*
 * Reads study.json and summary.json of a folder.  0, or -1 with *err (kind "results"):
 * a folder that is not whole, a table that is none.  page_close either way.
 */
int page_read(struct page *page, const char *dir, struct error *err);
void page_close(struct page *page);

/* The row of a metric and group (NULL: all guests), or NULL. */
const struct page_row *page_find(const struct page *page, const char *metric, const char *group);

/* -- the verdict ------------------------------------------------------------- */

struct page_verdict {
	const char *sentence; /* what a colleague should take home, in the arena */
	const char **others; /* a sentence on each other policy */
	uint32_t nr_others;
	const char *warning; /* why it is not to be trusted, or NULL */
};

/* 0, or -1 with *err: results.csv cannot be read. */
int page_judge(struct page *page, struct page_verdict *verdict, struct error *err);

/*
 * In how many replications a policy is better than the baseline in a row's metric, of how
 * many that have a value of both.  0, or -1 with *err.
 */
int page_wins(const struct page *page, const struct page_row *row, uint32_t policy, uint32_t *wins,
	      uint32_t *nr, struct error *err);

/* -- writers: 0, or -1 when memory runs out ------------------------------------ */

/* For a pull request: verdict and table. */
int page_markdown(FILE *to, const struct page *page, const struct page_verdict *verdict);

/* One self-contained file; 0, or -1 with *err. */
struct page_figures;
int page_html(FILE *to, const struct page *page, const struct page_verdict *verdict,
	      const struct page_figures *figures, struct error *err);

/*
 * The same of a folder of sweep, diff or check: its table as it was printed, and the figures.
 * page_plain_text: the name of the table's file, or NULL: it is no such folder.
 */
const char *page_plain_text(const char *dir);
int page_plain(FILE *to, const char *dir, const struct page_figures *figures, struct error *err);

/* Is this row in the table without being asked for? */
bool page_shows(const struct page_row *row);

#endif
