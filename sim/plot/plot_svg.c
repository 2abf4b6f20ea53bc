/* SPDX-License-Identifier: BSD-2-Clause */
#include "plot_svg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPEN "<title>"
#define CLOSE "</title>"

static char *read_all(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	long size = -1;

	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END))
		size = ftell(file);
	if (size >= 0 && !fseek(file, 0, SEEK_SET))
		text = malloc((size_t)size + 1);
	if (text) {
		*length = fread(text, 1, (size_t)size, file);
		text[*length] = '\0';
	}
	fclose(file);
	return text;
}

/* Everything but the titles that say nothing. */
static void put_words(FILE *to, const char *text, const char *title)
{
	const char *open, *close;

	while ((open = strstr(text, OPEN)) && (close = strstr(open, CLOSE))) {
		const char *words = open + strlen(OPEN);

		fwrite(text, 1, (size_t)(open - text), to);
		if (!strncmp(words, "Gnuplot" CLOSE, strlen("Gnuplot" CLOSE)))
			fprintf(to, OPEN "%s" CLOSE, title);
		else if (strncmp(words, "gnuplot_plot_", strlen("gnuplot_plot_")) != 0)
			fwrite(open, 1, (size_t)(close - open) + strlen(CLOSE), to);
		text = close + strlen(CLOSE);
	}
	fputs(text, to);
}

int plot_svg_words(const char *path, const char *title)
{
	size_t length = 0;
	char *text = read_all(path, &length);
	FILE *to = text ? fopen(path, "we") : NULL;
	int failed = 0, why = errno;

	if (to) {
		put_words(to, text, title);
		failed = ferror(to);
		failed |= fclose(to);
		why = errno ? errno : EIO;
	}
	free(text);
	return to && !failed ? 0 : why ? why : EIO;
}
