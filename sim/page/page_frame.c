/* SPDX-License-Identifier: BSD-2-Clause */
/* page_frame.c - what stands around every page: styles before it, scripts behind it. */
#include <stdlib.h>

#include "base/datadir.h"
#include "base/markup.h"
#include "page_parts.h"
#include "text/file.h"

/* A file of page/, as it is. */
static int put_asset(FILE *to, const char *name, struct error *err)
{
	char *folder = datadir_find("plots/page", name, err), path[4200];
	struct file_text text = {0};
	int failed = -1;

	if (folder && snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path) &&
	    !file_read(path, "a file of page/", &text, err)) {
		fputs(text.text, to);
		failed = 0;
	}
	free(text.text);
	free(folder);
	return failed;
}

int page_put_head(FILE *to, const char *title, struct error *err)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
	      "<title>corun: ",
	      to);
	markup_text(to, title);
	fputs("</title>\n<style>\n", to);
	if (put_asset(to, "page.css", err))
		return -1;
	fputs("</style>\n</head>\n<body>\n<main>\n", to);
	return 0;
}

int page_put_foot(FILE *to, bool scripts, struct error *err)
{
	fputs("</main>\n", to);
	if (scripts) {
		fputs("<script>\n", to);
		if (put_asset(to, "page.js", err) || put_asset(to, "trace.js", err) ||
		    put_asset(to, "timeline.js", err))
			return -1;
		fputs("</script>\n", to);
	}
	fputs("</body>\n</html>\n", to);
	return 0;
}
