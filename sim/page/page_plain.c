/* SPDX-License-Identifier: BSD-2-Clause */
/* page_plain.c - the page of a sweep, a diff or a gate: the table as it was printed, figures. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "page.h"
#include "base/markup.h"
#include "page_parts.h"
#include "text/file.h"

static const struct {
	const char *marker, *text, *what;
} kinds[] = {
	{"sweep.csv", "table.txt", "A sweep"},
	{"diff.json", "diff.txt", "Two results side by side"},
	{"check.txt", "check.txt", "A gate"},
};

#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* NR_KINDS: none. */
static unsigned kind_of(const char *dir)
{
	char path[4200];
	unsigned i;

	for (i = 0; i < NR_KINDS; i++)
		if (snprintf(path, sizeof(path), "%s/%s", dir, kinds[i].marker) <
			    (int)sizeof(path) &&
		    !access(path, R_OK))
			break;
	return i;
}

const char *page_plain_text(const char *dir)
{
	unsigned kind = kind_of(dir);

	return kind < NR_KINDS ? kinds[kind].text : NULL;
}

/* A gate's last line says how it ended, the others' first one what they are about. */
static const char *sentence_of(char *text, unsigned kind)
{
	size_t length = strlen(text);
	char *line = text;

	while (length && text[length - 1] == '\n')
		text[--length] = '\0';
	if (!strcmp(kinds[kind].marker, "check.txt")) {
		line = strrchr(text, '\n');
		line = line ? line + 1 : text;
	}
	return line;
}

int page_plain(FILE *to, const char *dir, const struct page_figures *figures, struct error *err)
{
	unsigned kind = kind_of(dir);
	struct file_text text = {0};
	char path[4200], title[300];
	int failed;

	snprintf(path, sizeof(path), "%.4000s/%s", dir, kinds[kind].text);
	if (file_read(path, "the table of a result folder", &text, err))
		return -1;
	snprintf(title, sizeof(title), "%s: %.240s", kinds[kind].what,
		 sentence_of(text.text, kind));
	title[strcspn(title, "\n")] = '\0';
	failed = page_put_head(to, title, err);
	if (!failed) {
		fputs("<header><h1 id=\"verdict\">", to);
		markup_text(to, title);
		fputs("</h1></header>\n<section aria-labelledby=\"h-table\">\n<h2 "
		      "id=\"h-table\">Numbers</h2>\n<pre id=\"text\">",
		      to);
		markup_text(to, text.text);
		fputs("\n</pre>\n</section>\n", to);
		failed = page_put_figures(to, figures, err) || page_put_foot(to, false, err);
	}
	free(text.text);
	return failed ? -1 : 0;
}
