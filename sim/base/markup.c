/* SPDX-License-Identifier: BSD-2-Clause */
#include "markup.h"

void markup_text(FILE *to, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", to);
			break;
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		case '"':
			fputs("&quot;", to);
			break;
		default: /* of the control characters XML knows two */
			fputc((unsigned char)*text < 0x20 && *text != '\n' && *text != '\t' ? '?'
											    : *text,
			      to);
		}
	}
}
