/* SPDX-License-Identifier: BSD-2-Clause */
/* markup.h - text as XML and HTML have it, between tags and in quotes. */
#ifndef CORUN_MARKUP_H
#define CORUN_MARKUP_H

#include <stdio.h>

/* Other control characters than tabs and newlines become '?'. */
void markup_text(FILE *to, const char *text);

#endif
