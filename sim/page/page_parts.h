/* SPDX-License-Identifier: BSD-2-Clause */
/* page_parts.h - what the files of the page share. */
#ifndef CORUN_PAGE_PARTS_H
#define CORUN_PAGE_PARTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

struct page;

/* Up to the title's text, and from the end of the body on; scripts: a table to click on. */
int page_put_head(FILE *to, const char *title, struct error *err);
int page_put_foot(FILE *to, bool scripts, struct error *err);

/* The timeline, if the folder has traces (compare --trace); 0, or -1 with *err. */
int page_put_timeline(FILE *to, const struct page *page, struct error *err);

/* The figures of a folder, drawn as SVG into a folder that goes with them. */
struct page_figures {
	char *folder; /* NULL: none were drawn */
	struct error why; /* if folder is NULL */
};

/* Never fails: without gnuplot a page says so. */
void page_draw_figures(struct page_figures *figures, const char *dir);
void page_drop_figures(struct page_figures *figures);

/* 0, or -1 with *err. */
int page_put_figures(FILE *to, const struct page_figures *figures, struct error *err);

#endif
